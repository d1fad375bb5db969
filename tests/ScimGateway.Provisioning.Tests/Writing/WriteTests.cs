using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Writing;

/// <summary>What a write of a user comes to, row by row from the table.</summary>
public class WriteTests
{
    private static readonly IReadOnlyList<WriteCase> _rows =
    [
        .. Vectors.Sections("writes.json").SelectMany(WriteCase.Read),
    ];

    public static IEnumerable<TheoryDataRow<int>> Rows() =>
        _rows.Select((row, at) => new TheoryDataRow<int>(at) { TestDisplayName = row.Name });

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_write_comes_to_what_the_table_says(int at) => Assert.Equal(_rows[at].Then, _rows[at].Decided());

    [Fact]
    public void Each_row_has_a_name_of_its_own() =>
        Assert.Equal(_rows.Count, _rows.DistinctBy(row => row.Name).Count());

    [Fact]
    public void The_page_shows_the_table() => GeneratedPage.AssertFresh("writes.md", Page());

    private static string Page()
    {
        var text = new StringBuilder(
            """
            # What a write of a user comes to

            Printed from `tests/vectors/writes.json`, each row of which is a test of `UserDecision` in
            `src/ScimGateway.Provisioning/Writing`. It gets what is there, the request and the preferences, and returns what
            `Apply` carries out. [contract.md](contract.md) has what the provider and Slack see of it.

            * *Request*: Ada is `ada.lovelace`, `ada@corp.example`, externalId 1, title Analyst, active. A request says what
              differs from that: `title=` leaves the title out, `address=a+b` gives two addresses.
            * *Before*: what there is. If nothing is said of Ada, she has an account that Slack has as she was wanted. *An
              account*, *another account*: nobody claims it. *Address*, *name*: it has Ada's address or Slack user name as its
              own; *second address*: as its second one; *userName*: it is shown under it.
            * *Result*: the verdict, then what else changes. *Reserves*: takes free keys. *Unknown*: is told again. *Waives*:
              what plans leave out from now on. *Clears*: what was asserted before and is not in the document. *Frees what it
              does not need*: the keys that neither the user nor Slack has for it.


            """
        );
        foreach (var section in _rows.GroupBy(row => row.Section))
        {
            text.Append($"## {section.Key}\n\n| Case | Request | Before | Preferences | Result |\n");
            text.Append("| --- | --- | --- | --- | --- |\n");
            foreach (var row in section)
                text.Append($"| {row.Name} | {row.When} | {Before(row)} | {Chosen(row)} | {row.Then} |\n");
            text.Append('\n');
        }
        text.Length--;
        return text.ToString();
    }

    private static string Before(WriteCase row) =>
        string.Join(
            "; ",
            new[]
            {
                row.Ada.Length == 0 ? "" : $"Ada: {row.Ada}",
                row.Others,
                row.Rule is null ? "" : $"rule 3: `{row.Rule}`",
                row.Tenant,
            }.Where(part => part.Length > 0)
        );

    private static string Chosen(WriteCase row) =>
        row.Chosen is null
            ? ""
            : string.Join(' ', JsonNode.Parse(row.Chosen)!.AsObject().Select(one => $"{one.Key}={one.Value}"));
}
