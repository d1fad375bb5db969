using Microsoft.Extensions.Logging;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Executing;

/// <summary>
/// Makes one tenant's Slack equal to its mirror, within Slack's budget. The only way from a wish to Slack; whoever
/// wants something raises a link's wish and has it considered.
/// </summary>
internal sealed class Executor : IAsyncDisposable
{
    private readonly HomeStore _store;
    private readonly CurrentPreferences _preferences;
    private readonly SlackSchedule<LinkId> _schedule;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly LogMinute _unread;
    private readonly CallStreaks _streaks = new();
    private readonly Recorder _recorder;
    private readonly CallRun _calls;
    private readonly Dictionary<LinkId, Considered> _weighed = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly AtStep? _reached;
    private Task _loop = Task.CompletedTask;

    /// <summary>The executor of a tenant; it does nothing before <see cref="StartAsync"/>.</summary>
    public Executor(
        HomeStore store,
        SlackScimClient slack,
        SlackClientOptions options,
        SlackBudget budget,
        SlackSchedule<LinkId> schedule,
        CurrentPreferences preferences,
        IEnumerable<Subject> subjects,
        Outcomes outcomes,
        TimeProvider clock,
        ILogger<Executor> log,
        AtStep? reached = null
    )
    {
        (_store, _preferences, _schedule, _clock, _log, _reached) = (store, preferences, schedule, clock, log, reached);
        _unread = new LogMinute(clock);
        Due = new DueLinks(clock);
        Others = new UnplannedCalls(schedule, budget, Due, clock, _stopping.Token);
        Gate = new SlackGate(schedule, Due, (Action)outcomes.GiveUp + Others.TurnAway, clock);
        Flights = new Flights(Due);
        _recorder = new Recorder(
            store,
            preferences,
            subjects,
            options.AttemptLimit,
            Due,
            Gate,
            _streaks,
            outcomes,
            () => _ = HaltAsync(),
            clock,
            log
        );
        _calls = new CallRun(
            store,
            slack,
            budget,
            preferences,
            options.AttemptLimit,
            Due,
            Gate,
            Flights,
            _streaks,
            _recorder,
            clock,
            log,
            reached,
            _stopping.Token
        );
    }

    /// <summary>Whether Slack may be called.</summary>
    public SlackGate Gate { get; }

    /// <summary>The links that are to be looked at.</summary>
    public DueLinks Due { get; }

    /// <summary>The calls that no plan makes.</summary>
    public UnplannedCalls Others { get; }

    /// <summary>The links with a call under way.</summary>
    public Flights Flights { get; }

    /// <summary>Cancelled when no call begins any more, since the home ends.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Takes up what is left to do, and works from then on.</summary>
    public async Task StartAsync()
    {
        var tenant = await _store.ReadAsync(session => Tenants.Find(session, _store.Tenant));
        _streaks.LookUntil(tenant.CarefulUntil);
        await Gate.BeginAsync(tenant);
        Due.ConsiderAll();
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>In how long a command that came now would go.</summary>
    public TimeSpan Estimate(SlackCommand command, SlackPriority priority) =>
        _schedule.Estimate(command.Call, priority, command.Alternative);

    /// <summary>
    /// Takes a wish back for which nothing was sent to Slack; null if it is too late for that.
    /// </summary>
    public Task<Outcome?> WithdrawAsync(LinkId link, long version, ScimException why) =>
        Flights.BeforeCallAsync(link, () => _recorder.WithdrawAsync(link, version, why));

    /// <summary>
    /// Stands still: no call begins from now on and nobody waits for one. Returns when those under way have had their
    /// outcome.
    /// </summary>
    public async Task StandStillAsync(Standing standing)
    {
        await Gate.StandStillAsync(standing);
        await Flights.LandAsync();
        if (Gate.Standing == Standing.Live) // it goes on already
            return;
        // What reads Slack goes behind all that waits, so nothing may wait in vain.
        foreach (var link in await _store.ReadAsync(session => LinkLists.Unfinished(session, _store.Tenant)))
            _schedule.Remove(link);
    }

    /// <summary>Goes on, with all that has come meanwhile; in a shadow run only with reading.</summary>
    public void GoOn(Standing standing)
    {
        Gate.GoOn(standing);
        Due.ConsiderAll();
    }

    /// <summary>No call begins from now on; those under way go on to their outcome.</summary>
    public void StopCalling()
    {
        _stopping.Cancel();
        Others.TurnAway();
    }

    /// <summary>
    /// Ends: no call begins any more, those under way get their outcome, and only then the stop counts as a clean one. It
    /// does not if any call's outcome was lost.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        await Flights.LandAsync();
        try
        {
            if (!_calls.HasLost)
                await _store.WriteAsync(
                    session => TenantHomes.SetStoppedCleanly(session, _store.Tenant, true),
                    CancellationToken.None
                );
        }
        catch (HomeEndedException)
        {
            // It is for the home that has the tenant by now.
        }
#pragma warning disable CA1031 // whatever it is: nobody can say that it was clean, so the next home takes it for unclean
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.NotStopped(e);
        }
        await Due.DisposeAsync();
        // The source is left to the collector: whoever writes for a home that has ended stops it once more.
    }

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
            try
            {
                await Due.WaitAsync(await RoundAsync(), _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
    }

    // One round: what is due, what is new, and as many calls as the budget has room for. Says how long there is nothing
    // to do.
    private async Task<TimeSpan> RoundAsync()
    {
        if (Due.TryTakeAll())
            await OrElseAsync(ConsiderUnfinishedAsync, Due.PutAllBack);
        while (Due.TryTake(out var considered))
            await OrElseAsync(() => WeighAsync(considered), () => Due.Put(considered.Link, HomeStore.UntilTriedAgain));
        while (Gate.MayCall(Flights.Count))
            if (_schedule.TryNext(out var granted))
            {
                if (!Others.Take(granted))
                    _ = _calls.RunAsync(granted, _weighed.GetValueOrDefault(granted.Item));
            }
            else
            {
                if (Gate is { IsShut: true, Standing: Standing.Live })
                    _ = _calls.ProbeAsync();
                break;
            }
        _weighed.Clear();
        var (room, due) = (Gate.NextIn(Flights.Count), Due.NextIn());
        return room is { } r && due is { } d ? (r < d ? r : d) : room ?? due ?? Timeout.InfiniteTimeSpan;
    }

    private async Task OrElseAsync(Func<Task> look, Action again)
    {
        try
        {
            await look();
        }
#pragma warning disable CA1031 // a full disk, a busy file, a row that cannot be read: nothing is lost, it is looked at again, and others go on
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.NotRead(_unread, e);
            again();
        }
    }

    // Behind all that is being written, as what is in doubt may yet turn out to be.
    private async Task ConsiderUnfinishedAsync()
    {
        var unfinished = await _store.WriteAsync(
            session => LinkLists.Unfinished(session, _store.Tenant),
            CancellationToken.None
        );
        unfinished.ForEach(Due.Consider);
    }

    // A link's place in the schedule.
    private async Task WeighAsync(Considered considered)
    {
        var (link, now) = (considered.Link, _clock.Now());
        if (Flights.LooksAgain(link))
            return;
        if (considered.PlannedAt(Due.Stamp(link)) is null)
            considered = considered with
            {
                Stamp = Due.Stamp(link),
                Planned = await ReadAsync(link, considered.Claimant),
            };
        await _reached.At(Step.Weighing);
        var account = considered.Planned;
        switch (account)
        {
            case { Link: { State: LinkState.Pending or LinkState.Failed, Next: { } due } } when due > now:
                Due.Put(link, due);
                break;
            case { Link.State: LinkState.Failed } when Gate.Standing == Standing.Live:
            case { Link.State: LinkState.Pending, Next: null }:
                _ = _recorder.SettleAsync(account.Link, considered.Chain);
                break;
            case { Link.State: LinkState.Pending }
                when Gate.Standing == Standing.Live && _streaks.Next(account, now) is { } command:
                _weighed[link] = considered;
                _schedule.Put(
                    link,
                    command.Call,
                    account.Link.Priority,
                    account.Link.Since.ToTime(),
                    command.Alternative
                );
                break;
        }
    }

    private async ValueTask<Wanted?> ReadAsync(LinkId link, (ResourceId Id, Kind Kind)? claimant) =>
        await _store.ReadAsync(session =>
        {
            if (claimant is var (id, kind))
                session.Prefetch(asks =>
                {
                    Links.Find(asks, link);
                    Resources.Find(asks, id);
                    if (kind == Kind.Group)
                        WantedGroup.Prefetch(asks, id.AsGroup());
                });
            return Wanted.Read(session, link, _preferences.Now);
        });

    // Nothing begins any more, and what is under way has its outcome.
    private async Task HaltAsync()
    {
        await StandStillAsync(Standing.Disabled);
        await _store.WriteAsync(session => TenantStandings.SetStill(session, _store.Tenant), CancellationToken.None);
    }
}
