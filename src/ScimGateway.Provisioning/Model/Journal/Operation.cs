namespace ScimGateway.Provisioning.Model.Journal;

/// <summary>
/// One line of the journal: who asked what, what was made of it and what came of it. Audit and explanation, never a
/// queue.
/// </summary>
internal sealed class Operation
{
    /// <summary>A UUIDv7, so in order of time.</summary>
    public OperationId Id { get; set; }

    /// <summary>Whose.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>The source that asked; null for the gateway itself.</summary>
    public int? SourceId { get; set; }

    /// <summary>Who, in a word: a source's name, an operator, "import".</summary>
    public required string Actor { get; set; }

    /// <summary>The link it is about.</summary>
    public LinkId? LinkId { get; set; }

    /// <summary>Which of the link's wishes it made; null if it made none.</summary>
    public long? Version { get; set; }

    /// <summary>The resource it is about.</summary>
    public ResourceId? ResourceId { get; set; }

    /// <summary>Who or what it is about; null for nobody, and for who was erased.</summary>
    public KnownAs? Names { get; set; }

    /// <summary>The request, such as "PATCH /Users/…", or the change of the gateway's own.</summary>
    public required string Request { get; set; }

    /// <summary>What was asked for, in words, such as "deactivate"; null where the request is in words itself.</summary>
    public string? What { get; set; }

    /// <summary>When.</summary>
    public Instant At { get; set; }

    /// <summary>The deviations that fired, what was ignored, and what Slack got differently: a line each.</summary>
    public string Notes { get; set; } = "";

    /// <summary>Allow, skip, refuse or hold, with the reason.</summary>
    public string Verdict { get; set; } = "";

    /// <summary>The commands to Slack with their answers and times, each a line of JSON.</summary>
    public string Commands { get; set; } = "";

    /// <summary>
    /// What came of it: pending, accepted, done, nothing to do, refused, blocked, held, dismissed, failed, protected, broken.
    /// </summary>
    public string Outcome { get; set; } = "";

    /// <summary>The error, for people.</summary>
    public string? Error { get; set; }

    /// <summary>The HTTP status of a refusal.</summary>
    public int? Status { get; set; }

    /// <summary>The scimType of a refusal.</summary>
    public string? ScimType { get; set; }

    /// <summary>When it ended.</summary>
    public Instant? Finished { get; set; }

    /// <summary>
    /// How many refusals it counts that have no line of their own; 0, as mostly, where it is the line of one operation.
    /// </summary>
    public int Counted { get; set; }
}

/// <summary>Work that goes on over restarts, such as an import.</summary>
internal sealed class Job
{
    /// <summary>The row's number.</summary>
    public JobId Id { get; set; }

    /// <summary>Whose.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>What kind, such as "import".</summary>
    public required string Kind { get; set; }

    /// <summary>How far it is, as JSON.</summary>
    public string Progress { get; set; } = "";

    /// <summary>When it began.</summary>
    public Instant Started { get; set; }

    /// <summary>When it ended.</summary>
    public Instant? Finished { get; set; }

    /// <summary>Why it ended in vain.</summary>
    public string? Error { get; set; }

    /// <summary>When an operator had it end before its end; null if nobody did.</summary>
    public Instant? Cancelled { get; set; }
}
