using ScimGateway.Host.Logging;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Provisioning.Homes;

namespace ScimGateway.Host.Security;

/// <summary>
/// Requests that the gateway itself could not carry out, in the log: by kind and place, never with their text, which may
/// hold personal data; and so many in a minute, since the client chooses how often it asks.
/// </summary>
internal sealed class FailedRequests(TimeProvider clock, ILogger<FailedRequests> log)
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
            log.RequestFailedMore(untold);
        if (!isTold)
            return;
        using var tenant = home is null ? null : log.BeginScope(home);
        log.RequestFailed(what, e.GetType().Name, e.StackTrace);
    }
}
