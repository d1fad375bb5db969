using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// What a provider's write of a group comes to. Pure: what is there, what is asked and what is allowed in, an outcome
/// out. docs/writes.md is its table.
/// </summary>
internal static class GroupDecision
{
    // Whom Slack refused is tried again with the group's next write, but not with each of many.
    private static readonly TimeSpan _untilTriedAgain = TimeSpan.FromHours(1);

    private static readonly FieldSet _name = FieldSet.Of(SlackField.DisplayName);

    /// <summary>
    /// A new group: one that nobody has, one that was deleted here, or one that Slack has and nobody claims.
    /// </summary>
    /// <param name="there">What is there.</param>
    /// <param name="asked">Who asks, and when.</param>
    /// <param name="group">The group.</param>
    /// <param name="members">Who is in it.</param>
    /// <param name="id">The id of the group if no resource shows it yet.</param>
    /// <param name="late">Why nothing may be written that Slack would hear of; null if it may.</param>
    public static WriteOutcome Create(
        GroupSituation there,
        WriteRequest asked,
        ScimResource group,
        IReadOnlyList<MembershipChange> members,
        GroupId id,
        ScimException? late
    )
    {
        var (owner, name) = (there.NameOwner, GroupDocument.Name(group));
        if (there.Namesake is { SourceId: not null } namesake)
            return new WriteOutcome.Refused(Refusal.NameTaken(namesake, name, there.NamesakesSource));
        // Whose name it was still has it at Slack.
        if (owner is { Tombstone: null, Unclaimed: null })
            return new WriteOutcome.Refused(Refusal.Taken(owner, KeyKind.GroupName));

        // It stays as it is until an operator says whose it is: the new one is in the mirror alone.
        var isUnlinked = owner is { Tombstone: null, Unclaimed.Waived.Unlinked: true };
        var account =
            owner is null || isUnlinked ? Account.None
            : owner.Tombstone is not null ? Account.Former
            : Account.Unclaimed;
        var link = account == Account.None ? Link.New(asked.Caller.TenantId, Kind.Group) : owner!.Link;
        var verdict = isUnlinked ? Verdict.Skip.Unlinked : Judge(asked, Trigger.Create, account, link);
        if (Ending(verdict, late) is { } ended)
            return ended;

        // The row that showed an unclaimed group is the provider's from now on.
        var shown = account == Account.Unclaimed ? owner!.Unclaimed : null;
        var before = shown ?? Resource.New(asked.Caller.TenantId, Kind.Group, id, asked.Now);
        var revision = shown is null ? Revision.Made(group) : Revision.Replaced(shown.Read(), PathSet.Nothing, group);
        link = account switch
        {
            Account.Former => Forget(there, link).PassTo(before.Id, MatchedBy.Former),
            Account.Unclaimed => link.ClaimBy(before.Id).TakeSeen(MatchedBy.GroupName),
            _ => link.ClaimBy(before.Id),
        };
        link = link.Want(absent: link.Absent && verdict is Verdict.Skip { Left: Part.Account });
        var rows = MemberRows.Of(before.Id.AsGroup(), members, link, verdict) with
        {
            IsClaim = shown is not null,
            IsOwn = true,
            GoesBack = shown is not null,
            CountsLeavers = account == Account.Former,
        };
        var resource = Revised(isUnlinked ? before.Unlink() : before, revision, asked, verdict);
        return Written(asked, resource, link, verdict, SlackPriority.Joiner, _name) with
        {
            Takes = Takes(there, resource, name),
            // What shows the group that an operator has unlinked is hidden while another one has its name.
            Hides = isUnlinked ? owner!.Unclaimed!.Hide().Touch(asked.Now) : null,
            EndsHold = account == Account.Former,
            Succeeds = account == Account.Former ? owner!.Tombstone!.Id : null,
            Rows = rows,
        };
    }

    /// <summary>
    /// Another document, other members, or both; of a group that nobody has it is a claim. What it comes to depends on
    /// what becomes of the member rows, so that it is decided again once they are written.
    /// </summary>
    /// <param name="there">What is there.</param>
    /// <param name="asked">Who asks, and when.</param>
    /// <param name="revision">What becomes of the document; null if the request speaks of members alone.</param>
    /// <param name="members">What becomes of the members.</param>
    /// <param name="late">Why nothing may be written that Slack would hear of; null if it may.</param>
    public static WriteOutcome Change(
        GroupSituation there,
        WriteRequest asked,
        Revision? revision,
        IReadOnlyList<MembershipChange> members,
        ScimException? late
    )
    {
        var (resource, link) = (there.Resource!, there.Link!);
        var isClaim = resource.SourceId is null;
        var isSpoken = revision is { Spoken.IsEmpty: false };
        var verdict = resource.Waived.Unlinked
            ? Verdict.Skip.Unlinked
            : Judge(asked, Trigger.Change, Had(resource, link), link);
        // What a preference left out is told once its source says it again where it is allowed.
        var isTakenUp =
            verdict is Verdict.Allow
            && there.OtherSource is null
            && !resource.Waived.Paths.And(revision?.Spoken ?? PathSet.Nothing).IsEmpty;
        var document =
            isClaim || isTakenUp || revision is { Changed.IsEmpty: false } ? revision ?? Unchanged(resource) : null;
        var isOwners = document is not null || (isSpoken && link.State == LinkState.Failed);
        if ((isOwners ? there.NotTheirs : Refusal.IfUnlinked(resource)) is { } foreign)
            return new WriteOutcome.Refused(foreign);
        if (document is not null && (Ending(verdict, late) ?? RefuseTakenName(there)) is { } refused)
            return refused;
        if (there.Members is null)
            return new WriteOutcome.MembersFirst(
                MemberRows.Of(resource.Id.AsGroup(), members, link, verdict) with
                {
                    IsClaim = isClaim,
                    IsOwn = there.OtherSource is null,
                    // Who repeats the name speaks of it, too: what Slack says to it is his to hear, and what he asks
                    // beside it goes back with it.
                    GoesBack = document is not null || isSpoken,
                }
            );
        if (verdict is Verdict.Allow)
            there = there with { Link = link.Want(absent: false) };
        var outcome = document is null
            ? ChangeMembers(there, asked, revision, verdict, late)
            : ChangeDocument(there, asked, document, verdict);
        return outcome with { Change = ChangeWords.Of(revision, members) };
    }

    private static WriteOutcome ChangeDocument(
        GroupSituation there,
        WriteRequest asked,
        Revision document,
        Verdict verdict
    )
    {
        var (before, link) = (there.Resource!, there.Link!);
        var resource = Revised(before, document, asked, verdict);
        if (there.Members!.IsShown && document.Changed.IsEmpty)
            resource = resource.Touch(asked.Now);
        link = before.SourceId is null
            ? link.TakeSeen(MatchedBy.Listed)
            : Unlearned(there, Forget(there, link), document);
        return Written(asked, resource, link, verdict, SlackPriority.Update, _name) with
        {
            Takes = Takes(there, resource, GroupDocument.Name(document.After)),
            LeavesName = before.DisplayNameKey == resource.DisplayNameKey ? null : NameInMirror(before),
            Members = there.Members,
        };
    }

    private static WriteOutcome ChangeMembers(
        GroupSituation there,
        WriteRequest asked,
        Revision? revision,
        Verdict verdict,
        ScimException? late
    )
    {
        var (resource, link, changed) = (there.Resource!, there.Link!, there.Members!);
        var isSpoken = revision is { Spoken.IsEmpty: false };
        var named = revision is null ? link : Unlearned(there, link, revision);
        var isSaidAgain =
            link.State == LinkState.Failed
            || named != link
            // It was left out: its source lets it in by anything that it says where that is allowed.
            || (verdict is Verdict.Allow && resource.Waived.IsNeverIn && there.OtherSource is null)
            // It is gone at Slack: whoever says anything of it has it made again.
            || (verdict is Verdict.Allow && link is { State: LinkState.Settled or LinkState.Broken, SlackId: null })
            || (link.State == LinkState.Unknown && isSpoken && there.OtherSource is null);
        if (changed is { IsShown: false, IsTold: false } && !isSaidAgain)
            return new WriteOutcome.Nothing(resource, changed.Notes) { OtherLinks = changed.OtherLinks };
        if (Ending(verdict, late) is { } ended)
            return ended;
        if (changed.IsShown)
            resource = resource.Touch(asked.Now);
        if (verdict is Verdict.Allow)
            resource = resource.LetIn();
        // A wish for members alone leaves alone what the link says of the document's last one, which may still be under
        // way.
        var (kept, spoken) = isSpoken ? (resource.Remember(), (FieldSet?)_name) : (resource, null);
        return Written(asked, kept, named, verdict, SlackPriority.Update, spoken) with { Members = changed };
    }

    /// <summary>What is left is a tombstone, whose group is to be gone.</summary>
    public static WriteOutcome Delete(GroupSituation there, WriteRequest asked, ScimException? late)
    {
        var (resource, link, allowed) = (there.Resource!, there.Link!, asked.Caller.Preferences);
        if (there.NotTheirs is { } foreign)
            return new WriteOutcome.Refused(foreign);
        var verdict = Judge(asked, Trigger.Delete, Had(resource, link), link);
        if (Ending(verdict, late) is { } ended)
            return ended;
        var isGuarded = verdict is Verdict.Allow && link.SlackId is not null;
        if (isGuarded && Guard.Holds(allowed, Guarded.Group, there.Counted) is { } held)
            verdict = new Verdict.Hold(held);
        link = resource.SourceId is null ? link.TakeSeen(MatchedBy.Listed) : Forget(there, link);
        // What is to be gone already goes, whoever has taken its place meanwhile.
        link = link.Want(absent: link.Absent || verdict is not Verdict.Skip);
        var tombstone = resource.Bury(asked.Caller.SourceId, staysIn: !link.Absent, asked.Now);
        // The group that an operator has unlinked stays in Slack, which the operation says.
        if (resource.Waived.Unlinked && link.SlackId is null)
            verdict = Verdict.Skip.Unlinked;
        return Written(asked, tombstone, link, verdict, SlackPriority.Leaver, _name) with
        {
            Counts = isGuarded && verdict is Verdict.Allow && there.Counted is not null ? [Guarded.Group] : [],
            LeavesName = NameInMirror(resource),
        };
    }

    // A wish of its own.
    private static WriteOutcome.Written Written(
        WriteRequest asked,
        Resource resource,
        Link link,
        Verdict verdict,
        SlackPriority priority,
        FieldSet? spoken
    )
    {
        var (now, held) = (asked.Now, (verdict as Verdict.Hold)?.Why);
        return new(
            resource,
            link.Wish(new Wish(asked.OperationId, spoken, priority, now, Instant.Of(asked.AnswerBy), held)),
            verdict
        )
        {
            TriesAgain = held is null ? now - _untilTriedAgain : null,
        };
    }

    private static Resource Revised(Resource before, Revision revision, WriteRequest asked, Verdict verdict) =>
        before.Revise(revision, asked.Caller.SourceId, Waive(before, revision, verdict), rule: null, asked.Now);

    // A path that a preference leaves out is in no plan until the provider writes it again when it is allowed.
    private static Waived Waive(Resource resource, Revision revision, Verdict verdict)
    {
        var before = new Waived(resource.Waived.Paths) { Unlinked = resource.Waived.Unlinked };
        return verdict switch
        {
            Verdict.Skip { Left: Part.Account } => before with { Account = true },
            Verdict.Skip => before.With(revision.Changed),
            _ => before with { Paths = before.Paths.Without(revision.Spoken) },
        };
    }

    private static Revision Unchanged(Resource resource) =>
        new(resource.Read(), resource.Asserted, PathSet.Nothing) { Changed = PathSet.Nothing };

    // The name that is free; the group at Slack has it, not one in the mirror alone.
    private static IReadOnlyList<(KeyKind, string)> Takes(GroupSituation there, Resource group, string name) =>
        there.NameOwner is null && !group.Waived.Unlinked ? [(KeyKind.GroupName, name)] : [];

    // The name of a group in the mirror alone, which hides the group that Slack has by it.
    private static string? NameInMirror(Resource group) => group.Waived.Unlinked ? group.DisplayNameKey : null;

    private static WriteOutcome.Refused? RefuseTakenName(GroupSituation there) =>
        there is { NameOwner: { } owner, Resource.Waived.Unlinked: false } && owner.Link.Id != there.Link!.Id
            ? new WriteOutcome.Refused(Refusal.Taken(owner, KeyKind.GroupName))
            : null;

    // The name that Slack shows otherwise than right after it was told is told again when its source says it again.
    private static Link Unlearned(GroupSituation there, Link link, Revision revision) =>
        there.OtherSource is null
        && revision.Spoken.Has("displayName")
        && link.ChangedSinceEcho.Has(SlackField.DisplayName)
            ? link.Unlearn(_name)
            : link;

    // An unsettled wish may have been sent: the name that it carried is unknown, and unknown is always planned.
    private static Link Forget(GroupSituation there, Link link) =>
        link.MayBeSent(there.IsStill) ? link.UnlearnAll() : link;

    private static Account Had(Resource resource, Link link) =>
        resource.SourceId is null ? Account.Unclaimed
        : link.SlackId is null ? Account.None
        : resource.Waived.IsNeverIn ? Account.NeverIn
        : Account.Own;

    private static Verdict Judge(WriteRequest asked, Trigger trigger, Account account, Link link) =>
        GroupPolicy.Decide(asked.Caller.Preferences, new GroupWish(trigger, account, link.Protection is not null));

    // What changes nothing is answered as ever, and does not come here.
    private static WriteOutcome.Refused? Ending(Verdict verdict, ScimException? late) =>
        ((verdict as Verdict.Refuse)?.Why ?? late) is { } why ? new(why) : null;
}
