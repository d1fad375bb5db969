using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Fuzz;

/// <summary>
/// Requests of every operation in openapi.yaml, sound and spoilt, with an owner's key, a provider's or a script's credential or none:
/// whatever they are, the gateway does not fail, and answers what is described. <c>tests/fuzz.sh</c> sends as many as one
/// likes.
/// </summary>
[Collection("alone")] // what memory it takes is the process's
public sealed class DescribedFuzzTests(ITestOutputHelper output)
{
    private const int OfACrowd = 25_000;
    private const int Usual = 4_000;
    private const int Clients = 16;
    private const int MostMegabytes = 64;

    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(20);

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whatever_is_sent_to_any_operation_the_gateway_does_not_fail()
    {
        var left = Given("SCIM_FUZZ_REQUESTS") ?? Usual;
        for (var seed = Given("SCIM_FUZZ_SEED") ?? Random.Shared.Next(1_000_000); left > 0; seed++, left -= OfACrowd)
            await LetInAsync(seed, Math.Min(left, OfACrowd));
    }

    private async Task LetInAsync(int seed, int requests)
    {
        var (clock, log) = (new ManualClock(), new FailureLog());
        await using var served = await ServedGateway.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(log),
            clock: clock
        );
        var token = await served.SetUpAsync();
        var script = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/sources/1/credentials",
            """{"kind":"slackV1"}"""
        );
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"v1Lane":"write"}""");
        using (var provider = served.Provider("acme", token)) // a source that has somebody cannot be deleted
            await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Requests.User());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var crowd = new Crowd(served, seed, requests, token, (string)script["secret"]!);
        var sending = crowd.SendAsync();
        while (!sending.IsCompleted)
        {
            clock.Advance(_tick);
            await Task.WhenAny(sending, Task.Delay(_tick, TimeProvider.System));
        }
        await sending;
        var told =
            $"SCIM_FUZZ_SEED={seed}, {requests} requests: {string.Join(", ", crowd.Statuses.OrderBy(one => one.Key))}";
        output.WriteLine(told);
        Assert.True(
            crowd.Faults.IsEmpty,
            $"{told}\n{string.Join("\n\n", crowd.Faults)}\n{string.Join('\n', log.Lines)}"
        );
        Assert.True(log.Lines.IsEmpty, $"{told}\n{string.Join('\n', log.Lines)}");

        // A crowd of whom nearly nothing is understood would prove nothing, and one that is never refused as little.
        Assert.InRange(
            crowd.Statuses.Where(one => one.Key is >= 200 and < 300).Sum(one => one.Value),
            requests / 10,
            requests * 2 / 3
        );
        var megabytes = (GC.GetTotalMemory(forceFullCollection: true) - before) >> 20;
        Assert.True(megabytes <= MostMegabytes, $"{told}\n{megabytes} MB more than before");
        using var nobody = new HttpClient { BaseAddress = served.Base };
        Assert.Contains("ok", await nobody.GetStringAsync("health/ready"), StringComparison.Ordinal);
        await served.AskAsync(HttpMethod.Get, "tenants");
    }

    private static int? Given(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;

    /// <summary>The clients, and what they got.</summary>
    private sealed class Crowd(ServedGateway served, int seed, int requests, string token, string script)
    {
        private const int MostFaults = 12;

        private readonly Known _known = new();
        private int _next = -1;

        public ConcurrentDictionary<int, int> Statuses { get; } = [];

        /// <summary>What went wrong, the first of each kind.</summary>
        public ConcurrentQueue<string> Faults { get; } = [];

        private readonly ConcurrentDictionary<string, bool> _kinds = [];

        public Task SendAsync() => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(SendOneByOneAsync)));

        private async Task SendOneByOneAsync()
        {
            int i;
            while (Faults.Count < MostFaults && (i = Interlocked.Increment(ref _next)) < requests)
            {
                var dice = new Random(unchecked(seed * 1_000_003 + i));
                var request = DescribedRequest.Of(dice, _known, Credential, served.Base.Authority);
                try
                {
                    var answer = await RawRequest.SendAsync(served.Base, request.Bytes);
                    Statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
                    if (Wrong(request, answer) is { } why)
                        Note(why, i, $"{request}\n{answer.Status} {answer.Text}");
                    else if (
                        answer.Header("Content-Type").StartsWith("application/scim+json", StringComparison.Ordinal)
                    )
                        _known.Learn(answer, dice);
                }
                catch (OperationCanceledException)
                {
                    Note("no answer within 20 s", i, $"{request}");
                }
            }
        }

        private void Note(string why, int i, string what)
        {
            if (_kinds.TryAdd(why, true))
                Faults.Enqueue($"request {i}, {why}:\n{what}");
        }

        // The right one for most; what is anybody's is asked with one as well.
        private string Credential(string path) =>
            path.StartsWith("/admin", StringComparison.Ordinal) ? $"Bearer {served.Key}"
            : path.Contains("/slack/", StringComparison.Ordinal) ? $"Bearer {script}"
            : $"Bearer {token}";

        private string? Wrong(DescribedRequest request, RawAnswer answer)
        {
            switch (answer.Status)
            {
                case 0:
                    return "no answer";
                case 400 or 414 or 431 when answer.Text.Length == 0:
                    return null; // the server's own, before there is a request
                case 501 when request.Path.Contains("/Me", StringComparison.OrdinalIgnoreCase):
                    break;
                case 503 when answer.Header("Retry-After").Length > 0:
                    break;
                case >= 500:
                    return $"a failure of {request.Method} {Shape(request.Path)}";
            }
            if (answer.Headers.ContainsKey("Transfer-Encoding"))
                return null; // it goes out in pieces
            try
            {
                using var described = new HttpResponseMessage((System.Net.HttpStatusCode)answer.Status)
                {
                    Content = new ByteArrayContent(Encoding.UTF8.GetBytes(answer.Text)),
                };
                if (answer.Header("Content-Type") is { Length: > 0 } kind)
                    described.Content.Headers.TryAddWithoutValidation("Content-Type", kind);
                if (answer.Text.Length > 0 && described.Content.Headers.ContentType is null)
                    return $"a body without a type at {Shape(request.Path)}";
                if (
                    Uri.TryCreate(served.Base, request.Path.Split('?')[0], out var asked)
                    && request.Method.All(char.IsAsciiLetterUpper)
                    && !asked.AbsolutePath.Contains("//", StringComparison.Ordinal) // which is no path of those described
                )
                    Described.Require(new HttpMethod(request.Method), asked, described, answer.Text);
                return null;
            }
            catch (NotDescribedException e)
            {
                return e.Message.Length > 300 ? e.Message[..300] : e.Message;
            }
            catch (System.Text.Json.JsonException)
            {
                return $"no JSON at {Shape(request.Path)}";
            }
        }

        // The same for all ids.
        private static string Shape(string path) =>
            string.Join(
                '/',
                path.Split('?')[0]
                    .Split('/')
                    .Select(word => word.Any(char.IsDigit) && word != "v1" && word != "v2" ? "*" : word)
            );
    }
}
