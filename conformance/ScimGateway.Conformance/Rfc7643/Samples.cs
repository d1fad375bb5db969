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

    private static JsonObject? Complex(JsonObject definition, string mark, string name)
    {
        // A reference to a resource needs one: members and managers are asked for alone.
        if (definition.Objects("subAttributes").Any(one => IsPlace(one)))
            return null;
        var value = new JsonObject();
        foreach (var sub in definition.Objects("subAttributes"))
            if (
                sub.At("name").AsText() is { } part
                && part is not ("display" or "formatted" or "operation")
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
