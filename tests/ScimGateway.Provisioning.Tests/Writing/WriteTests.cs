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
            `GroupDecision` in `src/ScimGateway.Provisioning/Writing`. Each of these gets the present state, the request and
            the preferences, and returns a result, which `Apply` stores. The page gives no status codes of successes, and
            nothing that is checked before the decision: whether the resource exists (404), its schema (400), its version
            (412). [contract.md](contract.md) has what the provider and Slack see.

            # Users

            The user is Ada: `ada.lovelace`, `ada@corp.example`, externalId 1, title Analyst, active. A request says what
            differs from that: `title=` leaves the title out, `address=a+b` gives two addresses. If nothing is said of Ada
            before, she has an account, and Slack has it as she was wanted.

            | Word under *Before* | What there is |
            | --- | --- |
            | an account, another account | an account in Slack that no user has claimed |
            | address, second address, name, userName | who has what Ada is to get: as the primary address, as the second one, as the Slack user name, as the `userName` that providers see |
            | protected | an operator protects the account |
            | an owner; the token's owner | Slack refused a change since the account is an owner's; the account is that of the gateway's token |
            | imported, unclaimed | the account was in Slack before a user had it; no user has it yet |
            | being made; may be made | a create is due; a create was sent, and its outcome is unknown |
            | title may be sent | a call with the title is under way |
            | pending, failed, held, blocked, broken, unknown | the [state](states.md) of the link, with the reason for which it is held |
            | told active, told inactive, told another address | what Slack was told last |
            | let in by hand, put out by hand, titled otherwise by hand | what somebody changed in Slack since |
            | not let in | a preference left the new user out |
            | title left out, address guarded, dismissed | what plans leave out: as a preference wants it, as the guard holds it, as an operator dismissed it |
            | out of scope; frozen | no rule admits the user; nor did one, and the account was left as it was |
            | told apart, meant | an operator has said that this is another person, or that this account is meant |
            | unlinked | an operator has ended the claim |
            | leaving, active still | the deleted user's account is not deactivated yet, or stays active |
            | waits for the address | somebody else has the user's address |
            | N accounts in the hour, among M | the guard has counted so many other accounts, and so many are claimed |
            | nothing is counted yet, three names are read | what the decision has to go on; if that is too little, it asks *again* with more |
            | the guard rests | the guard does not count |
            | Slack is late, sends nothing | Slack cannot be told in time; nothing is sent for the tenant |

            | Word under *Result* | What follows |
            | --- | --- |
            | allow | no preference, rule or guard forbids it; without an account or an address of its own, the link may still become *blocked* |
            | skip | the write is stored, and Slack is not told of a part: *Account* (none is made, or the one there is stays), *Active* (it is not turned), *Rest* (all else that is written), *Address*, *Scope* (no rule admits the user) |
            | hold | the write is stored, and Slack is told after an operator has decided |
            | refused | nothing is stored but what the row says |
            | Grace goes first | the link of Grace has its turn next, in case it is about to free the key |
            | an operator decides on … | the question is listed as a hold, with its reason |
            | takes an account, claims | the account becomes the user's: with a new user, or with an unclaimed one that providers see |
            | named, reserves | the Slack user name, and the keys that the link takes |
            | as leaver, as joiner | the priority of the call |
            | to be gone | the account is to be deactivated, and stays so unless the user returns |
            | counts an account, counts an address | the guard adds one for this hour |
            | ends the hold | if there is one |
            | unknown …, told whole | the next plan sends these fields again, or all |
            | protection asked again | Slack decides whether the account is still protected |
            | waives, clears | plans leave this out from now on; this was asserted before and is not in the document |
            | frees what it does not need | the keys that neither the user nor Slack has for it any more |
            | asks no more for | no question of an operator about these keys is left for this user |
            | hides | an unclaimed account with this `userName` is not shown any more |
            | leaves the userName, leaves the former user's groups | it is free again; Slack is told to remove the account from these groups |
            | its groups are planned | since the account is active again |
            | the account goes back | to the deleted user who had it, and the decision is made again |


            """
        );
        Print(text, _users);
        text.Append(
            """
            # Groups

            The group is Crew, with externalId 1. A request says what differs from that, and a PATCH what it speaks of;
            *members*: it changes members. If nothing is said of Crew before, Slack has the group as it was wanted. Further
            words:

            | Word | What it means |
            | --- | --- |
            | name; shown | a group's link has the wanted name; providers see the group under it |
            | without group, gone in Slack | Slack has not got it; Slack says that it does not know it any more |
            | kept in Slack | the group was deleted, and a preference left it in Slack |
            | one look shows other members | a first look has found members that differ, and the second look is to come |
            | rows: changed, shown, told | what becomes of the rows of members: all of it; providers see it and Slack does not hear of it; Slack hears of it |
            | a new version, for members alone | providers see another version; nothing but members is to be told |
            | rows go back, rolled back | if Slack refuses the name, the members are as before; so they are at once, as the write is refused |
            | rows are left out, rows are told again | Slack does not hear of them; it hears of them whatever it was told before |
            | who is seen in it counts | the members that Slack showed are members as all others |
            | takes over the members, counts who leaves | of the deleted group that had the name; the guard counts all who leave |
            | as another source | the list of members is not the one of the group's own source |

            A PUT without members removes all, and so changes no rows of a group that has none.


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
