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

namespace ScimGateway.Host.Tests.Writing;

/// <summary>Providers repeat, delete and make again, and come in and out of scope.</summary>
[Trait("speed", "slow")]
public class RepeatedTests
{
    [Fact]
    public async Task Entra_repeats_without_path_and_with_strings_and_nothing_is_told()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await MakeAsync(gateway, "ada@x.example", "ada@x.example", "e1");
        var patch = PatchOf(
            """{"op":"Replace","value":{"active":"True","title":"Pilot","emails[type eq \"work\"].value":"ada@x.example","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Sea"}}"""
        );
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Patch, $"Users/{ada}", patch)).Status);
        await gateway.CallsAsync();
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Patch, $"Users/{ada}", patch)).Status);
        await gateway.QuietAsync();
        Assert.Empty(await gateway.CallsAsync());
        Assert.Equal("Pilot", (string?)(await RawUserAsync(gateway, ada))["title"]);
    }

    [Fact]
    public async Task Upper_case_blank_and_odd_names_told_again_cost_nothing()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.KnobAsync("displayname.sanitise", "underscore");
        var user = JsonNode.Parse(User("Ada.LOVELACE@X.example", "Ada.LOVELACE@X.example"))!.AsObject();
        user["displayName"] = "Ada (Countess) @home";
        user["nickName"] = "The Countess of L";
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        var id = (string)body!["id"]!;
        await gateway.CallsAsync();
        for (var i = 0; i < 2; i++)
            Assert.Equal(
                HttpStatusCode.OK,
                (await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", user.ToJsonString())).Status
            );
        var got = (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!;
        Assert.Equal(
            HttpStatusCode.OK,
            (await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", got.ToJsonString())).Status
        );
        await gateway.Home.Resync.AllAsync();
        await gateway.QuietAsync();
        Assert.Empty(await gateway.CallsAsync());
    }

    [Fact]
    public async Task Who_is_meant_by_an_operator_after_a_kept_create_is_claimed_by_the_next_change()
    {
        await using var gateway = await StartAsync(
            Lenient,
            Account("ULEAD", "lead", "lead@x.example", "ada2nd@x.example")
        );
        var ada = await MakeAsync(gateway, "ada", "ada2nd@x.example");
        Assert.Equal("Blocked", gateway.State(ada));
        var hold = Assert.Single(gateway.Holds.List());
        Assert.True(await gateway.Holds.MeanAsync(hold.Id, "ULEAD"));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Pilot\""));
        await gateway.QuietAsync();
        Assert.True(gateway.State(ada) == "Settled", Why(gateway, ada));
        Assert.Equal("ULEAD", SlackId(gateway, ada));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task One_bulk_request_deletes_makes_again_and_puts_into_a_group()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var crew = await GroupAsync(gateway, "Crew", ada);
        var (_, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
             {"method":"DELETE","path":"/Users/{{ada}}"},
             {"method":"POST","path":"/Users","bulkId":"u","data":{{With(
                User("ada", "ada@x.example"),
                "externalId",
                "e1"
            )}}},
             {"method":"PATCH","path":"/Groups/{{crew}}","data":{{PatchOf(Add("bulkId:u"))}}}]}
            """
        );
        await gateway.QuietAsync();
        Assert.Equal(["204", "201", "200"], body!["Operations"]!.AsArray().Select(one => (string)one!["status"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
        Assert.Single(await MembersAsync(gateway, crew));
    }

    [Fact]
    public async Task Out_of_scope_and_in_again_by_an_attribute_is_in_the_groups_again()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await PatchAsync(gateway, people[0], "title", "\"crew\"");
        var crew = await GroupAsync(gateway, "Crew", people[0]);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await PatchAsync(gateway, people[0], "title", "\"guest\"");
        await gateway.QuietAsync();
        Assert.False(Active(await RawUserAsync(gateway, people[0])));
        await PatchAsync(gateway, people[0], "title", "\"crew\"");
        await gateway.QuietAsync();
        Assert.True(Active(await RawUserAsync(gateway, people[0])));
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
        Assert.Single(await MembersAsync(gateway, crew));
    }
}
