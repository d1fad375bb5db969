namespace ScimGateway.SlackEmulator.Traffic;

/// <summary>One write at a time for each user and group (docs/slack.md 7).</summary>
internal sealed class ObjectLocks
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _busy = [];

    /// <summary>Begins a write, or tells that another one runs.</summary>
    public bool TryEnter(string id)
    {
        lock (_gate)
            return _busy.Add(id);
    }

    /// <summary>Ends a write.</summary>
    public void Leave(string id)
    {
        lock (_gate)
            _busy.Remove(id);
    }
}
