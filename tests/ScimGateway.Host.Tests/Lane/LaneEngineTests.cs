using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Security;
using ScimGateway.Host.Tests.Traces;
using Xunit;

namespace ScimGateway.Host.Tests.Lane;

/// <summary>Clients of Slack's SCIM v1 as they come over the wire (tests/vectors/lane), with no word about the gateway.</summary>
public sealed class LaneEngineTests
{
    private static readonly string _trace = Path.Combine(
        GeneratedPage.Root(),
        "tests",
        "vectors",
        "lane",
        "pingfederate-engine.json"
    );

    [Fact]
    public async Task PingFederate_s_engine_works_through_it()
    {
        var trace = JsonNode.Parse(await File.ReadAllTextAsync(_trace, TestContext.Current.CancellationToken))!;
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        var (_, made) = await gateway.MakeAsync(new NewCredential { Kind = "slackV1" });
        using var client = new HttpClient { BaseAddress = new Uri(gateway.Base, "/demo/slack/v1/") };
        client.DefaultRequestHeaders.Authorization = new(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"pingfederate:{made.Secret}"))
        );
        using var engine = new Script(client);
        var ids = new Dictionary<string, string>();

        foreach (var step in trace["steps"]!.AsArray())
        {
            var says = (string)step!["says"]!;
            var (status, body, _) = await engine.SendAsync(
                (string)step["method"]!,
                WithIds((string)step["path"]!),
                step["body"] is { } sent ? WithIds(sent.ToJsonString()) : null
            );
            Assert.True((int)step["status"]! == status, $"{says}: {status} {body?.ToJsonString()}");
            if (step["keeps"] is { } name)
                ids[(string)name!] = (string)body!["id"]!;
            foreach (var (field, value) in step["shows"] as JsonObject ?? [])
                Assert.True(
                    JsonNode.DeepEquals(value, body![field]),
                    $"{says}: {field} is {body[field]?.ToJsonString()}"
                );
        }
        Assert.All(Script.Lines(gateway), line => Assert.Equal("done", line.Outcome));

        string WithIds(string text) =>
            ids.Aggregate(text, (said, id) => said.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
    }
}
