using System.Globalization;

namespace ScimGateway.Conformance.Providers;

/// <summary>How fast requests follow each other, and how a client goes on that is told to wait (429).</summary>
internal sealed record Pace
{
    // Who waits for longer than this in all for one request gives it up here, whatever a provider would do.
    private static readonly TimeSpan _mostWaiting = TimeSpan.FromHours(1);

    /// <summary>As fast as answers come. After a 429 it is waited as long as that says, up to a minute, or a few seconds.</summary>
    public static Pace Full { get; } =
        new()
        {
            MostTries = 5,
            MostOfOne = TimeSpan.FromMinutes(1),
            FirstWait = TimeSpan.FromSeconds(2),
        };

    /// <summary>That of cleaning up for somebody who waits for the end.</summary>
    public static Pace Hasty { get; } =
        new()
        {
            MostTries = 2,
            MostOfOne = TimeSpan.FromSeconds(5),
            FirstWait = TimeSpan.FromSeconds(1),
        };

    /// <summary>The most requests of a second; null if there is no limit.</summary>
    public int? PerSecond { get; init; }

    /// <summary>Whether a request is sent when the one before it was answered.</summary>
    public bool IsOneByOne { get; init; }

    /// <summary>How often a request is sent at most.</summary>
    public int MostTries { get; init; } = 3;

    /// <summary>How long is waited where nothing says how long, and twice as long each time after; null where that is the end.</summary>
    public TimeSpan? FirstWait { get; init; }

    /// <summary>The longest wait that is heeded.</summary>
    public TimeSpan MostOfOne { get; init; } = _mostWaiting;

    /// <summary>Whether a date in Retry-After is understood, too.</summary>
    public bool ReadsDates { get; init; } = true;

    /// <summary>
    /// That of a provider. Microsoft asks for 25 requests a second of a target and says nothing of 429. Okta waits the whole
    /// seconds of Retry-After, else five minutes and twice as long each time, and sends a request ten times at most. Of the
    /// others nothing is published: one request after the other, and Retry-After as HTTP has it.
    /// </summary>
    public static Pace Of(string? provider) =>
        provider switch
        {
            null => Full,
            "okta" => new Pace
            {
                IsOneByOne = true,
                MostTries = 10,
                FirstWait = TimeSpan.FromMinutes(5),
                ReadsDates = false,
            },
            _ when provider.StartsWith("entra", StringComparison.Ordinal) => new Pace { PerSecond = 25 },
            _ => new Pace { IsOneByOne = true },
        };

    /// <summary>How long is waited before a request is sent again; null if it is not.</summary>
    /// <param name="tries">How often it was sent.</param>
    /// <param name="waited">How long was waited for it so far.</param>
    /// <param name="retryAfter">What the answer says of it.</param>
    /// <param name="now">When that is.</param>
    public TimeSpan? Again(int tries, TimeSpan waited, string? retryAfter, DateTimeOffset now)
    {
        if (tries >= MostTries || Wait(tries, retryAfter, now) is not { } wait)
            return null;
        return wait <= MostOfOne && waited + wait <= _mostWaiting ? wait : null;
    }

    private TimeSpan? Wait(int tries, string? retryAfter, DateTimeOffset now) =>
        int.TryParse(retryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
        : ReadsDates
        && DateTimeOffset.TryParseExact(
            retryAfter,
            "r",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var date
        )
            ? date > now ? date - now
                : TimeSpan.Zero
        : FirstWait is { } first ? first * Math.Pow(2, Math.Min(tries - 1, 20))
        : null;
}
