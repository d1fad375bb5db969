using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Security;
using Xunit;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>ID tokens that are right but for one thing, from the identity provider's own token endpoint.</summary>
public sealed class IdTokenTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("HS256")]
    public async Task One_that_nobody_has_signed_lets_nobody_in(string algorithm) =>
        await AssertRefusedAsync(
            (_, token) => LittleIssuer.Sign(Claims(token), new JsonObject { ["alg"] = algorithm }, _ => [])
        );

    [Fact]
    public async Task One_that_is_signed_by_the_public_key_as_a_secret_lets_nobody_in() =>
        await AssertRefusedAsync(
            (provider, token) =>
            {
                var key = Encoding.UTF8.GetBytes(provider.Signs.ExportSubjectPublicKeyInfoPem());
                return LittleIssuer.Sign(
                    Claims(token),
                    new JsonObject { ["alg"] = "HS256" },
                    bytes => HMACSHA256.HashData(key, bytes)
                );
            }
        );

    [Theory]
    [InlineData("crit", """["b64"]""")] // RFC 7515 §4.1.11
    [InlineData("typ", "\"at+jwt\"")] // RFC 9068
    [InlineData("typ", "\"logout+jwt\"")]
    [InlineData("kid", "1")]
    public async Task One_whose_header_says_that_it_is_something_else_lets_nobody_in(string name, string value) =>
        await AssertRefusedAsync(
            (provider, token) =>
            {
                var header = Part(token, 0);
                header[name] = JsonNode.Parse(value);
                return Signed(provider, header.ToJsonString(), Claims(token).ToJsonString());
            }
        );

    [Theory]
    [InlineData("\"sub\":\"grace\"")]
    [InlineData("\"roles\":[\"owners\"]")]
    [InlineData("\"email\":\"\\ud800\"")]
    public async Task One_that_can_be_read_in_two_ways_lets_nobody_in(string more) =>
        await AssertRefusedAsync(
            (provider, token) =>
                Signed(
                    provider,
                    Part(token, 0).ToJsonString(),
                    Claims(token).ToJsonString().Insert(1, $"{more},\"email\":\"ada@corp.example\",")
                )
        );

    [Theory]
    [InlineData("sub", "1")]
    [InlineData("exp", "\"9999999999\"")]
    [InlineData("events", """{"http://schemas.openid.net/event/backchannel-logout":{}}""")]
    public async Task One_whose_claims_are_not_of_an_ID_token_lets_nobody_in(string name, string value) =>
        await AssertRefusedAsync(
            (provider, token) =>
            {
                var claims = Claims(token);
                claims[name] = JsonNode.Parse(value);
                return Signed(provider, Part(token, 0).ToJsonString(), claims.ToJsonString());
            }
        );

    [Fact]
    public async Task One_that_lists_a_thousand_groups_lets_in()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await ServedGateway.StartAsync(0, null, provider.Settings());
        provider.Person["groups"] = new JsonArray([
            .. Enumerable.Range(0, 1_000).Select(_ => (JsonNode)$"{Guid.NewGuid()}"),
        ]);
        using var browser = new ConsoleBrowser(served);

        using var back = await browser.ByOrganizationAsync();

        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    private static async Task AssertRefusedAsync(Func<LittleProvider, string, string> forge)
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await ServedGateway.StartAsync(0, null, provider.Settings());
        provider.Forge = token => forge(provider, token);
        using var browser = new ConsoleBrowser(served);

        using (var back = await browser.ByOrganizationAsync())
            Assert.Equal(HttpStatusCode.Unauthorized, back.StatusCode);
        using (var console = await browser.GetAsync(""))
            Assert.Equal(HttpStatusCode.SeeOther, console.StatusCode);

        // The same one lets in as it was made.
        provider.Forge = null;
        using (var back = await browser.ByOrganizationAsync())
            Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    private static JsonObject Claims(string token) => Part(token, 1);

    private static JsonObject Part(string token, int part) =>
        JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[part]))!.AsObject();

    private static string Signed(LittleProvider provider, string header, string claims)
    {
        var signed = $"{LittleIssuer.Encoded(header)}.{LittleIssuer.Encoded(claims)}";
        var signature = provider.Signs.SignData(
            Encoding.ASCII.GetBytes(signed),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
