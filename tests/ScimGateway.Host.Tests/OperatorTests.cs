using System.Net;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Sources;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Slack.Wire;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests;

/// <summary>What an operator does without the provider: hand over, plan all again, provision one on demand with an explanation.</summary>
public class OperatorTests
{
    private static readonly Preferences _preferences = new();

    [Fact]
    public async Task A_user_is_handed_over_and_only_the_new_owner_writes_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await CreateAsync(gateway);
        await gateway.HandOverAsync(ada);
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, ada, "title", "\"Countess\""));
        await gateway.CallsAsync();

        var other = (int)await gateway.AskAsync("select max(id) from sources");
        Assert.Equal(new TransferPreview(1, 0, 0), gateway.Part<Transfers>().Preview(1, other));
        await gateway.Part<Transfers>().OneAsync(1, Guid.Parse(ada), 1);
        Assert.Empty(await CallsAsync(gateway));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Countess\""));

        await gateway.Part<Transfers>().AllAsync(1, from: 1, to: other);
        Assert.Equal(new TransferPreview(0, 0, 0), gateway.Part<Transfers>().Preview(1, 1));
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, ada, "title", "\"Lady\""));
    }

    [Fact]
    public async Task Planning_all_again_costs_no_call_where_Slack_is_as_it_should_be_and_tries_again_what_failed()
    {
        await using var gateway = await Gateway.StartAsync(
            new DemoOptions { Preferences = _preferences with { WaitBudget = TimeSpan.FromMilliseconds(300) } }
        );
        var ada = await CreateAsync(gateway);
        await gateway.QuietAsync();
        await gateway.CallsAsync();
        Assert.Equal(1, await gateway.Part<Resync>().AllAsync(1));
        await gateway.QuietAsync();
        Assert.Empty(await CallsAsync(gateway));

        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"title_too_long","delayMs":700}""");
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Countess\""));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(ada) == "Failed"));
        await gateway.Part<Resync>().AllAsync(1);
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(ada) == "Settled"));
        Assert.Equal("Countess", (string?)(await gateway.AccountsAsync(Address))[0]["title"]);
    }

    [Fact]
    public async Task One_user_is_provisioned_on_demand_and_explained_before_and_after()
    {
        await using var gateway = await Gateway.StartAsync(
            new DemoOptions { Preferences = _preferences with { WaitBudget = TimeSpan.FromMilliseconds(300) } }
        );
        var ada = await CreateAsync(gateway);
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"title_too_long","delayMs":700}""");
        await PatchAsync(gateway, ada, "title", "\"Countess\"");
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(ada) == "Failed"));

        var (before, after) = await gateway.Part<OnDemand>().ProvisionAsync(1, Guid.Parse(ada), _preferences);

        Assert.Equal(LinkState.Failed, before.State);
        Assert.Contains("title_too_long", before.Reason, StringComparison.Ordinal);
        Assert.Contains("title", before.Asserted);
        Assert.Equal(LinkState.Settled, after.State);
        Assert.Empty(after.Commands);
        var title = Assert.Single(after.Fields, field => field.Field == SlackField.Title);
        Assert.Equal(("Countess", "Countess"), (title.Delivered, title.Seen));
        Assert.Contains("an operator asked for it", gateway.OwnDoings());
        Assert.Null(gateway.Part<OnDemand>().Explain(1, Guid.NewGuid(), _preferences));
    }

    [Fact]
    public async Task Who_is_left_out_is_explained_with_what_would_be_told()
    {
        var preferences = _preferences with { WhenNotAllowed = NotAllowed.Skip, CreateUsers = false };
        await using var gateway = await Gateway.StartAsync(new DemoOptions { Preferences = preferences });
        var ada = await CreateAsync(gateway);

        var why = gateway.Part<OnDemand>().Explain(1, Guid.Parse(ada), preferences)!;

        Assert.Equal((LinkState.Blocked, "*"), (why.State, Assert.Single(why.Waived)));
        Assert.Contains("preference", why.Reason, StringComparison.Ordinal);
        Assert.Empty(why.Commands);
    }
}
