namespace ScimGateway.Provisioning.Storage;

/// <summary>
/// What is to be done in a transaction, for whoever waits for it. It may be run again: what it did in the store is
/// undone then, nothing else.
/// </summary>
internal abstract class StoreWork
{
    /// <summary>What it is, for whoever looks at what holds a writer.</summary>
    public required string What { get; init; }

    private int _isTaken;

    /// <summary>
    /// Whoever comes first decides whether it begins or is given up, since nobody waits for it any more; false for who
    /// comes second.
    /// </summary>
    public bool TryClaim() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>
    /// Runs it; false if it refused, so that what it has done is to be undone. An error that is the store's, and not the
    /// work's, is thrown.
    /// </summary>
    public abstract bool Try(StoreSession session, Func<Exception, bool> isOfStore);

    /// <summary>It is on the disk, or was refused.</summary>
    public abstract void Succeed();

    /// <summary>The store cannot be written.</summary>
    public abstract void Fail(Exception e);
}

/// <summary>The same with what comes of it.</summary>
internal sealed class StoreWork<T>(Func<StoreSession, T> work) : StoreWork
{
    // Who waits goes on elsewhere: the writer is not kept by it.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;
    private Exception? _refused;

    /// <summary>Completes when the work is on the disk.</summary>
    public Task<T> Done => _done.Task;

    /// <inheritdoc/>
    public override bool Try(StoreSession session, Func<Exception, bool> isOfStore)
    {
        try
        {
            (_result, _refused) = (work(session), null);
        }
#pragma warning disable CA1031 // whatever else it is, it is this caller's, not its neighbours'
        catch (Exception e) when (!isOfStore(e))
#pragma warning restore CA1031
        {
            _refused = e;
        }
        return _refused is null;
    }

    /// <inheritdoc/>
    public override void Succeed()
    {
        if (_refused is null)
            _done.SetResult(_result);
        else
            _done.SetException(_refused);
    }

    /// <inheritdoc/>
    public override void Fail(Exception e) => _done.SetException(_refused ?? e);
}
