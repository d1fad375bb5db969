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
            var its = LaneJson.Members(document.RootElement, "The body");
            if (its.ContainsKey("Operations"))
                throw ScimException.InvalidSyntax(
                    "Slack's v1 has no Operations: a PATCH has the attributes that change, as a part of the user or group."
                );
            LaneAttributes.RequireKnown(request.Kind, its);
            LaneAttributes.RequireSame(request, its);
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
        var cleared = LaneJson.Cleared(its);
        if (cleared.Any(name => LaneJson.Is(name, "active") || LaneJson.Is(name, "schemas")))
            throw ScimException.InvalidValue("Whether a user is active cannot be cleared; say true or false.");
        bool? active = its.TryGetValue("active", out var said) ? LaneJson.Flag(said) : null;
        if (active is null && request.Verb == LaneVerb.Replace)
            throw ScimException.InvalidValue(
                "A PUT of a user has to say active: Slack may take its absence for false."
            );
        // Who is made a guest, or is one no longer, is active from then on (docs/slack.md 4.6).
        var saysGuest = its.Keys.Concat(cleared).Any(name => name.StartsWith(SlackUrn.Guest, LaneJson.Casing));
        if (saysGuest)
            active ??= true;
        if (its.ContainsKey("groups") || cleared.Any(name => name.StartsWith("groups", LaneJson.Casing)))
            throw ScimException.InvalidValue("Who is in a group is said to the group: leave groups out.");
        var signIn = new List<(KeyKind Kind, string? Value)>();
        foreach (var name in (string[])["userName", "nickName"])
        {
            if (its.TryGetValue(name, out var value))
                signIn.Add((KeyKind.SlackUserName, LaneJson.Text(value)));
            if (cleared.Any(path => path.StartsWith(name, LaneJson.Casing)))
                signIn.Add((KeyKind.SlackUserName, null));
        }
        foreach (var email in LaneJson.Elements(its, "emails"))
        {
            var one = email.ValueKind == JsonValueKind.Object ? LaneJson.Members(email, "An e-mail") : null;
            signIn.Add(
                (
                    KeyKind.Address,
                    one is null ? LaneJson.Text(email)
                    : LaneJson.IsDelete(one) ? null
                    : LaneJson.Text(one.GetValueOrDefault("value"))
                )
            );
            // Another address may be the one to sign in by then.
            if (
                one is not null
                && one.TryGetValue("primary", out var primary)
                && primary.ValueKind != JsonValueKind.True
            )
                signIn.Add((KeyKind.Address, null));
        }
        // A PUT takes away what it does not list; so may an empty list.
        var isLeftOut = its.TryGetValue("emails", out var emails)
            ? emails.ValueKind == JsonValueKind.Null
                || (emails.ValueKind == JsonValueKind.Array && emails.GetArrayLength() == 0)
            : request.Verb == LaneVerb.Replace;
        if (isLeftOut || cleared.Any(path => path.StartsWith("emails", LaneJson.Casing)))
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
        var name = LaneJson.Text(its.GetValueOrDefault("displayName"));
        var (comes, goes) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var member in LaneJson.Elements(its, "members"))
        {
            var one = member.ValueKind == JsonValueKind.Object ? LaneJson.Members(member, "A member") : null;
            var id = one is null ? member : one.GetValueOrDefault("value");
            if (id.ValueKind != JsonValueKind.String || !IsId(id.GetString()))
                throw ScimException.InvalidValue(
                    "A member is {\"value\": …} with Slack's id of the user, which has capital letters and digits."
                );
            (one is not null && LaneJson.IsDelete(one) ? goes : comes).Add(id.GetString()!);
        }
        var isWhole =
            request.Verb == LaneVerb.Replace
            || LaneJson.Cleared(its).Any(name => name.StartsWith("members", LaneJson.Casing));
        comes.ExceptWith(goes); // who is said both ways may go
        return new LaneChange
        {
            Keys = name is null ? [] : [(KeyKind.GroupName, name)],
            Adds = comes,
            Removes = goes,
            Stay = isWhole ? comes : null,
        };
    }

    private static bool SaysEnd(JsonElement guest) =>
        guest.ValueKind == JsonValueKind.Object
        && LaneJson
            .Members(guest, "The guest extension")
            .Any(one => LaneJson.Is(one.Key, "expiration") && LaneJson.IsSaid(one.Value));

    /// <summary>Whether it is an id as Slack writes them.</summary>
    public static bool IsId(string? id) =>
        id is { Length: > 1 and <= 64 } && id.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));
}
