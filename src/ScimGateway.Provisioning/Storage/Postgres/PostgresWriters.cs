using System.Diagnostics;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// The writers of a database. Works of one tenant run one after the other, in their order, as they read what they are
/// about to change; those of several tenants side by side.
/// </summary>
internal sealed class PostgresWriters : IAsyncDisposable
{
    private const int Writers = 4;
    private const int MostTries = 5;

    // As long as a request may wait for the store to come back.
    private static readonly TimeSpan _untilGivenUp = TimeSpan.FromSeconds(5);

    private readonly WriterQueue<StoreWork> _queue = new();
    private readonly PostgresServer _server;
    private readonly PostgresLock _lock;
    private readonly Task _loops;
    private WriterHold _longest = WriterHold.None;

    public PostgresWriters(PostgresServer server, PostgresLock held)
    {
        (_server, _lock) = (server, held);
        _loops = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(LoopAsync)));
    }

    /// <summary>What has kept its tenant's others from writing for longest since it was last asked for.</summary>
    public WriterHold TakeLongest() => Interlocked.Exchange(ref _longest, WriterHold.None);

    /// <summary>Runs the work in a transaction of its own; returns once that is durable.</summary>
    public async Task<T> RunAsync<T>(Func<StoreSession, T> work, TenantId tenant, string what, CancellationToken cancel)
    {
        var item = new StoreWork<T>(work) { What = what };
        await _queue.PutAsync(tenant, item, cancel).ConfigureAwait(false);
        return await item.Done.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _loops.ConfigureAwait(false);
    }

    // A work blocks the thread it runs on while the server answers: of four threads at most.
    private async Task LoopAsync()
    {
        PostgresSession? session = null;
        while (await _queue.WaitAsync().ConfigureAwait(false))
        {
            if (!_queue.TryTake(out var work, out var tenant))
                continue;
            var begun = Stopwatch.GetTimestamp();
            try
            {
                session = await DoneAsync(work, session, begun).ConfigureAwait(false);
                work.Succeed();
            }
#pragma warning disable CA1031 // whatever it is, it is this caller's: the next one begins afresh
            catch (Exception e)
#pragma warning restore CA1031
            {
                session?.Dispose();
                session = null;
                work.Fail(PostgresErrors.IsAway(e) || PostgresErrors.IsInTheWay(e) ? new StoreAwayException(e) : e);
            }
            Held(work.What, begun);
            _queue.Done(tenant);
        }
        session?.Dispose();
    }

    private async Task<PostgresSession> DoneAsync(StoreWork work, PostgresSession? session, long begun)
    {
        for (var tries = 1; ; tries++)
        {
            string? number = null;
            try
            {
                if (!_lock.IsHeld)
                    throw new StoreAwayException(null);
                session ??= new PostgresSession(_server.Open()) { KeepsTenantsApart = true };
                session.Begin();
                if (work.Try(session, IsOfStore))
                {
                    number = session.Number;
                    session.Commit();
                }
                else
                    session.RollBack();
                return session;
            }
            catch (Exception e) when (PostgresErrors.IsInTheWay(e) && tries < MostTries)
            {
                session!.RollBack(); // the other one has gone through: this one is done again
            }
            catch (Exception e) when (PostgresErrors.IsAway(e) || e is StoreAwayException)
            {
                session?.Dispose();
                session = null;
                if (number is not null && await HasCommittedAsync(number, begun).ConfigureAwait(false))
                    return new PostgresSession(_server.Open()) { KeepsTenantsApart = true };
                if (Stopwatch.GetElapsedTime(begun) > _untilGivenUp)
                    throw;
                await Task.Delay(TimeSpan.FromMilliseconds(50 * tries)).ConfigureAwait(false);
            }
        }
    }

    // The answer to a commit was lost: to do the work again where it went through would be to say that a user exists
    // already whom it has just made.
    private async Task<bool> HasCommittedAsync(string number, long begun)
    {
        while (true)
        {
            try
            {
                await using var connection = _server.Open();
                switch (
                    PostgresServer.Ask(connection, $"select coalesce(pg_xact_status('{number}'::xid8), 'forgotten')")
                )
                {
                    case "committed":
                        return true;
                    case "aborted":
                        return false;
                }
            }
            catch (Exception e) when (PostgresErrors.IsAway(e) && Stopwatch.GetElapsedTime(begun) < _untilGivenUp) { }
            if (Stopwatch.GetElapsedTime(begun) > _untilGivenUp)
                throw new StoreAwayException(null);
            await Task.Delay(TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
        }
    }

    private static bool IsOfStore(Exception e) => PostgresErrors.IsAway(e) || PostgresErrors.IsInTheWay(e);

    private void Held(string what, long begun)
    {
        var time = Stopwatch.GetElapsedTime(begun);
        if (time > Volatile.Read(ref _longest).Time)
            Volatile.Write(ref _longest, new WriterHold(what, time));
    }
}
