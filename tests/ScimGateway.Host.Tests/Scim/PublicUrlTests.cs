using System.Text;
using ScimGateway.Host.Demo;
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

    [Theory]
    [InlineData("https://scim.corp.example/gw", true)]
    [InlineData("scim.corp.example", false)]
    [InlineData("ftp://scim.corp.example", false)]
    [InlineData("https://a:b@scim.corp.example", false)]
    [InlineData("https://scim.corp.example/?x", false)]
    public void A_public_URL_is_one_that_can_be_extended(string url, bool taken) =>
        Assert.Equal(taken, DemoOptions.Parse(["--public-url", url]) is not null);

    private static Task<RawAnswer> CreateAsync(Gateway gateway, string headers) =>
        RawRequest.SendAsync(gateway, "POST", "/demo/scim/v2/Users", Encoding.UTF8.GetBytes(User), headers);
}
