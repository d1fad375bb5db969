using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>A user shows the groups it is in, and its entity tag covers them.</summary>
public class UserGroupsTests
{
    [Fact]
    public async Task A_user_shows_its_groups_in_every_answer_and_none_if_it_is_in_none()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        Assert.False((await GetAsync(gateway, $"Users/{id}")).Body.ContainsKey("groups"));
        var first = await GroupAsync(gateway, "First \\\"and\\\" ünlike", id);
        var second = await GroupAsync(gateway, "Second", id);
        await GroupAsync(gateway, "Third");

        var expected = new JsonArray(
            Shown(gateway, first, "First \"and\" ünlike"),
            Shown(gateway, second, "Second")
        ).ToJsonString();
        Assert.Equal(expected, Groups((await GetAsync(gateway, $"Users/{id}")).Body));
        Assert.Equal(expected, Groups((await GetAsync(gateway, "Users")).Body["Resources"]![0]!));
        Assert.Equal(expected, Groups((await GetAsync(gateway, $"Users/{id}?attributes=groups")).Body));
        Assert.Equal(expected, Groups((await GetAsync(gateway, "Users?sortBy=title")).Body["Resources"]![0]!));
        Assert.Equal(
            $$"""[{"display":"First \"and\" ünlike"},{"display":"Second"}]""",
            (await GetAsync(gateway, $"Users/{id}?attributes=groups.display")).Body["groups"]!.ToJsonString(_plain)
        );
        Assert.Equal(
            expected,
            Groups((await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""))).Body!)
        );
        Assert.Equal(expected, Groups((await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", User())).Body!));
        foreach (var without in new[] { "excludedAttributes=groups", "attributes=userName" })
            Assert.False((await GetAsync(gateway, $"Users/{id}?{without}")).Body.ContainsKey("groups"));

        // It is read-only: who sends it changes nothing.
        var sent = JsonNode.Parse(User())!;
        sent["groups"] = new JsonArray();
        Assert.Equal(
            expected,
            Groups((await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", sent.ToJsonString())).Body!)
        );
    }

    [Fact]
    public async Task The_entity_tag_of_a_user_changes_with_its_groups_and_If_Match_goes_by_the_version()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        var without = await TagAsync(gateway, id);
        Assert.DoesNotContain('-', without);
        var group = await GroupAsync(gateway, "Crew", id);

        var within = await TagAsync(gateway, id);
        Assert.StartsWith(without[..^1] + "-", within, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await UnlessAsync(gateway, id, without));
        Assert.Equal(HttpStatusCode.NotModified, await UnlessAsync(gateway, id, within));

        // A group that is renamed is shown by another name.
        await gateway.SendAsync(HttpMethod.Patch, $"Groups/{group}", Patch("displayName", "\"CREW\""));
        var renamed = await TagAsync(gateway, id);
        Assert.NotEqual(within, renamed);
        Assert.Equal(HttpStatusCode.OK, await UnlessAsync(gateway, id, within));
        Assert.Equal(
            renamed,
            (string?)(await GetAsync(gateway, "Users?attributes=meta")).Body["Resources"]![0]!["meta"]!["version"]
        );

        // What the hash covers is nobody's reason to refuse a write.
        var (status, body, response) = await WriteIfAsync(gateway, id, within);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((string?)body!["meta"]!["version"], response.Headers.ETag!.ToString());
        Assert.Equal(await TagAsync(gateway, id), response.Headers.ETag.ToString());
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await WriteIfAsync(gateway, id, within)).Status);

        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{group}");
        Assert.DoesNotContain('-', await TagAsync(gateway, id));
    }

    private static readonly System.Text.Json.JsonSerializerOptions _plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static JsonObject Shown(Gateway gateway, string id, string name) =>
        new()
        {
            ["value"] = id,
            ["$ref"] = $"{gateway.Base}Groups/{id}",
            ["display"] = name,
            ["type"] = "direct",
        };

    private static string? Groups(JsonNode user) => user["groups"]?.ToJsonString();

    private static async Task<string> GroupAsync(Gateway gateway, string name, params string[] members)
    {
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Groups",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{{name}}","members":[{{string.Join(',', members.Select(id => $"{{\"value\":\"{id}\"}}"))}}]}"""
        );
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    private static async Task<(JsonObject Body, HttpResponseMessage Response)> GetAsync(Gateway gateway, string path)
    {
        var (status, body, response) = await gateway.SendAsync(HttpMethod.Get, path);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {status} {body}");
        return (body!, response);
    }

    private static async Task<string> TagAsync(Gateway gateway, string id)
    {
        var (body, response) = await GetAsync(gateway, $"Users/{id}");
        Assert.Equal((string?)body["meta"]!["version"], response.Headers.ETag!.ToString());
        return response.Headers.ETag.ToString();
    }

    private static async Task<HttpStatusCode> UnlessAsync(Gateway gateway, string id, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"Users/{id}");
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var response = await gateway.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)> WriteIfAsync(
        Gateway gateway,
        string id,
        string tag
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"Users/{id}");
        request.Headers.TryAddWithoutValidation("If-Match", tag);
        request.Content = new StringContent(
            Patch("title", "\"Analyst\""),
            System.Text.Encoding.UTF8,
            "application/scim+json"
        );
        var response = await gateway.Client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject(), response);
    }
}
