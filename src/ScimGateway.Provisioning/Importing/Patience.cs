using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Logging;

namespace ScimGateway.Provisioning.Importing;

/// <summary>Slack could not be read, or may not be; the message says what to do, and is fit for a log.</summary>
internal sealed class SlackUnreadableException(string message) : Exception(message)
{
    /// <summary>
    /// The message with Slack's own words, which may name a person: for where operators look, and for no log.
    /// </summary>
    public string InFull { get; init; } = message;

    /// <summary>How long to wait, where nothing is wrong but that Slack does not answer just now; null where something is.</summary>
    public TimeSpan? Silence { get; init; }
}

/// <summary>
/// How a start or an import waits for a Slack that does not answer: with growing pauses, of which the log tells, and not
/// for ever.
/// </summary>
internal sealed class Patience(TimeProvider clock, ILogger log)
{
    private const int MostInVain = 10;

    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _longestAsked = TimeSpan.FromMinutes(5);

    private int _inVain;

    /// <summary>Slack answered: the next failure is the first again.</summary>
    public void Restore() => _inVain = 0;

    /// <summary>
    /// Waits before the next try, as long as Slack asks for if it does; why it does, and on the last try the exception,
    /// hold nothing that a log may not.
    /// </summary>
    /// <exception cref="SlackUnreadableException">It was tried often enough.</exception>
    public async Task WaitAsync(string why, TimeSpan? asked, CancellationToken cancel)
    {
        if (++_inVain == MostInVain)
            throw new SlackUnreadableException(
                $"Slack could not be read in {MostInVain} tries ({why}); check its address and start again."
            );
        var pause = TimeSpan.FromTicks(Math.Min(_longest.Ticks, _first.Ticks << (_inVain - 1)));
        if (asked is { } longer && longer > pause)
            pause = longer < _longestAsked ? longer : _longestAsked;
        log.SlackNotReadable(why, (int)Math.Round(pause.TotalSeconds));
        await Task.Delay(pause, clock, cancel);
    }
}
