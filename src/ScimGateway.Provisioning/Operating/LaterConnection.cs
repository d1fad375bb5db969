using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// The connection of a start that is not the first. Reads and the mirror need no Slack, so where it does not answer, or
/// does not take the token, that is the tenant's state and no reason not to start: nothing is sent before it is known
/// whose the token is, and it is asked until it is. Then comes the import.
/// </summary>
public sealed partial class LaterConnection(
    HomeStore store,
    SlackConnection slack,
    SlackClientOptions options,
    HttpClient http,
    Executor executor,
    LaterImport import,
    TimeProvider clock,
    ILogger<LaterConnection> log
) : IAsyncDisposable
{
    // A start waits so long for Slack, and what is asked in vain is asked again.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private Task _run = Task.CompletedTask;

    /// <summary>Asks once; goes on asking beside the requests if that was in vain. True if all is well.</summary>
    /// <exception cref="SlackUnreadableException">The token is another organization's.</exception>
    public async Task<bool> TryAsync(CancellationToken cancel)
    {
        var limit = options.AttemptLimit < _soon ? options.AttemptLimit : _soon;
        if (await TestAsync(limit, cancel).ConfigureAwait(false) is not { } problem)
            return true;
        await NoteAsync(problem).ConfigureAwait(false);
        _run = Task.Run(GoOnAsync, CancellationToken.None);
        return false;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task GoOnAsync()
    {
        try
        {
            do await Task.Delay(_again, clock, _stopping.Token).ConfigureAwait(false);
            while (!await IsConnectedAsync().ConfigureAwait(false));
            executor.Open();
            executor.ConsiderAll();
            import.TryBegin();
        }
        catch (OperationCanceledException)
        {
            // the gateway stops
        }
#pragma warning disable CA1031 // whatever it is, requests go on, and nothing is sent
        catch (Exception e)
#pragma warning restore CA1031
        {
            Broke(log, e.GetType().Name, e.StackTrace);
        }
    }

    private async Task<bool> IsConnectedAsync()
    {
        try
        {
            if (await TestAsync(options.AttemptLimit, _stopping.Token).ConfigureAwait(false) is not { } problem)
                return true;
            await NoteAsync(problem).ConfigureAwait(false);
        }
        catch (SlackUnreadableException e)
        {
            await NoteAsync(e.Message).ConfigureAwait(false);
        }
        return false;
    }

    private Task<string?> TestAsync(TimeSpan limit, CancellationToken cancel) =>
        Connecting.TryAsync(store, () => SlackTokenTest.AskAsync(http, slack, limit, clock, cancel), clock, cancel);

    private Task NoteAsync(string problem)
    {
        executor.Close(new Reason(ReasonCode.SlackShut, problem));
        return Connecting.NoteAsync(store, problem, clock);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The connection could not be tested: {Kind} {Where}")]
    private static partial void Broke(ILogger log, string kind, string? where);
}
