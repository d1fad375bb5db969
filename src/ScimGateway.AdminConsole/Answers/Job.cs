namespace ScimGateway.AdminConsole.Answers;

/// <summary>Something that runs, has run, or waits to be confirmed.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What it does.</param>
/// <param name="State">How far it is.</param>
/// <param name="Counts">Its results so far, or those to expect: for users, groups and so on, a number for each result.</param>
/// <param name="Started">When it was started, or made.</param>
/// <param name="ConfirmBy">Until when it can be confirmed.</param>
/// <param name="EstimatedEnd">When it will have ended.</param>
/// <param name="Finished">When it ended.</param>
/// <param name="Error">Why it failed, and what to do.</param>
/// <param name="Report">Whom it is about.</param>
public sealed record Job(
    long Id,
    string Kind,
    string State,
    IReadOnlyDictionary<string, Dictionary<string, long>> Counts,
    DateTimeOffset Started,
    DateTimeOffset? ConfirmBy,
    DateTimeOffset? EstimatedEnd,
    DateTimeOffset? Finished,
    string? Error,
    JobReport? Report = null
)
{
    /// <summary>Whether it goes on by itself.</summary>
    public bool IsRunning => State == "running";

    /// <summary>Whether somebody has to confirm it.</summary>
    public bool IsToConfirm => State == "toConfirm";

    /// <summary>What it is called.</summary>
    public string Called =>
        Kind switch
        {
            "import" => "Import from Slack",
            "drift" => "Look for changes made in Slack",
            "resync" => "Re-sync",
            "preferences" => "Change of preferences",
            "rules" => "Change of rules",
            "enable" => "Going live",
            "fullList" => "Full list of a group",
            "transfer" => "Hand-over to another source",
            _ => Kind,
        };
}

/// <summary>Whom a job is about.</summary>
/// <param name="All">How many there are.</param>
/// <param name="Links">Some of them.</param>
/// <param name="Differences">Of other preferences: which are others.</param>
public sealed record JobReport(long All, IReadOnlyList<Reported> Links, IReadOnlyList<string>? Differences = null);

/// <summary>Somebody whom a job is about.</summary>
/// <param name="Link">The number of the link.</param>
/// <param name="Name">What it is called.</param>
/// <param name="What">What becomes, or has become, of it.</param>
public sealed record Reported(long Link, string? Name, IReadOnlyList<string> What);

/// <summary>What becomes of somebody when a tenant goes live.</summary>
/// <param name="Link">The number of the link.</param>
/// <param name="Kind">User or group.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Address">The address.</param>
/// <param name="What">What becomes of it.</param>
/// <param name="MatchedBy">By what it was found, where it was there before.</param>
/// <param name="Why">Why it is left alone.</param>
public sealed record Fate(
    long Link,
    string Kind,
    string? Name,
    string? Address,
    string What,
    string? MatchedBy,
    string? Why
);
