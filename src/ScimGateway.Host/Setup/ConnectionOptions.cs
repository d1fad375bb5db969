namespace ScimGateway.Host.Setup;

/// <summary>How many connections may come of whom.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>By which clock a connection waits for its first request: the server's, which no test sets forward by chance.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>
    /// Of one client's address at a time; null, as by default, for a quarter of all that there may be. Proxies that are
    /// named have as many as there are.
    /// </summary>
    public int? OfAddress { get; set; }

    /// <summary>Of all clients together.</summary>
    internal int Most { get; set; } = Entrance.MostConnections;
}
