namespace ScimGateway.AdminConsole.Answers;

/// <summary>How much was asked for within a day, and what came of it.</summary>
/// <param name="Hours">The hours, the first one first.</param>
public sealed record Activity(IReadOnlyList<Hour> Hours)
{
    /// <summary>How many calls to Slack were made, also those that only ask.</summary>
    public long Commands => Hours.Sum(hour => hour.Commands);

    /// <summary>How long it took at most.</summary>
    public double LongestSeconds => Hours.Max(hour => hour.LongestSeconds);

    /// <summary>How many operations have each outcome, the most first.</summary>
    public IReadOnlyList<(string Outcome, long Count)> Outcomes =>
        [
            .. Hours
                .SelectMany(hour => hour.Outcomes)
                .GroupBy(one => one.Key, one => one.Value, StringComparer.Ordinal)
                .Select(one => (one.Key, one.Sum()))
                .OrderByDescending(one => one.Item2),
        ];
}

/// <summary>An hour of it.</summary>
/// <param name="From">When it began.</param>
/// <param name="Outcomes">How many operations have each outcome.</param>
/// <param name="Commands">How many calls to Slack were made, also those that only ask.</param>
/// <param name="AverageSeconds">How long it took on average from a request to its end.</param>
/// <param name="LongestSeconds">How long it took at most.</param>
public sealed record Hour(
    DateTimeOffset From,
    IReadOnlyDictionary<string, long> Outcomes,
    long Commands,
    double AverageSeconds,
    double LongestSeconds
);
