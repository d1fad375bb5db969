using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Budget;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Executing;

public sealed class SlackGateTests : IAsyncDisposable
{
    private static readonly Reason _revoked = new(ReasonCode.SlackShut, "Slack does not accept the token.");

    private readonly ManualClock _clock = new();
    private readonly DueLinks _due;
    private readonly SlackGate _gate;
    private int _turnedAway;

    public SlackGateTests()
    {
        _due = new DueLinks(_clock);
        var schedule = new SlackSchedule<LinkId>(new SlackBudget(SlackLimits.Unlimited, _clock));
        _gate = new SlackGate(schedule, _due, () => Interlocked.Increment(ref _turnedAway), _clock);
    }

    public ValueTask DisposeAsync() => _due.DisposeAsync();

    [Fact]
    public void What_several_change_at_once_is_all_changed()
    {
        var lost = 0;
        void Count(bool isLost)
        {
            if (isLost)
                Interlocked.Increment(ref lost);
        }

        Parallel.Invoke(
            () =>
            {
                for (var i = 0; i < 100_000; i++)
                {
                    _gate.Disconnect();
                    Count(_gate.IsConnected);
                    _gate.Connect();
                    Count(!_gate.IsConnected);
                }
            },
            () =>
            {
                for (var i = 0; i < 100_000; i++)
                {
                    _gate.GoOn(Standing.Shadow);
                    Count(_gate.Standing != Standing.Shadow);
                    _gate.GoOn(Standing.Live);
                    Count(_gate.Standing != Standing.Live);
                }
            }
        );

        Assert.Equal(0, lost);
    }

    [Fact]
    public void Of_many_who_ask_at_once_one_finds_out_whether_the_token_is_accepted_again()
    {
        _gate.Connect();
        for (var round = 0; round < 1_000; round++)
        {
            _gate.Shut(_revoked);
            Assert.False(_gate.MayCall(0));
            Assert.Equal(TimeSpan.FromSeconds(30), _gate.NextIn(0));

            _clock.Advance(30);
            var granted = 0;
            Parallel.For(
                0,
                8,
                _ =>
                {
                    if (_gate.MayCall(0))
                        Interlocked.Increment(ref granted);
                }
            );

            Assert.Equal(1, granted);
        }
    }

    [Fact]
    public void What_is_shut_by_a_reply_is_tried_and_what_an_operator_is_told_of_is_not()
    {
        _gate.Connect();
        Assert.True(_gate.MayCall(15));
        Assert.False(_gate.MayCall(16));

        _gate.Close(_revoked);
        Assert.Equal((_revoked, false, 1), (_gate.Closed, _gate.IsProbed, _turnedAway));
        _clock.Advance(3_600);
        Assert.False(_gate.MayCall(0));
        Assert.Null(_gate.NextIn(0));

        _gate.Open();
        _gate.Shut(_revoked);
        Assert.True(_gate.IsProbed);
        _clock.Advance(30);
        Assert.Null(_gate.NextIn(1)); // not beside a call, whose end is news
        Assert.False(_gate.MayCall(1));
        Assert.Equal(TimeSpan.Zero, _gate.NextIn(0));
        Assert.True(_gate.MayCall(0));

        _gate.Open();
        Assert.Equal((null, false), (_gate.Closed, _gate.IsProbed));
    }

    [Fact]
    public async Task Who_reads_is_ended_when_the_tenant_is_disabled_and_not_when_it_has_gone_on_since()
    {
        var first = _gate.UntilDisabled;
        await _gate.StandStillAsync(Standing.Shadow);
        Assert.False(first.IsCancellationRequested);

        await _gate.StandStillAsync(Standing.Disabled);
        Assert.True(first.IsCancellationRequested);
        Assert.True(_gate.UntilDisabled.IsCancellationRequested);

        _gate.GoOn(Standing.Live);
        Assert.False(_gate.UntilDisabled.IsCancellationRequested);
        Assert.True(first.IsCancellationRequested);
    }

    [Fact]
    public void However_standing_changes_at_once_reading_is_ended_exactly_where_it_is_disabled()
    {
        for (var round = 0; round < 2_000; round++)
        {
            Parallel.Invoke(
                () => _gate.StandStillAsync(Standing.Disabled).GetAwaiter().GetResult(),
                () => _gate.GoOn(Standing.Live)
            );
            Assert.Equal(_gate.Standing == Standing.Disabled, _gate.UntilDisabled.IsCancellationRequested);
            _gate.GoOn(Standing.Live);
        }
    }

    [Fact]
    public void A_tenant_whose_token_is_unknown_asks_for_it_when_something_waits_or_it_goes_on()
    {
        var asked = 0;
        _gate.Unconnected += () => asked++;

        Assert.False(_gate.MayCall(0));
        Assert.Equal(0, asked);
        _gate.GoOn(Standing.Live);
        Assert.Equal(1, asked);
        _gate.Connect();
        _gate.GoOn(Standing.Live);
        Assert.Equal(1, asked);
        Assert.True(_gate.MayAsk);
    }
}
