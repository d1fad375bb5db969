namespace ScimGateway.Provisioning.Model.Journal;

/// <summary>What came of an operation.</summary>
internal enum OperationOutcome
{
    /// <summary>It is asked for, and its provider waits.</summary>
    Pending,

    /// <summary>It is taken on, and Slack is told later.</summary>
    Accepted,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>There was nothing to tell Slack.</summary>
    NothingToDo,

    /// <summary>It was refused, and nothing has changed.</summary>
    Refused,

    /// <summary>Something is in the way.</summary>
    Blocked,

    /// <summary>It waits for an operator.</summary>
    Held,

    /// <summary>It was held, and an operator has left it out: Slack was never told.</summary>
    Dismissed,

    /// <summary>Slack did not take it.</summary>
    Failed,

    /// <summary>The account is nobody's to change.</summary>
    Protected,

    /// <summary>The gateway cannot go on with the account.</summary>
    Broken,

    /// <summary>It was found, and told to people.</summary>
    Reported,
}

/// <summary>How the journal writes it.</summary>
internal static class OperationOutcomes
{
    /// <summary>Its word.</summary>
    public static string Word(this OperationOutcome outcome) =>
        outcome == OperationOutcome.NothingToDo ? "nothing to do" : outcome.ToString().ToLowerInvariant();
}
