using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Host.Scim;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using Xunit;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>What of a user is shown, to whom, and when it need not be sent again.</summary>
public class ShownUserTests
{
    private const string Core = "urn:ietf:params:scim:schemas:core:2.0:User";
    private const string Base = "https://gateway.example/de\"mo/scim/v2";

    [Theory]
    [InlineData("""{"schemas":["x"],"externalId":"e","userName":"a"}""")]
    [InlineData("""{"externalId":"e","schemas":["x"],"userName":"externalId"}""")]
    [InlineData("""{"schemas":["x"],"userName":"a","externalId":"e"}""")]
    [InlineData("""{"externalId":"e\",}"}""")]
    [InlineData(
        """{"schemas":["x"],"name":{"externalId":"inner","a":[1,{"externalId":2}]},"externalId":"Ø😀","title":"z"}"""
    )]
    [InlineData("""{"schemas":["x"],"userName":"no external id","emails":[{"value":"externalId"}]}""")]
    public async Task What_is_spliced_is_what_a_projection_would_show(string document)
    {
        await using var file = await StoreFile.OpenAsync();
        var full = Crowd.Member(7).Document;
        foreach (var text in new[] { document, full })
        foreach (var source in new int?[] { 1, 2, null })
        {
            var id = (await Crowd.WriteAsync(file.Store, [new Person(Named(text, source)) { SourceId = source }]))[0];
            var user = new ResourceReads(file.Store, TimeProvider.System).Find(
                new Caller(Gateway.Tenant, 1, "one", new Preferences(), Dialect.Everything),
                Kind.User,
                id
            )!;

            var spliced = Written(new ResourceWriter(Base, Projection.Default(GatewayTypes.User)), user);
            var projected = Written(new ResourceWriter(Base, Everything()), user);

            Assert.True(JsonNode.DeepEquals(spliced, projected), $"{spliced}\n{projected}");
            Assert.Equal(
                source == 1 && JsonNode.Parse(text)!.AsObject().ContainsKey("externalId"),
                spliced.ContainsKey("externalId")
            );
            Assert.Equal($"{Base}/Users/{id}", (string)spliced["meta"]!["location"]!);
            Assert.Equal("W/\"1\"", (string)spliced["meta"]!["version"]!);
        }
    }

    [Fact]
    public async Task A_user_who_is_known_is_not_sent_again()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, user, created) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada"));
        var (id, tag) = ((string)user!["id"]!, created.Headers.ETag!.ToString());

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            foreach (var known in new[] { tag, tag[2..], $"\"x\", {tag}", "*" })
            {
                using var same = await AskAsync(gateway, method, $"Users/{id}", known);
                Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
                Assert.Equal(tag, same.Headers.ETag!.ToString());
                Assert.Empty(await same.Content.ReadAsByteArrayAsync());
            }
            foreach (var other in new[] { "W/\"77\"", "x", "" })
            {
                using var sent = await AskAsync(gateway, method, $"Users/{id}", other);
                Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
                Assert.Equal(tag, sent.Headers.ETag!.ToString());
            }
        }
        using var gone = await AskAsync(gateway, HttpMethod.Get, $"Users/{Guid.Empty}", "*");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);

        // The link is no part of the version, so it is sent each time.
        using var link = await AskAsync(gateway, HttpMethod.Get, $"Users/{id}?attributes={LinkSchema.Id}", tag);
        Assert.Equal(HttpStatusCode.OK, link.StatusCode);
    }

    [Fact]
    public async Task Head_says_what_get_says_without_the_body()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, user, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada"));
        foreach (var path in new[] { $"Users/{user!["id"]}", "Users?filter=userName eq \"ada\"" })
        {
            using var get = await AskAsync(gateway, HttpMethod.Get, path, null);
            using var head = await AskAsync(gateway, HttpMethod.Head, path, null);

            Assert.Equal((await get.Content.ReadAsByteArrayAsync()).LongLength, head.Content.Headers.ContentLength);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
            Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        }
    }

    [Fact]
    public async Task How_a_user_stands_with_Slack_is_shown_to_who_asks_and_found_by()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, user, created) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada"));
        var account = Assert.Single(await gateway.AccountsAsync("ada@crew.example"));
        Assert.False(user!.ContainsKey(LinkSchema.Id));
        Assert.False((await GetAsync(gateway, $"Users/{user["id"]}")).ContainsKey(LinkSchema.Id));
        Assert.False(
            (await GetAsync(gateway, $"Users/{user["id"]}?excludedAttributes=userName")).ContainsKey(LinkSchema.Id)
        );

        var shown = await GetAsync(gateway, $"Users/{user["id"]}?attributes={LinkSchema.Id},userName");
        var link = shown[LinkSchema.Id]!;
        Assert.Equal("settled", (string)link["state"]!);
        Assert.Equal((string)account["id"]!, (string)link["slackId"]!);
        Assert.Equal("ada", (string)link["slackUserName"]!);
        Assert.Equal(created.Headers.GetValues("X-Operation-Id").Single(), (string)link["operationId"]!);
        Assert.True(Moments.TryParse((string)link["since"]!, out _));
        Assert.Equal("ada", (string)shown["userName"]!);
        Assert.Contains(shown["schemas"]!.AsArray(), urn => (string)urn! == LinkSchema.Id);
        Assert.False(shown.ContainsKey("name"));

        var state = await GetAsync(gateway, $"Users/{user["id"]}?attributes={LinkSchema.Id}:state");
        Assert.Equal(["state"], state[LinkSchema.Id]!.AsObject().Select(part => part.Key));

        foreach (
            var (filter, hits) in new[]
            {
                ($"{LinkSchema.Id}:state eq \"Settled\"", 1),
                ($"{LinkSchema.Id}:state eq \"failed\"", 0),
                ($"{LinkSchema.Id}:state eq \"0\"", 0),
                ($"{LinkSchema.Id}:state ne \"failed\"", 1),
                ($"{LinkSchema.Id}:slackId eq \"{account["id"]}\"", 1),
                ($"{LinkSchema.Id}:slackUserName sw \"A\"", 1),
                ($"{LinkSchema.Id}:reason pr", 0),
            }
        )
        {
            var page = await GetAsync(gateway, $"Users?filter={filter}&attributes={LinkSchema.Id}");
            Assert.Equal(hits, (int)page["totalResults"]!);
            Assert.All(
                page["Resources"]!.AsArray(),
                found => Assert.Equal("settled", (string)found![LinkSchema.Id]!["state"]!)
            );
        }
    }

    [Fact]
    public async Task What_Slack_refused_is_seen_in_the_link()
    {
        await using var gateway = await Gateway.StartAsync();
        await Crowd.WriteAsync(gateway.Store, [Crowd.Member(1), Crowd.Member(7)]);

        var page = await GetAsync(
            gateway,
            $"Users?filter={LinkSchema.Id}:state eq \"failed\"&attributes={LinkSchema.Id}"
        );

        var found = Assert.Single(page["Resources"]!.AsArray())!;
        Assert.Equal("because", (string)found[LinkSchema.Id]!["reason"]!);
        Assert.Equal(
            ["title", "timezone"],
            found[LinkSchema.Id]!["keptBySlack"]!.AsArray().Select(field => (string)field!)
        );
    }

    [Fact]
    public async Task The_link_is_described_and_is_not_the_clients_to_write()
    {
        await using var gateway = await Gateway.StartAsync();
        var types = await GetAsync(gateway, "ResourceTypes/User");
        var extension = Assert.Single(
            types["schemaExtensions"]!.AsArray(),
            e => (string)e!["schema"]! == LinkSchema.Id && !(bool)e["required"]!
        );
        Assert.NotNull(extension);
        var schema = await GetAsync(gateway, $"Schemas/{LinkSchema.Id}");
        Assert.All(
            schema["attributes"]!.AsArray(),
            a => Assert.Equal(("readOnly", "request"), ((string)a!["mutability"]!, (string)a["returned"]!))
        );

        var forged = $"\"{LinkSchema.Id}\":{{\"state\":\"failed\",\"slackId\":\"U0\"}}";
        var (status, created, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", forged));
        Assert.Equal(HttpStatusCode.Created, status);
        var (replaced, _, _) = await gateway.SendAsync(HttpMethod.Put, $"Users/{created!["id"]}", User("ada", forged));
        Assert.Equal(HttpStatusCode.OK, replaced);
        var (patched, _, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{created["id"]}",
            $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"title":"Countess",{{forged}} } }]}"""
        );
        Assert.Equal(HttpStatusCode.OK, patched);

        var shown = await GetAsync(gateway, $"Users/{created["id"]}?attributes={LinkSchema.Id}");
        Assert.Equal("settled", (string)shown[LinkSchema.Id]!["state"]!);
        var stored = await GetAsync(gateway, $"Users/{created["id"]}");
        Assert.False(stored.ContainsKey(LinkSchema.Id));
        Assert.DoesNotContain(stored["schemas"]!.AsArray(), urn => (string)urn! == LinkSchema.Id);
        Assert.Equal("Countess", (string)stored["title"]!);
    }

    [Fact]
    public async Task An_externalId_is_shown_to_and_found_by_its_own_source_alone()
    {
        await using var gateway = await Gateway.StartAsync();
        var ids = await Crowd.WriteAsync(
            gateway.Store,
            [new Person(Named("own")) { SourceId = 1 }, new Person(Named("foreign")) { SourceId = 2 }]
        );

        var page = await GetAsync(gateway, "Users?filter=externalId eq \"same\"");
        Assert.Equal(ids[0].ToString(), (string)Assert.Single(page["Resources"]!.AsArray())!["id"]!);
        Assert.Equal(1, (int)(await GetAsync(gateway, "Users?filter=externalId pr"))["totalResults"]!);
        Assert.Equal(0, (int)(await GetAsync(gateway, "Users?filter=externalId eq \"SAME\""))["totalResults"]!);
        Assert.Equal("same", (string)(await GetAsync(gateway, $"Users/{ids[0]}"))["externalId"]!);
        Assert.False((await GetAsync(gateway, $"Users/{ids[1]}")).ContainsKey("externalId"));
        Assert.False((await GetAsync(gateway, $"Users/{ids[1]}?attributes=externalId")).ContainsKey("externalId"));
        foreach (var user in (await GetAsync(gateway, "Users"))["Resources"]!.AsArray())
            Assert.Equal((string)user!["userName"]! == "own", user.AsObject().ContainsKey("externalId"));

        static string Named(string name) => $$"""{"schemas":["{{Core}}"],"userName":"{{name}}","externalId":"same"}""";
    }

    [Fact]
    public async Task The_hidden_the_deleted_and_another_tenants_are_nobody()
    {
        await using var gateway = await Gateway.StartAsync();
        var ids = await Crowd.WriteAsync(
            gateway.Store,
            [
                Crowd.Member(1) with
                {
                    Hidden = true,
                },
                Crowd.Member(2) with
                {
                    Deleted = true,
                },
                Crowd.Member(3) with
                {
                    TenantId = new TenantId(2),
                },
                Crowd.Member(4) with
                {
                    SlackId = "U4",
                },
            ]
        );
        foreach (var id in ids.Take(3))
            Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
        foreach (
            var filter in new[]
            {
                "userName sw \"user\"",
                "emails co \"vera\"",
                "displayName co \"Vera\"",
                "active pr",
                "emails eq \"vera1@crew.example\" or emails eq \"vera2@crew.example\" or emails eq \"vera3@crew.example\" or emails eq \"vera4@crew.example\"",
                "meta.created gt \"2000-01-01T00:00:00Z\"",
                $"{LinkSchema.Id}:state eq \"settled\"",
                $"id eq \"{ids[0]}\" or id eq \"{ids[1]}\" or id eq \"{ids[2]}\" or id eq \"{ids[3]}\"",
            }
        )
            Assert.Equal(
                ids[3].ToString(),
                (string)
                    Assert.Single(
                        (await GetAsync(gateway, $"Users?filter={Uri.EscapeDataString(filter)}"))[
                            "Resources"
                        ]!.AsArray()
                    )!["id"]!
            );
    }

    private static Projection Everything() =>
        Projection.Read(GatewayTypes.User, null, ["urn:example:nothing:1.0:User"], Reading.Everything());

    private static string Named(string document, int? source)
    {
        var json = JsonNode.Parse(document)!.AsObject();
        json["userName"] = $"{(string?)json["userName"]}-{source}";
        return json.ToJsonString();
    }

    private static JsonObject Written(ResourceWriter writer, ShownResource user)
    {
        using var bytes = new RentedBuffer();
        writer.Write(bytes, user.Stored);
        return JsonNode.Parse(Encoding.UTF8.GetString(bytes.ToArray()))!.AsObject();
    }

    private static string User(string name, string? more = null) =>
        $$"""
            {"schemas":["{{Core}}"],"userName":"{{name}}","emails":[{"value":"{{name}}@crew.example","type":"work","primary":true}],
             "active":true{{(more is null ? "" : "," + more)}}}
            """;

    private static async Task<JsonObject> GetAsync(Gateway gateway, string path)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, path);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {status} {body}");
        return body!;
    }

    private static async Task<HttpResponseMessage> AskAsync(
        Gateway gateway,
        HttpMethod method,
        string path,
        string? known
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await gateway.Client.SendAsync(request);
    }
}
