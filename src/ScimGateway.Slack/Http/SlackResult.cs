using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>What came of a command. These four are all there are: the executor acts on nothing else.</summary>
public abstract record SlackResult
{
    private SlackResult() { }

    /// <summary>Slack did it. What it showed is there as far as it could be read.</summary>
    public sealed record Done : SlackResult
    {
        /// <summary>The user that was made, changed or read.</summary>
        public SlackUser? User { get; init; }

        /// <summary>The group that was made or read.</summary>
        public SlackGroup? Group { get; init; }

        /// <summary>The users that were found or listed.</summary>
        public SlackPage<SlackUser>? Users { get; init; }

        /// <summary>The groups that were found or listed.</summary>
        public SlackPage<SlackGroup>? Groups { get; init; }
    }

    /// <summary>Slack did not do it, and says why.</summary>
    public sealed record Refused(SlackError Error, SlackErrorRow Row) : SlackResult;

    /// <summary>
    /// It was certainly not done: not sent, or turned away before anything happened. It may be sent again after a
    /// while.
    /// </summary>
    public sealed record NotDone(string Why, TimeSpan? RetryAfter = null) : SlackResult
    {
        /// <summary>Whether the reply was longer than is read: a page of fewer resources may fit.</summary>
        public bool IsTooLong { get; init; }

        /// <summary>Whether something between the gateway and Slack answered.</summary>
        public bool IsForeign { get; init; }

        /// <summary>
        /// That it answered 400, in whoever's words: said again and again, it is about what was sent. Null if it did
        /// not.
        /// </summary>
        public SlackError? Refusal { get; init; }

        /// <summary>The same for a log: without Slack's words, which may name a person.</summary>
        public string ForLog { get; init; } = Why;
    }

    /// <summary>
    /// It may or may not have been done: the reply is lost. Until the time limit is over it may still happen.
    /// </summary>
    public sealed record Lost(string Why) : SlackResult
    {
        /// <inheritdoc cref="NotDone.ForLog"/>
        public string ForLog { get; init; } = Why;

        /// <summary>Whether Slack said that it is done, and showed the account inactive that was told to be active.</summary>
        public bool StaysInactive { get; init; }

        /// <summary>Whether something between the gateway and Slack answered.</summary>
        public bool IsForeign { get; init; }
    }
}
