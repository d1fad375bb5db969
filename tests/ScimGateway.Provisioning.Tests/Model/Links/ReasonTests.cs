using System.Net;
using System.Text;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Wire;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Model.Links;

/// <summary>
/// The catalogue of reasons: what rows keep of them, what they say to people, and the page that shows it.
/// </summary>
public class ReasonTests
{
    // What rows have in them.
    private static readonly string[] _kept =
    [
        "Other",
        "GuardAccounts",
        "GuardMembers",
        "GuardGroups",
        "GuardAddresses",
        "AnotherPerson",
        "TwoAccounts",
        "ProtectedAsked",
        "AddressAsked",
        "AccountInConflict",
        "GroupInConflict",
        "Missing",
        "AddressTaken",
        "StepsAside",
        "DeactivatedInSlack",
        "GuestEnded",
        "Erased",
        "ErasedHere",
        "Unlinked",
        "Inactive",
        "OutOfScope",
        "UserLeftOut",
        "GroupLeftOut",
        "TokenOwner",
        "Bot",
        "ByHand",
        "SlackRefused",
        "AccountOfAnother",
        "AccountExists",
        "GroupOfAnother",
        "GroupExists",
        "SlackLate",
        "AnswerLost",
        "StaysInactive",
        "DeniedYetShown",
        "Restless",
        "SlackShut",
        "ShadowRun",
        "TenantDisabled",
        "NotReachable",
        "NestedGroup",
        "Dismissed",
        "ToldApart",
        "Reopened",
        "ReopenedAddress",
        "TakenOut",
        "GroupFull",
        "PutIn",
        "PutInSuspected",
        "GroupUpdatesOff",
    ];

    public static TheoryData<ReasonCode> Codes => [.. Enum.GetValues<ReasonCode>()];

    [Fact]
    public void Rows_keep_the_words_of_the_codes()
    {
        var words = Enum.GetNames<ReasonCode>();

        Assert.True(
            _kept.All(words.Contains),
            $"Rows keep these words: {string.Join(", ", _kept.Except(words))}. Add a migration."
        );
        Assert.True(
            words.All(_kept.Contains),
            $"Rows will keep these words: {string.Join(", ", words.Except(_kept))}. List them."
        );
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_code_has_one_line_with_a_sentence_a_remedy_and_somebody_who_can(ReasonCode code)
    {
        var line = Assert.Single(Reasons.All, row => row.Code == code);

        Assert.Same(line, Reasons.Of(code));
        Assert.NotEmpty(line.Says);
        Assert.EndsWith(".", line.Remedy, StringComparison.Ordinal);
        Assert.True(Enum.IsDefined(line.Who));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_reason_is_read_as_it_was_kept(ReasonCode code)
    {
        foreach (var words in (string?[])[null, "20", "400 two words", " blanks  around ", ""])
            Assert.Equal(new Reason(code, words), Reason.Parse(new Reason(code, words).ToString()));
    }

    [Fact]
    public void Nothing_kept_is_no_reason() => Assert.Null(Reason.Parse(null));

    [Theory]
    [InlineData("Forgotten")]
    [InlineData("Forgotten with words")]
    [InlineData("")]
    public void A_word_that_is_not_known_is_shown_as_it_is(string kept)
    {
        var read = Reason.Parse(kept)!;

        Assert.Equal(ReasonCode.Other, read.Code);
        Assert.Equal(kept, read.Sentence);
        Assert.Equal(read, Reason.Parse(read.ToString()));
    }

    [Theory]
    [InlineData("400 title_invalid", "Provider")]
    [InlineData("404 no_such_user", "Operator")]
    [InlineData("403 cannot_modify_owner", "Slack")]
    [InlineData("500 database_query_failure", "Gateway")]
    public void Who_can_end_a_refusal_depends_on_what_Slack_said(string words, string who) =>
        Assert.Equal(who, new Reason(ReasonCode.SlackRefused, words).Who.ToString());

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_sentence_says_what_is_particular_and_leaves_no_gap(ReasonCode code)
    {
        var words = code == ReasonCode.SlackRefused ? "400 title_invalid" : "U1 U2";
        var line = Reasons.Of(code);

        var says = new Reason(code, words).Sentence;

        Assert.DoesNotContain("{", says, StringComparison.Ordinal);
        Assert.Equal(
            line.Says.Contains("{0}", StringComparison.Ordinal),
            says.Contains(words.Split(' ')[1], StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Of_two_accounts_both_are_named_that_of_the_name_first() =>
        Assert.Equal(
            "A provider asked for a user with the name of U1 and the address of U2.",
            new Reason(ReasonCode.TwoAccounts, "U1 U2").Sentence
        );

    [Fact]
    public void What_Slack_refused_is_told_in_the_words_of_its_own_table()
    {
        foreach (var row in SlackErrors.Rows)
        {
            var error = new SlackError(400, row.Code, $"{row.Code} (username=vera)");
            var reason = Reason.Parse(Reason.Refused(error).ToString())!;

            Assert.Equal($"{error.ToScim().Message}.", reason.Sentence);
            Assert.Equal($"{SlackErrors.Row(error).Says} Slack says: {row.Code} (username=vera).", reason.Sentence);
            Assert.Equal(error.ToScim().Status, reason.ToScim().Status);
        }
    }

    [Fact]
    public void A_provider_is_refused_with_the_sentence()
    {
        var refusal = new Reason(ReasonCode.AccountExists, "U1").ToScim();

        Assert.Equal(HttpStatusCode.Conflict, refusal.Status);
        Assert.Equal("Slack has an account with this e-mail address already: U1.", refusal.Message);
    }

    [Fact]
    public void Six_await_approval_and_three_are_for_ever()
    {
        Assert.Equal(
            [
                ReasonCode.GuardAccounts,
                ReasonCode.GuardMembers,
                ReasonCode.GuardGroups,
                ReasonCode.GuardAddresses,
                ReasonCode.Reopened,
                ReasonCode.ReopenedAddress,
            ],
            Enum.GetValues<ReasonCode>().Where(code => new Reason(code).AwaitsApproval)
        );
        Assert.Equal(
            [ReasonCode.TokenOwner, ReasonCode.Bot, ReasonCode.ErasedHere],
            Enum.GetValues<ReasonCode>().Where(code => new Reason(code).IsForEver)
        );
    }

    [Fact]
    public void The_page_shows_the_catalogue() => GeneratedPage.AssertFresh("reasons.md", Page());

    private static string Page()
    {
        var text = new StringBuilder(
            """
            # Why something is not at Slack

            Printed from `src/ScimGateway.Provisioning/Model/Links/Reasons.cs`. The store keeps the code and the value for
            `…`: a limit, an id, a field. Go by the code; the sentence may change at any time.

            For Slack's own error codes, and what to do about them, see [slack](slack.md). What ends `SlackRefused`, and who can,
            depends on the error; the line has the usual.

            | Code | Sentence | What would end it | Who can |
            | --- | --- | --- | --- |

            """
        );
        foreach (var row in Reasons.All)
        {
            var says = row
                .Says.Replace("{0}", "…", StringComparison.Ordinal)
                .Replace("{1}", "…", StringComparison.Ordinal);
            text.Append($"| `{row.Code}` | {says} | {row.Remedy} | {Who(row.Who)} |\n");
        }
        return text.ToString();
    }

    private static string Who(Actor actor) =>
        actor switch
        {
            Actor.Gateway => "nobody has to",
            Actor.Provider => "the identity provider's administrator",
            Actor.Operator => "an operator of the gateway",
            _ => "an administrator of the Slack organization",
        };
}
