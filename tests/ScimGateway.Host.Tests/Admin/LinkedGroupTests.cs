using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Groups that operators unlink, and users who are in groups.</summary>
public class LinkedGroupTests
{
    [Fact]
    public async Task A_group_that_was_there_is_listed_by_its_new_name_once_Slack_has_it()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        served.Slack.Workspace.MakeGroup(new JsonObject { ["displayName"] = "Crew" });
        await served.ImportAsync();
        await served.EnableAsync();
        var (_, crew, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Groups", GroupRequests.Group("Crew"));
        var id = (string)crew!["id"]!;
        Assert.Equal("Crew", (string?)(await OfAsync(served, id))["name"]);

        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Groups/{id}", PatchOf(GroupRequests.Rename("Sailors")));

        Assert.Equal("Sailors", (string?)(await OfAsync(served, id))["name"]);
    }

    [Fact]
    public async Task A_group_is_unlinked_with_its_members_in_Slack_and_claimed_again()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, """{"groupMembership":"overwrite"}""");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var (_, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            GroupRequests.Group("Crew", ada)
        );
        var crew = (string)made!["id"]!;
        await SettledAsync(served, crew);
        var link = await OfAsync(served, crew);

        await DoAsync(served, (long)link["id"]!, "unlink");
        await BlockedAsync(served, crew);
        var bob = await CreateAsync(provider, "bob", "bob@corp.example");
        await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Groups/{crew}",
            PatchOf($$"""{"op":"add","path":"members","value":[{"value":"{{bob}}"}]}""")
        );
        await BlockedAsync(served, crew);
        Assert.Single(Members(served, "Crew"));
        await served.ImportAsync();
        await ClaimAsync(served, (long)link["id"]!, crew);

        await SettledAsync(served, crew);
        Assert.Single(served.Slack.Workspace.Groups());
        Assert.Equal(2, Members(served, "Crew").Count);
        Assert.False(served.Slack.Calls.ByOperation.ContainsKey("DELETE /Groups/{id}"));
    }

    [Fact]
    public async Task That_an_unlinked_group_is_deleted_is_called_blocked()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var (_, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Groups", GroupRequests.Group("Crew"));
        var crew = (string)made!["id"]!;
        await SettledAsync(served, crew);
        await DoAsync(served, (long)(await OfAsync(served, crew))["id"]!, "unlink");

        var (status, _, response) = await Gateway.SendAsync(provider, HttpMethod.Delete, $"Groups/{crew}");

        Assert.Equal(HttpStatusCode.NoContent, status);
        var operation = response.Headers.GetValues("X-Operation-Id").Single();
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations/{operation}"))["outcome"]
            == "blocked"
        );
        Assert.Single(served.Slack.Workspace.Groups());
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task That_an_unlinked_user_stays_in_a_group_at_Slack_is_said_and_ends_when_it_is_linked_again(
        string method
    )
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, Rest);
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var (_, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            GroupRequests.Group("Crew", ada)
        );
        var crew = (string)made!["id"]!;
        await SettledAsync(served, crew);
        var link = (long)(await OfAsync(served, ada))["id"]!;
        await DoAsync(served, link, "unlink");
        await BlockedAsync(served, ada);

        var (status, _, response) = await Gateway.SendAsync(
            provider,
            new HttpMethod(method),
            $"Groups/{crew}",
            method == "PUT" ? GroupRequests.Group("Crew") : PatchOf(GroupRequests.Remove(ada))
        );

        Assert.Equal(method == "PUT" ? HttpStatusCode.OK : HttpStatusCode.NoContent, status);
        Assert.Single(Members(served, "Crew"));
        var operation = response.Headers.GetValues("X-Operation-Id").Single();
        Assert.Contains(
            "blocked: 1 of the members: An operator ended the claim",
            (await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations/{operation}"))["notes"]!.ToJsonString(),
            StringComparison.Ordinal
        );

        await ClaimAsync(served, link, ada);
        await SettledAsync(served, ada);
        await SettledAsync(served, crew);
        Assert.Empty(Members(served, "Crew"));
    }

    [Fact]
    public async Task A_group_that_was_unlinked_is_no_providers_before_an_operator_says_so()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, """{"groupMembership":"overwrite"}""");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var crew = await MakeAsync(ada);
        await SettledAsync(served, crew);
        var link = (long)(await OfAsync(served, crew))["id"]!;
        await DoAsync(served, link, "unlink");
        await BlockedAsync(served, crew);
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Groups/{crew}");
        await served.ImportAsync();
        var shown = (string)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link}"))["resource"]!;

        foreach (
            var (method, body) in new[]
            {
                (HttpMethod.Patch, PatchOf(GroupRequests.Rename("Gang"))),
                (HttpMethod.Patch, PatchOf("""{"op":"remove","path":"members"}""")),
                (HttpMethod.Put, GroupRequests.Group("Crew")),
                (HttpMethod.Delete, null),
            }
        )
        {
            var (status, refused, _) = await Gateway.SendAsync(provider, method, $"Groups/{shown}", body);
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.Contains("claim", (string)refused!["detail"]!, StringComparison.Ordinal);
        }
        var again = await MakeAsync();
        await BlockedAsync(served, again);
        await served.ImportAsync();
        await BlockedAsync(served, again);
        Assert.Single(Members(served, "Crew"));
        await ClaimAsync(served, link, again);

        await SettledAsync(served, again);
        Assert.Single(served.Slack.Workspace.Groups());

        async Task<string> MakeAsync(params string[] members)
        {
            var (status, made, _) = await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Groups",
                GroupRequests.Group("Crew", members)
            );
            Assert.Equal(HttpStatusCode.Created, status);
            return (string)made!["id"]!;
        }
    }

    [Theory]
    [InlineData("DELETE", false)]
    [InlineData("DELETE", true)]
    [InlineData("PATCH", false)]
    [InlineData("PATCH", true)]
    public async Task The_name_of_a_group_that_was_unlinked_is_the_groups_in_Slack_before_and_after_an_import(
        string method,
        bool isImported
    )
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var crew = await MakeAsync();
        await SettledAsync(served, crew);
        var link = (long)(await OfAsync(served, crew))["id"]!;
        await DoAsync(served, link, "unlink");
        await BlockedAsync(served, crew);
        if (method == "DELETE")
            await Gateway.SendAsync(provider, HttpMethod.Delete, $"Groups/{crew}");
        else
            await Gateway.SendAsync(
                provider,
                HttpMethod.Patch,
                $"Groups/{crew}",
                PatchOf(GroupRequests.Rename("Sailors"))
            );
        if (isImported)
            await served.ImportAsync();

        var shown = await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link}");
        Assert.Equal("unlinked", (string?)shown["reason"]!["code"]);
        var again = await MakeAsync();
        await BlockedAsync(served, again);
        Assert.Equal("unlinked", (string?)(await OfAsync(served, again))["reason"]!["code"]);
        Assert.Single(served.Slack.Workspace.Groups());

        async Task<string> MakeAsync()
        {
            var (status, made, _) = await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Groups",
                GroupRequests.Group("Crew")
            );
            Assert.True(status == HttpStatusCode.Created, made?.ToJsonString());
            return (string)made!["id"]!;
        }
    }

    [Fact]
    public async Task A_user_who_claims_an_account_is_shown_in_the_groups_that_it_is_in()
    {
        await using var served = await ServedGateway.StartAsync();
        var lt = served.Slack.Workspace.MakeUser(Account("ULT", "adalt", "adalt@corp.example"));
        served.Slack.Workspace.MakeGroup(
            new JsonObject { ["displayName"] = "Hand", ["members"] = new JsonArray(new JsonObject { ["value"] = lt }) }
        );
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var link = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=adalt"))["items"]![0]!["id"];

        await served.AskAsync(
            HttpMethod.Post,
            $"tenants/acme/links/{link}/claim",
            new JsonObject { ["resource"] = ada }.ToJsonString()
        );

        var hand = (
            await Gateway.SendAsync(provider, HttpMethod.Get, "Groups?filter=displayName%20eq%20%22Hand%22")
        ).Body!;
        Assert.Equal(ada, (string?)Assert.Single(hand["Resources"]![0]!["members"]!.AsArray())!["value"]);
    }

    [Fact]
    public async Task A_group_that_is_unlinked_says_so_though_its_own_name_hides_the_one_in_Slack()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var (_, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Groups", GroupRequests.Group("Crew"));
        var link = (long)(await OfAsync(served, (string)made!["id"]!))["id"]!;

        var unlinked = await DoAsync(served, link, "unlink");

        Assert.Equal(("settled", "unlinked"), ((string?)unlinked["state"], (string?)unlinked["reason"]!["code"]));
        await served.ImportAsync();
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/links?state=held"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Who_is_only_in_Slack_leaves_a_group_once_an_operator_has_confirmed_its_list()
    {
        await using var served = await ServedGateway.StartAsync();
        var eve = served.Slack.Workspace.MakeUser(Account("U1", "eve", "eve@corp.example"));
        served.Slack.Workspace.MakeGroup(
            new JsonObject { ["displayName"] = "Crew", ["members"] = new JsonArray(new JsonObject { ["value"] = eve }) }
        );
        using var provider = await SetUpAsync(
            served,
            """{"groupMembership":"overwrite","whenAccountExists":"adopt"}"""
        );
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var (_, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Groups", GroupRequests.Group("Crew"));
        await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Groups/{made!["id"]}",
            PatchOf($$"""{"op":"add","path":"members","value":[{"value":"{{ada}}"}]}""")
        );
        await SettledAsync(served, (string)made["id"]!);
        Assert.Equal(2, Members(served, "Crew").Count);

        var (status, job, _) = await served.SendAsync(
            HttpMethod.Post,
            $"tenants/acme/links/{(await OfAsync(served, (string)made["id"]!))["id"]}/full-list"
        );
        Assert.Equal((HttpStatusCode.Accepted, 1), (status, (int)job!["report"]!["all"]!));
        Assert.Equal("eve", (string?)job["report"]!["links"]![0]!["name"]);
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/confirm");

        await Gateway.UntilAsync(() => Task.FromResult(Members(served, "Crew").Count == 1));
    }
}
