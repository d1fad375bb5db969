using System.Text.Json.Nodes;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests.Users;

/// <summary>What PATCH, PUT and DELETE make of a user, and who may do it (docs/slack.md 1.2, 4.6, 4.8).</summary>
public sealed class UserChangeTests
{
    private static JsonNode List(string json) => JsonNode.Parse(json)!;

    private static string Emails(JsonObject user) =>
        string.Join(
            ' ',
            user["emails"]!.AsArray().Select(e => (string)e!["value"]! + ((bool)e["primary"]! ? "*" : ""))
        );

    [Fact]
    public async Task DELETE_deactivates_may_be_repeated_and_PATCH_or_PUT_reactivates()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");
        Assert.Equal(200, (await slack.DeleteAsync("Users/" + id)).Status);
        Assert.Equal(200, (await slack.DeleteAsync("Users/" + id)).Status);
        Assert.False((bool?)(await slack.ReadAsync(id))["active"]);
        Assert.True((bool?)(await slack.PatchAsync("Users/" + id, Body("""{"active":true}"""))).Json["active"]);
        await slack.PatchAsync("Users/" + id, Body("""{"active":"False"}"""));
        Assert.True((bool?)(await slack.PutAsync("Users/" + id, User("ada", ("active", true)))).Json["active"]);
    }

    [Fact]
    public async Task Deactivation_ends_the_memberships_and_reactivation_does_not_bring_them_back()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");
        var group = await slack.MakeGroupAsync("Crew", id);
        Assert.Equal(
            $$"""[{"value":"{{group}}","display":"Crew"}]""",
            (await slack.ReadAsync(id))["groups"]!.ToJsonString()
        );
        await slack.PatchAsync("Users/" + id, Body("""{"active":false}"""));
        await slack.PatchAsync("Users/" + id, Body("""{"active":true}"""));
        Assert.Equal("[]", (await slack.ReadAsync(id))["groups"]!.ToJsonString());
        Assert.Empty(await slack.MembersAsync(group));
    }

    [Fact]
    public async Task PATCH_changes_what_it_names_and_nothing_else()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            ("title", "T"),
            ("locale", "en_US"),
            ("name", Body("""{"givenName":"Ada","familyName":"L"}"""))
        );
        var before = await slack.ReadAsync(id);
        var after = (
            await slack.PatchAsync(
                "Users/" + id,
                Body(
                    """{"name":{"familyName":"King"},"id":"U1","groups":[{"value":"S1"}],"externalId":"x","profileUrl":"https://x.example"}"""
                )
            )
        ).Json;
        Assert.Equal("King", (string?)after["name"]!["familyName"]);
        after["name"]!["familyName"] = "L";
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
    }

    [Theory]
    [InlineData("""{"title":" "}""", "title", "\"\"")]
    [InlineData("""{"title":""}""", "title", "\"\"")]
    [InlineData("""{"title":null}""", "title", "\"T\"")]
    [InlineData("""{"meta":{"attributes":["title"]}}""", "title", "\"\"")]
    [InlineData("""{"meta":{"attributes":["title"]},"title":"New"}""", "title", "\"New\"")]
    [InlineData(
        """{"meta":{"attributes":["name.familyName"]}}""",
        "name",
        """{"givenName":"Ada","familyName":"","honorificPrefix":"Dr."}"""
    )]
    [InlineData(
        """{"meta":{"attributes":["name"]}}""",
        "name",
        """{"givenName":"","familyName":"","honorificPrefix":null}"""
    )]
    [InlineData("""{"meta":{"attributes":["userType"]}}""", "userType", "null")]
    [InlineData("""{"userType":" "}""", "userType", "null")]
    [InlineData("""{"timezone":" "}""", "timezone", "\"America/Los_Angeles\"")]
    [InlineData(
        """{"meta":{"attributes":["urn:scim:schemas:extension:enterprise:1.0"]}}""",
        Enterprise,
        """{"employeeNumber":null,"costCenter":null,"organization":null,"division":null,"department":null,"manager":{"managerId":null}}"""
    )]
    [InlineData(
        """{"meta":{"attributes":["urn:scim:schemas:extension:enterprise:1.0.department"]}}""",
        Enterprise,
        """{"employeeNumber":"7","costCenter":null,"organization":null,"division":null,"department":null,"manager":{"managerId":"U0EMUOWNER"}}"""
    )]
    [InlineData(
        """{"meta":{"attributes":["urn:scim:schemas:extension:enterprise:1.0.manager.managerId"]}}""",
        Enterprise,
        """{"employeeNumber":"7","costCenter":null,"organization":null,"division":null,"department":"D","manager":{"managerId":null}}"""
    )]
    [InlineData(
        """{"meta":{"attributes":["emails"]}}""",
        "emails",
        """[{"value":"one@x.org","primary":true},{"value":"","primary":false}]"""
    )]
    [InlineData("""{"meta":{"attributes":["nothing.of.the.kind"]}}""", "title", "\"T\"")]
    public async Task Clearing(string body, string attribute, string value)
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            ("title", "T"),
            ("userType", "x"),
            ("timezone", "Asia/Tokyo"),
            ("name", Body("""{"givenName":"Ada","familyName":"L","honorificPrefix":"Dr."}""")),
            ("emails", new JsonArray("one@x.org", "two@x.org")),
            (Enterprise, Body("""{"employeeNumber":7,"department":"D","manager":{"managerId":"U0EMUOWNER"}}"""))
        );
        Assert.Equal(
            value,
            (await slack.PatchAsync("Users/" + id, Body(body))).Json[attribute]?.ToJsonString() ?? "null"
        );
    }

    [Theory]
    [InlineData("userName", "username_empty")]
    [InlineData("nickName", "username_empty")]
    public async Task Some_attributes_cannot_be_cleared(string attribute, string code)
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");
        Assert.Equal(
            code,
            (
                await slack.PatchAsync(
                    "Users/" + id,
                    new() { ["meta"] = new JsonObject { ["attributes"] = new JsonArray(attribute) } }
                )
            ).Code
        );
    }

    [Fact]
    public async Task PUT_blanks_what_it_leaves_out_keeps_active_and_needs_addresses()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            ("title", "T"),
            ("userType", "x"),
            ("timezone", "Asia/Tokyo"),
            ("profileUrl", "https://x.example/ada"),
            ("photos", new JsonArray("https://x.example/p")),
            ("emails", new JsonArray("one@x.org", "two@x.org"))
        );
        await slack.DeleteAsync("Users/" + id);

        var user = (await slack.PutAsync("Users/" + id, User("ada2", ("emails", new JsonArray("one@x.org"))))).Json;

        Assert.Equal("ada2", (string?)user["userName"]);
        Assert.Equal("ada2", (string?)user["displayName"]);
        Assert.Equal("", (string?)user["title"]);
        Assert.Null(user["userType"]);
        Assert.Equal("America/Los_Angeles", (string?)user["timezone"]);
        Assert.EndsWith("/team/ada2", (string?)user["profileUrl"], StringComparison.Ordinal);
        Assert.Contains("gravatar", (string?)user["photos"]![0]!["value"], StringComparison.Ordinal);
        Assert.Equal("one@x.org* ", Emails(user));
        Assert.False((bool?)user["active"]);
        Assert.Equal(
            "missing_primary_email",
            (await slack.PutAsync("Users/" + id, User("ada2", ("emails", null)))).Code
        );
        Assert.Equal("username_empty", (await slack.PutAsync("Users/" + id, User("ada2", ("userName", null)))).Code);
        Assert.Equal(
            "password_change_not_allowed",
            (await slack.PutAsync("Users/" + id, User("ada2", ("password", "x")))).Code
        );
    }

    [Fact]
    public async Task What_GET_shows_can_be_PUT_back_and_changes_nothing()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            ("title", "T"),
            ("userType", "x"),
            (Profile, Body("""{"startDate":"2026-01-01"}""")),
            ("addresses", List("""[{"locality":"L"}]"""))
        );
        await slack.MakeGroupAsync("Crew", id);
        var shown = await slack.ReadAsync(id);
        var answer = await slack.PutAsync("Users/" + id, shown);
        Assert.Equal(200, answer.Status);
        Assert.Equal(shown.ToJsonString(), answer.Json.ToJsonString());
    }

    [Fact]
    public async Task A_refused_write_changes_nothing()
    {
        await using var slack = await StartAsync();
        await slack.MakeAsync("bea");
        var id = await slack.MakeAsync("ada", ("title", "T"));
        var before = (await slack.ReadAsync(id)).ToJsonString();
        Assert.Equal(
            400,
            (
                await slack.PatchAsync(
                    "Users/" + id,
                    Body("""{"title":"New","active":false,"emails":[{"value":"bea@example.com","primary":true}]}""")
                )
            ).Status
        );
        Assert.Equal(before, (await slack.ReadAsync(id)).ToJsonString());
    }

    [Fact]
    public async Task The_id_in_the_path_wins_over_the_one_in_the_body()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada");
        var bea = await slack.MakeAsync("bea");
        await slack.PatchAsync("Users/" + ada, new() { ["id"] = bea, ["title"] = "T" });
        Assert.Equal("T", (string?)(await slack.ReadAsync(ada))["title"]);
        Assert.Equal("", (string?)(await slack.ReadAsync(bea))["title"]);
    }

    [Theory]
    [InlineData("owner", "owner", 200)]
    [InlineData("owner", "admin", 200)]
    [InlineData("owner", "primary_owner", 400)]
    [InlineData("admin", "owner", 400)]
    [InlineData("admin", "primary_owner", 400)]
    [InlineData("admin", "admin", 200)]
    [InlineData("admin", "member", 200)]
    public async Task A_token_acts_on_accounts_of_its_own_or_lower_rank(string caller, string target, int status)
    {
        await using var slack = await StartAsync(
            ("auth.tokens", JsonNode.Parse($$"""[{"token":"xoxp-emulator"},{"token":"xoxp-2","rank":"{{caller}}"}]"""))
        );
        var id = target is "primary_owner"
            ? OwnerId
            : slack.Server.Workspace.MakeUser(new() { ["userName"] = "target", ["rank"] = target });
        var answer = await slack.ScimAsync("PATCH", "Users/" + id, """{"title":"x"}""", token: "xoxp-2");
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? null : "cannot_modify_owner", answer.Code);
    }

    [Fact]
    public async Task The_primary_owner_cannot_be_disabled_by_anybody_or_anyhow()
    {
        await using var slack = await StartAsync();
        Assert.Equal("cannot_disable_primary_owner", (await slack.DeleteAsync("Users/" + OwnerId)).Code);
        Assert.Equal(
            "cannot_disable_primary_owner",
            (await slack.PatchAsync("Users/" + OwnerId, Body("""{"active":false}"""))).Code
        );
        Assert.Equal(
            "cannot_disable_primary_owner",
            (await slack.PutAsync("Users/" + OwnerId, User("o", ("active", false)))).Code
        );
        Assert.Equal(200, (await slack.PatchAsync("Users/" + OwnerId, Body("""{"title":"Boss"}"""))).Status);
    }

    [Theory]
    [InlineData("xoxb-emulator")]
    public async Task No_bot_token_works(string token)
    {
        await using var slack = await StartAsync(("auth.tokens", new JsonArray(new JsonObject { ["token"] = token })));
        Assert.Equal("permission_denied", (await slack.ScimAsync("GET", "Users", token: token)).Code);
    }

    [Theory]
    [InlineData("bearer xoxp-emulator")]
    [InlineData("Basic eDp5")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    public async Task The_word_Bearer_is_case_sensitive_and_an_empty_token_is_none(string header)
    {
        await using var slack = await StartAsync();
        Assert.Equal(
            "invalid_authentication",
            (await slack.ScimAsync("GET", "Users", token: null, headers: ("Authorization", header))).Code
        );
    }

    [Theory]
    [InlineData("""["name.givenName"]""", """{"givenName":"Eva"}""", "Eva|")]
    [InlineData("""["name.givenName","name.familyName"]""", """{"familyName":"King"}""", "|King")]
    [InlineData("""["name"]""", """{"givenName":"Eva"}""", "Eva|")]
    [InlineData("""["name"]""", "{}", "|")]
    [InlineData("""["name.familyName"]""", "{}", "Ada|")]
    [InlineData("""["name.givenName"]""", "{}", "invalid_name_required")]
    [InlineData("""["name.givenName","name.familyName"]""", "{}", "invalid_name_required")]
    [InlineData("""["name.givenName"]""", """{"givenName":" "}""", "invalid_name_required")]
    public async Task A_name_may_be_cleared_and_given_anew_in_one_PATCH(string cleared, string name, string becomes)
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada", ("name", Body("""{"givenName":"Ada"}""")));
        var answer = await slack.PatchAsync(
            "Users/" + ada,
            Body($$"""{"meta":{"attributes":{{cleared}}},"name":{{name}}}""")
        );
        Assert.Equal(
            becomes,
            answer.Code ?? $"{(string?)answer.Json["name"]!["givenName"]}|{(string?)answer.Json["name"]!["familyName"]}"
        );
    }

    [Fact]
    public async Task Where_the_whole_name_cannot_be_cleared_it_can_be_replaced()
    {
        await using var slack = await StartAsync(("name.clear_all", "refused"));
        var ada = await slack.MakeAsync("ada");
        var replaced = await slack.PatchAsync(
            "Users/" + ada,
            Body("""{"meta":{"attributes":["name"]},"name":{"familyName":"King"}}""")
        );
        Assert.Equal("King", (string?)replaced.Json["name"]!["familyName"]);
    }
}
