using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Security;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>Whoever tries credentials is told to wait; who has one is not.</summary>
public sealed class WrongTriesTests
{
    private static readonly IPAddress _somebody = IPAddress.Parse("192.0.2.1");

    [Fact]
    [Trait("speed", "slow")]
    public async Task Of_two_thousand_wrong_ones_ten_are_answered_401_and_a_right_one_lets_in_at_once()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        using var client = new HttpClient { BaseAddress = gateway.Base };
        var answers = new Dictionary<int, int>();
        for (var i = 0; i < 2_000; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "Users");
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer sgt_{i}");
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            answers[(int)answer.StatusCode] = answers.GetValueOrDefault((int)answer.StatusCode) + 1;
            if (i % 200 == 199)
                Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "Users")).Status);
        }

        Assert.Equal((10, 1_990), (answers[401], answers[429]));
        Assert.Equal(1, gateway.Part<WrongTries>().Kept);
        clock.Advance(60);
        Assert.Equal(401, await gateway.StatusAsync("Bearer wrong"));
    }

    [Fact]
    public async Task Who_is_to_wait_is_told_how_long_and_a_tenant_that_is_not_there_says_the_same()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var answers = new HashSet<string>();
        foreach (var path in new[] { "/demo/scim/v2/Users", "/nobody/scim/v2/Users" })
        {
            for (var i = 0; i < WrongTries.Most; i++)
                Assert.Equal(401, await gateway.StatusAsync("Bearer wrong", path: path));
            using var answer = await gateway.AskAsync("Bearer wrong", path: path);
            Assert.Equal(TimeSpan.FromMinutes(1), answer.Headers.RetryAfter!.Delta);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal("429", (string)JsonNode.Parse(text)!["status"]!);
            answers.Add($"{(int)answer.StatusCode} {text}");
        }

        Assert.Single(answers);
    }

    // Okta and others look first whether they are asked for a credential.
    [Fact]
    public async Task Who_shows_nothing_tries_nothing()
    {
        await using var gateway = await Gateway.StartAsync();

        for (var i = 0; i < 3 * WrongTries.Most; i++)
            Assert.Equal(401, await gateway.StatusAsync(null));
        Assert.Equal(401, await gateway.StatusAsync("Bearer wrong"));
    }

    [Fact]
    public void Each_address_and_each_tenant_is_counted_by_itself()
    {
        var tries = new WrongTries(new ManualClock());
        for (var i = 0; i < WrongTries.Most; i++)
            Assert.Null(tries.Count(_somebody, "demo"));

        Assert.NotNull(tries.Count(_somebody, "demo"));
        Assert.NotNull(tries.Count(_somebody.MapToIPv6(), "demo")); // the same one
        Assert.Null(tries.Count(_somebody, "other"));
        Assert.Null(tries.Count(IPAddress.Parse("192.0.2.2"), "demo"));
    }

    // Who has one address of version 6 has as many as he likes beside it.
    [Fact]
    public void Of_version_6_a_network_is_counted()
    {
        var tries = new WrongTries(new ManualClock());
        for (var i = 0; i < WrongTries.Most; i++)
            Assert.Null(tries.Count(IPAddress.Parse($"2001:db8:1:2::{i + 1}"), "demo"));

        Assert.NotNull(tries.Count(IPAddress.Parse("2001:db8:1:2:ffff::1"), "demo"));
        Assert.Null(tries.Count(IPAddress.Parse("2001:db8:1:3::1"), "demo"));
    }

    [Fact]
    public void As_many_addresses_as_there_are_take_no_more_memory_than_so_much()
    {
        var tries = new WrongTries(new ManualClock());
        for (var i = 0; i <= WrongTries.Most; i++)
            tries.Count(_somebody, "demo");
        for (var i = 0; i < 5 * WrongTries.MostKept; i++)
        {
            tries.Count(new IPAddress(0x0A000000L + i), "demo");
            if (i % (WrongTries.MostKept / 2) == 0) // who goes on is not forgotten for others
                Assert.NotNull(tries.Count(_somebody, "demo"));
        }

        Assert.Equal(WrongTries.MostKept, tries.Kept);
    }
}
