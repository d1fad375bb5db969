namespace ScimGateway.Slack.Http;

/// <summary>The limits of one call, each with its default.</summary>
public sealed record SlackClientOptions
{
    /// <summary>How long one attempt may take, until the last byte of the answer.</summary>
    public TimeSpan AttemptLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a read may take with all its attempts.</summary>
    public TimeSpan TotalLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a read is tried again after Slack failed.</summary>
    public int ReadRetries { get; init; } = 2;

    /// <summary>
    /// The longest answer that is read: 1,000 users, or groups with all their members. Made of what is shortest it takes
    /// some twenty times as much memory to be understood.
    /// </summary>
    public int MostBytes { get; init; } = 16 << 20;

    /// <summary>How long nothing is sent after half of at least ten calls within 30 s failed.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);
}
