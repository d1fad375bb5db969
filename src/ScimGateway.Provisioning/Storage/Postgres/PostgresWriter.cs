using System.Diagnostics;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// Does works, each in a transaction. What fails because the server was away, or two were in each other's way, is done
/// again; what may have been committed is looked up first.
/// </summary>
#pragma warning disable CA1001 // its semaphore is left to the collector: when the store is closed, somebody may ask still
internal sealed class PostgresWriter(
    PostgresServer server,
    PostgresSessions sessions,
    PostgresLock held,
    LastReceipts last
)
#pragma warning restore CA1001
{
    private const int MostInTheWay = 5;

    // As long as the store may take to come back, for those who wait for it.
    private static readonly TimeSpan _untilGivenUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    // However many tenants are in doubt, they ask by one session at a time.
    private readonly SemaphoreSlim _asking = new(1);

    /// <summary>
    /// Does a work; gives back the receipt of its transaction where it cannot be known in time whether that was committed.
    /// </summary>
    public async Task<Receipt?> DoAsync(StoreWork work, TenantId tenant)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            Receipt? doubt = null;
            try
            {
                await TryAsync(work, tenant, receipt => doubt = receipt);
                return null;
            }
            catch (Exception e)
            {
                if (PostgresErrors.IsInTheWay(e))
                {
                    if (tries == MostInTheWay)
                        throw new StoreAwayException(e);
                    continue; // the other one has gone through: this one is done again
                }
                if (PostgresErrors.IsFull(e))
                    throw StoreAwayException.Full(e);
                if (!PostgresErrors.IsAway(e) && e is not StoreAwayException)
                    throw;
                sessions.Drop();
                if (doubt is not null)
                    switch (await KnownAsync(doubt, begun))
                    {
                        case Fate.Committed:
                            return null;
                        case Fate.Overwritten:
                            throw StoreAwayException.InDoubt(e);
                        case null:
                            return doubt;
                    }
                if (Stopwatch.GetElapsedTime(begun) > _untilGivenUp)
                    throw new StoreAwayException(e);
                await Task.Delay(_pause * tries, TimeProvider.System);
            }
        }
    }

    // Does it once. From the moment that the receipt is handed over the transaction may have been committed.
    private async Task TryAsync(StoreWork work, TenantId tenant, Action<Receipt?> commits)
    {
        if (!held.IsHeld)
            throw new StoreAwayException(null);
        var session = await sessions.TakeAsync();
        try
        {
            session.Begin(new Receipt(tenant), waits: last.IsOfCluster);
            if (work.Try(session, IsOfStore))
                Commit(session, commits);
            else
                session.RollBack();
        }
        catch
        {
            session.Dispose();
            throw;
        }
        sessions.Leave(session);
    }

    private void Commit(PostgresSession session, Action<Receipt?> commits)
    {
        var receipt = session.LeaveReceipt();
        // A server that has taken over before the lock was missed may lack what was acknowledged.
        if (receipt is not null && !last.IsFollowedBy(receipt))
        {
            session.RollBack();
            held.Doubt();
            throw new StoreAwayException(null);
        }
        commits(receipt);
        session.Commit();
        if (receipt is not null)
            last.Note(receipt);
    }

    /// <summary>
    /// What became of a transaction whose answer was lost; null if the server does not say. To do it again where it went
    /// through would be to say that a user exists already whom it has just made.
    /// </summary>
    public async Task<Fate?> AskAsync(Receipt doubt)
    {
        using var inTime = new CancellationTokenSource(PostgresServer.UntilOpen, TimeProvider.System);
        try
        {
            await _asking.WaitAsync(inTime.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        try
        {
            var connection = await server.OpenAsync(inTime.Token);
            await using (connection)
            {
                var fate = await doubt.AskAsync(connection, inTime.Token);
                if (fate == Fate.Committed)
                    last.Note(doubt);
                return fate;
            }
        }
        catch (Exception e) when (PostgresErrors.IsLost(e) || e is OperationCanceledException)
        {
            return null;
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<Fate?> KnownAsync(Receipt doubt, long begun)
    {
        while (true)
        {
            if (await AskAsync(doubt) is { } known)
                return known;
            if (Stopwatch.GetElapsedTime(begun) > _untilGivenUp)
                return null;
            await Task.Delay(_pause, TimeProvider.System);
        }
    }

    private static bool IsOfStore(Exception e) => PostgresErrors.IsAway(e) || PostgresErrors.IsInTheWay(e);
}
