namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// How many imports run at once in a process: each has pages of a thousand users in memory, and all write.
/// </summary>
public sealed class ImportTurns : IDisposable
{
    private const int MostAtOnce = 4;

    private readonly SemaphoreSlim _free = new(MostAtOnce);

    /// <summary>Runs an import when it is its turn.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> import, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(import);
        await _free.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await import().ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
