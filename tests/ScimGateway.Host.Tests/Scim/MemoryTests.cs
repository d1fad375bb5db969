using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Tests.Reads;
using ScimGateway.Kill;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.SlackEmulator;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>
/// The real program under a limit of memory, and a crowd that asks for as much as it may: slow readers of the largest
/// pages, large bodies, and bodies that stop half-way.
/// </summary>
[Collection("alone")]
public sealed class MemoryTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Megabyte = 1 << 20;

    // What a container of 256 MB leaves the collector: three quarters.
    private const int HeapLimit = 192 * Megabyte;

    private readonly string _data = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
    private SlackEmulatorServer _slack = null!;
    private Service _gateway = null!;
    private int _connected;
    private HttpClient _client = null!;
    private ResourceId _someone;

    private Uri Base => new(_gateway.Url, "/demo/scim/v2/");

    public async ValueTask InitializeAsync()
    {
        _slack = await SlackEmulatorServer.StartAsync(new SlackEmulatorOptions());
        await using (var store = await TestStore.OpenAsync(_data))
        {
            await store.WriteAsync(
                session =>
                    new DemoTenant(1, ("demo", Gateway.Token)).Open(
                        session,
                        Instant.Of(TimeProvider.System.GetUtcNow())
                    ),
                CancellationToken.None
            );
            await Crowd.WriteAsync(store, Enumerable.Range(0, 120).Select(Large));
            _someone = (await Crowd.WriteAsync(store, Enumerable.Range(0, 300).Select(Crowd.Member)))[0];
        }
        _gateway = Service.Start(
            "ScimGateway.Host",
            Service.FreePort(new Random()),
            new Dictionary<string, string>
            {
                ["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("x", CultureInfo.InvariantCulture),
            },
            "demo",
            "--urls",
            "{url}",
            "--slack",
            _slack.BaseUrl.ToString(),
            "--token",
            Gateway.Token,
            "--data",
            _data
        );
        _client = new HttpClient { BaseAddress = Base };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Gateway.Token);
        await Gateway.UntilAsync(AnswersAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _slack.DisposeAsync();
        TestStore.Drop(_data);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task With_256_MB_a_crowd_of_slow_readers_and_large_bodies_harms_nobody()
    {
        await OrdinaryAsync();
        output.WriteLine($"before the crowd {_gateway.Memory / Megabyte} MB");

        for (var round = 1; round <= 2; round++)
        {
            var (statuses, most) = await CrowdAsync();

            output.WriteLine($"crowd {round}: {most / Megabyte} MB at most, {_gateway.Memory / Megabyte} MB behind it");
            output.WriteLine(
                string.Join(
                    ", ",
                    statuses.CountBy(one => one).OrderBy(one => one.Key).Select(one => $"{one.Value} × {one.Key}")
                )
            );
            Assert.DoesNotContain(statuses, status => status is not (>= 200 and < 300 or >= 400 and < 500 or 503));
            Assert.Contains(200, statuses);
            Assert.Contains(503, statuses);
            Assert.InRange(most, 0, 256L * Megabyte);
            Assert.False(_gateway.HasEnded, _gateway.Said);
        }

        // What the crowd had is there for others again.
        var page = JsonNode.Parse(await _client.GetStringAsync("Users?count=1000"))!;
        Assert.True((int)page["itemsPerPage"]! > 50);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(Group("after", 15_000))).StatusCode);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task With_256_MB_a_bulk_request_of_as_many_bytes_as_are_announced_is_taken()
    {
        var most = (int)
            JsonNode.Parse(await _client.GetStringAsync("ServiceProviderConfig"))!["bulk"]!["maxPayloadSize"]!;
        // Of addresses, which come to more than most else does; of users whom nobody has.
        string Bulk(int addresses) =>
            $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{{string.Join(
                ',',
                Enumerable
                    .Range(0, 1_000)
                    .Select(_ =>
                        $$"""{"method":"PATCH","path":"/Users/{{Guid.NewGuid()}}","data":[{"op":"add","path":"emails","value":[{{string.Join(
                            ',',
                            Enumerable.Range(0, addresses).Select(i => $$"""{"value":"m{{i:000}}@crew.example","type":"work"}""")
                        )}}]}]}"""
                    )
            )}}]}""";
        var (none, one) = (Bulk(0).Length, Bulk(1).Length - Bulk(0).Length + 1_000);
        var body = Bulk((most - none) / one);
        Assert.InRange(body.Length, most * 9 / 10, most);

        var answer = await _client.PostAsync("Bulk", Json(body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var entries = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["Operations"]!.AsArray();
        Assert.Equal(1_000, entries.Count(entry => (string?)entry!["status"] == "404"));
        var refused = await _client.PostAsync("Bulk", Json(body.PadRight(most + 1)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_connection_beyond_the_most_is_closed_as_it_comes_and_when_others_have_left_one_is_answered()
    {
        // A quarter of the memory, 256 KiB each.
        const int Most = HeapLimit / 4 / (256 << 10);
        _client.Dispose(); // with the connection it has
        var silent = new List<TcpClient>();
        for (var i = 0; i < Most + 20; i++)
            silent.Add(await ConnectAsync(Base));

        Assert.Equal(0, await StatusAsync());

        foreach (var one in silent)
            one.Dispose();
        await Gateway.UntilAsync(async () => await StatusAsync() == 200);
    }

    // 0 if the connection is closed without an answer.
    private async Task<int> StatusAsync()
    {
        try
        {
            return await EndAsync(Begin("GET", "ServiceProviderConfig", 0));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    // Sixty readers of the largest page who take nothing for now, eight groups of many members, and eight bodies that
    // stop half-way; and meanwhile somebody does what providers do.
    private async Task<(List<int> Statuses, long Most)> CrowdAsync()
    {
        var readers = Enumerable.Range(0, 60).Select(_ => Begin("GET", "Users?count=1000", 0)).ToList();
        var stuck = Enumerable.Range(0, 8).Select(_ => Begin("POST", "Groups", 12 * Megabyte)).ToList();
        var bodies = Enumerable.Range(0, 8).Select(i => PostAsync(Group($"g{i}", 10_000 * (i + 1)))).ToList();
        var most = 0L;
        for (var i = 0; i < 20; i++)
        {
            await OrdinaryAsync();
            most = Math.Max(most, _gateway.Memory);
        }
        var statuses = new List<int>();
        foreach (var body in bodies)
            statuses.Add((int)(await body).StatusCode);
        statuses.AddRange(await Task.WhenAll(readers.Concat(stuck).Select(EndAsync)));
        return (statuses, Math.Max(most, _gateway.Memory));
    }

    // A read, a search, a page and a change, none of which takes longer than a provider waits.
    private async Task OrdinaryAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        (await _client.GetAsync($"Users/{_someone}", patience.Token)).EnsureSuccessStatusCode();
        (
            await _client.GetAsync("Users?filter=userName eq \"user7@crew.example\"", patience.Token)
        ).EnsureSuccessStatusCode();
        (
            await _client.GetAsync("Users?count=100&filter=userName sw \"user\"", patience.Token)
        ).EnsureSuccessStatusCode();
        (
            await _client.PatchAsync(
                $"Users/{_someone}",
                Json(Requests.Patch("title", $"\"{Guid.NewGuid()}\"")),
                patience.Token
            )
        ).EnsureSuccessStatusCode();
    }

    // From several addresses, since one has a quarter of all connections.
    private async Task<TcpClient> ConnectAsync(Uri to)
    {
        var from = new IPAddress([127, 0, 0, (byte)(2 + Interlocked.Increment(ref _connected) % 8)]);
        var client = new TcpClient(new IPEndPoint(from, 0)) { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(to.Host, to.Port);
        return client;
    }

    private async Task<TcpClient> Begin(string method, string path, int length)
    {
        var client = await ConnectAsync(Base);
        var body = length == 0 ? "" : $"Content-Type: application/json\r\nContent-Length: {length}\r\n";
        var head =
            $"{method} {Base.AbsolutePath}{path} HTTP/1.1\r\nHost: {Base.Authority}\r\nAuthorization: Bearer {Gateway.Token}\r\nConnection: close\r\n{body}\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + (length == 0 ? "" : "{")));
        return client;
    }

    // By now whoever was too slow is cut off; what there is of the answer begins with its status.
    private static async Task<int> EndAsync(Task<TcpClient> begun)
    {
        using var client = await begun;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var received = new byte[64 << 10];
        var first = await client.GetStream().ReadAtLeastAsync(received, 12, throwOnEndOfStream: false, limit.Token);
        try
        {
            while (await client.GetStream().ReadAsync(received.AsMemory(1024), limit.Token) > 0) { }
        }
        catch (IOException) { }
        return first < 12 ? 0 : int.Parse(Encoding.ASCII.GetString(received, 9, 3), CultureInfo.InvariantCulture);
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_gateway.HasEnded, _gateway.Said);
        try
        {
            return (await _client.GetAsync("ServiceProviderConfig")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Task<HttpResponseMessage> PostAsync(string group) => _client.PostAsync("Groups", Json(group));

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/scim+json");

    private static string Group(string name, int members) =>
        $$"""{"displayName":"{{name}} {{Guid.NewGuid()}}","members":[{{string.Join(',', Enumerable.Range(0, members).Select(_ => $"{{\"value\":\"{Guid.NewGuid()}\"}}"))}}]}""";

    private static Reads.Person Large(int i) =>
        new(
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"large{{i}}","title":"{{new string('x', 90_000)}}"}"""
        )
        {
            Created = new Instant(1_600_000_000_000 + i),
        };
}
