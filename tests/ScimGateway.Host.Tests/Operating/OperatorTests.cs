using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Slack.Wire;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Operating;

/// <summary>
/// What an operator does without the provider: hand over, plan all again, provision one on demand with an explanation.
/// </summary>
public class OperatorTests
{
    private static readonly Preferences _byName = DemoTenant.Lenient with
    {
        UniqueUserIdentifier = Identifier.UserName,
    };

    private static readonly Preferences _preferences = new();

    [Fact]
    public async Task A_user_is_handed_over_and_only_the_new_owner_writes_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await CreateAsync(gateway);
        var other = await gateway.HandOverAsync(ada);
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, ada, "title", "\"Countess\""));
        await gateway.CallsAsync();

        var one = await gateway.ChangeAsync(new TenantChange.Transfer(other, 1, new(Guid.Parse(ada))));
        Assert.Equal((1, 0, 0), Moved(one));
        Assert.Empty(await CallsAsync(gateway));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Countess\""));

        await gateway.ChangeAsync(new TenantChange.Transfer(1, other));
        Assert.Equal((0, 0, 0), Moved(await gateway.Changes.PreviewAsync(new TenantChange.Transfer(1, other))));
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, ada, "title", "\"Lady\""));
    }

    [Fact]
    public async Task Planning_all_again_costs_no_call_where_Slack_is_as_it_should_be_and_tries_again_what_failed()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _preferences with { WaitBudget = TimeSpan.FromMilliseconds(300) } }
        );
        var ada = await CreateAsync(gateway);
        await gateway.QuietAsync();
        await gateway.CallsAsync();
        Assert.Equal(1, await gateway.Home.Resync.AllAsync());
        await gateway.QuietAsync();
        Assert.Empty(await CallsAsync(gateway));

        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","description":"title_too_long","delayMs":700}"""
        );
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Countess\""));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(ada) == "Failed"));
        await gateway.Home.Resync.AllAsync();
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(ada) == "Settled"));
        Assert.Equal("Countess", (string?)(await gateway.AccountsAsync(Address))[0]["title"]);
    }

    [Fact]
    public async Task One_user_is_provisioned_on_demand_and_explained_before_and_after()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _preferences with { WaitBudget = TimeSpan.FromMilliseconds(300) } }
        );
        var ada = await CreateAsync(gateway);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","description":"title_too_long","delayMs":700}"""
        );
        await PatchAsync(gateway, ada, "title", "\"Countess\"");
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(ada) == "Failed"));

        var (before, after) = await gateway.Home.OnDemand.ProvisionAsync(new(Guid.Parse(ada)), _preferences);

        Assert.Equal(LinkState.Failed, before.State);
        Assert.Contains("title_too_long", before.Reason?.Sentence, StringComparison.Ordinal);
        Assert.Contains("title", before.Asserted);
        Assert.Equal(LinkState.Settled, after.State);
        Assert.Empty(after.Commands);
        var title = Assert.Single(after.Fields, field => field.Field == SlackField.Title);
        Assert.Equal(("Countess", "Countess"), (title.Delivered, title.Seen));
        Assert.Contains("an operator asked for it", gateway.OwnDoings());
        Assert.Null(gateway.Home.OnDemand.Explain(new(Guid.NewGuid()), _preferences));
    }

    [Theory]
    [InlineData("UNAME")]
    [InlineData("UADDRESS")]
    public async Task Which_of_two_accounts_a_provider_meant_an_operator_says_and_the_next_try_claims_it(string meant)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _byName with { UserSlackCannotHold = Unholdable.Keep } },
            ready: slack =>
            {
                slack.Workspace.MakeUser(Account("UNAME", "ada", "other@corp.example"));
                slack.Workspace.MakeUser(Account("UADDRESS", "augusta", "ada@corp.example"));
                slack.Workspace.MakeUser(Account("UTHIRD", "third", "third@corp.example"));
            }
        );
        var (status, error, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("UNAME and UADDRESS", (string)error!["detail"]!, StringComparison.Ordinal);
        var hold = Assert.Single(gateway.Holds.List());
        await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        Assert.Single(gateway.Holds.List()); // a provider that tries again changes nothing

        foreach (var other in (string[])["UNOBODY", "UTHIRD"])
            await Assert.ThrowsAsync<ArgumentException>(() => gateway.Holds.MeanAsync(hold.Id, other));
        Assert.True(await gateway.Holds.MeanAsync(hold.Id, meant));
        Assert.Empty(gateway.Holds.List());
        var (created, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));

        Assert.Equal(HttpStatusCode.Created, created);
        Assert.Equal(meant, GroupRequests.SlackId(gateway, (string)body!["id"]!));
        // Where the name decided, the address is still in the way.
        Assert.Equal(
            meant == "UNAME" ? [ReasonCode.AddressAsked] : [],
            gateway.Holds.List().Select(open => open.Reason.Code)
        );
        Assert.DoesNotContain("POST /Users", (await CallsAsync(gateway)).Keys);
    }

    [Fact]
    public async Task A_user_who_has_an_account_and_waits_for_an_address_gets_no_other_account_by_a_choice()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Meeting.Lenient },
            ready: slack => slack.Workspace.MakeUser(Account("UCID", "cid", "cid.old@c.example"))
        );
        var id = await Meeting.MakeAsync(gateway, "cid.x", "cid@c.example");
        await Meeting.AddressAsync(gateway, id, "cid.old@c.example");
        var hold = Assert.Single(gateway.Holds.List());
        Assert.Equal(ReasonCode.AddressAsked, hold.Reason.Code);

        var refused = await Assert.ThrowsAsync<NotReadyException>(() => gateway.Holds.MeanAsync(hold.Id, "UCID"));

        Assert.Contains($"{id} waits", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"links/{hold.LinkId.Value}/claim", refused.Message, StringComparison.Ordinal);
        Assert.Single(gateway.Holds.List());
    }

    [Fact]
    public async Task Who_was_deleted_is_no_member_that_waits()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, made, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            User("ada", "ada@corp.example").Replace("\"active\":true", "\"active\":false", StringComparison.Ordinal)
        );
        var ada = (string)made!["id"]!;
        var group = await GroupRequests.GroupAsync(gateway, "Crew", ada);
        Assert.Equal(1, Assert.Single((await ExplainAsync()).BlockedMembers).Members);

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}");

        Assert.Empty((await ExplainAsync()).BlockedMembers);

        async Task<Explanation> ExplainAsync() =>
            (await gateway.Home.OnDemand.ExplainAsync(ResourceId.Parse(group)!.Value, _preferences))!;
    }

    [Fact]
    public async Task An_account_whose_conflict_has_ended_is_chosen_without_another_import()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _byName });
        var bob = await Meeting.MakeAsync(gateway, "bob", "ada@corp.example");
        gateway.Slack.Workspace.ChangeUser(
            GroupRequests.SlackId(gateway, bob),
            new JsonObject
            {
                ["emails"] = new JsonArray(new JsonObject { ["value"] = "b@corp.example", ["primary"] = true }),
            }
        );
        gateway.Slack.Workspace.MakeUser(Account("UADA", "augusta", "ada@corp.example"));
        await gateway.ImportAsync();
        Assert.Equal(ReasonCode.AccountInConflict, OfAda().Reason?.Code);
        await Meeting.AddressAsync(gateway, bob, "b@corp.example");
        await gateway.QuietAsync();
        await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        var hold = Assert.Single(gateway.Holds.List());

        Assert.True(await gateway.Holds.MeanAsync(hold.Id, "UADA"));

        var (status, ada, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("UADA", GroupRequests.SlackId(gateway, (string)ada!["id"]!));

        ShownLink OfAda() => gateway.Links(new LinkQuery()).Single(link => link.Link.SlackId == "UADA").Link;
    }

    [Fact]
    public async Task An_account_that_the_provider_could_not_be_given_is_not_taken_for_an_answer()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _byName with { UserSlackCannotHold = Unholdable.Refuse } },
            ready: slack =>
            {
                slack.Workspace.MakeUser(Account("UNAME", "ada", "other@corp.example"));
                slack.Workspace.MakeUser(Account("UADDRESS", "augusta", "ada@corp.example"));
            }
        );
        await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        var hold = Assert.Single(gateway.Holds.List());

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => gateway.Holds.MeanAsync(hold.Id, "UNAME"));

        Assert.Contains("Free it in Slack", refused.Message, StringComparison.Ordinal);
        Assert.Single(gateway.Holds.List());
    }

    [Fact]
    public async Task An_account_that_was_protected_is_claimed_by_the_next_try_once_an_operator_has_released_it()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _byName },
            ready: slack => slack.Workspace.MakeUser(Account("UOWNER", "ada", "ada@corp.example"))
        );
        await using (var kept = gateway.Kept())
        {
            var owner = kept.Entry(kept.Links.Single(link => link.SlackId == "UOWNER"));
            owner.Property(link => link.Protection).CurrentValue = ReasonCode.ByHand;
            owner.Property(link => link.State).CurrentValue = LinkState.Protected;
            owner.Property(link => link.Reason).CurrentValue = ReasonCode.ByHand;
            await kept.SaveChangesAsync();
        }
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"))).Status
        );
        var hold = Assert.Single(gateway.Holds.List());

        await gateway.Holds.ReleaseAsync([hold.Id]);

        Assert.Equal(
            HttpStatusCode.Created,
            (await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"))).Status
        );
        Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
    }

    [Fact]
    public async Task An_operator_confirms_who_is_in_an_adopted_group_in_place_of_a_full_list()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = DemoTenant.Lenient with { GroupMembership = GroupMembership.Overwrite } },
            ready: slack =>
            {
                slack.Workspace.MakeUser(Account("UADA", "ada", "ada@corp.example"));
                slack.Workspace.MakeUser(Account("UEVE", "eve", "eve@corp.example"));
                slack.Workspace.MakeGroup(
                    new JsonObject { ["displayName"] = "Crew", ["members"] = new JsonArray("UADA", "UEVE") }
                );
            }
        );
        var (ada, eve) = (await GroupRequests.UserAsync(gateway, "ada"), await GroupRequests.UserAsync(gateway, "eve"));
        var crew = await GroupRequests.GroupAsync(gateway, "Crew");
        await GroupRequests.MembersAsync(gateway, crew, GroupRequests.Add(ada));
        Assert.Equal(["ada", "eve"], await GroupRequests.InSlackAsync(gateway, "Crew"));
        var list = new TenantChange.FullList(new(Guid.Parse(crew)));
        var preview = await gateway.Changes.PreviewAsync(list);
        Assert.Equal(new ResourceId(Guid.Parse(eve)), Assert.Single(preview.Links).Resource);

        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();

        Assert.Equal(["ada"], await GroupRequests.InSlackAsync(gateway, "Crew"));
        Assert.Equal(0, (await gateway.ChangeAsync(list)).All);
        await Assert.ThrowsAsync<NotReadyException>(() =>
            gateway.Changes.PreviewAsync(new TenantChange.FullList(new(Guid.Parse(ada))))
        );
    }

    [Fact]
    public async Task Who_is_left_out_is_explained_with_what_would_be_told()
    {
        var preferences = _preferences with { WhenNotAllowed = NotAllowed.Skip, CreateUsers = false };
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = preferences });
        var ada = await CreateAsync(gateway);

        var why = gateway.Home.OnDemand.Explain(new(Guid.Parse(ada)), preferences)!;

        Assert.Equal((LinkState.Blocked, "Account"), (why.State, Assert.Single(why.Waived)));
        Assert.Contains("preference", why.Reason?.Sentence, StringComparison.Ordinal);
        Assert.Empty(why.Commands);
    }

    private static (int Users, int Groups, int Members) Moved(Preview preview) =>
        (preview.Counts["Users"], preview.Counts["Groups"], preview.Counts["Members"]);

    private static JsonObject Account(string id, string name, string address) =>
        new()
        {
            ["id"] = id,
            ["userName"] = name,
            ["email"] = address,
        };
}
