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
public sealed class Groups : Subject
{
    /// <inheritdoc/>
    public override Kind Kind => Kind.Group;

    internal override Transition? Judge(Answer answer) =>
        (answer.Result, answer.Command) switch
        {
            (SlackResult.Done { Groups: { } found }, _) => Found(
                answer,
                found.Resources.Count > 0 ? found.Resources[0] : null
            ),
            (SlackResult.Done, SlackCommand.CreateGroup) when answer.Holder is not null => Answers.Fail(
                answer,
                new Reason(ReasonCode.GroupOfAnother, Answer.Shown(answer.Result)),
                FieldSet.Nothing
            ),
            (SlackResult.Done, SlackCommand.DeleteGroup) => new Transition.Remove(),
            (SlackResult.Done { Group: var group }, var command) => new Transition.Deliver(
                group?.Id,
                command.Delivers,
                null
            ),
            (SlackResult.Refused refused, _) => Refused(answer, refused),
            _ => null,
        };

    internal override Link Delivered(
        Recording recording,
        Answer answer,
        Transition.Deliver delivered,
        Link before,
        Link after
    )
    {
        if (answer.Result is SlackResult.Done { Groups: not null })
            return after;
        if (after.ClaimantId?.AsGroup() is { } group)
        {
            ToldMembers.Told(recording.Store, group, Planned(answer));
            if (answer.Command is SlackCommand.ChangeMembers { Remove.Count: > 0 })
                ToldMembers.HasRoom(recording.Store, group);
        }
        return Widen(recording, after);
    }

    // A group that is gone at Slack is gone for good: whoever wants it again gets another one.
    internal override Link Removed(Recording recording, Answer answer, Link link)
    {
        if (link.ClaimantId?.AsGroup() is { } group)
            if (link.Absent)
                Members.DropAll(recording.Store, group);
            else
                ToldMembers.NobodyInSlack(recording.Store, group);
        return Links.Save(recording.Store, link.Vanish());
    }

    // The name has no group, so it is let go of; with the wanted one, which comes last, the asking ends.
    internal override Link AskedWithoutResult(Recording recording, Answer answer, Link link)
    {
        var (store, asked) = (recording.Store, Fold.Key(answer.Planned.AskAbout!));
        var wanted =
            !link.Absent && answer.Planned.Claimant is { Deleted: null } claimant ? claimant.DisplayNameKey : null;
        if (asked != wanted)
        {
            Keys.Free(store, link, KeyKind.GroupName, asked);
            if (wanted is not null || Keys.Of(store, link.Id, KeyKind.GroupName).Count > 0)
                return link;
        }
        // Nothing of it can have happened, also not to its members.
        if (link.ClaimantId?.AsGroup() is { } group && !link.Absent)
            ToldMembers.NobodyInSlack(store, group);
        return EndAsking(recording, answer, link);
    }

    internal override Link EndAsking(Recording recording, Answer answer, Link link) =>
        Links.Save(recording.Store, link.StopAsking());

    internal override void Forget(Recording recording, Answer answer)
    {
        if (answer.Planned.Link.ClaimantId?.AsGroup() is { } group)
            ToldMembers.Forget(recording.Store, group, Planned(answer));
    }

    internal override Link? Carry(Recording recording, Answer answer, Transition transition, Link link)
    {
        var (store, group) = (recording.Store, link.ClaimantId!.Value.AsGroup());
        if (transition is Transition.BlockMember { Member: var member, Why: var why })
        {
            ToldMembers.Refuse(store, group, member, why, recording.Now);
            OperationJournal.Add(store, answer.Served, null, [$"blocked: member {member.Member}: {why.Sentence}"]);
        }
        else
            ToldMembers.Full(store, group, recording.Now);
        return Widen(recording, link);
    }

    internal override bool TryTakeBack(Recording recording, Link link)
    {
        if (link.ClaimantId?.AsGroup() is not { } group)
            return false;
        var nesting = new Nesting(recording.Store, link.TenantId, recording.Now);
        if (!nesting.Around(group, () => GroupRestore.TryTakeBack(recording.Store, link, recording.Now)))
            return false;
        recording.Renew(nesting.Links);
        return true;
    }

    internal override void Release(Recording recording, Wanted settled) =>
        GroupNames.Release(recording.Store, settled.Link, settled.Claimant);

    private static Transition? Refused(Answer answer, SlackResult.Refused refused)
    {
        var members = Planned(answer);
        return refused.Row.Kind switch
        {
            SlackErrorKind.Gone when !answer.Link.Absent => new Transition.MakeAgain(),
            // The one that Slack does not take is in one half of them.
            SlackErrorKind.Members or SlackErrorKind.TooManyMembers when members.Count > 1 => new Transition.Narrow(
                members.Count / 2
            ),
            SlackErrorKind.Members when members.Count == 1 => new Transition.BlockMember(
                members[0],
                Reason.Refused(refused.Error)
            ),
            SlackErrorKind.TooManyMembers when members.Count == 1 => new Transition.BlockJoiners(),
            _ => null,
        };
    }

    // The answer to "was it made after all?".
    private static Transition Found(Answer answer, SlackGroup? group)
    {
        if (group is null)
            return new Transition.AskOn();
        if (answer.Holder is not null)
            return new Transition.StopAsking(
                Answers.Fail(answer, new Reason(ReasonCode.GroupOfAnother, group.Id), FieldSet.Nothing)
            );
        var name = SlackProfile.Nothing.With(SlackField.DisplayName, group.DisplayName);
        if (answer.IsOurs(group.Created))
            return new Transition.Deliver(group.Id, name, null);
        if (answer.Link.Absent)
            return new Transition.LetStay();
        return answer.Preferences.WhenAccountExists == Existing.Adopt
            ? new Transition.Deliver(group.Id, name, name) { Adopts = true }
            : new Transition.StopAsking(
                Answers.Fail(answer, new Reason(ReasonCode.GroupExists, group.Id), FieldSet.Nothing)
            );
    }

    private static IReadOnlyList<PlannedMember> Planned(Answer answer) =>
        ((WantedGroup)answer.Planned).Of(answer.Command);

    private static Link Widen(Recording recording, Link link) =>
        link.Slice is { } slice
            ? Links.Save(recording.Store, link.Narrow(slice * 2 >= WantedGroup.MostPerCall ? null : slice * 2))
            : link;
}
