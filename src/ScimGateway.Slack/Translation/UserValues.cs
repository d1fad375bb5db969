using System.Text.Json.Nodes;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Slack.Translation;

/// <summary>Where in a SCIM user the one value is that Slack has room for, and how it is put back.</summary>
internal static class UserValues
{
    private const string Phones = "phoneNumbers";

    public static string? Plain(ScimResource user, AttributePath path)
    {
        var node = path.Sub is null ? user.Json[path.Name] : (user.Json[path.Name] as JsonObject)?[path.Sub];
        return ScimJson.AsFlag(node) is { } flag ? (flag ? "true" : "false") : ScimJson.AsText(node);
    }

    public static void PutPlain(JsonObject json, AttributePath path, string value)
    {
        if (path.Sub is not null)
            Part(json, path.Name)[path.Sub] = value;
        else
            json[path.Name] = path.Name == "active" ? JsonValue.Create(value == "true") : JsonValue.Create(value);
    }

    // The primary address; of two, PingOne marks both, the work address; if none is marked, the work address or the
    // first.
    public static string? PrimaryEmail(ScimResource user)
    {
        var all = Elements(user, "emails").Where(e => Address(e) is not null).ToList();
        var primaries = all.Where(IsPrimary).ToList();
        var chosen =
            primaries.FirstOrDefault(e => Is(e, "type", "work"))
            ?? primaries.FirstOrDefault()
            ?? all.FirstOrDefault(e => Is(e, "type", "work"))
            ?? all.FirstOrDefault();
        return chosen is null ? null : Address(chosen);
    }

    public static string? SecondaryEmail(ScimResource user)
    {
        var primary = PrimaryEmail(user);
        return Elements(user, "emails")
            .Select(Address)
            .FirstOrDefault(address => address is not null && address != primary);
    }

    public static string? OfType(ScimResource user, string attribute, string type) =>
        Elements(user, attribute)
            .Where(e => Is(e, "type", type))
            .Select(e => Text(e, "value"))
            .FirstOrDefault(v => v is not null);

    // A number of no type goes where there is room: for work, else mobile.
    public static string? WorkPhone(ScimResource user) => OfType(user, Phones, "work") ?? Untyped(user, 0);

    public static string? MobilePhone(ScimResource user) =>
        OfType(user, Phones, "mobile") ?? Untyped(user, OfType(user, Phones, "work") is null ? 1 : 0);

    public static string? Photo(ScimResource user) =>
        OfType(user, "photos", "photo") ?? Text(PrimaryOrFirst(user, "photos"), "value");

    public static string? Role(ScimResource user) => Text(PrimaryOrFirst(user, "roles"), "value");

    public static string? AddressPart(ScimResource user, string part) =>
        Text(
            Elements(user, "addresses").FirstOrDefault(IsPrimary)
                ?? Elements(user, "addresses").FirstOrDefault(e => Is(e, "type", "work"))
                ?? Elements(user, "addresses").FirstOrDefault(),
            part
        );

    private static string? Untyped(ScimResource user, int at) =>
        Elements(user, Phones)
            .Where(e => string.IsNullOrEmpty(Text(e, "type")))
            .Select(e => Text(e, "value"))
            .Where(v => v is not null)
            .ElementAtOrDefault(at);

    public static void PutAddressPart(JsonObject json, string part, string value)
    {
        if (json["addresses"] is not JsonArray addresses)
            json["addresses"] = addresses = new JsonArray(new JsonObject { ["type"] = "work" });
        ((JsonObject)addresses[0]!)[part] = value;
    }

    public static void Add(JsonObject json, string attribute, string value, string? type, bool isPrimary = false)
    {
        var element = new JsonObject { ["value"] = value };
        if (type is not null)
            element["type"] = type;
        if (isPrimary)
            element["primary"] = true;
        if (json[attribute] is JsonArray elements)
            elements.Add(element);
        else
            json[attribute] = new JsonArray(element);
    }

    public static JsonObject Part(JsonObject json, string name)
    {
        if (json[name] is JsonObject there)
            return there;
        var added = new JsonObject();
        json[name] = added;
        return added;
    }

    public static string? Text(JsonNode? element, string name) => ScimJson.AsText((element as JsonObject)?[name]);

    private static IEnumerable<JsonObject> Elements(ScimResource user, string attribute) =>
        (user.Json[attribute] as JsonArray)?.OfType<JsonObject>() ?? [];

    private static JsonObject? PrimaryOrFirst(ScimResource user, string attribute) =>
        Elements(user, attribute).FirstOrDefault(IsPrimary) ?? Elements(user, attribute).FirstOrDefault();

    private static bool IsPrimary(JsonObject element) => ScimJson.AsFlag(element["primary"]) == true;

    private static bool Is(JsonObject element, string name, string text) =>
        text.Equals(ScimJson.AsText(element[name]), StringComparison.OrdinalIgnoreCase);

    // Slack keeps addresses in lower case.
    private static string? Address(JsonObject email) =>
        Text(email, "value")?.Trim() is { Length: > 0 } address ? Spelling.Lower(address) : null;
}
