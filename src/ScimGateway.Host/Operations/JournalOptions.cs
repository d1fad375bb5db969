namespace ScimGateway.Host.Operations;

/// <summary>How long the journal is kept.</summary>
internal sealed class JournalOptions
{
    /// <summary>
    /// How long an operation, or a notification, is kept after it has ended: 90 days by default, one at least.
    /// </summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(90);
}
