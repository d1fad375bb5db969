using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Host.Admin;

/// <summary>An operation as administrators see it.</summary>
internal record ShownOperation(
    string Id,
    DateTimeOffset At,
    string Actor,
    int? Source,
    string? Name,
    string? UserName,
    string? Address,
    string Request,
    string What,
    string? Resource,
    long? Link,
    string Outcome,
    int? Status,
    string? Error,
    DateTimeOffset? Finished,
    int Counted
)
{
    /// <summary>As it is now.</summary>
    public static ShownOperation Of(Operation row) =>
        new(
            row.Id.ToString(),
            row.At.ToTime(),
            row.Actor,
            row.SourceId,
            row.Names?.Shown,
            row.Names?.UserName,
            row.Names?.Address,
            row.Request,
            row.What ?? row.Request,
            row.ResourceId?.ToString(),
            row.LinkId?.Value,
            OutcomeOf(row.Outcome),
            row.Status,
            row.Error,
            row.Finished?.ToTime(),
            row.Counted
        );

    /// <summary>The journal's word for an outcome, as the admin API has it.</summary>
    public static string OutcomeOf(string word) =>
        word == OperationOutcome.NothingToDo.Word() ? AdminJson.Named(nameof(OperationOutcome.NothingToDo)) : word;
}

/// <summary>An operation with its whole explanation, which comes after what stands in lists.</summary>
internal sealed record ExplainedOperation : ShownOperation
{
    private ExplainedOperation(ShownOperation shown)
        : base(shown) { }

    /// <summary>What a refusal's provider is told it was.</summary>
    [JsonPropertyOrder(1)]
    public string? ScimType { get; private init; }

    /// <summary>What was decided.</summary>
    [JsonPropertyOrder(1)]
    public string Verdict { get; private init; } = "";

    /// <summary>Which habits were normalised or are switched off, what was ignored, what Slack keeps otherwise.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>What Slack was told, and what it answered.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<JsonObject> Commands { get; private init; } = [];

    /// <summary>As it is now, in the words of its tenant.</summary>
    public static ExplainedOperation Explained(Operation row, string tenant) =>
        new(Of(row))
        {
            ScimType = row.ScimType,
            Verdict = AdminPaths.Said(row.Verdict, tenant, row.LinkId),
            Notes = [.. Lines(row.Notes).Select(note => AdminPaths.Said(note, tenant, row.LinkId))],
            Commands = [.. Lines(row.Commands).Select(Command)],
        };

    // The journal has milliseconds where administrators have times.
    private static JsonObject Command(string line)
    {
        var command = JsonNode.Parse(line)!.AsObject();
        command["at"] = new Instant((long)command["at"]!).ToTime();
        return command;
    }

    private static string[] Lines(string kept) => kept.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
