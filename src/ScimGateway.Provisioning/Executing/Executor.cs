using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
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
public sealed partial class Executor : IAsyncDisposable
{
    private const int MostCalls = 16;

    // How many accounts in a row may be refused before that is the token's fault.
    private const int MostForbidden = 3;

    // How many answers in a row may be another's than Slack's before Slack counts as out of reach.
    private const int MostForeign = 3;

    // How often in a row links may be planned again, one because of the other, with nothing told to Slack between. What
    // an address, an account or a nested group sets in motion comes to rest after a few.
    private const int MostInChain = 100;

    // How long a token that was not accepted is left in peace, and how long a store that failed.
    private static readonly TimeSpan _untilProbe = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _untilStore = TimeSpan.FromSeconds(1);

    private readonly HomeStore _store;
    private readonly SlackScimClient _slack;
    private readonly TimeSpan _timeLimit;
    private readonly SlackBudget _budget;
    private readonly CurrentPreferences _preferences;
    private readonly Outcomes _outcomes;
    private readonly Subject[] _subjects; // by kind
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly AtStep? _reached;
    private readonly SlackSchedule<LinkId> _schedule;
    private readonly OthersCalls _others;
    private readonly LaterLinks _later = new();
    private readonly Channel<Considered> _considered = Channel.CreateUnbounded<Considered>(
        new() { SingleReader = true }
    );
    private readonly ConcurrentDictionary<LinkId, Flight> _inFlight = new();
    private readonly Dictionary<LinkId, Considered> _weighed = [];
    private readonly HashSet<LinkId> _forbidden = [];
    private int _foreign;
    private long _carefulUntil;
    private readonly int[] _stamps = new int[4096];

    // What has come since the last round, be it much or little; whoever still holds an executor that has ended may say so.
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly ITimer _alarm;
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private bool _looksAtAll;
    private volatile Reason? _closed;
    private volatile bool _isConnected;
    private volatile int _standing; // a Standing
    private volatile bool _hasLost; // an outcome of a call, so that the store does not know what Slack has done
    private CancellationTokenSource _disabled = new();
    private DateTimeOffset? _probe;

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
        ArgumentNullException.ThrowIfNull(options);
        (_store, _slack, _timeLimit, _budget) = (store, slack, options.AttemptLimit, budget);
        (_preferences, _outcomes, _clock) = (preferences, outcomes, clock);
        (_schedule, _log, _reached) = (schedule, log, reached);
        _others = new OthersCalls(schedule, budget, clock);
        _subjects = [.. subjects.OrderBy(subject => subject.Kind)];
        _alarm = clock.CreateTimer(
            _ => _news.Writer.TryWrite(true),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Why Slack cannot be written just now; null if it can.</summary>
    public Reason? Closed => Reason.Of(Standing) ?? _closed;

    /// <summary>Whether Slack is told of the tenant, as an operator has decided.</summary>
    public Standing Standing
    {
        get => (Standing)_standing;
        private set => _standing = (int)value;
    }

    /// <summary>Whether Slack may be asked: it is known whose the token is, and the tenant is not disabled.</summary>
    public bool MayAsk => _isConnected && Standing != Standing.Disabled;

    /// <summary>Whether it is known whose the token is.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>Whether Slack takes the token or what is sent by it no more.</summary>
    public bool IsShut => _closed is not null;

    /// <summary>Slack is to be told something, and it is not known yet whose the token is.</summary>
    public event Action? Unconnected;

    /// <summary>Cancelled when the tenant is disabled: whoever reads Slack beside the executor ends then.</summary>
    public CancellationToken UntilDisabled => _disabled.Token;

    /// <summary>Takes up what is left to do, and works from then on.</summary>
    public async Task StartAsync()
    {
        var tenant = await _store.ReadAsync(session => Tenants.Find(session, _store.Tenant));
        (Standing, _carefulUntil) = (tenant.Standing, tenant.CarefulUntil?.Value ?? 0);
        if (tenant.Problem is { } problem) // until it is known that it is over
            _closed = new Reason(ReasonCode.SlackShut, problem);
        if (Standing == Standing.Disabled)
            await _disabled.CancelAsync();
        ConsiderAll();
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Has every link looked at that is not where it is to be.</summary>
    public void ConsiderAll()
    {
        Volatile.Write(ref _looksAtAll, true);
        _news.Writer.TryWrite(true);
    }

    /// <summary>Has a link looked at: it may have something to tell Slack.</summary>
    public void Consider(LinkId link) => Consider(new Considered(link));

    /// <summary>The same of a link whose resource is at hand, so that both are read together.</summary>
    public void Consider(LinkId link, Resource claimant) =>
        Consider(new Considered(link) { Claimant = (claimant.Id, claimant.Kind) });

    /// <summary>
    /// Has a link looked at that was just written down: what is planned is at hand, and is used unless the stamp has
    /// changed by then.
    /// </summary>
    public void Consider(LinkId link, Wanted planned, int stamp) => Consider(new Considered(link, planned, stamp));

    /// <summary>
    /// Changes whenever a call for the link begins or ends. Taken while a write-down has the link's row in hand.
    /// </summary>
    public int Stamp(LinkId link) => Volatile.Read(ref _stamps[link.Value % _stamps.Length]);

    /// <summary>Has a link go before all others, since somebody asks for what it is about to let go of.</summary>
    public async Task HurryAsync(LinkId link)
    {
        await _store.WriteAsync(
            session => Links.Find(session, link) is { } there ? Links.Save(session, there.Hurry()) : null,
            CancellationToken.None
        );
        Consider(link);
    }

    /// <summary>In how long a command that came now would go.</summary>
    public TimeSpan Estimate(SlackCommand command, SlackPriority priority) =>
        _schedule.Estimate(command.Call, priority, Alternative(command));

    /// <summary>
    /// Waits until a call that no plan makes may be sent; null if that is not in time, or none may begin any more. Whoever
    /// does not send it gives it back.
    /// </summary>
    public Task<SlackGrant?> TurnAsync(SlackCall call, SlackPriority priority, TimeSpan most, CancellationToken gone) =>
        _stopping.IsCancellationRequested
            ? Task.FromResult<SlackGrant?>(null)
            : _others.WaitAsync(call, priority, most, () => _news.Writer.TryWrite(true), gone);

    /// <summary>Whether no call begins any more, since the home ends.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>A step of a write is reached, at which a test may have the process die.</summary>
    public Task ReachAsync(Step step) => At(step);

    /// <summary>
    /// No call to Slack begins from now on, and nobody waits for one: the tenant is disabled, or its token is not
    /// accepted.
    /// </summary>
    public void Close(Reason why)
    {
        _closed = why;
        _outcomes.GiveUp();
        _others.TurnAway();
    }

    /// <summary>
    /// It is known whose the token is. Before that nothing is sent: it may be another organization's by now.
    /// </summary>
    public void Connect()
    {
        _isConnected = true;
        Open();
    }

    /// <summary>It is not known any more: nothing is sent before Slack was asked again.</summary>
    public void Disconnect() => _isConnected = false;

    /// <summary>Slack can be written again.</summary>
    public void Open()
    {
        (_closed, _probe) = (null, null);
        _news.Writer.TryWrite(true);
    }

    /// <summary>
    /// Stands still: no call begins from now on and nobody waits for one. Returns when those under way have had their
    /// outcome.
    /// </summary>
    public async Task StandStillAsync(Standing standing)
    {
        Standing = standing;
        Interlocked.MemoryBarrier(); // a call that does not see it is seen below
        if (standing == Standing.Disabled)
            await _disabled.CancelAsync();
        _outcomes.GiveUp();
        _others.TurnAway();
        await Task.WhenAll(_inFlight.Values.Select(flight => flight.Landed.Task));
        if (Standing == Standing.Live) // it goes on already
            return;
        foreach (var link in await UnfinishedAsync()) // what reads Slack goes behind all that waits, so nothing may wait in vain
            _schedule.Remove(link);
    }

    /// <summary>Goes on, with all that has come meanwhile; in a shadow run only with reading.</summary>
    public void GoOn(Standing standing)
    {
        if (_disabled.IsCancellationRequested)
            _disabled = new();
        Standing = standing;
        if (!_isConnected)
            Unconnected?.Invoke();
        else if (standing == Standing.Live)
            Open();
        ConsiderAll();
    }

    /// <summary>
    /// Takes a wish back for which nothing was sent to Slack; null if it is too late for that.
    /// </summary>
    public async Task<Outcome?> WithdrawAsync(LinkId link, long version, ScimException why)
    {
        var own = new Flight();
        while (!_inFlight.TryAdd(link, own))
            // What is answered is over in a moment; what it was decides then.
            if (_inFlight.TryGetValue(link, out var call) && !(call.IsAnswered && await call.Landed.Task))
                return null;
        Touch(link);
        try
        {
            var recorded = await _store.WriteAsync(
                session => Withdraw(session, link, version, why),
                CancellationToken.None
            );
            if (recorded is null)
                return null;
            PassOn(recorded);
            _outcomes.Tell(link, recorded);
            return recorded.Outcome;
        }
        finally
        {
            Touch(link);
            _inFlight.TryRemove(link, out _);
            own.Landed.SetResult(false);
            Consider(link);
        }
    }

    /// <summary>
    /// Does something with links while no call of theirs is under way: what is gets its outcome first, and none begins
    /// meanwhile. They are looked at afterwards.
    /// </summary>
    public async Task<T> BetweenCallsAsync<T>(IEnumerable<LinkId> links, Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var own = new Flight { IsAnswered = true }; // whoever would take something back waits for it
        var held = new List<LinkId>();
        try
        {
            // All in one order, so that no two wait for each other.
            foreach (var link in links.Distinct().OrderBy(link => link.Value))
            {
                while (!_inFlight.TryAdd(link, own))
                    if (_inFlight.TryGetValue(link, out var call))
                        await call.Landed.Task;
                held.Add(link);
                Touch(link);
            }
            return await work();
        }
        finally
        {
            foreach (var link in held)
            {
                Touch(link);
                _inFlight.TryRemove(link, out _);
            }
            own.Landed.SetResult(true);
            foreach (var link in held)
                Consider(link);
        }
    }

    /// <summary>No call begins from now on; those under way go on to their outcome.</summary>
    public void StopCalling()
    {
        _stopping.Cancel();
        _others.TurnAway();
    }

    /// <summary>
    /// Ends: no call begins any more, those under way get their outcome, and only then the stop counts as a clean one. It
    /// does not if any call's outcome was lost.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        await Task.WhenAll(_inFlight.Values.Select(flight => flight.Landed.Task));
        try
        {
            if (!_hasLost)
                await _store.WriteAsync(
                    session => Tenants.SetStoppedCleanly(session, _store.Tenant, true),
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
            StoreFailed(e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);
        }
        await _alarm.DisposeAsync();
        // Both sources are left to the collector: whoever writes for a home that has ended stops it once more.
    }

    private async Task<List<LinkId>> UnfinishedAsync() =>
        await _store.ReadAsync(session => Links.Unfinished(session, _store.Tenant));

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            _alarm.Change(await RoundAsync(), Timeout.InfiniteTimeSpan);
            try
            {
                await _news.Reader.ReadAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // One round: what is due, what is new, and as many calls as the budget has room for. Says how long there is nothing
    // to do.
    private async Task<TimeSpan> RoundAsync()
    {
        if (Interlocked.Exchange(ref _looksAtAll, false))
            await ConsiderUnfinishedAsync();
        while (_later.TryTake(Instant.Of(_clock.GetUtcNow()), out var due))
            _considered.Writer.TryWrite(new Considered(due));
        while (_considered.Reader.TryRead(out var considered))
            try
            {
                await WeighAsync(considered);
            }
#pragma warning disable CA1031 // a full disk, a busy file, a row that cannot be read: nothing is lost, it is looked at again, and others go on
            catch (Exception e)
#pragma warning restore CA1031
            {
                NotRead(e);
                _later.Put(considered.Link, Instant.Of(_clock.GetUtcNow() + _untilStore));
            }
        while (MayCall())
            if (_schedule.TryNext(out var granted))
            {
                if (!_others.Take(granted))
                    _ = ExecuteAsync(granted);
            }
            else
            {
                if (_closed is not null && Standing == Standing.Live)
                    _ = ProbeAsync();
                break;
            }
        _weighed.Clear();
        var pause = Pause();
        return Volatile.Read(ref _looksAtAll) && (pause < TimeSpan.Zero || pause > _untilStore) ? _untilStore : pause;
    }

    private async Task ConsiderUnfinishedAsync()
    {
        try
        {
            // Behind all that is being written, as what is in doubt may yet turn out to be.
            var unfinished = await _store.WriteAsync(
                session => Links.Unfinished(session, _store.Tenant),
                CancellationToken.None
            );
            foreach (var link in unfinished)
                _considered.Writer.TryWrite(new Considered(link));
        }
#pragma warning disable CA1031 // as below
        catch (Exception e)
#pragma warning restore CA1031
        {
            NotRead(e);
            Volatile.Write(ref _looksAtAll, true);
        }
    }

    // A link's place in the schedule.
    private async Task WeighAsync(Considered considered)
    {
        var link = considered.Link;
        // A flight that ended meanwhile may not have seen that it is to look again.
        if (_inFlight.TryGetValue(link, out var flight))
        {
            flight.LooksAgain = true;
            if (_inFlight.ContainsKey(link))
                return;
        }
        if (considered.Planned is null || considered.Stamp != Stamp(link))
            considered = considered with { Stamp = Stamp(link), Planned = await ReadAsync(link, considered.Claimant) };
        var account = considered.Planned;
        switch (account)
        {
            case { Link: { State: LinkState.Pending or LinkState.Failed, Next: { } due } }
                when due > Instant.Of(_clock.GetUtcNow()):
                _later.Put(link, due);
                break;
            case { Link.State: LinkState.Failed } when Standing == Standing.Live:
                _ = SettleAsync(account.Link, considered.Chain);
                break;
            case { Link.State: LinkState.Pending, Next: null }:
                _ = SettleAsync(account.Link, considered.Chain);
                break;
            case { Link.State: LinkState.Pending } when Standing == Standing.Live && Next(account) is { } command:
                _weighed[link] = considered;
                _schedule.Put(
                    link,
                    command.Call,
                    account.Link.Priority,
                    account.Link.Since.ToTime(),
                    Alternative(command)
                );
                break;
        }
    }

    // For a while after Slack has shown an account inactive unasked, each is looked at before it is updated.
    private bool IsCareful => Volatile.Read(ref _carefulUntil) > _clock.Now().Value;

    private SlackCommand? Next(Wanted wanted) => (IsCareful ? wanted.Look(_clock.Now()) : null) ?? wanted.Next;

    // While the token is not accepted, one call now and then finds out whether it is again.
    private bool MayCall()
    {
        if (Standing != Standing.Live)
            return false;
        if (!_isConnected)
        {
            if (_schedule.Count > 0)
                Unconnected?.Invoke();
            return false;
        }
        if (_closed is null)
            return _inFlight.Count < MostCalls;
        if (_probe is not { } at || at > _clock.GetUtcNow() || !_inFlight.IsEmpty)
            return false;
        _probe = _clock.GetUtcNow() + _untilProbe;
        return true;
    }

    // Until the budget has room, or a link is due again, or there is news.
    private TimeSpan Pause()
    {
        var now = _clock.GetUtcNow();
        TimeSpan? room =
            Standing != Standing.Live || !_isConnected ? null
            : _closed is not null ? UntilProbe(now)
            : _inFlight.Count < MostCalls ? _schedule.NextIn()
            : null;
        var due = _later.NextIn(Instant.Of(now));
        return room is { } r && due is { } d ? (r < d ? r : d) : room ?? due ?? Timeout.InfiniteTimeSpan;
    }

    // Not below zero, as what was a millisecond ago would be for ever to a timer. None begins beside a call, whose end is
    // news.
    private TimeSpan? UntilProbe(DateTimeOffset now) =>
        _probe is not { } at || !_inFlight.IsEmpty ? null
        : at > now ? at - now
        : TimeSpan.Zero;

    private async Task ExecuteAsync(Granted<LinkId> granted)
    {
        // A link has one call at a time; the outcome of the one under way looks again.
        var flight = new Flight();
        if (!_inFlight.TryAdd(granted.Item, flight))
        {
            _budget.GiveBack(granted.Grant);
            return;
        }
        var (isDone, isSent, isRecorded) = (false, false, false);
        try
        {
            // What was weighed in this round is as good as what would be read now, unless something was done with the
            // link since.
            var isFresh = _weighed.TryGetValue(granted.Item, out var weighed) && weighed.Stamp == Stamp(granted.Item);
            Touch(granted.Item);
            var account = isFresh ? weighed.Planned : await ReadAsync(granted.Item);
            if (
                account is not { Link.State: LinkState.Pending }
                || Next(account) is not { } command
                || Paid(command, granted.Grant.Call) is not { } paid
            )
            {
                _budget.GiveBack(granted.Grant);
                (isDone, flight.LooksAgain) = (true, true);
                return;
            }

            await At(Step.Calling);
            Interlocked.MemoryBarrier();
            if (Standing != Standing.Live) // it is seen again when the tenant goes on
            {
                _budget.GiveBack(granted.Grant);
                isDone = true;
                return;
            }
            if (!await IsHomeAsync())
            {
                _budget.GiveBack(granted.Grant);
                _later.Put(granted.Item, Instant.Of(_clock.GetUtcNow() + _untilStore));
                isDone = true;
                return;
            }
            var isLookedAt = IsCareful && account.Look(_clock.Now()) is null;
            isSent = true;
            var result = await _slack.SendAsync(paid, granted.Grant, CancellationToken.None);
            await At(Step.Called);
            flight.IsAnswered = true;
            var met = new Met(IsTokensFault(account.Link, paid, result), IsOutOfReach(result), isLookedAt);
            var recorded = await RecordAsync(account, paid, result, met);
            (isDone, isRecorded) = (true, true);
            await At(Step.Recorded);
            PassOn(recorded);
            flight.LooksAgain |= recorded.Outcome is null || recorded.HasMore;
            _outcomes.Tell(granted.Item, recorded);
            if (recorded.Shut is null && result is SlackResult.Done or SlackResult.Refused)
                await ReopenAsync(); // the store may fail, and the outcome is known by then
        }
#pragma warning disable CA1031 // whatever it is: the link is looked at again, and as nothing was recorded nothing is lost
        catch (Exception e)
#pragma warning restore CA1031
        {
            CallFailed(e.GetType().Name, e.StackTrace);
        }
        finally
        {
            Touch(granted.Item);
            if (isSent && !isRecorded)
                _hasLost = true;
            _inFlight.TryRemove(granted.Item, out _);
            if (!isDone)
                _later.Put(granted.Item, Instant.Of(_clock.GetUtcNow() + _timeLimit));
            else if (flight.LooksAgain)
                _considered.Writer.TryWrite(new Considered(granted.Item));
            flight.Landed.SetResult(isRecorded);
            if (!_stopping.IsCancellationRequested)
                _news.Writer.TryWrite(true);
        }
    }

    // No call begins where another process may have the store.
    private async Task<bool> IsHomeAsync()
    {
        try
        {
            await _store.RequireAsync();
            return true;
        }
        catch (Exception e) when (e is StoreAwayException or HomeEndedException)
        {
            return false;
        }
    }

    // What Slack has said is not said again: it is kept until the store takes it.
    private async Task<Recorded> RecordAsync(Wanted account, SlackCommand paid, SlackResult result, Met met)
    {
        while (true)
            try
            {
                return await _store.WriteAsync(
                    session => Recording(session, account.Link.Kind).Record(account, paid, result, met),
                    CancellationToken.None
                );
            }
            catch (StoreAwayException e) when (!e.IsInDoubt && !_stopping.IsCancellationRequested)
            {
                await Task.Delay(_untilStore, _clock, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    // Slack's 403 says that this account may not be changed, or that none may: after several in a row, with none changed
    // between them, it is the token. The first that is changed again shows that it is not any more.
    private bool IsTokensFault(Link link, SlackCommand command, SlackResult result)
    {
        if (command is not (SlackCommand.PatchUser or SlackCommand.DeactivateUser or SlackCommand.DeleteUser))
            return false;
        lock (_forbidden)
        {
            if (result is SlackResult.Done)
                _forbidden.Clear();
            else if (
                result is SlackResult.Refused { Row.Kind: SlackErrorKind.Forbidden }
                && _forbidden.Count < MostForbidden
            )
                _forbidden.Add(link.Id);
            return _forbidden.Count >= MostForbidden;
        }
    }

    // Pages of something in between, one after the other, and nothing of Slack's among them.
    private bool IsOutOfReach(SlackResult result)
    {
        var isForeign = result is SlackResult.NotDone { IsForeign: true } or SlackResult.Lost { IsForeign: true };
        if (!isForeign && result is SlackResult.Done or SlackResult.Refused)
            Interlocked.Exchange(ref _foreign, 0);
        return isForeign && Interlocked.Increment(ref _foreign) >= MostForeign;
    }

    // Nothing begins any more, and what is under way has its outcome.
    private async Task HaltAsync()
    {
        await StandStillAsync(Standing.Disabled);
        await _store.WriteAsync(session => Tenants.SetStill(session, _store.Tenant), CancellationToken.None);
    }

    // What an outcome means for others. A call begins a new chain, and there are only so many calls.
    private void PassOn(Recorded recorded, int chain = 0)
    {
        foreach (var link in recorded.Renewed)
            Consider(new Considered(link, Chain: chain));
        if (recorded.CarefulUntil is { } until)
            Volatile.Write(ref _carefulUntil, until.Value);
        if (recorded.Halts)
            _ = HaltAsync();
        if (recorded.Shut is { } why)
        {
            _probe = _clock.GetUtcNow() + _untilProbe;
            Close(why);
        }
    }

    // Only a reply shows that the token is accepted again.
    private async Task ReopenAsync()
    {
        if (_probe is null)
            return;
        await _store.WriteAsync(session => Cleared(session), CancellationToken.None);
        Open();
    }

    // While writes are refused nothing may wait that could find out whether the token is accepted again: the smallest
    // read does.
    private async Task ProbeAsync()
    {
        var command = new SlackCommand.ListUsers(1, 1);
        if (!_budget.TryTake(command.Call, out var grant, out _))
            return;
        try
        {
            var result = await _slack.SendAsync(command, grant, _stopping.Token);
            if (
                result
                is SlackResult.Done
                    or SlackResult.Refused { Row.Kind: not (SlackErrorKind.Token or SlackErrorKind.Plan) }
            )
                await ReopenAsync();
        }
        catch (OperationCanceledException)
        {
            // the gateway stops
        }
#pragma warning disable CA1031 // whatever it is, the next one asks again
        catch (Exception e)
#pragma warning restore CA1031
        {
            CallFailed(e.GetType().Name, e.StackTrace);
        }
    }

    // A deactivation may go by either of two verbs; the grant says from which bucket it was paid. What has become
    // another kind of call since it was queued queues anew.
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

    // Nothing to tell Slack: the write-down was all. What failed is tried again at its time.
    private async Task SettleAsync(Link of, int chain)
    {
        var link = of.Id;
        try
        {
            var recorded = await _store.WriteAsync(
                session =>
                {
                    Executing.Recording.Foresee(session, of);
                    var now = Wanted.Read(session, link, _preferences.Now);
                    switch (now)
                    {
                        case { Link.State: LinkState.Pending, Next: null }:
                            var recording = Recording(session, now.Link.Kind);
                            return chain > MostInChain ? recording.Stop(now.Link) : recording.Settle(now);
                        case { Link.State: LinkState.Failed }:
                            Wishes.Renew(session, now.Link, "trying again what failed", Instant.Of(_clock.GetUtcNow()));
                            return new Recorded(null, 0, [link]);
                        default:
                            return new Recorded(null, 0, []);
                    }
                },
                CancellationToken.None
            );
            PassOn(recorded, chain + 1);
            _outcomes.Tell(link, recorded);
        }
#pragma warning disable CA1031 // as above
        catch (Exception e)
#pragma warning restore CA1031
        {
            _later.Put(link, Instant.Of(_clock.GetUtcNow() + _untilStore));
            _news.Writer.TryWrite(true); // the round that began it is over, and has reckoned without this
            if (e is not StoreAwayException)
                CallFailed(e.GetType().Name, e.StackTrace);
        }
    }

    private void Consider(Considered considered)
    {
        _considered.Writer.TryWrite(considered);
        _news.Writer.TryWrite(true);
    }

    private async ValueTask<Wanted?> ReadAsync(LinkId link, (ResourceId Id, Kind Kind)? claimant = null) =>
        await _store.ReadAsync(session =>
        {
            if (claimant is var (id, kind))
                session.Foresee(asks =>
                {
                    Links.Find(asks, link);
                    Resources.Find(asks, id);
                    if (kind == Kind.Group)
                        WantedGroup.Foresee(asks, id.AsGroup());
                });
            return Wanted.Read(session, link, _preferences.Now);
        });

    // When a call for a link begins, and before it counts as ended.
    private void Touch(LinkId link) => Interlocked.Increment(ref _stamps[link.Value % _stamps.Length]);

    private Recording Recording(StoreSession session, Kind kind) =>
        new(session, _subjects[(int)kind], _preferences.Now, _timeLimit, Instant.Of(_clock.GetUtcNow()));

    private Recorded? Withdraw(StoreSession session, LinkId link, long version, ScimException why) =>
        Links.Find(session, link) is { } there ? Recording(session, there.Kind).Withdraw(there, version, why) : null;

    private bool Cleared(StoreSession session)
    {
        Troubles.Note(session, _store.Tenant, null, Instant.Of(_clock.GetUtcNow()));
        return true;
    }

    // That the store is away is said once, and not for each link and second (docs/rooms/storage.md).
    private void NotRead(Exception e)
    {
        if (e is not StoreAwayException)
            StoreFailed(e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);
    }

    private Task At(Step step) => _reached?.Invoke(step) ?? Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error, Message = "The store could not be read: {Kind} {Code}")]
    private partial void StoreFailed(string kind, int code);

    [LoggerMessage(Level = LogLevel.Error, Message = "An outcome could not be recorded: {Kind} {Where}")]
    private partial void CallFailed(string kind, string? where);

    // A link to be looked at; what is planned for it, if that is known, and the stamp at which it held; and how many
    // links in a row were planned again, one because of the other, until it was its turn.
    private readonly record struct Considered(LinkId Link, Wanted? Planned = null, int Stamp = 0, int Chain = 0)
    {
        public (ResourceId Id, Kind Kind)? Claimant { get; init; }
    }

    // A link with a call under way, and whether there was news of it meanwhile.
    private sealed class Flight
    {
        private volatile bool _looksAgain;
        private volatile bool _isAnswered;

        public bool LooksAgain
        {
            get => _looksAgain;
            set => _looksAgain = value;
        }

        // Written by the call's own task before anybody is told what it says of Slack, read by whoever was told.
        public bool IsAnswered
        {
            get => _isAnswered;
            set => _isAnswered = value;
        }

        // With whether its outcome is written down.
        public TaskCompletionSource<bool> Landed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
