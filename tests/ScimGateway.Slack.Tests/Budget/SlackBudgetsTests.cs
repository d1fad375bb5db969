using ScimGateway.Slack.Budget;
using Xunit;

namespace ScimGateway.Slack.Tests.Budget;

public class SlackBudgetsTests
{
    private readonly VirtualClock _clock = new();
    private readonly SlackBudgets _budgets;

    public SlackBudgetsTests() => _budgets = new(SlackLimits.Documented, _clock);

    [Fact]
    public void All_who_hold_an_organizations_budget_hold_the_same_and_another_organization_has_its_own()
    {
        using var one = _budgets.Hold("E1");
        using var same = _budgets.Hold("E1");
        using var other = _budgets.Hold("E2");

        Assert.Same(one.Budget, same.Budget);
        Assert.NotSame(one.Budget, other.Budget);
    }

    [Fact]
    public void A_budget_that_is_full_and_held_by_nobody_is_forgotten()
    {
        var hold = _budgets.Hold("E1");
        Assert.Equal(1, _budgets.Count);

        hold.Dispose();
        hold.Dispose();

        Assert.Equal(0, _budgets.Count);
    }

    [Fact]
    public void A_budget_that_was_spent_is_kept_until_it_is_full_again()
    {
        using (var hold = _budgets.Hold("E1"))
            hold.Budget.TryTake(SlackCall.PostUser, out _, out _);

        using (var again = _budgets.Hold("E1"))
            Assert.Contains(again.Budget.Read(), bucket => bucket.Rest < bucket.Burst);

        _clock.Advance(1);
        using (_budgets.Hold("E1")) { }
        Assert.Equal(0, _budgets.Count);
    }

    [Fact]
    public void A_budget_that_is_held_is_never_forgotten()
    {
        using var hold = _budgets.Hold("E1");
        _clock.Advance(1000);

        using var again = _budgets.Hold("E1");

        Assert.Same(hold.Budget, again.Budget);
    }

    [Fact]
    public void A_thousand_idle_organizations_are_swept_away_by_the_next_that_is_not()
    {
        for (var i = 0; i < 1000; i++)
        {
            using var hold = _budgets.Hold($"E{i}");
            hold.Budget.TryTake(SlackCall.PostUser, out _, out _);
        }
        Assert.Equal(1000, _budgets.Count);

        _clock.Advance(120);
        using var next = _budgets.Hold("E");

        Assert.Equal(1, _budgets.Count);
    }
}
