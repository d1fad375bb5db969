using System.Text.Json.Nodes;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>Rate limits, locks and lag (docs/slack.md 6, 7, 9), on a clock that goes when told.</summary>
public sealed class LimitTests
{
    // The limits of docs/slack.md 6: what one call is, its burst, and how many a second come back.
    private static readonly Dictionary<
        string,
        (Func<Emulated, int, Task<Answer>> Call, int Burst, int PerMinute)
    > _classes = new()
    {
        ["all reads (GET)"] = ((e, _) => e.GetAsync("Users?count=0"), 1000, 1000),
        ["GET one user"] = ((e, _) => e.GetAsync("Users/" + OwnerId), 300, 300),
        ["GET one group"] = ((e, _) => e.GetAsync("Groups/S0CREW"), 300, 300),
        ["POST user"] = ((e, i) => e.PostAsync("Users", User("user" + i)), 20, 180),
        ["PATCH user"] = ((e, _) => e.PatchAsync("Users/" + OwnerId, []), 20, 180),
        ["PUT user"] = ((e, _) => e.PutAsync("Users/" + OwnerId, User("owner")), 20, 180),
        ["DELETE user"] = ((e, _) => e.DeleteAsync("Users/U0NOBODY"), 20, 180),
        ["POST group"] = ((e, i) => e.PostAsync("Groups", Group("group" + i)), 20, 180),
        ["DELETE group"] = ((e, _) => e.DeleteAsync("Groups/S0NOTHING"), 20, 180),
        ["PATCH group"] = ((e, _) => e.PatchAsync("Groups/S0CREW", []), 80, 180),
        ["PUT group"] = ((e, _) => e.PutAsync("Groups/S0CREW", Group("Crew")), 80, 180),
    };

    public static TheoryData<string> Classes => [.. _classes.Keys];

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Burst_and_refill_of(string kind)
    {
        var (call, burst, perMinute) = _classes[kind];
        await using var slack = await LimitedAsync();

        for (var i = 0; i < burst; i++)
            Assert.NotEqual(429, (await call(slack, i)).Status);
        var over = await call(slack, burst);
        Assert.Equal("too_many_requests", over.Code);
        Assert.Equal("1", over.Header("Retry-After"));

        slack.Clock.Advance(60.0 / perMinute + 0.001);
        Assert.NotEqual(429, (await call(slack, burst + 1)).Status);
        Assert.Equal(429, (await call(slack, burst + 2)).Status);
        slack.Clock.Advance(10);
        var inTenSeconds = 0;
        while ((await call(slack, burst + 3 + inTenSeconds)).Status != 429)
            inTenSeconds++;
        Assert.Equal(Math.Min(burst, perMinute / 6), inTenSeconds);
    }

    [Fact]
    public async Task All_writes_together_have_a_burst_of_180_and_600_a_minute()
    {
        await using var slack = await LimitedAsync();
        var writes = new[] { "POST user", "PATCH user", "DELETE user", "POST group", "DELETE group" };
        var passed = 0;
        foreach (var kind in writes)
            for (var i = 0; i < 20; i++, passed++)
                Assert.NotEqual(429, (await _classes[kind].Call(slack, i)).Status);
        for (var i = 0; i < 80; i++, passed++)
            Assert.NotEqual(429, (await _classes["PATCH group"].Call(slack, i)).Status);
        Assert.Equal(180, passed);

        // Each class has its own back after a third of a second, and the organization three of them.
        slack.Clock.Advance(0.334);
        var after = 0;
        foreach (var kind in writes)
            after += (await _classes[kind].Call(slack, 100)).Status == 429 ? 0 : 1;
        Assert.Equal(3, after);
    }

    [Fact]
    public async Task Every_kind_of_call_shares_the_organizations_bucket_whoever_calls()
    {
        await using var slack = await LimitedAsync(
            ("auth.tokens", JsonNode.Parse("""[{"token":"xoxp-emulator"},{"token":"xoxp-2","rank":"owner"}]"""))
        );
        for (var i = 0; i < 20; i++)
            Assert.Equal(200, (await slack.PatchAsync("Users/" + OwnerId, [])).Status);
        Assert.Equal(429, (await slack.ScimAsync("PATCH", "Users/U0NOBODY", "{}", token: "xoxp-2")).Status);
    }

    [Fact]
    public async Task A_refused_call_costs_nothing_and_Retry_After_tells_when()
    {
        await using var slack = await LimitedAsync(("ratelimit.scale", 0.01));
        Assert.Equal(201, (await slack.PostAsync("Users", User("ada"))).Status);
        for (var i = 0; i < 5; i++)
            Assert.Equal("34", (await slack.PostAsync("Users", User("bea"))).Header("Retry-After"));
        slack.Clock.Advance(33);
        Assert.Equal(429, (await slack.PostAsync("Users", User("bea"))).Status);
        slack.Clock.Advance(1);
        Assert.Equal(201, (await slack.PostAsync("Users", User("bea"))).Status);
    }

    [Fact]
    public async Task A_call_that_Slack_refuses_for_other_reasons_counts()
    {
        await using var slack = await LimitedAsync();
        for (var i = 0; i < 20; i++)
            Assert.Equal(400, (await slack.ScimAsync("POST", "Users", "{}")).Status);
        Assert.Equal(429, (await slack.PostAsync("Users", User("ada"))).Status);
    }

    [Fact]
    public async Task One_write_at_a_time_for_a_user_and_reads_are_free()
    {
        await using var slack = await StartAsync(new ManualClock(), ("lock.hold_ms", 1000));
        var first = slack.PatchAsync("Users/" + OwnerId, Body("""{"title":"first"}"""));
        await Until(() => slack.Clock.Waiting > 0);

        var second = await slack.PatchAsync("Users/" + OwnerId, Body("""{"title":"second"}"""));
        Assert.Equal(200, (await slack.GetAsync("Users/" + OwnerId)).Status);
        Assert.Equal("too_many_requests", second.Code);
        Assert.Equal("1", second.Header("Retry-After"));

        slack.Clock.Advance(1);
        Assert.Equal(200, (await first).Status);
        Assert.Equal("first", (string?)(await slack.ReadAsync(OwnerId))["title"]);
    }

    [Fact]
    public async Task A_lock_is_let_go_after_a_refusal()
    {
        await using var slack = await StartAsync();
        Assert.Equal(400, (await slack.PatchAsync("Users/" + OwnerId, Body("""{"password":"x"}"""))).Status);
        Assert.Equal(200, (await slack.PatchAsync("Users/" + OwnerId, [])).Status);
    }

    [Fact]
    public async Task Group_changes_lag_for_the_group_and_for_its_members_and_the_writer_sees_its_own()
    {
        await using var slack = await StartAsync(new ManualClock(), ("consistency.group_lag_ms", 3000));
        var (ada, bea) = (await slack.MakeAsync("ada"), await slack.MakeAsync("bea"));
        var group = await slack.MakeGroupAsync("Crew", ada);
        slack.Clock.Advance(5);

        var put = await slack.PutAsync("Groups/" + group, Group("Team", bea));
        Assert.Equal("Team", (string?)put.Json["displayName"]);
        Assert.Equal(bea, (string?)put.Json["members"]![0]!["value"]);
        slack.Clock.Advance(2);
        await slack.PatchAsync("Groups/" + group, Body($$"""{"members":[{"value":"{{ada}}"}]}"""));

        Assert.Equal([ada], await slack.MembersAsync(group));
        Assert.Equal("Crew", (string?)(await slack.ReadAsync(ada))["groups"]![0]!["display"]);
        Assert.Empty((await slack.ReadAsync(bea))["groups"]!.AsArray());
        slack.Clock.Advance(1.5);
        Assert.Equal([bea], await slack.MembersAsync(group));
        Assert.Equal("Team", (string?)(await slack.ReadAsync(bea))["groups"]![0]!["display"]);
        slack.Clock.Advance(2);
        Assert.Equal(new[] { ada, bea }.Order(), (await slack.MembersAsync(group)).Order());
    }

    [Fact]
    public async Task A_PATCH_that_deactivates_says_so_itself_while_reads_lag()
    {
        await using var slack = await StartAsync(new ManualClock(), ("consistency.deactivate_lag_ms", 5000));
        var ada = await slack.MakeAsync("ada");
        Assert.False((bool?)(await slack.PatchAsync("Users/" + ada, Body("""{"active":false}"""))).Json["active"]);
        Assert.True((bool?)(await slack.ReadAsync(ada))["active"]);
        slack.Clock.Advance(5);
        Assert.False((bool?)(await slack.ReadAsync(ada))["active"]);
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("kept")]
    public async Task While_a_deactivated_account_is_shown_active_it_is_shown_in_its_groups(string memberships)
    {
        await using var slack = await StartAsync(
            new ManualClock(),
            ("consistency.deactivate_lag_ms", 5000),
            ("deactivate.group_membership", memberships)
        );
        var ada = await slack.MakeAsync("ada");
        var crew = await slack.MakeGroupAsync("Crew", ada);

        var own = await slack.PatchAsync("Users/" + ada, Body("""{"active":false}"""));
        Assert.Empty(own.Json["groups"]!.AsArray());
        slack.Clock.Advance(4.9);
        var shown = await slack.ReadAsync(ada);
        Assert.True((bool?)shown["active"]);
        Assert.Equal(crew, (string?)Assert.Single(shown["groups"]!.AsArray())!["value"]);
        Assert.Equal([ada], await slack.MembersAsync(crew));

        slack.Clock.Advance(0.1);
        shown = await slack.ReadAsync(ada);
        Assert.False((bool?)shown["active"]);
        Assert.Empty(shown["groups"]!.AsArray());
        Assert.Empty(await slack.MembersAsync(crew));
    }

    [Fact]
    public async Task A_lag_ends_with_the_next_change_that_has_none()
    {
        await using var slack = await StartAsync(
            new ManualClock(),
            ("consistency.deactivate_lag_ms", 5000),
            ("consistency.group_lag_ms", 5000),
            ("photos.delay_ms", 5000)
        );
        var ada = await slack.MakeAsync("ada");
        var crew = await slack.MakeGroupAsync("Crew", ada);
        await slack.PatchAsync("Users/" + ada, Body("""{"photos":["https://a.example/1.jpg"]}"""));
        await slack.PatchAsync("Groups/" + crew, Body("""{"displayName":"Team"}"""));
        await slack.DeleteAsync("Users/" + ada);
        foreach (var knob in new[] { "consistency.deactivate_lag_ms", "consistency.group_lag_ms", "photos.delay_ms" })
            slack.Turn(knob, 0);

        await slack.PatchAsync("Users/" + ada, Body("""{"active":true,"photos":["https://a.example/2.jpg"]}"""));
        await slack.PatchAsync("Groups/" + crew, Group("Third", ada));
        await slack.DeleteAsync("Users/" + ada);

        var shown = await slack.ReadAsync(ada);
        Assert.False((bool?)shown["active"]);
        Assert.Equal("https://a.example/2.jpg", (string?)shown["photos"]![0]!["value"]);
        Assert.Equal("Third", (string?)(await slack.GetAsync("Groups/" + crew)).Json["displayName"]);
        Assert.Empty(await slack.MembersAsync(crew));
    }

    private static async Task<Emulated> LimitedAsync(params (string, JsonNode?)[] knobs)
    {
        var slack = await StartAsync(new ManualClock(), [("ratelimit.mode", "bucket"), .. knobs]);
        slack.Server.Workspace.MakeGroup(Body("""{"id":"S0CREW","displayName":"Crew"}"""));
        return slack;
    }
}
