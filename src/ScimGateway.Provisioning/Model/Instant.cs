using System.Globalization;
using System.Text.Json.Serialization;

namespace ScimGateway.Provisioning.Model;

/// <summary>A point in time to the millisecond, which is what the store keeps, in Unix milliseconds.</summary>
[JsonConverter(typeof(NumberedJson<Instant>))]
internal readonly record struct Instant(long Value) : INumbered<Instant>, IComparable<Instant>
{
    /// <inheritdoc/>
    public static Instant Of(long value) => new(value);

    /// <summary>What a clock's time is here.</summary>
    public static Instant Of(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    /// <summary>The earlier of two.</summary>
    public static Instant Earlier(Instant one, Instant other) => one < other ? one : other;

    /// <summary>The later of two.</summary>
    public static Instant Later(Instant one, Instant other) => one > other ? one : other;

    /// <summary>What others call it.</summary>
    public DateTimeOffset ToTime() => DateTimeOffset.FromUnixTimeMilliseconds(Value);

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>So much later.</summary>
    public static Instant operator +(Instant from, TimeSpan time) => new(from.Value + Milliseconds(time));

    /// <summary>So much earlier.</summary>
    public static Instant operator -(Instant from, TimeSpan time) => new(from.Value - Milliseconds(time));

    /// <summary>How much later one is than the other.</summary>
    public static TimeSpan operator -(Instant one, Instant other) =>
        new((one.Value - other.Value) * TimeSpan.TicksPerMillisecond);

    /// <summary>Whether one is earlier than the other.</summary>
    public static bool operator <(Instant one, Instant other) => one.Value < other.Value;

    /// <summary>Whether one is later than the other.</summary>
    public static bool operator >(Instant one, Instant other) => one.Value > other.Value;

    /// <summary>Whether one is not later than the other.</summary>
    public static bool operator <=(Instant one, Instant other) => one.Value <= other.Value;

    /// <summary>Whether one is not earlier than the other.</summary>
    public static bool operator >=(Instant one, Instant other) => one.Value >= other.Value;

    private static long Milliseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMillisecond;
}

/// <summary>What a clock says, as it is kept.</summary>
internal static class Clocks
{
    /// <summary>Now.</summary>
    public static Instant Now(this TimeProvider clock)
    {
        return Instant.Of(clock.GetUtcNow());
    }
}
