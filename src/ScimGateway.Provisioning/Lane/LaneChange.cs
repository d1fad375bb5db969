using System.Collections.Frozen;
using System.Text.Json;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Lane;

/// <summary>
/// What the body of a write does that others have to say something about: whom it lets out or in, whom it takes out of a
/// group, which names and addresses it asks for. Read as strictly as Slack may read it loosely: what could mean either is
/// refused, so that nothing gets past the rules by its spelling.
/// </summary>
internal sealed record LaneChange
{
    private const int MostDepth = 32;

    // SCIM 1.1's schema of users with Slack's names and extensions, and of groups (docs/slack.md 4, 5).
    private static readonly FrozenSet<string> _ofUsers = Known([
        "schemas",
        "id",
        "externalId",
        "meta",
        "userName",
        "nickName",
        "name",
        "displayName",
        "profileUrl",
        "title",
        "timezone",
        "active",
        "password",
        "emails",
        "phoneNumbers",
        "ims",
        "photos",
        "addresses",
        "groups",
        "entitlements",
        "roles",
        "x509Certificates",
        "userType",
        "preferredLanguage",
        "locale",
        SlackUrn.Enterprise,
        SlackUrn.Guest,
        SlackUrn.Profile,
    ]);

    private static readonly FrozenSet<string> _ofGroups = Known([
        "schemas",
        "id",
        "externalId",
        "meta",
        "displayName",
        "members",
    ]);

    private static readonly JsonDocumentOptions _json = new()
    {
        MaxDepth = MostDepth,
        AllowDuplicateProperties = false,
    };

    /// <summary>Whether the account is to be active; null if nothing is said of it.</summary>
    public bool? Active { get; private init; }

    /// <summary>
    /// Whether it says something of a guest: who is made one may leave groups by it (docs/slack.md 4.6).
    /// </summary>
    public bool SaysGuest { get; private init; }

    /// <summary>Whether it gives a guest an end, at which Slack deactivates the account, at once if it is over.</summary>
    public bool Ends { get; private init; }

    /// <summary>The addresses and names that it asks for.</summary>
    public IReadOnlyList<(KeyKind Kind, string Value)> Keys { get; private init; } = [];

    /// <summary>
    /// What it says of address and name of the account, by which its person signs in; no value where it takes one away, or
    /// what it says cannot be known.
    /// </summary>
    public IReadOnlyList<(KeyKind Kind, string? Value)> SignIn { get; private init; } = [];

    /// <summary>Whether it takes away what it does not say.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>The accounts that it puts into the group, by name.</summary>
    public IReadOnlySet<string> Adds { get; private init; } = new HashSet<string>();

    /// <summary>The accounts that it takes out of the group, by name.</summary>
    public IReadOnlySet<string> Removes { get; private init; } = new HashSet<string>();

    /// <summary>All who are to be in the group from now on, others are taken out; null if it says no such list.</summary>
    public IReadOnlySet<string>? Stay { get; private init; }

    /// <summary>Whether it may take anybody out of the group.</summary>
    public bool MayRemove => Removes.Count > 0 || Stay is not null;

    /// <summary>Whose turn it is before or after others.</summary>
    public static SlackPriority Priority(LaneRequest request, LaneChange change) =>
        request.Verb == LaneVerb.Delete || change.Active == false ? SlackPriority.Leaver
        : request.Verb == LaneVerb.Create ? SlackPriority.Joiner
        : SlackPriority.Update;

    /// <summary>What a request without a body does.</summary>
    public static LaneChange Nothing { get; } = new();

    /// <summary>Reads the body of a write.</summary>
    /// <exception cref="ScimException">It is none, or one that could be understood in two ways.</exception>
    public static LaneChange Read(LaneRequest request, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, _json);
            var its = Members(document.RootElement, "The body");
            if (its.ContainsKey("Operations"))
                throw ScimException.InvalidSyntax(
                    "Slack's v1 has no Operations: a PATCH has the attributes that change, as a part of the user or group."
                );
            RequireKnown(request.Kind, its);
            RequireSame(request, its);
            return request.Kind == Kind.User ? User(request, its) : Group(request, its);
        }
        catch (JsonException e)
        {
            throw ScimException.InvalidSyntax(
                $"The body is no JSON, has a name twice, or is deeper than {MostDepth}.",
                e
            );
        }
        catch (InvalidOperationException e) // half of a surrogate pair
        {
            throw ScimException.InvalidSyntax("The body has a text that is no Unicode.", e);
        }
    }

    private static LaneChange User(LaneRequest request, Dictionary<string, JsonElement> its)
    {
        var cleared = Cleared(its);
        if (cleared.Any(name => Is(name, "active") || Is(name, "schemas")))
            throw ScimException.InvalidValue("Whether a user is active cannot be cleared; say true or false.");
        bool? active = its.TryGetValue("active", out var said) ? Flag(said) : null;
        if (active is null && request.Verb == LaneVerb.Replace)
            throw ScimException.InvalidValue(
                "A PUT of a user has to say active: Slack may take its absence for false."
            );
        // Who is made a guest, or is one no longer, is active from then on (docs/slack.md 4.6).
        var saysGuest = its.Keys.Concat(cleared).Any(name => name.StartsWith(SlackUrn.Guest, Casing));
        if (saysGuest)
            active ??= true;
        if (its.ContainsKey("groups") || cleared.Any(name => name.StartsWith("groups", Casing)))
            throw ScimException.InvalidValue("Who is in a group is said to the group: leave groups out.");
        var signIn = new List<(KeyKind Kind, string? Value)>();
        foreach (var name in (string[])["userName", "nickName"])
        {
            if (its.TryGetValue(name, out var value))
                signIn.Add((KeyKind.SlackUserName, Text(value)));
            if (cleared.Any(path => path.StartsWith(name, Casing)))
                signIn.Add((KeyKind.SlackUserName, null));
        }
        foreach (var email in Elements(its, "emails"))
            signIn.Add(
                (
                    KeyKind.Address,
                    email.ValueKind != JsonValueKind.Object ? Text(email)
                    : Members(email, "An e-mail") is var one && IsDelete(one) ? null
                    : Text(one.GetValueOrDefault("value"))
                )
            );
        // A PUT takes away what it does not list; so may an empty list.
        var isLeftOut = its.TryGetValue("emails", out var emails)
            ? emails.ValueKind == JsonValueKind.Null
                || (emails.ValueKind == JsonValueKind.Array && emails.GetArrayLength() == 0)
            : request.Verb == LaneVerb.Replace;
        if (isLeftOut || cleared.Any(path => path.StartsWith("emails", Casing)))
            signIn.Add((KeyKind.Address, null));
        return new LaneChange
        {
            Active = active,
            SaysGuest = saysGuest,
            Ends = its.TryGetValue(SlackUrn.Guest, out var guest) && SaysEnd(guest),
            Keys = [.. signIn.Where(said => said.Value is not null).Select(said => (said.Kind, said.Value!))],
            SignIn = signIn,
            IsWhole = request.Verb == LaneVerb.Replace,
        };
    }

    private static LaneChange Group(LaneRequest request, Dictionary<string, JsonElement> its)
    {
        var name = Text(its.GetValueOrDefault("displayName"));
        var (comes, goes) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var member in Elements(its, "members"))
        {
            var one = member.ValueKind == JsonValueKind.Object ? Members(member, "A member") : null;
            var id = one is null ? member : one.GetValueOrDefault("value");
            if (id.ValueKind != JsonValueKind.String || !IsId(id.GetString()))
                throw ScimException.InvalidValue(
                    "A member is {\"value\": …} with Slack's id of the user, which has capital letters and digits."
                );
            (one is not null && IsDelete(one) ? goes : comes).Add(id.GetString()!);
        }
        var isWhole = request.Verb == LaneVerb.Replace || Cleared(its).Any(name => name.StartsWith("members", Casing));
        comes.ExceptWith(goes); // who is said both ways may go
        return new LaneChange
        {
            Keys = name is null ? [] : [(KeyKind.GroupName, name)],
            Adds = comes,
            Removes = goes,
            Stay = isWhole ? comes : null,
        };
    }

    // Slack may ignore what it does not know, or read it as something that the rules are about.
    private static void RequireKnown(Kind? kind, Dictionary<string, JsonElement> its)
    {
        var known = kind == Kind.User ? _ofUsers : _ofGroups;
        foreach (var (name, value) in its)
        {
            if (!known.Contains(name))
                throw Unknown(name);
            RequirePlain(value);
        }
        if (Cleared(its).FirstOrDefault(path => !IsKnown(path)) is { } cleared)
            throw Unknown(cleared);

        // A name, an extension, or what is within one of them.
        bool IsKnown(string path) =>
            known.Contains(path)
            || known.Any(name =>
                path.StartsWith(name, Casing)
                && path[name.Length..] is ['.' or ':', .. var within]
                && within.Split('.').All(IsPlain)
            );

        ScimException Unknown(string name) =>
            ScimException.InvalidValue(
                $"The v1 lane does not send on '{name}', which is no attribute of a {(kind == Kind.User ? "user" : "group")} in Slack's v1. Leave it out, or write it as Slack documents it: without the core schema's URN and without blanks."
            );
    }

    // The rules are about what the path names: Slack might read another account or group in the body.
    private static void RequireSame(LaneRequest request, Dictionary<string, JsonElement> its)
    {
        if (
            its.TryGetValue("id", out var id)
            && IsSaid(id)
            && !(id.ValueKind == JsonValueKind.String && id.GetString() == request.SlackId)
        )
            throw ScimException.InvalidValue(
                request.SlackId is null
                    ? "Slack chooses the id of what is made: leave id out."
                    : "The body has another id than the path: leave id out, or say the same."
            );
    }

    // What is within an attribute has a plain name (RFC 7643 §2.1), whatever it is.
    private static void RequirePlain(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
            foreach (var one in value.EnumerateArray())
                RequirePlain(one);
        else if (value.ValueKind == JsonValueKind.Object)
            foreach (var one in value.EnumerateObject())
            {
                if (!IsPlain(one.Name))
                    throw ScimException.InvalidValue(
                        $"The v1 lane does not send on '{one.Name}': a name within an attribute has letters, digits, '-' and '_' alone."
                    );
                RequirePlain(one.Value);
            }
    }

    private static bool IsPlain(string name) =>
        name == "$ref" || (name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    private static FrozenSet<string> Known(IEnumerable<string> names) =>
        names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static bool SaysEnd(JsonElement guest) =>
        guest.ValueKind == JsonValueKind.Object
        && Members(guest, "The guest extension").Any(one => Is(one.Key, "expiration") && IsSaid(one.Value));

    private static bool IsSaid(JsonElement value) => value.ValueKind != JsonValueKind.Null;

    /// <summary>Whether it is an id as Slack writes them.</summary>
    public static bool IsId(string? id) =>
        id is { Length: > 1 and <= 64 } && id.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    private const StringComparison Casing = StringComparison.OrdinalIgnoreCase;

    private static bool Is(string one, string other) => one.Equals(other, Casing);

    // Whoever does not say that somebody is added may mean that he is removed.
    private static bool IsDelete(Dictionary<string, JsonElement> its) =>
        its.TryGetValue("operation", out var said)
        && !(said.ValueKind == JsonValueKind.String && Is(said.GetString()!, "add"));

    // SCIM's names have no case (RFC 7643 §2.1), Slack's may have.
    private static Dictionary<string, JsonElement> Members(JsonElement json, string what)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw ScimException.InvalidSyntax($"{what} has to be a JSON object.");
        var members = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in json.EnumerateObject())
            if (!members.TryAdd(member.Name, member.Value))
                throw ScimException.InvalidSyntax($"{what} has '{member.Name}' twice, in other letters.");
        return members;
    }

    private static List<JsonElement> Elements(Dictionary<string, JsonElement> its, string name) =>
        !its.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
        : [value];

    // SCIM 1.1 §3.3.2: what meta.attributes names is cleared.
    private static List<string> Cleared(Dictionary<string, JsonElement> its) =>
        its.TryGetValue("meta", out var meta) && IsSaid(meta)
            ?
            [
                .. Elements(Members(meta, "meta"), "attributes")
                    .Select(name =>
                        name.ValueKind == JsonValueKind.String
                            ? name.GetString()!
                            : throw ScimException.InvalidValue("meta.attributes has names of attributes.")
                    ),
            ]
            : [];

    private static bool Flag(JsonElement said) =>
        said.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when Is(said.GetString()!, "true") => true,
            JsonValueKind.String when Is(said.GetString()!, "false") => false,
            _ => throw ScimException.InvalidValue("active is true or false."),
        };

    private static string? Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } said && !string.IsNullOrWhiteSpace(said)
            ? said.Trim()
            : null;
}
