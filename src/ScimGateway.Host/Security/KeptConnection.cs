namespace ScimGateway.Host.Security;

/// <summary>A connection, which counts for the lane that it has last served as long as it is there.</summary>
internal sealed class KeptConnection : IDisposable
{
    private readonly Lock _gate = new(); // HTTP/2 serves many at once
    private TrafficLane? _lane;
    private bool _hasEnded;

    /// <summary>Counts it for a lane, and no longer for another; false where that keeps no more.</summary>
    public bool TryKeep(TrafficLane lane)
    {
        lock (_gate)
        {
            if (_hasEnded || _lane == lane)
                return !_hasEnded;
            _lane?.Leave();
            _lane = lane.TryKeep() ? lane : null;
            return _lane is not null;
        }
    }

    /// <summary>It is there no more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _lane?.Leave();
            (_lane, _hasEnded) = (null, true);
        }
    }
}
