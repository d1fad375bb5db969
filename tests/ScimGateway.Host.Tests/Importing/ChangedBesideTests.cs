using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Importing;

/// <summary>
/// Somebody changes an account in Slack by hand, and the provider's next change is of something else: Slack's answer to it
/// shows the change by hand, which is no less one.
/// </summary>
public class ChangedBesideTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task It_is_told_again_when_the_provider_repeats_its_value()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await CreateAsync(gateway);
        ByHand(gateway, ada);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Countess\""));
        Assert.Empty(await gateway.AccountsAsync(Address));

        Assert.Equal(
            HttpStatusCode.OK,
            await PatchAsync(gateway, ada, "emails", $$"""[{"value":"{{Address}}","type":"work","primary":true}]""")
        );
        Assert.Single(await gateway.AccountsAsync(Address));
    }

    [Fact]
    public async Task It_is_drift_at_the_next_look_and_set_back()
    {
        await using var gateway = await StartAsync(DriftHandling.Restore);
        var ada = await CreateAsync(gateway);
        ByHand(gateway, ada);
        await PatchAsync(gateway, ada, "title", "\"Countess\"");

        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Single(await gateway.AccountsAsync(Address));
    }

    // Slack may derive a name from another one; that is no change by hand.
    [Fact]
    public async Task A_name_that_Slack_makes_itself_is_none()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await CreateAsync(gateway);

        await PatchAsync(gateway, ada, "name.familyName", "\"Lovelace\"");
        await LookAsync(gateway);
        await LookAsync(gateway);

        var link = Assert.Single(gateway.Links(new LinkQuery { Resource = ResourceId.Parse(ada) })).Link;
        Assert.Equal("Settled", $"{link.State}");
        Assert.Empty(link.ChangedInSlack);
    }

    private static void ByHand(Gateway gateway, string id) =>
        gateway.Slack.Workspace.ChangeUser(
            SlackId(gateway, id),
            new JsonObject
            {
                ["emails"] = new JsonArray(new JsonObject { ["value"] = "evil@corp.example", ["primary"] = true }),
            }
        );

    private Task<Gateway> StartAsync(DriftHandling drift) =>
        Gateway.StartAsync(
            new Setting { Clock = _clock, Preferences = DemoTenant.Lenient with { Drift = drift, GuardedAccounts = 0 } }
        );

    private async Task LookAsync(Gateway gateway)
    {
        _clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ImportAsync();
    }
}
