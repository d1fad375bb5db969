using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;

namespace ScimGateway.Host.Operations;

/// <summary>
/// An import that runs while requests are answered: that of a start which is not the first, or one that is asked for.
/// One at a time; it ends with the gateway, or when the tenant is disabled.
/// </summary>
internal sealed partial class LaterImport(SlackImport import, Executor executor, ILogger<LaterImport> log)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task _run = Task.CompletedTask;

    /// <summary>Begins one; false if one is running.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            if (!_run.IsCompleted || _stopping.IsCancellationRequested)
                return false;
            _run = Task.Run(RunAsync);
            return true;
        }
    }

    /// <summary>Completes when the one that runs has ended.</summary>
    public Task EndedAsync(CancellationToken cancel) => _run.WaitAsync(cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _stopping.Cancel();
        await _run;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, executor.UntilDisabled);
            await import.RunAsync(end.Token);
            executor.ConsiderAll(); // what Slack knows again has something to be told
        }
        catch (OperationCanceledException)
        {
            // The next start goes on from there.
        }
        catch (SlackUnreadableException)
        {
            Failed(log); // its job and the journal say why
        }
#pragma warning disable CA1031 // whatever it is, requests go on
        catch (Exception e)
#pragma warning restore CA1031
        {
            Broke(log, e.GetType().Name, e.StackTrace);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The import ended early; the journal says why")]
    private static partial void Failed(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "The import failed with {Kind} {Where}")]
    private static partial void Broke(ILogger log, string kind, string? where);
}
