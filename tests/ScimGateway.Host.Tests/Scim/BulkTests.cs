using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>Bulk requests from the provider to Slack and back.</summary>
public class BulkTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    // An address that is not free is a conflict.
    private static readonly Setting _strict = new()
    {
        Preferences = DemoTenant.Lenient with { UserSlackCannotHold = Unholdable.Refuse },
    };

    [Fact]
    public async Task Each_operation_has_an_entry_with_what_became_of_it_and_a_line_in_the_journal()
    {
        await using var gateway = await Gateway.StartAsync();
        var (ada, bob) = (await CreateAsync(gateway, "ada"), await CreateAsync(gateway, "bob"));

        var entries = await BulkAsync(
            gateway,
            Post("new", User("cyd")),
            Patch(ada, "title", "Countess"),
            $$"""{"method":"put","path":"/users/{{ada}}","version":"W/\"77\"","data":{{User("ada")}}}""",
            $$"""{"method":"DELETE","path":"/Users/{{bob}}/"}"""
        );

        Assert.Equal(["201", "200", "412", "204"], Statuses(entries));
        Assert.Equal(["POST", "PATCH", "PUT", "DELETE"], entries.Select(e => (string?)e["method"]));
        Assert.Equal("new", (string?)entries[0]["bulkId"]);
        Assert.StartsWith($"{gateway.Base}Users/", (string?)entries[0]["location"], StringComparison.Ordinal);
        Assert.Equal($"{gateway.Base}Users/{ada}", (string?)entries[1]["location"]);
        Assert.Equal("W/\"2\"", (string?)entries[1]["version"]);
        Assert.Contains("(operation ", (string?)entries[2]["response"]!["detail"], StringComparison.Ordinal);
        Assert.Equal("412", (string?)entries[2]["response"]!["status"]);
        Assert.Null(entries[3]["version"]);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["POST /Users (bulk)"] = "done",
                [$"PATCH /Users/{ada} (bulk)"] = "done",
                [$"PUT /users/{ada} (bulk)"] = "refused",
                [$"DELETE /Users/{bob} (bulk)"] = "done",
                ["POST /Bulk"] = "done",
            },
            gateway.Operations().Skip(2).ToDictionary(o => o.Request, o => o.Outcome)
        );
        Assert.All(gateway.Operations(), o => Assert.True(o.Finished));
        Assert.Equal(["change", "change title", "create", "delete"], gateway.Doings()[2..].OfType<string>().Order());
    }

    [Fact]
    public async Task Two_users_can_be_each_others_managers()
    {
        await using var gateway = await Gateway.StartAsync();

        var entries = await BulkAsync(gateway, Post("a", User("ada", "b")), Post("b", User("bob", "a")));

        Assert.Equal(["201", "201"], Statuses(entries));
        var (ada, bob) = (await ReadAsync(gateway, entries[0]), await ReadAsync(gateway, entries[1]));
        Assert.Equal((string?)bob["id"], Manager(ada));
        Assert.Equal((string?)ada["id"], Manager(bob));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Who_refers_to_a_POST_that_claims_an_account_gets_the_id_under_which_that_was_shown()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            slack.Workspace.MakeUser(new JsonObject { ["userName"] = "bob", ["email"] = "bob@corp.example" })
        );
        var shown = (string?)(await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["Resources"]![0]!["id"];

        var entries = await BulkAsync(gateway, Post("a", User("ada", "b")), Post("b", User("bob")));

        Assert.Equal(["201", "201"], Statuses(entries));
        Assert.Equal($"{gateway.Base}Users/{shown}", (string?)entries[1]["location"]);
        Assert.Equal(shown, Manager(await ReadAsync(gateway, entries[0])));
    }

    [Fact]
    public async Task A_user_is_changed_and_removed_in_the_request_that_makes_it()
    {
        await using var gateway = await Gateway.StartAsync();

        var entries = await BulkAsync(
            gateway,
            """{"method":"DELETE","path":"/Users/bulkId:b"}""",
            Patch("bulkId:a", "title", "Countess"),
            Post("a", User("ada")),
            Post("b", User("bob"))
        );

        Assert.Equal(["204", "200", "201", "201"], Statuses(entries));
        Assert.Equal("Countess", (string?)(await ReadAsync(gateway, entries[2]))["title"]);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await gateway.SendAsync(HttpMethod.Get, (string)entries[3]["location"]!)).Status
        );
    }

    [Fact]
    public async Task An_address_goes_from_one_user_to_the_next_as_if_they_were_asked_one_after_the_other()
    {
        await using var gateway = await Gateway.StartAsync(_strict);
        var (ada, bob) = (await CreateAsync(gateway, "ada"), await CreateAsync(gateway, "bob"));
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","delayMs":200}""");

        var entries = await BulkAsync(
            gateway,
            PatchJson(ada, "emails", """[{"value":"other@corp.example","primary":true}]"""),
            PatchJson(bob, "emails", """[{"value":"ada@corp.example","primary":true}]""")
        );

        Assert.Equal(["200", "200"], Statuses(entries));
        Assert.All(gateway.Operations(), operation => Assert.Equal("done", operation.Outcome));
    }

    [Fact]
    public async Task What_is_tried_again_and_is_a_conflict_still_has_one_line_in_the_journal()
    {
        await using var gateway = await Gateway.StartAsync(_strict);
        var (ada, bob) = (await CreateAsync(gateway, "ada"), await CreateAsync(gateway, "bob"));
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","delayMs":200}""");

        var entries = await BulkAsync(
            gateway,
            Patch(ada, "title", "Countess"),
            PatchJson(bob, "emails", """[{"value":"ada@corp.example","primary":true}]""")
        );

        Assert.Equal(["200", "409"], Statuses(entries));
        var refused = Assert.Single(gateway.Operations(), operation => operation.Outcome == "refused");
        Assert.Equal($"PATCH /Users/{bob} (bulk)", refused.Request);
    }

    [Fact]
    public async Task What_cannot_be_carried_out_is_an_entry_and_the_rest_goes_on()
    {
        await using var gateway = await Gateway.StartAsync();
        var nobody = Guid.NewGuid();

        var entries = await BulkAsync(
            gateway,
            Post("group", """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]}""", "/Groups"),
            Post("thing", "{}", "/Things"),
            Post("bad", """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}"""),
            Post("worse", User("wim", "bad")),
            Post("lost", User("lou", "nobody")),
            Patch(nobody.ToString(), "title", "x"),
            Patch("no-id", "title", "x"),
            Post("good", User("guy"))
        );

        Assert.Equal(["400", "404", "400", "409", "400", "404", "404", "201"], Statuses(entries));
        Assert.All(entries.Take(7), e => Assert.Equal((string?)e["status"], (string?)e["response"]!["status"]));
        Assert.Null(entries[2]["location"]);
        Assert.Equal($"{gateway.Base}Users/{nobody}", (string?)entries[5]["location"]);
        Assert.Equal(9, gateway.Operations().Count);
        Assert.Equal(1, (int)(await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["totalResults"]!);
    }

    [Fact]
    public async Task A_group_names_members_who_are_made_in_the_same_request()
    {
        await using var gateway = await Gateway.StartAsync();

        var entries = await BulkAsync(
            gateway,
            Post(
                "crew",
                """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew","members":[{"value":"bulkId:ada"}]}""",
                "/Groups"
            ),
            Post("ada", User("ada"))
        );

        Assert.Equal(["201", "201"], Statuses(entries));
        var group = (
            await gateway.SendAsync(HttpMethod.Get, new Uri((string)entries[0]["location"]!).PathAndQuery)
        ).Body!;
        Assert.EndsWith(
            (string)group["members"]![0]!["value"]!,
            (string)entries[1]["location"]!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_Slack_refuses_is_the_entry_of_that_operation_alone()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await CreateAsync(gateway, "ada");
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"title_too_long"}""");

        var entries = await BulkAsync(gateway, Patch(ada, "title", "x"), Post("b", User("bob")));

        Assert.Equal(["400", "201"], Statuses(entries));
        Assert.Null((await gateway.SendAsync(HttpMethod.Get, $"Users/{ada}")).Body!["title"]);
    }

    [Fact]
    public async Task After_failOnErrors_the_rest_is_neither_done_nor_answered()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await CreateAsync(gateway, "ada");

        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            Request("\"failOnErrors\":1,", Post("b", User("bob")), Post("again", User("ada")), Post("c", User("cyd")))
        );

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["201", "409"], Statuses([.. body!["Operations"]!.AsArray().Select(e => e!.AsObject())]));
        Assert.Equal(2, (int)(await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["totalResults"]!);
        Assert.NotNull(ada);
    }

    [Theory]
    [InlineData("[]", 400, "invalidSyntax")]
    [InlineData("""{"Operations":{}}""", 400, "invalidSyntax")]
    [InlineData("""{"Operations":[]}""", 400, "invalidValue")]
    [InlineData("""{"Operations":[{"method":"GET","path":"/Users/1"}]}""", 400, "invalidSyntax")]
    [InlineData("""{"Operations":[{"method":"POST","path":"/Users","data":{}}]}""", 400, "invalidValue")]
    [InlineData("""{"failOnErrors":0,"Operations":[{"method":"DELETE","path":"/Users/1"}]}""", 400, "invalidValue")]
    public async Task A_request_of_the_wrong_form_is_refused_as_a_whole_and_in_the_journal(
        string body,
        int status,
        string type
    )
    {
        await using var gateway = await Gateway.StartAsync();

        var answer = await gateway.SendAsync(HttpMethod.Post, "Bulk", body);

        Assert.Equal((status, type), ((int)answer.Status, (string?)answer.Body!["scimType"]));
        Assert.Equal(("POST /Bulk", "refused"), gateway.Operations().Select(o => (o.Request, o.Outcome)).Single());
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task What_is_announced_is_what_is_taken()
    {
        await using var gateway = await Gateway.StartAsync();
        var bulk = (await gateway.SendAsync(HttpMethod.Get, "ServiceProviderConfig")).Body!["bulk"]!;
        var (operations, bytes) = ((int)bulk["maxOperations"]!, (int)bulk["maxPayloadSize"]!);
        Assert.True((bool)bulk["supported"]!);

        var many = Request("", [.. Enumerable.Repeat("""{"method":"DELETE","path":"/Users/x"}""", operations)]);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Post, "Bulk", many)).Status);
        var longest = many + new string(' ', bytes - many.Length);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Post, "Bulk", longest)).Status);

        var tooMany = Request("", [.. Enumerable.Repeat("""{"method":"DELETE","path":"/Users/x"}""", operations + 1)]);
        foreach (var (body, limit) in new[] { (tooMany, operations), (longest + " ", bytes) })
        {
            var (status, error, _) = await gateway.SendAsync(HttpMethod.Post, "Bulk", body);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
            Assert.Contains($"{limit}", (string?)error!["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_thousand_creates_are_a_thousand_accounts_and_a_thousand_calls()
    {
        await using var gateway = await Gateway.StartAsync();

        var entries = await BulkAsync(
            gateway,
            [.. Enumerable.Range(0, 1_000).Select(i => Post($"b{i}", User($"u{i}")))]
        );

        Assert.All(entries, e => Assert.Equal("201", (string?)e["status"]));
        await gateway.QuietAsync(); // a slow machine is answered before Slack has all
        Assert.Equal(1_000, (int)(await gateway.CallsAsync())["POST /Users"]!);
        Assert.Equal(1_001, gateway.Operations().Count);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task All_of_a_request_waits_for_Slack_no_longer_than_one_write_would()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { SlackTimeLimit = TimeSpan.FromMilliseconds(400) }
        );
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","status":503,"times":0}""");
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var entries = await BulkAsync(gateway, [.. Enumerable.Range(0, 200).Select(i => Post($"b{i}", User($"u{i}")))]);

        Assert.All(entries, e => Assert.Equal("201", (string?)e["status"])); // taken on
        Assert.InRange(watch.Elapsed.TotalSeconds, 7, 15);
    }

    [Fact]
    public async Task Groups_that_are_members_of_each_other_are_so_once_both_are_made()
    {
        await using var gateway = await Gateway.StartAsync();

        var entries = await BulkAsync(
            gateway,
            Post("a", Group("A", "b"), "/Groups"),
            Post("ada", User("ada")),
            Post("b", Group("B", "ada", "a"), "/Groups")
        );

        Assert.Equal(["201", "201", "201"], Statuses(entries));
        var (a, b) = (await ReadAsync(gateway, entries[0]), await ReadAsync(gateway, entries[2]));
        Assert.Equal([(string?)b["id"]], Members(a));
        Assert.Equal(new[] { Id(entries[0]), Id(entries[1]) }.Order(StringComparer.Ordinal), Members(b));
        Assert.Equal((string?)a["meta"]!["version"], (string?)entries[0]["version"]);
        Assert.Equal((string?)b["meta"]!["version"], (string?)entries[2]["version"]);
    }

    [Fact]
    public async Task Of_groups_that_are_members_of_each_other_one_is_without_the_other_that_is_refused()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = DemoTenant.Lenient with { UnknownGroupMember = UnknownMember.Refuse } }
        );
        await gateway.SendAsync(HttpMethod.Post, "Groups", Group("A"));

        var entries = await BulkAsync(
            gateway,
            Post("a", Group("A", "b"), "/Groups"),
            Post("ada", User("ada")),
            Post("b", Group("B", "ada", "a"), "/Groups")
        );

        Assert.Equal(["409", "201", "201"], Statuses(entries));
        Assert.Equal([Id(entries[1])], Members(await ReadAsync(gateway, entries[2])));
    }

    [Fact]
    public async Task A_circle_that_cannot_be_closed_is_told_of_by_the_group_that_lacks_a_member()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = DemoTenant.Lenient with { UpdateGroups = false, WhenNotAllowed = NotAllowed.Refuse },
            }
        );

        var entries = await BulkAsync(
            gateway,
            Post("a", Group("A", "b"), "/Groups"),
            Post("b", Group("B", "a"), "/Groups")
        );

        var (lacking, whole) = (entries.Single(IsRefused), entries.Single(entry => !IsRefused(entry)));
        Assert.Equal(("403", "201"), ((string?)lacking["status"], (string?)whole["status"]));
        Assert.Contains("updateGroups", (string)lacking["response"]!["detail"]!, StringComparison.Ordinal);
        Assert.Null((await ReadAsync(gateway, lacking))["members"]); // it is there, where the entry says
        Assert.Equal([Id(lacking)], Members(await ReadAsync(gateway, whole)));

        static bool IsRefused(JsonObject entry) => (string?)entry["status"] == "403";
    }

    private static string Group(string name, params string[] members) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{{name}}",
             "members":[{{string.Join(',', members.Select(member => $$"""{"value":"bulkId:{{member}}"}"""))}}]}
            """;

    private static List<string?> Members(JsonObject group) =>
        [.. group["members"]!.AsArray().Select(member => (string?)member!["value"]).Order(StringComparer.Ordinal)];

    private static string Id(JsonObject entry) => ((string)entry["location"]!).Split('/')[^1];

    private static async Task<List<JsonObject>> BulkAsync(Gateway gateway, params string[] operations)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Bulk", Request("", operations));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:BulkResponse", (string?)body!["schemas"]![0]);
        return [.. body["Operations"]!.AsArray().Select(e => e!.AsObject())];
    }

    private static IEnumerable<string?> Statuses(List<JsonObject> entries) => entries.Select(e => (string?)e["status"]);

    private static async Task<JsonObject> ReadAsync(Gateway gateway, JsonObject entry) =>
        (await gateway.SendAsync(HttpMethod.Get, (string)entry["location"]!)).Body!;

    private static string? Manager(JsonObject user) => (string?)user[Enterprise]!["manager"]!["value"];

    private static string Request(string members, params string[] operations) =>
        $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],{{members}}"Operations":[{{string.Join(',', operations)}}]}""";

    private static string Post(string bulkId, string data, string path = "/Users") =>
        $$"""{"method":"POST","path":"{{path}}","bulkId":"{{bulkId}}","data":{{data}}}""";

    private static string Patch(string id, string path, string value) => PatchJson(id, path, $"\"{value}\"");

    private static string PatchJson(string id, string path, string value) =>
        $$"""{"method":"PATCH","path":"/Users/{{id}}","data":[{"op":"replace","path":"{{path}}","value":{{value}}}]}""";

    private static string User(string name, string? manager = null) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","{{Enterprise}}"],"userName":"{{name}}",
             "emails":[{"value":"{{name}}@corp.example","primary":true}],
             "{{Enterprise}}":{{(manager is null ? "{}" : $$$"""{"manager":{"value":"bulkId:{{{manager}}}"}}""")}}}
            """;

    private static async Task<string> CreateAsync(Gateway gateway, string name) =>
        (string)(await gateway.SendAsync(HttpMethod.Post, "Users", User(name))).Body!["id"]!;
}
