using ScimGateway.Slack.Http;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>What Slack says of a token, read from a socket.</summary>
public class SlackTokenTestTests
{
    [Theory]
    [InlineData("""{"ok":true,"enterprise_id":"E1","team_id":"E1","user_id":"U1"}""", "E1")]
    [InlineData("""{"ok":true,"team_id":"T1","user_id":"U1"}""", "T1")]
    [InlineData("""{"ok":true,"enterprise_id":"E1 <b>","team_id":"T1","user_id":"U1"}""", null)]
    [InlineData("""{"ok":true,"team_id":"../T1","user_id":"U1"}""", null)]
    [InlineData("""{"ok":true,"team_id":"T1","user_id":"U1\nU2"}""", null)]
    [InlineData("""{"ok":true,"team_id":"T1"}""", null)]
    public async Task An_organization_or_an_owner_whose_id_is_none_is_no_answer(string json, string? organization)
    {
        await using var slack = new RawServer("200 OK\r\nContent-Type: application/json", json);
        using var http = new HttpClient();
        var connection = new SlackConnection(slack.Address, new SlackToken("xoxp-any"));

        var said = await SlackTokenTest.AskAsync(
            http,
            connection,
            TimeSpan.FromSeconds(30),
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(organization, (said as SlackTokenTest.Valid)?.OrganizationId);
        Assert.Equal(organization is null, said is SlackTokenTest.NoAnswer);
    }

    [Theory]
    [InlineData("token_revoked", "token_revoked")]
    [InlineData("ada@corp.example is away", "and gives no code")]
    [InlineData("Ada", "and gives no code")]
    public async Task A_refusal_has_a_code_of_Slacks_and_no_other_word(string error, string code)
    {
        await using var slack = new RawServer(
            "200 OK\r\nContent-Type: application/json",
            $$"""{"ok":false,"error":"{{error}}"}"""
        );
        using var http = new HttpClient();

        var said = await SlackTokenTest.AskAsync(
            http,
            new SlackConnection(slack.Address, new SlackToken("xoxp-any")),
            TimeSpan.FromSeconds(30),
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(code, Assert.IsType<SlackTokenTest.Refused>(said).Error);
    }

    [Theory]
    [InlineData("gzip", "no gzip at all")]
    [InlineData("br", "no brotli at all, however long it may be")]
    public async Task What_cannot_be_decompressed_is_no_answer(string encoding, string body)
    {
        await using var slack = new RawServer($"200 OK\r\nContent-Encoding: {encoding}", body);
        using var http = SlackHttp.NewClient();

        var said = await SlackTokenTest.AskAsync(
            http,
            new SlackConnection(slack.Address, new SlackToken("xoxp-any")),
            TimeSpan.FromSeconds(30),
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );

        Assert.IsType<SlackTokenTest.NoAnswer>(said);
    }
}
