using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>A write that Slack has no time for is withdrawn; whoever has something to do by that is not forgotten.</summary>
public class WithdrawalTests
{
    private const string Busy = """{"method":"PATCH","path":"/Users/{id}","status":429,"retryAfter":300}""";

    private static readonly Setting _refusing = new()
    {
        Preferences = DemoTenant.Lenient with { WhenSlackIsSlow = WhenSlow.Refuse },
    };

    [Fact]
    public async Task A_member_named_while_its_deletion_is_withdrawn_is_told()
    {
        await using var gateway = await Gateway.StartAsync(_refusing);
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var crew = await GroupAsync(gateway, "Crew", ada);

        var refused = await WithdrawnAsync(
            gateway,
            () => gateway.SendAsync(HttpMethod.Delete, $"Users/{bob}"),
            () => gateway.SendAsync(HttpMethod.Patch, $"Groups/{crew}", PatchOf(Add(bob)))
        );
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, refused);
        using var kept = gateway.Kept();
        Assert.Equal(
            new[] { kept.Of(ada).SlackId, kept.Of(bob).SlackId }.Order(),
            gateway.Slack.Workspace.Groups().Single()["members"]!
                .AsArray()
                .Select(member => (string?)(member is JsonObject one ? one["value"] : member))
                .Order()
        );
    }

    [Fact]
    public async Task Who_waits_for_an_address_gets_it_when_the_change_that_wants_it_is_withdrawn()
    {
        await using var gateway = await Gateway.StartAsync(_refusing);
        var bob = await UserAsync(gateway, "bob");

        await WithdrawnAsync(
            gateway,
            () =>
                gateway.SendAsync(
                    HttpMethod.Patch,
                    $"Users/{bob}",
                    Patch("emails", """[{"value":"new@corp.example","primary":true}]""")
                ),
            () => gateway.SendAsync(HttpMethod.Post, "Users", User("cyd", "new@corp.example"))
        );
        await gateway.QuietAsync();

        Assert.Single(await gateway.AccountsAsync("new@corp.example"));
        Assert.Equal("cyd", (string?)(await gateway.AccountsAsync("new@corp.example"))[0]["userName"]);
    }

    // What comes beside the write, while Slack has turned it away for long; and what the write is answered.
    private static async Task<HttpStatusCode> WithdrawnAsync(
        Gateway gateway,
        Func<Task<(HttpStatusCode Status, JsonObject?, HttpResponseMessage)>> write,
        Func<Task<(HttpStatusCode Status, JsonObject?, HttpResponseMessage)>> beside
    )
    {
        await gateway.QuietAsync();
        await gateway.WeatherAsync(Busy);
        var answer = write();
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Slack.Calls.ByStatus.GetValueOrDefault(429) > 0));
        await Gateway.UntilAsync(() =>
            Task.FromResult(gateway.Count(kept => kept.Links.Where(link => link.Reason != null)) > 0)
        );
        Assert.InRange((int)(await beside()).Status, 200, 204);
        gateway.GiveUp();
        return (await answer).Status;
    }
}
