using System.Text;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Executing;

/// <summary>What Slack's replies mean, row by row from the table.</summary>
public class OutcomeTests
{
    private static readonly IReadOnlyList<OutcomeCase> _rows =
    [
        .. Vectors.Rows("outcomes.json").Select(OutcomeCase.Read),
    ];

    public static IEnumerable<TheoryDataRow<int>> Rows() =>
        _rows.Select((row, at) => new TheoryDataRow<int>(at) { TestDisplayName = row.Name });

    [Theory]
    [MemberData(nameof(Rows))]
    public void An_answer_means_what_the_table_says(int at) => Assert.Equal(_rows[at].Then, _rows[at].Judged());

    [Fact]
    public void Each_row_has_a_name_of_its_own() =>
        Assert.Equal(_rows.Count, _rows.DistinctBy(row => row.Name).Count());

    [Theory]
    [InlineData(0, 500)]
    [InlineData(1, 1_000)]
    [InlineData(6, 32_000)]
    [InlineData(7, 60_000)]
    [InlineData(1_000_000, 60_000)]
    public void What_is_late_is_tried_again_after_twice_as_long_each_time_and_at_least_each_minute(
        int tried,
        long milliseconds
    )
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Replies.UntilNext(tried));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(8, 256)]
    [InlineData(9, 360)]
    [InlineData(int.MaxValue, 360)]
    public void A_failure_is_tried_again_after_a_minute_at_first_and_after_six_hours_at_last(
        int attempts,
        int minutes
    ) => Assert.Equal(TimeSpan.FromMinutes(minutes), Replies.Retry(attempts));

    [Fact]
    public void The_page_shows_the_table() => GeneratedPage.AssertFresh("outcomes.md", Page());

    private static string Page()
    {
        var text = new StringBuilder(
            """
            # What Slack's replies mean

            Printed from `tests/vectors/outcomes.json`, each row of which is a test of `Replies`, `Accounts` and `Groups`
            in `src/ScimGateway.Provisioning`. They turn a reply into a transition, which `Recording` carries out.
            `SlackErrors` says which kind a refusal is.

            * *Waiting*: a request waits for the answer, until its time is over. It waits for the last wish of its document;
              a wish that came after the call was planned is not refused by it.
            * *New*: the link has no account or group yet. *To be gone*: it is to be deactivated or deleted.
            * *Taken back*: the document is restored, and the request gets Slack's refusal. If that cannot be done, the
              result behind *else* applies.
            * *Set aside*: plans leave the field out until the next write or try; the rest is sent.
            * *Again in*: the link stays pending.
            * *May land for*: whether Slack has what was carried is unknown. Nothing else is sent for the link in that
              time. Then unknown values are planned again; before a create is repeated, Slack is asked whether it
              happened.


            """
        );
        foreach (var section in _rows.GroupBy(Section))
        {
            text.Append($"## {section.Key}\n\n| Case | Command | Reply | Link | Waiting | Result |\n");
            text.Append("| --- | --- | --- | --- | --- | --- |\n");
            foreach (var row in section)
                text.Append(
                    $"| {row.Name} | {row.Told} | {row.Says} | {About(row)} | {(row.Waits ? "a request" : "")} | {row.Then} |\n"
                );
            text.Append('\n');
        }
        text.Length--;
        return text.ToString();
    }

    private static string Section(OutcomeCase row) =>
        row.Says switch
        {
            "no reply" => "No reply, or not done",
            _ when row.Says.StartsWith("not done", StringComparison.Ordinal) => "No reply, or not done",
            _ when !char.IsAsciiDigit(row.Says[0]) => row.Told.Contains("group", StringComparison.Ordinal)
                ? "Done: groups"
                : "Done: accounts",
            _ => row.Told.Contains("group", StringComparison.Ordinal) ? "Refused: groups" : "Refused: accounts",
        };

    private static string About(OutcomeCase row) =>
        string.Join(
            ", ",
            new[]
            {
                row.About,
                row.Spoke is null ? "" : $"the request named {row.Spoke}",
                row.Chosen?.Trim('{', '}')
                    .Replace("\"", "", StringComparison.Ordinal)
                    .Replace(":", " ", StringComparison.Ordinal)
                    ?? "",
            }.Where(part => part.Length > 0)
        );
}
