using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using ScimGateway.Host.Setup;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Security;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using IPNetwork = System.Net.IPNetwork;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>Who holds connections, how many, and for how long.</summary>
public sealed class ConnectionTests
{
    [Theory]
    [InlineData("/demo/scim/v2/Users", null, 401)]
    [InlineData("/demo/scim/v2/Users", "Bearer wrong", 401)]
    [InlineData("/nobody/scim/v2/Users", "Bearer wrong", 401)]
    [InlineData("/demo/slack/v1/Users", "Bearer wrong", 401)]
    [InlineData("/admin/api/v1/tenants", "Bearer wrong", 401)]
    [InlineData("/admin", null, 401)]
    [InlineData("/health/live", null, 200)]
    [InlineData("/openapi.yaml", null, 200)]
    [InlineData("/oauth/slack/begin", null, 403)]
    [InlineData("/", null, 401)]
    public async Task Whoever_is_not_let_in_keeps_no_connection(string path, string? shown, int status)
    {
        await using var gateway = await Gateway.StartAsync();

        // Nothing in it asks for an end, and it is read until there is one.
        var answer = await RawRequest.SendAsync(
            gateway.Base,
            Encoding.ASCII.GetBytes(
                $"GET {path} HTTP/1.1\r\nHost: a\r\n{(shown is null ? "" : $"Authorization: {shown}\r\n")}\r\n"
            )
        );

        Assert.Equal((status, "close"), (answer.Status, answer.Header("Connection")));
    }

    [Fact]
    public async Task Whoever_is_let_in_keeps_it_also_to_be_refused()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, client) = await gateway.MakeAsync(new() { Kind = "oauthClient" });

        foreach (var path in new[] { "Users", "Users/nobody", "Nothing" })
            using (var answer = await gateway.AskAsync($"Bearer {Gateway.Token}", path: $"/demo/scim/v2/{path}"))
                Assert.NotEqual(true, answer.Headers.ConnectionClose);
        Assert.NotEqual(true, (await gateway.TokenAsync(client)).Answer.Headers.ConnectionClose);
    }

    [Fact]
    public async Task An_administrator_keeps_it_too()
    {
        await using var served = await ServedGateway.StartAsync();

        foreach (var path in new[] { "tenants", "tenants/nobody", "nothing" })
            Assert.NotEqual(true, (await served.SendAsync(HttpMethod.Get, path)).Response.Headers.ConnectionClose);
    }

    // Each client has one connection, and the server takes eight.
    [Fact]
    public async Task A_tenant_keeps_a_quarter_of_the_connections_and_one_counts_for_whom_it_served_last()
    {
        await using var served = await ServedGateway.StartAsync(services =>
            services.AddSingleton(new Traffic(new TrafficOptions(), connections: 8, TimeProvider.System))
        );
        var token = await served.SetUpAsync();
        var others = await served.SetUpAsync("other", SlackEmulatorServer.TokenOf(2));
        var first = served.Provider("acme", token);
        using var second = served.Provider("acme", token);
        using var third = served.Provider("acme", token);
        using var owner = await served.WithKeyAsync("owner", "acme");
        using var other = served.Provider("other", others);
        async Task<bool> IsKeptAsync(HttpClient client, string path)
        {
            using var answer = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return answer.Headers.ConnectionClose != true;
        }

        Assert.True(await IsKeptAsync(first, "Users"));
        Assert.True(await IsKeptAsync(second, "Users"));
        for (var i = 0; i < 3; i++)
            Assert.False(await IsKeptAsync(third, "Users"));
        Assert.False(await IsKeptAsync(owner, "tenants/acme")); // a key of the tenant is the tenant
        Assert.True(await IsKeptAsync(first, "Users"));
        Assert.True(await IsKeptAsync(other, "Users"));

        first.Dispose();
        await Gateway.UntilAsync(() => IsKeptAsync(third, "Users"));
        Assert.False(await IsKeptAsync(owner, "tenants/acme"));
        second.DefaultRequestHeaders.Authorization = new("Bearer", others);
        Assert.True(await IsKeptAsync(second, new Uri(served.Base, "other/scim/v2/Users").ToString()));
        Assert.True(await IsKeptAsync(owner, "tenants/acme"));
    }

    [Fact]
    public async Task One_address_has_so_many_connections_and_those_beyond_have_one_line_of_the_log()
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var gateway = await StartAsync(clock, log, proxies: []);
        var connections = await ConnectAsync(gateway, 3);

        for (var i = 0; i < 50; i++)
            Assert.False(await IsKeptAsync(gateway));

        Assert.StartsWith(
            "There are too many connections: one from 127.0.0.1 ",
            Assert.Single(log.All),
            StringComparison.Ordinal
        );
        connections[0].Dispose();
        await Gateway.UntilAsync(() => IsKeptAsync(gateway));
        foreach (var connection in connections)
            connection.Dispose();
    }

    // All that comes through it comes from its address.
    [Fact]
    public async Task A_proxy_that_is_named_has_as_many_as_there_are()
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var gateway = await StartAsync(clock, log, [IPNetwork.Parse("127.0.0.0/8")]);
        var connections = await ConnectAsync(gateway, 3);

        for (var i = 0; i < 5; i++)
            Assert.True(await IsKeptAsync(gateway));

        Assert.Empty(log.All);
        foreach (var connection in connections)
            connection.Dispose();
    }

    // Kestrel itself waits five seconds for the body of a request that was answered.
    [Theory]
    [InlineData("sgt_nobodys", 401)]
    [InlineData(Gateway.Token, 429)]
    public async Task A_connection_ends_with_the_answer_though_the_body_does_not_come(string token, int status)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            At(clock) with
            {
                More = services =>
                {
                    services.Configure<ConnectionOptions>(options => options.Clock = clock);
                    services.AddSingleton(new Traffic(new TrafficOptions { OfTenant = 1 }, connections: 4, clock));
                },
            }
        );
        using var kept = await BeginAsync(gateway, Gateway.Token, "GET", 200); // which counts for its tenant
        if (status == 429)
            (await ConnectAsync(gateway, 1))[0].Dispose(); // which is the end of its burst
        using var refused = await BeginAsync(gateway, token, "POST", status);

        var (first, end) = (EndsAsync(kept.GetStream()), EndsAsync(refused.GetStream()));
        await AfterAsync(clock, Connections.UntilGone, end);

        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task Whoever_still_sends_the_body_of_a_refused_request_has_the_answer()
    {
        await using var gateway = await Gateway.StartAsync();
        var head = $"POST /demo/scim/v2/Users HTTP/1.1\r\nHost: a\r\nContent-Length: {8 << 20}\r\n\r\n";

        var answer = await RawRequest.SendAsync(gateway.Base, [.. Encoding.ASCII.GetBytes(head), .. new byte[8 << 20]]);

        Assert.Equal((401, "close"), (answer.Status, answer.Header("Connection")));
        Assert.Equal("401", (string?)answer.Json!["status"]);
    }

    [Fact]
    public async Task An_eighth_of_the_connections_waits_for_bodies_that_nobody_wants()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            At(clock) with
            {
                More = services =>
                    services.Configure<ConnectionOptions>(options =>
                    {
                        (options.Clock, options.Most, options.OfAddress) = (clock, 16, 16);
                    }),
            }
        );
        using var first = await BeginAsync(gateway, "sgt_nobodys", "POST", 401);
        using var second = await BeginAsync(gateway, "sgt_nobodys", "POST", 401);
        using var third = await BeginAsync(gateway, "sgt_nobodys", "POST", null);

        var (one, two) = (EndsAsync(first.GetStream()), EndsAsync(second.GetStream()));
        await EndsAsync(third.GetStream(), mayHaveAnswer: true);
        var whole = await RawRequest.SendAsync(
            gateway.Base,
            "POST /demo/scim/v2/Users HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray()
        );

        Assert.Equal(401, whole.Status);
        Assert.False(one.IsCompleted || two.IsCompleted);
        await AfterAsync(clock, Connections.UntilGone, Task.WhenAll(one, two));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /demo/scim/v2/Users HTTP/1.1\r\nHost: a\r\nX: ")]
    public async Task A_connection_on_which_no_request_comes_ends(string begun)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(At(clock));
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Base.Host, gateway.Base.Port, TestContext.Current.CancellationToken);
        await client.Client.SendAsync(Encoding.ASCII.GetBytes(begun), TestContext.Current.CancellationToken);

        var end = EndsAsync(client.GetStream());
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(Connections.UntilFirst + TimeSpan.FromSeconds(1));
            return Task.FromResult(end.IsCompleted);
        });

        await end;
    }

    [Fact]
    public async Task A_request_that_came_in_time_may_be_answered_late()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(At(clock));
        await gateway.WeatherAsync("""{"delayMs":60000}""");
        var write = gateway.SendAsync(HttpMethod.Post, "Users", Requests.User());
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Slack.Calls.Total > 0));

        clock.Advance(Connections.UntilFirst + TimeSpan.FromSeconds(1));

        gateway.GiveUp();
        Assert.NotEqual(0, (int)(await write).Status);
    }

    // One byte of the body comes, and no more.
    private static async Task<TcpClient> BeginAsync(Gateway gateway, string token, string method, int? status)
    {
        var client = new TcpClient();
        await client.ConnectAsync(gateway.Base.Host, gateway.Base.Port, TestContext.Current.CancellationToken);
        await client.Client.SendAsync(
            Encoding.ASCII.GetBytes(
                $"{method} /demo/scim/v2/Users HTTP/1.1\r\nHost: {gateway.Base.Authority}\r\nAuthorization: Bearer {token}\r\n{(method == "GET" ? "" : "Connection: close\r\n")}Content-Length: 60000\r\n\r\n{{"
            ),
            TestContext.Current.CancellationToken
        );
        if (status is null)
            return client;
        var answer = new StringBuilder();
        var room = new byte[4096];
        while (!IsWhole($"{answer}"))
            answer.Append(
                Encoding.ASCII.GetString(
                    room,
                    0,
                    await client.GetStream().ReadAsync(room, TestContext.Current.CancellationToken)
                )
            );
        Assert.StartsWith($"HTTP/1.1 {status} ", $"{answer}", StringComparison.Ordinal);
        return client;
    }

    private static bool IsWhole(string answer) =>
        answer.EndsWith('}') || answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal);

    private static async Task AfterAsync(ManualClock clock, TimeSpan time, Task done)
    {
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(time + TimeSpan.FromMilliseconds(1));
            return Task.FromResult(done.IsCompleted);
        });
        await done;
    }

    // Connections have a clock of their own, as those of Kestrel's limits have.
    private static Setting At(ManualClock clock) =>
        new()
        {
            Clock = clock,
            More = services => services.Configure<ConnectionOptions>(options => options.Clock = clock),
        };

    private static Task<Gateway> StartAsync(ManualClock clock, Lines log, IReadOnlyList<IPNetwork> proxies) =>
        Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                More = services =>
                {
                    services.Configure<ConnectionOptions>(options => options.OfAddress = 3);
                    services.Configure<PublicUrlOptions>(url => url.Proxies = proxies);
                    services.AddSingleton<ILoggerProvider>(log);
                },
            }
        );

    // Each has had an answer, so that it is counted.
    private static async Task<List<TcpClient>> ConnectAsync(Gateway gateway, int count)
    {
        List<TcpClient> connections = [];
        for (var i = 0; i < count; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(gateway.Base.Host, gateway.Base.Port, TestContext.Current.CancellationToken);
            await client.Client.SendAsync(Asking(gateway), TestContext.Current.CancellationToken);
            var room = new byte[12];
            await client.GetStream().ReadExactlyAsync(room, TestContext.Current.CancellationToken);
            Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(room));
            connections.Add(client);
        }
        return connections;
    }

    private static async Task<bool> IsKeptAsync(Gateway gateway)
    {
        try
        {
            (await ConnectAsync(gateway, 1))[0].Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return false;
        }
    }

    private static byte[] Asking(Gateway gateway) =>
        Encoding.ASCII.GetBytes(
            $"GET /demo/scim/v2/ServiceProviderConfig HTTP/1.1\r\nHost: {gateway.Base.Authority}\r\nAuthorization: Bearer {Gateway.Token}\r\n\r\n"
        );

    private static async Task EndsAsync(Stream stream, bool mayHaveAnswer = false)
    {
        try
        {
            if (mayHaveAnswer)
                await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
            Assert.Equal(0, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        }
        catch (IOException) { } // reset, which is an end as well
    }
}
