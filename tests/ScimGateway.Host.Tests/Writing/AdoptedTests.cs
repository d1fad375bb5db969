using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.Meeting;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>
/// Whether somebody whose account was there before may sign in, and by which address, is the provider's word, also where
/// it says what Slack showed at the claim.
/// </summary>
public class AdoptedTests
{
    private const string Slack = "UADA";

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    public async Task Who_leaves_the_scope_and_comes_back_is_active_again(string adopts)
    {
        await using var gateway = await StartAsync();
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var id = await AdoptAsync(gateway, adopts, "crew");

        await PatchAsync(gateway, id, "title", "\"guest\"");
        Assert.False(Active(Ada(gateway)));
        await PatchAsync(gateway, id, "title", "\"crew\"");

        Assert.True(Active(Ada(gateway)));
        Assert.Equal("Settled", gateway.State(id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_somebody_has_turned_in_Slack_is_turned_back_when_the_provider_says_it_again(bool active)
    {
        await using var gateway = await StartAsync(active);
        var id = await AdoptAsync(gateway, "PATCH", "crew");
        gateway.Slack.Workspace.ChangeUser(Slack, new JsonObject { ["active"] = !active });
        await gateway.ImportAsync();

        await PatchAsync(gateway, id, "active", active ? "true" : "false");

        Assert.Equal(active, Active(Ada(gateway)));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task An_address_that_somebody_has_changed_in_Slack_is_told_when_the_provider_says_it_again(string says)
    {
        await using var gateway = await StartAsync();
        var id = await AdoptAsync(gateway, "PATCH", "crew");
        gateway.Slack.Workspace.ChangeUser(Slack, new JsonObject { ["emails"] = new JsonArray("hand@corp.example") });
        await gateway.ImportAsync();

        var (status, _, _) =
            says == "PUT"
                ? await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", User("crew"))
                : await gateway.SendAsync(
                    HttpMethod.Patch,
                    $"Users/{id}",
                    Patch("emails[type eq \\\"work\\\"].value", "\"ada@corp.example\"")
                );

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("ada@corp.example", (string?)Ada(gateway)["emails"]![0]!["value"]);
    }

    [Fact]
    public async Task A_title_that_only_Slack_has_filled_stays_Slacks_when_it_is_repeated()
    {
        await using var gateway = await StartAsync();
        var id = await AdoptAsync(gateway, "PATCH", null);
        var shown = (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!;
        gateway.Slack.Workspace.ChangeUser(Slack, new JsonObject { ["title"] = "Countess of Lovelace" });
        await gateway.ImportAsync();

        await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", shown.ToJsonString());

        Assert.Equal("Countess of Lovelace", (string?)Ada(gateway)["title"]);
    }

    [Fact]
    public async Task An_inactive_account_that_an_operator_has_an_adopted_user_claim_is_active_and_signs_in_as_the_user()
    {
        var unclaimed = Account("UOLD", "old", "old@corp.example");
        unclaimed["active"] = false;
        await using var gateway = await StartAsync(others: unclaimed);
        var id = await AdoptAsync(gateway, "POST", "crew");
        gateway.Slack.Workspace.ChangeUser(Slack, new JsonObject { ["emails"] = new JsonArray("else@corp.example") });
        await gateway.ImportAsync();
        var old = Assert.Single(gateway.Links(new LinkQuery()), link => link.Link.SlackId == "UOLD");

        await gateway.Home.Links.ClaimAsync(old.Id, ResourceId.Parse(id)!.Value);
        await gateway.QuietAsync();

        var account = gateway.Slack.Workspace.Users().Single(one => (string?)one["id"] == "UOLD");
        Assert.True(Active(account));
        Assert.Equal("ada@corp.example", (string?)account["emails"]![0]!["value"]);
    }

    private static Task<Gateway> StartAsync(bool active = true, params JsonObject[] others)
    {
        var ada = Account(Slack, "ada", "ada@corp.example");
        (ada["title"], ada["active"]) = ("Countess", active);
        return Requests.StartAsync(Lenient, [ada, .. others]);
    }

    private static JsonObject Ada(Gateway gateway) =>
        gateway.Slack.Workspace.Users().Single(one => (string?)one["id"] == Slack);

    private static string User(string title) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","title":"{{title}}",
             "emails":[{"value":"ada@corp.example","type":"work","primary":true}],"active":true}
            """;

    private static async Task<string> AdoptAsync(Gateway gateway, string how, string? title)
    {
        var (_, list, _) = await gateway.SendAsync(HttpMethod.Get, "Users?filter=emails.value eq \"ada@corp.example\"");
        var id = (string)list!["Resources"]![0]!["id"]!;
        var (status, _, _) =
            how == "POST" ? await gateway.SendAsync(HttpMethod.Post, "Users", User(title!))
            : title is null ? await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("externalId", "\"1\""))
            : await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", $"\"{title}\""));
        Assert.True((int)status < 300, $"{status}");
        return id;
    }
}
