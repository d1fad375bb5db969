using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Executing;

/// <summary>Links that are to be looked at again at their time: what failed, what may still happen.</summary>
internal sealed class LaterLinks
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<LinkId, Instant> _queue = new();

    /// <summary>In how long the next one is due, which is at once if it is by now; null if there is none.</summary>
    public TimeSpan? NextIn(Instant now)
    {
        // A millisecond ago would be for ever to a timer.
        lock (_gate)
            return !_queue.TryPeek(out _, out var due) ? null
                : due > now ? due - now
                : TimeSpan.Zero;
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
