using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Operators see what Slack still allows, what waits for it, and until when.</summary>
public class BudgetTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task What_waits_for_Slack_is_counted_by_its_priority_with_its_end()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var calm = await served.AskAsync(HttpMethod.Get, "tenants/acme/budget");
        Assert.Equal(10, calm["buckets"]!.AsArray().Count);
        Assert.Null((string?)calm["estimatedEnd"]);
        Assert.Equal("179.8", Of(calm, "postUser")["perMinute"]!.ToJsonString());
        var burst = (int)Of(calm, "postUser")["rest"]!;

        var creates = Enumerable
            .Range(0, burst + 9)
            .Select(i =>
                Gateway.SendAsync(provider, HttpMethod.Post, "Users", User($"user{i}", $"user{i}@corp.example"))
            )
            .ToList();
        JsonNode busy = calm;
        await Gateway.UntilAsync(async () =>
        {
            busy = await served.AskAsync(HttpMethod.Get, "tenants/acme/budget");
            return (int)busy["queue"]!["joiner"]! == 9 && (int)Of(busy, "postUser")["rest"]! == 0;
        });

        // Three a second.
        var end = (DateTimeOffset)busy["estimatedEnd"]! - _clock.GetUtcNow();
        Assert.InRange(end.TotalSeconds, 2.5, 3.5);
        Assert.Equal(0, (int)busy["queue"]!["leaver"]!);
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(0.1);
            return Task.FromResult(creates.TrueForAll(create => create.IsCompleted));
        });
    }

    private static JsonNode Of(JsonNode budget, string bucket) =>
        budget["buckets"]!.AsArray().Single(one => (string?)one!["bucket"] == bucket)!;
}
