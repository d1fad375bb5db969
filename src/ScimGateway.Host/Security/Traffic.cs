using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Security;

/// <summary>How many requests may come of whom.</summary>
internal sealed class TrafficOptions
{
    /// <summary>As many as make no difference.</summary>
    public const int Most = 1_000_000;

    /// <summary>
    /// A second, of one tenant: 200 by default, which is eight times what Entra ID sends; twice as many at once. A bulk
    /// request is one.
    /// </summary>
    [Range(1, Most)]
    public int OfTenant { get; set; } = 200;

    /// <summary>A second, of one admin key: 50 by default; twice as many at once.</summary>
    [Range(1, Most)]
    public int OfKey { get; set; } = 50;

    /// <summary>
    /// How many MiB bodies and answers may have together; null, as by default, for a quarter of what the process may use and
    /// 1,024 at most.
    /// </summary>
    [Range(32, 1 << 20)]
    public int? Memory { get; set; }
}

/// <summary>Checks them at the start.</summary>
[OptionsValidator]
internal sealed partial class TrafficOptionsValidator : IValidateOptions<TrafficOptions>;

/// <summary>What requests of each tenant, and of each admin key, are under way, and how fast they come.</summary>
/// <param name="options">How many may come.</param>
/// <param name="underWay">How many of one may be under way.</param>
/// <param name="clock">The time.</param>
internal sealed class Traffic(TrafficOptions options, int underWay, TimeProvider clock)
{
    /// <summary>Of each tenant, once a credential of it was shown.</summary>
    public Lanes<TenantId> Tenants { get; } = new(options.OfTenant, underWay, clock);

    /// <summary>Of each admin key.</summary>
    public Lanes<AdminKeyId> Keys { get; } = new(options.OfKey, underWay, clock);

    /// <summary>What is answered to one too many.</summary>
    public const string Words =
        "More requests come than are taken; let the client wait as long as Retry-After says, and send fewer at once.";
}

/// <summary>
/// A lane for each of whom requests come: a bucket that is refilled at a rate (GCRA: one number says until when what came is
/// paid for), and a count of what is under way.
/// </summary>
/// <remarks>
/// A lane begins with the first request of somebody who was let in, so that nobody makes one by guessing; one that has
/// nothing to say any more is as good as none, and goes when there are many. ASP.NET's limiter would do the same with a
/// timer, a lock of all and two leases for each request, and by a clock that no test can set.
/// </remarks>
/// <param name="perSecond">How many may come a second, and twice as many at once.</param>
/// <param name="underWay">How many may be under way.</param>
/// <param name="clock">The time. What counts is how much has gone by, so that setting the clock back keeps nobody out.</param>
internal sealed class Lanes<TWho>(int perSecond, int underWay, TimeProvider clock)
    where TWho : notnull
{
    /// <summary>With so many, those go that have nothing to say.</summary>
    public const int MostKept = 10_000;

    private readonly ConcurrentDictionary<TWho, Lane> _lanes = new();
    private readonly long _each = Math.Max(clock.TimestampFrequency / perSecond, 1);
    private readonly long _ahead = 2 * clock.TimestampFrequency;

    /// <summary>How many there are.</summary>
    public int Kept => _lanes.Count;

    /// <summary>Lets a request in, if there is room; else it says how long to wait.</summary>
    public TimeSpan? Enter(TWho who, out Place place)
    {
        var now = clock.GetTimestamp();
        var lane = _lanes.TryGetValue(who, out var known) ? known : Begin(who, now);
        place = default;
        if (Interlocked.Increment(ref lane.UnderWay) > underWay)
        {
            Interlocked.Decrement(ref lane.UnderWay);
            return TimeSpan.FromSeconds(1);
        }
        while (true)
        {
            var paid = Volatile.Read(ref lane.PaidUntil);
            var next = Math.Max(paid, now) + _each;
            if (next - now > _ahead)
            {
                Interlocked.Decrement(ref lane.UnderWay);
                return clock.GetElapsedTime(now + _ahead, next);
            }
            if (Interlocked.CompareExchange(ref lane.PaidUntil, next, paid) == paid)
                break;
        }
        place = new Place(lane);
        return null;
    }

    private Lane Begin(TWho who, long now)
    {
        if (_lanes.Count >= MostKept)
            foreach (var one in _lanes)
                if (Volatile.Read(ref one.Value.UnderWay) == 0 && Volatile.Read(ref one.Value.PaidUntil) <= now)
                    _lanes.TryRemove(one);
        return _lanes.GetOrAdd(who, static _ => new Lane());
    }

    /// <summary>A request that is under way; whoever has it gives it back.</summary>
    internal readonly struct Place : IDisposable
    {
        private readonly Lane? _lane;

        internal Place(Lane lane) => _lane = lane;

        public void Dispose()
        {
            if (_lane is not null)
                Interlocked.Decrement(ref _lane.UnderWay);
        }
    }

    internal sealed class Lane
    {
        public long PaidUntil;
        public int UnderWay;
    }
}
