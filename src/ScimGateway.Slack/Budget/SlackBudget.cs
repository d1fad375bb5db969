namespace ScimGateway.Slack.Budget;

/// <summary>placeholder until the budget branch lands</summary>
public sealed class SlackBudget
{
    /// <summary>x</summary>
    public bool TryTake(SlackCall call) => _taken.Add(call) || true;

    private readonly HashSet<SlackCall> _taken = [];

    /// <summary>x</summary>
    public void Refused(SlackCall call, TimeSpan? retryAfter) => _taken.Clear();
}
