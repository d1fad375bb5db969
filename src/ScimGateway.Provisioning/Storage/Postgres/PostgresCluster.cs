using System.Globalization;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>Which cluster has a database: its processes know each other by that name.</summary>
internal static class PostgresCluster
{
    // A pending call waits out Slack's time limit by the clock of whoever takes it over.
    private static readonly TimeSpan _mostOff = TimeSpan.FromSeconds(5);

    /// <summary>Joins the cluster that has the database, or has it from now on where no other process is there.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="isFirst">Whether no other process has the database.</param>
    /// <param name="cancel">Ends that.</param>
    /// <exception cref="StoreServerException">Another cluster has it, or the clocks differ.</exception>
    public static async Task JoinAsync(PostgresServer server, string cluster, bool isFirst, CancellationToken cancel)
    {
        var connection = await server.OpenToPrepareAsync(cancel);
        using var session = new PostgresSession(connection);
        var before = TimeProvider.System.GetUtcNow();
        var there = session.First("select extract(epoch from clock_timestamp())::text", row => row.Text());
        var off = before - DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(there!, CultureInfo.InvariantCulture));
        if (off.Duration() > _mostOff)
            throw new StoreServerException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The clock of this machine and that of the PostgreSQL database {server.Name} are {off.Duration().TotalSeconds:0} s apart; in a cluster all have the same time. Have them take it from the same time server (NTP), and start again."
                )
            );
        session.Begin();
        PostgresMembers.Prepare(session);
        var name = session.First("select name from cluster", row => row.Text());
        if (name == cluster && !isFirst)
            return;
        if (name is not null && !isFirst)
            throw new StoreServerException(
                $"The PostgreSQL database {server.Name} belongs to the cluster {name}, whose instances run: start this one with --cluster {name}, or give it a database of its own."
            );
        // Of a former one that was stopped all at once nobody lives any more.
        session.Execute("delete from cluster_members");
        session.Execute("delete from cluster");
        session.Execute("insert into cluster (name, version) values (@name, 0)", ("@name", cluster));
        session.Commit();
    }
}
