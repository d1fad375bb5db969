using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Meeting;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Consequences;

/// <summary>Users wait for addresses, exchange them, and leave while they do.</summary>
[Trait("speed", "slow")]
public class AddressTests
{
    [Fact]
    public async Task A_choice_of_an_account_that_nobody_would_get_is_refused_and_a_claim_is_named()
    {
        await using var gateway = await StartAsync(Lenient);
        var first = await MakeAsync(gateway, "first", "old@x.example");
        await AddressAsync(gateway, first, "shared@x.example");
        await gateway.QuietAsync();
        gateway.Slack.Workspace.ChangeUser(
            SlackId(gateway, first),
            new JsonObject
            {
                ["emails"] = new JsonArray(new JsonObject { ["value"] = "new@x.example", ["primary"] = true }),
            }
        );
        gateway.Slack.Workspace.MakeUser(Account("UNEXT", "next", "shared@x.example"));
        await gateway.ImportAsync();
        var next = await MakeAsync(gateway, "next", "shared@x.example");
        await AddressAsync(gateway, first, "new@x.example");
        await gateway.QuietAsync();
        var asked = gateway.Holds.List().Single(hold => hold.Reason.Code == ReasonCode.AddressAsked);

        var refused = await Assert.ThrowsAsync<NotReadyException>(() => gateway.Holds.MeanAsync(asked.Id, "UNEXT"));

        Assert.Contains($"links/{asked.LinkId.Value}/claim", refused.Message, StringComparison.Ordinal);
        await gateway.Home.Links.ClaimAsync(asked.LinkId, new ResourceId(Guid.Parse(next)));
        await gateway.QuietAsync();
        Assert.Equal(("Settled", "UNEXT"), (gateway.State(next), SlackId(gateway, next)));
    }

    [Fact]
    public async Task An_exchange_with_somebody_inactive_is_made()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await PatchAsync(gateway, people[0], "active", "false");
        await AddressAsync(gateway, people[0], "person001@corp.example");
        await AddressAsync(gateway, people[1], "person000@corp.example");
        await gateway.QuietAsync();
        Assert.Equal(["Settled", "Settled"], people.Select(gateway.State));
        Assert.Equal("person001@corp.example", Primary(await RawUserAsync(gateway, people[0])));
        Assert.Equal("person000@corp.example", Primary(await RawUserAsync(gateway, people[1])));
        Assert.False(Active(await RawUserAsync(gateway, people[0])));
    }

    [Fact]
    public async Task Soft_delete_then_delete_then_POST_brings_title_group_and_address_of_now()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var crew = await GroupAsync(gateway, "Crew", ada);
        await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{ada}",
            PatchOf("""{"op":"Replace","path":"active","value":"False"}""")
        );
        await PatchAsync(gateway, ada, "title", "\"Pilot\"");
        await AddressAsync(gateway, ada, "ada.king@x.example");
        await DeleteAsync(gateway, ada);
        var user = JsonNode.Parse(User("ada", "ada.king@x.example"))!.AsObject();
        user["externalId"] = "e1";
        user["title"] = "Cook";
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        var again = (string)body!["id"]!;
        await MembersAsync(gateway, crew, Add(again));
        await gateway.QuietAsync();
        var raw = await RawUserAsync(gateway, again);
        Assert.Equal(("Cook", "ada.king@x.example", true), ((string?)raw["title"], Primary(raw), Active(raw)));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal([again], await MembersAsync(gateway, crew));
    }

    [Fact]
    public async Task Who_is_deleted_while_waiting_makes_room_for_the_next_in_line()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await MakeAsync(gateway, "ada", "ada@x.example");
        var second = await MakeAsync(gateway, "second", "ada@x.example");
        var third = await MakeAsync(gateway, "third", "ada@x.example");
        await DeleteAsync(gateway, second);
        await AddressAsync(gateway, ada, "countess@x.example");
        await gateway.QuietAsync();
        Assert.True(gateway.State(third) == "Settled", Why(gateway, third));
        Assert.Equal("ada@x.example", Primary(await RawUserAsync(gateway, third)));
        Assert.Equal("countess@x.example", Primary(await RawUserAsync(gateway, ada)));
    }

    [Fact]
    public async Task Who_waits_and_leaves_the_scope_does_not_block_the_address_for_the_next_in_line()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await MakeAsync(gateway, "ada", "ada@x.example");
        var second = await MakeAsync(gateway, "second", "ada@x.example");
        await PatchAsync(gateway, ada, "title", "\"crew\"");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var user = JsonNode.Parse(User("third", "ada@x.example"))!.AsObject();
        user["title"] = "crew";
        var third = (string)(await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString())).Body!["id"]!;
        await AddressAsync(gateway, ada, "countess@x.example");
        await gateway.QuietAsync();
        Assert.True(gateway.State(third) == "Settled", $"{Why(gateway, third)} | {Why(gateway, second)}");
    }

    [Fact]
    public async Task Somebody_out_of_scope_does_not_keep_an_address_from_somebody_in_scope()
    {
        await using var gateway = await StartAsync(Lenient);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var outside = await MakeAsync(gateway, "outside", "ada@x.example");
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            With(User("ada", "ada@x.example"), "title", "crew")
        );
        await gateway.QuietAsync();
        Assert.Equal(HttpStatusCode.Created, status);
        var id = (string)body!["id"]!;
        Assert.True(gateway.State(id) == "Settled", $"{Why(gateway, id)} | {Why(gateway, outside)}");
    }

    [Fact]
    public async Task An_exchange_in_a_tenant_that_is_disabled_in_between_goes_on()
    {
        await using var gateway = await StartAsync(Lenient with { WhileSlackCannotBeWritten = CannotWrite.Queue });
        var people = await PeopleAsync(gateway, 2);
        await AddressAsync(gateway, people[0], "person001@corp.example");
        await gateway.Connection.DisableAsync();
        await AddressAsync(gateway, people[1], "person000@corp.example");
        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: false));
        await gateway.QuietAsync();
        Assert.Equal(["Settled", "Settled"], people.Select(gateway.State));
        Assert.Equal("person001@corp.example", Primary(await RawUserAsync(gateway, people[0])));
        Assert.Equal("person000@corp.example", Primary(await RawUserAsync(gateway, people[1])));
    }

    [Fact]
    public async Task By_name_a_kept_user_without_address_adopts_who_has_the_name_or_says_why_not()
    {
        await using var gateway = await StartAsync(ByName);
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob"}"""
        );
        Assert.Equal(HttpStatusCode.Created, status);
        var bob = (string)body!["id"]!;
        gateway.Slack.Workspace.MakeUser(Account("UBOB", "bob", "bob@x.example"));
        gateway.Slack.Workspace.MakeUser(Account("UEVE", "eve", "eve@x.example"));
        await gateway.ImportAsync();
        await AddressAsync(gateway, bob, "eve@x.example"); // Eve's, whose name is another
        await gateway.QuietAsync();
        Assert.Equal("eve@x.example", Primary(JsonNode.Parse(await RawAsync(gateway, "UEVE"))!.AsObject()));
        Assert.True(gateway.State(bob) is "Blocked" or "Failed", Why(gateway, bob));
        await AddressAsync(gateway, bob, "bob@x.example");
        await gateway.QuietAsync();
        Assert.True(gateway.State(bob) == "Settled" && SlackId(gateway, bob) == "UBOB", Why(gateway, bob));
    }

    [Fact]
    public async Task Who_was_never_let_in_is_in_no_group_by_the_account_of_that_address()
    {
        await using var gateway = await StartAsync(Lenient, Account("UADA", "ada", "ada@x.example"));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var ada = await MakeAsync(gateway, "ada", "ada@x.example");
        await GroupAsync(gateway, "Crew", ada);
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Nobody_steps_aside_for_somebody_who_is_out_of_scope_and_never_moves()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await PatchAsync(gateway, people[1], "title", "\"crew\"");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")])); // person000 freezes
        await gateway.QuietAsync();
        await AddressAsync(gateway, people[0], "person001@corp.example");
        await AddressAsync(gateway, people[1], "person000@corp.example");
        await gateway.QuietAsync();
        var at = Primary(await RawUserAsync(gateway, people[1]));
        Assert.True(at == "person001@corp.example", $"{at} {Why(gateway, people[1])} | {Why(gateway, people[0])}");
    }

    [Fact]
    public async Task A_user_whose_address_is_the_userName_follows_it_and_emails_win()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@x.example"}"""
        );
        var id = (string)body!["id"]!;
        Assert.Equal("ada@x.example", Primary(await RawUserAsync(gateway, id)));
        await PatchAsync(gateway, id, "userName", "\"king@x.example\"");
        Assert.Equal("king@x.example", Primary(await RawUserAsync(gateway, id)));
        await AddressAsync(gateway, id, "countess@x.example");
        await PatchAsync(gateway, id, "userName", "\"ada@x.example\"");
        await gateway.QuietAsync();
        Assert.Equal("countess@x.example", Primary(await RawUserAsync(gateway, id)));
        Assert.Equal("Settled", gateway.State(id));
        // what it let go of is anybody's
        var other = await MakeAsync(gateway, "king", "king@x.example");
        Assert.Equal("Settled", gateway.State(other));
    }
}
