using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Preferences, rules, standing, holds and links over the admin API.</summary>
public class PolicyTests
{
    [Fact]
    public async Task Preferences_that_contradict_each_other_are_refused_with_each_field()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        var (status, body, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"updateUsers":false,"removeAction":"delete","guardedGroups":-1,"disableUsers":true}"""
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["disableUsers", "guardedGroups"], body!["errors"]!.AsObject().Select(error => error.Key).Order());
        Assert.Equal(20, (int)(await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences"))["guardedAccounts"]!);
    }

    [Fact]
    public async Task Rules_remove_nobody_where_users_are_not_removed()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        var (status, body, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"deprovisionUsers":false,"deprovisionOnRuleDeletion":true}"""
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var wrong = Assert.Single(body!["errors"]!.AsObject());
        Assert.Equal("deprovisionOnRuleDeletion", wrong.Key);
        Assert.Contains("switch that on, or this off", wrong.Value!.ToJsonString(), StringComparison.Ordinal);
        // Neither one after the other.
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"deprovisionOnRuleDeletion":true}""");
        (status, _, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"deprovisionUsers":false}"""
        );
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task Preferences_are_patched_and_nulls_set_back()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        var job = await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"whenNotAllowed":"skip","waitBudgetSeconds":2.5,"guardedAccounts":50}"""
        );
        Assert.Equal(("done", "preferences"), ((string?)job["state"], (string?)job["kind"]));
        var now = await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences");
        Assert.Equal(
            ("skip", 2.5, 50),
            ((string?)now["whenNotAllowed"], (double)now["waitBudgetSeconds"]!, (int)now["guardedAccounts"]!)
        );

        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":null}""");
        now = await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences");
        Assert.Equal(("skip", 20), ((string?)now["whenNotAllowed"], (int)now["guardedAccounts"]!));

        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences?preset=entraId", "{}");
        now = await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences");
        Assert.Equal((true, 8), ((bool)now["displayNameOnCreateOnly"]!, (int)now["waitBudgetSeconds"]!));
    }

    [Fact]
    public async Task A_tenant_keeps_the_interoperability_profile_from_the_next_request_on()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        using var provider = served.Provider("acme", token);
        var patch = PatchOf("""{"op":"replace","value":{"title":"Countess"}}""");
        var ada = $"Users/{await CreateAsync(provider, "ada", "ada@corp.example")}";
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(provider, HttpMethod.Patch, ada, patch)).Status);

        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"dialect":"interop"}""");
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await Gateway.SendAsync(provider, HttpMethod.Patch, ada, patch)).Status
        );
        await served.RestartAsync();
        using var later = served.Provider("acme", token);
        Assert.Equal(HttpStatusCode.BadRequest, (await Gateway.SendAsync(later, HttpMethod.Patch, ada, patch)).Status);

        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"dialect":null}""");
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(later, HttpMethod.Patch, ada, patch)).Status);
    }

    [Fact]
    public async Task Preferences_and_rules_are_set_before_the_tenant_is_connected()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();

        var job = await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"whenAccountExists":"refuse"}"""
        );
        Assert.Equal(("done", "preferences"), ((string?)job["state"], (string?)job["kind"]));
        job = await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/rules",
            """{"engineers":"userType eq \"engineer\""}"""
        );
        Assert.Equal(("done", "rules"), ((string?)job["state"], (string?)job["kind"]));

        Assert.Equal(2, (await served.AskAsync(HttpMethod.Get, "tenants/acme/jobs"))["items"]!.AsArray().Count);
        var (stale, _, _) = await ServedGateway.SendAsync(
            served.Client,
            HttpMethod.Patch,
            "tenants/acme/rules",
            """{"others":"userType eq \"other\""}""",
            ("If-Match", "\"former\"")
        );
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale);
        var (preview, _, _) = await served.SendAsync(HttpMethod.Patch, "tenants/acme/rules?preview=true", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, preview);

        // What is connected then begins with them.
        await served.AskAsync(
            HttpMethod.Put,
            "tenants/acme/connection",
            $$"""{"token":"{{SlackEmulator.SlackEmulatorServer.TokenOf(1)}}"}"""
        );
        await served.ImportedAsync("acme");
        var source = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Provider"}""");
        var made = await served.AskAsync(
            HttpMethod.Post,
            $"tenants/acme/sources/{source["id"]}/credentials",
            """{"kind":"bearer"}"""
        );
        using var provider = served.Provider("acme", (string)made["secret"]!);
        var (status, _, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User("ada", "ada@corp.example")
        );
        Assert.Equal(HttpStatusCode.Created, status);
        // The answer does not wait for it to be planned.
        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?claimed=true&reason=outOfScope"))["items"]!
                is JsonArray { Count: 1 }
        );
        Assert.Equal(
            "refuse",
            (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences"))["whenAccountExists"]
        );
    }

    [Fact]
    public async Task Rules_say_who_comes_and_goes_before_they_are_confirmed()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());

        var (refused, wrong, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/rules",
            """{"Staff":"userType equals"}"""
        );
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.NotEqual("", (string?)wrong!["detail"]);

        var (status, job, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/rules",
            """{"Staff":"userType eq \"Employee\""}"""
        );
        Assert.Equal((HttpStatusCode.Accepted, "rules"), (status, (string?)job!["kind"]));
        Assert.Equal(1, (int)job["report"]!["all"]!);
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/rules")).AsObject());
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/confirm");
        Assert.Equal(
            "userType eq \"Employee\"",
            (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme/rules"))["Staff"]
        );

        var (again, _, _) = await served.SendAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/confirm");
        Assert.Equal(HttpStatusCode.Conflict, again);
    }

    [Theory]
    [InlineData("usertyp eq \\\"Employee\\\"", "'usertyp'; did you mean 'userType'?")]
    [InlineData("active eq true and not (colour pr)", "'colour'; GET /{tenant}/scim/v2/Schemas lists them.")]
    [InlineData("name.familyNam eq \\\"X\\\"", "'name.familyNam'; did you mean 'familyName'?")]
    [InlineData("emails[typ eq \\\"work\\\"]", "'emails.typ'; did you mean 'type'?")]
    [InlineData(
        "department eq \\\"X\\\"",
        "'department'; did you mean 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department'?"
    )]
    [InlineData(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:departmnt pr",
        "did you mean 'department'?"
    )]
    public async Task A_rule_that_asks_for_what_users_do_not_have_is_refused(string filter, string says)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        var (status, problem, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/rules",
            $$"""{"Staff":"{{filter}}"}"""
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.EndsWith(says, (string)problem!["errors"]!["Staff"]![0]!, StringComparison.Ordinal);
        Assert.StartsWith(
            "Users have no attribute",
            (string)problem["errors"]!["Staff"]![0]!,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("\\u0000")] // which a database keeps as another letter, so that nobody could remove the rule by its name
    [InlineData("Staff\\u0007")]
    public async Task A_rule_has_no_control_character_in_its_name(string name)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        var (status, problem, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/rules",
            $$"""{"{{name}}":"userName pr"}"""
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(
            "A rule has a name of 1 to 100 letters, of which none is a character that nobody sees",
            (string)problem!["errors"]!.AsObject().Single().Value![0]!,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Staf", "There is no such rule; did you mean 'Staff'?")]
    [InlineData("Interns", "There is no such rule.")]
    public async Task A_rule_that_is_not_there_is_not_removed(string name, string says)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/rules", """{"Staff":"userName pr"}""");

        var (status, problem, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/rules",
            $$"""{"{{name}}":null}"""
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(says, (string?)problem!["errors"]![name]![0]);
    }

    [Theory]
    [InlineData("userType eq \\\"X\\\" or USERNAME sw \\\"a\\\" or externalId pr")]
    [InlineData("emails[type eq \\\"work\\\" and value pr] and name.familyName pr")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value pr")]
    [InlineData("urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User:type eq \\\"multi\\\"")]
    public async Task A_rule_may_ask_for_all_that_the_schemas_have(string filter)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        await served.AskAsync(HttpMethod.Patch, "tenants/acme/rules", $$"""{"Staff":"{{filter}}"}""");
    }

    [Fact]
    public async Task What_the_guard_holds_is_listed_and_released_by_its_reason()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var ids = new List<string>();
        foreach (var name in new[] { "ada", "bob", "eve" })
        {
            var (_, made, _) = await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                User(name, $"{name}@corp.example")
            );
            ids.Add((string)made!["id"]!);
        }
        foreach (var id in ids)
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Deactivate);

        var held = (await served.AskAsync(HttpMethod.Get, "tenants/acme/holds?reason=guardAccounts"))[
            "items"
        ]!.AsArray();
        Assert.NotEmpty(held);
        Assert.All(held, hold => Assert.Equal("guardAccounts", (string?)hold!["reason"]!["code"]));
        Assert.EndsWith(
            "An operator must release or dismiss what waits: POST /admin/api/v1/tenants/acme/holds/release.",
            (string)held[0]!["reason"]!["sentence"]!,
            StringComparison.Ordinal
        );
        Assert.Empty(
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/holds?reason=guardGroups"))["items"]!.AsArray()
        );
        Assert.Equal(held.Count, (int)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["open"]!["holds"]!);

        // What came after somebody has looked is not decided with it.
        var early = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/holds/release",
            """{"reason":"guardAccounts","until":"2020-01-01T00:00:00Z"}"""
        );
        Assert.Equal(0, (int)early["decided"]!);
        var released = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/holds/release",
            """{"reason":"guardAccounts","until":"2100-01-01T00:00:00Z"}"""
        );
        Assert.Equal(held.Count, (int)released["decided"]!);
        await Gateway.UntilAsync(() =>
            Task.FromResult(
                served
                    .Slack.Workspace.Users()
                    .Where(user => user.ToJsonString().Contains("corp.example", StringComparison.Ordinal))
                    .All(user => !user["active"]!.GetValue<bool>())
            )
        );
    }

    [Fact]
    public async Task A_disabled_tenant_is_told_nothing_until_that_is_confirmed()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"whileSlackCannotBeWritten":"queue"}"""
        );
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);

        Assert.Equal("disabled", (string?)(await served.AskAsync(HttpMethod.Post, "tenants/acme/disable"))["standing"]);
        Assert.Equal(
            HttpStatusCode.Created,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User())).Status
        );
        Assert.DoesNotContain(served.Slack.Workspace.Users(), IsAda);
        await served.EnableAsync();
        await Gateway.UntilAsync(() => Task.FromResult(served.Slack.Workspace.Users().Any(IsAda)));
    }

    [Fact]
    public async Task A_disabled_tenant_begins_a_shadow_run()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Post, "tenants/acme/disable");

        Assert.Equal("shadow", (string?)(await served.AskAsync(HttpMethod.Post, "tenants/acme/shadow"))["standing"]);

        using var provider = served.Provider("acme", token);
        Assert.Equal(
            HttpStatusCode.Created,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User())).Status
        );
        Assert.DoesNotContain(served.Slack.Workspace.Users(), IsAda);
        await served.EnableAsync();
        await Gateway.UntilAsync(() => Task.FromResult(served.Slack.Workspace.Users().Any(IsAda)));
    }

    [Fact]
    public async Task A_link_is_found_and_explained()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        using var provider = served.Provider("acme", token);
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("ada", "ada@corp.example"));

        var found = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ada@corp"))["items"]!.AsArray();
        var link = Assert.Single(found)!;
        Assert.Equal(("user", "Provider"), ((string?)link["kind"], (string?)link["source"]));
        var explained = await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link["id"]}");
        Assert.Equal(["createUser"], explained["commands"]!.AsArray().Select(command => (string)command!));
        Assert.Contains("userName", explained["asserted"]!.AsArray().Select(path => (string)path!));

        await served.EnableAsync();
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link["id"]}"))["state"] == "settled"
        );
        var told = await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link["id"]}/provision");
        Assert.Equal("settled", (string?)told["after"]!["state"]);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await served.SendAsync(HttpMethod.Get, "tenants/acme/links/999999")).Status
        );
    }

    [Fact]
    public async Task A_tenant_is_renamed_and_deleted_while_it_is_served()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"globex"}""");
        using var former = served.Provider("acme", token);
        using var now = served.Provider("globex", token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Gateway.SendAsync(former, HttpMethod.Get, "Users")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(now, HttpMethod.Get, "Users")).Status);

        var (asked, _, _) = await served.SendAsync(HttpMethod.Delete, "tenants/globex");
        Assert.Equal(HttpStatusCode.BadRequest, asked);
        var (gone, _, _) = await served.SendAsync(
            HttpMethod.Delete,
            "tenants/globex?confirm=globex&withoutExport=true"
        );
        Assert.Equal(HttpStatusCode.NoContent, gone);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Gateway.SendAsync(now, HttpMethod.Get, "Users")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await served.SendAsync(HttpMethod.Get, "tenants/globex")).Status);
        await served.SetUpAsync("globex"); // word and organization are free
    }

    private const string Deactivate =
        """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}""";

    private static bool IsAda(JsonObject user) => user.ToJsonString().Contains("Lovelace", StringComparison.Ordinal);
}
