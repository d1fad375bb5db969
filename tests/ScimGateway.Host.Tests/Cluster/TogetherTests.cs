using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using ScimGateway.Cli;
using ScimGateway.Host.Cluster;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Serve;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Kill;
using ScimGateway.Provisioning.Executing;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Cluster;

/// <summary>Two instances share the tenants; whoever asks one of them is served as by one alone.</summary>
public class TogetherTests
{
    [Fact]
    public async Task A_request_is_answered_alike_at_both_instances_wherever_its_tenant_is()
    {
        await using var both = await Together.StartAsync();
        var (atOne, atOther) = await both.TenantsAsync();

        foreach (var (slug, token) in new[] { atOne, atOther })
        foreach (var (instance, name) in new[] { (both.One, "ada"), (both.Other, "bob") })
        {
            using var provider = instance.Provider(slug, token);
            var (status, made, response) = await SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                User(name, $"{name}@{slug}.example")
            );
            Assert.Equal(HttpStatusCode.Created, status);
            // As the client asks: where he has asked.
            Assert.Equal(new Uri(instance.Base, $"/{slug}/scim/v2/Users/{made!["id"]}"), response.Headers.Location);
            foreach (var reader in new[] { both.One, both.Other })
            {
                using var reading = reader.Provider(slug, token);
                var (found, read, _) = await SendAsync(reading, HttpMethod.Get, $"Users/{made["id"]}");
                Assert.Equal((HttpStatusCode.OK, name), (found, (string?)read!["userName"]));
            }
        }
        Assert.Equal(2, await InSlackAsync(both, atOne.Slug));
        Assert.Equal(2, await InSlackAsync(both, atOther.Slug));
    }

    [Fact]
    public async Task Whoever_is_not_let_in_is_told_the_same_at_both_and_his_connection_ends()
    {
        await using var both = await Together.StartAsync();
        var (atOne, _) = await both.TenantsAsync();

        foreach (var slug in new[] { atOne.Slug, "nobody", "nobody-else", "no-tenant" })
        foreach (var instance in new[] { both.One, both.Other })
        {
            using var stranger = instance.Provider(slug, "a-token-that-nobody-has");
            var (status, body, response) = await SendAsync(stranger, HttpMethod.Post, "Users", User());
            Assert.Equal(HttpStatusCode.Unauthorized, status);
            Assert.Equal("The credential is missing or not accepted.", (string?)body!["detail"]);
            Assert.True(response.Headers.ConnectionClose);
            Assert.False(response.Headers.Contains(InnerRequest.Ends));
        }
    }

    [Fact]
    public async Task What_a_client_says_as_an_instance_would_means_nothing()
    {
        await using var both = await Together.StartAsync();
        var (atOne, _) = await both.TenantsAsync();

        foreach (var instance in new[] { both.One, both.Other })
        {
            using var provider = instance.Provider(atOne.Slug, atOne.Token);
            provider.DefaultRequestHeaders.Add(InnerRequest.Way, "https evil.example /");
            provider.DefaultRequestHeaders.Add(InnerRequest.Client, "192.0.2.1");
            var (_, made, _) = await SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                User(instance == both.One ? "ada" : "bob", instance == both.One ? "a@c.example" : "b@c.example")
            );
            Assert.StartsWith($"{instance.Base}", (string?)made!["meta"]!["location"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nobody_comes_in_at_the_inner_port_without_the_clusters_certificate()
    {
        await using var both = await Together.StartAsync();
        using var without = new SocketsHttpHandler();
        using var anothers = new SocketsHttpHandler();
        var cluster = both.One.Part<ClusterOptions>();
        without.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => cluster.IsOurs(shown);
        anothers.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => cluster.IsOurs(shown);
        var pem = ClusterFiles.Certificate();
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(pem, pem);
        anothers.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;

        foreach (var handler in new[] { without, anothers })
        {
            using var client = new HttpClient(handler, disposeHandler: false);
            await Assert.ThrowsAsync<HttpRequestException>(() =>
                client.GetAsync(new Uri($"{cluster.InnerUrl}health/live"), TestContext.Current.CancellationToken)
            );
        }
    }

    [Fact]
    public async Task What_administrators_change_at_both_at_once_is_one_trail_with_each_line_sealed()
    {
        await using var both = await Together.StartAsync();

        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    (i % 2 == 0 ? both.One : both.Other).AskAsync(
                        HttpMethod.Post,
                        "tenants",
                        $$"""{"slug":"made-{{i}}","name":"A tenant"}"""
                    )
                )
        );

        var trail = await both.Other.AskAsync(HttpMethod.Get, "audit?action=createTenant&limit=100");
        Assert.Equal(20, trail["items"]!.AsArray().Count);
        JsonNode? seals = null;
        await Gateway.UntilAsync(async () =>
            (int)(seals = await both.One.AskAsync(HttpMethod.Get, "audit/seals"))["underWay"]! == 0
        );
        Assert.Null(seals!["broken"]);
    }

    [Fact]
    public async Task A_key_of_a_tenant_that_is_made_and_ended_at_another_instance_does_not_hold_up_its_home()
    {
        await using var both = await Together.StartAsync();
        var (atOne, _) = await both.TenantsAsync();
        using var provider = both.One.Provider(atOne.Slug, atOne.Token);
        await CreateAsync("ada");

        var key = await both.Other.AskAsync(
            HttpMethod.Post,
            "keys",
            $$"""{"label":"helpdesk","role":"operator","tenant":"{{atOne.Slug}}"}"""
        );
        await CreateAsync("bob");
        await both.Other.AskAsync(HttpMethod.Delete, $"keys/{key["id"]}");
        await CreateAsync("cy");

        // Its store stays at hand all the while.
        async Task CreateAsync(string name)
        {
            var write = SendAsync(provider, HttpMethod.Post, "Users", User(name, $"{name}@c.example"));
            string? away = null;
            while (!write.IsCompleted)
            {
                away ??= both.One.Store.WhyAway;
                await Task.Yield();
            }
            Assert.Equal(HttpStatusCode.Created, (await write).Status);
            Assert.Null(away);
        }
    }

    [Fact]
    public async Task An_instance_that_stops_hands_its_tenants_over_and_no_request_fails()
    {
        await using var both = await Together.StartAsync();
        var (atOne, atOther) = await both.TenantsAsync();
        using var stop = new CancellationTokenSource();
        var statuses = new List<HttpStatusCode>();
        var asking = Task.Run(
            async () =>
            {
                using var provider = both.Other.Provider(atOne.Slug, atOne.Token);
                for (var i = 0; !stop.IsCancellationRequested; i++)
                    statuses.Add(
                        (
                            await SendAsync(
                                provider,
                                HttpMethod.Post,
                                "Users",
                                User($"user-{i}", $"user-{i}@c.example")
                            )
                        ).Status
                    );
            },
            TestContext.Current.CancellationToken
        );

        await both.One.StopAsync();
        Assert.True(await Together.IsAtAsync(both.Other, atOne.Slug));
        Assert.True(await Together.IsAtAsync(both.Other, atOther.Slug));
        await stop.CancelAsync();
        await asking;

        Assert.All(
            statuses,
            status => Assert.True(status is HttpStatusCode.Created or HttpStatusCode.Accepted, $"{status}")
        );
        Assert.Equal(statuses.Count, await InSlackAsync(both, atOne.Slug));
    }

    [Fact]
    public async Task Of_two_that_do_not_reach_each_other_the_younger_hands_over_and_ends()
    {
        var isCut = false;
        InnerHttp? way = null;
        await using var both = await Together.StartAsync(ofOther: box =>
            box.AddSingleton(Together.Quick with { UntilCutOff = TimeSpan.FromSeconds(1) })
                .AddSingleton(made =>
                {
                    var handler = InnerHttp.HandlerOf(made.GetRequiredService<ClusterOptions>());
                    handler.PooledConnectionLifetime = TimeSpan.Zero;
                    handler.ConnectCallback = async (to, cancel) =>
                    {
                        if (Volatile.Read(ref isCut))
                            throw new SocketException((int)SocketError.HostUnreachable);
                        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                        await socket.ConnectAsync(to.DnsEndPoint, cancel);
                        return new NetworkStream(socket, ownsSocket: true);
                    };
                    return way = new InnerHttp(handler);
                })
        );
        var (atOne, atOther) = await both.TenantsAsync();
        Assert.NotNull(way);

        Volatile.Write(ref isCut, true);

        // As 'serve' does then.
        var stopping = both.Other.Part<IHostApplicationLifetime>().ApplicationStopping;
        await Gateway.UntilAsync(() => Task.FromResult(stopping.IsCancellationRequested));
        await both.Other.StopAsync();

        Assert.True(await Together.IsAtAsync(both.One, atOne.Slug));
        Assert.True(await Together.IsAtAsync(both.One, atOther.Slug));
        Assert.False(both.One.Part<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        foreach (var (slug, token) in new[] { atOne, atOther })
        {
            using var provider = both.One.Provider(slug, token);
            Assert.Equal(HttpStatusCode.Created, (await SendAsync(provider, HttpMethod.Post, "Users", User())).Status);
        }
    }

    // The instance that had it is gone, and the one that has it now cannot look what became of it.
    [Fact]
    public async Task A_write_that_was_sent_before_is_not_said_to_be_nothing_while_the_store_is_away()
    {
        await using var proxy = new StoreProxy(TestStore.Server);
        await using var both = await Together.StartAsync(proxy: proxy);
        var (atOne, _) = await both.TenantsAsync();
        using var http = new HttpMessageInvoker(InnerHttp.HandlerOf(both.One.Part<ClusterOptions>()));
        proxy.IsShut = true;
        proxy.CutAll();

        foreach (var isAgain in new[] { true, false })
        {
            var id = Guid.CreateVersion7();
            using var request = new HttpRequestMessage(
                HttpMethod.Post,
                new Uri($"{both.One.Part<ClusterOptions>().InnerUrl}{atOne.Slug}/scim/v2/Users")
            )
            {
                Content = new StringContent($"{User()}", Encoding.UTF8, "application/scim+json"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", atOne.Token);
            request.Headers.Add(InnerRequest.Client, "127.0.0.1");
            request.Headers.Add(InnerRequest.Way, "http 127.0.0.1 /");
            request.Headers.Add(InnerRequest.Operation, isAgain ? $"{id} again" : $"{id}");
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
            Assert.Equal(isAgain, body.Contains("may be done", StringComparison.Ordinal));
            Assert.Equal(!isAgain, body.Contains("nothing was written", StringComparison.Ordinal));
            if (isAgain)
                Assert.Equal($"{id}", response.Headers.GetValues("X-Operation-Id").Single());
        }
    }

    [Fact]
    public async Task An_instance_that_leaves_serves_until_balancers_have_noticed()
    {
        await using var both = await Together.StartAsync(box =>
            box.AddSingleton(Together.Quick with { UntilNoticed = TimeSpan.FromSeconds(4) })
        );
        var (atOne, _) = await both.TenantsAsync();
        using var balancer = both.One.NewClient(null);
        using var provider = both.One.Provider(atOne.Slug, atOne.Token);

        var stops = both.One.StopAsync();

        JsonNode? health = null;
        await Gateway.UntilAsync(async () =>
        {
            var (status, body, _) = await SendAsync(balancer, HttpMethod.Get, "/health/ready");
            health = body;
            return status == HttpStatusCode.ServiceUnavailable;
        });
        Assert.Equal("leaving", (string?)health!["status"]);
        Assert.Equal(
            HttpStatusCode.Created,
            (await SendAsync(provider, HttpMethod.Post, "Users", User("ada", "ada@c.example"))).Status
        );
        await stops;
        Assert.True(await Together.IsAtAsync(both.Other, atOne.Slug));
    }

    [Fact]
    public async Task An_instance_that_comes_gets_what_ranks_there()
    {
        await using var both = await Together.StartAsync(
            before: async one =>
            {
                await one.SetUpAsync("tenant-1");
                Assert.True(await Together.IsAtAsync(one, "tenant-1"));
            },
            port: one =>
            {
                var there = one.Part<Instances>().Own;
                while (true)
                    if (
                        Service.FreePort(Random.Shared) is var port
                        && Ranks.First("1", [there, SiloAddress.New(IPAddress.Loopback, port, 0)]).Endpoint.Port == port
                    )
                        return port;
            }
        );

        await Gateway.UntilAsync(async () =>
            await Together.IsAtAsync(both.Other, "tenant-1") && !await Together.IsAtAsync(both.One, "tenant-1")
        );
    }

    [Fact]
    public async Task Operators_see_the_instances_and_hand_a_tenant_over_to_another()
    {
        await using var both = await Together.StartAsync();
        var (atOne, _) = await both.TenantsAsync();
        var (one, other) = (both.One.Part<OwnInstance>().Address!, both.Other.Part<OwnInstance>().Address!);
        using var session = new TerminalSession(both.Other.Base, both.Other.Key);

        var seen = (await both.Other.AskAsync(HttpMethod.Get, "cluster"))["instances"]!.AsArray();
        Assert.Equal(
            new[] { one, other }.Order(StringComparer.Ordinal),
            seen.Select(instance => (string)instance!["address"]!)
        );
        Assert.All(seen, instance => Assert.Equal("serving", (string?)instance!["state"]));
        Assert.All(seen, instance => Assert.True((int)instance!["homes"]! > 0));
        Assert.Equal(one, (string?)(await both.Other.AskAsync(HttpMethod.Get, $"tenants/{atOne.Slug}"))["home"]);

        Assert.Equal(Exit.Done, await session.RunAsync($"cluster move {atOne.Slug} {other}"));
        Assert.Equal($"It moves to {other}.\nNext: 'tenant show {atOne.Slug}'\n", session.Out);
        await Gateway.UntilAsync(async () =>
            (string?)(await both.One.AskAsync(HttpMethod.Get, $"tenants/{atOne.Slug}"))["home"] == other
        );
        using var provider = both.One.Provider(atOne.Slug, atOne.Token);
        Assert.Equal(
            HttpStatusCode.Created,
            (await SendAsync(provider, HttpMethod.Post, "Users", User("ada", "ada@c.example"))).Status
        );

        Assert.Equal(Exit.Done, await session.RunAsync("cluster show"));
        Assert.StartsWith("Cluster one:\n", session.Out, StringComparison.Ordinal);
        foreach (var address in new[] { one, other })
            Assert.Matches($"(?m)^{Regex.Escape(address)} +serving +[0-9]", session.Out);
        Assert.Equal(Exit.Refused, await session.RunAsync($"cluster move {atOne.Slug} 192.0.2.1:1"));
        Assert.Contains("No instance serves at 192.0.2.1:1", session.Error, StringComparison.Ordinal);
        Assert.Contains("'cluster show'", session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_whose_tenant_moves_before_its_answer_is_done_once_and_answered_by_the_next_home()
    {
        var life = new Life();
        await using var both = await Together.StartAsync(box =>
            box.AddSingleton<AtStep>(life.At)
                .AddSingleton(Together.Quick with { UntilLeft = TimeSpan.FromMilliseconds(100) })
        );
        var (atOne, _) = await both.TenantsAsync();
        var other = both.Other.Part<OwnInstance>().Address!;
        foreach (
            var (step, instance, name) in new[]
            {
                (Step.WritingDown, both.One, "ada"),
                (Step.WrittenDown, both.One, "bob"),
                (Step.WritingDown, both.Other, "user-2"),
                (Step.WrittenDown, both.Other, "user-1"),
            }
        )
        {
            var goesOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            life.Watch();
            life.HoldAt(step, goesOn.Task);
            using var provider = instance.Provider(atOne.Slug, atOne.Token);
            var asked = SendAsync(provider, HttpMethod.Post, "Users", User(name, $"{name}@c.example"));
            await life.ReachedAsync(step);

            await MoveAsync(other);
            goesOn.SetResult();

            var (status, made, _) = await asked;
            Assert.True(status == HttpStatusCode.Created, $"{step} {name}: {status} {made}");
            using var reading = both.Other.Provider(atOne.Slug, atOne.Token);
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(reading, HttpMethod.Get, $"Users/{made!["id"]}")).Status);
            await MoveAsync(both.One.Part<OwnInstance>().Address!);
        }
        // On a loaded machine a write is taken on before Slack has it.
        await Gateway.UntilAsync(async () => await InSlackAsync(both, atOne.Slug) >= 4);
        Assert.Equal(4, await InSlackAsync(both, atOne.Slug));

        async Task MoveAsync(string to)
        {
            await both.Other.AskAsync(HttpMethod.Put, $"tenants/{atOne.Slug}/home", $$"""{"instance":"{{to}}"}""");
            await Gateway.UntilAsync(() => Together.IsAtAsync(to == other ? both.Other : both.One, atOne.Slug));
        }
    }

    [Theory]
    [InlineData("zz")]
    [InlineData("FFFFFFFFFFFFFFFFFF")] // more than Kestrel counts
    public async Task A_body_that_is_not_as_http_has_it_is_the_clients_fault_at_both(string size)
    {
        await using var both = await Together.StartAsync();
        var (atOne, _) = await both.TenantsAsync();

        foreach (var instance in new[] { both.One, both.Other })
        {
            using var client = new TcpClient();
            await client.ConnectAsync(instance.Base.Host, instance.Base.Port, TestContext.Current.CancellationToken);
            await using var stream = client.GetStream();
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST /{atOne.Slug}/scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {atOne.Token}\r\n"
                        + "Content-Type: application/scim+json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + $"{size}\r\n{{}}\r\n0\r\n\r\n"
                ),
                TestContext.Current.CancellationToken
            );
            using var reader = new StreamReader(stream);
            Assert.StartsWith(
                "HTTP/1.1 400",
                await reader.ReadLineAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task Nobody_becomes_an_instance_at_the_address_of_another()
    {
        await using var both = await Together.StartAsync();
        var port = both.Other.Part<ClusterOptions>().Silo.Port;

        foreach (var taken in new[] { port, port - 1 })
        {
            var refused = await Assert.ThrowsAsync<SettingException>(() =>
                ServeCommand.BuildAsync(both.Arguments(taken), TimeProvider.System)
            );
            Assert.Contains("--cluster-address", refused.Message, StringComparison.Ordinal);
            Assert.Contains($"cannot listen there at port {port} ", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task While_certificates_are_exchanged_instances_with_either_know_each_other()
    {
        await using var both = await Together.StartAsync(exchanged: true);
        Assert.NotEqual(
            both.One.Part<ClusterOptions>().Certificate.Thumbprint,
            both.Other.Part<ClusterOptions>().Certificate.Thumbprint
        );
        var (atOne, atOther) = await both.TenantsAsync();

        foreach (var (tenant, instance) in new[] { (atOne, both.Other), (atOther, both.One) })
        {
            using var provider = instance.Provider(tenant.Slug, tenant.Token);
            Assert.Equal(
                HttpStatusCode.Created,
                (await SendAsync(provider, HttpMethod.Post, "Users", User("ada", "ada@c.example"))).Status
            );
        }
    }

    private static Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)> SendAsync(
        HttpClient client,
        HttpMethod method,
        string path,
        string? body = null
    ) => ServedGateway.SendAsync(client, method, path, body);

    private static async Task<int> InSlackAsync(Together both, string slug)
    {
        var number = slug.Split('-')[^1];
        using var client = new HttpClient { BaseAddress = both.One.Slack.BaseUrl };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            SlackEmulator.SlackEmulatorServer.TokenOf(
                int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)
            )
        );
        var users = JsonNode.Parse(
            await client.GetStringAsync(
                new Uri("/scim/v1/Users?count=1000", UriKind.Relative),
                TestContext.Current.CancellationToken
            )
        )!;
        return users["Resources"]!
            .AsArray()
            .Count(user => (string)user!["userName"]! is "ada" or "bob" or ['u', 's', 'e', 'r', '-', ..]);
    }
}
