using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>What operators decide of single accounts: claims and their end, and the lists.</summary>
public class LinkTests
{
    [Fact]
    public async Task An_account_is_claimed_before_Slack_makes_a_second_one_and_whoever_waits_gets_its_address()
    {
        await using var served = await StartAsync(Account("U1", "countess", "old@corp.example"));
        using var provider = await SetUpAsync(
            served,
            """{"userSlackCannotHold":"keep","uniqueUserIdentifier":"userName"}"""
        );
        var (ada, waiting) = (
            await CreateAsync(provider, "ada", "ada@corp.example"),
            await CreateAsync(provider, "bob", "old@corp.example")
        );
        await Gateway.UntilAsync(async () =>
            (string?)(await OfAsync(served, waiting))["reason"]?["code"] == "addressTaken"
        );
        var account = await LinkAsync(served, "U1");

        var claimed = await ClaimAsync(served, account, ada);

        Assert.Equal((ada, "Provider"), ((string?)claimed["resource"], (string?)claimed["source"]));
        await served.RestartAsync();
        await served.EnableAsync();
        await Gateway.UntilAsync(() => Task.FromResult(served.Slack.Workspace.UserCount == 3)); // its owner, too
        await SettledAsync(served, waiting);
        Assert.Equal(("ada@corp.example", "countess"), Has(served, "U1"));
        Assert.Equal("settled", (string?)(await OfAsync(served, ada))["state"]);
        Assert.Single(served.Slack.Workspace.Users(), user => Address(user) == "old@corp.example");
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray());
    }

    // Nobody could ask while the change was under way, and who waits after it is asked about then.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whose_the_address_of_a_leaver_is_is_asked_of_who_waits_for_it_whatever_else_is_under_way(
        bool isBusy
    )
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, """{"userSlackCannotHold":"keep"}""");
        using var slack = new HttpClient { BaseAddress = served.Slack.BaseUrl };
        await served.EnableAsync();
        var waiting = await CreateAsync(provider, "dan", "dan@corp.example");
        var leaver = await CreateAsync(provider, "eve", "eve@corp.example");
        await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{waiting}",
            Patch("emails", """[{"value":"eve@corp.example","primary":true}]""")
        );
        await BlockedAsync(served, waiting, "addressTaken");

        var title = Task.CompletedTask;
        if (isBusy)
        {
            await Gateway.SendAsync(
                slack,
                HttpMethod.Post,
                "/_emulator/faults",
                """{"method":"PATCH","path":"/Users/{id}","delayMs":1500,"nth":1}"""
            );
            title = Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{waiting}", Patch("title", "\"Captain\""));
            await Gateway.UntilAsync(async () => (string?)(await OfAsync(served, waiting))["state"] == "pending");
        }
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{leaver}");
        await title;
        await BlockedAsync(served, waiting, "addressTaken");

        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!
                .AsArray()
                .Any(hold => (string?)hold!["reason"]!["code"] == "addressAsked")
        );
    }

    [Fact]
    public async Task What_was_held_is_unlinked_and_stays_so_whatever_its_provider_and_imports_say()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, """{"guardedAccounts":1}""");
        await served.EnableAsync();
        var ids = new List<string>();
        foreach (var name in new[] { "ada", "bob" })
            ids.Add(await CreateAsync(provider, name, $"{name}@corp.example"));
        foreach (var id in ids)
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch("active", "false"));
        var held = Assert.Single(
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?state=held"))["items"]!.AsArray()
        )!;
        var (link, user, slackId) = ((long)held["id"]!, (string)held["resource"]!, (string)held["slackId"]!);

        var unlinked = await DoAsync(served, link, "unlink");

        Assert.Null(unlinked["source"]);
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray());
        await BlockedAsync(served, user);
        var before = served.Slack.Calls.ByOperation.GetValueOrDefault("PATCH /Users/{id}");
        await served.RestartAsync();
        using var again = Provider(served, provider);
        var (status, _, _) = await Gateway.SendAsync(
            again,
            HttpMethod.Patch,
            $"Users/{user}",
            Patch("title", "\"Pilot\"")
        );
        Assert.Equal(HttpStatusCode.OK, status);
        await served.ImportAsync();
        await BlockedAsync(served, user);
        Assert.Equal(before, served.Slack.Calls.ByOperation.GetValueOrDefault("PATCH /Users/{id}"));
        Assert.True(Active(served.Slack.Workspace.User(slackId)!));
        Assert.Null((await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link}"))["source"]);
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(served, link, "unlink"));

        await ClaimAsync(served, link, user);
        await SettledAsync(served, user);
        Assert.False(Active(served.Slack.Workspace.User(slackId)!));
    }

    [Theory]
    [InlineData("dismissed", true)]
    [InlineData("unlinked", false)]
    public async Task Whose_own_account_awaits_a_decision_claims_no_other_one(string decided, bool stays)
    {
        await using var served = await StartAsync(Account("U1", "countess", "old@corp.example"));
        using var provider = await SetUpAsync(served, """{"guardedAccounts":1}""");
        await served.EnableAsync();
        foreach (var name in new[] { "ada", "bob" })
        {
            var id = await CreateAsync(provider, name, $"{name}@corp.example");
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch("active", "false"));
        }
        var hold = Assert.Single((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray())!;
        var own = (long)hold["link"]!;
        var leaver = (string)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{own}"))["resource"]!;
        var claim = $"tenants/acme/links/{await LinkAsync(served, "U1")}/claim";
        var claims = $$"""{"resource":"{{leaver}}"}""";

        var (status, refused, _) = await served.SendAsync(HttpMethod.Post, claim, claims);

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("awaits a decision", (string?)refused!["detail"], StringComparison.Ordinal);
        Assert.Single((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray());

        if (decided == "unlinked")
            await DoAsync(served, own, "unlink");
        else
            await served.AskAsync(HttpMethod.Post, "tenants/acme/holds/dismiss", $$"""{"holds":[{{hold["id"]}}]}""");

        Assert.Equal(leaver, (string?)(await served.AskAsync(HttpMethod.Post, claim, claims))["resource"]);
        // Either waits for the address of the account that was the own one; a dismissal is of the user, whatever account.
        await Gateway.UntilAsync(async () => (string?)(await OfAsync(served, leaver))["state"] == "blocked");
        Assert.Equal(stays, Active(served.Slack.Workspace.User("U1")!));
    }

    [Fact]
    public async Task What_was_taken_on_of_whom_the_unlinked_user_followed_has_its_outcome()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, Rest);
        await served.EnableAsync();
        var former = await CreateAsync(provider, "ada", "ada@corp.example");
        await SettledAsync(served, former);
        await served.AskAsync(HttpMethod.Post, "tenants/acme/shadow");
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{former}", Patch("title", "\"Pilot\""));
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{former}");
        var (status, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User("ada", "ada@corp.example").Insert(1, """ "title":"Captain", """)
        );
        Assert.Equal(HttpStatusCode.Created, status);
        var ada = (string)made!["id"]!;

        await DoAsync(served, (long)(await OfAsync(served, ada))["id"]!, "unlink");

        await served.EnableAsync();
        await BlockedAsync(served, ada);
        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/operations?outcome=accepted"))["items"]!
                .AsArray()
                .Count == 0
        );
        var blocked = (await served.AskAsync(HttpMethod.Get, "tenants/acme/operations?outcome=blocked"))["items"]!
            .AsArray()
            .Where(operation => (string?)operation!["resource"] == former)
            .ToList();
        Assert.Equal(2, blocked.Count);
        Assert.All(
            blocked,
            operation => Assert.Contains("ended the claim", (string?)operation!["error"], StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Who_was_unlinked_and_comes_back_claims_nothing_before_an_operator_says_so()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, Rest);
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var shown = await OfAsync(served, ada);
        var (link, slackId) = ((long)shown["id"]!, (string)shown["slackId"]!);
        var unlinked = await DoAsync(served, link, "unlink");
        Assert.Equal(("settled", "unlinked"), ((string?)unlinked["state"], (string?)unlinked["reason"]!["code"]));
        Assert.Contains("disables", (string)unlinked["reason"]!["sentence"]!, StringComparison.Ordinal);
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        await served.ImportAsync();
        Assert.Contains(
            "skip: An operator ended the claim",
            (string?)(await DeletionAsync(served, ada))["verdict"],
            StringComparison.Ordinal
        );
        // Nothing was done, and the account is in.
        Assert.Equal("blocked", (string?)(await DeletionAsync(served, ada))["outcome"]);

        var again = await CreateAsync(provider, "ada", "ada@corp.example");
        await BlockedAsync(served, again, "addressTaken");
        Assert.Contains(
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray(),
            hold => (string?)hold!["reason"]!["code"] == "addressAsked"
        );
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{again}", Patch("active", "false"));
        await served.ImportAsync();
        var account = await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link}");

        Assert.Null(account["source"]);
        Assert.Equal("unlinked", (string?)account["reason"]!["code"]);
        Assert.True(Active(served.Slack.Workspace.User(slackId)!));
        await ClaimAsync(served, link, again);
        await SettledAsync(served, again);
        Assert.False(Active(served.Slack.Workspace.User(slackId)!));
    }

    [Fact]
    public async Task Another_person_who_asked_for_the_address_of_an_unlinked_account_gets_one_with_another_address()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, Rest);
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        await DoAsync(served, (long)(await OfAsync(served, ada))["id"]!, "unlink");

        var grace = await CreateAsync(provider, "grace", "ada@corp.example");
        await BlockedAsync(served, grace, "addressTaken");
        await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{grace}",
            Patch("emails", """[{"value":"grace@corp.example","primary":true}]""")
        );
        await SettledAsync(served, grace);

        Assert.NotNull((string?)(await OfAsync(served, grace))["slackId"]);
        await BlockedAsync(served, ada);
    }

    [Fact]
    public async Task An_account_that_was_unlinked_is_no_providers_to_change_or_delete()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, Rest);
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var shown = await OfAsync(served, ada);
        await DoAsync(served, (long)shown["id"]!, "unlink");
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        await served.ImportAsync();
        var account = (string)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{shown["id"]}"))["resource"]!;

        foreach (
            var (method, body) in new[] { (HttpMethod.Patch, Patch("title", "\"Pilot\"")), (HttpMethod.Delete, null) }
        )
        {
            var (status, refused, _) = await Gateway.SendAsync(provider, method, $"Users/{account}", body);
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.Contains("claim", (string)refused!["detail"]!, StringComparison.Ordinal);
        }
        Assert.True(Active(served.Slack.Workspace.User((string)shown["slackId"]!)!));
    }

    [Fact]
    public async Task A_user_is_linked_again_once_the_call_that_is_under_way_has_ended()
    {
        await using var served = await StartAsync(Account("U1", "countess", "countess@corp.example"));
        using var provider = await SetUpAsync(served, Rest);
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var former = (string)(await OfAsync(served, ada))["slackId"]!;
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "PATCH",
                Path = "/Users/{id}",
                DelayMs = 1_000,
            }
        );

        var patching = Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", Patch("title", "\"Pilot\""));
        await Gateway.UntilAsync(() =>
            Task.FromResult(served.Slack.Calls.ByOperation.ContainsKey("PATCH /Users/{id}"))
        );
        var link = await LinkAsync(served, "U1");
        await ClaimAsync(served, link, ada);

        Assert.Equal(HttpStatusCode.OK, (await patching).Status);
        Assert.Equal("Pilot", (string?)served.Slack.Workspace.User(former)!["title"]);
        await Gateway.UntilAsync(() =>
            Task.FromResult((string?)served.Slack.Workspace.User("U1")!["title"] == "Pilot")
        );
        var left = await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{await LinkAsync(served, former)}");
        Assert.Null(left["source"]);
        // The address is the former account's until it has another one in Slack.
        await Gateway.UntilAsync(async () =>
            (string?)(await OfAsync(served, ada))["reason"]?["code"] == "addressTaken"
        );
        served.Slack.Workspace.ChangeUser(
            former,
            new JsonObject
            {
                ["emails"] = new JsonArray(new JsonObject { ["value"] = "former@corp.example", ["primary"] = true }),
            }
        );
        await served.ImportAsync();
        await SettledAsync(served, ada);
        Assert.Equal(("ada@corp.example", "countess"), Has(served, "U1"));
    }

    [Fact]
    public async Task A_user_who_comes_under_another_rule_by_a_change_is_shown_with_that_one()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/rules",
            """{"Pilots":"title eq \"pilot\"","Sailors":"title eq \"sailor\""}"""
        );
        var (_, ada, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User().Replace("\"name\":", "\"title\":\"pilot\",\"name\":", StringComparison.Ordinal)
        );
        var first = await RuleAsync();

        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada!["id"]}", Patch("title", "\"sailor\""));
        var second = await RuleAsync();
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada["id"]}", Patch("title", "\"cook\""));

        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.NotEqual(first, second);
        Assert.Null(await RuleAsync());

        async Task<long?> RuleAsync()
        {
            var link = await OfAsync(served, (string)ada!["id"]!);
            return (long?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link["id"]}"))["rule"];
        }
    }

    [Fact]
    public async Task Links_are_found_by_their_resource_and_by_their_source_and_no_filter_is_left_aside()
    {
        await using var served = await StartAsync(Account("U1", "countess", "old@corp.example"));
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var (ada, bob) = (
            await CreateAsync(provider, "ada", "ada@corp.example"),
            await CreateAsync(provider, "bob", "bob@corp.example")
        );
        var source = (int)(await served.AskAsync(HttpMethod.Get, "tenants/acme/sources"))["items"]![0]!["id"]!;

        Assert.Equal([ada], await FoundAsync($"resource={ada}"));
        Assert.Equal([ada, bob], await FoundAsync($"source={source}"));
        Assert.Empty(await FoundAsync($"source={source + 1}"));
        Assert.Empty(await FoundAsync($"source={source + 1}&resource={ada}"));
        var shown = Assert.Single(await FoundAsync("search=countess"));
        Assert.Equal([shown], await FoundAsync($"resource={shown}"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskedAsync("resource=ada", "resource"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskedAsync($"Resource={ada}", "Resource"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskedAsync($"resource={ada}&resource={bob}", "resource"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskedAsync("filter=x", "filter"));

        async Task<List<string?>> FoundAsync(string query) =>
            [
                .. (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?{query}"))["items"]!
                    .AsArray()
                    .Select(one => (string?)one!["resource"]),
            ];
        async Task<HttpStatusCode> AskedAsync(string query, string wrong)
        {
            var (status, problem, _) = await served.SendAsync(HttpMethod.Get, $"tenants/acme/links?{query}");
            Assert.Equal([wrong], problem!["errors"]!.AsObject().Select(error => error.Key));
            return status;
        }
    }

    [Fact]
    public async Task Another_tenants_links_and_users_are_not_there()
    {
        await using var served = await StartAsync(Account("U1", "countess", "countess@corp.example"));
        using var provider = await SetUpAsync(served, "{}");
        var token = await served.SetUpAsync("globex", SlackEmulatorServer.TokenOf(2));
        using var others = served.Provider("globex", token);
        var (own, foreign) = (
            await CreateAsync(provider, "ada", "ada@corp.example"),
            await CreateAsync(others, "ada", "ada@corp.example")
        );
        var link = await LinkAsync(served, "U1");
        foreach (var what in new[] { "unlink", "protect", "unprotect", "erase?confirm=U1", "full-list" })
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await served.SendAsync(HttpMethod.Post, $"tenants/globex/links/{link}/{what}")).Status
            );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (
                await served.SendAsync(
                    HttpMethod.Post,
                    $"tenants/globex/links/{link}/claim",
                    $$"""{"resource":"{{foreign}}"}"""
                )
            ).Status
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (
                await served.SendAsync(
                    HttpMethod.Post,
                    $"tenants/acme/links/{link}/claim",
                    $$"""{"resource":"{{foreign}}"}"""
                )
            ).Status
        );
        await ClaimAsync(served, link, own);
        Assert.Equal(
            HttpStatusCode.Conflict,
            (
                await served.SendAsync(
                    HttpMethod.Post,
                    $"tenants/acme/links/{link}/claim",
                    $$"""{"resource":"{{await CreateAsync(provider, "bob", "bob@corp.example")}}"}"""
                )
            ).Status
        );
    }
}
