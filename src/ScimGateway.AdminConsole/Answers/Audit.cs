using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.AdminConsole.Answers;

/// <summary>What an administrator has done.</summary>
/// <param name="Id">Its number.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Client">From which address.</param>
/// <param name="Tenant">The slug that the tenant had then.</param>
/// <param name="Action">What was asked for.</param>
/// <param name="Status">What was answered; null where the process ended meanwhile.</param>
/// <param name="About">What it was done to.</param>
/// <param name="Name">What that is called now.</param>
/// <param name="Before">What was different before.</param>
/// <param name="After">What it is since then.</param>
public sealed record AuditEntry(
    long Id,
    DateTimeOffset At,
    AuditActor Actor,
    string? Client,
    string? Tenant,
    string Action,
    int? Status,
    string About,
    string? Name,
    JsonObject? Before,
    JsonObject? After
)
{
    // It is escaped for the page, and not for JSON.
    private static readonly JsonSerializerOptions _plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Each field that became another, with what it was and is.</summary>
    public IEnumerable<(string Field, string? Before, string? After)> Changes =>
        (Before ?? [])
            .Select(one => one.Key)
            .Union((After ?? []).Select(one => one.Key), StringComparer.Ordinal)
            .Select(name => (Field: name, Before: Text(Before?[name]), After: Text(After?[name])))
            .Where(change => change.Before != change.After);

    private static string? Text(JsonNode? value) =>
        value is JsonValue one && one.TryGetValue<string>(out var text) ? text : value?.ToJsonString(_plain);
}

/// <summary>By whose key something was done.</summary>
/// <param name="Key">The number of the admin key; null for the command line of a start.</param>
/// <param name="Label">Its name.</param>
public sealed record AuditActor(long? Key, string Label);

/// <summary>Whether the audit trail is as it was sealed.</summary>
/// <param name="Lines">How many lines are whole.</param>
/// <param name="Head">The number of the last of them, and its seal.</param>
/// <param name="UnderWay">How many lines belong to requests that have not ended yet.</param>
/// <param name="Broken">The first line that is wrong.</param>
public sealed record Seals(long Lines, string? Head, long UnderWay, BrokenLine? Broken);

/// <summary>A line that is wrong.</summary>
/// <param name="Line">Its number.</param>
/// <param name="Why">What is wrong with it.</param>
public sealed record BrokenLine(long Line, string Why);
