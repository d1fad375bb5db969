namespace ScimGateway.Slack.Budget;

/// <summary>
/// What Slack still allows one organization. Every call is taken from here before it is sent; what Slack refuses for
/// its limits is told here, and nothing is slept on.
/// </summary>
/// <remarks>
/// Time is read from the clock's timestamps, not from its date: a date that is set forward would fill every bucket at
/// once. Safe for any number of threads; nothing is allocated for a call.
/// </remarks>
public sealed class SlackBudget
{
    // What clients assume when the header is missing (docs/slack.md 6).
    private static readonly TimeSpan _withoutRetryAfter = TimeSpan.FromSeconds(20);

    // The header has whole seconds; a zero would have the call repeated at the speed of the network.
    private static readonly TimeSpan _leastRetryAfter = TimeSpan.FromSeconds(1);

    // All limits are per minute: a longer wait is a mistake that must not cost an organization its day.
    private static readonly TimeSpan _mostRetryAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly PacedBucket[] _buckets;
    private readonly PacedBucket?[] _own;
    private readonly PacedBucket[] _shared;

    /// <summary>A budget with full buckets.</summary>
    public SlackBudget(SlackLimits limits, TimeProvider clock)
        : this(limits, clock, SlackMargin.Usual) { }

    /// <summary>A budget with full buckets and a margin of its own.</summary>
    public SlackBudget(SlackLimits limits, TimeProvider clock, SlackMargin margin)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _start = clock.GetTimestamp();
        _buckets = [.. limits.Buckets.Select(limit => new PacedBucket(limit, margin))];
        var calls = Enum.GetValues<SlackCall>();
        _own = [.. calls.Select(call => Counting(call, shared: false))];
        _shared = [.. calls.Select(call => Counting(call, shared: true)!)];

        PacedBucket? Counting(SlackCall call, bool shared) =>
            limits
                .Buckets.Zip(_buckets)
                .Where(pair => pair.First.IsShared == shared && pair.First.Calls.Contains(call))
                .Select(pair => pair.Second)
                .SingleOrDefault();
    }

    /// <summary>
    /// Slack wants to see no call of a bucket for a while, which outlives the process if <see cref="Frozen"/> is kept.
    /// </summary>
    public event Action? Froze;

    /// <summary>Until when Slack wants to see no call, of the buckets of which that is still to come.</summary>
    public IReadOnlyDictionary<SlackBucket, DateTimeOffset> Frozen =>
        Read()
            .Where(bucket => bucket.FrozenUntil is not null)
            .ToDictionary(bucket => bucket.Bucket, bucket => bucket.FrozenUntil!.Value);

    /// <summary>Whether nothing is taken, frozen or slowed: a budget that is like a new one.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                var now = Now();
                return Array.TrueForAll(_buckets, bucket => bucket.IsFull(now));
            }
        }
    }

    /// <summary>
    /// Takes a call from all the buckets it counts in, or from none and says how long it has to wait at least.
    /// </summary>
    public bool TryTake(SlackCall call, out SlackGrant grant, out TimeSpan wait)
    {
        lock (_gate)
        {
            var now = Now();
            wait = Wait(call, now);
            grant = new SlackGrant(call, now);
            if (wait > TimeSpan.Zero)
                return false;
            _own[(int)call]?.Take(now);
            _shared[(int)call].Take(now);
            return true;
        }
    }

    /// <summary>How long a call has to wait at least; zero: not at all.</summary>
    public TimeSpan WaitFor(SlackCall call)
    {
        lock (_gate)
            return Wait(call, Now());
    }

    /// <summary>Gives back a call that was taken and will not be sent, as if it had never been taken.</summary>
    public void GiveBack(SlackGrant grant)
    {
        lock (_gate)
        {
            _own[(int)grant.Call]?.GiveBack(grant.At);
            _shared[(int)grant.Call].GiveBack(grant.At);
        }
    }

    /// <summary>
    /// Slack answered the call with 429: the bucket that was meant is frozen for so long, and slower afterwards.
    /// </summary>
    /// <remarks>
    /// The answer does not say whether the call's own bucket or the organization's is empty. The own one is taken to be
    /// meant, since it is a fraction of the other; but while a sibling's bucket is frozen, what the two have in common
    /// is meant instead. The most it costs to learn that the organization's is empty is a second refused call. Not to
    /// be told is <c>resource_locked</c> (docs/slack.md 7), a 429 about one user or group that says nothing of the
    /// budget.
    /// </remarks>
    /// <param name="grant">
    /// The call that was refused; when it was taken tells whether it says anything that is not known yet.
    /// </param>
    /// <param name="retryAfter">What Slack's header says; null if it is missing.</param>
    public void Refused(SlackGrant grant, TimeSpan? retryAfter)
    {
        var wait = retryAfter ?? _withoutRetryAfter;
        wait = TimeSpan.FromTicks(Math.Clamp(wait.Ticks, _leastRetryAfter.Ticks, _mostRetryAfter.Ticks));
        lock (_gate)
        {
            var now = Now();
            Meant(grant.Call, now).Freeze(now, now + wait, grant.At);
        }
        Froze?.Invoke();
    }

    /// <summary>Takes over until when Slack wants to see no call of a bucket; what is over already says nothing.</summary>
    public void Freeze(SlackBucket frozen, DateTimeOffset until)
    {
        var wait = until - _clock.GetUtcNow();
        if (wait <= TimeSpan.Zero)
            return;
        wait = wait < _mostRetryAfter ? wait : _mostRetryAfter; // the clock may have been set back since
        lock (_gate)
        {
            var now = Now();
            foreach (var bucket in _buckets)
                if (bucket.Bucket == frozen)
                    bucket.Freeze(now, now + wait, now);
        }
    }

    /// <summary>Starts over with nothing in hand: a former owner of the tenant may just have spent it all.</summary>
    public void Empty()
    {
        lock (_gate)
        {
            var now = Now();
            foreach (var bucket in _buckets)
                bucket.Empty(now);
        }
    }

    /// <summary>What each bucket has left.</summary>
    public IReadOnlyList<SlackBucketState> Read()
    {
        lock (_gate)
        {
            var (now, date) = (Now(), _clock.GetUtcNow());
            return
            [
                .. _buckets.Select(bucket => new SlackBucketState(
                    bucket.Bucket,
                    bucket.Rest(now),
                    bucket.Burst,
                    bucket.PerMinute,
                    bucket.Pace,
                    bucket.FrozenUntil > now ? date + (bucket.FrozenUntil - now) : null
                )),
            ];
        }
    }

    /// <summary>What the call's own bucket and the organization's will give.</summary>
    internal (Supply Own, Supply Shared) SupplyOf(SlackCall call)
    {
        lock (_gate)
        {
            var now = Now();
            return (_own[(int)call]?.Supply(now) ?? Supply.Endless, _shared[(int)call].Supply(now));
        }
    }

    private TimeSpan Now() => _clock.GetElapsedTime(_start);

    private TimeSpan Wait(SlackCall call, TimeSpan now)
    {
        var shared = _shared[(int)call].Wait(now);
        var wait = _own[(int)call] is { } own && own.Wait(now) is var ownWait && ownWait > shared ? ownWait : shared;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private PacedBucket Meant(SlackCall call, TimeSpan now)
    {
        var (own, shared) = (_own[(int)call], _shared[(int)call]);
        if (own is null || shared.FrozenUntil > now)
            return shared;
        for (var other = 0; other < _own.Length; other++)
            if (_own[other] is { } sibling && sibling != own && _shared[other] == shared && sibling.FrozenUntil > now)
                return shared;
        return own;
    }
}
