namespace ScimGateway.Provisioning.Executing;

/// <summary>Links that are to be looked at again at their time: what failed, what may still happen.</summary>
internal sealed class LaterLinks
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<long, long> _queue = new();

    /// <summary>When the next one is due, in Unix milliseconds; null if there is none.</summary>
    public long? Next
    {
        get
        {
            lock (_gate)
                return _queue.TryPeek(out _, out var due) ? due : null;
        }
    }

    /// <summary>Has a link wait. One that waits twice is looked at twice, which does no harm.</summary>
    public void Put(long link, long due)
    {
        lock (_gate)
            _queue.Enqueue(link, due);
    }

    /// <summary>Takes one that is due.</summary>
    public bool TryTake(long now, out long link)
    {
        lock (_gate)
            return _queue.TryPeek(out link, out var due) && due <= now && _queue.TryDequeue(out link, out _);
    }
}
