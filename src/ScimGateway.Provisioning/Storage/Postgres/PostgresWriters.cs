using System.Diagnostics;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// The writers of a database. Works of one tenant run one after the other, in their order, as they read what they are
/// about to change; those of several tenants side by side.
/// </summary>
internal sealed class PostgresWriters : IAsyncDisposable
{
    /// <summary>How many tenants' works run at once.</summary>
    public const int Writers = 4;

    /// <summary>How long something may wait for its turn while the server is slow or away.</summary>
    public static readonly TimeSpan MostInLine = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _untilAskedAgain = TimeSpan.FromSeconds(1);

    private readonly WriterQueue<StoreWork> _queue = new();
    private readonly PostgresWriter _writer;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _loops;
    private readonly LongestHold _longest = new();

    public PostgresWriters(PostgresServer server, PostgresSessions sessions, PostgresLock held, LastReceipts last)
    {
        _writer = new PostgresWriter(server, sessions, held, last);
        _loops = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(LoopAsync)));
    }

    /// <summary>What has kept its tenant's others from writing for longest since it was last asked for.</summary>
    public WriterHold TakeLongest() => _longest.Take();

    /// <summary>Runs the work in a transaction of its own; returns once that is durable.</summary>
    /// <exception cref="StoreAwayException">It is not, or that is not known.</exception>
    public async Task<T> RunAsync<T>(Func<StoreSession, T> work, TenantId tenant, string what, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        var item = new StoreWork<T>(work) { What = what };
        if (!await _queue.TryPutAsync(tenant, item, MostInLine, cancel))
            throw new StoreAwayException(null);
        var left = MostInLine - Stopwatch.GetElapsedTime(begun);
        try
        {
            return await item.Done.WaitAsync(
                left > TimeSpan.Zero ? left : TimeSpan.Zero,
                TimeProvider.System,
                CancellationToken.None
            );
        }
        catch (TimeoutException) when (item.TryClaim())
        {
            _queue.Drop(tenant, item);
            throw new StoreAwayException(null);
        }
        catch (TimeoutException)
        {
            return await item.Done; // it is under way
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _loops;
        await _ending.CancelAsync(); // the source itself is left to whoever still waits by it
    }

    // A work blocks the thread it runs on while the server answers: of four threads at most.
    private async Task LoopAsync()
    {
        while (await _queue.WaitAsync())
        {
            if (!_queue.TryTake(out var work, out var tenant))
                continue;
            if (!work.TryClaim() || await IsOverAsync(work, tenant))
                _queue.Done(tenant);
        }
    }

    // False if it cannot be told yet what has become of it: whatever is next for the tenant comes after that.
    private async Task<bool> IsOverAsync(StoreWork work, TenantId tenant)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            if (await _writer.DoAsync(work, tenant) is { } doubt)
            {
                work.Fail(StoreAwayException.InDoubt());
                _ = UntilKnownAsync(doubt, tenant);
                return false;
            }
            work.Succeed();
        }
#pragma warning disable CA1031 // whatever it is, it is this caller's: the next one begins afresh
        catch (Exception e)
#pragma warning restore CA1031
        {
            work.Fail(e);
        }
        _longest.Note(work.What, Stopwatch.GetElapsedTime(begun));
        return true;
    }

    private async Task UntilKnownAsync(Receipt doubt, TenantId tenant)
    {
        while (await _writer.AskAsync(doubt) is null)
            try
            {
                await Task.Delay(_untilAskedAgain, TimeProvider.System, _ending.Token);
            }
            catch (OperationCanceledException)
            {
                return; // the store is closed: the next process sees it
            }
        _queue.Done(tenant);
    }
}
