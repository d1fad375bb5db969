using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What came of a command about a group.</summary>
internal sealed class GroupRecording(StoreSession store, Preferences preferences, TimeSpan timeLimit, TimeProvider clock)
    : Recording(store, preferences, timeLimit, clock)
{
    private bool MayAdopt => Preferences.WhenAccountExists == Existing.Adopt;

    protected override Outcome? Done(Link link, Wanted planned, SlackCommand command, SlackResult.Done done)
    {
        if (done.Groups is { } found)
            return Found(link, planned, found.Resources.Count > 0 ? found.Resources[0] : null);
        switch (command)
        {
            case SlackCommand.CreateGroup when IsAnothers(link, done.Group?.Id):
                return Fail(link, planned, Another(done.Group!.Id), []);
            case SlackCommand.DeleteGroup:
                Removed(link, command);
                return null;
        }
        if (command.Delivers.Says(SlackField.DisplayName))
            link.Echo = null; // the next look at Slack says what it made of the name
        Deliver(link, done.Group?.Id, command.Delivers, null);
        if (link.ClaimantId is { } group)
        {
            ToldMembers.Told(Store, group, ((WantedGroup)planned).Of(command));
            if (command is SlackCommand.ChangeMembers { Remove.Count: > 0 })
                ToldMembers.HasRoom(Store, group);
        }
        Widen(link);
        return null;
    }

    // A group that is gone at Slack is gone for good: whoever wants it again gets another one.
    protected override void Removed(Link link, SlackCommand command)
    {
        (link.SlackId, link.Delivered, link.Seen, link.Echo) = (null, null, null, null);
        (link.Due, link.Attempts, link.Sent) = (null, 0, true);
        Store.Execute("update links set slack_id = null where id = @id", ("@id", link.Id));
        LinkRow.Record(Store, link);
        if (link.ClaimantId is { } group)
            if (link.Absent)
                MemberRows.DropAll(Store, group);
            else
                ToldMembers.NobodyInSlack(Store, group);
    }

    protected override bool TryTakeBack(Link link)
    {
        if (link.ClaimantId is not { } group)
            return false;
        var nesting = new Nesting(Store, link.TenantId, Now);
        if (!nesting.Around(group, () => GroupRestore.TryTakeBack(Store, link, Now)))
            return false;
        Renewed.AddRange(nesting.Links);
        return true;
    }

    protected override void Release(Wanted settled) => GroupRow.ReleaseNames(Store, settled.Link, settled.Claimant);

    protected override bool IsTaken(SlackErrorRow row) => true;

    // Who waits for a wish that was done with this call has his answer, though others have come since.
    protected override Recorded After(Wanted planned, Link link)
    {
        var left = Wanted.Of(Store, link, Preferences);
        if (left.Next is null)
            return Said(SettleNow(left), left.Link.WantedVersion);
        var done = planned.Link.WantedVersion;
        var isDone = planned is WantedGroup { IsLast: true } && !link.Absent;
        var served = new Served(link.Id, link.SettledVersion, done);
        if (isDone)
            (link.SettledVersion, link.Since, link.AnswerBy) = (done, Now, link.SpokenVersion <= done ? null : link.AnswerBy);
        LinkRow.Record(Store, link);
        if (!isDone)
            return Said(null, done);
        OperationJournal.Finish(Store, served, "done", null, Now);
        return Said(new Outcome.Settled(), done) with { HasMore = true };
    }

    protected override void ForgetMore(Wanted planned, SlackCommand command)
    {
        if (planned.Link.ClaimantId is { } group)
            ToldMembers.Forget(Store, group, ((WantedGroup)planned).Of(command));
    }

    protected override bool Heeds(
        Link link,
        Wanted planned,
        SlackCommand command,
        SlackResult.Refused refused,
        out Outcome? outcome
    )
    {
        outcome = null;
        var members = ((WantedGroup)planned).Of(command);
        switch (refused.Row.Kind)
        {
            case SlackErrorKind.Gone:
                Removed(link, command); // it is made again with all its members
                OperationJournal.Add(
                    Store,
                    new Served(link.Id, link.SettledVersion, planned.Link.WantedVersion),
                    null,
                    ["Slack no longer had the group; it is made again"]
                );
                return true;
            case SlackErrorKind.Members or SlackErrorKind.TooManyMembers when members.Count > 1:
                Narrow(link, members.Count / 2);
                return true;
            case SlackErrorKind.Members when members.Count == 1:
                var why = refused.Error.ToScim().Message;
                ToldMembers.Refuse(Store, link.ClaimantId!.Value, members[0], why, Now);
                OperationJournal.Add(
                    Store,
                    new Served(link.Id, link.SettledVersion, planned.Link.WantedVersion),
                    null,
                    [$"blocked: member {members[0].Member}: {why}"]
                );
                Widen(link);
                return Goes(link, out outcome);
            case SlackErrorKind.TooManyMembers when members.Count == 1:
                ToldMembers.Full(Store, link.ClaimantId!.Value, Now);
                Widen(link);
                return Goes(link, out outcome);
            default:
                return false;
        }
    }

    // The request succeeds though a member waits: its row says why.
    private bool Goes(Link link, out Outcome? outcome)
    {
        var left = Wanted.Of(Store, Rows.ReadLink(Store, link.Id)!, Preferences);
        outcome = left.Next is null ? SettleNow(left) : null;
        return true;
    }

    // The one that Slack does not take is in one half of them.
    private void Narrow(Link link, int most) =>
        Store.Execute("update links set slice = @most where id = @id", ("@most", most), ("@id", link.Id));

    private void Widen(Link link)
    {
        if (link.Slice is { } slice)
            Store.Execute(
                "update links set slice = @most where id = @id",
                ("@most", slice * 2 >= WantedGroup.MostPerCall ? null : slice * 2),
                ("@id", link.Id)
            );
    }

    // The answer to "was it made after all?".
    private Outcome? Found(Link link, Wanted planned, SlackGroup? group)
    {
        if (group is null)
        {
            Vain(link, planned);
            return null;
        }
        if (IsAnothers(link, group.Id))
        {
            StopAsking(link);
            return Fail(link, planned, Another(group.Id), []);
        }
        var name = SlackProfile.Nothing.With(SlackField.DisplayName, group.DisplayName);
        if (IsOurs(link, group.Created))
        {
            Deliver(link, group.Id, name, null);
            return null;
        }
        if (link.Absent)
        {
            LetStay(link);
            return null;
        }
        StopAsking(link);
        if (!MayAdopt)
            return Fail(link, planned, ScimException.Uniqueness($"Slack has a group with this name already: {group.Id}."), []);
        link.Imported = true;
        Store.Execute("update links set imported = @yes where id = @id", ("@yes", true), ("@id", link.Id));
        Deliver(link, group.Id, name, name);
        return null;
    }

    // The name has no group, so it is let go of; with the wanted one, which comes last, the asking ends.
    private void Vain(Link link, Wanted planned)
    {
        var asked = Fold.Key(planned.AskAbout!);
        var wanted = !link.Absent && planned.Claimant is { Deleted: null } ? planned.Claimant.DisplayNameKey : null;
        if (asked != wanted)
        {
            UserKeys.Free(Store, link, KeyKind.GroupName, asked);
            if (wanted is not null || GroupRow.Names(Store, link).Count > 0)
                return;
        }
        StopAsking(link);
        // Nothing of it can have happened, also not to its members.
        if (link.ClaimantId is { } group && !link.Absent)
            ToldMembers.NobodyInSlack(Store, group);
    }

    private static ScimException Another(string slackId) =>
        ScimException.Uniqueness($"Another group here has the Slack group with this name: {slackId}.");
}
