namespace ScimGateway.Host.Cluster;

/// <summary>How long a tenant's place is here, and the requests that are under way in it.</summary>
internal sealed class Stay
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;
    private bool _ends;

    /// <summary>A request begins; false where the place is about to end, and none begins any more.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_ends)
                return false;
            _underWay++;
            return true;
        }
    }

    /// <summary>A request that had begun has ended.</summary>
    public void Leave()
    {
        lock (_gate)
            if (--_underWay == 0 && _ends)
                _empty.SetResult();
    }

    /// <summary>No request begins any more; done once those under way have ended.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            if (!_ends && _underWay == 0)
                _empty.SetResult();
            _ends = true;
            return _empty.Task;
        }
    }
}
