using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>What operators decide of single accounts and groups.</summary>
public class LinkTests
{
    private const string Rest = """{"whenAccountExists":"adopt","userSlackCannotHold":"keep"}""";

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
        Assert.Equal("unlinked", (string?)unlinked["reason"]!["code"]);
        Assert.Contains("disables", (string)unlinked["reason"]!["sentence"]!, StringComparison.Ordinal);
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        await served.ImportAsync();
        Assert.Contains(
            "skip: An operator ended the claim",
            (string?)(await DeletionAsync(served, ada))["verdict"],
            StringComparison.Ordinal
        );

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
    public async Task Nobody_changes_what_an_operator_protects_until_it_is_protected_no_longer()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var link = (long)(await OfAsync(served, ada))["id"]!;

        var shown = await DoAsync(served, link, "protect");

        Assert.Equal(("protected", "byHand"), ((string?)shown["state"], (string?)shown["reason"]!["code"]));
        var patch = Patch("title", "\"Pilot\"");
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", patch)).Status
        );
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}")).Status
        );
        await served.ImportAsync();
        await served.AskAsync(HttpMethod.Post, "tenants/acme/jobs", """{"kind":"resync"}""");
        await Gateway.UntilAsync(async () => (string?)(await OfAsync(served, ada))["state"] == "protected");

        shown = await DoAsync(served, link, "unprotect");

        Assert.NotEqual("protected", (string?)shown["state"]);
        Assert.Equal(
            HttpStatusCode.OK,
            (await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", patch)).Status
        );
        Assert.Equal("Pilot", (string?)Assert.Single(Of(served, "ada@corp.example"))["title"]);
        Assert.Equal(
            HttpStatusCode.Conflict,
            await StatusAsync(served, await LinkAsync(served, await OwnerAsync(served)), "unprotect")
        );
    }

    [Fact]
    public async Task The_token_owners_account_is_asked_for_and_nobody_is_told_to_release_it()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, Rest);
        var owner = served.Slack.Workspace.User(await OwnerAsync(served))!;

        var (status, refused, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User((string)owner["userName"]!, Address(owner)!)
        );

        const string Says = "Connect with the token of another account.";
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains(Says, (string)refused!["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("release it", (string)refused["detail"]!, StringComparison.Ordinal);
        var hold = Assert.Single((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray())!;
        Assert.Equal(("tokenOwner", Says), ((string?)hold["reason"]!["code"], (string?)hold["reason"]!["remedy"]));
        foreach (
            var wanted in new[]
            {
                $$"""{"holds":[{{hold["id"]}}]}""",
                """{"reason":"tokenOwner","until":"2100-01-01T00:00:00Z"}""",
            }
        )
        {
            var (not, why, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/holds/release", wanted);
            Assert.Equal(HttpStatusCode.Conflict, not);
            Assert.Contains(Says, (string)why!["detail"]!, StringComparison.Ordinal);
        }
        var dismissed = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/holds/dismiss",
            $$"""{"holds":[{{hold["id"]}}]}"""
        );
        Assert.Equal(1, (int)dismissed["decided"]!);
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray());
    }

    [Fact]
    public async Task What_may_be_another_persons_is_not_protected_before_an_operator_has_said_whose_it_is()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var john = await CreateAsync(provider, "jsmith", "john@corp.example");
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{john}");
        var jane = await OfAsync(served, await CreateAsync(provider, "jsmith", "jane@corp.example"));
        Assert.Equal(("held", "anotherPerson"), ((string?)jane["state"], (string?)jane["reason"]!["code"]));

        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(served, (long)jane["id"]!, "protect"));

        Assert.Equal("held", (string?)(await OfAsync(served, (string)jane["resource"]!))["state"]);
    }

    [Fact]
    public async Task What_is_pending_when_it_is_protected_is_not_told_any_more()
    {
        await using var served = await StartAsync(Account("U1", "ada", "ada@corp.example"));
        using var provider = await SetUpAsync(served, Rest);
        var user = JsonNode.Parse(User("ada", "ada@corp.example"))!;
        user["title"] = "Pilot";
        var (_, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user.ToJsonString());
        Assert.Equal("pending", (string?)(await OfAsync(served, (string)made!["id"]!))["state"]);

        await DoAsync(served, await LinkAsync(served, "U1"), "protect");
        await served.EnableAsync();

        await Gateway.UntilAsync(async () =>
            (string?)(await OfAsync(served, (string)made["id"]!))["state"] == "protected"
        );
        Assert.NotEqual("Pilot", (string?)served.Slack.Workspace.User("U1")!["title"]);
    }

    [Fact]
    public async Task Who_is_erased_leaves_a_Slack_id_and_hashes_and_no_import_brings_him_back()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "adalovelace", "adalovelace@corp.example");
        var link = await OfAsync(served, ada);
        var (id, slackId) = ((long)link["id"]!, (string)link["slackId"]!);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(served, id, "erase?confirm=ada"));
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(served, id, $"erase?confirm={slackId}"));
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{id}"))["state"] == "settled"
        );

        var erased = await DoAsync(served, id, $"erase?confirm={slackId}");

        Assert.Equal(
            (slackId, "erasedHere", null),
            ((string?)erased["slackId"], (string?)erased["reason"]!["code"], (string?)erased["name"])
        );
        Assert.Empty(await WordsAsync(served));
        await served.ImportAsync();
        await served.RestartAsync();
        await served.ImportAsync();
        Assert.Empty(await WordsAsync(served));
        var found = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=AdaLovelace@corp.example"))[
            "items"
        ]!.AsArray();
        Assert.Equal(id, (long)Assert.Single(found)!["id"]!);
        Assert.Empty(
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=adalovelace@corp"))["items"]!.AsArray()
        );
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(served, id, "unprotect"));
    }

    [Fact]
    public async Task Rules_that_nobody_has_confirmed_name_nobody_who_was_erased()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "adalovelace", "adalovelace@corp.example");
        var link = await OfAsync(served, ada);
        var (id, slackId) = ((long)link["id"]!, (string)link["slackId"]!);
        foreach (var isCancelled in (bool[])[true, false])
        {
            var job = await served.AskAsync(
                HttpMethod.Patch,
                "tenants/acme/rules?preview=true",
                """{"Staff":"userName ne \"adalovelace\""}"""
            );
            if (isCancelled)
                await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/cancel");
        }
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{id}"))["state"] == "settled"
        );

        await DoAsync(served, id, $"erase?confirm={slackId}");

        Assert.Empty(await WordsAsync(served));
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/jobs?kind=rules"))["items"]!.AsArray());
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
    public async Task What_Slack_refused_of_who_is_erased_says_no_name_nor_what_was_refused_by_a_former_address()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "POST",
                Path = "/Users",
                Times = 1,
                Status = 400,
                Description = "invalid_title",
            }
        );
        var (status, _, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User("adalovelace", "adalovelace@corp.example")
        );
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var ada = await CreateAsync(provider, "adalovelace", "first@corp.example");
        // An address that she has no more, and that a refused request named while it was hers.
        await Gateway.SendAsync(provider, HttpMethod.Delete, "Users/first%40corp.example");
        foreach (var address in (string[])["second@corp.example", "adalovelace@corp.example"])
            await Gateway.SendAsync(
                provider,
                HttpMethod.Patch,
                $"Users/{ada}",
                Patch("emails", $$"""[{"value":"{{address}}","primary":true}]""")
            );
        var refused = await RefusedAsync();
        Assert.Contains("adalovelace", refused, StringComparison.Ordinal);
        Assert.Contains("/Users/first", refused, StringComparison.Ordinal);
        var link = await OfAsync(served, ada);
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link["id"]}"))["state"] == "settled"
        );

        await DoAsync(served, (long)link["id"]!, $"erase?confirm={link["slackId"]}");

        refused = await RefusedAsync();
        Assert.DoesNotContain("adalovelace", refused, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("/Users/first", refused, StringComparison.OrdinalIgnoreCase);

        async Task<string> RefusedAsync()
        {
            var list = await served.AskAsync(HttpMethod.Get, "tenants/acme/operations?outcome=refused");
            var said = list.ToJsonString();
            foreach (var one in list["items"]!.AsArray())
                said += (await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations/{one!["id"]}")).ToJsonString();
            return said;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_refused_of_who_is_erased_says_no_name_and_what_was_refused_of_others_does(bool isDeleted)
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "AdaLovelace", "adalovelace@corp.example");
        var bob = await CreateAsync(provider, "bob", "bob@corp.example");
        await CreateAsync(provider, "adalovelaces", "sister@corp.example");
        foreach (
            var taken in new[]
            {
                User("adalovelace", "other@corp.example"),
                User("other", "AdaLovelace@corp.example"),
                User("Bob", "another@corp.example"),
                User("adalovelaces", "another@corp.example"),
            }
        )
            Assert.Equal(
                HttpStatusCode.Conflict,
                (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", taken)).Status
            );
        await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{bob}",
            Patch("emails", """[{"value":"adalovelace@corp.example","primary":true}]""")
        );
        foreach (var path in new[] { "Users/AdaLovelace", "Users/adalovelace%40corp.example", "Users/adalovelaces" })
            Assert.Equal(HttpStatusCode.NotFound, (await Gateway.SendAsync(provider, HttpMethod.Delete, path)).Status);
        await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Bulk",
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"DELETE","path":"/Users/adalovelace%40corp.example"}]}"""
        );
        var link = await OfAsync(served, ada);
        var (id, slackId) = ((long)link["id"]!, (string)link["slackId"]!);
        if (isDeleted)
        {
            await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
            await Gateway.UntilAsync(async () =>
                (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{id}"))["state"] == "settled"
            );
        }
        else
            await DoAsync(served, id, "unlink");

        await DoAsync(served, id, $"erase?confirm={slackId}");

        var refused = (await served.AskAsync(HttpMethod.Get, "tenants/acme/operations?outcome=refused"))["items"]!
            .AsArray()
            .ToList();
        var requests = refused.Select(one => (string)one!["request"]!).ToList();
        Assert.Equal(3, requests.Count(request => request == "DELETE /Users/…"));
        Assert.Contains("DELETE /Users/adalovelaces", requests);
        Assert.DoesNotContain(requests, request => request.Contains("@corp", StringComparison.Ordinal));
        Assert.DoesNotContain(requests, request => request.Contains("%40", StringComparison.Ordinal));
        var words = refused.Select(one => (string?)one!["error"] ?? "").ToList();
        Assert.DoesNotContain(words, error => error.Contains("'adalovelace'", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(words, error => error.Contains("lovelace@", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(words, error => error.Contains("'Bob'", StringComparison.Ordinal));
        Assert.Contains(words, error => error.Contains("'adalovelaces'", StringComparison.Ordinal));
        var names = refused.Select(one => (string?)one!["userName"]).OfType<string>().ToList();
        Assert.Superset(new HashSet<string> { "Bob", "adalovelaces" }, names.ToHashSet());
        Assert.DoesNotContain("adalovelace", names, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain("other", names); // whose address was hers
        var all = await served.AskAsync(HttpMethod.Get, "tenants/acme/operations?search=adalovelace@");
        Assert.Equal(isDeleted, all["items"]!.AsArray().Count == 0); // who was unlinked before is still a user
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
    public async Task A_leaver_whom_a_preference_keeps_in_is_deactivated_before_the_person_is_erased()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, """{"deprovisionUsers":false,"whenNotAllowed":"skip"}""");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var link = await OfAsync(served, ada);
        var (id, slackId) = ((long)link["id"]!, (string)link["slackId"]!);
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");

        var (status, refused, _) = await served.SendAsync(
            HttpMethod.Post,
            $"tenants/acme/links/{id}/erase?confirm={slackId}"
        );

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains($"/tenants/acme/links/{id}/deactivate", (string?)refused!["detail"], StringComparison.Ordinal);
        await DoAsync(served, id, "deactivate");
        await DoAsync(served, id, $"erase?confirm={slackId}");
        Assert.False((bool)served.Slack.Workspace.User(slackId)!["active"]!);
    }

    [Fact]
    public async Task A_leaver_whom_Slack_lets_nobody_deactivate_is_not_erased()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, """{"deprovisionUsers":false,"whenNotAllowed":"skip"}""");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var link = await OfAsync(served, ada);
        var (id, slackId) = ((long)link["id"]!, (string)link["slackId"]!);
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "PATCH",
                Path = "/Users/{id}",
                Times = 0,
                Description = "cannot_modify_owner",
            }
        );
        await served.SendAsync(HttpMethod.Post, $"tenants/acme/links/{id}/deactivate");

        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(served, id, $"erase?confirm={slackId}"));
        Assert.True((bool)served.Slack.Workspace.User(slackId)!["active"]!);
    }

    [Fact]
    public async Task A_leaver_whom_somebody_has_let_in_unseen_is_out_before_the_person_is_erased()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var link = await OfAsync(served, ada);
        var (id, slackId) = ((long)link["id"]!, (string)link["slackId"]!);
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{id}"))["state"] == "settled"
        );
        served.Slack.Workspace.ChangeUser(slackId, new JsonObject { ["active"] = true });

        await DoAsync(served, id, $"erase?confirm={slackId}");

        Assert.False((bool)served.Slack.Workspace.User(slackId)!["active"]!);
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

        Assert.Equal("unlinked", (string?)unlinked["reason"]!["code"]);
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

    private static async Task<ServedGateway> StartAsync(params JsonObject[] accounts)
    {
        var served = await ServedGateway.StartAsync();
        foreach (var account in accounts)
            served.Slack.Workspace.MakeUser(account);
        return served;
    }

    private static async Task<HttpClient> SetUpAsync(ServedGateway served, string preferences)
    {
        var token = await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", preferences);
        return served.Provider("acme", token);
    }

    // The same provider after a restart.
    private static HttpClient Provider(ServedGateway served, HttpClient former) =>
        served.Provider("acme", former.DefaultRequestHeaders.Authorization!.Parameter!);

    private static Task<JsonNode> ClaimAsync(ServedGateway served, long link, string resource) =>
        served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link}/claim", $$"""{"resource":"{{resource}}"}""");

    private static Task<JsonNode> DoAsync(ServedGateway served, long link, string what) =>
        served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link}/{what}");

    private static async Task<HttpStatusCode> StatusAsync(ServedGateway served, long link, string what) =>
        (await served.SendAsync(HttpMethod.Post, $"tenants/acme/links/{link}/{what}")).Status;

    private static async Task<long> LinkAsync(ServedGateway served, string slackId) =>
        (long)
            Assert.Single(
                (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?search={slackId}"))["items"]!.AsArray(),
                link => (string?)link!["slackId"] == slackId
            )!["id"]!;

    // How the link of a user or group stands.
    // The operation by which a provider deleted a user.
    private static async Task<JsonNode> DeletionAsync(ServedGateway served, string user)
    {
        var all = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations?resource={user}"))[
            "items"
        ]!.AsArray();
        var deletion = all.Single(one => ((string)one!["request"]!).StartsWith("DELETE", StringComparison.Ordinal))!;
        return await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations/{deletion["id"]}");
    }

    private static async Task<JsonNode> OfAsync(ServedGateway served, string resource) =>
        Assert.Single(
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/links"))["items"]!.AsArray(),
            link => (string?)link!["resource"] == resource
        )!;

    private static Task SettledAsync(ServedGateway served, string resource) =>
        Gateway.UntilAsync(async () => (string?)(await OfAsync(served, resource))["state"] == "settled");

    private static Task BlockedAsync(ServedGateway served, string resource, string why = "unlinked") =>
        Gateway.UntilAsync(async () =>
            await OfAsync(served, resource) is var link
            && ((string?)link["state"], (string?)link["reason"]?["code"]) == ("blocked", why)
        );

    private static async Task<string> OwnerAsync(ServedGateway served) =>
        (string)
            Assert.Single(
                (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?state=protected"))["items"]!.AsArray(),
                link => (string?)link!["reason"]!["code"] == "tokenOwner"
            )!["slackId"]!;

    private static IEnumerable<JsonObject> Of(ServedGateway served, string address) =>
        served.Slack.Workspace.Users().Where(user => Address(user) == address);

    private static string? Address(JsonObject user) =>
        (string?)user["emails"]?.AsArray().FirstOrDefault(one => (bool?)one!["primary"] == true)?["value"];

    private static (string? Address, string? Name) Has(ServedGateway served, string slackId) =>
        served.Slack.Workspace.User(slackId) is { } user ? (Address(user), (string?)user["userName"]) : default;

    private static JsonArray Members(ServedGateway served, string group) =>
        served.Slack.Workspace.Groups().Single(one => (string?)one["displayName"] == group)["members"] as JsonArray
        ?? [];

    // The tables and columns that have the person's name in them.
    private static Task<List<string>> WordsAsync(ServedGateway served) =>
        served
            .Store.ReadAsync(session =>
                new[]
                {
                    ("links", "seen"),
                    ("links", "delivered"),
                    ("links", "echo"),
                    ("links", "user_name"),
                    ("links", "drifted"),
                    ("resources", "document"),
                    ("resources", "previous"),
                    ("resources", "user_name_key"),
                    ("resources", "email_keys"),
                    ("resources", "display_name"),
                    ("resources", "display_name_key"),
                    ("resources", "external_id"),
                    ("emails", "key"),
                    ("keys", "value"),
                    ("operations", "request"),
                    ("operations", "notes"),
                    ("operations", "commands"),
                    ("operations", "error"),
                    ("holds", "reason"),
                    ("jobs", "progress"),
                }
                    .Where(place =>
                        session.Any(
                            $"select 1 from {place.Item1} where {place.Item2} is not null and ("
                                + $"{served.Store.Sql.Has($"cast({place.Item2} as text)", "@word")} or {served.Store.Sql.Has($"cast({place.Item2} as text)", "@name")}) /* of all tenants */",
                            ("@word", "adalovelace"),
                            ("@name", "Lovelace")
                        )
                    )
                    .Select(place => $"{place.Item1}.{place.Item2}")
                    .ToList()
            )
            .AsTask();
}
