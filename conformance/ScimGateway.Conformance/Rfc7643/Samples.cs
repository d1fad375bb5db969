using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>A value for an attribute, by how its schema defines it.</summary>
internal static class Samples
{
    // What is said of a place, a language or a picture is looked at by many servers.
    private static readonly Dictionary<string, string> _known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["locale"] = "en-US",
        ["preferredLanguage"] = "en-US",
        ["timezone"] = "Europe/Berlin",
        ["country"] = "DE",
        ["phoneNumbers"] = "+1 555 0100",
    };

    // What a user has in RFC 7643 §8.2 beside what each of ours has.
    private static readonly JsonObject _ofUsers = JsonNode
        .Parse(
            """
            {
              "title": "Tour Guide", "nickName": "Babs", "userType": "Employee", "profileUrl": "https://example.com/bjensen",
              "preferredLanguage": "en-US", "locale": "en-US", "timezone": "America/Los_Angeles",
              "phoneNumbers": [{ "value": "+1 555 0100", "type": "work" }],
              "addresses": [{ "locality": "Hollywood", "country": "US", "type": "work" }]
            }
            """
        )!
        .AsObject();

    /// <summary>A value; null where it would have to be one that the server has: of a group, or of a resource.</summary>
    /// <param name="definition">How it is defined.</param>
    /// <param name="mark">What no other value has in it.</param>
    /// <param name="within">The attribute that it is a part of; null if it is none.</param>
    public static JsonNode? Of(JsonObject definition, string mark, string? within = null)
    {
        if (definition.At("name").AsText() is not { Length: > 0 } name)
            return null;
        var value = definition.At("type").AsText() switch
        {
            "complex" => Complex(definition, mark, name),
            "boolean" => true,
            "integer" => 7,
            "decimal" => 7.5,
            "dateTime" => "2026-02-03T04:05:06Z",
            "binary" => "c2NpbQ==",
            "reference" => Reference(definition, mark),
            _ => Text(definition, mark, name, within),
        };
        return value is null ? null
            : definition.At("multiValued").AsFlag() == true ? new JsonArray(value)
            : value;
    }

    /// <summary>A value of each attribute that clients may write, and read again if nothing is said.</summary>
    public static JsonObject All(IEnumerable<JsonObject> definitions, string mark)
    {
        var all = new JsonObject();
        foreach (var definition in definitions)
            if (
                definition.At("name").AsText() is { } name
                && definition.At("mutability").AsText() is null or "readWrite" or "immutable"
                && definition.At("returned").AsText() is null or "default" or "always"
                && Of(definition, mark) is { } sample
            )
                all[name] = sample;
        return all;
    }

    /// <summary>A user with all that RFC 7643 has and the server does not announce; null if it announces all of it.</summary>
    /// <param name="announced">What the server says of itself.</param>
    /// <param name="user">The user as it is sent else.</param>
    /// <param name="manager">The id of another user.</param>
    public static JsonObject? Beyond(Announced announced, JsonObject user, string? manager)
    {
        var ofUsers = _ofUsers.Where(one => announced.Attribute(Words.User, one.Key) is null).ToList();
        foreach (var (name, value) in ofUsers)
            user[name] = value?.DeepClone();
        var isExtended = announced.Has(Feature.Enterprise);
        var ofEnterprises = new JsonObject
        {
            ["department"] = "Tour Operations",
            ["manager"] = new JsonObject { ["value"] = manager },
        };
        foreach (var name in ofEnterprises.Select(one => one.Key).ToList())
            if (isExtended && announced.Attribute(Words.Enterprise, name) is not null)
                ofEnterprises.Remove(name);
        if (ofEnterprises.Count > 0)
        {
            user["schemas"] = new JsonArray(Words.User, Words.Enterprise);
            user[Words.Enterprise] = ofEnterprises;
        }
        return ofUsers.Count + ofEnterprises.Count == 0 ? null : user;
    }

    private static JsonObject? Complex(JsonObject definition, string mark, string name)
    {
        // A reference to a resource needs one: members and managers are asked for alone.
        if (definition.Objects("subAttributes").Any(one => IsPlace(one)))
            return null;
        var value = new JsonObject();
        foreach (var sub in definition.Objects("subAttributes"))
            if (
                sub.At("name").AsText() is { } part
                && part is not ("formatted" or "operation")
                && sub.At("mutability").AsText() is null or "readWrite" or "immutable"
                && Of(sub, mark, name) is { } sample
            )
                value[part] = sample;
        return value.Count == 0 ? null : value;
    }

    private static bool IsPlace(JsonObject sub) =>
        sub.At("type").AsText() == "reference"
        && sub.Strings("referenceTypes").Any(type => type is not ("external" or "uri"));

    private static JsonNode? Reference(JsonObject definition, string mark) =>
        IsPlace(definition) ? null : $"https://www.example.com/{mark}";

    private static JsonNode Text(JsonObject definition, string mark, string name, string? within) =>
        definition.Strings("canonicalValues") is [var canonical, ..] ? canonical
        : _known.TryGetValue(name, out var known)
        || within is not null && name == "value" && _known.TryGetValue(within, out known)
            ? known
        : within == "emails" && name == "value" ? $"{mark}@example.com"
        : name == "type" ? "work"
        : $"{name} {mark}";
}
