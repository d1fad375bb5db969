using Microsoft.Extensions.Logging;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Logging;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Whether the tenant's connection works. After a start the token is tested in the tenant's turn, or at once where Slack is
/// to be told something; sending and imports wait for that, reads do not. From then on it is tested about once an hour, and
/// a token that ends is renewed before. One that Slack does not take is tested again until Slack does.
/// </summary>
internal sealed class ConnectionWatch(
    HomeStore store,
    TokenRenewal token,
    Gate gate,
    Executor executor,
    LaterImport import,
    TimeProvider clock,
    ILogger<ConnectionWatch> log
) : IAsyncDisposable
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _every = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource _hurried = new();
    private Task _run = Task.CompletedTask;
    private long _due = long.MaxValue;
    private Reason? _said;

    /// <summary>Has the token tested when it is its turn.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested || !_run.IsCompleted)
                return;
            _hurried = new CancellationTokenSource();
            _run = Task.Run(RunAsync);
        }
    }

    /// <summary>Has it tested now: Slack is to be told something.</summary>
    public void Hurry()
    {
        Begin();
        lock (_gate)
            _ = _hurried.CancelAsync();
    }

    /// <summary>Has it tested if it is time to, or time to renew it. A disabled tenant asks Slack nothing.</summary>
    public void BeginIfDue()
    {
        if (executor.Gate.Standing != Standing.Disabled && IsDue())
            Begin();
        else if (token.IsDue)
            executor.Gate.Disconnect(); // it is renewed before anything else once the tenant goes on
    }

    /// <summary>Tells the log why Slack cannot be written, or with null that it can again. It is found twice a minute, and said once.</summary>
    public void Tell(Reason? why)
    {
        lock (_gate)
            if ((why is null) == (_said is null))
                return;
            else
                _said = why;
        if (why is null)
            log.ConnectionRestored();
        else
            log.ConnectionLost(why.Words ?? why.Sentence);
    }

    /// <summary>It was tested: next in an hour and some minutes of chance, so that a thousand tenants' lie apart.</summary>
    public void Plan() =>
        Volatile.Write(ref _due, (clock.GetUtcNow() + _every * (1.1 + (0.4 * Random.Shared.NextDouble()))).UtcTicks);

    // What Slack refuses while it takes the token, as for its plan, is found out by the executor itself.
    private bool IsDue() =>
        token.IsDue
        || (
            Volatile.Read(ref _due) <= clock.GetUtcNow().UtcTicks
            && (!executor.Gate.IsShut || !executor.Gate.IsConnected || token.Rotates)
        );

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _ = _stopping.CancelAsync();
        await _run;
    }

    private async Task RunAsync()
    {
        try
        {
            for (Func<Task<SlackTokenTest>> ask = FirstAsync; !await IsWellAsync(ask); ask = AgainAsync)
                await Task.Delay(_again, clock, _stopping.Token);
            Plan();
        }
        catch (Exception e) when (e is OperationCanceledException or HomeEndedException) { } // the home ends
    }

    private async Task<bool> IsWellAsync(Func<Task<SlackTokenTest>> ask)
    {
        try
        {
            if (executor.Gate.Standing == Standing.Disabled)
                return true; // going on has it asked
            var (wasConnected, before) = (executor.Gate.IsConnected, token.Current);
            var said = await ask();
            // An operator's test that ended meanwhile is newer than this answer.
            var isKnown = wasConnected || executor.Gate.IsConnected;
            // That Slack says nothing just now, or takes the token but not what is sent by it, says nothing new.
            if (
                isKnown
                && (
                    said is SlackTokenTest.NoAnswer
                    || (executor.Gate.IsShut && said is SlackTokenTest.Valid && token.Current == before)
                )
            )
                return true;
            var problem = await NoteAsync(said);
            Tell(problem is null ? null : new Reason(ReasonCode.SlackShut, problem));
            if (problem is not null)
            {
                executor.Gate.Disconnect();
                executor.Gate.Close(new Reason(ReasonCode.SlackShut, problem));
                await Connecting.NoteAsync(store, problem, clock);
                return false;
            }
            if (!wasConnected || executor.Gate.IsShut)
                executor.Gate.Connect();
            import.BeginIfDue();
            return true;
        }
#pragma warning disable CA1031 // whatever it is, such as a full disk: requests go on, nothing is sent, and it is asked again
        catch (Exception e) when (e is not (OperationCanceledException or HomeEndedException))
#pragma warning restore CA1031
        {
            if (e is not StoreAwayException) // which is said once (docs/rooms/storage.md)
                log.ConnectionTestFailed(e.GetType().Name, e.StackTrace);
        }
        return false;
    }

    // In line with all that start, unless somebody waits for it.
    private async Task<SlackTokenTest> FirstAsync()
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, _hurried.Token);
        try
        {
            return await gate.RunAsync(AskAsync, leave.Token);
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return await AskAsync();
        }
    }

    private Task<SlackTokenTest> AgainAsync() => gate.RunAsync(AskAsync, _stopping.Token);

    private Task<SlackTokenTest> AskAsync() => token.AskAsync(_stopping.Token);

    // Null if all is well. A token of another organization is a trouble as others are: others' tenants start beside it.
    private async Task<string?> NoteAsync(SlackTokenTest said)
    {
        try
        {
            return await Connecting.TryAsync(store, () => Task.FromResult(said), executor.Due, clock, _stopping.Token);
        }
        catch (SlackUnreadableException e)
        {
            return e.Message;
        }
    }
}
