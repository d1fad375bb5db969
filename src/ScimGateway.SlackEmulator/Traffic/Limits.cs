using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Traffic;

/// <summary>The kinds of calls that Slack limits (docs/slack.md 6).</summary>
internal enum CallClass
{
    /// <summary>Lists and documents: no bucket of their own, the organization's alone.</summary>
    Unclassed,
    ReadUser,
    ReadGroup,
    CreateUser,
    UpdateUser,
    DeleteUser,
    CreateGroup,
    UpdateGroup,
    DeleteGroup,
}

/// <summary>Slack's rate limits: token buckets per organization. A call takes one from its own bucket and one from all
/// reads or all writes, or none at all. Under the workspace's gate.</summary>
internal sealed class Limits
{
    // Per minute, burst (docs/slack.md 6).
    private static readonly (int PerMinute, int Burst) _writes = (600, 180);
    private static readonly (int PerMinute, int Burst) _reads = (1000, 1000);
    private static readonly Dictionary<CallClass, (int PerMinute, int Burst)> _classes = new()
    {
        [CallClass.ReadUser] = (300, 300),
        [CallClass.ReadGroup] = (300, 300),
        [CallClass.CreateUser] = (180, 20),
        [CallClass.UpdateUser] = (180, 20),
        [CallClass.DeleteUser] = (180, 20),
        [CallClass.CreateGroup] = (180, 20),
        [CallClass.UpdateGroup] = (180, 80),
        [CallClass.DeleteGroup] = (180, 20),
    };

    private readonly Bucket _allWrites = new(_writes.PerMinute, _writes.Burst);
    private readonly Bucket _allReads = new(_reads.PerMinute, _reads.Burst);
    private readonly Dictionary<CallClass, Bucket> _byClass = _classes.ToDictionary(
        c => c.Key,
        c => new Bucket(c.Value.PerMinute, c.Value.Burst)
    );

    /// <summary>Lets a call through, or tells in how many seconds it may come again.</summary>
    public int? Refuse(bool writes, CallClass kind, DateTimeOffset now, KnobValues knobs)
    {
        if (knobs.Get(KnobTable.RateLimits) is LimitMode.Off)
            return null;
        var scale = knobs.Get(KnobTable.RateScale);
        var org = writes ? _allWrites : _allReads;
        var own = _byClass.GetValueOrDefault(kind);
        var wait = Math.Max(org.Wait(now, scale), own?.Wait(now, scale) ?? 0);
        if (wait > 0)
            return Math.Max(1, (int)Math.Ceiling(wait));
        org.Take();
        own?.Take();
        return null;
    }

    public void Restart()
    {
        _allWrites.Fill();
        _allReads.Fill();
        foreach (var bucket in _byClass.Values)
            bucket.Fill();
    }

    // The algorithm is unknown; assumed are capacity = burst, refill = limit / 60 a second (docs/slack.md 6). Kept as
    // what is used up, so that a changed scale counts at once.
    private sealed class Bucket(int perMinute, int burst)
    {
        private double _used;
        private DateTimeOffset _at;

        /// <summary>Seconds until there is one to take; 0 for now.</summary>
        public double Wait(DateTimeOffset now, double scale)
        {
            var perSecond = perMinute / 60.0 * scale;
            var capacity = Math.Max(1, burst * scale);
            _used = Math.Clamp(_used - (now - _at).TotalSeconds * perSecond, 0, capacity);
            _at = now;
            // A clock's tick is finite: what is short by less than one is there.
            var missing = _used + 1 - capacity;
            return missing <= 1e-6 ? 0 : missing / perSecond;
        }

        public void Take() => _used += 1;

        public void Fill() => _used = 0;
    }
}
