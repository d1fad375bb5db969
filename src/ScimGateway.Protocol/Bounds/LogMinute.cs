namespace ScimGateway.Protocol.Bounds;

/// <summary>How many events of a minute have a line of the log each; of the others one line says how many they were.</summary>
/// <param name="clock">The time.</param>
/// <param name="most">So many have a line.</param>
public sealed class LogMinute(TimeProvider clock, int most = LogMinute.Most)
{
    /// <summary>So many of a minute have a line, unless another number is said.</summary>
    public const int Most = 20;

    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private long _came;

    /// <summary>Whether one more has a line.</summary>
    /// <param name="untold">How many of the minute before had none; not positive where all had.</param>
    public bool HasRoom(out long untold)
    {
        lock (_lock)
        {
            untold = 0;
            var now = clock.GetUtcNow();
            if (now >= _until)
                (untold, _came, _until) = (_came - most, 0, now + _minute);
            return ++_came <= most;
        }
    }
}
