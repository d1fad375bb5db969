namespace ScimGateway.Slack.Budget;

/// <summary>A call that was taken from the budget: to be sent, or given back.</summary>
/// <param name="Call">Which kind of call.</param>
/// <param name="At">When it was taken, on the budget's own clock.</param>
public readonly record struct SlackGrant(SlackCall Call, TimeSpan At);
