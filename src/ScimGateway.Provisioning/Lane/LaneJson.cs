using System.Text.Json;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Provisioning.Lane;

/// <summary>The body of a write in the v1 lane: names have no case, and nothing is there twice.</summary>
internal static class LaneJson
{
    internal static bool IsSaid(JsonElement value) => value.ValueKind != JsonValueKind.Null;

    internal const StringComparison Casing = StringComparison.OrdinalIgnoreCase;

    internal static bool Is(string one, string other) => one.Equals(other, Casing);

    // Whoever does not say that somebody is added may mean that he is removed.
    internal static bool IsDelete(Dictionary<string, JsonElement> its) =>
        its.TryGetValue("operation", out var said)
        && !(said.ValueKind == JsonValueKind.String && Is(said.GetString()!, "add"));

    // SCIM's names have no case (RFC 7643 §2.1), Slack's may have.
    internal static Dictionary<string, JsonElement> Members(JsonElement json, string what)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw ScimException.InvalidSyntax($"{what} has to be a JSON object.");
        var members = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in json.EnumerateObject())
            if (!members.TryAdd(member.Name, member.Value))
                throw ScimException.InvalidSyntax($"{what} has '{member.Name}' twice, in other letters.");
        return members;
    }

    internal static List<JsonElement> Elements(Dictionary<string, JsonElement> its, string name) =>
        !its.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
        : [value];

    // SCIM 1.1 §3.3.2: what meta.attributes names is cleared.
    internal static List<string> Cleared(Dictionary<string, JsonElement> its) =>
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

    internal static bool Flag(JsonElement said) =>
        said.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when Is(said.GetString()!, "true") => true,
            JsonValueKind.String when Is(said.GetString()!, "false") => false,
            _ => throw ScimException.InvalidValue("active is true or false."),
        };

    internal static string? Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } said && !string.IsNullOrWhiteSpace(said)
            ? said.Trim()
            : null;
}
