namespace ScimGateway.Slack.Budget;

/// <summary>
/// The budgets of all organizations. One is made when somebody holds it, and forgotten when nobody does and it is full
/// again, so that it is like a new one: an organization for which nothing happens costs nothing.
/// </summary>
/// <param name="limits">What Slack allows each organization.</param>
/// <param name="clock">The time.</param>
public sealed class SlackBudgets(SlackLimits limits, TimeProvider clock)
{
    // Half a minute longer than the slowest bucket takes to fill: whoever sweeps more often finds less.
    private static readonly TimeSpan _sweepEvery = TimeSpan.FromSeconds(90);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _swept = clock.GetTimestamp();

    /// <summary>How many organizations have one now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>
    /// The budget of an organization, the same for all who hold it. To be disposed of when there is nothing to send.
    /// </summary>
    public SlackBudgetHold Hold(string organizationId)
    {
        ArgumentException.ThrowIfNullOrEmpty(organizationId);
        lock (_gate)
        {
            Sweep();
            if (!_entries.TryGetValue(organizationId, out var entry))
                _entries[organizationId] = entry = new Entry(new SlackBudget(limits, clock));
            entry.Holders++;
            return new SlackBudgetHold(this, organizationId, entry.Budget);
        }
    }

    internal void Release(string organizationId)
    {
        lock (_gate)
        {
            var entry = _entries[organizationId];
            if (--entry.Holders == 0 && entry.Budget.IsFull)
                _entries.Remove(organizationId);
            Sweep();
        }
    }

    // As holders come and go; a thousand that are left over when all is quiet are small, and the next one sweeps them
    // away.
    private void Sweep()
    {
        if (clock.GetElapsedTime(_swept) < _sweepEvery)
            return;
        _swept = clock.GetTimestamp();
        foreach (var (organizationId, entry) in _entries)
            if (entry.Holders == 0 && entry.Budget.IsFull)
                _entries.Remove(organizationId);
    }

    private sealed class Entry(SlackBudget budget)
    {
        public SlackBudget Budget { get; } = budget;

        public int Holders { get; set; }
    }
}

/// <summary>Keeps an organization's budget until it is disposed of.</summary>
public sealed class SlackBudgetHold : IDisposable
{
    private readonly string _organizationId;
    private SlackBudgets? _budgets;

    internal SlackBudgetHold(SlackBudgets budgets, string organizationId, SlackBudget budget)
    {
        _budgets = budgets;
        _organizationId = organizationId;
        Budget = budget;
    }

    /// <summary>The organization's budget.</summary>
    public SlackBudget Budget { get; }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _budgets, null)?.Release(_organizationId);
}
