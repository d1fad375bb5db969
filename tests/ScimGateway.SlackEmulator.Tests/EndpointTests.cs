using System.Text.Json.Nodes;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>The endpoints of docs/slack.md 2.1, one by one.</summary>
public sealed class EndpointTests
{
    private static readonly Dictionary<
        string,
        (Func<Emulated, Task<Answer>> Call, int Status, string? Code, string[] Body)
    > _rows = new()
    {
        ["GET /ServiceProviderConfigs"] = (
            e => e.ScimAsync("GET", "ServiceProviderConfigs", token: "no-token-at-all"),
            200,
            null,
            ["authenticationSchemes", "patch", "bulk", "filter", "changePassword", "sort", "etag", "xmlDataFormat"]
        ),
        ["GET /Schemas/Users"] = (
            e => e.GetAsync("Schemas/Users"),
            200,
            null,
            ["id", "name", "description", "schema", "endpoint", "attributes"]
        ),
        ["GET /Schemas/Groups"] = (
            e => e.GetAsync("Schemas/Groups"),
            200,
            null,
            ["name", "description", "schema", "endpoint", "attributes"]
        ),
        ["GET /Schemas"] = (e => e.GetAsync("Schemas"), 404, "bad_endpoint", []),
        ["GET /ResourceTypes"] = (e => e.GetAsync("ResourceTypes"), 404, "bad_endpoint", []),
        ["GET /Users"] = (
            e => e.GetAsync("Users"),
            200,
            null,
            ["totalResults", "itemsPerPage", "startIndex", "schemas", "Resources"]
        ),
        ["GET /Users/{id}"] = (
            async e => await e.GetAsync("Users/" + await e.MakeAsync("ada")),
            200,
            null,
            [
                "schemas",
                "id",
                "externalId",
                "meta",
                "userName",
                "nickName",
                "name",
                "displayName",
                "profileUrl",
                "title",
                "timezone",
                "active",
                "emails",
                "photos",
                "groups",
            ]
        ),
        ["POST /Users"] = (
            e => e.PostAsync("Users", User("ada")),
            201,
            null,
            [
                "schemas",
                "id",
                "externalId",
                "meta",
                "userName",
                "nickName",
                "name",
                "displayName",
                "profileUrl",
                "title",
                "timezone",
                "active",
                "emails",
                "photos",
                "groups",
            ]
        ),
        ["PATCH /Users/{id}"] = (
            async e => await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"title":"Countess"}""")),
            200,
            null,
            [
                "schemas",
                "id",
                "externalId",
                "meta",
                "userName",
                "nickName",
                "name",
                "displayName",
                "profileUrl",
                "title",
                "timezone",
                "active",
                "emails",
                "photos",
                "groups",
            ]
        ),
        ["PUT /Users/{id}"] = (
            async e => await e.PutAsync("Users/" + await e.MakeAsync("ada"), User("ada")),
            200,
            null,
            [
                "schemas",
                "id",
                "externalId",
                "meta",
                "userName",
                "nickName",
                "name",
                "displayName",
                "profileUrl",
                "title",
                "timezone",
                "active",
                "emails",
                "photos",
                "groups",
            ]
        ),
        ["DELETE /Users/{id}"] = (async e => await e.DeleteAsync("Users/" + await e.MakeAsync("ada")), 200, null, []),
        ["GET /Groups"] = (
            e => e.GetAsync("Groups"),
            200,
            null,
            ["totalResults", "itemsPerPage", "startIndex", "schemas", "Resources"]
        ),
        ["GET /Groups/{id}"] = (
            async e => await e.GetAsync("Groups/" + await e.MakeGroupAsync("Crew")),
            200,
            null,
            ["schemas", "id", "displayName", "members", "meta"]
        ),
        ["POST /Groups"] = (
            e => e.PostAsync("Groups", Group("Crew")),
            201,
            null,
            ["schemas", "id", "displayName", "members", "meta"]
        ),
        ["PATCH /Groups/{id}"] = (
            async e =>
                await e.PatchAsync("Groups/" + await e.MakeGroupAsync("Crew"), Body("""{"displayName":"Team"}""")),
            204,
            null,
            []
        ),
        ["PUT /Groups/{id}"] = (
            async e => await e.PutAsync("Groups/" + await e.MakeGroupAsync("Crew"), Group("Team")),
            200,
            null,
            ["schemas", "id", "displayName", "members", "meta"]
        ),
        ["DELETE /Groups/{id}"] = (
            async e => await e.DeleteAsync("Groups/" + await e.MakeGroupAsync("Crew")),
            204,
            null,
            []
        ),
        ["unknown id on GET, user"] = (e => e.GetAsync("Users/U0NOBODY"), 404, "no_such_user", []),
        ["unknown id on GET, group"] = (e => e.GetAsync("Groups/S0NOTHING"), 404, "no_such_group", []),
        ["other verbs"] = (e => e.ScimAsync("OPTIONS", "Users"), 405, "method_not_allowed", []),
        ["other verbs, POST on an id"] = (e => e.PostAsync("Users/U0NOBODY", []), 405, "method_not_allowed", []),
        ["unknown path"] = (e => e.GetAsync("Elsewhere"), 404, "bad_endpoint", []),
        ["unknown path below a user"] = (e => e.GetAsync("Users/U0NOBODY/groups"), 404, "bad_endpoint", []),
        ["unknown id on PATCH, user"] = (e => e.PatchAsync("Users/U0NOBODY", []), 404, "no_such_user", []),
        ["unknown id on PUT, user"] = (e => e.PutAsync("Users/U0NOBODY", User("ada")), 404, "no_such_user", []),
        ["unknown id on DELETE, user"] = (e => e.DeleteAsync("Users/U0NOBODY"), 404, "no_such_user", []),
        ["unknown id on PATCH, group"] = (e => e.PatchAsync("Groups/S0NOTHING", []), 404, "no_such_group", []),
        ["unknown id on PUT, group"] = (e => e.PutAsync("Groups/S0NOTHING", Group("x")), 404, "no_such_group", []),
        ["unknown id on DELETE, group"] = (e => e.DeleteAsync("Groups/S0NOTHING"), 404, "no_such_group", []),
        ["body that is no JSON object"] = (
            e => e.ScimAsync("POST", "Users", "[1,2]"),
            400,
            "invalid_request_payload",
            []
        ),
        ["body that is no JSON"] = (
            e => e.ScimAsync("POST", "Users", "userName=ada"),
            400,
            "invalid_request_payload",
            []
        ),
        ["/scim/v3/…"] = (
            e => e.SendAsync("GET", "scim/v3/Users", token: SlackEmulatorServer.Token),
            400,
            "unsupported_version",
            []
        ),
        ["Bulk"] = (e => e.PostAsync("Bulk", []), 404, "bad_endpoint", []),
    };

    public static TheoryData<string> Rows => [.. _rows.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Endpoint(string row)
    {
        await using var slack = await StartAsync();
        var (call, status, code, members) = _rows[row];

        var answer = await call(slack);

        Assert.Equal(status, answer.Status);
        Assert.Equal(code, answer.Code);
        if (code is not null)
            Assert.Equal(status, (int?)answer.Json["Errors"]!["code"]);
        else if (members.Length == 0)
            Assert.Equal("", answer.Text);
        else
            Assert.Equal(members, answer.Json.Select(m => m.Key));
    }

    [Fact]
    public async Task Location_on_201_is_meta_location()
    {
        await using var slack = await StartAsync();

        var user = await slack.PostAsync("Users", User("ada"));
        var group = await slack.PostAsync("Groups", Group("Crew"));

        Assert.Equal((string?)user.Json["meta"]!["location"], user.Header("Location"));
        Assert.Equal((string?)group.Json["meta"]!["location"], group.Header("Location"));
        Assert.StartsWith(slack.Server.ScimUrl + "Users/U", user.Header("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_no_ETags_and_If_Match_is_not_looked_at()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");

        var answer = await slack.ScimAsync(
            "PATCH",
            "Users/" + id,
            """{"title":"x"}""",
            headers: ("If-Match", "\"nonsense\"")
        );

        Assert.Equal(200, answer.Status);
        Assert.Null(answer.Header("ETag"));
        Assert.Equal(["created", "location"], answer.Json["meta"]!.AsObject().Select(m => m.Key));
    }

    [Theory]
    [InlineData("GET", "/Users")]
    [InlineData("GET", "Users/")]
    [InlineData("GET", "/Groups//")]
    public async Task Doubled_and_trailing_slashes_are_accepted(string method, string path)
    {
        await using var slack = await StartAsync();
        Assert.Equal(200, (await slack.ScimAsync(method, path)).Status);
    }

    [Fact]
    public async Task POST_with_a_trailing_slash_creates()
    {
        await using var slack = await StartAsync();
        Assert.Equal(201, (await slack.PostAsync("Users/", User("ada"))).Status);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json")]
    [InlineData("application/scim+json")]
    [InlineData("text/plain")]
    public async Task Any_content_type_is_accepted(string type)
    {
        await using var slack = await StartAsync();
        Assert.Equal(
            201,
            (await slack.ScimAsync("POST", "Users", User("ada").ToJsonString(), contentType: type)).Status
        );
        Assert.Equal(200, (await slack.ScimAsync("GET", "Users", body: "", contentType: type)).Status);
    }

    [Fact]
    public async Task Answers_are_compact_JSON_with_escaped_slashes_and_the_headers_of_the_recording()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");

        var answer = await slack.ScimAsync("GET", "Users/" + id, headers: ("Host", "api.slack.com"));

        Assert.Contains(
            $"\"location\":\"https:\\/\\/api.slack.com\\/scim\\/v1\\/Users\\/{id}\"",
            answer.Text,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(": ", answer.Text, StringComparison.Ordinal);
        Assert.Equal("application/json; charset=utf-8", answer.Header("Content-Type"));
        Assert.Equal("max-age=31536000; includeSubDomains; preload", answer.Header("Strict-Transport-Security"));
        Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
        Assert.Equal("Accept-Encoding", answer.Header("Vary"));
        Assert.Equal("0", answer.Header("X-XSS-Protection"));
        Assert.Equal("SAMEORIGIN", answer.Header("X-Frame-Options"));
        Assert.NotNull(answer.Header("X-Slack-Backend"));
    }

    [Fact]
    public async Task GovSlack_speaks_v1_of_users_under_its_own_name_and_knows_no_groups()
    {
        await using var slack = await StartAsync();

        var users = await slack.ScimAsync("GET", "Users", headers: ("Host", "api.slack-gov.com"));
        var groups = await slack.ScimAsync("GET", "Groups", headers: ("Host", "api.slack-gov.com"));
        var v2 = await slack.SendAsync(
            "GET",
            "scim/v2/Users",
            token: SlackEmulatorServer.Token,
            headers: ("Host", "api.slack-gov.com")
        );

        Assert.StartsWith(
            "https://api.slack-gov.com/scim/v1/Users/",
            (string?)users.Json["Resources"]![0]!["meta"]!["location"],
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "https://emulator.enterprise.slack-gov.com/",
            (string?)users.Json["Resources"]![0]!["profileUrl"],
            StringComparison.Ordinal
        );
        Assert.Equal("bad_endpoint", groups.Code);
        Assert.Equal("unsupported_version", v2.Code);
    }

    [Fact]
    public void Every_operation_there_is_has_a_row()
    {
        // Without an id, PATCH, PUT and DELETE are the rows missing_user_id and missing_group_id of the error table.
        var operations = Scim.ScimEndpoints.All.Where(o => o.HasId || o.Method is "GET" or "POST").Select(o => o.Name);
        Assert.Empty(operations.Except(_rows.Keys));
    }

    [Theory]
    [InlineData("urn:scim:schemas:extension:enterprise:1.0", Enterprise)]
    [InlineData("URN:scim:schemas:extension:enterprise:1.0.manager.managerId", Enterprise)]
    [InlineData("urn:scim:schemas:extension:enterprise:1.0:department", Enterprise)]
    [InlineData("urn:scim:schemas:core:1.0:userName", "userName")]
    [InlineData("urn:scim:schemas:core:1.0.name.givenName", "name")]
    [InlineData("name.givenName", "name")]
    public async Task Where_attributes_is_honoured_a_path_keeps_the_member_it_leads_into(string path, string member)
    {
        await using var slack = await StartAsync(("attributes_param", "honoured"), ("user.form", "long"));
        var shown = (await slack.GetAsync($"Users/{OwnerId}?attributes={path}")).Json;
        Assert.Equal(new[] { "id", "schemas", member }.Order(), shown.Select(m => m.Key).Order());
    }
}
