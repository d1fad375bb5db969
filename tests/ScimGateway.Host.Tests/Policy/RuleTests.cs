using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Reads;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Policy;

/// <summary>
/// Rules say who is in scope: who is out from the start, who leaves by an attribute or by a change of rules, and the
/// last rule.
/// </summary>
public class RuleTests
{
    private const string Title = "title";
    private static readonly string _long = string.Concat(Enumerable.Repeat("ab", 2_000));
    private static readonly Preferences _open = new() { GuardedAccounts = 0 };
    private static readonly Preferences _leaving = _open with { DeprovisionOnRuleDeletion = true };

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    [InlineData("rules")]
    public async Task Who_comes_into_scope_and_gets_an_account_that_was_there_has_it_by_that(string how)
    {
        await using var served = await ServedGateway.StartAsync();
        served.Slack.Workspace.MakeUser(Account("UADA", "ada.l", "ada@corp.example"));
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/rules", """{"R":"title eq \"Pilot\""}""");
        using var provider = served.Provider("acme", token);
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var pilot = JsonNode.Parse(User("ada", "ada@corp.example"))!.AsObject();
        pilot["title"] = "Pilot";

        var (status, _, answer) = how switch
        {
            "PATCH" => await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", Patch("title", "\"Pilot\"")),
            "PUT" => await Gateway.SendAsync(provider, HttpMethod.Put, $"Users/{ada}", pilot.ToJsonString()),
            _ => await Gateway.SendAsync(provider, HttpMethod.Get, $"Users/{ada}"),
        };
        Assert.Equal(HttpStatusCode.OK, status);
        if (how == "rules")
        {
            var job = await served.AskAsync(HttpMethod.Patch, "tenants/acme/rules", """{"R":"userName pr"}""");
            await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/confirm");
        }

        await Gateway.UntilAsync(async () => (string?)(await LinkRequests.OfAsync(served, ada))["state"] == "settled");
        Assert.Equal("UADA", (string?)(await LinkRequests.OfAsync(served, ada))["slackId"]);
        var operations = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations?resource={ada}"))["items"]!
            .AsArray()
            .Where(one => (string?)one!["what"] != "create")
            .ToList();
        Assert.NotEmpty(operations);
        Assert.All(operations, one => Assert.Equal("done", (string?)one!["outcome"]));
    }

    [Fact]
    public async Task Whom_no_rule_admits_is_in_the_mirror_alone_until_one_does()
    {
        await using var gateway = await StartAsync(_open);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.CallsAsync();

        var ada = await MakeAsync(gateway, "ada", "guest");
        Assert.Empty(await CallsAsync(gateway));
        Assert.Equal("Blocked", gateway.State(ada));
        Assert.Equal("guest", (string?)(await gateway.SendAsync(HttpMethod.Get, $"Users/{ada}")).Body!["title"]);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, Title, "\"crew\""));
        Assert.True(await IsActiveAsync(gateway, "ada"));
        Assert.Equal("Settled", gateway.State(ada));
    }

    [Fact]
    public async Task Who_left_by_rules_as_the_gateway_died_comes_back_by_other_rules()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _leaving, SlackTimeLimit = TimeSpan.FromSeconds(5) }
        );
        await MakeAsync(gateway, "ada", "crew");
        await gateway.QuietAsync();
        var preview = await gateway.Changes.PreviewAsync(new TenantChange.OtherRules([Titled("captain")]));
        var dead = gateway.Life.DieAt(Step.Called);
        var left = gateway.Changes.ConfirmAsync(preview.Id);
        await dead;
        Assert.False(await IsActiveAsync(gateway, "ada"));
        await gateway.CrashAsync();
        Assert.Contains(gateway.Links(new LinkQuery()), link => link.Link.State == LinkState.Pending); // it waits that out

        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();

        Assert.True(await IsActiveAsync(gateway, "ada"));
        Assert.NotNull(left);
    }

    [Fact]
    public async Task Who_is_let_in_and_whose_address_is_taken_by_now_is_said_to_wait_for_it()
    {
        var lenient = new Preferences { UserSlackCannotHold = Unholdable.Keep, WhenNotAllowed = NotAllowed.Skip };
        await using var gateway = await StartAsync(lenient with { CreateUsers = false });
        var (_, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(lenient));
        await gateway.SendAsync(HttpMethod.Post, "Users", User("eve", "ada@corp.example"));
        await gateway.QuietAsync();

        await gateway.ChangeAsync(new TenantChange.OtherPreferences(lenient, ReleasesLeftOut: true));
        await gateway.QuietAsync();

        var link = gateway.Links(new LinkQuery { Resource = ResourceId.Parse((string)made!["id"]!) }).Single().Link;
        Assert.Equal((LinkState.Blocked, ReasonCode.AddressTaken), (link.State, link.Reason!.Code));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_held_leaver_whose_account_is_protected_by_then_is_refused(string method)
    {
        await using var gateway = await StartAsync(new Preferences { GuardedAccounts = 1 });
        var (ada, bob) = (await MakeAsync(gateway, "ada", "crew"), await MakeAsync(gateway, "bob", "crew"));
        await PatchAsync(gateway, ada, "active", "false");
        await PatchAsync(gateway, bob, "active", "false");
        var hold = Assert.Single(gateway.Holds.List());
        await gateway.Home.Links.ProtectAsync(hold.LinkId);

        var (status, _, _) =
            method == "DELETE"
                ? await gateway.SendAsync(HttpMethod.Delete, $"Users/{bob}")
                : await gateway.SendAsync(HttpMethod.Patch, $"Users/{bob}", Patch("active", "false"));

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.True(await IsActiveAsync(gateway, "bob"));
        Assert.Empty(gateway.Holds.List());
        await gateway.Home.Links.UnprotectAsync(hold.LinkId);
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(left => left.Id)]);
        await gateway.QuietAsync();
        Assert.False(await IsActiveAsync(gateway, "bob"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_leaves_by_what_a_provider_said_after_the_preview_is_counted(bool byRules)
    {
        await using var gateway = await StartAsync(
            new Preferences { DeprovisionOnRuleDeletion = byRules, GuardedAccounts = 2 }
        );
        var people = new List<string>();
        for (var i = 0; i < 6; i++)
            people.Add(await MakeAsync(gateway, $"p{i}", i == 0 ? "guest" : "crew"));
        if (!byRules)
        {
            await gateway.ChangeAsync(
                new TenantChange.OtherPreferences(
                    new Preferences
                    {
                        DisableUsers = false,
                        WhenNotAllowed = NotAllowed.Skip,
                        GuardedAccounts = 2,
                    }
                )
            );
            await PatchAsync(gateway, people[0], "active", "false");
        }
        var preview = await gateway.Changes.PreviewAsync(
            byRules
                ? new TenantChange.OtherRules([Titled("crew")])
                : new TenantChange.OtherPreferences(new Preferences { GuardedAccounts = 2 }, ReleasesLeftOut: true)
        );
        // What is written in the very millisecond of the preview counts as seen.
        while (TimeProvider.System.Now() == Instant.Of(preview.At))
            await Task.Yield();
        foreach (var person in people.Skip(1))
            await (
                byRules
                    ? PatchAsync(gateway, person, Title, "\"guest\"")
                    : PatchAsync(gateway, person, "active", "false")
            );

        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();

        // The one who was seen goes, two as the guard allows, and three wait for an operator.
        Assert.Equal(3, gateway.Holds.List().Count);
        var active = 0;
        for (var i = 0; i < 6; i++)
            active += await IsActiveAsync(gateway, $"p{i}") ? 1 : 0;
        Assert.Equal(3, active);
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        for (var i = 0; i < 6; i++)
            Assert.False(await IsActiveAsync(gateway, $"p{i}"));
    }

    [Fact]
    public async Task That_a_frozen_user_leaves_is_done_and_says_that_nothing_else_is_sent()
    {
        await using var gateway = await StartAsync(_open);
        var ada = await MakeAsync(gateway, "ada", "crew");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("captain")]));
        await gateway.QuietAsync();

        await PatchAsync(gateway, ada, Title, "\"guest\"");
        Assert.Equal("blocked", gateway.Operations()[^1].Outcome);
        await PatchAsync(gateway, ada, "active", "false");
        await gateway.QuietAsync();

        Assert.False(await IsActiveAsync(gateway, "ada"));
        var left = gateway.Operations()[^1];
        Assert.Equal("done", left.Outcome);
        Assert.Null(left.Error);
        Assert.Contains(
            "nothing else sent: No rule of the tenant admits the user.",
            gateway.LastNotes(),
            StringComparison.Ordinal
        );
        Assert.Equal("Blocked", gateway.State(ada));
    }

    [Fact]
    public async Task A_leaver_out_of_scope_whom_somebody_let_in_by_hand_leaves_when_the_provider_says_so()
    {
        await using var gateway = await StartAsync(_leaving);
        var ada = await MakeAsync(gateway, "ada", "crew");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("captain")]));
        await gateway.QuietAsync();
        Assert.False(await IsActiveAsync(gateway, "ada"));
        gateway.Slack.Workspace.ChangeUser(GroupRequests.SlackId(gateway, ada), new JsonObject { ["active"] = true });

        await PatchAsync(gateway, ada, "active", "false");
        await gateway.QuietAsync();

        Assert.False(await IsActiveAsync(gateway, "ada"));
    }

    [Fact]
    public async Task Whom_no_rule_admits_is_given_no_account_by_an_operator_either()
    {
        await using var gateway = await StartAsync(_leaving);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var ada = await MakeAsync(gateway, "ada", "crew");
        await PatchAsync(gateway, ada, Title, "\"guest\"");
        LinkId link;
        using (var kept = gateway.Kept())
            link = kept.Of(ada).Id;
        await gateway.Home.Links.UnlinkAsync(link);

        var refused = await Assert.ThrowsAsync<NotReadyException>(() =>
            gateway.Home.Links.ClaimAsync(link, ResourceId.Parse(ada)!.Value)
        );

        Assert.StartsWith("No rule of the tenant admits the user", refused.Message, StringComparison.Ordinal);
        Assert.False(await IsActiveAsync(gateway, "ada"));
    }

    [Fact]
    public async Task Who_leaves_scope_by_an_attribute_leaves_Slack_and_comes_back_with_it()
    {
        await using var gateway = await StartAsync(_open);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew"), Titled("captain")]));
        var ada = await MakeAsync(gateway, "ada", "crew");

        await PatchAsync(gateway, ada, Title, "\"captain\"");
        Assert.True(await IsActiveAsync(gateway, "ada"));
        await PatchAsync(gateway, ada, Title, "\"guest\"");
        Assert.False(await IsActiveAsync(gateway, "ada"));
        Assert.Equal("Blocked", gateway.State(ada));
        Assert.True((bool?)(await gateway.SendAsync(HttpMethod.Get, $"Users/{ada}")).Body!["active"]);

        // What is written meanwhile costs nothing, and is there when the user is back.
        await gateway.CallsAsync();
        await PatchAsync(gateway, ada, "displayName", "\"Ada L\"");
        Assert.Empty(await CallsAsync(gateway));
        await PatchAsync(gateway, ada, Title, "\"crew\"");
        Assert.True(await IsActiveAsync(gateway, "ada"));
        Assert.Equal("Ada L", (string?)(await gateway.AccountsAsync("ada@corp.example"))[0]["displayName"]);
    }

    [Theory]
    [InlineData("ada", "ada", false)]
    [InlineData("ada", "ada", true)]
    [InlineData("ada.king", "ada.king", false)]
    public async Task Who_is_hired_again_out_of_scope_has_the_former_account_and_its_name_when_a_rule_admits_the_user(
        string userName,
        string name,
        bool isByRule
    )
    {
        await using var gateway = await StartAsync(_open);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var former = await MakeAsync(gateway, "ada", "crew");
        var account = GroupRequests.SlackId(gateway, former);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{former}");
        var (_, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            User(userName, "ada@corp.example")
                .Replace("\"active\"", "\"title\":\"guest\",\"active\"", StringComparison.Ordinal)
        );
        var ada = (string)body!["id"]!;
        Assert.False(await IsActiveAsync(gateway, "ada"));

        if (isByRule)
            await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("guest")]));
        else
            await PatchAsync(gateway, ada, Title, "\"crew\"");
        await gateway.QuietAsync();

        var there = Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
        Assert.Equal((account, name), ((string)there["id"]!, (string?)there["userName"]));
        Assert.True(await IsActiveAsync(gateway, "ada"));
    }

    [Fact]
    public async Task Rules_that_let_a_user_in_do_not_release_what_the_guard_holds_of_it()
    {
        await using var gateway = await StartAsync(new Preferences { GuardedAccounts = 1 });
        var (ada, bob) = (await MakeAsync(gateway, "ada", "crew"), await MakeAsync(gateway, "bob", "guest"));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await PatchAsync(gateway, ada, "active", "false");
        await PatchAsync(gateway, bob, "active", "false"); // who is frozen
        var hold = Assert.Single(gateway.Holds.List());

        var preview = await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew"), Titled("guest")]));
        await gateway.QuietAsync();

        Assert.Equal(new Dictionary<string, int> { ["Stays"] = 2 }, preview.Counts.ToDictionary());
        Assert.True(await IsActiveAsync(gateway, "bob"));
        Assert.Equal("Held", gateway.State(bob));
        await gateway.Holds.ReleaseAsync([hold.Id]);
        await gateway.QuietAsync();
        Assert.False(await IsActiveAsync(gateway, "bob"));
        // It is in scope again.
        await PatchAsync(gateway, bob, "active", "true");
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(left => left.Id)]);
        await gateway.QuietAsync();
        Assert.True(await IsActiveAsync(gateway, "bob"));
    }

    [Fact]
    public async Task What_the_guard_held_of_a_frozen_user_is_over_with_the_wish()
    {
        await using var gateway = await StartAsync(new Preferences { GuardedAccounts = 1 });
        var (ada, bob) = (await MakeAsync(gateway, "ada", "guest"), await MakeAsync(gateway, "bob", "guest"));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await PatchAsync(gateway, ada, "active", "false");
        await PatchAsync(gateway, bob, "active", "false");
        Assert.Single(gateway.Holds.List());

        await PatchAsync(gateway, bob, "active", "true");

        Assert.Empty(gateway.Holds.List());
        Assert.Equal("Blocked", gateway.State(bob));
        Assert.True(await IsActiveAsync(gateway, "bob"));
    }

    [Fact]
    public async Task A_change_of_rules_shows_first_who_comes_and_goes_and_then_does_just_that()
    {
        await using var gateway = await StartAsync(_leaving);
        var (ada, bob, eve) = (
            await MakeAsync(gateway, "ada", "crew"),
            await MakeAsync(gateway, "bob", "guest"),
            await MakeAsync(gateway, "eve", "captain")
        );

        var preview = await gateway.Changes.PreviewAsync(new TenantChange.OtherRules([Titled("crew")]));
        Assert.Equal(new Dictionary<string, int> { ["Leaves"] = 2, ["Stays"] = 1 }, preview.Counts.ToDictionary());
        Assert.Equal(
            new[] { bob, eve }.Order(StringComparer.Ordinal),
            preview.Links.Select(one => one.Resource.ToString()!).Order(StringComparer.Ordinal)
        );
        Assert.True(await IsActiveAsync(gateway, "bob"));

        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();
        Assert.True(await IsActiveAsync(gateway, "ada"));
        Assert.False(await IsActiveAsync(gateway, "bob"));
        Assert.False(await IsActiveAsync(gateway, "eve"));
        Assert.Equal("Settled", gateway.State(ada));

        // Another rule takes one of them back.
        Assert.Equal(
            1,
            (await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew"), Titled("captain")]))).Counts[
                "Enters"
            ]
        );
        await gateway.QuietAsync();
        Assert.True(await IsActiveAsync(gateway, "eve"));
    }

    [Fact]
    public async Task A_preview_of_rules_names_the_groups_and_the_reports_that_follow_whoever_enters()
    {
        await using var gateway = await StartAsync(_open);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var (ada, bob) = (await MakeAsync(gateway, "ada", "crew"), await MakeAsync(gateway, "bob", "guest"));
        await PatchAsync(
            gateway,
            ada,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
            $"\"{bob}\""
        );
        var group = await GroupRequests.GroupAsync(gateway, "Crew", ada, bob);
        await gateway.QuietAsync();

        var preview = await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew"), Titled("guest")]));
        await gateway.QuietAsync();

        Assert.Equal(
            new Dictionary<string, int>
            {
                ["Enters"] = 1,
                ["FollowsOn"] = 2,
                ["Stays"] = 1,
            },
            preview.Counts.ToDictionary()
        );
        Assert.Equal(
            new[] { (bob, "Enters"), (ada, "FollowsOn"), (group, "FollowsOn") }.OrderBy(one => one.Item1),
            preview.Links.Select(one => (one.Resource.ToString()!, Assert.Single(one.What))).OrderBy(one => one.Item1)
        );
        Assert.True(await IsActiveAsync(gateway, "bob"));
    }

    [Fact]
    public async Task A_preview_of_rules_says_of_whoever_will_be_held_that_an_operator_has_to_release_it()
    {
        await using var gateway = await StartAsync(_open);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var former = await MakeAsync(gateway, "ada", "crew", "1");
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{former}");
        var ada = await MakeAsync(gateway, "ada", "guest", "2");
        await gateway.QuietAsync();

        var preview = await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew"), Titled("guest")]));
        await gateway.QuietAsync();

        Assert.Equal(["WhenReleased", "Enters"], Assert.Single(preview.Links).What);
        Assert.Equal("Held", gateway.State(ada));
    }

    [Fact]
    public async Task By_default_who_is_no_longer_admitted_freezes_as_he_is()
    {
        await using var gateway = await StartAsync(_open);
        var ada = await MakeAsync(gateway, "ada", "guest");
        Assert.Equal(1, (await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]))).Counts["Freezes"]);
        await gateway.QuietAsync();
        await gateway.CallsAsync();

        await PatchAsync(gateway, ada, "displayName", "\"Ada L\"");
        await PatchAsync(gateway, ada, "active", "true");
        Assert.Empty(await CallsAsync(gateway));
        Assert.True(await IsActiveAsync(gateway, "ada"));
    }

    [Fact]
    public async Task A_leaver_who_is_held_is_counted_among_those_whom_rules_freeze()
    {
        await using var gateway = await StartAsync(_open with { GuardedAccounts = 1 });
        foreach (var name in (string[])["ada", "bob"])
            await PatchAsync(gateway, await MakeAsync(gateway, name, "guest"), "active", "false");
        Assert.Single(gateway.Holds.List());

        var preview = await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));

        Assert.Equal(2, preview.Counts["Freezes"]);
        Assert.Single(gateway.Holds.List());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whose_account_is_being_made_while_the_rules_change_goes_as_one_who_has_it(bool leaves)
    {
        await using var gateway = await StartAsync(leaves ? _leaving : _open);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await MakeAsync(gateway, "ada", "crew");
        var goOn = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Calling, goOn.Task);
        var making = MakeAsync(gateway, "bob", "crew");
        await gateway.Life.ReachedAsync(Step.Calling, times: 2);

        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("guest")]));
        goOn.SetResult();
        var bob = await making;
        await gateway.QuietAsync();

        Assert.Equal(!leaves, await IsActiveAsync(gateway, "bob"));
        Assert.Equal(!leaves, await IsActiveAsync(gateway, "ada"));
        if (!leaves)
        {
            await gateway.ChangeAsync(new TenantChange.OtherPreferences(_leaving));
            await gateway.QuietAsync();
            Assert.False(await IsActiveAsync(gateway, "bob"));
        }
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();
        Assert.True(await IsActiveAsync(gateway, "bob"));
        Assert.Equal("Settled", gateway.State(bob));
    }

    [Fact]
    public async Task Deleting_the_last_rule_asks_what_is_meant()
    {
        await using var gateway = await StartAsync(_open);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var (ada, bob) = (await MakeAsync(gateway, "ada", "guest"), await MakeAsync(gateway, "bob", "guest"));

        await Assert.ThrowsAsync<ScimException>(() => gateway.Changes.PreviewAsync(new TenantChange.OtherRules([])));
        Assert.Equal(1, gateway.Count(kept => kept.Rules));

        var everybody = await gateway.Changes.PreviewAsync(new TenantChange.OtherRules([], LastRule.Everybody));
        Assert.Equal(2, everybody.Counts["Enters"]);
        var asTheyAre = await gateway.Changes.PreviewAsync(new TenantChange.OtherRules([], LastRule.AsTheyAre));
        Assert.DoesNotContain("Enters", asTheyAre.Counts.Keys);
        await gateway.ChangeAsync(new TenantChange.OtherRules([], LastRule.AsTheyAre));
        await gateway.QuietAsync();
        Assert.Empty(await gateway.AccountsAsync("ada@corp.example"));
        await PatchAsync(gateway, ada, "displayName", "\"Ada L\"");
        Assert.True(await IsActiveAsync(gateway, "ada"));
        Assert.Empty(await gateway.AccountsAsync("bob@corp.example"));

        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("captain")]));
        await gateway.ChangeAsync(new TenantChange.OtherRules([], LastRule.Everybody));
        await gateway.QuietAsync();
        Assert.True(await IsActiveAsync(gateway, "bob"));
        Assert.Equal("Settled", gateway.State(bob));
    }

    [Fact]
    public async Task A_preview_of_rules_takes_as_much_as_there_is_and_ends_when_nobody_waits()
    {
        await using var gateway = await StartAsync(_open);
        await Crowd.WriteAsync(
            gateway.Store,
            Enumerable
                .Range(0, 1_000)
                .Select(i => new Person($$"""{"userName":"u{{i}}","title":"{{new string('t', 4_000)}}"}""")
                {
                    Link = LinkState.Settled,
                })
        );
        // More than twenty times what a request may ask for.
        var rules = new TenantChange.OtherRules([
            new Rule
            {
                Name = "many",
                Filter = string.Join(" or ", Enumerable.Range(0, 300).Select(i => $"title eq \"x{i}\"")),
            },
        ]);

        var preview = await gateway.Changes.PreviewAsync(rules, most: 1);

        Assert.Equal(1_000, preview.All);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            gateway.Changes.PreviewAsync(rules, most: 1, new CancellationToken(canceled: true))
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task What_rules_cost_no_other_tenant_waits_for()
    {
        await using var gateway = await StartAsync(_open);
        await Crowd.WriteAsync(gateway.Store, Enumerable.Range(0, 60).Select(i => Texted($"u{i}")));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var begun = TimeProvider.System.GetTimestamp();
        var preview = await gateway.Changes.PreviewAsync(new TenantChange.OtherRules(Costly(4)));
        var asking = TimeProvider.System.GetElapsedTime(begun); // of everybody
        gateway.Store.TakeLongestHold();

        await gateway.Changes.ConfirmAsync(preview.Id);

        Assert.Equal(60, preview.Counts[nameof(ScopeMove.Stays)]);
        var hold = gateway.Store.TakeLongestHold();
        Assert.True(hold.Time < asking / 2, $"{hold}; everybody was asked about in {asking}");
    }

    // Rules are asked again about whom they have left in Slack.
    [Fact]
    [Trait("speed", "slow")]
    public async Task Other_preferences_leave_the_writer_to_others_whatever_the_rules_cost()
    {
        await using var gateway = await StartAsync(_open);
        await Crowd.WriteAsync(
            gateway.Store,
            Enumerable.Range(0, 60).Select(i => Texted($"u{i}") with { SlackId = $"U{i}" })
        );
        await Crowd.ClaimAsync(gateway.Store);
        var begun = TimeProvider.System.GetTimestamp();
        var rules = await gateway.Changes.PreviewAsync(new TenantChange.OtherRules(Costly(4)));
        var asking = TimeProvider.System.GetElapsedTime(begun); // of everybody
        await gateway.Changes.ConfirmAsync(rules.Id);
        await gateway.QuietAsync();
        gateway.Store.TakeLongestHold();

        var preview = await gateway.Changes.PreviewAsync(new TenantChange.OtherPreferences(_leaving));

        Assert.Equal(60, preview.All);
        var hold = gateway.Store.TakeLongestHold();
        Assert.True(hold.Time < asking / 2, $"{hold}; everybody was asked about in {asking}");
    }

    [Fact]
    public async Task Rules_cost_no_user_more_than_the_writer_has_room_for()
    {
        await using var gateway = await StartAsync(_open);
        var ada = await MakeAsync(gateway, "ada", "crew");
        await gateway.ChangeAsync(new TenantChange.OtherRules([.. Costly(8), Titled("crew")]));
        Assert.True(await IsActiveAsync(gateway, "ada"));

        // What a provider writes is refused as it would be for another reason, and nothing of it is kept.
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{ada}",
            $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":"{{_long}}"}]}"""
        );
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("tooMany", (string?)body!["scimType"]);
        Assert.Contains("The tenant's rules", (string?)body["detail"], StringComparison.Ordinal);
        Assert.Equal("crew", (string?)(await gateway.SendAsync(HttpMethod.Get, $"Users/{ada}")).Body!["title"]);

        // Nor do operators make rules by which that came.
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await Crowd.WriteAsync(gateway.Store, [Texted("bob")]);
        var refused = await Assert.ThrowsAsync<ScimException>(() =>
            gateway.Changes.PreviewAsync(new TenantChange.OtherRules(Costly(8)))
        );
        Assert.Contains("Shorten the rules", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_written_while_rules_are_asked_about_the_user_goes_by_what_was_written()
    {
        await using var gateway = await StartAsync(_leaving);
        var (ada, bob) = (await MakeAsync(gateway, "ada", "crew"), await MakeAsync(gateway, "bob", "guest"));
        var times = 0;
        gateway.Life.Meanwhile(
            Step.Asked,
            async () =>
            {
                if (times++ > 0)
                    return;
                await PatchAsync(gateway, ada, Title, "\"guest\"");
                await PatchAsync(gateway, bob, Title, "\"crew\"");
            }
        );

        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();

        Assert.Equal(2, times);
        Assert.False(await IsActiveAsync(gateway, "ada"));
        Assert.True(await IsActiveAsync(gateway, "bob"));
    }

    [Fact]
    public async Task A_rule_that_cannot_be_or_goes_by_what_the_gateway_makes_is_refused()
    {
        await using var gateway = await StartAsync(_open);

        await Assert.ThrowsAsync<ScimException>(() =>
            gateway.Changes.PreviewAsync(new TenantChange.OtherRules([new Rule { Name = "x", Filter = "title eq" }]))
        );
        await Assert.ThrowsAsync<ScimException>(() =>
            gateway.Changes.PreviewAsync(
                new TenantChange.OtherRules([new Rule { Name = "x", Filter = "groups.value eq \"1\"" }])
            )
        );
    }

    [Fact]
    public async Task A_provider_that_moves_many_out_of_scope_meets_the_guard_and_an_operators_rule_does_not()
    {
        var guarded = _leaving with { GuardedAccounts = 2 };
        await using var gateway = await StartAsync(guarded);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var people = new List<string>();
        for (var i = 0; i < 5; i++)
            people.Add(await MakeAsync(gateway, $"person{i}", "crew"));

        foreach (var person in people)
            await PatchAsync(gateway, person, Title, "\"guest\"");
        Assert.Equal(3, (await gateway.AccountsAsync("@corp.example")).Count(Active));
        Assert.Equal(3, gateway.Holds.List().Count);

        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("guest")]));
        await gateway.QuietAsync();
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();
        Assert.Equal(0, (await gateway.AccountsAsync("@corp.example")).Count(Active));
        Assert.Empty(gateway.Holds.List());
    }

    // Each of them looks at more than a million characters of such a title, and finds nothing.
    private static List<Rule> Costly(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new Rule
                {
                    Name = $"costly{i}",
                    Filter = string.Join(
                        " or ",
                        Enumerable.Range(0, 270).Select(j => $"title co \"ababababbab{i}{j}\"")
                    ),
                }),
        ];

    private static Person Texted(string name) =>
        new($$"""{"userName":"{{name}}","title":"{{_long}}"}""") { Link = LinkState.Settled };

    private static Task<Gateway> StartAsync(Preferences preferences) =>
        Gateway.StartAsync(new Setting { Preferences = preferences });

    private static Rule Titled(string title) => new() { Name = title, Filter = $"title eq \"{title}\"" };

    private static async Task<string> MakeAsync(Gateway gateway, string name, string title, string? externalId = null)
    {
        var user = User(name, $"{name}@corp.example").TrimEnd();
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            $"{user[..^1]},{(externalId is null ? "" : $"\"externalId\":\"{externalId}\",")}\"title\":\"{title}\"}}"
        );
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    private static async Task<bool> IsActiveAsync(Gateway gateway, string name) =>
        Active(Assert.Single(await gateway.AccountsAsync($"{name}@corp.example")));
}
