namespace ScimGateway.Slack.Budget;

/// <summary>What follows from a kind of call.</summary>
internal static class SlackCalls
{
    extension(SlackCall call)
    {
        /// <summary>Whether it changes nothing at Slack; it is counted with the reads.</summary>
        public bool IsRead => call is SlackCall.List or SlackCall.ReadUser or SlackCall.ReadGroup;
    }
}
