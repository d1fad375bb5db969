using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Lane;

/// <summary>A script and a provider that write the same account or group at the same time.</summary>
public sealed class LaneOverlapTests
{
    [Theory]
    [InlineData(DriftHandling.Report, "Lady", "changed in Slack: Title")]
    [InlineData(DriftHandling.Restore, "Countess", "restoring what was changed in Slack: Title")]
    public async Task What_a_script_changed_beside_a_provider_s_change_is_drift(
        DriftHandling handling,
        string title,
        string said
    )
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes with { Drift = handling } }
        );
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        await PatchAsync(gateway, ada, "title", "\"Countess\"");

        await MeanwhileAsync(
            gateway,
            script,
            $"Users/{SlackId(gateway, ada)}",
            """{"title":"Lady"}""",
            () => PatchAsync(gateway, ada, "name.givenName", "\"Augusta\"")
        );

        var account = Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal((title, "Augusta"), ((string)account["title"]!, (string)account["name"]!["givenName"]!));
        Assert.Contains(said, gateway.OwnDoings());
    }

    [Theory]
    [InlineData(DriftHandling.Report, false, "changed in Slack: Active")]
    [InlineData(DriftHandling.Restore, true, "restoring what was changed in Slack: Active")]
    public async Task Whom_a_script_deletes_beside_a_provider_s_change_is_known_to_be_out(
        DriftHandling handling,
        bool active,
        string said
    )
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes with { Drift = handling } }
        );
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);

        await MeanwhileAsync(
            gateway,
            script,
            $"Users/{SlackId(gateway, ada)}",
            null,
            () => PatchAsync(gateway, ada, "title", "\"Countess\"")
        );

        Assert.Contains(said, gateway.OwnDoings());
        Assert.Equal(active, Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Fact]
    public async Task Who_was_never_in_an_unknown_group_leaves_it_without_a_trace()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock, Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        var group = await GroupAsync(gateway, "Poets", ada);
        await script.StatusAsync("PATCH", $"Groups/{SlackId(gateway, group)}", """{"displayName":"Poets"}""");
        Assert.Equal("Unknown", gateway.State(group));
        var before = await VersionAsync();

        var told = MembersAsync(gateway, group, Remove(eve));
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(told.IsCompleted);
        });
        await told;

        Assert.Equal(before, await VersionAsync());
        using var kept = gateway.Kept();
        Assert.Empty(kept.GuardedChanges);

        async Task<string> VersionAsync() =>
            (string)(await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Body!["meta"]!["version"]!;
    }

    [Fact]
    public async Task What_a_provider_repeats_while_a_script_writes_it_is_told()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        await PatchAsync(gateway, ada, "title", "\"Countess\"");

        await MeanwhileAsync(
            gateway,
            script,
            $"Users/{SlackId(gateway, ada)}",
            """{"title":"Lady"}""",
            () => PatchAsync(gateway, ada, "title", "\"Countess\"")
        );

        Assert.Equal("Countess", (string)Assert.Single(await gateway.AccountsAsync(Address))["title"]!);
        Assert.Empty(gateway.OwnDoings()); // nothing is other than the provider wants it
    }

    [Fact]
    public async Task Who_is_to_be_active_is_let_in_again_though_a_script_let_him_out_meanwhile()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);

        await MeanwhileAsync(
            gateway,
            script,
            $"Users/{SlackId(gateway, ada)}",
            """{"active":false}""",
            () => PatchAsync(gateway, ada, "active", "true")
        );

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal("Settled", gateway.State(ada));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_provider_says_again_of_a_member_while_a_group_is_unknown_is_told(bool isIn)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock, Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        var group = await GroupAsync(gateway, "Poets", isIn ? [ada, eve] : [ada]);
        var operation = isIn ? ""","operation":"delete" """ : "";
        Assert.Equal(
            204,
            await script.StatusAsync(
                "PATCH",
                $"Groups/{SlackId(gateway, group)}",
                $$"""{"members":[{"value":"{{SlackId(gateway, eve)}}"{{operation}}}]}"""
            )
        );
        Assert.Equal("Unknown", gateway.State(group));

        var told = MembersAsync(
            gateway,
            group,
            isIn
                ? $$"""{"op":"add","path":"members","value":[{"value":"{{eve}}"}]}"""
                : $$"""{"op":"remove","path":"members[value eq \"{{eve}}\"]"}"""
        );
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(told.IsCompleted);
        });

        await told;
        await Gateway.UntilAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return (await InSlackAsync(gateway, "Poets")).Count == (isIn ? 2 : 1);
        });
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task What_a_script_did_to_a_group_beside_a_provider_s_change_is_read()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock, Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var (ada, eve, grace) = (
            await UserAsync(gateway, "ada"),
            await UserAsync(gateway, "eve"),
            await UserAsync(gateway, "grace")
        );
        var group = await GroupAsync(gateway, "Poets", ada, eve);

        await MeanwhileAsync(
            gateway,
            script,
            $"Groups/{SlackId(gateway, group)}",
            $$"""{"members":[{"value":"{{SlackId(gateway, ada)}}","operation":"delete"}]}""",
            async () =>
                (
                    await PatchGroupAsync(
                        gateway,
                        group,
                        $$"""{"op":"add","path":"members","value":[{"value":"{{grace}}"}]}"""
                    )
                ).Status,
            clock
        );

        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(
                gateway.OwnDoings().Exists(said => said.Contains($"taken out: {ada}", StringComparison.Ordinal))
            );
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whom_a_script_puts_in_a_full_list_that_comes_at_once_takes_out(bool isMeanwhile)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                Preferences = Script.Writes with { GroupMembership = GroupMembership.Overwrite },
            }
        );
        using var script = await Script.OfAsync(gateway);
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        var group = await GroupAsync(gateway, "Poets", ada);
        var path = $"Groups/{SlackId(gateway, group)}";
        var body = $$"""{"members":[{"value":"{{SlackId(gateway, eve)}}"}]}""";

        if (isMeanwhile)
            await MeanwhileAsync(gateway, script, path, body, ListAsync, clock);
        else
        {
            Assert.Equal(204, await script.StatusAsync("PATCH", path, body));
            var listed = ListAsync();
            await Gateway.UntilAsync(() =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return Task.FromResult(listed.IsCompleted);
            });
            await listed;
        }

        await gateway.QuietAsync();
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Poets"));

        async Task<System.Net.HttpStatusCode> ListAsync() =>
            (
                await PatchGroupAsync(
                    gateway,
                    group,
                    $$"""{"op":"replace","path":"members","value":[{{Member(ada)}}]}"""
                )
            ).Status;
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    public async Task Whom_a_script_puts_into_an_unclaimed_group_the_claim_with_a_full_list_takes_out(string method)
    {
        await using var gateway = await UnclaimedAsync();
        using var script = await Script.OfAsync(gateway);
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        Assert.Equal(204, await PutInAsync(gateway, script, eve));

        var (status, _, _) = await gateway.SendAsync(
            new HttpMethod(method),
            method == "POST" ? "Groups" : $"Groups/{await IdAsync(gateway)}",
            Group("Poets", ada)
        );

        Assert.Equal(method == "POST" ? System.Net.HttpStatusCode.Created : System.Net.HttpStatusCode.OK, status);
        await gateway.QuietAsync();
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Poets"));
    }

    [Fact]
    public async Task Whom_a_script_puts_into_an_unclaimed_group_stays_where_the_claim_says_no_list()
    {
        await using var gateway = await UnclaimedAsync();
        using var script = await Script.OfAsync(gateway);
        var eve = await UserAsync(gateway, "eve");
        Assert.Equal(204, await PutInAsync(gateway, script, eve));

        await MembersAsync(gateway, await IdAsync(gateway), Rename("Bards"));
        await gateway.QuietAsync();
        await gateway.ImportAsync();
        await gateway.QuietAsync();

        Assert.Equal(["eve"], await InSlackAsync(gateway, "Bards"));
        Assert.DoesNotContain(gateway.OwnDoings(), said => said.Contains("put in", StringComparison.Ordinal));
        Assert.False(gateway.Home.Import.HasSuspects());
    }

    private static Task<Gateway> UnclaimedAsync() =>
        Gateway.StartAsync(
            new Setting { Preferences = Script.Writes with { GroupMembership = GroupMembership.Overwrite } },
            ready: slack =>
                slack.Workspace.MakeGroup(
                    new System.Text.Json.Nodes.JsonObject { ["id"] = "S1", ["displayName"] = "Poets" }
                )
        );

    private static Task<int> PutInAsync(Gateway gateway, Script script, string member) =>
        script.StatusAsync("PATCH", "Groups/S1", $$"""{"members":[{"value":"{{SlackId(gateway, member)}}"}]}""");

    private static async Task<string> IdAsync(Gateway gateway) =>
        (string)
            (await gateway.SendAsync(HttpMethod.Get, "Groups?filter=displayName%20eq%20%22Poets%22")).Body![
                "Resources"
            ]![0]!["id"]!;

    [Fact]
    public async Task Whom_Slack_did_not_let_a_script_put_in_was_never_in()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes with { GroupMembership = GroupMembership.Overwrite } }
        );
        using var script = await Script.OfAsync(gateway);
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        var group = await GroupAsync(gateway, "Poets", ada);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Groups/{id}","status":400,"description":"no_such_group_members"}"""
        );

        Assert.Equal(
            400,
            await script.StatusAsync(
                "PATCH",
                $"Groups/{SlackId(gateway, group)}",
                $$"""{"members":[{"value":"{{SlackId(gateway, eve)}}"}]}"""
            )
        );

        Assert.Equal(1, gateway.Count(kept => kept.Members));
    }

    // The provider's request comes after the script's call has gone out, and before its answer is noted.
    private static async Task MeanwhileAsync(
        Gateway gateway,
        Script script,
        string path,
        string? body,
        Func<Task<System.Net.HttpStatusCode>> change,
        ManualClock? clock = null
    )
    {
        var held = new TaskCompletionSource();
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Called, held.Task);
        var write = script.StatusAsync(body is null ? "DELETE" : "PATCH", path, body);
        await gateway.Life.ReachedAsync(Step.Called);
        var changed = change();
        await Gateway.UntilAsync(() =>
        {
            using var kept = gateway.Kept();
            return Task.FromResult(kept.Links.Any(link => link.State == Provisioning.Model.Links.LinkState.Pending));
        });
        held.SetResult();
        await Gateway.UntilAsync(() =>
        {
            clock?.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(changed.IsCompleted && write.IsCompleted);
        });
        Assert.InRange(await write, 200, 204);
        Assert.InRange((int)await changed, 200, 204);
    }
}
