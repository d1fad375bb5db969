namespace ScimGateway.Provisioning.Executing;

/// <summary>So many at once of what all homes of a process do now and then; the others wait in their order.</summary>
public sealed class Turns(int mostAtOnce) : IDisposable
{
    private readonly SemaphoreSlim _free = new(mostAtOnce);

    /// <summary>Runs it when it is its turn.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="leave">Whoever waits leaves the line; what has begun goes on.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken leave)
    {
        ArgumentNullException.ThrowIfNull(work);
        await _free.WaitAsync(leave);
        try
        {
            return await work();
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
