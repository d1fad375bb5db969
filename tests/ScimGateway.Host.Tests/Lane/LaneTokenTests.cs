using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Lane;

/// <summary>Slack's token in Slack's own answers: a script does not get to see it.</summary>
public sealed class LaneTokenTests
{
    private static readonly string _stars = new('*', SlackEmulatorServer.Token.Length);

    [Theory]
    [InlineData("GET", null)]
    [InlineData("PATCH", """{"active":true}""")]
    public async Task A_refusal_in_which_Slack_repeats_the_token_goes_on_without_it(string method, string? body)
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var path = $"Users/{SlackId(gateway, await CreateAsync(gateway))}";
        await gateway.WeatherAsync(
            $$"""{"method":"{{method}}","path":"/Users/{id}","status":400,"description":"bad (token={{SlackEmulatorServer.Token}})"}"""
        );

        var (status, words) = await script.RefusedAsync(method, path, body);

        Assert.Equal((400, $"bad (token={_stars})"), (status, words));
    }

    [Fact]
    public async Task An_answer_in_which_Slack_has_the_token_goes_on_without_it()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        await PatchAsync(gateway, ada, "title", $"\"{SlackEmulatorServer.Token}\"");
        var path = $"Users/{SlackId(gateway, ada)}";

        var read = await script.SendAsync("GET", path);
        var written = await script.SendAsync("PATCH", path, """{"active":true}""");

        Assert.Equal(SlackEmulatorServer.Token, (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
        Assert.Equal((200, _stars), (read.Status, (string?)read.Body!["title"]));
        Assert.Equal((200, _stars), (written.Status, (string?)written.Body!["title"]));
    }
}
