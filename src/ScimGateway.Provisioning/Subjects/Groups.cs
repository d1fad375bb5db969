using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Subjects;

/// <summary>
/// What is particular about groups when Slack has answered: members are rows, and one that Slack does not take keeps
/// nobody else waiting.
/// </summary>
internal sealed class Groups : Subject
{
    // How often it is tried again while a deleted group has the name: within eight seconds.
    private const int MostWaits = 4;

    /// <inheritdoc/>
    public override Kind Kind => Kind.Group;

    internal override Transition? Judge(Reply reply) =>
        (reply.Result, reply.Command) switch
        {
            (SlackResult.Done { Groups: not null }, _) => Found(reply, reply.FoundGroup),
            (SlackResult.Done, SlackCommand.CreateGroup) when reply.Holder is not null => Replies.Fail(
                reply,
                new Reason(ReasonCode.GroupOfAnother, reply.SlackId),
                FieldSet.Nothing
            ),
            (SlackResult.Done, SlackCommand.DeleteGroup) => new Transition.Remove(),
            (SlackResult.Done, SlackCommand.ReadGroup) => Replies.StillThere(reply),
            (SlackResult.Done { Group: var group }, var command) => new Transition.Deliver(
                group?.Id,
                command.Delivers,
                // Of a group that was there already an answer may lag behind (docs/slack.md 9).
                command is SlackCommand.CreateGroup
                && group?.DisplayName is { } name
                    ? Named(name)
                    : null
            ),
            (SlackResult.Refused refused, _) => Refused(reply, refused),
            _ => null,
        };

    internal override Link Delivered(
        Recording recording,
        Reply reply,
        Transition.Deliver delivered,
        Link before,
        Link after
    )
    {
        if (reply.Result is SlackResult.Done { Groups: not null })
        {
            if (before.SlackId is not null)
                Note(recording, reply, "Slack no longer had the group; another one by its name takes its place");
            // Who is in a group that was there before us nobody knows.
            if (delivered.Adopts && after.ClaimantId?.AsGroup() is { } adopted)
                ToldMembers.ForgetAll(recording.Store, adopted);
            return after;
        }
        if (after.ClaimantId?.AsGroup() is { } group)
        {
            ToldMembers.Told(recording.Store, group, Planned(reply));
            if (reply.Command is SlackCommand.CreateGroup)
            {
                ToldMembers.NobodyElse(recording.Store, group, Planned(reply));
                HoldRows.DeleteMembers(recording.Store, after.Id); // who is not in it need not be removed
            }
            if (reply.Command is SlackCommand.ChangeMembers { Remove.Count: > 0 })
                ToldMembers.HasRoom(recording.Store, group);
        }
        return Widen(recording, after);
    }

    // A group that Slack has deleted is gone for good: whoever wants it again gets another one.
    internal override Link Removed(Recording recording, Reply reply, Link link)
    {
        if (link.ClaimantId?.AsGroup() is { } group)
            if (link.Absent)
                Members.DropAll(recording.Store, group);
            else
                ToldMembers.NobodyInSlack(recording.Store, group);
        HoldRows.DeleteMembers(recording.Store, link.Id);
        return Links.Save(recording.Store, link.Vanish());
    }

    // Nobody has its name any more, as far as Slack says. Its id stays, by which an import knows it again.
    internal override Link Lost(Recording recording, Reply reply, Link link)
    {
        if (link.ClaimantId?.AsGroup() is { } group)
            Members.DropAll(recording.Store, group);
        HoldRows.DeleteMembers(recording.Store, link.Id);
        Keys.FreeAll(recording.Store, link.Id);
        return Links.Save(recording.Store, link.StopAsking());
    }

    // The name has no group, so it is let go of; with the wanted one, which comes last, the asking ends. A group that
    // Slack knows neither by its id nor by a name is made again.
    internal override Link AskedWithoutResult(Recording recording, Reply reply, Link link)
    {
        var (store, asked) = (recording.Store, Fold.Key(reply.Planned.AskAbout!));
        var wanted =
            !link.Absent && reply.Planned.Claimant is { Deleted: null } claimant ? claimant.DisplayNameKey : null;
        if (asked != wanted)
        {
            Keys.Free(store, link, KeyKind.GroupName, asked);
            if (wanted is not null || Keys.Of(store, link.Id, KeyKind.GroupName).Count > 0)
                return link;
        }
        link = EndAsking(recording, reply, link);
        if (link.Absent)
            return link;
        // Only a group that is made is known to have nobody else in it: what Slack lists lags (docs/slack.md 9).
        if (link.ClaimantId?.AsGroup() is { } group)
            ToldMembers.ForgetAll(store, group);
        if (link.SlackId is null)
            return link;
        Note(recording, reply, "Slack no longer had the group; it is made again");
        return Links.Save(store, link.Vanish());
    }

    // A group that is to be gone, and that Slack seemed to know no more, has the name.
    internal override void InTheWay(Recording recording, Reply reply)
    {
        if (reply.Leaving is { State: LinkState.Broken } lost)
            recording.Renew(Wishes.Renew(recording.Store, lost, "Slack knows the group again", recording.Now).Id);
    }

    internal override Link EndAsking(Recording recording, Reply reply, Link link) =>
        Links.Save(recording.Store, link.StopAsking());

    internal override void Forget(Recording recording, Reply reply)
    {
        if (reply.Planned.Link.ClaimantId?.AsGroup() is { } group)
            ToldMembers.Forget(recording.Store, group, Planned(reply));
    }

    internal override Link? Carry(Recording recording, Reply reply, Transition transition, Link link)
    {
        var (store, group) = (recording.Store, link.ClaimantId!.Value.AsGroup());
        if (transition is Transition.BlockMember { Member: var member, Why: var why })
        {
            ToldMembers.Refuse(store, group, member, why, recording.Now);
            OperationJournal.Add(store, reply.Served, null, [$"blocked: member {member.Member}: {why.Sentence}"]);
        }
        else
        {
            ToldMembers.Full(store, group, recording.Now);
            OperationJournal.Add(
                store,
                reply.Served,
                null,
                [$"blocked: members who are not in it yet: {new Reason(ReasonCode.GroupFull).Sentence}"]
            );
        }
        return Widen(recording, link);
    }

    internal override bool TryTakeBack(Recording recording, Link link)
    {
        if (link.ClaimantId?.AsGroup() is not { } group)
            return false;
        var nesting = new Nesting(recording.Store, link.TenantId, recording.Now) { Written = group };
        if (!nesting.Around(group, () => GroupRestore.TryTakeBack(recording.Store, link, recording.Now)))
            return false;
        nesting.Renew(group);
        recording.Renew(nesting.Links);
        return true;
    }

    internal override void Release(Recording recording, Wanted settled)
    {
        if (settled.Claimant is { Previous: not null } group)
            FormerMembers.Forget(recording.Store, group.Id.AsGroup());
        GroupNames.Release(recording.Store, settled.Link, settled.Claimant);
    }

    private static Transition? Refused(Reply reply, SlackResult.Refused refused)
    {
        var members = Planned(reply);
        return refused.Row.Kind switch
        {
            // One 404 may be a read that lags, a proxy or a fault: that a group is gone is believed when its own id says
            // so, too, and of one that is to be there when nothing has its name.
            SlackErrorKind.Gone when reply.Link is { AskFirst: false, SlackId: not null } => new Transition.AskIfGone(),
            SlackErrorKind.Gone when reply.Command is SlackCommand.ReadGroup => reply.Link switch
            {
                { Absent: false } => new Transition.AskWho(),
                // The call whose answer was lost has deleted it.
                { LostUntil: not null } => new Transition.Remove(),
                _ => new Transition.Lose(Reason.Refused(refused.Error)),
            },
            SlackErrorKind.Conflict when Awaits(reply) is { } wait => wait,
            // The one that Slack does not take is in one half of them.
            SlackErrorKind.Members or SlackErrorKind.TooManyMembers when members.Count > 1 => new Transition.Narrow(
                members.Count / 2
            ),
            SlackErrorKind.TooManyMembers when members is [{ Adds: true }] => new Transition.BlockJoiners(),
            // Also who is to go from a group that would be too full without him still: its limit may have become lower.
            SlackErrorKind.Members or SlackErrorKind.TooManyMembers when members.Count == 1 =>
                new Transition.BlockMember(members[0], Reason.Refused(refused.Error)),
            _ => null,
        };
    }

    // The reply to "was it made after all?", and to "is it gone?".
    private static Transition Found(Reply reply, SlackGroup? group)
    {
        var own = reply.Link.SlackId;
        if (own is not null && group?.Id == own)
            return Replies.StillThere(reply);
        if (group is null || (own is not null && reply.Link.Absent))
            return new Transition.AskOn();
        if (Awaits(reply) is { } wait)
            return wait;
        if (reply is { Holder: not null, IsFree: false })
            return new Transition.StopAsking(
                Replies.Fail(reply, new Reason(ReasonCode.GroupOfAnother, group.Id), FieldSet.Nothing)
            );
        var name = Named(group.DisplayName);
        if (reply.IsOurs(group.Created))
            return new Transition.Deliver(group.Id, name, null) { TakesUp = reply.Holder };
        if (reply.Link.Absent)
            return new Transition.LetStay();
        return reply.Preferences.WhenAccountExists == Existing.Adopt
            ? new Transition.Deliver(group.Id, name, name) { Adopts = true, TakesUp = reply.Holder }
            : new Transition.StopAsking(
                Replies.Fail(reply, new Reason(ReasonCode.GroupExists, group.Id), FieldSet.Nothing)
            );
    }

    // The name is that of a deleted group, which Slack seemed to know no more: it is deleted now, and this one comes
    // after it.
    private static Transition.Later? Awaits(Reply reply) =>
        reply is { Leaving: { } leaving, Link.Attempts: < MostWaits }
            ? new Transition.Later(
                Replies.UntilNext(reply.Link.Attempts),
                new Reason(ReasonCode.GroupOfAnother, leaving.SlackId)
            )
            {
                Clears = true,
            }
            : null;

    private static SlackProfile Named(string? name) => SlackProfile.Nothing.With(SlackField.DisplayName, name);

    private static void Note(Recording recording, Reply reply, string note) =>
        OperationJournal.Add(recording.Store, reply.Served, null, [note]);

    private static IReadOnlyList<PlannedMember> Planned(Reply reply) => ((WantedGroup)reply.Planned).Of(reply.Command);

    private static Link Widen(Recording recording, Link link) =>
        link.Slice is { } slice
            ? Links.Save(recording.Store, link.Narrow(slice * 2 >= WantedGroup.MostPerCall ? null : slice * 2))
            : link;
}
