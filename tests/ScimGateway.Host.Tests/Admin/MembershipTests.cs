using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>What operators read of who is in which group, and of what is wanted field by field.</summary>
public class MembershipTests
{
    [Fact]
    public async Task Who_is_wanted_in_a_group_and_whom_Slack_has_there_stand_side_by_side_and_page_by_page()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var bob = await CreateAsync(provider, "bob", "bob@corp.example");
        var crew = await GroupAsync(provider, "Crew", ada, bob);
        await SettledAsync(served, crew);
        var (_, inactive, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dan","active":false,"emails":[{"value":"dan@corp.example","primary":true}]}"""
        );
        var dan = (string)inactive!["id"]!;
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Groups/{crew}", PatchOf(GroupRequests.Add(dan)));
        await Gateway.UntilAsync(async () => (await AllAsync(served, crew, "?differing=true")).Count == 1);

        var members = await AllAsync(served, crew);
        var differing = Assert.Single(await AllAsync(served, crew, "?differing=true"));

        Assert.Equal(
            [(ada, "ada", true), (bob, "bob", true), (dan, "dan", false)],
            members
                .Select(one => ((string)one["resource"]!, (string)one["name"]!, (bool)one["inSlack"]!))
                .OrderBy(one => one.Item2, StringComparer.Ordinal)
        );
        Assert.All(members, one => Assert.True((bool)one["wanted"]!));
        Assert.Equal((dan, "notReachable"), ((string?)differing["resource"], (string?)differing["reason"]!["code"]));
        var first = await served.AskAsync(HttpMethod.Get, $"{await PathAsync(served, crew)}?limit=2");
        var second = await served.AskAsync(
            HttpMethod.Get,
            $"{await PathAsync(served, crew)}?limit=2&cursor={first["next"]}"
        );
        Assert.Equal((2, 1), (first["items"]!.AsArray().Count, second["items"]!.AsArray().Count));
        Assert.Null(second["next"]);
        var groups = Assert.Single(await AllAsync(served, ada));
        Assert.Equal(
            (crew, "Crew", "group"),
            ((string?)groups["resource"], (string?)groups["name"], (string?)groups["kind"])
        );
        Assert.Equal((await OfAsync(served, crew))["id"]!.ToJsonString(), groups["link"]!.ToJsonString());
    }

    // Nothing is in the way of the membership itself.
    [Fact]
    public async Task Who_waits_for_a_decision_is_said_to_be_why_a_group_is_without_a_member()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, """{"guardedAccounts":1}""");
        await served.EnableAsync();
        var (ada, bob) = (
            await CreateAsync(provider, "ada", "ada@corp.example"),
            await CreateAsync(provider, "bob", "bob@corp.example")
        );
        foreach (var id in new[] { ada, bob })
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch("active", "false"));
        await Gateway.UntilAsync(async () => (string?)(await OfAsync(served, bob))["state"] == "held");
        var crew = await GroupAsync(provider, "Crew", ada, bob);
        Assert.Equal("guardAccounts", (string?)(await OfAsync(served, bob))["reason"]!["code"]);

        var members = await AllAsync(served, crew, "?differing=true");

        Assert.Equal(
            new Dictionary<string, string?> { [ada] = "notReachable", [bob] = "guardAccounts" },
            members.ToDictionary(one => (string)one["resource"]!, one => (string?)one["reason"]?["code"])
        );
        Assert.Equal("guardAccounts", (string?)Assert.Single(await AllAsync(served, bob))["reason"]!["code"]);
    }

    [Fact]
    public async Task Why_a_group_itself_waits_is_why_its_members_do()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var crew = await GroupAsync(provider, "Crew");
        await SettledAsync(served, crew);
        await served.AskAsync(HttpMethod.Post, "tenants/acme/shadow");
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Groups/{crew}", PatchOf(GroupRequests.Add(ada)));

        var member = Assert.Single(await AllAsync(served, crew));

        Assert.Equal("shadowRun", (string?)member["reason"]!["code"]);
        Assert.Equal("shadowRun", (string?)Assert.Single(await AllAsync(served, ada))["reason"]!["code"]);
    }

    // What it looks like at the gateway is no provider's wish.
    [Fact]
    public async Task Of_an_account_that_is_nobodys_nothing_is_wanted()
    {
        await using var served = await StartAsync(Account("U1", "countess", "old@corp.example"));
        using var provider = await SetUpAsync(served, "{}");

        var link = await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{await LinkAsync(served, "U1")}");

        Assert.NotEmpty(link["fields"]!.AsArray());
        Assert.All(link["fields"]!.AsArray(), field => Assert.False((bool)field!["asked"]!));
    }

    [Fact]
    public async Task Who_is_in_a_group_of_Slack_that_nobody_has_claimed_is_there_and_wanted_by_nobody()
    {
        await using var served = await StartAsync(Account("U1", "countess", "old@corp.example"));
        using var provider = await SetUpAsync(served, "{}");
        served.Slack.Workspace.MakeGroup(
            new JsonObject
            {
                ["displayName"] = "Crew",
                ["members"] = new JsonArray(new JsonObject { ["value"] = "U1" }),
            }
        );
        await served.ImportAsync();
        var crew = Assert.Single(
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?kind=group"))["items"]!.AsArray()
        )!;

        var member = Assert.Single(await AllAsync(served, (string)crew["resource"]!));

        Assert.Equal((await LinkAsync(served, "U1"), true), ((long)member["link"]!, (bool)member["inSlack"]!));
        Assert.Null(member["wanted"]);
    }

    [Fact]
    public async Task Who_is_in_a_group_by_a_group_in_it_is_said_to_be()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, """{"nestedGroups":"flatten"}""");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var inner = await GroupAsync(provider, "Inner", ada);
        var outer = await GroupAsync(provider, "Outer", inner);
        await SettledAsync(served, outer);

        var members = await AllAsync(served, outer);

        Assert.Equal(
            new[] { (ada, true), (inner, false) }.Order(),
            members.Select(one => ((string)one["resource"]!, (bool)one["nested"]!)).Order()
        );
    }

    [Fact]
    public async Task What_a_provider_wants_stands_beside_what_Slack_was_told_also_while_nothing_is_told()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var crew = await GroupAsync(provider, "Crew");

        Assert.Equal((true, "ada@corp.example", false, null), await FieldAsync(served, ada, "primaryEmail"));
        Assert.Equal((true, "Crew", false, null), await FieldAsync(served, crew, "displayName"));
        await served.EnableAsync();
        await SettledAsync(served, ada);
        await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"updateUsers":false,"disableUsers":false,"whenNotAllowed":"skip"}"""
        );
        var (status, body, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{ada}",
            Patch("title", "\"Countess\"")
        );
        Assert.True(status == HttpStatusCode.OK, $"{body}");

        Assert.Equal((true, "Countess", true, null), await FieldAsync(served, ada, "title"));
    }

    private static async Task<(bool Asked, string? Wanted, bool Known, string? Delivered)> FieldAsync(
        ServedGateway served,
        string resource,
        string name
    )
    {
        var link = await served.AskAsync(
            HttpMethod.Get,
            $"tenants/acme/links/{(await OfAsync(served, resource))["id"]}"
        );
        var field = link["fields"]!.AsArray().Single(one => (string?)one!["field"] == name)!;
        return ((bool)field["asked"]!, (string?)field["wanted"], (bool)field["known"]!, (string?)field["delivered"]);
    }

    private static async Task<List<JsonNode>> AllAsync(ServedGateway served, string resource, string query = "") =>
        [
            .. (await served.AskAsync(HttpMethod.Get, await PathAsync(served, resource) + query))["items"]!
                .AsArray()
                .OfType<JsonNode>(),
        ];

    private static async Task<string> PathAsync(ServedGateway served, string resource) =>
        $"tenants/acme/links/{(await OfAsync(served, resource))["id"]}/memberships";

    private static async Task<string> GroupAsync(HttpClient provider, string name, params string[] members)
    {
        var (status, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            GroupRequests.Group(name, members)
        );
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)made!["id"]!;
    }
}
