using System.Collections.Concurrent;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>How many requests may come of whom.</summary>
internal sealed class TrafficOptions
{
    /// <summary>As many as make no difference.</summary>
    public const int Most = 1_000_000;

    /// <summary>
    /// A second, of one tenant: 200 by default, which is eight times what Entra ID sends; twice as many at once. A bulk
    /// request is one, and so is one of the tenant's admin keys.
    /// </summary>
    public int OfTenant { get; set; } = 200;

    /// <summary>
    /// A second, of one admin key for the whole gateway: 50 by default; twice as many at once. A tenant's keys count with
    /// its providers.
    /// </summary>
    public int OfKey { get; set; } = 50;

    /// <summary>
    /// How many MiB bodies and answers may have together; null, as by default, for a quarter of what the process may use and
    /// 1,024 at most.
    /// </summary>
    public int? Memory { get; set; }
}

/// <summary>What requests of each tenant, and of each admin key, are under way, and how fast they come.</summary>
/// <param name="options">How many may come.</param>
/// <param name="connections">How many connections the server takes.</param>
/// <param name="clock">The time. What counts is how much has gone by, so that setting the clock back keeps nobody out.</param>
internal sealed class Traffic(TrafficOptions options, int connections, TimeProvider clock)
{
    /// <summary>Of each tenant, once a credential or an admin key of it was shown.</summary>
    public Lanes<TenantId> Tenants { get; } = Made<TenantId>(options.OfTenant, connections, clock);

    /// <summary>Of each admin key for the whole gateway.</summary>
    public Lanes<AdminKeyId> Keys { get; } = Made<AdminKeyId>(options.OfKey, connections, clock);

    /// <summary>The lane of an admin key: a tenant's keys share its own, however many it has.</summary>
    public TrafficLane Of(AdminKey key) => key.TenantId is { } tenant ? Tenants.Of(tenant) : Keys.Of(key.Id);

    /// <summary>What is answered to one too many.</summary>
    public const string Words =
        "More requests come than are taken; let the client wait as long as Retry-After says, and send fewer at once.";

    // Half under way and a quarter kept are three quarters together: some are left to others, however one tenant spreads
    // its requests over connections.
    private static Lanes<TWho> Made<TWho>(int perSecond, int connections, TimeProvider clock)
        where TWho : notnull =>
        new(() => new TrafficLane(perSecond, Math.Max(connections / 2, 1), Math.Max(connections / 4, 1), clock));
}

/// <summary>Keeps one lane for each sender of requests: a tenant, or an admin key.</summary>
/// <remarks>
/// A lane begins with the first request that was let in, so nobody makes one by guessing. A lane that has
/// nothing to say any more is as good as none, and goes when there are many. ASP.NET's limiter would do the same with a
/// timer, a lock of all and two leases for each request, and by a clock that no test can set.
/// </remarks>
/// <param name="begin">Makes one.</param>
internal sealed class Lanes<TWho>(Func<TrafficLane> begin)
    where TWho : notnull
{
    /// <summary>With so many, those go that have nothing to say.</summary>
    public const int MostKept = 10_000;

    private readonly ConcurrentDictionary<TWho, TrafficLane> _lanes = new();

    /// <summary>How many there are.</summary>
    public int Kept => _lanes.Count;

    /// <summary>Somebody's lane.</summary>
    public TrafficLane Of(TWho who) => _lanes.TryGetValue(who, out var known) ? known : Begin(who);

    private TrafficLane Begin(TWho who)
    {
        if (_lanes.Count >= MostKept)
            foreach (var one in _lanes)
                if (one.Value.HasNothingToSay)
                    _lanes.TryRemove(one);
        return _lanes.GetOrAdd(who, static (_, begin) => begin(), begin);
    }
}

/// <summary>
/// A bucket that is refilled at a rate (GCRA: one number says until when what came is paid for), and counts of what is
/// under way and of the connections that are kept.
/// </summary>
/// <param name="perSecond">How many may come a second, and twice as many at once.</param>
/// <param name="underWay">How many may be under way.</param>
/// <param name="kept">How many connections are kept at a time.</param>
/// <param name="clock">The time.</param>
internal sealed class TrafficLane(int perSecond, int underWay, int kept, TimeProvider clock)
{
    private readonly long _each = Math.Max(clock.TimestampFrequency / perSecond, 1);
    private readonly long _ahead = 2 * clock.TimestampFrequency;
    private long _paidUntil;
    private int _underWay;
    private int _kept;

    /// <summary>Whether one that is new would decide the same.</summary>
    public bool HasNothingToSay =>
        Volatile.Read(ref _underWay) == 0
        && Volatile.Read(ref _kept) == 0
        && Volatile.Read(ref _paidUntil) <= clock.GetTimestamp();

    /// <summary>Lets a request in, if there is room; else it says how long to wait.</summary>
    public TimeSpan? Enter(out Place place)
    {
        var now = clock.GetTimestamp();
        place = default;
        if (Interlocked.Increment(ref _underWay) > underWay)
        {
            Interlocked.Decrement(ref _underWay);
            return TimeSpan.FromSeconds(1);
        }
        while (true)
        {
            var paid = Volatile.Read(ref _paidUntil);
            var next = Math.Max(paid, now) + _each;
            if (next - now > _ahead)
            {
                Interlocked.Decrement(ref _underWay);
                return clock.GetElapsedTime(now + _ahead, next);
            }
            if (Interlocked.CompareExchange(ref _paidUntil, next, paid) == paid)
                break;
        }
        place = new Place(this);
        return null;
    }

    /// <summary>Counts a connection that is kept, if there is room for it.</summary>
    public bool TryKeep()
    {
        if (Interlocked.Increment(ref _kept) <= kept)
            return true;
        Interlocked.Decrement(ref _kept);
        return false;
    }

    /// <summary>A connection that was counted is there no more, or is another's.</summary>
    public void Leave() => Interlocked.Decrement(ref _kept);

    /// <summary>A request that is under way; whoever has it gives it back.</summary>
    internal readonly struct Place : IDisposable
    {
        private readonly TrafficLane? _lane;

        internal Place(TrafficLane lane) => _lane = lane;

        public void Dispose()
        {
            if (_lane is not null)
                Interlocked.Decrement(ref _lane._underWay);
        }
    }
}
