using FsCheck.Fluent;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Tests.Budget.Pacing;
using Xunit;

namespace ScimGateway.Slack.Tests.Budget;

public class SlackBudgetProperties
{
    private static readonly FsCheck.Config _many = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(100);

    /// <summary>
    /// Some time passes, a call is taken if there is room, and sooner or later it is counted by Slack or given back.
    /// </summary>
    private sealed record Step(int Pause, SlackCall Call, int Later, bool IsSent);

    [Fact]
    public void Whatever_the_order_of_taking_sending_and_giving_back_Slack_has_nothing_to_refuse() =>
        FsCheck.Check.One(_many, Prop.ForAll(Steps(latest: 1000), steps => NothingIsRefused(steps, SlackMargin.Usual)));

    [Fact]
    public void A_limiter_that_counts_at_once_has_nothing_to_refuse_even_without_a_margin() =>
        FsCheck.Check.One(
            _many,
            Prop.ForAll(Steps(latest: 0), steps => NothingIsRefused(steps.Select(GivenBackLater), SlackMargin.None))
        );

    [Fact]
    public void What_the_margin_prevents_does_happen_without_it() =>
        Assert.Contains(Steps(latest: 1000).Generator.Sample(100), steps => !NothingIsRefused(steps, SlackMargin.None));

    private static Step GivenBackLater(Step step, int number) =>
        step.IsSent ? step : step with { Later = number % 700 };

    private static bool NothingIsRefused(IEnumerable<Step> steps, SlackMargin margin)
    {
        var clock = new VirtualClock();
        var budget = new SlackBudget(SlackLimits.Documented, clock, margin);
        var slack = new TokenBuckets();
        var later = new PriorityQueue<(SlackGrant Grant, bool IsSent), TimeSpan>();
        var now = TimeSpan.Zero;
        foreach (var step in steps)
        {
            now += TimeSpan.FromMilliseconds(step.Pause);
            if (!Happens(now))
                return false;
            if (budget.TryTake(step.Call, out var grant, out _))
                later.Enqueue((grant, step.IsSent), now + TimeSpan.FromMilliseconds(step.Later));
        }
        return Happens(now + TimeSpan.FromSeconds(2));

        bool Happens(TimeSpan until)
        {
            while (later.TryPeek(out var next, out var at) && at <= until)
            {
                later.Dequeue();
                clock.Now = at;
                if (!next.IsSent)
                    budget.GiveBack(next.Grant);
                else if (!slack.TryCount(next.Grant.Call, at, out _))
                    return false;
            }
            clock.Now = until;
            return true;
        }
    }

    // Few kinds of call and mostly no pause, so that buckets run dry; now and then a pause in which they fill up.
    private static FsCheck.Arbitrary<Step[]> Steps(int latest)
    {
        var pause = Gen.Frequency((12, Gen.Constant(0)), (6, Gen.Choose(0, 400)), (1, Gen.Choose(400, 8000)));
        var call = Gen.Elements(SlackCall.PostUser, SlackCall.PostUser, SlackCall.WriteUser, SlackCall.WriteGroup);
        var step =
            from wait in pause
            from kind in call
            from delay in Gen.Frequency((3, Gen.Constant(latest)), (1, Gen.Constant(0)), (1, Gen.Choose(0, latest)))
            from fate in Gen.Choose(0, 7)
            select new Step(wait, kind, delay, fate > 0);
        return Arb.From(step.ArrayOf(400));
    }
}
