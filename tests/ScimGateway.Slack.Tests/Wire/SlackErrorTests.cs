using System.Text;
using System.Text.Json;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Wire;

/// <summary>How a refusal is read, in whichever form it comes (docs/slack.md 8.1).</summary>
public class SlackErrorTests
{
    [Theory]
    [InlineData(
        """{"Errors":{"description":"username_taken (username=vera)","code":400}}""",
        "username_taken",
        "username_taken (username=vera)"
    )]
    [InlineData("""{"Errors":[{"description":"username_taken","code":"400"}]}""", "username_taken", "username_taken")]
    [InlineData("""{"Errors":[{"code":400},{"description":"username_taken"}]}""", "username_taken", "username_taken")]
    [InlineData("""{"ok":false,"error":"ratelimited"}""", "ratelimited", "ratelimited")]
    [InlineData(
        """{"schemas":["x"],"detail":"missing_schema_element","status":400}""",
        "missing_schema_element",
        "missing_schema_element"
    )]
    [InlineData(
        """{"Errors":{"description":"username_taken(username=vera)"}}""",
        "username_taken",
        "username_taken(username=vera)"
    )]
    [InlineData("""{"Errors":{"description":"Something went wrong"}}""", "Something", "Something went wrong")]
    [InlineData("""{"Errors":{"description":" username_taken "}}""", "username_taken", "username_taken")]
    [InlineData("""{"Errors":{"description":17}}""", "17", "17")]
    [InlineData("""{"Errors":{"description":"invalid_name \uD83D x"}}""", "invalid_name", "invalid_name \uFFFD x")] // cut within a letter
    [InlineData("""{"Errors":{"description":"invalid_name \uDE00"}}""", "invalid_name", "invalid_name \uFFFD")]
    [InlineData(
        """{"Errors":{"description":"invalid_name \uD83D\uDE00"}}""",
        "invalid_name",
        "invalid_name \U0001F600"
    )]
    [InlineData("""{"Errors":{"description":"invalid_name \\uD83D"}}""", "invalid_name", "invalid_name \\uD83D")]
    [InlineData(
        """{"Errors":{"description":"invalid_name (token=xoxp-12-ab_C, was xoxe.XOXP-1-Z)"}}""",
        "invalid_name",
        "invalid_name (token=xox…, was xox…)"
    )]
    [InlineData("""{"Errors":{"description":""}}""", "HTTP", "HTTP 400")]
    [InlineData("""{"Errors":{"description":"  "}}""", "HTTP", "HTTP 400")]
    [InlineData("""{"Errors":{"description":null,"code":400}}""", "HTTP", "HTTP 400")]
    [InlineData("""{"Errors":{"description":{"x":1}}}""", "HTTP", "HTTP 400")]
    [InlineData("""{"Errors":null}""", "HTTP", "HTTP 400")]
    [InlineData("{}", "HTTP", "HTTP 400")]
    [InlineData("[]", "HTTP", "HTTP 400")]
    [InlineData("null", "HTTP", "HTTP 400")]
    [InlineData("", "HTTP", "HTTP 400")]
    [InlineData("<html>Bad Gateway</html>", "HTTP", "HTTP 400")]
    [InlineData("""{"Errors":{"description":"username_""", "HTTP", "HTTP 400")]
    public void Code_and_words_are_found(string body, string code, string words) =>
        Assert.Equal(new SlackError(400, code, words), SlackError.Read(400, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Words_that_are_not_UTF_8_are_words_all_the_same()
    {
        byte[] body = [.. """{"Errors":{"description":"invalid_name """u8, 0xF0, 0x9F, .. "\"}}"u8];

        Assert.Equal(new SlackError(400, "invalid_name", "invalid_name \uFFFD"), SlackError.Read(400, body));
    }

    [Fact]
    public void Values_stand_behind_their_keys()
    {
        var error = new SlackError(400, "username_taken", "username_taken (username=vera.holm-2, channel=general)");

        Assert.Equal("vera.holm-2", error.Value("username"));
        Assert.Equal("general", error.Value("channel"));
        Assert.Null(error.Value("user"));
        Assert.Null(error.Value("existing_user"));
        Assert.False(error.IsEmailTaken);
    }

    [Fact]
    public void What_is_kept_comes_back_with_the_fields_that_were_meant()
    {
        var error = new SlackError(400, "odd", "odd (user=vera)");
        var meant = error with { Blames = [SlackField.Title, SlackField.GuestType] };

        Assert.Equal("400 odd (user=vera)", error.ToStored());
        Assert.Equivalent(error, SlackError.Parse(error.ToStored()));
        Assert.Equal("400:Title:GuestType odd (user=vera)", meant.ToStored());
        Assert.Equal(meant.Blames, SlackError.Parse(meant.ToStored()).Blames);
        Assert.Equivalent(error, SlackError.Parse("400:NoSuchField odd (user=vera)"));
    }

    [Fact]
    public void No_more_than_500_characters_are_kept()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { Errors = new { description = "odd_code " + new string('x', 100_000), code = 400 } }
        );
        var error = SlackError.Read(400, body);

        Assert.Equal("odd_code", error.Code);
        Assert.Equal("odd_code " + new string('x', 491), error.Words);
    }

    [Fact]
    public void A_code_without_an_end_is_bounded_too()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { Errors = new { description = new string('x', 100_000) } });

        Assert.Equal(500, SlackError.Read(400, body).Code.Length);
    }
}
