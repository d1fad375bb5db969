using System.Diagnostics;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>
/// Who leaves the one writer to others now, and for how long: whoever has just had it for longer than a moment, while
/// somebody else writes, too. Then the writer is mostly free when another one comes, however much the first one has.
/// </summary>
internal sealed class WriterShares
{
    // Rests are so much longer than what they are for, so that a quarter of the time is the most that one has: a write
    // of another, which is two commits, then finds the writer free more often than not (tests/bench/neighbours.sh).
    private const int Rest = 3;

    // What anybody may wait for at any time.
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(2);

    // Who has written within that writes still.
    private static readonly TimeSpan _lately = TimeSpan.FromSeconds(10);

    private readonly Dictionary<TenantId, TimeSpan> _had = [];
    private TimeSpan _commit;

    // The two different tenants that wrote last, and when.
    private (TenantId Of, long At)? _last;
    private (TenantId Of, long At)? _before;

    /// <summary>A tenant's work has had the writer for so long. What is nobody's makes nobody wait.</summary>
    public void Had(TenantId of, TimeSpan time)
    {
        if (of != default)
            _had[of] = _had.GetValueOrDefault(of) + time;
    }

    /// <summary>And the commit of those works for so long.</summary>
    public void Committed(TimeSpan time) => _commit = time;

    /// <summary>Who rests now for how long, of those whose works were committed.</summary>
    /// <param name="now">When that is, as a time stamp of the machine.</param>
    public IReadOnlyList<(TenantId Of, TimeSpan For)> Rests(long now)
    {
        foreach (var of in _had.Keys)
        {
            if (_last is { } last && last.Of != of)
                _before = last;
            _last = (of, now);
        }
        List<(TenantId, TimeSpan)>? rests = null; // as of most commits
        if (_before is { } other && Stopwatch.GetElapsedTime(other.At, now) < _lately)
            foreach (var (of, time) in _had)
                if (time > _moment)
                    (rests ??= []).Add((of, (time + _commit) * Rest));
        _had.Clear();
        return rests is null ? [] : rests;
    }
}
