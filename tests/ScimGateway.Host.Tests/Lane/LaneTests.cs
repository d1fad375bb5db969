using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Lane;

/// <summary>What a script in Slack's own words reads and writes, and what the gateway knows of it afterwards.</summary>
public sealed class LaneTests
{
    [Fact]
    public async Task A_script_makes_changes_reads_and_removes_as_at_Slack_itself()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);

        var (made, user, answer) = await script.SendAsync("POST", "Users", Script.User("grace"));
        Assert.Equal(201, made);
        var id = (string)user!["id"]!;
        Assert.Equal($"/demo/slack/v1/Users/{id}", answer.Headers.Location!.AbsolutePath);
        Assert.Equal(gateway.Base.Authority, answer.Headers.Location.Authority);
        Assert.True(answer.Headers.Contains("X-Operation-Id"));
        var (patched, after, _) = await script.SendAsync("PATCH", $"Users/{id}", """{"title":"Admiral"}""");
        Assert.Equal((200, "Admiral"), (patched, (string)after!["title"]!));
        Assert.Equal(200, await script.StatusAsync("GET", $"Users/{id}"));
        var (_, list, _) = await script.SendAsync(
            "GET",
            "Users?filter=username%20eq%20%22grace%22&count=5&startIndex=1"
        );
        Assert.Equal(id, (string)Assert.Single(list!["Resources"]!.AsArray())!["id"]!);
        Assert.Equal(200, await script.StatusAsync("GET", "ServiceProviderConfigs"));
        Assert.Equal(200, await script.StatusAsync("GET", "Schemas/Users"));
        Assert.Equal(200, await script.StatusAsync("HEAD", $"Users/{id}"));

        var (grouped, group, _) = await script.SendAsync(
            "POST",
            "Groups",
            $$"""{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"Navy","members":[{"value":"{{id}}"}]}"""
        );
        Assert.True(grouped == 201, group?.ToJsonString());
        var groupId = (string)group!["id"]!;
        Assert.Equal(["grace"], await InSlackAsync(gateway, "Navy"));
        Assert.Equal(
            204,
            await script.StatusAsync(
                "PATCH",
                $"Groups/{groupId}",
                $$"""{"members":[{"value":"{{id}}","operation":"delete"}]}"""
            )
        );
        Assert.Empty(await InSlackAsync(gateway, "Navy"));
        Assert.Equal(200, await script.StatusAsync("DELETE", $"Users/{id}"));
        Assert.Equal(204, await script.StatusAsync("DELETE", $"Groups/{groupId}"));
        Assert.Equal(404, await script.StatusAsync("GET", $"Groups/{groupId}"));

        Assert.Equal(
            [
                ("POST slack/v1/Users", "done"),
                ($"PATCH slack/v1/Users/{id}", "done"),
                ("POST slack/v1/Groups", "done"),
                ($"PATCH slack/v1/Groups/{groupId}", "done"),
                ($"DELETE slack/v1/Users/{id}", "done"),
                ($"DELETE slack/v1/Groups/{groupId}", "done"),
            ],
            Script.Lines(gateway).Select(line => (line.Request, line.Outcome))
        );
        Assert.All(Script.Lines(gateway), line => Assert.NotNull(line.Finished));
    }

    [Fact]
    public async Task What_a_script_makes_is_shown_to_providers_and_what_it_deletes_is_not()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        await script.SendAsync("POST", "Users", Script.User("grace"));
        var (_, group, _) = await script.SendAsync(
            "POST",
            "Groups",
            """{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"Navy"}"""
        );

        var (_, users, _) = await gateway.SendAsync(HttpMethod.Get, "Users?filter=userName%20eq%20%22grace%22");
        Assert.Equal(1, (int)users!["totalResults"]!);
        Assert.Equal(1, (int)(await gateway.SendAsync(HttpMethod.Get, "Groups")).Body!["totalResults"]!);
        await script.SendAsync("DELETE", $"Groups/{group!["id"]}");
        Assert.Equal(0, (int)(await gateway.SendAsync(HttpMethod.Get, "Groups")).Body!["totalResults"]!);
        // A provider's POST of the same person claims the account, and makes none.
        await gateway.CallsAsync();
        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("grace", "grace@corp.example"));
        Assert.Equal(201, (int)status);
        Assert.Equal(0, await gateway.CameAsync("POST /Users"));
    }

    [Theory]
    [InlineData(V1Lane.Off, 403, 403)]
    [InlineData(V1Lane.Read, 200, 403)]
    [InlineData(V1Lane.Write, 200, 201)]
    public async Task It_is_off_and_reads_and_writes_as_its_preference_says(V1Lane lane, int read, int write)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = DemoTenant.Lenient with { V1Lane = lane } }
        );
        using var script = await Script.OfAsync(gateway);

        Assert.Equal(V1Lane.Off, new Preferences().V1Lane);
        Assert.Equal(read, await script.StatusAsync("GET", "Users"));
        Assert.Equal(write, await script.StatusAsync("POST", "Users", Script.User("grace")));
        if (lane == V1Lane.Off)
        {
            Assert.Contains("v1Lane", (await script.RefusedAsync("GET", "Users")).Words, StringComparison.Ordinal);
            Assert.Equal(0, gateway.Slack.Calls.Total);
        }
    }

    [Fact]
    public async Task A_touched_account_is_unknown_while_Slack_is_asked_and_settled_with_its_answer()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        var slackId = SlackId(gateway, ada);
        Assert.Equal("Settled", gateway.State(ada));
        gateway.Life.Watch();
        var held = new TaskCompletionSource();
        gateway.Life.HoldAt(Provisioning.Executing.Step.Called, held.Task);
        var write = script.SendAsync("PATCH", $"Users/{slackId}", """{"title":"Countess"}""");
        await gateway.Life.ReachedAsync(Provisioning.Executing.Step.Called);
        Assert.Equal("Unknown", gateway.State(ada));
        held.SetResult();
        Assert.Equal(200, (await write).Status);

        Assert.Equal("Settled", gateway.State(ada));
        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());
        Assert.Equal(0, await gateway.CameAsync("GET /Users/{id}"));
    }

    [Fact]
    public async Task By_preference_what_a_script_changed_of_a_provider_s_user_is_set_back()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes with { Drift = DriftHandling.Restore } }
        );
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        await PatchAsync(gateway, ada, "title", "\"Countess\"");

        Assert.Equal(200, await script.StatusAsync("PATCH", $"Users/{SlackId(gateway, ada)}", """{"title":"Lady"}"""));
        await gateway.QuietAsync();

        Assert.Equal("Countess", (string)Assert.Single(await gateway.AccountsAsync(Address))["title"]!);
    }

    [Fact]
    public async Task A_group_that_a_script_has_deleted_is_made_again_when_its_provider_repeats_it()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await UserAsync(gateway, "ada");
        var group = await GroupAsync(gateway, "Poets", ada);
        Assert.Equal(204, await script.StatusAsync("DELETE", $"Groups/{SlackId(gateway, group)}"));
        Assert.Empty(await GroupsAsync(gateway));

        var (status, _, _) = await gateway.SendAsync(HttpMethod.Put, $"Groups/{group}", Group("Poets", ada));

        Assert.Equal(200, (int)status);
        await gateway.QuietAsync();
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Poets"));
    }

    [Fact]
    public async Task A_group_is_read_again_when_Slack_shows_what_was_written()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock, Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        var group = await GroupAsync(gateway, "Poets", ada);

        Assert.Equal(
            204,
            await script.StatusAsync(
                "PATCH",
                $"Groups/{SlackId(gateway, group)}",
                $$"""{"members":[{"value":"{{SlackId(gateway, eve)}}"}]}"""
            )
        );
        Assert.Equal("Unknown", gateway.State(group));
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(gateway.State(group) == "Settled");
        });

        Assert.Equal(["ada", "eve"], await InSlackAsync(gateway, "Poets"));
        // The members are written right after the group itself; hers is nobody's row.
        await Gateway.UntilAsync(() =>
        {
            using var kept = gateway.Kept();
            return Task.FromResult(kept.Members.Count(row => row.InSlack == Provisioning.Model.Mirror.Tri.Yes) == 2);
        });
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(DriftHandling.Report, "Gang", "changed in Slack: DisplayName")]
    [InlineData(DriftHandling.Restore, "Poets", "restoring what was changed in Slack: DisplayName")]
    public async Task A_script_that_renames_a_group_that_was_just_made_is_noticed(
        DriftHandling handling,
        string name,
        string said
    )
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = Script.Writes with { Drift = handling } }
        );
        using var script = await Script.OfAsync(gateway);
        var group = await GroupAsync(gateway, "Poets");

        var path = $"Groups/{SlackId(gateway, group)}";
        Assert.Equal(204, await script.StatusAsync("PATCH", path, """{"displayName":"Gang"}"""));
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(gateway.OwnDoings().Count > 0);
        });
        await gateway.QuietAsync();

        Assert.Equal([said], gateway.OwnDoings());
        Assert.Equal(name, (string?)Assert.Single(await GroupsAsync(gateway))["displayName"]);
    }
}
