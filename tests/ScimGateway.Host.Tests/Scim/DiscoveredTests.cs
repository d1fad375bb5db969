using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>What the gateway announces is what it does.</summary>
public class DiscoveredTests
{
    [Fact]
    public async Task An_id_in_capital_letters_is_nobodys_and_what_refers_to_one_compares_as_announced()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await CreateAsync(gateway);
        var crew = await GroupAsync(gateway, "Crew", ada);
        var (user, group) = (ada.ToUpperInvariant(), crew.ToUpperInvariant());
        Assert.NotEqual(ada, user);

        Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(HttpMethod.Get, $"Users/{user}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, await PatchAsync(gateway, user, "title", "\"Countess\""));
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{group}")).Status);
        Assert.Equal(0, await FoundAsync("Users", $"id eq \"{user}\""));
        Assert.Equal(1, await FoundAsync("Users", $"id eq \"{ada}\""));
        // A value that refers to one is no id, and announced as comparing without case.
        Assert.Equal(1, await FoundAsync("Users", $"groups.value eq \"{group}\""));
        Assert.Equal(1, await FoundAsync("Groups", $"members.value eq \"{user}\""));
        var others = await GroupAsync(gateway, "Others");
        await MembersAsync(gateway, others, Add(user));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Others"));
        await MembersAsync(gateway, crew, $$"""{"op":"remove","path":"members[value eq \"{{user}}\"]"}""");
        Assert.Empty(await InSlackAsync(gateway, "Crew"));

        async Task<int> FoundAsync(string kind, string filter) =>
            (int)
                (await gateway.SendAsync(HttpMethod.Get, $"{kind}?filter={Uri.EscapeDataString(filter)}")).Body![
                    "totalResults"
                ]!;
    }

    [Fact]
    public async Task Groups_announce_that_a_name_is_taken_once()
    {
        await using var gateway = await Gateway.StartAsync();
        await GroupAsync(gateway, "Crew");

        Assert.Equal(
            HttpStatusCode.Conflict,
            (await gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew"))).Status
        );
        var name = Attribute(await SchemaAsync(gateway, "Group"), "displayName");
        Assert.Equal("server", (string?)name["uniqueness"]);
    }

    [Fact]
    public async Task What_OAuth_clients_find_out_is_the_same_of_tenants_that_are_there_and_of_others()
    {
        await using var gateway = await Gateway.StartAsync();
        var root = new Uri(gateway.Base, "/");
        using var anybody = new HttpClient { BaseAddress = root };

        var (there, none) = (await AskAsync("demo"), await AskAsync("nobody"));

        Assert.Equal($"{root}demo/oauth/token", (string?)JsonNode.Parse(there)!["token_endpoint"]);
        Assert.Equal($"{root}demo", (string?)JsonNode.Parse(there)!["issuer"]);
        Assert.Equal(there.Replace("/demo", "/nobody", StringComparison.Ordinal), none);
        using var wrong = await anybody.GetAsync(
            new Uri("/.well-known/oauth-authorization-server/a..b", UriKind.Relative)
        );
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);

        Task<string> AskAsync(string tenant) =>
            anybody.GetStringAsync(new Uri($"/.well-known/oauth-authorization-server/{tenant}", UriKind.Relative));
    }

    private static async Task<JsonNode> SchemaAsync(Gateway gateway, string name) =>
        (await gateway.SendAsync(HttpMethod.Get, $"Schemas/urn:ietf:params:scim:schemas:core:2.0:{name}")).Body!;

    private static JsonNode Attribute(JsonNode of, string name, string among = "attributes") =>
        of[among]!.AsArray().Single(one => (string?)one!["name"] == name)!;
}
