using ScimGateway.Protocol.Bounds;
using ScimGateway.Provisioning.Homes;

namespace ScimGateway.Host.Security;

/// <summary>
/// Requests that the gateway itself could not carry out, in the log: by kind and place, never with their text, which may
/// hold personal data; and so many in a minute, since the client chooses how often it asks.
/// </summary>
internal sealed partial class FailedRequests(TimeProvider clock, ILogger<FailedRequests> log)
{
    private readonly LogMinute _lines = new(clock);

    /// <summary>Tells of one.</summary>
    /// <param name="what">What has failed.</param>
    /// <param name="e">By what.</param>
    /// <param name="home">Of which tenant; null where that is not known.</param>
    public void Tell(string what, Exception e, TenantHome? home = null)
    {
        var isTold = _lines.HasRoom(out var untold);
        if (untold > 0)
            LogMore(log, untold);
        if (!isTold)
            return;
        using var tenant = home is null ? null : log.BeginScope(home);
        LogFailure(log, what, e.GetType().Name, e.StackTrace);
    }

    [LoggerMessage(EventName = "request.failed", Level = LogLevel.Error, Message = "{What} failed with {Kind} {Where}")]
    private static partial void LogFailure(ILogger log, string what, string kind, string? where);

    [LoggerMessage(
        EventName = "request.failed-more",
        Level = LogLevel.Error,
        Message = "{Count} more requests failed in the minute that was last told of."
    )]
    private static partial void LogMore(ILogger log, long count);
}
