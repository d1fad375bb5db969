using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>The journal says who each operation is about, and finds it by each of their names and ids.</summary>
public class NamedOperationTests
{
    private const string Bulk = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

    [Theory]
    [InlineData("ISLA")]
    [InlineData("isla.moore")]
    [InlineData("isla@corp")]
    [InlineData("moore")]
    public async Task A_refused_create_is_found_by_each_name_that_it_brought(string search)
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        var refused = """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"UserName":"isla.moore","emails":[{"value":"old@corp.example"},{"value":"isla@corp.example","primary":true}],
             "name":{"givenName":"Isla","familyName":"Moore"},"timezone":"Middle/Earth"}
            """;
        await RefusedAsync(provider, HttpMethod.Post, "Users", refused);

        var found = Assert.Single(await ListAsync(served, $"search={Uri.EscapeDataString(search)}"));

        Assert.Equal(
            ("Isla Moore", "isla.moore", "isla@corp.example", "refused"),
            ((string?)found["name"], (string?)found["userName"], (string?)found["address"], (string?)found["outcome"])
        );
    }

    [Fact]
    public async Task A_refused_create_in_bulk_is_found_too()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        var data = JsonNode.Parse(User("isla", "isla@corp.example"))!;
        data["timezone"] = "Middle/Earth";
        await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Bulk",
            $$"""{"schemas":["{{Bulk}}"],"Operations":[{"method":"POST","path":"/Users","bulkId":"1","data":{{data.ToJsonString()}}}]}"""
        );

        Assert.Equal("refused", (string?)Assert.Single(await ListAsync(served, "search=isla@corp"))["outcome"]);
    }

    [Fact]
    public async Task What_was_refused_of_a_user_names_the_user_as_it_is_and_what_was_done_as_it_was_then()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var id = await CreateAsync(provider, "Users", User("isla", "isla@corp.example"));
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch("userName", "\"isla.moore\""));
        await RefusedAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch("timezone", "\"Middle/Earth\""));
        await RefusedAsync(provider, HttpMethod.Patch, $"Users/{id}", "no JSON");
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{id}");

        string[] expected = ["isla.moore", "isla.moore", "isla.moore", "isla.moore", "isla"];
        Assert.Equal(expected, Names(await ListAsync(served, $"search={id}")));
        Assert.Equal(expected, Names(await ListAsync(served, $"search={id.ToUpperInvariant()}")));
        Assert.Equal(expected, Names(await ListAsync(served, "search=isla.moore"))); // and what became of the user before
        Assert.Equal(expected, Names(await ListAsync(served, $"resource={id}")));
        var one = (await ListAsync(served, $"search={id}")).First(line => (string?)line["outcome"] == "refused");
        var found = Assert.Single(await ListAsync(served, $"search={one["id"]}"));
        Assert.Equal((string?)one["request"], (string?)found["request"]);
    }

    [Fact]
    public async Task A_group_has_its_name_and_what_the_gateway_does_of_itself_says_of_whom()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var user = await CreateAsync(provider, "Users", User("isla", "isla@corp.example"));
        var group = await CreateAsync(
            provider,
            "Groups",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Pilots","members":[{"value":"{{user}}"}]}"""
        );
        await RefusedAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"PILOTS"}"""
        );
        var link = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?resource={user}"))["items"]!
            .AsArray()
            .Single()!;
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link["id"]}/provision");
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link["id"]}/protect");

        Assert.Equal(["PILOTS", "Pilots"], Names(await ListAsync(served, "search=pilots"), "name"));
        Assert.Equal(["Pilots"], Names(await ListAsync(served, $"search={group}"), "name"));
        var ofUser = await ListAsync(served, $"link={link["id"]}");
        Assert.Equal(3, ofUser.Count);
        Assert.All(ofUser, one => Assert.Equal("isla", (string?)one["userName"]));
        Assert.Equal(3, (await ListAsync(served, $"search={link["slackId"]}")).Count);
    }

    [Fact]
    public async Task What_was_asked_of_a_user_is_said_in_words()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var id = await CreateAsync(provider, "Users", User("isla", "isla@corp.example"));
        foreach (
            var (path, value) in new[]
            {
                ("title", "\"Pilot\""),
                ("active", "false"),
                ("active", "false"),
                ("active", "true"),
                ("name.givenName", "\"Isla\""),
                ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "\"Air\""),
            }
        )
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch(path, value));
        await RefusedAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch("timezone", "\"Middle/Earth\""));
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{id}");

        Assert.Equal(
            [
                "create",
                "change title",
                "deactivate",
                "say it again",
                "activate",
                "change name.givenName",
                "change department",
                "change",
                "delete",
            ],
            Names(Enumerable.Reverse(await ListAsync(served, $"search={id}")), "what")
        );
    }

    [Fact]
    public async Task What_was_asked_of_a_group_is_said_in_words()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var isla = await CreateAsync(provider, "Users", User("isla", "isla@corp.example"));
        var ben = await CreateAsync(provider, "Users", User("ben", "ben@corp.example"));
        var id = await CreateAsync(
            provider,
            "Groups",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Pilots"}"""
        );
        foreach (
            var operations in new[]
            {
                $$$"""{"op":"add","path":"members","value":[{"value":"{{{isla}}}"},{"value":"{{{ben}}}"}]}""",
                $$$"""{"op":"remove","path":"members[value eq \"{{{isla}}}\"]"},{"op":"replace","path":"displayName","value":"Crew"}""",
                $$$"""{"op":"replace","path":"members","value":[{"value":"{{{isla}}}"}]}""",
                $$$"""{"op":"replace","path":"displayName","value":"Crew"}""",
                """{"op":"remove","path":"members"}""",
            }
        )
            await Gateway.SendAsync(
                provider,
                HttpMethod.Patch,
                $"Groups/{id}",
                $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operations}}]}"""
            );

        Assert.Equal(
            [
                "create",
                "add 2 members",
                "rename, remove a member",
                "set the members: 1",
                "say it again",
                "remove all members",
            ],
            Names(Enumerable.Reverse(await ListAsync(served, $"search={id}")), "what")
        );
    }

    [Fact]
    public async Task A_request_for_another_tenants_user_names_nobody()
    {
        await using var served = await ServedGateway.StartAsync();
        using var ours = served.Provider("acme", await served.SetUpAsync());
        var id = await CreateAsync(ours, "Users", User("isla", "isla@corp.example"));
        using var theirs = served.Provider("other", await served.SetUpAsync("other", SlackEmulatorServer.TokenOf(2)));
        await RefusedAsync(theirs, HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Pilot\""));

        var refused = Assert.Single(await ListAsync(served, $"search={id}", "other"));

        Assert.Null((string?)refused["name"]);
        Assert.Null((string?)refused["userName"]);
        Assert.Null((string?)refused["resource"]);
    }

    [Theory]
    [InlineData("Users", "userName", "isla")]
    [InlineData("Groups", "displayName", "Pilots")]
    public async Task A_name_that_anothers_user_or_group_has_is_refused_with_what_helps(
        string path,
        string attribute,
        string name
    )
    {
        await using var served = await ServedGateway.StartAsync();
        using var first = served.Provider("acme", await served.SetUpAsync());
        using var second = served.Provider("acme", await served.SourceAsync("Other"));
        var type = path == "Users" ? "User" : "Group";
        var body = $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:{{type}}"],"{{attribute}}":"{{name}}","emails":[{"value":"isla@corp.example"}]}
            """;
        var id = await CreateAsync(first, path, body);

        var own = await DetailAsync(first, body);
        var others = await DetailAsync(second, body);

        Assert.Contains($"has the {attribute} '{name}'; its id is {id}.", own, StringComparison.Ordinal);
        Assert.DoesNotContain("transfer", own, StringComparison.Ordinal);
        Assert.Contains("It belongs to another source, 'Provider'; ", others, StringComparison.Ordinal);
        Assert.Contains("an operator can transfer it to yours", others, StringComparison.Ordinal);

        async Task<string> DetailAsync(HttpClient provider, string body)
        {
            var (status, answer, _) = await Gateway.SendAsync(provider, HttpMethod.Post, path, body);
            Assert.Equal(HttpStatusCode.Conflict, status);
            return (string)answer!["detail"]!;
        }
    }

    [Fact]
    public async Task An_address_that_another_user_has_is_refused_with_that_users_name()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        var id = await CreateAsync(provider, "Users", User("isla", "isla@corp.example"));

        var (_, answer, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User("moore", "isla@corp.example")
        );

        Assert.Contains($"it is 'isla', its id is {id}.", (string)answer!["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("transfer", (string)answer["detail"]!, StringComparison.Ordinal);
        using var second = served.Provider("acme", await served.SourceAsync("Other"));
        (_, answer, _) = await Gateway.SendAsync(second, HttpMethod.Post, "Users", User("moore", "isla@corp.example"));
        Assert.Contains(
            "It belongs to another source, 'Provider'; ",
            (string)answer!["detail"]!,
            StringComparison.Ordinal
        );
        Assert.Contains("an operator can transfer it to yours", (string)answer["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_externalId_finds_all_of_its_user()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        var user = JsonNode.Parse(User("isla", "isla@corp.example"))!;
        user["externalId"] = "00uISLA";
        await CreateAsync(provider, "Users", user.ToJsonString());

        Assert.Equal(["isla"], Names(await ListAsync(served, "search=00uISLA")));
        Assert.Empty(await ListAsync(served, "search=00u")); // an id is found whole
    }

    private static async Task<string> CreateAsync(HttpClient provider, string path, string body)
    {
        var (status, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, path, body);
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)made!["id"]!;
    }

    private static async Task RefusedAsync(HttpClient provider, HttpMethod method, string path, string body)
    {
        var (status, _, _) = await Gateway.SendAsync(provider, method, path, body);
        Assert.InRange((int)status, 400, 499);
    }

    private static async Task<List<JsonNode>> ListAsync(ServedGateway served, string query, string tenant = "acme") =>
        [
            .. (await served.AskAsync(HttpMethod.Get, $"tenants/{tenant}/operations?{query}"))["items"]!
                .AsArray()
                .Select(one => one!),
        ];

    private static IEnumerable<string?> Names(IEnumerable<JsonNode> operations, string field = "userName") =>
        operations.Select(one => (string?)one[field]);
}
