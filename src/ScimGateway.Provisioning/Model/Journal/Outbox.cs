namespace ScimGateway.Provisioning.Model.Journal;

/// <summary>
/// A notification: written in the transaction of its cause, sent afterwards, and kept for a while with what came of it.
/// </summary>
internal sealed class Outbox
{
    /// <summary>A UUIDv7. Receivers tell by it what came twice.</summary>
    public Guid Id { get; set; }

    /// <summary>Whose.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>What caused it.</summary>
    public Cause Cause { get; set; }

    /// <summary>What it says; nobody's name or address, and no words of Slack's, which may hold one.</summary>
    public required string Text { get; set; }

    /// <summary>When the first of it happened.</summary>
    public Instant Since { get; set; }

    /// <summary>How many more of the cause there were before it was sent.</summary>
    public int More { get; set; }

    /// <summary>The links and operations that it is about, a line each, as far as there is room.</summary>
    public string About { get; set; } = "";

    /// <summary>When it may first be sent; once it was tried, when that was.</summary>
    public Instant At { get; set; }

    /// <summary>When it is next tried; null once it has ended.</summary>
    public Instant? Due { get; set; }

    /// <summary>How often it was tried. What has been tried once says the same from then on.</summary>
    public int Attempts { get; set; }

    /// <summary>The channels that have taken it, a word each.</summary>
    public string Taken { get; set; } = "";

    /// <summary>When it was sent or given up.</summary>
    public Instant? Ended { get; set; }

    /// <summary>Why it could not be sent.</summary>
    public string? Error { get; set; }
}
