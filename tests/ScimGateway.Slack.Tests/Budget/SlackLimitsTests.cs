using ScimGateway.Slack.Budget;
using Xunit;

namespace ScimGateway.Slack.Tests.Budget;

public class SlackLimitsTests
{
    // The limits of docs/slack.md 6, one by one.
    [Theory]
    [InlineData(SlackBucket.Writes, 600, 180)]
    [InlineData(SlackBucket.Reads, 1000, 1000)]
    [InlineData(SlackBucket.ReadUser, 300, 300)]
    [InlineData(SlackBucket.ReadGroup, 300, 300)]
    [InlineData(SlackBucket.PostUser, 180, 20)]
    [InlineData(SlackBucket.WriteUser, 180, 20)]
    [InlineData(SlackBucket.DeleteUser, 180, 20)]
    [InlineData(SlackBucket.PostGroup, 180, 20)]
    [InlineData(SlackBucket.DeleteGroup, 180, 20)]
    [InlineData(SlackBucket.WriteGroup, 180, 80)]
    public void The_documented_limits_are_those_of_the_facts(SlackBucket bucket, double perMinute, int burst)
    {
        var limit = Assert.Single(SlackLimits.Documented.Buckets, limit => limit.Bucket == bucket);

        Assert.Equal((perMinute, burst), (limit.PerMinute, limit.Burst));
    }

    [Fact]
    public void Every_call_counts_in_one_bucket_of_the_organization_and_every_call_but_a_list_in_one_of_its_own()
    {
        foreach (var call in Enum.GetValues<SlackCall>())
        {
            var counting = SlackLimits.Documented.Buckets.Where(limit => limit.Calls.Contains(call)).ToList();

            var shared = Assert.Single(counting, limit => limit.IsShared);
            Assert.Equal(call.IsRead ? SlackBucket.Reads : SlackBucket.Writes, shared.Bucket);
            Assert.Equal(call == SlackCall.List ? 1 : 2, counting.Count);
        }
    }

    [Fact]
    public void Scaling_changes_rate_and_burst_alike_and_leaves_at_least_one_call()
    {
        var half = SlackLimits.Documented.Scaled(0.5).Buckets.Single(limit => limit.Bucket == SlackBucket.PostUser);
        var tiny = SlackLimits.Documented.Scaled(0.01).Buckets.Single(limit => limit.Bucket == SlackBucket.PostUser);

        Assert.Equal((90, 10), (half.PerMinute, half.Burst));
        Assert.Equal(1, tiny.Burst);
        Assert.Throws<ArgumentOutOfRangeException>(() => SlackLimits.Documented.Scaled(0));
    }

    [Fact]
    public void Without_limits_nothing_waits_but_a_429_still_freezes()
    {
        var budget = new SlackBudget(SlackLimits.Unlimited, new VirtualClock());
        for (var i = 0; i < 100_000; i++)
            Assert.True(budget.TryTake(SlackCall.PostUser, out _, out _));

        budget.TryTake(SlackCall.PostUser, out var grant, out _);
        budget.Refused(grant, TimeSpan.FromSeconds(5));

        Assert.False(budget.TryTake(SlackCall.PostUser, out _, out var wait));
        Assert.Equal(5, wait.TotalSeconds, 0.001);
    }
}
