using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ScimGateway.Host.Cluster;
using ScimGateway.Host.Tests.Admin;
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
        var pem = Together.Certificate();
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
