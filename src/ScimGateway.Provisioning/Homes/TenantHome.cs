using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Lane;
using ScimGateway.Provisioning.Logging;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Provisioning.Writing;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Homes;

/// <summary>
/// All that belongs to one tenant while it is at home in this process: what writes for it, calls its Slack and waits for
/// that. It starts and stops as one, and touches no other.
/// </summary>
internal sealed class TenantHome : IAsyncDisposable
{
    private readonly SharedServices _shared;
    private readonly SlackLimits _limits;
    private readonly HomeStore _store;
    private readonly SlackConnection _slack;
    private readonly TokenRenewal _renewal;
    private readonly Rereading _rereading;
    private readonly SlackScimClient _client;
    private readonly StoredFreeze _freeze;
    private readonly ILogger<TenantHome> _log;
    private readonly Lazy<Task> _ending;
    private KeptToken _token;

    /// <summary>A home that does nothing before <see cref="StartAsync"/>.</summary>
    /// <param name="shared">What all homes stand on.</param>
    /// <param name="tenant">The tenant as it is.</param>
    /// <param name="slack">Where its Slack is, and by which token.</param>
    /// <param name="token">The token as it is kept.</param>
    /// <param name="isNew">Whether it is to be kept, or else the one that is kept is used.</param>
    /// <param name="limits">What that Slack allows it.</param>
    internal TenantHome(
        SharedServices shared,
        Tenant tenant,
        SlackConnection slack,
        KeptToken token,
        bool isNew,
        SlackLimits limits
    )
    {
        (_shared, _slack, _token, IsNew, _limits) = (shared, slack, token, isNew, limits);
        var clock = shared.Clock;
        _log = Log<TenantHome>();
        _ending = new Lazy<Task>(EndAsync);
        _store = new HomeStore(shared.Store, tenant.Id);
        Slug = tenant.Slug;
        Preferences = new CurrentPreferences(Model.Tenants.Preferences.FromJson(tenant.Preferences));

        // What calls Slack, and who waits for it.
        Budget = new SlackBudget(limits, clock);
        Schedule = new SlackSchedule<LinkId>(Budget);
        _freeze = new StoredFreeze(_store, Budget, Log<StoredFreeze>());
        var client = new SlackScimClient(shared.Http, slack, shared.Call, Budget, clock, Log<SlackScimClient>());
        _client = client;
        Outcomes = new Outcomes(clock);
        Executor = NewExecutor(client);
        var writes = new Writes(_store, Executor, Outcomes, clock, shared.Reached);
        (Users, Groups) = (new UserWrites(writes), new GroupWrites(writes));

        // What reads Slack, and whether it can be read and written.
        Import = new SlackImport(_store, client, Schedule, clock, new Patience(clock, Log<Patience>()));
        Imports = new LaterImport(Import, shared.Imports, Executor, clock, Log<LaterImport>());
        _rereading = new Rereading(_store, client, Schedule, Executor, clock, Log<Rereading>());
        _renewal = NewRenewal();
        Watch = new ConnectionWatch(_store, _renewal, shared.Tests, Executor, Imports, clock, Log<ConnectionWatch>());
        Test = new ConnectionTest(_store, _renewal.AskAsync, client, Schedule, Executor, Imports, clock);
        Lane = NewLane();

        // What operators decide.
        var operated = new OperatedTenant(_store, Executor, Preferences, clock);
        Connection = new ConnectionLife(operated);
        Changes = new Changes(operated, shared.Reached);
        Holds = new HoldDecisions(_store, Executor, clock);
        OnDemand = new OnDemand(_store, Executor, Outcomes, clock);
        Offboarding = new Offboarding(_store, Users, Holds, OnDemand, clock);
        Links = new LinkDecisions(_store, Executor, OnDemand, Preferences, clock);
        Resync = new Resync(_store, Executor, clock);

        Executor.Gate.Unconnected += Watch.Hurry;
        Executor.Gate.Turned += Watch.Tell;
        _store.Refused += StopCalling;
        _store.InDoubt += Executor.Due.ConsiderAll;
    }

    /// <summary>Whose home it is.</summary>
    public TenantId Id => _store.Tenant;

    /// <summary>Whether nothing is written for it any more.</summary>
    public bool HasEnded => _store.HasEnded;

    /// <summary>The tenant's word in the path.</summary>
    public string Slug { get; internal set; }

    /// <summary>What the tenant allows now.</summary>
    public CurrentPreferences Preferences { get; }

    /// <summary>What Slack still allows it.</summary>
    public SlackBudget Budget { get; }

    /// <summary>What waits for that.</summary>
    public SlackSchedule<LinkId> Schedule { get; }

    /// <summary>What Slack fails by now; null where the last call got an answer that counts.</summary>
    public SlackOutage? Outage => _client.Outage;

    /// <summary>Who waits for Slack.</summary>
    public Outcomes Outcomes { get; }

    /// <summary>What tells Slack.</summary>
    public Executor Executor { get; }

    /// <summary>Providers' writes of users.</summary>
    public UserWrites Users { get; }

    /// <summary>Providers' writes of groups.</summary>
    public GroupWrites Groups { get; }

    /// <summary>Deactivates users who must be out now.</summary>
    public Offboarding Offboarding { get; }

    /// <summary>Where its Slack is, and by which token.</summary>
    public SlackConnection Slack => _slack;

    /// <summary>Calls in Slack's own words.</summary>
    public SlackLane Lane { get; }

    /// <summary>What Slack has.</summary>
    public SlackImport Import { get; }

    /// <summary>The same beside the requests.</summary>
    public LaterImport Imports { get; }

    /// <summary>Whether its connection works, beside the requests.</summary>
    public ConnectionWatch Watch { get; }

    /// <summary>Whether its Slack can be written, for who asks.</summary>
    public ConnectionTest Test { get; }

    /// <summary>Shadow run, disabling.</summary>
    public ConnectionLife Connection { get; }

    /// <summary>What operators change.</summary>
    public Changes Changes { get; }

    /// <summary>What operators decide.</summary>
    public HoldDecisions Holds { get; }

    /// <summary>What operators decide of single accounts and groups.</summary>
    public LinkDecisions Links { get; }

    /// <summary>All told anew.</summary>
    public Resync Resync { get; }

    /// <summary>One user now.</summary>
    public OnDemand OnDemand { get; }

    /// <summary>
    /// Takes the tenant and does what comes before the first request: what a former home left to do, and at the first
    /// start what Slack has already. A tenant that had its import goes on at once and without Slack: whose the token is
    /// is asked beside the requests, and what Slack has is read again when it is time.
    /// </summary>
    /// <param name="waitsForSlack">
    /// Whether the first start waits for Slack; where requests were let in already, it is read beside them.
    /// </param>
    /// <param name="cancel">Ends that.</param>
    /// <exception cref="SlackUnreadableException">
    /// At the first start: Slack cannot be read, or the token is another organization's.
    /// </exception>
    public async Task StartAsync(bool waitsForSlack, CancellationToken cancel)
    {
        var late = Instant.Of(_shared.Clock.GetUtcNow() + _shared.Call.AttemptLimit);
        var token = _token;
        await _store.TakeAsync(session =>
        {
            // The token that is kept is that of the home that the tenant has. From here on no former one renews it.
            if (IsNew)
            {
                TenantConnections.SetToken(session, Id, _token);
                // A connection to another organization that comes at the same time is refused by it.
                if (Said is not null)
                    Connecting.Pin(session, Id, Said, _shared.Clock);
            }
            else
                token = TenantConnections.Token(session, Id) ?? _token;
            IsTakenOver = !Recovery.TakeOver(session, Id, late) && _shared.Store.IsShared;
            if (IsTakenOver)
                Alerts.Raise(session, Id, Cause.TakenOver, _shared.Clock.Now());
            Operating.Resync.EndFormer(session, Id, _shared.Clock.Now());
        });
        if (IsTakenOver)
            _log.HomeTakenOver(Slug);
        if (!IsNew)
        {
            _slack.Use(_shared.Seal.Take(Id, token));
            _token = token;
        }
        var tenant = await Connection.ReadAsync();
        _freeze.TakeOver(tenant.SlackFrozen);
        var isEnabled = tenant.Enabled; // else Slack is asked nothing
        var isFirst = isEnabled && waitsForSlack && !await Import.HasEndedAsync();
        if (isFirst)
        {
            // Whose the token is comes first: from then on Slack is known to be there.
            await ConnectAsync(cancel);
            await _shared.Imports.RunAsync(() => Import.RunAsync(cancel), cancel);
        }
        await Executor.StartAsync();
        await Changes.CompleteAsync();
        await Imports.ScheduleAsync();
        await _rereading.ResumeAsync();
        if (isFirst)
            Watch.Plan();
        else if (isEnabled)
            Watch.Begin();
    }

    /// <summary>
    /// No new call to Slack begins, and who waits is answered; what is under way gets its outcome.
    /// </summary>
    public void StopCalling()
    {
        Executor.StopCalling();
        Outcomes.StopWaiting();
    }

    /// <summary>
    /// No new call to Slack begins. Returns when those under way have had their outcome; what is written from then on is for
    /// the next home.
    /// </summary>
    public Task StandDownAsync()
    {
        Executor.StopCalling();
        return EndAsync(Executor);
    }

    /// <summary>Looks whether it has ended.</summary>
    internal async Task NoticeEndAsync()
    {
        try
        {
            await _store.RequireAsync();
        }
        catch (Exception e) when (e is HomeEndedException or StoreAwayException)
        {
            // It has, and says so; or the next write notices.
        }
    }

    /// <summary>Whether its token is kept from its start on, in place of the one before.</summary>
    internal bool IsNew { get; }

    /// <summary>What Slack has said of that token; null where it was not asked, or did not take it.</summary>
    internal SlackTokenTest.Valid? Said { get; init; }

    /// <summary>Whether the instance that had the tenant before had ended without handing it over.</summary>
    internal bool IsTakenOver { get; private set; }

    /// <summary>
    /// Whether another one was to come in its place, by another token, and did not start: then this one's is to be kept
    /// again.
    /// </summary>
    internal bool IsToComeBack { get; set; }

    /// <summary>The tenant as it is now, at home by the same connection.</summary>
    internal TenantHome Again(Tenant tenant) => new(_shared, tenant, _slack, _token, IsToComeBack, _limits);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _ending.Value;

    // Whatever goes wrong with one part, the others end, and then nothing is written any more.
    private async Task EndAsync()
    {
        StopCalling();
        foreach (var part in new IAsyncDisposable[] { _renewal, Watch, Imports, _rereading, Executor, _freeze })
            await EndAsync(part);
        _store.End();
    }

    private async Task EndAsync(IAsyncDisposable part)
    {
        try
        {
            await part.DisposeAsync();
        }
#pragma warning disable CA1031 // whatever it is, the next home goes on from what is written
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.HomeStopFailed(part.GetType().Name, e.GetType().Name, e.StackTrace);
        }
    }

    /// <summary>An operator asks whose the token is; the organization is pinned by the first answer.</summary>
    /// <exception cref="SlackUnreadableException">
    /// Slack does not take the token or does not answer, or the token is another organization's.
    /// </exception>
    public async Task ConnectAsync(CancellationToken cancel = default)
    {
        await Connecting.TestAsync(
            _store,
            () => _renewal.AskAsync(cancel),
            Executor.Due,
            new Patience(_shared.Clock, Log<Patience>()),
            _shared.Clock,
            cancel
        );
        Executor.Gate.Connect();
    }

    private Executor NewExecutor(SlackScimClient client) =>
        new(
            _store,
            client,
            _shared.Call,
            Budget,
            Schedule,
            Preferences,
            _shared.Subjects,
            Outcomes,
            _shared.Clock,
            Log<Executor>(),
            _shared.Reached
        );

    private TokenRenewal NewRenewal()
    {
        var (clock, http, limit) = (_shared.Clock, _shared.Http, _shared.Call.AttemptLimit);
        return new TokenRenewal(
            _store,
            _slack,
            _shared.App is { } app ? token => app.RenewAsync(http, token, limit, clock, CancellationToken.None) : null,
            KeepAsync,
            cancel => _shared.AskAsync(_slack, cancel),
            clock,
            Log<TokenRenewal>()
        );
    }

    private SlackLane NewLane()
    {
        var gate = new LaneGate(Executor, Preferences);
        return new SlackLane(
            _store,
            Executor,
            gate,
            new LaneTurns(_store, Executor, Outcomes, Schedule, gate, _shared.Clock),
            Budget,
            Preferences,
            _rereading,
            _shared.Call.AttemptLimit,
            _shared.Clock,
            _shared.Reached
        );
    }

    private HomeLog<T> Log<T>() => new(_shared.Logs.CreateLogger<T>(), this);

    private async Task KeepAsync(SlackToken token)
    {
        var kept = _shared.Seal.Keep(Id, token, _token.Connected);
        await _store.WriteAsync(session => TenantConnections.SetToken(session, Id, kept), CancellationToken.None);
        _token = kept;
    }
}
