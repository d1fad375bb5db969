using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Who is erased, and what is left of them.</summary>
public class ErasureTests
{
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
        // Somebody lets the account in again: the gateway manages it no more, and says so.
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(served, id, "deactivate"));
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(served, id, $"erase?confirm={slackId}"));
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
        {
            await DoAsync(served, id, "unlink");
            served.Slack.Workspace.ChangeUser(slackId, new JsonObject { ["active"] = false });
            await served.ImportAsync();
        }

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whose_account_was_unlinked_is_not_erased_while_it_is_active(bool isImported)
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var link = await OfAsync(served, ada);
        var (id, slackId) = ((long)link["id"]!, (string)link["slackId"]!);
        await DoAsync(served, id, "unlink");
        var erase = $"tenants/acme/links/{id}/erase?confirm={slackId}";

        await RefusedAsync();
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        if (isImported)
            await served.ImportAsync();
        await RefusedAsync();
        served.Slack.Workspace.ChangeUser(slackId, new JsonObject { ["active"] = false });
        await served.ImportAsync();

        await DoAsync(served, id, $"erase?confirm={slackId}");

        async Task RefusedAsync()
        {
            var (status, refused, _) = await served.SendAsync(HttpMethod.Post, erase);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains("is active in Slack", (string?)refused!["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_never_had_an_account_is_forgotten_whole()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var json = (JsonObject)JsonNode.Parse(User("adalovelace", "adalovelace@corp.example"))!;
        json["active"] = false;
        var (_, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", json.ToJsonString());
        var ada = (string)made!["id"]!;
        var id = (long)(await OfAsync(served, ada))["id"]!;
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(served, id, $"erase?confirm={id}"));
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(served, id, "erase?confirm=ada"));

        var erased = await DoAsync(served, id, $"erase?confirm={id}");

        Assert.Equal((null, null, "settled"), (erased["name"], erased["reason"], (string?)erased["state"]));
        Assert.Empty(await WordsAsync(served));
        // The next one of that name is somebody new.
        Assert.NotEqual(ada, await CreateAsync(provider, "adalovelace", "adalovelace@corp.example"));
    }

    [Fact]
    public async Task Who_was_unlinked_and_deleted_is_forgotten_and_so_is_the_account_once_it_is_inactive()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "adalovelace", "adalovelace@corp.example");
        var account = await OfAsync(served, ada);
        var (id, slackId) = ((long)account["id"]!, (string)account["slackId"]!);
        await DoAsync(served, id, "unlink");
        var own = (long)(await OfAsync(served, ada))["id"]!;
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        served.Slack.Workspace.ChangeUser(slackId, new JsonObject { ["active"] = false });
        await served.ImportAsync();

        await DoAsync(served, own, $"erase?confirm={own}");
        await DoAsync(served, id, $"erase?confirm={slackId}");

        Assert.Empty(await WordsAsync(served));
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
    public async Task Two_people_who_had_one_address_after_each_other_are_erased_and_found_by_it()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var first = await EraseAsync("ada");
        // Somebody frees the address in Slack.
        served.Slack.Workspace.ChangeUser(
            first.SlackId,
            new JsonObject
            {
                ["emails"] = new JsonArray(new JsonObject { ["value"] = "free@corp.example", ["primary"] = true }),
                ["userName"] = "free",
            }
        );

        var second = await EraseAsync("adele");

        Assert.NotEqual(first.SlackId, second.SlackId);
        var found = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ada@corp.example"))["items"]!;
        Assert.Equal([first.Link, second.Link], found.AsArray().Select(link => (long)link!["id"]!));

        async Task<(long Link, string SlackId)> EraseAsync(string name)
        {
            var user = await CreateAsync(provider, name, "ada@corp.example");
            await SettledAsync(served, user);
            var link = await OfAsync(served, user);
            var (id, slackId) = ((long)link["id"]!, (string)link["slackId"]!);
            await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{user}");
            await Gateway.UntilAsync(async () =>
                (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{id}"))["state"] == "settled"
            );
            await DoAsync(served, id, $"erase?confirm={slackId}");
            return (id, slackId);
        }
    }
}
