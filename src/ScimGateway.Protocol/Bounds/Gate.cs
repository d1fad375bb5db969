namespace ScimGateway.Protocol.Bounds;

/// <summary>So many at once of something that costs much; so many others wait in their order, each so long at most.</summary>
/// <param name="atOnce">How many at once.</param>
/// <param name="waiting">How many may wait.</param>
/// <param name="patience">How long each of them waits.</param>
/// <param name="refusal">What is thrown if too many wait, or a turn does not come in time.</param>
/// <param name="clock">The time.</param>
public sealed class Gate(int atOnce, int waiting, TimeSpan patience, Func<Exception> refusal, TimeProvider clock)
{
    private int _waiting;

    private SemaphoreSlim Free { get; } = new(atOnce);

    /// <summary>One at which any number wait for as long as they like.</summary>
    public Gate(int atOnce)
        : this(
            atOnce,
            int.MaxValue,
            Timeout.InfiniteTimeSpan,
            () => new System.Diagnostics.UnreachableException(),
            TimeProvider.System
        ) { }

    /// <summary>Does the work when its turn has come.</summary>
    /// <param name="work">The work.</param>
    /// <param name="gone">Nobody waits for it any more; what has begun goes on.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken gone = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!Free.Wait(0, CancellationToken.None))
            await WaitAsync(gone);
        try
        {
            return await work();
        }
        finally
        {
            Free.Release();
        }
    }

    private async Task WaitAsync(CancellationToken gone)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > waiting)
                throw refusal();
            using var late = new CancellationTokenSource(patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, gone);
            await Free.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            throw refusal();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
