using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>
/// The SCIM 2.0 Interoperability Profile (draft-zollner-scim-interop-profile-01): a tenant with <c>dialect: interop</c>
/// beside one without.
/// </summary>
public sealed class InteropTests : IAsyncLifetime
{
    private const string Core = "urn:ietf:params:scim:schemas:core:2.0:User";
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private Gateway _gateway = null!;
    private HttpClient _usual = null!;

    private HttpClient Interop => _gateway.Client;

    public async ValueTask InitializeAsync()
    {
        _gateway = await Gateway.StartAsync(new Setting { Tenants = 2 });
        await SpeakAsync(SpokenDialect.Interop);
        _usual = _gateway.Of(2);
    }

    public async ValueTask DisposeAsync()
    {
        _usual.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task It_is_claimed_by_whoever_keeps_it_and_not_spoken_of_by_others()
    {
        Assert.True((bool?)(await GetAsync(Interop, "ServiceProviderConfig"))["interopProfileConformant"]);
        Assert.False((await GetAsync(_usual, "ServiceProviderConfig")).ContainsKey("interopProfileConformant"));

        await SpeakAsync(SpokenDialect.Usual);
        Assert.False((await GetAsync(Interop, "ServiceProviderConfig")).ContainsKey("interopProfileConformant"));
        var ada = await CreateAsync(Interop, "ada", Address);
        Assert.Equal(HttpStatusCode.OK, (await PatchAsync(Interop, ada, WithoutPath("replace", "title"))).Status);
    }

    [Fact]
    public async Task What_is_announced_is_exactly_what_is_kept_and_each_type_has_its_values()
    {
        var (on, off) = (await SchemasAsync(Interop), await SchemasAsync(_usual));

        Assert.DoesNotContain("password", Names(on[Core]["attributes"]));
        Assert.Contains("password", Names(off[Core]["attributes"]));
        Assert.Equal(Names(off[Core]["attributes"]).Where(name => name != "password"), Names(on[Core]["attributes"]));
        Assert.Equal(off.Keys, on.Keys);
        Assert.Equal([], Untyped(on));
        Assert.Equal(["entitlements", "roles", "x509Certificates"], Untyped(off));
        var config = on["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"];
        Assert.Contains("interopProfileConformant", Names(config["attributes"]));
        // By its URN a schema is the same as in the list.
        Assert.DoesNotContain("password", Names((await GetAsync(Interop, $"Schemas/{Core}"))["attributes"]));

        static IEnumerable<string> Untyped(Dictionary<string, JsonObject> schemas) =>
            from schema in schemas.Values
            from attribute in schema["attributes"]!.AsArray()
            where (bool)attribute!["multiValued"]!
            from part in attribute["subAttributes"]?.AsArray() ?? []
            where (string?)part!["name"] == "type" && part["canonicalValues"] is not JsonArray { Count: > 0 }
            select (string)attribute["name"]!;
    }

    [Theory]
    [InlineData("add")]
    [InlineData("replace")]
    [InlineData("remove")]
    public async Task An_operation_without_a_path_changes_nothing(string op)
    {
        var (on, off) = (await MakeAsync(Interop), await MakeAsync(_usual));
        var before = await GetAsync(Interop, on);
        var patch = PatchOf(
            """{"op":"replace","path":"userType","value":"Intern"}""",
            op == "remove" ? """{"op":"remove"}""" : $$$"""{"op":"{{{op}}}","value":{"title":"Countess"}}"""
        );

        await RefusedAsync(Interop, HttpMethod.Patch, on, patch, "invalidSyntax");
        Assert.True(JsonNode.DeepEquals(before, await GetAsync(Interop, on)));

        var (status, after, _) = await Gateway.SendAsync(_usual, HttpMethod.Patch, off, patch);
        Assert.Equal(op == "remove" ? HttpStatusCode.BadRequest : HttpStatusCode.OK, status);
        Assert.Equal(op == "remove" ? "noTarget" : null, (string?)after!["scimType"]);
    }

    [Fact]
    public async Task A_group_is_not_changed_without_a_path_either()
    {
        var patch = PatchOf("""{"op":"replace","value":{"displayName":"Band","members":[]}}""");
        foreach (var (client, isInterop) in new[] { (Interop, true), (_usual, false) })
        {
            var (_, crew, _) = await Gateway.SendAsync(client, HttpMethod.Post, "Groups", Group("Crew"));
            var group = $"Groups/{(string)crew!["id"]!}";
            if (isInterop)
                await RefusedAsync(client, HttpMethod.Patch, group, patch, "invalidSyntax");
            else
                await Gateway.SendAsync(client, HttpMethod.Patch, group, patch);
            Assert.Equal(isInterop ? "Crew" : "Band", (string?)(await GetAsync(client, group))["displayName"]);
        }
    }

    [Theory]
    [InlineData("\"shoeSize\":44")]
    [InlineData("\"shoeSize\":null")]
    [InlineData("\"password\":\"correct horse\"")]
    [InlineData("\"name\":{\"familyName\":\"Lovelace\",\"shoe\":\"left\"}")]
    [InlineData("\"phoneNumbers\":[{\"value\":\"+1 555 0100\",\"shoe\":\"left\"}]")]
    [InlineData("\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"shoeSize\":44}")]
    [InlineData("\"urn:example:params:scim:schemas:shoes:2.0:User\":{\"size\":44}")]
    public async Task What_no_schema_has_is_refused_in_whole_resources(string member)
    {
        var (on, off) = (await MakeAsync(Interop), await MakeAsync(_usual));
        var before = await GetAsync(Interop, on);
        var put = With(User("bea", "bea@corp.example"), member);
        var post = With(User("cleo", "cleo@corp.example"), member);

        await RefusedAsync(Interop, HttpMethod.Post, "Users", post, "invalidSyntax");
        await RefusedAsync(Interop, HttpMethod.Put, on, put, "invalidSyntax");
        Assert.True(JsonNode.DeepEquals(before, await GetAsync(Interop, on)));
        Assert.Equal(1, await TotalAsync(_gateway));

        Assert.Equal(HttpStatusCode.Created, (await Gateway.SendAsync(_usual, HttpMethod.Post, "Users", post)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(_usual, HttpMethod.Put, off, put)).Status);
    }

    [Fact]
    public async Task A_schema_that_there_is_not_is_refused_where_it_is_only_named()
    {
        const string Shoes = "urn:example:params:scim:schemas:shoes:2.0:User";
        var user = User().Replace($"[\"{Core}\"]", $"[\"{Core}\",\"{Shoes}\"]", StringComparison.Ordinal);
        var group = Group("Crew").Replace("[\"urn", $"[\"{Shoes}\",\"urn", StringComparison.Ordinal);

        await RefusedAsync(Interop, HttpMethod.Post, "Users", user, "invalidSyntax");
        await RefusedAsync(Interop, HttpMethod.Post, "Groups", group, "invalidSyntax");
        Assert.Equal(HttpStatusCode.Created, (await Gateway.SendAsync(_usual, HttpMethod.Post, "Users", user)).Status);
        Assert.Equal(
            HttpStatusCode.Created,
            (await Gateway.SendAsync(_usual, HttpMethod.Post, "Groups", group)).Status
        );
    }

    [Theory]
    [InlineData("shoeSize", "44", HttpStatusCode.BadRequest)]
    [InlineData("name.shoe", "\"left\"", HttpStatusCode.BadRequest)]
    [InlineData("name", """{"givenName":"Ada","shoe":"left"}""", HttpStatusCode.OK)]
    [InlineData("emails[type eq \\\"work\\\"].shoe", "\"left\"", HttpStatusCode.BadRequest)]
    [InlineData("emails[type eq \\\"work\\\"]", """{"value":"ada@corp.example","shoe":"left"}""", HttpStatusCode.OK)]
    [InlineData("password", "\"correct horse\"", HttpStatusCode.OK)]
    [InlineData("manager", """{"value":"26118915"}""", HttpStatusCode.OK)]
    [InlineData(Enterprise + ":shoeSize", "44", HttpStatusCode.BadRequest)]
    [InlineData(Enterprise, """{"shoeSize":44}""", HttpStatusCode.OK)]
    [InlineData("urn:example:params:scim:schemas:shoes:2.0:User:size", "44", HttpStatusCode.OK)]
    [InlineData("urn:example:params:scim:schemas:shoes:2.0:User", """{"size":44}""", HttpStatusCode.OK)]
    public async Task What_no_schema_has_is_refused_in_a_PATCH(string path, string value, HttpStatusCode usual)
    {
        var (on, off) = (await MakeAsync(Interop), await MakeAsync(_usual));
        var before = await GetAsync(Interop, on);
        // The operation before it is not done either.
        var patch = PatchOf(
            """{"op":"replace","path":"title","value":"Countess"}""",
            $$"""{"op":"add","path":"{{path}}","value":{{value}}}"""
        );

        await RefusedAsync(Interop, HttpMethod.Patch, on, patch, "invalidSyntax");
        Assert.True(JsonNode.DeepEquals(before, await GetAsync(Interop, on)));
        Assert.Equal(usual, (await Gateway.SendAsync(_usual, HttpMethod.Patch, off, patch)).Status);
    }

    [Fact]
    public async Task What_no_schema_has_is_refused_of_groups_and_in_bulk()
    {
        foreach (var (client, isInterop) in new[] { (Interop, true), (_usual, false) })
        {
            var ada = (await MakeAsync(client))["Users/".Length..];
            var group = With(
                Group("Crew"),
                $$"""
                "members":[{"value":"{{ada}}","shoe":"left"}]
                """
            );
            var (status, made, _) = await Gateway.SendAsync(client, HttpMethod.Post, "Groups", group);
            Assert.Equal(isInterop ? HttpStatusCode.BadRequest : HttpStatusCode.Created, status);
            Assert.Equal(isInterop ? "invalidSyntax" : null, (string?)made!["scimType"]);

            var bulk = $$"""
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
                 {"method":"PATCH","path":"/Users/{{ada}}","data":{{WithoutPath("replace", "title")}}},
                 {"method":"PATCH","path":"/Users/{{ada}}","data":{{Patch("userType", "\"Intern\"")}}}]}
                """;
            var answer = (await Gateway.SendAsync(client, HttpMethod.Post, "Bulk", bulk)).Body!;
            Assert.Equal(
                [isInterop ? "400" : "200", "200"],
                answer["Operations"]!.AsArray().Select(one => (string?)one!["status"])
            );
        }
    }

    [Theory]
    [InlineData("Users", "shoeSize eq \"44\"")]
    [InlineData("Users", "not (shoeSize pr)")]
    [InlineData("Users", "userName eq \"ada\" and shoeSize pr")]
    [InlineData("Users", "name.shoe eq \"left\"")]
    [InlineData("Users", "emails[shoe eq \"left\"]")]
    [InlineData("Users", "department eq \"Sales\"")]
    [InlineData("Users", "urn:example:params:scim:schemas:shoes:2.0:User:size eq 44")]
    [InlineData("Groups", "shoeSize eq \"44\"")]
    [InlineData("Groups", "userName eq \"ada\"")]
    [InlineData("", "shoeSize eq \"44\"")]
    public async Task A_filter_by_what_no_schema_has_is_refused(string endpoint, string filter)
    {
        var query = $"{endpoint}?filter={Uri.EscapeDataString(filter)}";

        await RefusedAsync(Interop, HttpMethod.Get, query, null, "invalidFilter");
        var search = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:SearchRequest"),
            ["filter"] = filter,
        };
        var at = $"{endpoint}/.search".TrimStart('/');
        await RefusedAsync(Interop, HttpMethod.Post, at, search.ToJsonString(), "invalidFilter");
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(_usual, HttpMethod.Get, query)).Status);
    }

    [Theory]
    [InlineData("Users", "username EQ \"ADA\"", 1)]
    [InlineData("Users", "externalId eq \"e-1\"", 1)]
    [InlineData("Users", "externalId eq \"E-1\"", 0)]
    [InlineData("Users", "emails[value eq \"ADA.lovelace@corp.example\"]", 1)]
    [InlineData("Users", "emails[type eq \"work\" and value eq \"ada.lovelace@corp.example\"]", 1)]
    [InlineData("Users", Enterprise + ":department eq \"Sales\"", 1)]
    [InlineData("Users", "meta.created pr", 1)]
    [InlineData("Groups", "displayName eq \"crew\"", 1)]
    [InlineData("Groups", "members[value eq \"nobody\"]", 0)]
    // What one kind of resource has is no unknown name where both are asked.
    [InlineData("", "userName eq \"ada\"", 1)]
    [InlineData("", "displayName eq \"Crew\"", 1)]
    public async Task What_a_schema_has_is_found_in_both_dialects(string endpoint, string filter, int found)
    {
        foreach (var client in new[] { Interop, _usual })
        {
            await MakeAsync(client);
            await Gateway.SendAsync(client, HttpMethod.Post, "Groups", Group("Crew"));
            var list = await GetAsync(client, $"{endpoint}?filter={Uri.EscapeDataString(filter)}");
            Assert.Equal(found, (int)list["totalResults"]!);
        }
    }

    [Fact]
    public async Task A_replace_of_a_complex_value_puts_the_whole_of_it_and_an_add_merges()
    {
        foreach (var (client, isInterop) in new[] { (Interop, true), (_usual, false) })
        {
            var ada = await MakeAsync(client);
            var added = await PatchedAsync(client, ada, "add", "name", """{"middleName":"King"}""");
            Assert.Equal(["familyName", "givenName", "middleName"], Keys(added["name"]));

            var replaced = await PatchedAsync(client, ada, "replace", "name", """{"givenName":"Augusta"}""");
            Assert.Equal(isInterop ? ["givenName"] : ["familyName", "givenName", "middleName"], Keys(replaced["name"]));
            Assert.Equal("Augusta", (string?)replaced["name"]!["givenName"]);
            // By its dot a part is replaced alone, in an extension as in the core.
            var part = await PatchedAsync(client, ada, "replace", "name.familyName", "\"Byron\"");
            Assert.Contains("givenName", Keys(part["name"]));
            var manager = $"{Enterprise}:manager";
            await PatchedAsync(client, ada, "add", manager, """{"value":"26118915","$ref":"../Users/26118915"}""");
            var led = await PatchedAsync(client, ada, "replace", manager, """{"value":"26118915"}""");
            Assert.Equal(!isInterop, led[Enterprise]!["manager"]!.AsObject().ContainsKey("$ref"));
            // Lists are replaced whole and added to in both.
            await PatchedAsync(client, ada, "add", "phoneNumbers", """[{"value":"+1 555 0100","type":"work"}]""");
            var two = await PatchedAsync(client, ada, "add", "phoneNumbers", """[{"value":"+1 555 0101"}]""");
            Assert.Equal(2, two["phoneNumbers"]!.AsArray().Count);
            var one = await PatchedAsync(client, ada, "replace", "phoneNumbers", """[{"value":"+1 555 0102"}]""");
            Assert.Single(one["phoneNumbers"]!.AsArray());
        }

        static IEnumerable<string> Keys(JsonNode? node) => node!.AsObject().Select(part => part.Key).Order();
    }

    [Theory]
    [InlineData("""{"op":"Replace","path":"title","value":"Countess"}""", "invalidSyntax")]
    [InlineData("""{"op":"replace","path":"active","value":"False"}""", "invalidValue")]
    public async Task Habits_of_providers_are_not_understood(string operation, string why)
    {
        var (on, off) = (await MakeAsync(Interop), await MakeAsync(_usual));

        await RefusedAsync(Interop, HttpMethod.Patch, on, PatchOf(operation), why);
        Assert.Equal(
            HttpStatusCode.OK,
            (await Gateway.SendAsync(_usual, HttpMethod.Patch, off, PatchOf(operation))).Status
        );
    }

    [Fact]
    public async Task What_the_profile_has_of_discovery_names_pages_and_the_deleted_holds_in_both_dialects()
    {
        foreach (var client in new[] { Interop, _usual })
        {
            var schemas = await SchemasAsync(client);
            foreach (var type in (await GetAsync(client, "ResourceTypes"))["Resources"]!.AsArray())
            {
                Assert.Equal((string?)type!["name"], (string?)type["id"]);
                Assert.Contains((string)type["schema"]!, schemas.Keys);
                foreach (var extension in type["schemaExtensions"]!.AsArray())
                    Assert.Contains((string)extension!["schema"]!, schemas.Keys);
            }

            var ada = await MakeAsync(client);
            var bea = $"Users/{await CreateAsync(client, "bea", "bea@corp.example")}";
            // externalId is exact to the letter, and need not be there once; userName is neither.
            await PatchedAsync(client, bea, "add", "externalId", "\"E-1\"");
            foreach (var method in new[] { HttpMethod.Post, HttpMethod.Patch })
                await RefusedAsync(
                    client,
                    method,
                    method == HttpMethod.Post ? "Users" : bea,
                    method == HttpMethod.Post ? User("ADA", "c@corp.example") : Patch("userName", "\"ADA\""),
                    "uniqueness",
                    HttpStatusCode.Conflict
                );
            await Gateway.SendAsync(client, HttpMethod.Post, "Groups", Group("Crew"));
            var (_, band, _) = await Gateway.SendAsync(client, HttpMethod.Post, "Groups", Group("Band"));
            await RefusedAsync(
                client,
                HttpMethod.Patch,
                $"Groups/{(string)band!["id"]!}",
                Patch("displayName", "\"CREW\""),
                "uniqueness",
                HttpStatusCode.Conflict
            );
            var config = await GetAsync(client, "ServiceProviderConfig");
            Assert.InRange((int)config["pagination"]!["defaultPageSize"]!, 100, int.MaxValue);
            Assert.InRange((int)config["pagination"]!["maxPageSize"]!, 100, int.MaxValue);

            Assert.Equal(HttpStatusCode.NoContent, (await Gateway.SendAsync(client, HttpMethod.Delete, ada)).Status);
            await RefusedAsync(client, HttpMethod.Get, ada, null, null, HttpStatusCode.NotFound);
            await RefusedAsync(client, HttpMethod.Put, ada, User(), null, HttpStatusCode.NotFound);
            await RefusedAsync(
                client,
                HttpMethod.Patch,
                ada,
                Patch("title", "\"Countess\""),
                null,
                HttpStatusCode.NotFound
            );
            await RefusedAsync(client, HttpMethod.Delete, ada, null, null, HttpStatusCode.NotFound);
            Assert.Equal(1, (int)(await GetAsync(client, "Users"))["totalResults"]!);
            Assert.NotEqual(ada, await MakeAsync(client));
        }
    }

    [Fact]
    public async Task A_hundred_are_shown_at_once()
    {
        foreach (var client in new[] { Interop, _usual })
        {
            var operations = Enumerable
                .Range(1, 101)
                .Select(i =>
                    $$"""{"method":"POST","path":"/Groups","bulkId":"g{{i}}","data":{{Group($"Crew {i}")}}}"""
                );
            foreach (var some in operations.Chunk(51))
                await Gateway.SendAsync(
                    client,
                    HttpMethod.Post,
                    "Bulk",
                    $$"""
                    {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{{string.Join(
                        ',',
                        some
                    )}}]}
                    """
                );

            Assert.Equal(100, (await GetAsync(client, "Groups?count=100"))["Resources"]!.AsArray().Count);
            Assert.InRange((await GetAsync(client, "Groups"))["Resources"]!.AsArray().Count, 100, 101);
        }
    }

    [Fact]
    public async Task A_deactivation_is_effective_in_Slack_within_five_minutes()
    {
        var ada = await MakeAsync(Interop);
        await _gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await _gateway.AccountsAsync(Address))));
        var asked = Stopwatch.GetTimestamp();

        await PatchedAsync(Interop, ada, "replace", "active", "false");
        await Gateway.UntilAsync(async () => !Active(Assert.Single(await _gateway.AccountsAsync(Address))));

        Assert.InRange(Stopwatch.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        // It is there for SCIM (§6.6), and comes back the same way.
        Assert.False((bool)(await GetAsync(Interop, ada))["active"]!);
        await PatchedAsync(Interop, ada, "replace", "active", "true");
        await Gateway.UntilAsync(async () => Active(Assert.Single(await _gateway.AccountsAsync(Address))));
    }

    private Task<Preview> SpeakAsync(SpokenDialect dialect) =>
        _gateway.ChangeAsync(new TenantChange.OtherPreferences(DemoTenant.Lenient with { Dialect = dialect }));

    // A user with something of most kinds.
    private static async Task<string> MakeAsync(HttpClient client)
    {
        var user = With(User(), "\"externalId\":\"e-1\",\"" + Enterprise + "\":{\"department\":\"Sales\"}");
        var (status, made, _) = await Gateway.SendAsync(client, HttpMethod.Post, "Users", user);
        Assert.Equal(HttpStatusCode.Created, status);
        return $"Users/{(string)made!["id"]!}";
    }

    // A body with one more member, in place of the one that it has.
    private static string With(string body, string members)
    {
        var json = JsonNode.Parse(body)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse("{" + members + "}")!.AsObject())
            json[name] = value?.DeepClone();
        return json.ToJsonString();
    }

    private static string WithoutPath(string op, string name) =>
        PatchOf("{\"op\":\"" + op + "\",\"value\":{\"" + name + "\":\"Countess\"}}");

    private static async Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage)> PatchAsync(
        HttpClient client,
        string id,
        string patch
    ) => await Gateway.SendAsync(client, HttpMethod.Patch, $"Users/{id}", patch);

    private static async Task<JsonObject> PatchedAsync(
        HttpClient client,
        string user,
        string op,
        string path,
        string value
    )
    {
        var patch = PatchOf($$"""{"op":"{{op}}","path":"{{path}}","value":{{value}}}""");
        var (status, after, answer) = await Gateway.SendAsync(client, HttpMethod.Patch, user, patch);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("application/scim+json", answer.Content.Headers.ContentType?.MediaType);
        return after!;
    }

    private static async Task<JsonObject> GetAsync(HttpClient client, string what)
    {
        var (status, body, answer) = await Gateway.SendAsync(client, HttpMethod.Get, what);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("application/scim+json", answer.Content.Headers.ContentType?.MediaType);
        return body!;
    }

    private static async Task RefusedAsync(
        HttpClient client,
        HttpMethod method,
        string what,
        string? body,
        string? why,
        HttpStatusCode status = HttpStatusCode.BadRequest
    )
    {
        var (answered, error, answer) = await Gateway.SendAsync(client, method, what, body);
        Assert.Equal((status, why), (answered, (string?)error!["scimType"]));
        Assert.Equal("application/scim+json", answer.Content.Headers.ContentType?.MediaType);
    }

    private static async Task<Dictionary<string, JsonObject>> SchemasAsync(HttpClient client) =>
        (await GetAsync(client, "Schemas"))["Resources"]!
            .AsArray()
            .ToDictionary(schema => (string)schema!["id"]!, schema => schema!.AsObject());

    private static IEnumerable<string> Names(JsonNode? attributes) =>
        attributes!.AsArray().Select(attribute => (string)attribute!["name"]!);
}
