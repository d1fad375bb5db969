using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.CommandLine;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>What operators see of holds and previews, and what the journal says of their decisions.</summary>
public class HoldTests
{
    private const string Holds = "tenants/acme/holds";
    private const StringComparison Is = StringComparison.Ordinal;

    [Fact]
    public async Task What_is_dismissed_says_so_and_not_that_it_is_done_and_who_has_decided_it_is_named()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await LiveAsync(served, """{"guardedAccounts":1}""");
        await LeaveAsync(provider, await CreateAsync(provider, "ada", "ada@corp.example"));
        var grace = await CreateAsync(provider, "grace", "grace@corp.example");
        var asked = await LeaveAsync(provider, grace);

        var hold = Assert.Single((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray())!;
        Assert.Equal(("grace", null), ((string?)hold["name"], (string?)hold["memberName"]));
        Assert.Equal("held", (string?)(await OperationAsync(served, asked))["outcome"]);

        await served.AskAsync(HttpMethod.Post, $"{Holds}/dismiss", $$"""{"holds":[{{hold["id"]}}]}""");

        await Gateway.UntilAsync(async () =>
            (await ListAsync(served, $"resource={grace}")).All(one => one!["finished"] is not null)
        );
        var operation = await OperationAsync(served, asked);
        Assert.Equal("dismissed", (string?)operation["outcome"]);
        Assert.Contains(
            "what was held is not told to Slack: dismissed by the tests'",
            operation["notes"]!.AsArray().Select(note => (string?)note)
        );
        Assert.Empty(operation["commands"]!.AsArray());
        Assert.Equal(asked, (string?)Assert.Single(await ListAsync(served, "outcome=dismissed"))!["id"]);
        var decision = (await ListAsync(served, $"resource={grace}")).Single(one =>
            (string?)one!["request"] == "an operator dismissed it"
        )!;
        Assert.Equal(("the tests'", "blocked"), ((string?)decision["actor"], (string?)decision["outcome"]));
        Assert.True((bool)Account(served, "grace")["active"]!);
    }

    [Fact]
    public async Task What_is_released_is_done_by_whom_it_was_asked_and_by_whom_it_was_decided()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await LiveAsync(served, """{"guardedAccounts":1}""");
        await LeaveAsync(provider, await CreateAsync(provider, "ada", "ada@corp.example"));
        var grace = await CreateAsync(provider, "grace", "grace@corp.example");
        var asked = await LeaveAsync(provider, grace);
        using var deciding = await served.WithKeyAsync("operator");

        var (status, _, _) = await ServedGateway.SendAsync(
            deciding,
            HttpMethod.Post,
            $"{Holds}/release",
            """{"reason":"guardAccounts","until":"2100-01-01T00:00:00Z"}"""
        );

        Assert.Equal(HttpStatusCode.OK, status);
        await Gateway.UntilAsync(async () => (string?)(await OperationAsync(served, asked))["outcome"] == "done");
        Assert.False((bool)Account(served, "grace")["active"]!);
        Assert.Contains(
            "a operator",
            (await ListAsync(served, $"resource={grace}"))
                .Where(one => (string?)one!["request"] == "an operator released it")
                .Select(one => (string?)one!["actor"])
        );
        Assert.Contains("the tests'", (await ListAsync(served, "search=")).Select(one => (string?)one!["actor"])); // going live
        Assert.DoesNotContain("operator", (await ListAsync(served, "search=")).Select(one => (string?)one!["actor"]));
    }

    [Fact]
    public async Task An_account_that_was_erased_is_no_ones_to_choose()
    {
        await using var served = await ServedGateway.StartAsync();
        served.Slack.Workspace.MakeUser(Requests.Account("UADA", "ada", "ada@corp.example"));
        using var provider = await LiveAsync(served, "{}");
        await EraseAdaAsync(served);

        var (status, refused, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User("ada", "ada@corp.example")
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("erased here", (string)refused!["detail"]!, StringComparison.Ordinal);

        var hold = Assert.Single((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray())!;
        Assert.Equal("erasedHere", (string?)hold["reason"]!["code"]);
        var (chosen, problem, _) = await served.SendAsync(
            HttpMethod.Post,
            $"{Holds}/{hold["id"]}/choose",
            """{"slackId":"UADA"}"""
        );
        Assert.Equal(HttpStatusCode.Conflict, chosen);
        Assert.Contains("cannot be chosen", (string?)problem!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_erased_account_is_listed_no_more_once_it_has_another_address()
    {
        await using var served = await ServedGateway.StartAsync();
        served.Slack.Workspace.MakeUser(Requests.Account("UADA", "countess", "ada@corp.example"));
        using var provider = await LiveAsync(served, "{}");
        await EraseAdaAsync(served);
        var user = User("ada", "ada@corp.example");
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user);
        await served.ImportAsync();
        Assert.Single((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray());

        await ReaddressAsync(served, "UADA", "other@corp.example");

        Assert.Empty((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray());
        Assert.Equal(
            HttpStatusCode.Created,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user)).Status
        );
        Assert.Empty((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("UADA")]
    [InlineData("UNICK")]
    public async Task Which_of_two_accounts_is_meant_is_no_question_any_more_once_one_of_them_is_erased(string erased)
    {
        await using var served = await ServedGateway.StartAsync();
        var (provider, _) = await WithTwoAccountsAsync(served, User("ada", "ada@corp.example"));
        using var __ = provider;
        var link = await LinkRequests.LinkAsync(served, erased);

        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link}/erase?confirm={erased}");

        Assert.Empty((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray());
    }

    [Fact]
    public async Task Only_accounts_that_the_preferences_let_a_user_have_are_offered()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var (provider, hold) = await WithTwoAccountsAsync(served, User("ada", "ada@corp.example"));
        using var _ = provider;
        Assert.Equal("choose UADA (other), which has the address", (string?)hold["would"]);
        Assert.Equal(["UNICK", "UADA"], hold["choices"]!.AsArray().Select(choice => (string?)choice!["slackId"]));
        Assert.Null(hold["choices"]![1]!["whyNot"]);
        Assert.Equal(Exit.Done, await entered.RunAsync("hold list acme"));
        Assert.Contains($"{hold["id"]}: UNICK cannot be chosen. The user's address is", entered.Out, Is);
        Assert.Contains($"'hold choose acme {hold["id"]} SLACK-ID'", entered.Out, Is);

        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"whenAccountExists":"refuse"}""");

        hold = Assert.Single((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray())!;
        Assert.Equal("nothing: neither account can be chosen", (string?)hold["would"]);
        Assert.Contains("(preference whenAccountExists)", (string?)hold["choices"]![1]!["whyNot"], Is);
        Assert.Equal(Exit.Done, await entered.RunAsync("hold list acme"));
        Assert.Contains($"{hold["id"]}: UADA cannot be chosen. Slack had this account before", entered.Out, Is);
        Assert.DoesNotContain("SLACK-ID", entered.Out, Is);
        var (status, refused, _) = await served.SendAsync(
            HttpMethod.Post,
            $"{Holds}/{hold["id"]}/choose",
            """{"slackId":"UADA"}"""
        );
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("(preference whenAccountExists)", (string?)refused!["detail"], Is);
    }

    [Fact]
    public async Task An_account_that_a_user_has_claimed_since_is_not_offered()
    {
        await using var served = await ServedGateway.StartAsync();
        var (provider, hold) = await WithTwoAccountsAsync(served, User("ada", "ada@corp.example"));
        using var _ = provider;
        await CreateAsync(provider, "other", "ada@corp.example");

        hold = Assert.Single((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray())!;

        Assert.StartsWith("A user has claimed the account since.", (string?)hold["choices"]![1]!["whyNot"], Is);
        var (status, _, _) = await served.SendAsync(
            HttpMethod.Post,
            $"{Holds}/{hold["id"]}/choose",
            """{"slackId":"UADA"}"""
        );
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Theory]
    [InlineData("unlink")]
    [InlineData("rule")]
    [InlineData("title")]
    [InlineData("delete")]
    public async Task Whose_an_address_is_is_no_question_any_more_once_the_user_who_asked_is_out(string how)
    {
        await using var served = await ServedGateway.StartAsync();
        served.Slack.Workspace.MakeUser(Requests.Account("U1", "countess", "old@corp.example"));
        using var provider = await LiveAsync(
            served,
            """{"userSlackCannotHold":"keep","uniqueUserIdentifier":"userName","deprovisionOnRuleDeletion":true}"""
        );
        await RuleAsync("title ne \"guest\"");
        var bob = await CreateAsync(provider, "bob", "bob@corp.example");
        await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{bob}",
            Patch("emails", """[{"value":"old@corp.example","primary":true}]""")
        );
        await LinkRequests.BlockedAsync(served, bob, "addressTaken");
        var hold = Assert.Single((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray())!;
        Assert.Equal("addressAsked", (string?)hold["reason"]!["code"]);

        switch (how)
        {
            case "unlink":
                var link = (await LinkRequests.OfAsync(served, bob))["id"];
                await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link}/unlink");
                break;
            case "rule":
                await RuleAsync("userName ne \"bob\"");
                break;
            case "title":
                await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{bob}", Patch("title", "\"guest\""));
                break;
            default:
                await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{bob}");
                break;
        }

        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray().Count == 0
        );

        async Task RuleAsync(string filter)
        {
            var job = await served.AskAsync(
                HttpMethod.Patch,
                "tenants/acme/rules",
                new JsonObject { ["Staff"] = filter }.ToJsonString()
            );
            if ((string?)job["state"] == "toConfirm")
                await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/confirm");
        }
    }

    [Fact]
    public async Task An_unlinked_account_that_an_operator_chooses_is_its_users_until_the_user_leaves()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await LiveAsync(served, "{}");
        var first = await CreateAsync(provider, "ada", "ada@corp.example");
        var link = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?resource={first}"))["items"]![0]!;
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link["id"]}/unlink");
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{first}");
        var user = User("ada", "ada@corp.example");
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user)).Status
        );
        var hold = Assert.Single((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray())!;
        var choice = $$"""{"slackId":"{{link["slackId"]}}"}""";
        await served.AskAsync(HttpMethod.Post, $"{Holds}/{hold["id"]}/choose", choice);

        var (status, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user);

        Assert.Equal(HttpStatusCode.Created, status);
        var own = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?resource={made!["id"]}"))["items"]![0]!;
        Assert.Equal(("settled", (string?)link["slackId"]), ((string?)own["state"], (string?)own["slackId"]));
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{made["id"]}");
        Assert.False((bool)Account(served, "ada")["active"]!);
    }

    [Fact]
    public async Task Of_two_accounts_the_one_that_an_operator_chooses_was_found_by_the_operator()
    {
        await using var served = await ServedGateway.StartAsync();
        var user = User("ada", "ada@corp.example");
        var (provider, hold) = await WithTwoAccountsAsync(served, user);
        using var _ = provider;
        await served.AskAsync(HttpMethod.Post, $"{Holds}/{hold["id"]}/choose", """{"slackId":"UADA"}""");

        var (status, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user);

        Assert.Equal(HttpStatusCode.Created, status);
        var link = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?resource={made!["id"]}"))["items"]![0]!;
        Assert.Equal(("UADA", "operator"), ((string?)link["slackId"], (string?)link["matchedBy"]));
    }

    [Fact]
    public async Task Which_of_two_accounts_is_meant_is_no_question_any_more_once_one_of_them_is_another_in_Slack()
    {
        await using var served = await ServedGateway.StartAsync();
        var user = User("ada", "ada@corp.example");
        var (provider, hold) = await WithTwoAccountsAsync(served, user);
        using var _ = provider;
        var (refused, body, _) = await served.SendAsync(
            HttpMethod.Post,
            $"{Holds}/{hold["id"]}/choose",
            """{"slackId":"UNICK"}"""
        );
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.Contains("Free it in Slack and import again", (string)body!["detail"]!, StringComparison.Ordinal);

        await ReaddressAsync(served, "UADA", "free@corp.example");

        Assert.Empty((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray());
        var (status, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user);
        Assert.Equal(HttpStatusCode.Created, status);
        var link = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?resource={made!["id"]}"))["items"]![0]!;
        Assert.Equal("UNICK", (string?)link["slackId"]);
    }

    [Fact]
    public async Task A_member_that_is_held_is_named_with_the_group()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await LiveAsync(served, """{"guardedMembers":1}""");
        var all = new List<string>();
        foreach (var name in (string[])["ada", "grace", "alan"])
            all.Add(await CreateAsync(provider, name, $"{name}@corp.example"));
        var (_, group, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew","members":[{{string.Join(',', all.Select(id => $$"""{"value":"{{id}}"}"""))}}]}"""
        );

        var (status, _, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Groups/{group!["id"]}",
            PatchOf("""{"op":"remove","path":"members"}""")
        );

        Assert.Equal(HttpStatusCode.NoContent, status);
        var held = (await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray();
        Assert.NotEmpty(held);
        Assert.All(held, hold => Assert.Equal("Crew", (string?)hold!["name"]));
        Assert.All(held, hold => Assert.Equal($"remove {hold!["memberName"]} from Crew", (string?)hold["would"]));
        Assert.All(
            held,
            hold =>
                Assert.Equal(
                    "Slack stays as it is until somebody decides. The provider reads what it asked for, as if Slack had it.",
                    (string?)hold!["undecided"]
                )
        );
        Assert.StartsWith(
            "More members than the limit of 1 were to be removed from the group within an hour. An operator must release",
            (string?)held[0]!["reason"]!["sentence"],
            StringComparison.Ordinal
        );
        var source = (await served.AskAsync(HttpMethod.Get, "tenants/acme/sources"))["items"]![0]!["name"];
        Assert.All(held, hold => Assert.Equal((string?)source, (string?)hold!["asked"]));
        Assert.All(held, hold => Assert.Contains((string?)hold!["memberName"], (string?[])["ada", "grace", "alan"]));
    }

    [Fact]
    public async Task A_preview_names_whom_it_is_about_and_what_is_kept_of_it_nobody()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        using var provider = served.Provider("acme", token);
        await CreateAsync(provider, "grace", "grace@corp.example"); // who is not in Slack yet

        var (status, job, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/enable");

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("grace", (string?)Assert.Single(job!["report"]!["links"]!.AsArray())!["name"]);
        var link = Assert.Single(
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?claimed=true"))["items"]!.AsArray()
        );
        Assert.Equal("grace", (string?)link!["name"]);
        using var kept = TestStore.Tables(served.Data);
        Assert.All(kept.Jobs.ToList(), one => Assert.DoesNotContain("grace", one.Progress, StringComparison.Ordinal));
    }

    // Somebody does that in Slack.
    private static async Task ReaddressAsync(ServedGateway served, string slackId, string address)
    {
        served.Slack.Workspace.ChangeUser(
            slackId,
            new JsonObject { ["emails"] = new JsonArray(new JsonObject { ["value"] = address, ["primary"] = true }) }
        );
        await served.ImportAsync();
    }

    // A user whose name one account has, and whose address another: the provider is refused, and an operator is asked.
    private static async Task<(HttpClient Provider, JsonNode Hold)> WithTwoAccountsAsync(
        ServedGateway served,
        string user
    )
    {
        served.Slack.Workspace.MakeUser(Requests.Account("UADA", "other", "ada@corp.example"));
        served.Slack.Workspace.MakeUser(Requests.Account("UNICK", "ada", "old@corp.example"));
        var provider = await LiveAsync(served, """{"uniqueUserIdentifier":"userName"}""");
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user)).Status
        );
        var hold = Assert.Single((await served.AskAsync(HttpMethod.Get, Holds))["items"]!.AsArray())!;
        Assert.Equal("twoAccounts", (string?)hold["reason"]!["code"]);
        return (provider, hold);
    }

    private static async Task<HttpClient> LiveAsync(ServedGateway served, string preferences)
    {
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", preferences);
        return served.Provider("acme", token);
    }

    // Erases the account UADA, which nobody has claimed.
    private static async Task EraseAdaAsync(ServedGateway served)
    {
        var link = Assert.Single(
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?claimed=false"))["items"]!.AsArray(),
            one => (string?)one!["slackId"] == "UADA"
        )!;
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link["id"]}/erase?confirm=UADA");
    }

    // The operation.
    private static async Task<string> LeaveAsync(HttpClient provider, string id)
    {
        var (status, _, answer) = await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{id}",
            Patch("active", "false")
        );
        Assert.Equal(HttpStatusCode.OK, status);
        return answer.Headers.GetValues("X-Operation-Id").Single();
    }

    private static Task<JsonNode> OperationAsync(ServedGateway served, string id) =>
        served.AskAsync(HttpMethod.Get, $"tenants/acme/operations/{id}");

    private static async Task<JsonArray> ListAsync(ServedGateway served, string query) =>
        (await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations?{query}"))["items"]!.AsArray();

    private static JsonObject Account(ServedGateway served, string name) =>
        served.Slack.Workspace.Users().Single(user => (string?)user["userName"] == name);
}
