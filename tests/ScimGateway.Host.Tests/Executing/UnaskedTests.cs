using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// Slack shows an account inactive of which nobody had said so: by hand, by its own mistake, or since a guest's time is
/// over.
/// </summary>
public class UnaskedTests
{
    [Fact]
    public async Task An_account_that_was_deactivated_by_hand_is_held_and_stops_nobody_else()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 4);
        DeactivateByHand(gateway, people[0]);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[0], "title", "\"Pilot\""));

        Assert.Equal("Held", gateway.State(people[0]));
        var hold = Assert.Single(gateway.Holds.List());
        Assert.Equal(ReasonCode.DeactivatedInSlack, hold.Reason.Code);
        Assert.True(gateway.Connection.Read().Enabled);
        await gateway.CallsAsync();

        // Each of the others is looked at before it is updated, and one more that was deactivated by hand stops nobody.
        DeactivateByHand(gateway, people[1]);
        foreach (var person in people[1..])
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, "title", "\"Pilot\""));
        var calls = await CallsAsync(gateway);
        Assert.Equal((3, 2), (calls["GET /Users/{id}"], calls["PATCH /Users/{id}"]));
        Assert.True(gateway.Connection.Read().Enabled);
        Assert.Equal(["Held", "Held", "Settled", "Settled"], people.Select(gateway.State));

        // An operator decides: to be active again, or not.
        await gateway.Holds.ReleaseAsync([hold.Id]);
        await gateway.Holds.DismissAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.QuietAsync();
        Assert.Equal([true, false, true, true], await ActiveAsync(gateway, 4));
        Assert.Equal("Settled", gateway.State(people[0]));
    }

    [Theory]
    [InlineData(false, "PATCH")]
    [InlineData(true, "PATCH")]
    [InlineData(false, "PUT")]
    public async Task A_leaver_whom_somebody_activated_again_before_anybody_looked_leaves(
        bool isDismissed,
        string method
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = (await PeopleAsync(gateway, 1))[0];
        DeactivateByHand(gateway, ada);
        await PatchAsync(gateway, ada, "title", "\"Pilot\"");
        var hold = Assert.Single(gateway.Holds.List());
        if (isDismissed)
            await gateway.Holds.DismissAsync([hold.Id]);
        gateway.Slack.Workspace.ChangeUser(SlackId(gateway, ada), new JsonObject { ["active"] = true });

        var body = (await gateway.SendAsync(HttpMethod.Get, $"Users/{ada}")).Body!;
        body["active"] = false;
        var (status, _, _) =
            method == "PUT"
                ? await gateway.SendAsync(HttpMethod.Put, $"Users/{ada}", body.ToJsonString())
                : await gateway.SendAsync(HttpMethod.Patch, $"Users/{ada}", Patch("active", "false"));
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal([false], await ActiveAsync(gateway, 1));
        Assert.Equal("Settled", gateway.State(ada));
    }

    [Fact]
    public async Task A_leaver_whose_activation_was_held_and_done_by_hand_leaves()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = DemoTenant.Lenient with { GuardedAccounts = 1 } }
        );
        var people = await PeopleAsync(gateway, 2);
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "false");
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(held => held.Id)]);
        await gateway.QuietAsync();
        await PatchAsync(gateway, people[1], "active", "true");
        Assert.Equal("Held", gateway.State(people[1]));
        gateway.Slack.Workspace.ChangeUser(SlackId(gateway, people[1]), new JsonObject { ["active"] = true });

        await PatchAsync(gateway, people[1], "active", "false");
        await gateway.QuietAsync();

        Assert.Equal([false, false], await ActiveAsync(gateway, 2));
        Assert.Equal("Settled", gateway.State(people[1]));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("dismissed")]
    [InlineData("DELETE")]
    public async Task A_user_who_comes_back_after_a_held_deactivation_that_was_done_by_hand_is_active(string how)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = DemoTenant.Lenient with { GuardedAccounts = 1 } }
        );
        var people = await PeopleAsync(gateway, 2);
        await PatchAsync(gateway, people[0], "active", "false");
        var shown = (await gateway.SendAsync(HttpMethod.Get, $"Users/{people[1]}")).Body!;
        if (how == "DELETE")
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{people[1]}");
        else
            await PatchAsync(gateway, people[1], "active", "false");
        var hold = Assert.Single(gateway.Holds.List());
        if (how == "dismissed")
            await gateway.Holds.DismissAsync([hold.Id]);
        DeactivateByHand(gateway, people[1]);

        if (how == "DELETE")
            Assert.Equal(
                HttpStatusCode.Created,
                (await gateway.SendAsync(HttpMethod.Post, "Users", shown.ToJsonString())).Status
            );
        else
            await PatchAsync(gateway, people[1], "active", "true");
        await gateway.QuietAsync();

        Assert.Equal([false, true], await ActiveAsync(gateway, 2));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task An_update_that_leaves_whom_it_finds_active_inactive_is_the_last_thing_that_Slack_is_told()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 3);
        await gateway.KnobAsync("patch.missing_active", "deactivate"); // April 2024

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[0], "title", "\"Countess\""));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[1], "title", "\"Baron\""));
        await Gateway.UntilAsync(() => Task.FromResult(!gateway.Connection.Read().Enabled));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PatchAsync(gateway, people[2], "title", "\"Duke\""));

        Assert.Equal([false, false, true], await ActiveAsync(gateway, 3));
        Assert.Equal(["Held", "Held"], people[..2].Select(gateway.State));
        Assert.Contains("disabled", gateway.OwnDoings());
        var (notice, _, _) = Assert.Single(
            gateway.Notices.List(Gateway.Tenant),
            sent => sent.Notice.Cause == Cause.Halted
        );
        Assert.Contains("Check this account and others in Slack", notice.Text, StringComparison.Ordinal);
        await gateway.RestartAsync();
        Assert.False(gateway.Connection.Read().Enabled);

        // An operator has looked, and Slack is well again.
        await gateway.KnobAsync("patch.missing_active", "keep");
        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: false));
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Equal([true, true, true], await ActiveAsync(gateway, 3));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[2], "title", "\"Duke\""));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whom_Slack_keeps_inactive_though_it_says_otherwise_fails_and_is_told_ever_more_rarely()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var person = Assert.Single(await PeopleAsync(gateway, 1));
        await PatchAsync(gateway, person, "active", "false");
        await gateway.KnobAsync("patch.active", "ignored");
        await gateway.CallsAsync();

        var back = PatchAsync(gateway, person, "active", "true");
        await UntilAsync(clock, () => back.IsCompleted && gateway.State(person) == "Failed");

        Assert.Equal(HttpStatusCode.OK, await back);
        Assert.Equal(4, (await CallsAsync(gateway))["PATCH /Users/{id}"]);
        using (var kept = gateway.Kept())
            Assert.Equal(ReasonCode.StaysInactive, kept.Of(person).Reason!.Code);
        Assert.Single(gateway.Notices.List(Gateway.Tenant), sent => sent.Notice.Cause == Cause.Failed);
        var first = gateway.NextDue();
        clock.Advance(first!.Value - clock.GetUtcNow());
        await UntilAsync(clock, () => gateway.State(person) == "Failed" && gateway.NextDue() > first);
        Assert.True(gateway.NextDue() - clock.GetUtcNow() > TimeSpan.FromMinutes(10));
        Assert.Equal(1, (await CallsAsync(gateway))["PATCH /Users/{id}"]);

        await gateway.KnobAsync("patch.active", "honoured");
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, "active", "true"));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("person000"))));
    }

    private static Task UntilAsync(ManualClock clock, Func<bool> isSo) =>
        Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(200));
            return Task.FromResult(isSo());
        });

    [Fact]
    public async Task That_each_account_is_looked_at_outlives_the_process_and_ends_after_an_hour()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var people = await PeopleAsync(gateway, 2);
        DeactivateByHand(gateway, people[0]);
        await PatchAsync(gateway, people[0], "title", "\"Pilot\"");
        await gateway.RestartAsync();
        clock.Advance(TimeSpan.FromSeconds(1));

        await PatchAsync(gateway, people[1], "title", "\"Cook\"");
        Assert.Equal(1, await gateway.CameAsync("GET /Users/{id}"));

        clock.Advance(TimeSpan.FromMinutes(61));
        await gateway.CallsAsync();
        await PatchAsync(gateway, people[1], "title", "\"Pilot\"");
        Assert.Equal(["PATCH /Users/{id}"], (await CallsAsync(gateway)).Keys);
    }

    [Fact]
    public async Task Who_was_deactivated_by_hand_leaves_without_an_operator()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 1);
        DeactivateByHand(gateway, people[0]);
        await PatchAsync(gateway, people[0], "title", "\"Pilot\"");

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[0], "active", "false"));
        await gateway.QuietAsync();

        Assert.Empty(gateway.Holds.List());
        Assert.Equal("Settled", gateway.State(people[0]));
        Assert.Equal([false], await ActiveAsync(gateway, 1));
    }

    [Fact]
    public async Task That_the_time_of_a_guest_is_over_is_no_accident_and_a_later_end_lets_the_guest_in_again()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (id, crew) = await GuestAsync(gateway, clock, TimeSpan.FromDays(1));
        clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));

        Assert.True(gateway.Connection.Read().Enabled);
        Assert.Empty(gateway.Holds.List());
        Assert.Equal("Blocked", gateway.State(id));
        Assert.Equal([false], await ActiveAsync(gateway, 1));
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.OK, await EndAsync(gateway, id, clock.GetUtcNow() + TimeSpan.FromDays(5)));
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(id));
        Assert.Equal([true], await ActiveAsync(gateway, 1));
        Assert.Equal([id], await MembersAsync(gateway, crew));
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task A_guest_whose_end_nobody_saw_is_in_again_by_a_later_one()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (id, _) = await GuestAsync(gateway, clock, TimeSpan.FromDays(1));
        clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(HttpStatusCode.OK, await EndAsync(gateway, id, clock.GetUtcNow() + TimeSpan.FromDays(5)));
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State(id));
        Assert.Equal([true], await ActiveAsync(gateway, 1));
    }

    [Fact]
    public async Task A_guest_whose_end_an_import_sees_is_blocked_and_is_no_drift_however_often_Slack_is_looked_at()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (id, _) = await GuestAsync(gateway, clock, TimeSpan.FromDays(1));

        // The time that passes at first is that of an import as well: while one reads, no more may pass, or its call has taken
        // too long.
        foreach (var passes in new[] { TimeSpan.FromDays(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5) })
        {
            clock.Advance(passes);
            await gateway.ImportAsync();
            await gateway.QuietAsync();
        }

        Assert.Equal("Blocked", gateway.State(id));
        Assert.DoesNotContain(
            gateway.OwnDoings(),
            line => line.StartsWith("changed in Slack", StringComparison.Ordinal)
        );
        Assert.Single(gateway.OwnDoings(), line => line.Contains("guest", StringComparison.Ordinal));
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await gateway.SendAsync(
                    HttpMethod.Patch,
                    $"Users/{id}",
                    PatchOf($$"""{"op":"remove","path":"{{Guest}}"}""")
                )
            ).Status
        );
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(id));
        Assert.Equal([true], await ActiveAsync(gateway, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_guest_who_is_hired_is_a_member_whether_the_time_is_over_or_not(int days)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (id, _) = await GuestAsync(gateway, clock, TimeSpan.FromDays(1));
        clock.Advance(TimeSpan.FromDays(days));
        if (days > 0)
            await gateway.ImportAsync();
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");

        var hired = await UserAsync(gateway, "person000");
        await gateway.QuietAsync();

        await RequireMemberAsync(gateway, clock, hired);
    }

    // Slack has a member who is active, and nothing ends that.
    private static async Task RequireMemberAsync(Gateway gateway, ManualClock clock, string id)
    {
        Assert.Equal("Settled", gateway.State(id));
        clock.Advance(TimeSpan.FromDays(5));
        var account = Assert.Single(await gateway.AccountsAsync("person000"));
        Assert.True(Active(account));
        Assert.DoesNotContain("\"multi\"", account.ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task<(string Id, string Crew)> GuestAsync(Gateway gateway, ManualClock clock, TimeSpan stays)
    {
        var id = (await PeopleAsync(gateway, 1))[0];
        Assert.Equal(HttpStatusCode.OK, await EndAsync(gateway, id, clock.GetUtcNow() + stays));
        return (id, await GroupAsync(gateway, "Crew", id));
    }

    private static async Task<List<bool>> ActiveAsync(Gateway gateway, int many)
    {
        var active = new List<bool>();
        for (var i = 0; i < many; i++)
            active.Add(Active(Assert.Single(await gateway.AccountsAsync($"person{i:d3}"))));
        return active;
    }
}
