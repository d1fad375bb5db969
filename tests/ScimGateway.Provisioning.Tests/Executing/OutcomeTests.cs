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
        var link = Link.New(new TenantId(1), Kind.User);
        for (var i = Math.Min(tried, 100); i > 0; i--)
            link = link.Delay(default, ReasonCode.SlackLate);

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Replies.UntilNext(link));
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
            in `src/ScimGateway.Provisioning`. They say what a reply makes of a link; `Recording` carries it out and
            decides nothing. Which kind a refusal is stands in `SlackErrors`.

            * *Who waits*: a request whose answer is out. It waits for the wish that last spoke of the document, until
              its time is over; a wish that came after the call was planned is not refused for it.
            * *Taken back*: the document goes back to what it was, and the request gets Slack's refusal. Where there is no
              way back, what stands behind *else* happens.
            * *Left aside*: the field is in no plan until it is written again or tried again; the rest is sent without it.
            * *Again in*: the link stays pending.
            * *May land for*: whether Slack has what was carried is unknown. Nothing else is told of the link in that
              time; then what is not known is planned again, and of a create Slack is asked first whether it happened.


            """
        );
        foreach (var section in _rows.GroupBy(Section))
        {
            text.Append(
                $"## {section.Key}\n\n| Case | Slack is told | Slack says | Of a link | Who waits | What is done |\n"
            );
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
                row.Spoke is null ? "" : $"the request spoke of {row.Spoke}",
                row.Chosen?.Trim('{', '}')
                    .Replace("\"", "", StringComparison.Ordinal)
                    .Replace(":", " ", StringComparison.Ordinal)
                    ?? "",
            }.Where(part => part.Length > 0)
        );
}
