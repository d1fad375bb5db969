using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Executing;

/// <summary>Links that are to be looked at again at their time: what failed, what may still happen.</summary>
internal sealed class LaterLinks
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<LinkId, Instant> _queue = new();

    /// <summary>When the next one is due; null if there is none.</summary>
    public Instant? Next
    {
        get
        {
            lock (_gate)
                return _queue.TryPeek(out _, out var due) ? due : null;
        }
    }

    /// <summary>Has a link wait. One that waits twice is looked at twice, which does no harm.</summary>
    public void Put(LinkId link, Instant due)
    {
        lock (_gate)
            _queue.Enqueue(link, due);
    }

    /// <summary>Takes one that is due.</summary>
    public bool TryTake(Instant now, out LinkId link)
    {
        lock (_gate)
            return _queue.TryPeek(out link, out var due) && due <= now && _queue.TryDequeue(out link, out _);
    }
}
