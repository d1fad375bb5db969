using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>What an operator protects, and what is protected anyway.</summary>
public class ProtectionTests
{
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
    public async Task A_leaver_whose_account_is_protected_after_a_lost_call_is_refused_and_not_told_inactive_in_vain()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, """{"waitBudgetSeconds":1}""");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var link = (long)(await OfAsync(served, ada))["id"]!;
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "PATCH",
                Status = 503,
                Times = 0,
            }
        );
        Assert.Equal(HttpStatusCode.OK, await LeaveAsync());
        await DoAsync(served, link, "protect");
        served.Slack.Faults.Clear();
        await Gateway.UntilAsync(async () => (string?)(await OfAsync(served, ada))["state"] == "protected");

        Assert.Equal(HttpStatusCode.Forbidden, await LeaveAsync());
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}")).Status
        );
        await DoAsync(served, link, "unprotect");
        Assert.Equal(HttpStatusCode.OK, await LeaveAsync());
        await Gateway.UntilAsync(() =>
            Task.FromResult(!(bool)Assert.Single(Of(served, "ada@corp.example"))["active"]!)
        );

        async Task<HttpStatusCode> LeaveAsync() =>
            (await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", Patch("active", "false"))).Status;
    }

    [Fact]
    public async Task Who_waits_for_a_protected_account_has_it_once_it_is_protected_no_longer_and_leaves_it_by_DELETE()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(
            served,
            """{"whenNotAllowed":"skip","createUsers":false,"updateUsers":false,"disableUsers":false}"""
        );
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        served.Slack.Workspace.MakeUser(Requests.Account("UADA", "ada.l", "ada@corp.example"));
        await served.ImportAsync();
        var account = (long)
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=UADA"))["items"]![0]!["id"]!;
        await DoAsync(served, account, "protect");
        var (status, job, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences?releaseLeftOut=true",
            """{"createUsers":true,"updateUsers":true,"disableUsers":true}"""
        );
        if (status == HttpStatusCode.Accepted)
            await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job!["id"]}/confirm");
        await Gateway.UntilAsync(async () => (string?)(await OfAsync(served, ada))["state"] == "blocked");

        await DoAsync(served, account, "unprotect");

        await Gateway.UntilAsync(async () => (string?)(await OfAsync(served, ada))["state"] == "settled");
        Assert.Equal("UADA", (string?)(await OfAsync(served, ada))["slackId"]);
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        Assert.False((bool)served.Slack.Workspace.User("UADA")!["active"]!);
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
}
