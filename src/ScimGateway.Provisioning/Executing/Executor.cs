using System.Collections.Concurrent;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Provisioning.Users;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Executing;

/// <summary>Makes one tenant's Slack equal to its mirror, within Slack's budget. The only way from a wish to Slack; whoever wants something raises a link's wish and has it considered.</summary>
public sealed class Executor : IAsyncDisposable
{
    private const int MostCalls = 16;

    private readonly Store _store;
    private readonly SlackScimClient _slack;
    private readonly TimeSpan _timeLimit;
    private readonly SlackBudget _budget;
    private readonly Preferences _preferences;
    private readonly int _tenantId;
    private readonly Outcomes _outcomes;
    private readonly TimeProvider _clock;
    private readonly AtStep? _reached;
    private readonly SlackSchedule<long> _schedule;
    private readonly LaterLinks _later = new();
    private readonly ConcurrentDictionary<long, bool> _inFlight = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>The executor of a tenant; it does nothing before <see cref="StartAsync"/>.</summary>
    public Executor(
        Store store,
        SlackScimClient slack,
        SlackClientOptions options,
        SlackBudget budget,
        Preferences preferences,
        int tenantId,
        Outcomes outcomes,
        TimeProvider clock,
        AtStep? reached = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        (_store, _slack, _timeLimit, _budget) = (store, slack, options.AttemptLimit, budget);
        (_preferences, _tenantId, _outcomes, _clock) = (preferences, tenantId, outcomes, clock);
        _reached = reached;
        _schedule = new SlackSchedule<long>(budget);
    }

    /// <summary>Takes up what a former process left, and works from then on.</summary>
    /// <remarks>
    /// What was pending may have been sent: it waits out Slack's time limit, since a late call could still land, and what has no
    /// Slack id is asked for before it is made. Nobody waits any more for an answer of the former process.
    /// </remarks>
    public async Task StartAsync()
    {
        await _store
            .WriteAsync(
                session =>
                    session.Execute(
                        "update links set answer_by = null, ask_first = (slack_id is null), due = @due where tenant_id = @tenant and state = @pending",
                        ("@due", Milliseconds(_clock.GetUtcNow() + _timeLimit)),
                        ("@tenant", _tenantId),
                        ("@pending", LinkState.Pending)
                    ),
                CancellationToken.None
            )
            .ConfigureAwait(false);
        foreach (var link in Pending())
            Consider(link);
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Has a link looked at: it may have something to tell Slack.</summary>
    public void Consider(long link)
    {
        if (_inFlight.ContainsKey(link))
            return; // its outcome looks again
        var account = _store.Read(session => WantedAccount.Read(session, link, _preferences));
        if (account is not { Link.State: LinkState.Pending })
            return;
        if (account.Link.Due is { } due && due > Milliseconds(_clock.GetUtcNow()))
        {
            _later.Put(link, due);
            _news.Release();
            return;
        }
        if (account.Next is not { } command)
        {
            _ = SettleAsync(link);
            return;
        }

        _schedule.Put(
            link,
            command.Call,
            (SlackPriority)account.Link.Priority,
            DateTimeOffset.FromUnixTimeMilliseconds(account.Link.Since),
            Alternative(command)
        );
        _news.Release();
    }

    /// <summary>Whether a wish is settled.</summary>
    public bool IsSettled(long link, long version) =>
        _store.Read(session =>
            session.First("select settled_version from links where id = @id", row => row.GetInt64(0), ("@id", link)) >= version
        );

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        while (!_inFlight.IsEmpty)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
        _news.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            while (_later.TryTake(Milliseconds(_clock.GetUtcNow()), out var link))
                Consider(link);
            while (_inFlight.Count < MostCalls && _schedule.TryNext(out var turn))
                _ = ExecuteAsync(turn);
            try
            {
                await _news.WaitAsync(Pause(), _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // Until the budget has room, or a link is due again, or there is news.
    private TimeSpan Pause()
    {
        var budget = _inFlight.Count < MostCalls ? _schedule.NextIn() : null;
        TimeSpan? due = _later.Next is { } next
            ? TimeSpan.FromMilliseconds(Math.Max(0, next - Milliseconds(_clock.GetUtcNow())))
            : null;
        return budget is { } b && due is { } d ? (b < d ? b : d) : budget ?? due ?? Timeout.InfiniteTimeSpan;
    }

    private async Task ExecuteAsync(SlackTurn<long> turn)
    {
        // A link has one call at a time; the outcome of the one under way looks again.
        if (!_inFlight.TryAdd(turn.Item, true))
        {
            _budget.GiveBack(turn.Grant);
            return;
        }
        var recorded = false;
        try
        {
            var account = _store.Read(session => WantedAccount.Read(session, turn.Item, _preferences));
            if (account?.Next is not { } command || Paid(command, turn.Grant.Call) is not { } paid)
            {
                _budget.GiveBack(turn.Grant);
                recorded = true;
                return;
            }

            await At(Step.Calling).ConfigureAwait(false);
            var result = await _slack.SendAsync(paid, turn.Grant, CancellationToken.None).ConfigureAwait(false);
            await At(Step.Called).ConfigureAwait(false);
            var outcome = await _store
                .WriteAsync(
                    session => new Recording(session, _preferences, _timeLimit, _clock).Record(account, paid, result),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            recorded = true;
            await At(Step.Recorded).ConfigureAwait(false);
            _outcomes.Tell(turn.Item, account.Link.WantedVersion, outcome);
        }
        finally
        {
            _inFlight.TryRemove(turn.Item, out _);
            if (recorded)
                Consider(turn.Item);
            else
                _later.Put(turn.Item, Milliseconds(_clock.GetUtcNow() + _timeLimit)); // the store failed
            _news.Release();
        }
    }

    // A deactivation may go by either of two verbs; the grant says from which bucket it was paid. What has become another kind of
    // call since it was queued queues anew.
    private static SlackCommand? Paid(SlackCommand command, SlackCall call) =>
        (command, call) switch
        {
            (SlackCommand.DeactivateUser off, SlackCall.DeleteUser) => new SlackCommand.DeleteUser(off.Id),
            (SlackCommand.DeleteUser off, SlackCall.WriteUser) => new SlackCommand.DeactivateUser(off.Id),
            _ => command.Call == call ? command : null,
        };

    private static SlackCall? Alternative(SlackCommand command) =>
        command switch
        {
            SlackCommand.DeactivateUser => SlackCall.DeleteUser,
            SlackCommand.DeleteUser => SlackCall.WriteUser,
            _ => null,
        };

    // Nothing to tell Slack: the write-down was all.
    private async Task SettleAsync(long link)
    {
        var (version, outcome) = await _store
            .WriteAsync(
                session =>
                {
                    var now = WantedAccount.Read(session, link, _preferences);
                    return now is { Link.State: LinkState.Pending, Next: null }
                        ? (now.Link.WantedVersion, new Recording(session, _preferences, _timeLimit, _clock).Settle(now))
                        : (0, null);
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        _outcomes.Tell(link, version, outcome);
    }

    private List<long> Pending() =>
        _store.Read(session =>
            session.All(
                "select id from links where tenant_id = @tenant and state = @pending",
                row => row.GetInt64(0),
                ("@tenant", _tenantId),
                ("@pending", LinkState.Pending)
            )
        );

    private Task At(Step step) => _reached?.Invoke(step) ?? Task.CompletedTask;

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
