using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Journal;

/// <summary>
/// The names of who or what an operation is about, as its provider said them then; each is null where it was not said. A
/// group has only the last.
/// </summary>
internal sealed record KnownAs(string? UserName, string? Address, string? DisplayName)
{
    // A refused request may say anything.
    private const int Longest = 200;

    /// <summary>What people call it.</summary>
    public string Shown => DisplayName ?? UserName ?? Address!;

    /// <summary>All of them as the journal keeps them: a line each, empty where there is none.</summary>
    public string Lines => $"{UserName}\n{Address}\n{DisplayName}";

    /// <summary>All of them for people.</summary>
    public string Words
    {
        get
        {
            string[] others = [.. new[] { UserName, Address }.OfType<string>().Distinct().Where(one => one != Shown)];
            return others.Length == 0 ? Shown : $"{Shown} ({string.Join(", ", others)})";
        }
    }

    /// <summary>The same, as searches compare it.</summary>
    public string Key => Fold.Key(Lines);

    /// <summary>What the journal keeps; null for nothing.</summary>
    public static KnownAs? Parse(string? kept) =>
        kept?.Split('\n') is [var userName, var address, var displayName] ? Said(userName, address, displayName) : null;

    /// <summary>Those of a user or group; null where it has none, as one that was erased.</summary>
    /// <param name="resource">The user or group.</param>
    /// <param name="document">Its document, where that is read already.</param>
    public static KnownAs? Of(Resource resource, ScimResource? document = null) =>
        resource.Kind == Kind.Group ? Said(null, null, resource.DisplayName)
        : resource.Document.Length == 0 ? null
        : Of((document ?? resource.Read()).Json);

    /// <summary>Those that Slack shows of an account or group that nobody has claimed.</summary>
    public static KnownAs? Of(Link link) =>
        Said(
            link.UserName ?? link.Has(SlackField.UserName),
            link.Address,
            link.Kind == Kind.User ? link.Has(SlackField.DisplayName) : link.AtSlack[SlackField.DisplayName]
        );

    /// <summary>Those that a document says, as far as it can be read: it may be refused for what else it says.</summary>
    public static KnownAs? Of(JsonObject document) =>
        Said(
            Text(document, "userName"),
            AddressOf(document["emails"]),
            Text(document, "displayName") ?? UserDocument.NameOf(document)
        );

    /// <summary>No names, which are personal data: this may end up in a log.</summary>
    public override string ToString() => nameof(KnownAs);

    private static KnownAs? Said(string? userName, string? address, string? displayName)
    {
        var names = new KnownAs(Cut(userName), Cut(address), Cut(displayName));
        return names is { UserName: null, Address: null, DisplayName: null } ? null : names;
    }

    // A name on one line: what keeps a line apart from the next is none of it.
    private static string? Cut(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return null;
        var line = string.Concat(name.Where(letter => !char.IsControl(letter))).Trim();
        if (line.Length > Longest)
            line = line[..(char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1 : Longest)];
        return line.Length == 0 ? null : line;
    }

    private static string? AddressOf(JsonNode? emails)
    {
        JsonNode?[] all = emails as JsonArray is { } list ? [.. list] : [emails];
        var first = all.OfType<JsonObject>().FirstOrDefault(IsPrimary) ?? all.FirstOrDefault();
        return first is JsonObject email ? Text(email, "value") : ScimJson.AsText(first);
    }

    private static bool IsPrimary(JsonObject email) => ScimJson.AsFlag(email["primary"]) == true;

    private static string? Text(JsonObject document, string name) => ScimJson.AsText(document[name]);
}
