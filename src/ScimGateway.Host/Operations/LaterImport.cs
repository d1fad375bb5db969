using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;

namespace ScimGateway.Host.Operations;

/// <summary>The import of a start that is not the first: it runs while requests are answered, and ends with the gateway, or when the tenant is disabled.</summary>
internal sealed partial class LaterImport(SlackImport import, Executor executor, ILogger<LaterImport> log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _run = Task.CompletedTask;

    /// <summary>Begins it.</summary>
    public void Begin() => _run = Task.Run(RunAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
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
            // The next start begins anew.
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
