using System.Text;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.Host.Tests.Security;
using Xunit;

namespace ScimGateway.Host.Tests.Lane;

/// <summary>Paths and queries as attackers spell them: none gets on to Slack.</summary>
public sealed class LanePathTests
{
    // 400 is Kestrel's own, and 401 is for what is a path of nobody's, or of SCIM 2.0.
    private static readonly (string Method, string Path, int Status)[] _spelled =
    [
        ("GET", "/demo/slack/v1/", 404),
        ("GET", "/demo/slack/v1", 404),
        ("GET", "/demo/slack/v1/Users/", 404),
        ("GET", "/demo/slack/v1/Users/?count=1", 404),
        ("GET", "/demo/slack/v1/Users/U1/", 404),
        ("DELETE", "/demo/slack/v1/Users/U1/", 404),
        ("POST", "/demo/slack/v1/Users/", 404),
        ("GET", "/demo/slack/v1/Schemas/Users/", 404),
        ("GET", "/demo/slack/v1/users", 404),
        ("GET", "/demo/slack/v1/USERS", 404),
        ("GET", "/demo/slack/V1/Users", 404),
        ("GET", "/demo/SLACK/v1/Users", 404),
        ("GET", "/demo/slack/v2/Users", 404),
        ("GET", "/demo/slack/v1/Bulk", 404),
        ("GET", "/demo/slack/v1/Me", 404),
        ("GET", "/demo/slack/v1/Schemas", 404),
        ("GET", "/demo/slack/v1/Schemas/Others", 404),
        ("GET", "/demo/slack/v1//Users", 404),
        ("GET", "/demo/slack//v1/Users", 404),
        ("GET", "/demo//slack/v1/Users", 401),
        ("GET", "/demo/slack/v1/Users//", 404),
        ("GET", "/demo/slack/v1/./Users", 404),
        ("GET", "/demo/slack/v1/x/../Users", 404),
        ("GET", "/demo/slack/v1/Users/..", 404),
        ("GET", "/demo/slack/v1/Users/../../../api/auth.test", 401),
        ("GET", "/demo/slack/v1/Users/%2e%2e/Groups", 404),
        ("GET", "/demo/slack/v1/%55sers", 404),
        ("GET", "/demo/slack/v1/Users%2fU1", 404),
        ("GET", "/demo/slack/v1/Users%2FU1", 404),
        ("GET", "/demo/slack/v1/Users%5cU1", 404),
        ("GET", "/demo/slack/v1/Users\\U1", 404),
        ("GET", "/demo/slack/v1/Users/U1%2f..%2f..%2fGroups", 404),
        ("GET", "/demo/slack/v1/Users/U1/Groups", 404),
        ("GET", "/demo/slack/v1/Users/U1%00", 400),
        ("GET", "/demo/slack/v1/Users/U1%3fcount=1", 404),
        ("GET", "/demo/slack/v1/Users/u1", 404),
        ("GET", "/demo/slack/v1/Users/U%C3%BC", 404),
        ("GET", "/demo/slack/v1/Users/U1;x=1", 404),
        ("GET", "/demo/slack/v1/Users;x=1", 404),
        ("GET", "/demo/slack/v1/Users/@evil.example", 404),
        ("GET", "/demo/slack/v1/Users/http:%2f%2fevil.example", 404),
        ("PATCH", "/demo/slack/v1/Users/U1%2e", 404),
        ("DELETE", "/demo/slack/v1/Groups/S1/../S2", 404),
        ("GET", "http://evil.example/demo/slack/v1/Users", 400),
    ];

    private static readonly (string Method, string Path, int Status)[] _asked =
    [
        ("POST", "/demo/slack/v1/Users/U1", 405),
        ("PUT", "/demo/slack/v1/Users", 405),
        ("DELETE", "/demo/slack/v1/Groups", 405),
        ("POST", "/demo/slack/v1/ServiceProviderConfigs", 405),
        ("OPTIONS", "/demo/slack/v1/Users", 405),
        ("TRACE", "/demo/slack/v1/Users", 405),
        ("CONNECT", "/demo/slack/v1/Users", 405),
        ("GET", "/demo/slack/v1/Users?token=xoxp-1", 400),
        ("GET", "/demo/slack/v1/Users?count=1&count=2", 400),
        ("GET", "/demo/slack/v1/Users?count=1&COUNT=2", 400),
        ("GET", "/demo/slack/v1/Users?%63ount=1", 200),
        ("GET", "/demo/slack/v1/Users?count", 200),
        ("PATCH", "/demo/slack/v1/Users/U1?active=false", 400),
    ];

    [Fact]
    public async Task Nothing_but_the_one_spelling_of_a_path_gets_on()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        var secret = await SecretAsync(gateway);
        foreach (var (method, path, status) in _spelled)
        {
            var answer = await AskAsync(gateway, secret, method, path);
            Assert.True(answer.Status == status, $"{method} {path} is answered {answer.Status}");
            if (status == 404)
                Assert.Equal(404, (int)answer.Json!["Errors"]!["code"]!);
            Assert.True(gateway.Slack.Calls.Total == 0, $"{method} {path} has got on to Slack");
        }
    }

    [Fact]
    public async Task Neither_does_another_method_or_what_a_list_does_not_know()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        var secret = await SecretAsync(gateway);
        foreach (var (method, path, status) in _asked)
        {
            gateway.Slack.Calls.Clear();
            var answer = await AskAsync(gateway, secret, method, path);
            Assert.True(answer.Status == status, $"{method} {path} is answered {answer.Status}");
            Assert.True(gateway.Slack.Calls.Total == (status == 200 ? 1 : 0), $"{method} {path}");
        }
    }

    [Fact]
    public async Task A_query_is_bounded()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });

        Assert.Equal(
            414,
            (
                await AskAsync(
                    gateway,
                    await SecretAsync(gateway),
                    "GET",
                    $"/demo/slack/v1/Users?filter={new string('a', 5_000)}"
                )
            ).Status
        );
        Assert.Equal(0, gateway.Slack.Calls.Total);
    }

    [Fact]
    public async Task A_body_is_bounded_and_has_to_be_plain_json()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var long_ = $$"""{"title":"{{new string('a', 1 << 20)}}"}""";

        Assert.Equal(413, (await script.RefusedAsync("POST", "Users", long_)).Status);
        Assert.Equal(400, (await script.RefusedAsync("POST", "Users", "[]")).Status);
        Assert.Equal(400, (await script.RefusedAsync("POST", "Users", "{")).Status);
        Assert.Equal(400, (await script.RefusedAsync("POST", "Users", """{"title":"a","title":"b"}""")).Status);
        Assert.Equal(400, (await script.RefusedAsync("POST", "Users", """{"active":true,"Active":false}""")).Status);
        Assert.Equal(
            400,
            (await script.RefusedAsync("POST", "Users", """{"title":"\ud800","active":"\ud800"}""")).Status
        );
        Assert.Equal(
            400,
            (
                await script.RefusedAsync(
                    "POST",
                    "Users",
                    string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40)
                )
            ).Status
        );
        Assert.Equal(0, gateway.Slack.Calls.Total);
    }

    private static async Task<string> SecretAsync(Gateway gateway) =>
        (await gateway.MakeAsync(new NewCredential { Kind = "slackV1" })).Made.Secret!;

    private static Task<RawAnswer> AskAsync(Gateway gateway, string secret, string method, string path) =>
        RawRequest.SendAsync(
            gateway.Base,
            Encoding.Latin1.GetBytes(
                $"{method} {path} HTTP/1.1\r\nHost: {gateway.Base.Authority}\r\nAuthorization: Bearer {secret}\r\nConnection: close\r\n\r\n"
            )
        );
}
