using System.Globalization;
using System.Net;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Cluster;
using ScimGateway.Kill;
using Xunit;

namespace ScimGateway.Host.Tests.Serve;

/// <summary>SCIM, the admin API, health and metrics, each where it is told to be and nowhere else.</summary>
public class FacesTests
{
    private static readonly string[] _public = ["--public-url", "https://gateway.example.org"];

    [Fact]
    public async Task Each_face_is_at_its_own_address_and_nowhere_else()
    {
        var (admin, health, metrics) = (Address(), Address(), Address());
        await using var served = await ServedGateway.StartAsync(
            0,
            null,
            [.. _public, "--admin-url", admin, "--health-url", health, "--metrics-url", metrics]
        );
        var all = new[] { served.Base.ToString(), admin, health, metrics };

        await AssertAtAsync("/acme/scim/v2/Users", HttpStatusCode.Unauthorized, served.Base.ToString());
        await AssertAtAsync("/acme/oauth/token", HttpStatusCode.MethodNotAllowed, served.Base.ToString());
        await AssertAtAsync("/oauth/slack/begin", HttpStatusCode.Forbidden, served.Base.ToString());
        await AssertAtAsync("/admin/api/v1/tenants", HttpStatusCode.OK, admin);
        await AssertAtAsync("/console/sign-in", HttpStatusCode.OK, admin);
        await AssertAtAsync("/health/live", HttpStatusCode.OK, health);
        await AssertAtAsync("/health/ready", HttpStatusCode.OK, health);
        await AssertAtAsync("/metrics", HttpStatusCode.OK, metrics);
        await AssertAtAsync("/openapi.yaml", HttpStatusCode.OK, served.Base.ToString(), admin);
        // However it is written: the server decodes and shortens a path before it is looked at.
        foreach (
            var other in (string[])
                [
                    "/ADMIN/api/v1/tenants",
                    "/%61dmin/api/v1/tenants",
                    "/x/../admin/api/v1/tenants",
                    "/CONSOLE/sign-in",
                    "/%63onsole/sign-in",
                    "/x/../console/sign-in",
                    "/HEALTH/live",
                    "/health/Live",
                    "/%68ealth/live",
                    "/health/live/",
                    "/x/../health/ready",
                    "/METRICS",
                    "/%6detrics",
                    "/x/../metrics",
                ]
        )
            await AssertAtAsync(other, HttpStatusCode.OK);

        async Task AssertAtAsync(string path, HttpStatusCode answer, params string[] here)
        {
            foreach (var url in all)
            {
                using var client = new HttpClient();
                using var request = new HttpRequestMessage(
                    HttpMethod.Get,
                    new Uri(
                        url.TrimEnd('/') + path,
                        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
                    )
                );
                if (path.Contains("dmin", StringComparison.OrdinalIgnoreCase))
                    request.Headers.Authorization = new("Bearer", served.Key);
                var status = (await client.SendAsync(request)).StatusCode;
                Assert.True(
                    status == (here.Contains(url) ? answer : HttpStatusCode.NotFound),
                    $"{path} at {url}: {status}"
                );
            }
        }
    }

    [Fact]
    public async Task Health_and_metrics_may_share_an_address()
    {
        var address = Address();
        await using var served = await ServedGateway.StartAsync(
            0,
            null,
            "--health-url",
            address,
            "--metrics-url",
            address
        );
        using var monitor = new HttpClient { BaseAddress = new Uri(address) };

        foreach (var path in (string[])["/health/ready", "/metrics"])
            Assert.Equal(HttpStatusCode.OK, (await monitor.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await monitor.GetAsync("/openapi.yaml")).StatusCode);
    }

    [Fact]
    public async Task What_an_instance_hands_on_is_answered_though_the_other_ones_admin_API_is_elsewhere()
    {
        var admin = Address();
        await using var both = await Together.StartAsync(moreOfOther: [.. _public, "--admin-url", admin]);
        for (var i = 1; ; i++)
        {
            Assert.True(i < 30, "all tenants are at one instance");
            await both.One.AskAsync(HttpMethod.Post, "tenants", $$"""{"slug":"tenant-{{i}}","name":"A tenant"}""");
            if (!await Together.IsAtAsync(both.One, $"tenant-{i}"))
            {
                // Handed on, it comes by the port of the instances.
                await both.One.AskAsync(HttpMethod.Get, $"tenants/tenant-{i}/preferences");
                break;
            }
        }
        using var other = new HttpClient { BaseAddress = new Uri(admin) };
        other.DefaultRequestHeaders.Authorization = new("Bearer", both.One.Key);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/admin/api/v1/tenants")).StatusCode);
    }

    private static string Address() =>
        string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Service.FreePort(Random.Shared)}");
}
