using ScimGateway.Slack.Budget;
using Xunit;

namespace ScimGateway.Slack.Tests.Budget;

public class SlackBudgetTests
{
    private readonly VirtualClock _clock = new();
    private readonly SlackBudget _budget;

    public SlackBudgetTests() => _budget = new(SlackLimits.Documented, _clock, SlackMargin.None);

    [Fact]
    public void A_full_bucket_gives_its_burst_and_then_a_call_every_third_of_a_second()
    {
        Assert.Equal(20, TakeAll(SlackCall.PostUser));
        Assert.Equal(1 / 3.0, _budget.WaitFor(SlackCall.PostUser).TotalSeconds, 0.001);

        _clock.Advance(0.33);
        Assert.Equal(0, TakeAll(SlackCall.PostUser));
        _clock.Advance(0.01);
        Assert.Equal(1, TakeAll(SlackCall.PostUser));
        _clock.Advance(2);
        Assert.Equal(6, TakeAll(SlackCall.PostUser));
        _clock.Advance(3600);
        Assert.Equal(20, TakeAll(SlackCall.PostUser));
    }

    [Fact]
    public void A_late_taker_loses_nothing()
    {
        TakeAll(SlackCall.PostUser);
        var taken = 0;
        for (var i = 0; i < 100; i++)
        {
            _clock.Advance(0.5);
            taken += TakeAll(SlackCall.PostUser);
        }

        Assert.InRange(taken, 149, 150);
    }

    [Fact]
    public void The_margin_takes_a_second_off_the_burst_and_a_thousandth_off_the_rate()
    {
        var state = new SlackBudget(SlackLimits.Documented, _clock).Read();

        Assert.Equal(
            [983, 170, 295, 295, 17, 17, 17, 17, 77, 17],
            state.OrderBy(bucket => bucket.Bucket).Select(bucket => bucket.Burst)
        );
        Assert.Equal(179.8, state.Single(bucket => bucket.Bucket == SlackBucket.PostUser).PerMinute, 0.1);
    }

    [Fact]
    public void A_call_is_taken_from_its_own_bucket_and_the_organizations()
    {
        _budget.TryTake(SlackCall.WriteGroup, out _, out _);

        Assert.Equal(
            (79, 179, 1000),
            (Rest(SlackBucket.WriteGroup), Rest(SlackBucket.Writes), Rest(SlackBucket.Reads))
        );
    }

    [Fact]
    public void A_list_is_taken_from_the_reads_only()
    {
        _budget.TryTake(SlackCall.List, out _, out _);

        Assert.Equal(999, Rest(SlackBucket.Reads));
        Assert.Single(_budget.Read(), bucket => bucket.Rest < bucket.Burst);
    }

    [Fact]
    public void What_one_bucket_refuses_is_not_taken_from_the_other()
    {
        TakeAll(SlackCall.PostUser);
        var before = Rest(SlackBucket.Writes);

        Assert.False(_budget.TryTake(SlackCall.PostUser, out _, out _));
        Assert.Equal(before, Rest(SlackBucket.Writes));
    }

    [Fact]
    public void The_organizations_bucket_stops_a_call_whose_own_has_room()
    {
        foreach (var call in Enum.GetValues<SlackCall>().Where(call => !call.IsRead))
            TakeAll(call);

        // 80 + 5 x 20 own calls would be just 180.
        Assert.Equal(0, Rest(SlackBucket.Writes));
        _clock.Advance(0.34);
        Assert.Equal(1, Rest(SlackBucket.PostUser));
        Assert.Equal(3, Rest(SlackBucket.Writes));
        Assert.Equal(3, Enum.GetValues<SlackCall>().Where(call => !call.IsRead).Sum(TakeAll));
        Assert.Equal(1, Rest(SlackBucket.DeleteGroup));
    }

    [Fact]
    public void What_is_given_back_may_be_taken_again()
    {
        TakeAll(SlackCall.PostUser, out var last);

        _budget.GiveBack(last);

        Assert.Equal(1, Rest(SlackBucket.PostUser));
        Assert.Equal(161, Rest(SlackBucket.Writes));
        Assert.Equal(1, TakeAll(SlackCall.PostUser));
    }

    [Fact]
    public void What_is_given_back_twice_counts_once()
    {
        TakeAll(SlackCall.PostUser);
        _clock.Advance(0.4);
        _budget.TryTake(SlackCall.PostUser, out var grant, out _);

        _budget.GiveBack(grant);
        _budget.GiveBack(grant);

        Assert.Equal(1, TakeAll(SlackCall.PostUser));
    }

    // Subtracting the cost would leave a bucket that is full though a call was just sent: 20 more would be 21 at once.
    [Fact]
    public void What_is_given_back_after_the_bucket_has_filled_up_changes_nothing()
    {
        _budget.TryTake(SlackCall.PostUser, out var unused, out _);
        _clock.Advance(60);
        _budget.TryTake(SlackCall.PostUser, out _, out _);

        _budget.GiveBack(unused);

        Assert.Equal(19, TakeAll(SlackCall.PostUser));
    }

    [Fact]
    public void A_call_taken_long_before_counts_as_sent()
    {
        _budget.TryTake(SlackCall.WriteGroup, out var unused, out _);
        _clock.Advance(0.001);
        for (var i = 0; i < 40; i++)
            _budget.TryTake(SlackCall.WriteGroup, out _, out _);

        _budget.GiveBack(unused);

        Assert.Equal(39, Rest(SlackBucket.WriteGroup));
    }

    [Fact]
    public void A_refused_call_freezes_its_bucket_for_as_long_as_Slack_says_and_no_other()
    {
        Refuse(SlackCall.PostUser, 7);

        Assert.Equal(7, _budget.WaitFor(SlackCall.PostUser).TotalSeconds, 0.001);
        Assert.Equal(_clock.GetUtcNow().AddSeconds(7), State(SlackBucket.PostUser).FrozenUntil);
        Assert.Equal(TimeSpan.Zero, _budget.WaitFor(SlackCall.WriteUser));
        Assert.Null(State(SlackBucket.Writes).FrozenUntil);
    }

    [Fact]
    public void After_the_freeze_there_is_one_call_and_then_the_lower_rate()
    {
        Refuse(SlackCall.PostUser, 7);

        _clock.Advance(7.001);
        Assert.Equal(1, TakeAll(SlackCall.PostUser));
        Assert.Equal(1 / 2.7, _budget.WaitFor(SlackCall.PostUser).TotalSeconds, 0.002);
        Assert.Null(State(SlackBucket.PostUser).FrozenUntil);
        Assert.Equal(0.9, State(SlackBucket.PostUser).Pace, 0.001);
    }

    [Fact]
    public void Calls_that_were_under_way_when_one_was_refused_lower_nothing_more_but_freeze_as_long_as_the_longest_says()
    {
        var underWay = Enumerable.Range(0, 3).Select(_ => Take(SlackCall.PostUser)).ToList();
        _clock.Advance(0.1);

        foreach (var (grant, seconds) in underWay.Zip([3, 5, 1]))
            _budget.Refused(grant, TimeSpan.FromSeconds(seconds));

        Assert.Equal(0.9, State(SlackBucket.PostUser).Pace, 0.001);
        Assert.Equal(5, _budget.WaitFor(SlackCall.PostUser).TotalSeconds, 0.001);
    }

    [Fact]
    public void Each_refusal_of_a_call_taken_since_lowers_the_rate_again_down_to_a_twentieth()
    {
        Refuse(SlackCall.PostUser, 1);
        _clock.Advance(1.1);
        Refuse(SlackCall.PostUser, 1);
        Assert.Equal(0.81, State(SlackBucket.PostUser).Pace, 0.001);

        for (var i = 0; i < 60; i++)
        {
            _clock.Advance(8);
            Refuse(SlackCall.PostUser, 1);
        }
        Assert.Equal(0.05, State(SlackBucket.PostUser).Pace, 0.001);
        Assert.Equal(9, State(SlackBucket.PostUser).PerMinute, 0.01);
    }

    [Fact]
    public void The_rate_recovers_by_a_sixtieth_every_ten_seconds_after_the_freeze()
    {
        Refuse(SlackCall.PostUser, 30);

        _clock.Advance(39);
        Assert.Equal(0.9, State(SlackBucket.PostUser).Pace, 0.001);
        _clock.Advance(1);
        Assert.Equal(0.9 + 1 / 60.0, State(SlackBucket.PostUser).Pace, 0.001);
        _clock.Advance(20);
        Assert.Equal(0.95, State(SlackBucket.PostUser).Pace, 0.001);
        _clock.Advance(30);
        Assert.Equal(1, State(SlackBucket.PostUser).Pace);
        Assert.Equal(180, State(SlackBucket.PostUser).PerMinute, 0.001);
        Assert.True(_budget.IsFull);
    }

    [Fact]
    public void Two_kinds_of_write_refused_at_a_time_mean_that_the_organizations_bucket_is_empty()
    {
        var other = Take(SlackCall.WriteGroup);
        Refuse(SlackCall.PostUser, 4);
        _clock.Advance(1);
        _budget.Refused(other, TimeSpan.FromSeconds(4));

        Assert.Equal(4, _budget.WaitFor(SlackCall.DeleteUser).TotalSeconds, 0.001);
        Assert.Equal(0.9, State(SlackBucket.Writes).Pace, 0.001);
        Assert.Equal(1, State(SlackBucket.WriteGroup).Pace);
        Assert.Equal(TimeSpan.Zero, _budget.WaitFor(SlackCall.ReadUser));
    }

    [Fact]
    public void A_refused_list_means_the_organizations_reads()
    {
        Refuse(SlackCall.List, 2);

        Assert.Equal(2, _budget.WaitFor(SlackCall.ReadGroup).TotalSeconds, 0.001);
        Assert.Equal(TimeSpan.Zero, _budget.WaitFor(SlackCall.PostUser));
    }

    [Theory]
    [InlineData(null, 20)]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(86_400, 600)]
    public void A_missing_or_senseless_Retry_After_is_made_sense_of(int? seconds, int waits)
    {
        _budget.Refused(Take(SlackCall.PostUser), seconds is { } said ? TimeSpan.FromSeconds(said) : null);

        Assert.Equal(waits, _budget.WaitFor(SlackCall.PostUser).TotalSeconds, 0.001);
    }

    [Fact]
    public void A_call_that_is_given_back_during_a_freeze_does_not_end_it()
    {
        var unused = Take(SlackCall.PostUser);
        Refuse(SlackCall.PostUser, 5);

        _budget.GiveBack(unused);

        Assert.Equal(5, _budget.WaitFor(SlackCall.PostUser).TotalSeconds, 0.001);
    }

    [Fact]
    public void A_new_owner_starts_with_nothing_in_hand()
    {
        _budget.Empty();

        Assert.All(_budget.Read(), bucket => Assert.Equal(0, bucket.Rest));
        _clock.Advance(1.001);
        Assert.Equal(3, TakeAll(SlackCall.PostUser));
        Assert.Equal(16, TakeAll(SlackCall.List));
    }

    [Fact]
    public void A_budget_is_full_when_all_that_was_taken_has_come_back()
    {
        Assert.True(_budget.IsFull);
        TakeAll(SlackCall.PostUser);
        _clock.Advance(6);
        Assert.False(_budget.IsFull);
        _clock.Advance(0.7);
        Assert.True(_budget.IsFull);
    }

    [Fact]
    public async Task Many_threads_together_take_no_more_than_there_is()
    {
        var taken = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => TakeAll(SlackCall.WriteGroup)))
        );

        Assert.Equal(80, taken.Sum());
    }

    private int TakeAll(SlackCall call) => TakeAll(call, out _);

    private int TakeAll(SlackCall call, out SlackGrant last)
    {
        var taken = 0;
        last = default;
        while (_budget.TryTake(call, out var grant, out _))
        {
            last = grant;
            taken++;
        }
        return taken;
    }

    private SlackGrant Take(SlackCall call)
    {
        Assert.True(_budget.TryTake(call, out var grant, out _));
        return grant;
    }

    private void Refuse(SlackCall call, int seconds)
    {
        if (!_budget.TryTake(call, out var grant, out var wait))
        {
            _clock.Advance(wait + TimeSpan.FromMilliseconds(1));
            grant = Take(call);
        }
        _budget.Refused(grant, TimeSpan.FromSeconds(seconds));
    }

    private SlackBucketState State(SlackBucket bucket) => _budget.Read().Single(state => state.Bucket == bucket);

    private int Rest(SlackBucket bucket) => State(bucket).Rest;
}
