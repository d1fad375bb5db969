using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;

namespace ScimGateway.Host.Setup;

/// <summary>What the server lets in before anybody knows who asks, and what all answers say.</summary>
internal static class Entrance
{
    // Of each direction the server keeps so much of a request while it is not read, or not sent.
    private const int BufferBytes = 64 << 10;

    // What one connection may have without being counted: both buffers, a body and an answer that are small.
    private const int BytesOfConnection = 2 * BufferBytes + 2 * RequestMemory.Small;

    /// <summary>
    /// As many connections as come to a quarter of the memory, each with all that it may have uncounted; beyond them
    /// one is closed as it comes. Ten thousand are more than providers have.
    /// </summary>
    public static int MostConnections => (int)Math.Min(RequestMemory.Quarter / BytesOfConnection, 10_000);

    /// <summary>
    /// The slowest that is waited for: 16 MiB take nine minutes at most, sent or read. A data center has a thousand
    /// times as much, and whatever is sent within the time of grace is as slow as it likes.
    /// </summary>
    public static MinDataRate Slowest { get; } = new(bytesPerSecond: 32 << 10, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Configure(KestrelServerOptions kestrel)
    {
        var limits = kestrel.Limits;
        // Counted by Connections, which does not write a line of the log for each that is refused.
        limits.MaxConcurrentConnections = null;
        var connections = kestrel.ApplicationServices.GetRequiredService<Connections>();
        kestrel.ConfigureEndpointDefaults(listen =>
            listen.Use(next => connection => connections.KeepAsync(connection, next))
        );
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestBufferSize = limits.MaxResponseBufferSize = BufferBytes;
        limits.MinRequestBodyDataRate = limits.MinResponseDataRate = Slowest;
        // A request line has 8 KiB and all headers together 32, as Kestrel has them; they come at once.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        // Providers keep connections for two minutes; Kestrel's own 130 s are a little more.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        // A body that is too long is refused by its endpoint, and what still comes is read for five seconds (by
        // Connections.EndAsync where the connection ends with the answer, by Kestrel where it is kept): a connection that
        // is closed under a sender tells him nothing.
        limits.MaxRequestBodySize = null;
        kestrel.AddServerHeader = false; // what serves here is nobody's business
    }

    /// <summary>
    /// Each answer is marked (<see cref="AllAnswers"/>), and the connection ends with it, unless somebody is let in.
    /// </summary>
    public static void UseEntrance(this WebApplication app)
    {
        var connections = app.Services.GetRequiredService<Connections>();
        app.Use(
            async (context, next) =>
            {
                Connections.Came(context);
                ConnectionEnd.Announce(context);
                AllAnswers.Mark(context.Response);
                await next(context);
                await connections.EndAsync(context);
            }
        );
    }
}
