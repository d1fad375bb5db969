namespace ScimGateway.Provisioning.Journal;

/// <summary>How long the journal is kept.</summary>
public sealed record JournalRetention
{
    /// <summary>How long an operation is kept after it has ended.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How often what is older is looked for.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);
}
