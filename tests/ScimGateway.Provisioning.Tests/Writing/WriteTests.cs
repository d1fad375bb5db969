using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Writing;

/// <summary>What a write of a user or group comes to, row by row from the tables.</summary>
public class WriteTests
{
    private static readonly IReadOnlyList<WriteRow> _users =
    [
        .. Read("writes.json", (section, row) => new WriteCase(section, row)),
    ];

    private static readonly IReadOnlyList<WriteRow> _groups =
    [
        .. Read("group-writes.json", (section, row) => new GroupCase(section, row)),
    ];

    private static readonly IReadOnlyList<WriteRow> _rows = [.. _users, .. _groups];

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
            # What a write comes to

            Printed from `tests/vectors/writes.json` and `group-writes.json`, each row of which is a test of `UserDecision` or
            `GroupDecision` in `src/ScimGateway.Provisioning/Writing`. It gets what is there, the request and the preferences,
            and returns what `Apply` carries out. [contract.md](contract.md) has what the provider and Slack see of it.

            # Users

            * *Request*: Ada is `ada.lovelace`, `ada@corp.example`, externalId 1, title Analyst, active. A request says what
              differs from that: `title=` leaves the title out, `address=a+b` gives two addresses.
            * *Before*: what there is. If nothing is said of Ada, she has an account that Slack has as she was wanted. *An
              account*, *another account*: nobody claims it. *Address*, *name*: it has Ada's address or Slack user name as its
              own; *second address*: as its second one; *userName*: it is shown under it. *Frozen*: out of scope, left in
              Slack as it was. *Told apart*: an operator has said that it is another person. *Blocked*: nothing can be sent.
              *Told active*, *told inactive*: what Slack was told last. *Held* with a reason: it waits for an operator.
            * *Result*: the verdict, then what else changes. *Allow* means that nothing forbids it; without an account or an
              address of its own the link may still end blocked. *Skip* takes it and leaves something out of Slack: *Account*
              (none is made, or the one there is stays), *Active* (it is not turned), *Rest* (all else that is written),
              *Address*, or *Scope* (no rule admits the user). *Counts*: one more for the guard. *Named*: the Slack user name. *Reserves*: takes free keys.
              *Goes first*: its turn comes next if it is about to let go of the key. *Ends the hold*: if there is one. *As
              leaver*, *as joiner*: the priority of the wish. *To be gone*: the account is to be inactive for good. *Leaves
              the userName*: nobody is shown under it any more. *Unknown*: is told again; *told whole*: all of it is. *Waives*:
              what plans leave out from now on. *Clears*: what was asserted before and is not in the document. *Frees what it
              does not need*: the keys that neither the user nor Slack has for it.


            """
        );
        Print(text, _users);
        text.Append(
            """
            # Groups

            * *Request*: Crew has externalId 1. A request says what differs from that, and a PATCH what it speaks of. *Members*:
              it changes members.
            * *Before*: what there is. If nothing is said of Crew, Slack has it as it was wanted. *Name*: a group's link has the
              wanted name; *shown*: providers see the group under it. *Rows*: what becomes of the member rows: *changed*,
              *shown* (providers see it, Slack does not hear of it), *told* (Slack hears of it); if nothing is said, nothing.
            * *Result*: as for users. A PUT without members removes all, and so changes no rows of a group that has none.
              *Rows go back*: if Slack refuses the name, members
              are as before. *Rows are told again*: whatever Slack was told. *Rolled back*: the member rows, too.


            """
        );
        Print(text, _groups);
        text.Length--;
        return text.ToString();
    }

    private static void Print(StringBuilder text, IEnumerable<WriteRow> rows)
    {
        foreach (var section in rows.GroupBy(row => row.Section))
        {
            text.Append($"## {section.Key}\n\n| Case | Request | Before | Preferences | Result |\n");
            text.Append("| --- | --- | --- | --- | --- |\n");
            foreach (var row in section)
                text.Append($"| {row.Name} | {row.When} | {row.Before} | {row.Chosen} | {row.Then} |\n");
            text.Append('\n');
        }
    }

    private static IEnumerable<WriteRow> Read(string file, Func<string, JsonObject, WriteRow> make) =>
        from section in Vectors.Sections(file)
        from row in section["rows"]!.AsArray()
        select make((string)section["section"]!, row.AsObject());
}
