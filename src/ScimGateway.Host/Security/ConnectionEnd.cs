namespace ScimGateway.Host.Security;

/// <summary>
/// A connection ends with the answer to a request that nobody was let in by: whoever has no credential holds none of the
/// connections that there are while it is idle.
/// </summary>
internal static class ConnectionEnd
{
    /// <summary>The connection ends with this answer, unless somebody is let in.</summary>
    public static void Announce(HttpContext context) => context.Response.Headers.Connection = "close";

    /// <summary>Somebody was let in, and the connection stays.</summary>
    public static void Withdraw(HttpContext context) => context.Response.Headers.Connection = default;
}
