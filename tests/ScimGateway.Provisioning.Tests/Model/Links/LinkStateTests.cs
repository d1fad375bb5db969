using System.Reflection;
using System.Text;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Wire;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Model.Links;

/// <summary>
/// The table of states against links that come into them by their own methods, and the page that shows it.
/// </summary>
public class LinkStateTests
{
    private static readonly LinkState[] _states = Enum.GetValues<LinkState>();

    // What leaves the state alone: each stands here, so that a new method has to say what it does.
    private static readonly Dictionary<string, Func<Link, Link>> _quiet = new()
    {
        [nameof(Link.Accept)] = link => link.Accept(link.WantedVersion),
        [nameof(Link.Hurry)] = link => link.Hurry(),
        [nameof(Link.Want)] = link => link.Want(absent: true),
        [nameof(Link.ClaimBy)] = link => link.ClaimBy(ResourceId.New(Moves.Now.ToTime())),
        [nameof(Link.PassTo)] = link => link.PassTo(ResourceId.New(Moves.Now.ToTime()), MatchedBy.Former),
        [nameof(Link.TakeSeen)] = link => link.TakeSeen(MatchedBy.Address),
        [nameof(Link.Name)] = link => link.Name("vera"),
        [nameof(Link.TryName)] = link => link.TryName("vera1"),
        [nameof(Link.Adopt)] = link => link.Adopt(),
        [nameof(Link.Blank)] = link => link.Blank(),
        [nameof(Link.Deliver)] = link => link.Deliver("U1", SlackProfile.Empty, null, Moves.Now),
        [nameof(Link.Rename)] = link => link.Rename(SlackProfile.Empty),
        [nameof(Link.Lose)] = link => link.Lose(SlackProfile.Empty, Moves.Retry),
        [nameof(Link.Unlearn)] = link => link.Unlearn(FieldSet.Of(SlackField.Title)),
        [nameof(Link.UnlearnAll)] = link => link.UnlearnAll(),
        [nameof(Link.UnlearnFor)] = link => link.UnlearnFor(active: true),
        [nameof(Link.Vanish)] = link => link.Vanish(),
        [nameof(Link.Erase)] = link => link.Erase(),
        [nameof(Link.See)] = link => link.See(SlackProfile.Empty, Moves.Now, isEcho: true),
        [nameof(Link.SeeGroup)] = link => link.SeeGroup(SlackProfile.Empty, Moves.Now),
        [nameof(Link.Land)] = link => link.Land(),
        [nameof(Link.Reach)] = link => link.Reach(isReachable: true, Moves.Now),
        [nameof(Link.AskBeforeCreating)] = link => link.AskBeforeCreating(),
        [nameof(Link.AskInPlace)] = link => link.AskInPlace(),
        [nameof(Link.AskIfGone)] = link => link.AskIfGone(),
        [nameof(Link.AskWhoHasIt)] = link => link.AskWhoHasIt(),
        [nameof(Link.AskedAlready)] = link => link.AskedAlready(),
        [nameof(Link.ConfirmThere)] = link => link.ConfirmThere(Moves.Retry, Moves.Why),
        [nameof(Link.StopAsking)] = link => link.StopAsking(),
        [nameof(Link.LetStay)] = link => link.LetStay(),
        [nameof(Link.Delay)] = link => link.Delay(Moves.Retry, Moves.Why),
        [nameof(Link.PutAside)] = link => link.PutAside(FieldSet.Of(SlackField.Title), Moves.Why),
        [nameof(Link.Protect)] = link => link.Protect(Moves.Why),
        [nameof(Link.SettleUpTo)] = link => link.SettleUpTo(link.SettledVersion, Moves.Now),
        [nameof(Link.SettleAll)] = link => link.SettleAll(),
        [nameof(Link.Narrow)] = link => link.Narrow(5),
        [nameof(Link.WaitFor)] = link => link.WaitFor(ReasonCode.ShadowRun),
        [nameof(Link.TryAgain)] = link => link.TryAgain(),
        [nameof(Link.Drift)] = link => link.Drift(Moves.Now, isSuspected: true, "title"),
        [nameof(Link.TakeDrift)] = link => link.TakeDrift(SlackProfile.Empty, FieldSet.Of(SlackField.Title)),
    };

    // What raises an event.
    private static readonly string[] _loud =
    [
        nameof(Link.Wish),
        nameof(Link.Suspend),
        nameof(Link.StepAside),
        nameof(Link.StepBack),
        nameof(Link.Renew),
        nameof(Link.Join),
        nameof(Link.TakeBack),
        nameof(Link.ClaimAnew),
        nameof(Link.End),
        nameof(Link.Release),
        nameof(Link.Present),
        nameof(Link.SeeProtected),
        nameof(Link.SeeFree),
        nameof(Link.EndClaim),
        nameof(Link.ProtectByHand),
        nameof(Link.Forget),
        nameof(Link.Touch),
        nameof(Link.Know),
        nameof(Link.ReadInVain),
        nameof(Link.Depart),
    ];

    public static IEnumerable<TheoryDataRow<LinkState, LinkEvent>> Fields() =>
        from state in _states
        where Moves.In(state) is not null
        from happens in Enum.GetValues<LinkEvent>()
        select new TheoryDataRow<LinkState, LinkEvent>(state, happens) { TestDisplayName = $"{state}: {happens}" };

    [Theory]
    [MemberData(nameof(Fields))]
    public void An_event_leads_where_the_table_says_or_cannot_happen(LinkState state, LinkEvent happens)
    {
        foreach (var kind in Enum.GetValues<Kind>())
        {
            var link = Moves.In(state, kind)!;
            var move = Moves.ByEvent[happens];
            Assert.Equal(state, link.State);

            if (Line(state, happens) is { } line)
                Assert.Equal(line.To ?? state, move(link).State);
            else
                Assert.Throws<InvalidOperationException>(() => move(link));
        }
    }

    [Fact]
    public void Each_event_has_a_method_that_raises_it_and_a_line_of_the_table()
    {
        Assert.Equal(Enum.GetValues<LinkEvent>(), Moves.ByEvent.Keys.Order());
        Assert.Equal(Enum.GetValues<LinkEvent>(), LinkStates.Table.Select(line => line.Event).Distinct().Order());
    }

    [Fact]
    public void No_state_has_two_lines_for_one_event() =>
        Assert.All(
            LinkStates.Table.SelectMany(line => line.From, (line, from) => (line.Event, from)).GroupBy(field => field),
            field => Assert.Single(field)
        );

    [Fact]
    public void Something_leads_to_each_state() => Assert.All(_states, state => Assert.NotNull(Moves.In(state)));

    [Fact]
    public void Whatever_raises_no_event_leaves_the_state_alone()
    {
        foreach (var state in _states)
            if (Moves.In(state) is { } link)
                Assert.All(_quiet, method => Assert.Equal(state, method.Value(link).State));
    }

    [Fact]
    public void Each_method_of_a_link_is_one_or_the_other() =>
        Assert.Equal(
            typeof(Link)
                .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .Where(method => method.ReturnType == typeof(Link) && method.Name[0] != '<')
                .Select(method => method.Name)
                .Order(StringComparer.Ordinal),
            _quiet.Keys.Concat(_loud).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void What_is_not_in_the_table_is_refused_in_words()
    {
        var settled = Moves.In(LinkState.Settled)!;

        var refused = Assert.Throws<InvalidOperationException>(() => settled.TakeBack(absent: false, null, Moves.Now));

        Assert.Equal("A link that is Settled cannot be TakenBack.", refused.Message);
    }

    [Fact]
    public void The_page_shows_the_table() => GeneratedPage.AssertFresh("states.md", Page());

    private static LinkStates.Line? Line(LinkState state, LinkEvent happens) =>
        LinkStates.Table.SingleOrDefault(line => line.Event == happens && line.From.Contains(state));

    private static string Page()
    {
        var text = new StringBuilder(
            """
            # The states of a link

            Printed from the table in `src/ScimGateway.Provisioning/Model/Links/LinkStates.cs`, which a test runs on real
            links. A link is one account or group that Slack has or may get. Its state says how far its last wish has
            come; its [reason](reasons.md) says why.

            ## The states

            | State | Meaning | What ends it | Who can |
            | --- | --- | --- | --- |

            """
        );
        foreach (var state in _states)
        {
            var (means, ends, who) = Legend(state);
            text.Append($"| `{LinkSchema.Word(state)}` | {means} | {ends} | {who} |\n");
        }
        text.Append(
            $"""

            ## What happens

            Each row is an event and when it happens. Each column is the state before the event, each cell the state after
            it. `=`: the state stays. An empty cell: the event cannot happen in that state, and the code throws if it does.

            | Event | When | {string.Join(" | ", _states.Select(LinkSchema.Word))} |
            | --- | --- |{string.Concat(_states.Select(_ => " --- |"))}

            """
        );
        foreach (var lines in LinkStates.Table.GroupBy(line => line.Event))
        {
            var when = string.Join("; ", lines.Select(Said));
            text.Append(
                $"| {lines.Key} | {when} |{string.Concat(_states.Select(state => $" {Field(state, lines.Key)} |"))}\n"
            );
        }
        return text.ToString();
    }

    // Where a line of two says when the state stays, it is told of which states.
    private static string Said(LinkStates.Line line) =>
        line.To is null && line.From.Count == 1 ? $"{LinkSchema.Word(line.From[0])}: {line.Says}"
        : line.To is null ? $"elsewhere: {line.Says}"
        : line.Says;

    private static string Field(LinkState state, LinkEvent happens) =>
        Line(state, happens) is not { } line ? ""
        : line.To is { } to && to != state ? LinkSchema.Word(to)
        : "=";

    [Fact]
    public void What_is_held_says_what_an_operator_has_to_decide()
    {
        var wish = Moves.Wish with { Held = new Reason(ReasonCode.GuardAddresses, "20") };
        var doubted = Moves.Wish with { Held = ReasonCode.AnotherPerson };

        Assert.Equal(HeldFor.Approval, Moves.In(LinkState.Pending)!.Wish(wish).HeldFor);
        Assert.Equal(HeldFor.AnotherPerson, Moves.In(LinkState.Settled)!.Wish(doubted).HeldFor);
        Assert.Equal(
            HeldFor.DeactivatedInSlack,
            Moves.ByEvent[LinkEvent.Suspended](Moves.In(LinkState.Pending)!).HeldFor
        );
        Assert.Equal(HeldFor.Conflict, Moves.ByEvent[LinkEvent.FoundInConflict](Moves.In(LinkState.Settled)!).HeldFor);
        Assert.All(_states.Where(state => state != LinkState.Held), state => Assert.Null(Moves.In(state)?.HeldFor));
    }

    private static (string Means, string Ends, string Who) Legend(LinkState state) =>
        state switch
        {
            LinkState.Settled => ("Nothing is left to do.", "Another wish.", "provider"),
            LinkState.Pending => (
                "A call to Slack is due, or what Slack has is unknown.",
                "Slack's reply.",
                "gateway, by itself"
            ),
            LinkState.Failed => (
                "Slack refused a field and has the rest. Of a new account Slack may have nothing.",
                "Another value from the provider. Otherwise the gateway tries the field again, first after 1 min, later every 6 h.",
                "provider"
            ),
            LinkState.Held => (
                "The guard holds it, it may be another person's, Slack deactivated it with a change, or another resource has its name or address.",
                "An operator releases or dismisses it. A conflict ends with an import that finds the name or address free.",
                "operator"
            ),
            LinkState.Blocked => (
                "Slack cannot have it yet: it has no address, it is inactive and has no account, no rule admits it, or a preference leaves it out. Or Slack keeps an account that the provider wants gone: an operator dismissed the change, or a preference leaves it out.",
                "The missing value, a freed address, a rule or a preference.",
                "provider or operator, as the reason says"
            ),
            LinkState.Protected => (
                "Nobody may change it: Slack refuses it, an operator forbids it, or it is a bot's or the token owner's.",
                "A release or `unprotect` by an operator, after which Slack's reply counts; for the token's owner, the token of another account; for a bot, nothing.",
                "operator"
            ),
            LinkState.Broken => (
                "Slack said twice that it does not know the account or group, and the gateway makes no other one: it is to be gone, or a preference forbids it.",
                "Whatever is wanted of it next, which asks Slack once more: a provider's write, `provision`, a re-sync, an import that finds it.",
                "provider or operator"
            ),
            _ => (
                "A script wrote it through the v1 lane; what Slack has is unknown.",
                "Slack's reply, if it shows the account; else a read, of a group after 11 s. A provider's request goes first.",
                "gateway, by itself"
            ),
        };
}
