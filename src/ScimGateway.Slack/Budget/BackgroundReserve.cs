namespace ScimGateway.Slack.Budget;

/// <summary>
/// The part of the budget that background work gets though others wait: one call in fifty of its kind, and of all reads
/// or all writes. So an import ends even during an onboarding, and costs no bucket more than 2 %.
/// </summary>
internal sealed class BackgroundReserve
{
    public const int Share = 50;

    private readonly int[] _passed = new int[Enum.GetValues<SlackCall>().Length];
    private int _passedReads;
    private int _passedWrites;

    /// <summary>Whether background work of this kind goes before all others of its kind.</summary>
    public bool IsDueAmongItsKind(SlackCall call) => _passed[(int)call] >= Share - 1;

    /// <summary>
    /// Whether background work goes before other kinds of call; among its own it may still have to wait.
    /// </summary>
    public bool IsDue(SlackCall call) =>
        IsDueAmongItsKind(call) || (call.IsRead ? _passedReads : _passedWrites) >= Share - 1;

    /// <summary>
    /// Another call went first, while background work of the same kind waited, or of the same direction.
    /// </summary>
    public void Passed(SlackCall call, bool sameKindWaits, bool sameDirectionWaits)
    {
        if (sameKindWaits)
            _passed[(int)call]++;
        if (!sameDirectionWaits)
            return;
        if (call.IsRead)
            _passedReads++;
        else
            _passedWrites++;
    }

    /// <summary>Background work had its turn.</summary>
    public void Served(SlackCall call)
    {
        _passed[(int)call] = 0;
        if (call.IsRead)
            _passedReads = 0;
        else
            _passedWrites = 0;
    }
}
