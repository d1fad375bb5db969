using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>A line of the audit trail in a few words.</summary>
internal static class AuditLine
{
    private const int MostNamed = 3;
    private const int MostInValue = 24;

    /// <summary>What was to be done, and what came of it where that is not that it was done.</summary>
    public static string Action(JsonNode entry)
    {
        var action = (string?)entry["action"];
        var result = (int?)entry["status"] switch
        {
            null => "may be done", // under way, or cut short by a crash
            202 when action == "createJob" => "begun",
            202 => "previewed",
            < 400 => null,
            < 500 => "refused",
            _ => "failed",
        };
        return result is null ? $"{action}" : $"{action}: {result}";
    }

    /// <summary>What was changed, or would be, such as "guardedAccounts 20 to 7"; --json has all of it.</summary>
    public static string Changed(JsonNode entry)
    {
        if (entry["after"]?["differences"] is JsonArray { Count: > 0 } differences)
            return Shown.Value(differences);
        var (before, after) = (entry["before"] as JsonObject ?? [], entry["after"] as JsonObject ?? []);
        var fields = before
            .Concat(after)
            .Select(field => field.Key)
            .Distinct()
            .Where(field => Shown.Value(before[field]) != Shown.Value(after[field]))
            .ToList();
        var named = string.Join(", ", fields.Take(MostNamed).Select(field => Said(field, before[field], after[field])));
        return fields.Count > MostNamed ? $"{named} and {fields.Count - MostNamed} more" : named;
    }

    private static string Said(string field, JsonNode? before, JsonNode? after) =>
        (Short(before), Short(after)) switch
        {
            ("", var now) => $"{field} {now}",
            (var then, "") => $"{field} was {then}",
            var (then, now) => $"{field} {then} to {now}",
        };

    private static string Short(JsonNode? value)
    {
        var said = Shown.Value(value);
        return said.Length <= MostInValue ? said : $"{said[..MostInValue]}…";
    }
}
