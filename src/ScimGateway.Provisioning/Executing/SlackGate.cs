using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Executing;

/// <summary>
/// Whether Slack may be called, and why not: one immutable state, which is read and swapped under one lock.
/// </summary>
/// <param name="schedule">What waits for a call.</param>
/// <param name="dueLinks">Is told when calls may begin again.</param>
/// <param name="turnAway">Tells those who wait that no call begins any more.</param>
/// <param name="clock">The time.</param>
internal sealed class SlackGate(SlackSchedule<LinkId> schedule, DueLinks dueLinks, Action turnAway, TimeProvider clock)
{
    private const int MostCalls = 16;

    // How long a token that was not accepted is left in peace.
    private static readonly TimeSpan _untilProbe = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private State _state = new(Standing.Live, new CancellationTokenSource());

    /// <summary>Slack is to be told something, and it is not known yet whose the token is.</summary>
    public event Action? Unconnected;

    /// <summary>A reply says that Slack cannot be written, and why; or, with null, that it can again.</summary>
    public event Action<Reason?>? Turned;

    /// <summary>Why Slack cannot be written just now; null if it can.</summary>
    public Reason? Closed => Now is var now ? Reason.Of(now.Standing) ?? now.Shut : null;

    /// <summary>Whether Slack is told of the tenant, as an operator has decided.</summary>
    public Standing Standing => Now.Standing;

    /// <summary>Whether Slack may be asked: it is known whose the token is, and the tenant is not disabled.</summary>
    public bool MayAsk => Now is { IsConnected: true, Standing: not Standing.Disabled };

    /// <summary>Whether it is known whose the token is.</summary>
    public bool IsConnected => Now.IsConnected;

    /// <summary>Whether Slack takes the token or what is sent by it no more.</summary>
    public bool IsShut => Now.Shut is not null;

    /// <summary>Cancelled when the tenant is disabled: whoever reads Slack beside the executor ends then.</summary>
    public CancellationToken UntilDisabled => Now.Disabled.Token;

    /// <summary>
    /// No call to Slack begins from now on, and nobody waits for one: the tenant's token is not accepted.
    /// </summary>
    public void Close(Reason why)
    {
        Swap(state => state with { Shut = why });
        turnAway();
    }

    /// <summary>
    /// It is known whose the token is. Before that nothing is sent: it may be another organization's by now.
    /// </summary>
    public void Connect()
    {
        Swap(state => state.Open() with { IsConnected = true });
        dueLinks.Ring();
    }

    /// <summary>It is not known any more: nothing is sent before Slack was asked again.</summary>
    public void Disconnect() => Swap(state => state with { IsConnected = false });

    /// <summary>Takes the tenant as it was left; what was wrong holds until it is known that it is over.</summary>
    internal Task BeginAsync(Tenant tenant)
    {
        if (tenant.Problem is { } problem)
            Swap(state => state with { Shut = new Reason(ReasonCode.SlackShut, problem) });
        return StandAsync(tenant.Standing);
    }

    /// <summary>A reply says that Slack cannot be written: one call in a while finds out whether it is over.</summary>
    internal void Shut(Reason why)
    {
        Swap(state => state with { Shut = why, Probe = clock.GetUtcNow() + _untilProbe });
        turnAway();
        Turned?.Invoke(why);
    }

    /// <summary>Whether calls find out if the gateway can write to Slack again.</summary>
    internal bool IsProbed => Now.Probe is not null;

    /// <summary>The gateway can write to Slack again.</summary>
    internal void Open()
    {
        Swap(state => state.Open());
        dueLinks.Ring();
        Turned?.Invoke(null);
    }

    /// <summary>No call begins from now on and nobody waits for one.</summary>
    internal async Task StandStillAsync(Standing standing)
    {
        await StandAsync(standing);
        turnAway();
    }

    /// <summary>Calls may begin again; in a shadow run only to read.</summary>
    internal void GoOn(Standing standing)
    {
        var now = Swap(state =>
            state is { IsConnected: true } && standing == Standing.Live ? state.As(standing).Open() : state.As(standing)
        );
        if (!now.IsConnected)
            Unconnected?.Invoke();
    }

    /// <summary>
    /// Whether one more call may begin. While the token is not accepted, one now and then finds out whether it is again,
    /// and none beside it.
    /// </summary>
    /// <param name="underWay">How many calls are under way.</param>
    internal bool MayCall(int underWay)
    {
        lock (_lock)
        {
            if (_state.Standing != Standing.Live)
                return false;
            if (_state.IsConnected)
            {
                if (_state.Shut is null)
                    return underWay < MostCalls;
                if (_state.Probe is not { } at || at > clock.GetUtcNow() || underWay > 0)
                    return false;
                _state = _state with { Probe = clock.GetUtcNow() + _untilProbe };
                return true;
            }
        }
        if (schedule.Count > 0)
            Unconnected?.Invoke();
        return false;
    }

    /// <summary>In how long a call may begin; null if none may before there is news, as at the end of a call.</summary>
    /// <param name="underWay">How many calls are under way.</param>
    internal TimeSpan? NextIn(int underWay)
    {
        var (now, time) = (Now, clock.GetUtcNow());
        return now is not { Standing: Standing.Live, IsConnected: true } ? null
            : now.Shut is null ? (underWay < MostCalls ? schedule.NextIn() : null)
            : now.Probe is not { } at || underWay > 0 ? null
            : at > time ? at - time
            : TimeSpan.Zero; // what was a millisecond ago would be for ever to a timer
    }

    private State Now
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    private State Swap(Func<State, State> next)
    {
        lock (_lock)
            return _state = next(_state);
    }

    private Task StandAsync(Standing standing)
    {
        var now = Swap(state => state.As(standing));
        return now.Standing == Standing.Disabled ? now.Disabled.CancelAsync() : Task.CompletedTask;
    }

    // Why Slack is shut and when the next call finds out mean something only together. Disabled is one source for each
    // time that the tenant is enabled: it is left to the collector, since whoever reads may still hold it.
    private sealed record State(Standing Standing, CancellationTokenSource Disabled)
    {
        public bool IsConnected { get; init; }

        public Reason? Shut { get; init; }

        public DateTimeOffset? Probe { get; init; }

        public State Open() => this with { Shut = null, Probe = null };

        public State As(Standing standing) =>
            this with
            {
                Standing = standing,
                Disabled =
                    Standing == Standing.Disabled && standing != Standing.Disabled
                        ? new CancellationTokenSource()
                        : Disabled,
            };
    }
}
