using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Model.Links;

/// <summary>What a wish does to a link: its place in the queue, what it speaks of, who waits for it.</summary>
public class WishTests
{
    private static readonly Instant Later = Moves.Now + TimeSpan.FromSeconds(1);

    [Fact]
    public void What_is_held_stays_held_whatever_becomes_of_an_older_wish_meanwhile()
    {
        var guard = new Reason(ReasonCode.GuardAccounts, "20");
        var told = Link.New(new TenantId(1), Kind.User).Wish(Wish(SlackPriority.Update));
        var held = told.Wish(Wish(SlackPriority.Leaver) with { Held = guard });
        var refused = new Reason(ReasonCode.SlackRefused, "400 photos_invalid");

        Link[] after =
        [
            held.Delay(Later, refused),
            held.PutAside(FieldSet.Of(SlackField.Photo), refused),
            held.End(told.WantedVersion, new LinkOutcome(LinkEvent.Settled), Later),
            held.End(held.WantedVersion, new LinkOutcome(LinkEvent.Failed, refused, Later), Later),
            held.SettleUpTo(told.WantedVersion, Later),
        ];

        Assert.All(
            after,
            link =>
                Assert.Equal(
                    (LinkState.Held, guard, held.WantedVersion),
                    (link.State, link.Reason, link.SettledVersion)
                )
        );
    }

    private static Wish Wish(SlackPriority priority) =>
        new(OperationId.New(Moves.Now.ToTime()), FieldSet.Of(SlackField.Title), priority, Moves.Now, Later);

    public static IEnumerable<TheoryDataRow<Kind, SlackPriority, SlackPriority, SlackPriority, bool>> Places()
    {
        // what it has, what comes, what it has then, and whether it is as old as before
        return
        [
            Row(
                "a leaver does not fall behind because of a change",
                Kind.User,
                SlackPriority.Leaver,
                SlackPriority.Update,
                true
            ),
            Row(
                "who is waited for does not fall behind because of a change",
                Kind.User,
                SlackPriority.Awaited,
                SlackPriority.Update,
                true
            ),
            Row(
                "a joiner does not fall behind because of a change",
                Kind.User,
                SlackPriority.Joiner,
                SlackPriority.Update,
                true
            ),
            Row(
                "a user's change after a change is as old as the last",
                Kind.User,
                SlackPriority.Update,
                SlackPriority.Update,
                false
            ),
            Row(
                "a group's change after a change is as old as the first",
                Kind.Group,
                SlackPriority.Update,
                SlackPriority.Update,
                true
            ),
            Row(
                "a group's leavers do not fall behind because of a change",
                Kind.Group,
                SlackPriority.Leaver,
                SlackPriority.Update,
                true
            ),
            Row(
                "a change goes before what the background does",
                Kind.User,
                SlackPriority.Background,
                SlackPriority.Update,
                false
            ),
            Row(
                "a group's change goes before what the background does",
                Kind.Group,
                SlackPriority.Background,
                SlackPriority.Update,
                false
            ),
            Row("who leaves goes before his own changes", Kind.User, SlackPriority.Update, SlackPriority.Leaver, false),
            Row("who comes back is no leaver any more", Kind.User, SlackPriority.Leaver, SlackPriority.Joiner, false),
            Row(
                "a group that loses somebody goes before its changes",
                Kind.Group,
                SlackPriority.Update,
                SlackPriority.Leaver,
                false
            ),
        ];

        static TheoryDataRow<Kind, SlackPriority, SlackPriority, SlackPriority, bool> Row(
            string name,
            Kind kind,
            SlackPriority has,
            SlackPriority comes,
            bool keeps
        ) => new(kind, has, comes, keeps ? has : comes, keeps) { TestDisplayName = name };
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_pending_link_keeps_its_place(
        Kind kind,
        SlackPriority has,
        SlackPriority comes,
        SlackPriority then,
        bool isAsOld
    )
    {
        var link = Link.New(new TenantId(1), kind).Wish(Moves.Wish with { Priority = has });

        var next = link.Wish(Moves.Wish with { Priority = comes, At = Later });

        Assert.Equal(then, next.Priority);
        Assert.Equal(isAsOld ? Moves.Now : Later, next.Since);
    }

    [Fact]
    public void What_is_not_pending_takes_the_place_of_its_new_wish()
    {
        foreach (var state in Enum.GetValues<LinkState>().Except([LinkState.Pending, LinkState.Broken]))
            if (Moves.In(state, Kind.Group) is { } link)
            {
                var next = link.Wish(Moves.Wish with { Priority = SlackPriority.Joiner, At = Later });
                Assert.Equal((SlackPriority.Joiner, Later), (next.Priority, next.Since));
            }
    }

    [Fact]
    public void A_wish_for_the_document_is_what_is_spoken_of_and_tries_anew_what_was_left_aside()
    {
        var next = Moves.In(LinkState.Failed)!.Wish(Moves.Wish with { Spoken = FieldSet.Of(SlackField.Photo) });

        Assert.Equal(FieldSet.Of(SlackField.Photo), next.Spoken);
        Assert.Equal(next.WantedVersion, next.SpokenVersion);
        Assert.True(next.SetAside.IsEmpty);
        Assert.Null(next.Reason);
        Assert.Equal(Moves.AnswerBy, next.AnswerBy);
        Assert.Equal((null, 0), (next.Due, next.Attempts));
    }

    [Fact]
    public void A_wish_for_members_alone_leaves_alone_what_the_document_waits_for()
    {
        var link = Link.New(new TenantId(1), Kind.Group)
            .Wish(Moves.Wish)
            .PutAside(FieldSet.Of(SlackField.DisplayName), Moves.Why);

        var next = link.Wish(Moves.Wish with { Spoken = null, AnswerBy = Later });

        Assert.Equal(link.WantedVersion + 1, next.WantedVersion);
        Assert.Equal(link.SpokenVersion, next.SpokenVersion);
        Assert.Equal(
            (link.Spoken, link.SetAside, link.Reason, link.AnswerBy, link.OperationId),
            (next.Spoken, next.SetAside, next.Reason, next.AnswerBy, next.OperationId)
        );
    }

    [Fact]
    public void What_was_delayed_stays_so_while_it_is_not_settled()
    {
        var late = Moves.In(LinkState.Pending)!.Delay(Moves.Retry, Moves.Why);

        Assert.Equal((Moves.Retry, 1), (late.Wish(Moves.Wish).Due, late.Wish(Moves.Wish).Attempts));
    }

    [Fact]
    public void A_leaver_waits_for_what_was_lost_to_land_and_for_nothing_else()
    {
        var late = Moves.In(LinkState.Pending)!.Delay(Moves.Retry, ReasonCode.SlackLate);
        var landed = Moves.Retry - TimeSpan.FromSeconds(1);
        var lost = late.Lose(SlackProfile.Empty, landed).Delay(Moves.Retry, ReasonCode.AnswerLost);

        Assert.Equal((Moves.Retry, Moves.Retry), (late.Next, lost.Next));
        Assert.Equal((Moves.Retry, landed), (lost.Next, lost.Wish(Wish(SlackPriority.Leaver)).Next));
        Assert.Equal(
            (landed, landed),
            (lost.Renew(default, Moves.Now).Next, lost.TakeBack(false, null, Moves.Now).Next)
        );
        Assert.Null(late.Wish(Wish(SlackPriority.Leaver)).Next);
        Assert.Null(lost.Deliver("U1", SlackProfile.Empty, null, Moves.Now).Next);
    }

    [Fact]
    public void A_leaver_who_was_held_or_failed_goes_as_one_when_released()
    {
        var settled = Moves.In(LinkState.Settled)!;
        var held = settled.Wish(Wish(SlackPriority.Leaver) with { Held = ReasonCode.GuardAccounts });

        Assert.Equal(SlackPriority.Leaver, held.Renew(default, Moves.Now).Priority);
        Assert.Equal(SlackPriority.Update, settled.Renew(default, Moves.Now).Priority);
        Assert.Equal(SlackPriority.Background, held.Renew(default, Moves.Now, SlackPriority.Background).Priority);
    }

    [Fact]
    public void A_held_wish_counts_as_settled_and_nobody_waits_for_it()
    {
        var held = Moves.ByEvent[LinkEvent.Held](Moves.In(LinkState.Pending)!);

        Assert.False(held.IsUnsettled);
        Assert.Null(held.AnswerBy);
        Assert.Equal(ReasonCode.GuardAccounts, held.Reason!.Code);
    }

    [Fact]
    public void What_is_protected_says_so_while_it_is_tried_again() =>
        Assert.Equal(Moves.Why, Moves.In(LinkState.Protected)!.Wish(Moves.Wish).Reason);

    [Fact]
    public void An_outcome_of_an_earlier_wish_leaves_alone_who_waits_for_the_last()
    {
        var first = Moves.In(LinkState.Pending)!;
        var second = first.Wish(Moves.Wish with { At = Later, AnswerBy = Later });

        var ended = second.End(first.WantedVersion, new LinkOutcome(LinkEvent.Failed, Moves.Why, Moves.Retry), Later);

        Assert.Equal(LinkState.Pending, ended.State);
        Assert.Equal(first.WantedVersion, ended.SettledVersion);
        Assert.Equal((second.AnswerBy, second.Due, second.Reason), (ended.AnswerBy, ended.Due, ended.Reason));
    }

    [Fact]
    public void Who_is_accepted_is_waited_for_no_more_unless_another_wish_has_come()
    {
        var link = Moves.In(LinkState.Pending)!;

        Assert.Null(link.Accept(link.SpokenVersion).AnswerBy);
        Assert.Equal(Moves.AnswerBy, link.Wish(Moves.Wish).Accept(link.SpokenVersion).AnswerBy);
    }

    [Fact]
    public void Only_what_is_pending_is_hurried()
    {
        Assert.Equal(SlackPriority.Awaited, Moves.In(LinkState.Pending)!.Hurry().Priority);
        Assert.Equal(SlackPriority.Update, Moves.In(LinkState.Held)!.Hurry().Priority);
    }
}
