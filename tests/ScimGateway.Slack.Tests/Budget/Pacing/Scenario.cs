using ScimGateway.Slack.Budget;

namespace ScimGateway.Slack.Tests.Budget.Pacing;

/// <summary>What happens to one organization, as numbers.</summary>
internal sealed record Scenario
{
    public int Seed { get; init; } = 1;

    /// <summary>Users to be created, all there from the start.</summary>
    public int Joiners { get; init; } = 10_000;

    /// <summary>Groups to be created, each when all its members, drawn from the joiners, exist.</summary>
    public int Groups { get; init; } = 200;

    public int MembersPerGroup { get; init; } = 60;

    /// <summary>Leavers that come one by one while joiners wait (Poisson).</summary>
    public double LeaversPerSecond { get; init; }

    /// <summary>Leavers that come at once, ten minutes after the start.</summary>
    public int LeaversAtOnce { get; init; }

    /// <summary>Changes of users, changes of groups and background changes of each, all there from the start.</summary>
    public int Updates { get; init; }

    /// <summary>
    /// The part of all writes that another app asks for (Poisson), spread over kinds of call as ours are.
    /// </summary>
    public double OtherApp { get; init; }

    /// <summary>When the other app has had enough.</summary>
    public TimeSpan OtherAppUntil { get; init; } = TimeSpan.MaxValue;

    /// <summary>One call in a hundred takes up to so much longer on its way to Slack.</summary>
    public TimeSpan Stragglers { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>By which part Slack's clock runs slower than ours.</summary>
    public double ClockLag { get; init; }

    public SlackMargin Margin { get; init; } = SlackMargin.Usual;
}
