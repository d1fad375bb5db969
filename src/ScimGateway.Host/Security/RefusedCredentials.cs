using System.Diagnostics.Metrics;

namespace ScimGateway.Host.Security;

/// <summary>
/// Who was not let in, as a count, and in the log once a minute at most: whoever tries tokens must not fill it. Neither
/// says anything of the credential, the path or the address, all of which the client chooses or is known by.
/// </summary>
internal sealed partial class RefusedCredentials
{
    /// <summary>The name of the metrics.</summary>
    public const string Source = "ScimGateway.Host";

    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Counter<long> _refused;
    private long _missing;
    private long _wrong;
    private DateTimeOffset _quietUntil = DateTimeOffset.MinValue;

    public RefusedCredentials(IMeterFactory meters, TimeProvider clock, ILogger<RefusedCredentials> log)
    {
        (_clock, _log) = (clock, log);
        _refused = meters
            .Create(Source)
            .CreateCounter<long>(
                "scim.credentials.refused",
                "{request}",
                "Requests that were answered 401 (or 429, after many), by whether a credential was missing or wrong."
            );
    }

    /// <summary>A request was turned away.</summary>
    public void Count(bool isMissing)
    {
        _refused.Add(1, new KeyValuePair<string, object?>("credential", isMissing ? "missing" : "wrong"));
        long missing,
            wrong;
        lock (_lock)
        {
            if (isMissing)
                _missing++;
            else
                _wrong++;
            var now = _clock.GetUtcNow();
            if (now < _quietUntil)
                return;
            _quietUntil = now + _pause;
            (missing, wrong) = (_missing, _wrong);
            (_missing, _wrong) = (0, 0);
        }
        LogRefused(_log, wrong, missing);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Requests were refused: {Wrong} with a credential that is not accepted, {Missing} without one, since this was last said. "
            + "If they are a provider's, its token or the tenant in its URL is wrong."
    )]
    private static partial void LogRefused(ILogger log, long wrong, long missing);
}
