using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>tests/vectors/slack-errors.json: what each refusal of Slack's means, and what the provider reads.</summary>
public partial class SlackErrorsTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Errors => Vectors.Rows("slack-errors.json", "errors");

    public static IEnumerable<TheoryDataRow<string, string>> Taken => Vectors.Rows("slack-errors.json", "taken");

    [Theory]
    [MemberData(nameof(Errors))]
    public void A_refusal_has_a_kind_and_an_answer_for_the_provider(string name, string row)
    {
        var json = JsonNode.Parse(row)!;
        var error = Refusal((string)json["description"]!, (int)json["status"]!);
        var line = SlackErrors.Row(error);
        var answer = error.ToScim();

        Assert.NotNull(name);
        Assert.Equal((string?)json["code"], error.Code);
        Assert.Equal((string?)json["kind"], line.Kind.ToString());
        Assert.Equal((string?)json["field"], line.Field is { } field ? SlackProfile.Name(field) : null);
        Assert.Equal((int?)json["http"], (int)answer.Status);
        Assert.Equal((string?)json["scimType"], answer.ScimType);
        // A sentence that says what to do, and Slack's own words behind it.
        Assert.Matches(@"^[A-Z].*\. Slack says: ", answer.Message);
        Assert.EndsWith((string)json["description"]!, answer.Message);
    }

    [Theory]
    [MemberData(nameof(Taken))]
    public void An_address_that_has_a_holder_is_a_conflict_however_Slack_says_it(string name, string row)
    {
        var json = JsonNode.Parse(row)!;
        var error = Refusal((string)json["description"]!, 400);

        Assert.NotNull(name);
        Assert.Equal((string?)json["code"], error.Code);
        Assert.True(error.IsEmailTaken);
        Assert.Equal((string?)json["existingUser"], error.ExistingUser);
        Assert.Equal(SlackErrorKind.Conflict, SlackErrors.Row(error).Kind);
        Assert.Equal(SlackField.PrimaryEmail, SlackErrors.Row(error).Field);
        Assert.Equal("uniqueness", error.ToScim().ScimType);
    }

    [Fact]
    public void Every_code_of_the_table_has_a_row_in_the_vectors()
    {
        var there = Errors.Select(e => (string)JsonNode.Parse(e.Data.Item2)!["code"]!).ToHashSet();

        Assert.Empty(SlackErrors.Rows.Select(r => r.Code).Except(there));
        Assert.Equal(["brand_new_code"], there.Except(SlackErrors.Rows.Select(r => r.Code)));
    }

    [Fact]
    public void Every_code_that_docs_slack_md_names_has_a_line()
    {
        // 8.3 names those whose status is not simply 400.
        var codes = Section(Vectors.Page("slack.md"), "### 8.3", "## 9")
            .Split('\n')
            .Where(line => line.StartsWith('|'))
            .SelectMany(line => Code().Matches(line.Split('|')[1]).Select(m => m.Groups["code"].Value))
            .ToHashSet();
        Assert.True(codes.Count > 20, $"{codes.Count} codes were found.");
        Assert.Empty(codes.Except(SlackErrors.Rows.Select(r => r.Code)));
    }

    [Fact]
    public void A_code_has_one_line() =>
        Assert.Equal(SlackErrors.Rows.Count, SlackErrors.Rows.Select(r => r.Code).Distinct().Count());

    [Fact]
    public void Every_line_is_a_sentence() => Assert.All(SlackErrors.Rows, r => Assert.Matches(@"^[A-Z].+\.$", r.Says));

    [Fact]
    public void An_unknown_code_keeps_its_words()
    {
        var error = Refusal("brand_new_code (moon=full)", 400);

        Assert.Equal("brand_new_code", SlackErrors.Row(error).Code);
        Assert.EndsWith("Slack says: brand_new_code (moon=full)", error.ToScim().Message);
    }

    [Fact]
    public void However_much_Slack_says_the_provider_reads_a_bounded_part()
    {
        var detail = Refusal("odd_code " + new string('x', 1_000_000), 400).ToScim().Message;

        Assert.InRange(detail.Length, 500, 800);
    }

    private static SlackError Refusal(string description, int status) =>
        SlackError.Read(
            status,
            JsonSerializer.SerializeToUtf8Bytes(new { Errors = new { description, code = status } })
        );

    private static string Section(string text, string from, string to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal);
        return text[start..text.IndexOf(to, start + from.Length, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"`(?<code>[A-Za-z]+(_[A-Za-z]+)+)`")]
    private static partial Regex Code();
}
