using System.Diagnostics;
using Npgsql;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// Does works, each in a transaction. What fails because the server was away, or two were in each other's way, is done
/// again; what may have been committed is looked up first.
/// </summary>
internal sealed class PostgresWriter(PostgresServer server, PostgresSessions sessions, PostgresLock held)
{
    private const int MostInTheWay = 5;

    // As long as the store may take to come back, for those who wait for it.
    private static readonly TimeSpan _untilGivenUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Does a work; gives back the number of its transaction where it cannot be known in time whether that was committed.
    /// </summary>
    public async Task<Doubt?> DoAsync(StoreWork work)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            PostgresSession? session = null;
            Doubt? doubt = null;
            try
            {
                if (!held.IsHeld)
                    throw new StoreAwayException(null);
                session = await sessions.TakeAsync().ConfigureAwait(false);
                session.Begin();
                if (work.Try(session, IsOfStore))
                {
                    session.KnowNumber();
                    doubt = session.Number is { } number ? new Doubt(number, session.Process) : null;
                    session.Commit();
                }
                else
                    session.RollBack();
                sessions.Leave(session);
                return null;
            }
            catch (Exception e)
            {
                session?.Dispose();
                if (PostgresErrors.IsInTheWay(e))
                {
                    if (tries == MostInTheWay)
                        throw new StoreAwayException(e);
                    continue; // the other one has gone through: this one is done again
                }
                if (!PostgresErrors.IsAway(e) && e is not StoreAwayException)
                    throw;
                sessions.Drop();
                if (doubt is not null)
                    switch (await KnownAsync(doubt, begun).ConfigureAwait(false))
                    {
                        case true:
                            return null;
                        case null:
                            return doubt;
                    }
                if (Stopwatch.GetElapsedTime(begun) > _untilGivenUp)
                    throw new StoreAwayException(e);
                await Task.Delay(_pause * tries, TimeProvider.System).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Whether a transaction was committed whose answer was lost; null if the server does not say. To do it again where it
    /// went through would be to say that a user exists already whom it has just made.
    /// </summary>
    public bool? Ask(Doubt doubt)
    {
        try
        {
            using var connection = server.Open();
            var status = PostgresServer.Ask(
                connection,
                $"select coalesce(pg_xact_status('{doubt.Number}'::xid8), 'forgotten')"
            );
            // Its commit is still on its way, or will never come: nobody waits for that.
            if (status == "in progress")
                PostgresServer.Ask(connection, $"select pg_terminate_backend({doubt.Process})::text");
            return status switch
            {
                "committed" => true,
                "aborted" => false,
                _ => null,
            };
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<bool?> KnownAsync(Doubt doubt, long begun)
    {
        while (true)
        {
            if (Ask(doubt) is { } known)
                return known;
            if (Stopwatch.GetElapsedTime(begun) > _untilGivenUp)
                return null;
            await Task.Delay(_pause, TimeProvider.System).ConfigureAwait(false);
        }
    }

    private static bool IsOfStore(Exception e) => PostgresErrors.IsAway(e) || PostgresErrors.IsInTheWay(e);
}

/// <summary>A transaction that may have been committed, or may still be.</summary>
/// <param name="Number">The number that the server gave it.</param>
/// <param name="Process">The process of the server that has it.</param>
internal sealed record Doubt(string Number, int Process);
