using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using Xunit;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>Where a resource says it is.</summary>
public class PublicUrlTests
{
    private const string User = """{"userName":"ada"}""";

    [Fact]
    public async Task Behind_a_proxy_it_is_the_configured_URL_whatever_the_request_says()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { PublicUrl = new Uri("https://scim.corp.example/gw/") }
        );

        var answer = await CreateAsync(gateway, "Host: inner:8080");

        var id = answer.Json!["id"];
        Assert.Equal($"https://scim.corp.example/gw/demo/scim/v2/Users/{id}", answer.Header("Location"));
        Assert.Equal(answer.Header("Location"), (string?)answer.Json["meta"]!["location"]);
    }

    [Theory]
    [InlineData("localhost:8443")]
    [InlineData("LOCALHOST")]
    [InlineData("[::1]:80")]
    public async Task Without_one_it_is_the_address_of_this_machine_that_the_client_used(string host)
    {
        await using var gateway = await Gateway.StartAsync();

        Assert.StartsWith(
            $"http://{host}/demo/scim/v2/Users/",
            (await CreateAsync(gateway, $"Host: {host}")).Header("Location"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example:80")]
    [InlineData("localhost:99999")]
    [InlineData("10.1.2.3")]
    [InlineData("a'b;c")]
    public async Task A_host_that_is_not_this_machine_is_not_repeated(string host)
    {
        await using var gateway = await Gateway.StartAsync();

        var answer = await CreateAsync(gateway, $"Host: {host}");

        // What is not even a host is refused by the server itself.
        if (answer.Status != 400)
            Assert.StartsWith($"{gateway.Base}Users/", answer.Header("Location"), StringComparison.Ordinal);
        Assert.DoesNotContain(host, answer.Text, StringComparison.Ordinal);
    }

    // RFC 9110 §4.3.3: what came without encryption has been read by then; a redirect would hide it from whoever has it wrong.
    [Theory]
    [InlineData("/demo/scim/v2/Users", 200)]
    [InlineData("/admin/api/v1/tenants", 401)]
    [InlineData("/health/live", 200)]
    [InlineData("/openapi.yaml", 200)]
    [InlineData("/oauth/slack/begin", 403)]
    [InlineData("/demo/oauth/token", 405)]
    [InlineData("/", 401)]
    public async Task Nobody_is_redirected_from_http_to_https(string path, int status)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { PublicUrl = new Uri("https://scim.corp.example") }
        );

        var answer = await RawRequest.SendAsync(gateway, "GET", path);

        Assert.Equal((status, ""), (answer.Status, answer.Header("Location")));
    }

    [Fact]
    public async Task Nobody_is_believed_who_says_that_he_forwards()
    {
        await using var gateway = await Gateway.StartAsync();

        var answer = await CreateAsync(
            gateway,
            "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /x\r\nForwarded: host=evil.example"
        );

        Assert.StartsWith($"{gateway.Base}Users/", answer.Header("Location"), StringComparison.Ordinal);
    }

    // ASP.NET's own switch, which images and platforms set, would believe anybody.
    [Fact]
    public async Task Nobody_is_believed_either_where_the_platform_would()
    {
        const string Switch = "ASPNETCORE_FORWARDEDHEADERS_ENABLED";
        Environment.SetEnvironmentVariable(Switch, "true");
        try
        {
            await using var gateway = await Gateway.StartAsync();

            var answer = await CreateAsync(gateway, "X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.1");

            Assert.StartsWith($"{gateway.Base}Users/", answer.Header("Location"), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Switch, null);
        }
    }

    [Fact]
    public async Task A_proxy_that_is_configured_says_how_the_client_came()
    {
        await using var gateway = await Gateway.StartAsync(Behind("127.0.0.0/8"));

        var answer = await CreateAsync(
            gateway,
            "Host: inner:8080\r\nX-Forwarded-Host: scim.corp.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.1"
        );

        Assert.StartsWith(
            "https://scim.corp.example/demo/scim/v2/Users/",
            answer.Header("Location"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("javascript")]
    [InlineData("ftp")]
    public async Task No_address_begins_with_a_scheme_that_is_not_HTTPs_whatever_a_proxy_passes_on(string scheme)
    {
        await using var gateway = await Gateway.StartAsync(Behind("127.0.0.0/8"));

        var answer = await CreateAsync(gateway, $"X-Forwarded-Host: scim.corp.example\r\nX-Forwarded-Proto: {scheme}");

        Assert.StartsWith("http://scim.corp.example/demo/", answer.Header("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_public_URL_a_proxy_says_for_whom_it_asks_and_nothing_else()
    {
        await using var gateway = await Gateway.StartAsync(
            Behind("127.0.0.0/8") with
            {
                PublicUrl = new Uri("https://scim.corp.example"),
            }
        );

        var answer = await CreateAsync(
            gateway,
            "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\nX-Forwarded-For: 192.0.2.1"
        );

        Assert.StartsWith("https://scim.corp.example/demo/", answer.Header("Location"), StringComparison.Ordinal);
    }

    // Who tries credentials is known by the address that the last proxy has seen, whatever he puts before it.
    [Theory]
    [InlineData("127.0.0.0/8", "198.51.100.{0}, 192.0.2.1", 429)] // a client's own words
    [InlineData("127.0.0.0/8", "192.0.2.{0}", 401)] // clients behind the proxy
    [InlineData("127.0.0.0/8,10.1.0.0/16", "192.0.2.{0}, 10.1.2.3", 401)] // behind two of them
    [InlineData("127.0.0.0/8", "192.0.2.{0}, 10.1.2.3", 429)] // behind one that nobody has named
    [InlineData("127.0.0.0/8", "no address {0}", 429)]
    [InlineData("10.1.0.0/16", "192.0.2.{0}", 429)] // who says so is none
    [InlineData("", "192.0.2.{0}", 429)]
    public async Task A_client_is_who_the_proxies_say_he_is(string proxies, string said, int expected)
    {
        await using var gateway = await Gateway.StartAsync(Behind(proxies));
        RawAnswer? last = null;
        for (var i = 0; i <= WrongTries.Most; i++)
        {
            var forwarded = string.Format(CultureInfo.InvariantCulture, said, i + 1);
            last = await RawRequest.SendAsync(
                gateway.Base,
                Encoding.ASCII.GetBytes(
                    $"GET /demo/scim/v2/Users HTTP/1.1\r\nHost: {gateway.Base.Authority}\r\nConnection: close\r\nAuthorization: Bearer wrong\r\nX-Forwarded-For: {forwarded}\r\n\r\n"
                )
            );
        }

        Assert.Equal(expected, last!.Status);
    }

    [Theory]
    [InlineData("https://scim.corp.example", 365, "max-age=31536000")]
    [InlineData("https://scim.corp.example", 0, "")]
    [InlineData("http://scim.corp.example", 365, "")]
    [InlineData(null, 365, "")]
    public async Task Browsers_are_told_to_come_by_https_where_clients_do(string? url, int days, string told)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                PublicUrl = url is null ? null : new Uri(url),
                More = services => services.Configure<PublicUrlOptions>(options => options.HstsDays = days),
            }
        );

        foreach (var path in new[] { "/demo/scim/v2/Users", "/admin/api/v1/tenants", "/health/live", "/nothing" })
            Assert.Equal(told, (await RawRequest.SendAsync(gateway, "GET", path)).Header("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("https://scim.corp.example/gw", true)]
    [InlineData("scim.corp.example", false)]
    [InlineData("ftp://scim.corp.example", false)]
    [InlineData("https://a:b@scim.corp.example", false)]
    [InlineData("https://scim.corp.example/?x", false)]
    public void A_public_URL_is_one_that_can_be_extended(string url, bool taken) =>
        Assert.Equal(taken, DemoOptions.Parse(["--public-url", url]) is not null);

    private static Setting Behind(string proxies) =>
        new()
        {
            More = services =>
                services.Configure<PublicUrlOptions>(options =>
                    options.Proxies = [
                        .. proxies
                            .Split(',', StringSplitOptions.RemoveEmptyEntries)
                            .Select(network => IPNetwork.Parse(network)),
                    ]
                ),
        };

    private static Task<RawAnswer> CreateAsync(Gateway gateway, string headers) =>
        RawRequest.SendAsync(gateway, "POST", "/demo/scim/v2/Users", Encoding.UTF8.GetBytes(User), headers);
}
