using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Operators see what Slack still allows, what waits for it, and until when.</summary>
public class BudgetTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task What_was_asked_for_within_a_day_is_counted_by_the_hour_and_by_what_came_of_it()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await CreateAsync(provider, "ada", "ada@corp.example");
        _clock.Advance(2 * 3600);
        await CreateAsync(provider, "grace", "grace@corp.example");
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("grace", "another@corp.example"));

        var hours = (await served.AskAsync(HttpMethod.Get, "tenants/acme/activity"))["hours"]!.AsArray();

        Assert.Equal(24, hours.Count);
        Assert.Equal("""{"done":1,"refused":1}""", Sorted(hours[23]!));
        Assert.Equal("{}", Sorted(hours[22]!));
        // Slack was told one account each.
        Assert.Equal([1, 0, 1], hours.Skip(21).Select(hour => (int)hour!["commands"]!).Reverse());
        Assert.True((double)hours[23]!["longestSeconds"]! >= (double)hours[23]!["averageSeconds"]!);
        Assert.Equal(0, (double)hours[22]!["longestSeconds"]!);
        Assert.Equal(3, (int)hours[21]!["outcomes"]!["done"]!); // the import and going live, too
        var now = _clock.GetUtcNow();
        var last = (DateTimeOffset)hours[23]!["from"]!;
        Assert.True(last <= now && now < last.AddHours(1));

        // A day later that is forgotten.
        _clock.Advance(22 * 3600);
        hours = (await served.AskAsync(HttpMethod.Get, "tenants/acme/activity"))["hours"]!.AsArray();
        Assert.Equal("""{"done":1,"refused":1}""", Sorted(hours[1]!));
        Assert.All(hours.Skip(2), hour => Assert.DoesNotContain("refused", Sorted(hour!), StringComparison.Ordinal));

        static string Sorted(JsonNode hour) =>
            new JsonObject(
                hour["outcomes"]!
                    .AsObject()
                    .OrderBy(one => one.Key, StringComparer.Ordinal)
                    .Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone()))
            ).ToJsonString();
    }

    [Fact]
    public async Task Since_when_Slack_fails_and_how_is_told_until_it_answers_again()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        Assert.Null(await OutageAsync());
        var began = _clock.GetUtcNow();
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "PATCH",
                Path = "/Users/{id}",
                Times = 0,
                Status = 503,
            }
        );
        var patch = Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", Patch("title", "\"Countess\""));
        await Gateway.UntilAsync(async () => await OutageAsync() is not null);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await patch;

        var told = await served.AskAsync(HttpMethod.Get, "tenants/acme/budget");
        Assert.Equal(began, (DateTimeOffset)told["outage"]!["since"]!);
        Assert.StartsWith("HTTP 503", (string?)told["outage"]!["why"], StringComparison.Ordinal);
        Assert.Null(told["estimatedEnd"]);
        Assert.Equal(1, (int)told["pending"]!);

        served.Slack.Faults.Clear();
        await Gateway.UntilAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            return await OutageAsync() is null;
        });

        async Task<JsonNode?> OutageAsync() => (await served.AskAsync(HttpMethod.Get, "tenants/acme/budget"))["outage"];
    }

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
