using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Fuzz;

/// <summary>
/// Whole requests over a socket, sound and spoilt, from many clients at once: whatever they are, the gateway does not
/// fail, comes to rest when they are gone, and Slack has nobody twice. <c>tests/fuzz.sh</c> sends as many as one likes.
/// </summary>
[Collection("alone")] // what memory it takes is the process's
public sealed class FuzzTests(ITestOutputHelper output)
{
    // After so many there is another gateway, so that a seed gives the same crowd again, and lists stay such as are read.
    private const int OfACrowd = 20_000;
    private const int Clients = 32;
    private const int MostMegabytes = 64;

    private static readonly int[] _failures = [500, 502, 504];
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(20);

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whatever_is_sent_the_gateway_does_not_fail_and_comes_to_rest()
    {
        var left = Given("SCIM_FUZZ_REQUESTS") ?? OfACrowd;
        for (var seed = Given("SCIM_FUZZ_SEED") ?? Random.Shared.Next(1_000_000); left > 0; seed++, left -= OfACrowd)
            await LetInAsync(seed, Math.Min(left, OfACrowd));
    }

    private async Task LetInAsync(int seed, int requests)
    {
        var (clock, log) = (new ManualClock(), new FailureLog());
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, More = services => services.AddSingleton<ILoggerProvider>(log) }
        );
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var crowd = new Crowd(gateway, seed, requests);
        var sending = crowd.SendAsync();
        while (!sending.IsCompleted)
        {
            clock.Advance(_tick);
            await Task.WhenAny(sending, Task.Delay(_tick, TimeProvider.System));
        }
        await sending;
        var told = $"SCIM_FUZZ_SEED={seed}, {requests} requests: {string.Join(", ", crowd.Statuses)}";
        output.WriteLine(told);
        Assert.True(crowd.Fault is null, $"{told}\n{crowd.Fault}\n{string.Join('\n', log.Lines)}");
        Assert.True(log.Lines.IsEmpty, $"{told}\n{string.Join('\n', log.Lines)}");

        // A crowd of whom nearly nothing is understood would prove nothing, and one that is never refused as little.
        Assert.InRange(
            crowd.Statuses.Where(one => one.Key is >= 200 and < 300).Sum(one => one.Value),
            requests / 10,
            requests / 2
        );
        await RestAsync(gateway, clock, told);
        Assert.Empty(Twice(await gateway.Control.GetStringAsync("users")));
        // Of the whole process, in which what earlier tests have left may go meanwhile.
        var megabytes = (GC.GetTotalMemory(forceFullCollection: true) - before) >> 20;
        Assert.True(megabytes <= MostMegabytes, $"{told}\n{megabytes} MB more than before");
        Assert.Equal(200, (int)(await gateway.SendAsync(HttpMethod.Get, "Users?count=1")).Status);
    }

    // Within a minute nothing is pending and nothing comes any more, as of clients that hung up; and in another minute
    // nothing comes of itself but a retry of what Slack refused.
    private async Task RestAsync(Gateway gateway, ManualClock clock, string told)
    {
        var (began, still, had) = (Stopwatch.GetTimestamp(), 0, Had(gateway));
        for (var second = 0; still < 10; second++)
        {
            var pending = Pending(gateway);
            Assert.True(
                second < 60 || Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1),
                $"{told}\n{pending} are pending after a minute; {had}"
            );
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(_tick, TimeProvider.System);
            var has = Had(gateway);
            (still, had) = (pending == 0 && has == had ? still + 1 : 0, has);
        }
        var failed = gateway.Count(kept => kept.Links.Where(link => link.State == LinkState.Failed));
        for (var second = 0; second < 60; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await gateway.QuietAsync();
        }
        var after = Had(gateway);
        output.WriteLine($"at rest {had} with {failed} failed, a minute later {after}");
        Assert.True(
            after.Rows - had.Rows <= failed
                && after.Wishes - had.Wishes <= failed
                && after.Calls - had.Calls <= 2 * failed,
            $"{told}\n{had} was not all, but {after}, with {failed} failed; the last were {string.Join('\n', gateway.Operations().TakeLast(5))}"
        );
    }

    private static int Pending(Gateway gateway)
    {
        using var kept = gateway.Kept();
        return kept.Links.Count(link => link.State == LinkState.Pending)
            + kept.Operations.Count(one => one.Outcome == "pending" || one.Outcome == "accepted");
    }

    private static (int Calls, long Wishes, int Rows) Had(Gateway gateway) =>
        (gateway.Slack.Calls.Total, gateway.Wishes(), gateway.Count(kept => kept.Operations));

    // An address, in any case, is one account's.
    private static List<string> Twice(string slack) =>
        [
            .. JsonNode.Parse(slack)!["users"]!
                .AsArray()
                .SelectMany(user =>
                    (user!["emails"]?.AsArray() ?? [])
                        .Select(email => ((string?)email!["value"] ?? "").ToUpperInvariant())
                        .Where(address => address.Length > 0)
                        .Distinct()
                )
                .GroupBy(address => address)
                .Where(same => same.Count() > 1)
                .Select(same => same.Key),
        ];

    private static int? Given(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;

    /// <summary>The clients, and what they got.</summary>
    private sealed class Crowd(Gateway gateway, int seed, int requests)
    {
        private readonly Known _known = new();
        private int _next = -1;

        public ConcurrentDictionary<int, int> Statuses { get; } = [];

        /// <summary>The first request that went wrong, and how; null if none did.</summary>
        public string? Fault { get; private set; }

        public async Task SendAsync()
        {
            var underWay = Directory.CreateTempSubdirectory($"scimgateway-fuzz-{seed}-");
            await Task.WhenAll(
                Enumerable
                    .Range(0, Clients)
                    .Select(client => Task.Run(() => SendAsync(Path.Combine(underWay.FullName, $"{client}"))))
            );
            underWay.Delete(recursive: true);
        }

        // What is under way is in a file, for whoever looks why the process has died.
        private async Task SendAsync(string underWay)
        {
            int i;
            while (Fault is null && (i = Interlocked.Increment(ref _next)) < requests)
            {
                var dice = new Random(unchecked(seed * 1_000_003 + i));
                var request = FuzzedRequest.Of(dice, _known, gateway.Base.Authority);
                await File.WriteAllTextAsync(underWay, request.ToString());
                RawAnswer? answer = null;
                try
                {
                    answer = await AskAsync(request);
                }
                catch (OperationCanceledException)
                {
                    Fault = $"request {i} has no answer after 20 s:\n{request}";
                }
                if (answer is null)
                    continue;
                Statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
                if (Wrong(request, answer) is { } why)
                    Fault ??= $"request {i}, {why}:\n{request}\n{answer.Status} {answer.Text}";
                else if (request.End == End.Listens) // else it may have been two requests
                    _known.Learn(answer, dice);
            }
        }

        private async Task<RawAnswer?> AskAsync(FuzzedRequest request)
        {
            if (request.End != End.HangsUp)
                return await RawRequest.SendAsync(gateway.Base, request.Bytes, request.End == End.SaysSo);
            using var client = new TcpClient();
            await client.ConnectAsync(gateway.Base.Host, gateway.Base.Port);
            await client.GetStream().WriteAsync(request.Bytes);
            return null;
        }
    }

    /// <summary>
    /// What is wrong with an answer; null for nothing. Who listens has one; it is no failure of the gateway's, nor is that
    /// of an operation in bulk; and what says that it is JSON is JSON.
    /// </summary>
    private static string? Wrong(FuzzedRequest request, RawAnswer answer) =>
        answer.Status switch
        {
            0 => request.End == End.Listens ? "no answer" : null,
            501 => request.IsForMe ? null : "a failure",
            // Another write is under way, or the resource changes too fast to be decided on.
            503 => answer.Header("Retry-After").Length > 0 ? null : "a failure without Retry-After",
            505 => request.End == End.SaysSo ? null : "a failure", // another version of HTTP
            >= 500 => "a failure",
            _ when _failures.Any(status =>
                    answer.Text.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal)
                ) => "a failure in bulk",
            _ => request.End != End.Listens || IsWhatItSays(answer) ? null : "no JSON",
        };

    private static bool IsWhatItSays(RawAnswer answer)
    {
        if (
            !answer.Header("Content-Type").StartsWith("application/scim+json", StringComparison.Ordinal)
            || answer.Text.Length == 0
            || answer.Headers.ContainsKey("Transfer-Encoding")
        )
            return true;
        try
        {
            return answer.Json is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
