using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Meeting;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Consequences;

/// <summary>A user who gets another one's account has all of it: what somebody has changed in Slack is told again.</summary>
public class HandOverTests
{
    [Theory]
    [InlineData("waits", true)]
    [InlineData("waits", false)]
    [InlineData("comes", true)]
    [InlineData("comes", false)]
    public async Task What_somebody_changed_in_the_account_of_a_leaver_is_told_again(string next, bool isImported)
    {
        await using var gateway = await StartAsync(Lenient with { Drift = DriftHandling.Report });
        var first = await MakeAsync(gateway, "ben", "ben@c.example", title: "Pilot");
        var account = SlackId(gateway, first);
        ByHand(gateway, account, "hand@c.example");
        if (isImported)
            await gateway.ImportAsync();
        var second = next == "waits" ? await MakeAsync(gateway, "ben2", "ben@c.example", title: "Pilot") : null;

        await DeleteAsync(gateway, first);
        await gateway.QuietAsync();
        second ??= await MakeAsync(gateway, "ben2", "ben@c.example", title: "Pilot");
        await gateway.QuietAsync();

        Assert.Equal(("Settled", account), (gateway.State(second), SlackId(gateway, second)));
        var there = await RawUserAsync(gateway, second);
        Assert.Equal(("ben2", "ben@c.example", true), ((string?)there["userName"], Primary(there), Active(there)));
        if (isImported)
            Assert.Equal("Pilot", (string?)there["title"]);
    }

    [Fact]
    public async Task Whoever_comes_back_signs_in_by_the_address_that_is_wanted_though_somebody_gave_the_account_another()
    {
        await using var gateway = await StartAsync(Lenient with { Drift = DriftHandling.Report });
        var id = await MakeAsync(gateway, "ben", "ben@c.example", title: "Pilot");
        await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("active", "false"));
        await gateway.QuietAsync();
        ByHand(gateway, SlackId(gateway, id), "hand@c.example");

        await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("active", "true"));
        await gateway.QuietAsync();

        var there = await RawUserAsync(gateway, id);
        Assert.Equal(("ben@c.example", true), (Primary(there), Active(there)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_somebody_changed_while_another_person_was_held_on_the_account_is_told_by_the_release(
        bool isImported
    )
    {
        await using var gateway = await StartAsync(Lenient with { Drift = DriftHandling.Report });
        await DeleteAsync(gateway, await MakeAsync(gateway, "ben", "ben@c.example", "1", title: "Pilot"));
        var second = await MakeAsync(gateway, "ben2", "ben@c.example", "2", title: "Pilot");
        Assert.Equal("Held", gateway.State(second));
        ByHand(gateway, SlackId(gateway, second), "hand@c.example");
        if (isImported)
            await gateway.ImportAsync();

        await ReleaseAllAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State(second));
        var there = await RawUserAsync(gateway, second);
        Assert.Equal(("ben2", "ben@c.example", true), ((string?)there["userName"], Primary(there), Active(there)));
        if (isImported)
            Assert.Equal("Pilot", (string?)there["title"]);
    }

    [Fact]
    public async Task The_name_that_somebody_gave_a_group_in_Slack_is_told_again_when_it_is_posted_after_a_deletion_that_is_left_out()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                Preferences = Skipping with { DeleteGroups = false, Drift = DriftHandling.Report },
            }
        );
        var first = await GroupAsync(gateway, "Crew");
        await gateway.QuietAsync();
        var account = SlackId(gateway, first);
        gateway.Slack.Workspace.ChangeGroup(account, new JsonObject { ["displayName"] = "by hand" });
        clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ImportAsync();
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{first}");

        var second = await GroupAsync(gateway, "Crew");
        await gateway.QuietAsync();

        Assert.Equal(account, SlackId(gateway, second));
        Assert.Equal("Crew", (string?)Assert.Single(await GroupsAsync(gateway))["displayName"]);
    }

    private static void ByHand(Gateway gateway, string account, string address) =>
        gateway.Slack.Workspace.ChangeUser(
            account,
            new JsonObject
            {
                ["emails"] = new JsonArray(new JsonObject { ["value"] = address, ["primary"] = true }),
                ["title"] = "by hand",
            }
        );
}
