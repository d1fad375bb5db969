using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// The connection of a start that is not the first. Reads and the mirror need no Slack, so whose the token is is asked
/// beside the requests, when it is the tenant's turn, or at once where something is to be sent. Nothing is sent and
/// nothing is imported before it is known. Where Slack does not answer, or does not take the token, that is the
/// tenant's state, and it is asked until it is well.
/// </summary>
public sealed partial class LaterConnection(
    HomeStore store,
    Func<CancellationToken, Task<SlackTokenTest>> ask,
    Turns turns,
    Executor executor,
    LaterImport import,
    TimeProvider clock,
    ILogger<LaterConnection> log
) : IAsyncDisposable
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _hurried = new();
    private readonly Lock _gate = new();
    private Task? _run;
    private string? _said;

    /// <summary>Has the token tested when it is its turn.</summary>
    public void Begin()
    {
        lock (_gate)
            if (!_stopping.IsCancellationRequested)
                _run ??= Task.Run(RunAsync);
    }

    /// <summary>Has it tested now: Slack is to be told something.</summary>
    public void Hurry()
    {
        lock (_gate)
            if (!_stopping.IsCancellationRequested)
                _ = _hurried.CancelAsync();
        Begin();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _ = _stopping.CancelAsync();
        await (_run ?? Task.CompletedTask).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        try
        {
            for (
                Func<Task<string?>> asks = FirstAsync;
                !await IsConnectedAsync(asks).ConfigureAwait(false);
                asks = AgainAsync
            )
                await Task.Delay(_again, clock, _stopping.Token).ConfigureAwait(false);
            executor.Connect();
            import.BeginIfDue();
        }
        catch (Exception e) when (e is OperationCanceledException or HomeEndedException)
        {
            // the home ends
        }
    }

    private async Task<bool> IsConnectedAsync(Func<Task<string?>> asks)
    {
        try
        {
            var problem = await asks().ConfigureAwait(false);
            if (problem != _said) // it is asked twice a minute, for as long as it lasts
            {
                if (problem is null)
                    Connected(log, store.Tenant);
                else
                    NotConnected(log, store.Tenant, problem);
                _said = problem;
            }
            if (problem is null)
                return true;
            executor.Close(new Reason(ReasonCode.SlackShut, problem));
            await Connecting.NoteAsync(store, problem, clock).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // whatever it is, such as a full disk: requests go on, nothing is sent, and it is asked again
        catch (Exception e) when (e is not (OperationCanceledException or HomeEndedException))
#pragma warning restore CA1031
        {
            Broke(log, e.GetType().Name, e.StackTrace);
        }
        return false;
    }

    // In line with all that start, unless somebody waits for it.
    private async Task<string?> FirstAsync()
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, _hurried.Token);
        try
        {
            return await turns.RunAsync(TestAsync, leave.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return await TestAsync().ConfigureAwait(false);
        }
    }

    private Task<string?> AgainAsync() => turns.RunAsync(TestAsync, _stopping.Token);

    // Null if all is well. A token of another organization is a trouble as others are: others' tenants start beside it.
    private async Task<string?> TestAsync()
    {
        try
        {
            return await Connecting
                .TryAsync(store, () => ask(_stopping.Token), clock, _stopping.Token)
                .ConfigureAwait(false);
        }
        catch (SlackUnreadableException e)
        {
            return e.Message;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack cannot be written for tenant {Tenant}: {Problem}")]
    private static partial void NotConnected(ILogger log, TenantId tenant, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Slack can be written for tenant {Tenant} again")]
    private static partial void Connected(ILogger log, TenantId tenant);

    [LoggerMessage(Level = LogLevel.Error, Message = "The connection could not be tested: {Kind} {Where}")]
    private static partial void Broke(ILogger log, string kind, string? where);
}
