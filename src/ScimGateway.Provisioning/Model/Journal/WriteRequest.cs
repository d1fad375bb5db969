using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Model.Journal;

/// <summary>A write as it was asked for: by whom, in which words, and until when its answer may wait.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Request">What, such as "PATCH /Users/…".</param>
/// <param name="Reading">How the request is read, and what was normalised and ignored of it.</param>
/// <param name="At">When it arrived.</param>
/// <param name="AnswerBy">Until when it may wait for Slack.</param>
/// <param name="ClientGone">Whether nobody waits for the answer any more; of no meaning once the write is down.</param>
internal sealed record WriteRequest(
    Caller Caller,
    string Request,
    Reading Reading,
    DateTimeOffset At,
    DateTimeOffset AnswerBy,
    CancellationToken ClientGone = default
)
{
    /// <summary>The last word of the line of one that came in a bulk request.</summary>
    public const string InBulk = "(bulk)";

    /// <summary>The id of the user or group that it names; null for none.</summary>
    public ResourceId? Target { get; init; }

    /// <summary>Whom it is about as its body says it, once that is read.</summary>
    public KnownAs? Names { get; set; }

    /// <summary>
    /// Whether it is written down, or may be: in a cluster it may have been sent before, to an instance that did not answer.
    /// Whatever goes wrong then, nobody may say that nothing was written.
    /// </summary>
    public bool MayBeWrittenDown { get; set; }

    /// <summary>When it arrived, as rows keep it.</summary>
    public Instant Now => Instant.Of(At);

    /// <summary>What it asks for, in words, as far as its line says that; null where the line is in words itself.</summary>
    /// <param name="change">What it changes; null where that was not looked at.</param>
    public string? What(string? change) =>
        Request.Split(' ') is not [var method, var path, .. [] or [InBulk]]
            ? null
            : (method, path) switch
            {
                ("POST", "/Users" or "/Groups") => "create",
                ("PUT" or "PATCH", _) => change ?? "change",
                ("DELETE", _) => "delete",
                _ => null,
            };

    /// <summary>The operation that the journal keeps of it: a UUIDv7.</summary>
    public OperationId OperationId { get; init; } = OperationId.New(At);
}
