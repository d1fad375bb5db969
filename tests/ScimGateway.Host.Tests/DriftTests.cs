using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests;

/// <summary>What is changed in Slack by hand is drift: reported or set back, once it was seen twice (DESIGN 6).</summary>
public class DriftTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task What_was_changed_in_Slack_is_reported_after_the_second_look_and_left_as_it_is()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");

        await LookAsync(gateway);
        Assert.Empty(gateway.OwnDoings());
        await LookAsync(gateway);
        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());
        await LookAsync(gateway);

        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());
        Assert.Equal("Lady", await TitleAsync(gateway));
        // It is not undone by the next unrelated change (DESIGN 2), but by the provider's next word.
        await PatchAsync(gateway, ada, "displayName", "\"Ada L\"");
        Assert.Equal("Lady", await TitleAsync(gateway));
        await PatchAsync(gateway, ada, "title", "\"Queen\"");
        Assert.Equal("Queen", await TitleAsync(gateway));
        await LookAsync(gateway);
        await LookAsync(gateway);
        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());
    }

    [Fact]
    public async Task By_preference_it_is_set_back_and_a_leaver_whom_somebody_let_in_again_leaves()
    {
        await using var gateway = await StartAsync(DriftHandling.Restore);
        var ada = await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);
        Assert.Equal("Lady", await TitleAsync(gateway));
        await LookAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal("Countess", await TitleAsync(gateway));

        await PatchAsync(gateway, ada, "active", "false");
        await ChangeAsync(gateway, "active", true);
        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Fact]
    public async Task What_is_as_it_was_at_the_second_look_was_no_drift()
    {
        await using var gateway = await StartAsync(DriftHandling.Restore);
        await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);
        await ChangeAsync(gateway, "title", "Countess");
        await LookAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);

        Assert.Empty(gateway.OwnDoings());
    }

    [Fact]
    public async Task Whom_no_import_looks_at_again_is_no_suspect_for_ever()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);
        Assert.True(gateway.Part<SlackImport>().HasSuspects());
        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}")).Status);

        await LookAsync(gateway);
        Assert.True(gateway.Part<SlackImport>().HasSuspects());
        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.False(gateway.Part<SlackImport>().HasSuspects());
    }

    private Task<Gateway> StartAsync(DriftHandling handling) =>
        Gateway.StartAsync(
            new DemoOptions { Clock = _clock, Preferences = new DemoOptions().Preferences with { Drift = handling } }
        );

    private static async Task<string> WithTitleAsync(Gateway gateway)
    {
        var ada = await CreateAsync(gateway);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Countess\""));
        return ada;
    }

    // One look at Slack, two minutes after whatever was before.
    private async Task LookAsync(Gateway gateway)
    {
        _clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ImportAsync();
    }

    private static async Task ChangeAsync(Gateway gateway, string field, JsonNode value)
    {
        var account = Assert.Single(await gateway.AccountsAsync(Address));
        account[field] = value;
        (await gateway.Control.PutAsJsonAsync($"users/{account["id"]}", account)).EnsureSuccessStatusCode();
    }

    private static async Task<string?> TitleAsync(Gateway gateway) =>
        (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"];
}
