namespace ScimGateway.Host.Security;

/// <summary>
/// A connection ends with the answer to a request that nobody was let in by, or whose tenant keeps as many as it may:
/// nobody holds all the connections that there are while they are idle.
/// </summary>
internal static class ConnectionEnd
{
    /// <summary>The connection ends with this answer, unless somebody is let in.</summary>
    public static void Announce(HttpContext context) => context.Response.Headers.Connection = "close";

    /// <summary>Somebody was let in, and the connection stays, if there is room for it in the lane.</summary>
    public static void Withdraw(HttpContext context, TrafficLane lane)
    {
        if (context.Features.Get<KeptConnection>()?.TryKeep(lane) ?? true)
            context.Response.Headers.Connection = default;
    }
}
