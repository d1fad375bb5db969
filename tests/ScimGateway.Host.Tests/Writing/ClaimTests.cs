using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>
/// The first write to an account that Slack had already is a claim: it starts from what was shown, and tells Slack only
/// what is different.
/// </summary>
public class ClaimTests
{
    private const string Slackbound = """
        {"id":"U1","userName":"ada.l","displayName":"Ada","name":{"givenName":"Ada","familyName":"Lovelace"},"title":"Countess","email":"ada@corp.example"}
        """;

    [Fact]
    public async Task A_create_takes_the_account_with_its_address_and_costs_nothing_where_both_are_equal()
    {
        await using var gateway = await StartAsync();
        var shown = await ShownAsync(gateway);

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("\"title\":\"Countess\""));

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal((string?)shown["id"], (string?)body!["id"]);
        Assert.Equal((string?)shown["meta"]!["created"], (string?)body["meta"]!["created"]);
        Assert.Equal("ada", (string?)body["userName"]); // the provider's own
        Assert.Equal("Ada", (string?)body["displayName"]); // what only Slack has filled
        Assert.Empty(await CallsAsync(gateway));
        Assert.Equal("ada.l", (string?)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["userName"]);
    }

    [Fact]
    public async Task A_create_that_differs_costs_one_call_and_leaves_the_account_its_name()
    {
        await using var gateway = await StartAsync();

        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("\"title\":\"Pilot\""));

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(new() { ["PATCH /Users/{id}"] = 1 }, await CallsAsync(gateway));
        var account = Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
        Assert.Equal(("ada.l", "Pilot"), ((string?)account["userName"], (string?)account["title"]));
    }

    [Theory]
    [InlineData("\"active\":true", true)]
    [InlineData("\"title\":\"Countess\"", true)] // RFC 7643 leaves it to the server; a new user is an active one
    [InlineData("\"active\":false", false)]
    public async Task A_create_reactivates_if_that_is_wanted(string with, bool isActive)
    {
        await using var gateway = await StartAsync(active: false);

        Assert.Equal(HttpStatusCode.Created, (await gateway.SendAsync(HttpMethod.Post, "Users", User(with))).Status);

        Assert.Equal(isActive, (bool)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["active"]!);
        Assert.Equal(isActive ? new() { ["PATCH /Users/{id}"] = 1 } : [], await CallsAsync(gateway));
    }

    [Theory]
    [InlineData("\"active\":true")]
    [InlineData("\"title\":\"Countess\"")]
    public async Task A_leaver_who_is_created_again_is_active_again(string with)
    {
        await using var gateway = await StartAsync();
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{(await ShownAsync(gateway))["id"]}");
        Assert.False((bool)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["active"]!);

        Assert.Equal(HttpStatusCode.Created, (await gateway.SendAsync(HttpMethod.Post, "Users", User(with))).Status);

        Assert.True((bool)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["active"]!);
    }

    [Fact]
    public async Task A_patch_claims_and_tells_Slack_what_it_changes()
    {
        await using var gateway = await StartAsync();
        var id = (string)(await ShownAsync(gateway))["id"]!;

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Countess\""));
        Assert.Empty(await CallsAsync(gateway));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        Assert.Equal(new() { ["PATCH /Users/{id}"] = 1 }, await CallsAsync(gateway));
        Assert.Equal("Pilot", (string?)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["title"]);
    }

    [Fact]
    public async Task A_read_that_is_put_back_costs_nothing_and_what_a_put_leaves_out_stays()
    {
        await using var gateway = await StartAsync();
        var shown = await ShownAsync(gateway);
        var id = (string)shown["id"]!;

        Assert.Equal(
            HttpStatusCode.OK,
            (await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", shown.ToJsonString())).Status
        );
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", User("\"nickName\":\"A\""));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Countess", (string?)body!["title"]); // Slack's, and never a provider's
        Assert.Empty(await CallsAsync(gateway));
    }

    [Fact]
    public async Task A_delete_claims_and_deactivates()
    {
        await using var gateway = await StartAsync();
        var id = (string)(await ShownAsync(gateway))["id"]!;

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
        Assert.Equal(1, (await CallsAsync(gateway)).Values.Sum());
        Assert.False((bool)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["active"]!);
        await gateway.RestartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
        Assert.Equal(0, (int)(await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["totalResults"]!);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_claim_that_Slack_refuses_is_none(string method)
    {
        await using var gateway = await StartAsync();
        var shown = await ShownAsync(gateway);
        var id = (string)shown["id"]!;
        await gateway.WeatherAsync("""{"path":"/Users/{id}","description":"cannot_modify_owner"}""");

        var status = method switch
        {
            "POST" => (await gateway.SendAsync(HttpMethod.Post, "Users", User("\"title\":\"Pilot\""))).Status,
            "PATCH" => await PatchAsync(gateway, id, "title", "\"Pilot\""),
            _ => (await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status,
        };

        Assert.True((int)status is >= 400 and < 500, $"the answer was {status}");
        Assert.Equal("ada.l", (string?)(await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!["userName"]);
        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["title"]);
    }

    [Fact]
    public async Task An_account_that_Slack_let_nobody_change_is_shown_and_asked_for_again_after_an_import()
    {
        await using var gateway = await StartAsync();
        var id = (string)(await ShownAsync(gateway))["id"]!;
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"cannot_modify_owner"}""");
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, id, "title", "\"Pilot\""));

        await gateway.RestartAsync();

        Assert.Equal(id, (string?)(await ShownAsync(gateway))["id"]);
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"cannot_modify_owner"}""");
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        Assert.Equal(new() { ["PATCH /Users/{id}"] = 1 }, await CallsAsync(gateway));
    }

    private static Task<Gateway> StartAsync(bool active = true) =>
        Gateway.StartAsync(ready: slack =>
        {
            var person = JsonNode.Parse(Slackbound)!.AsObject();
            person["active"] = active;
            slack.Workspace.MakeUser(person);
        });

    private static async Task<JsonObject> ShownAsync(Gateway gateway) =>
        (JsonObject)Assert.Single((await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["Resources"]!.AsArray())!;

    private static string User(string with) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","name":{"givenName":"Ada","familyName":"Lovelace"},
             "emails":[{"value":"ada@corp.example","type":"work","primary":true}],{{with}}}
            """;
}
