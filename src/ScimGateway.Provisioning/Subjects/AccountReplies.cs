using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Subjects;

/// <summary>What a reply of Slack's means for an account. Pure.</summary>
internal static class AccountReplies
{
    // How many derived names are tried.
    private const int MostNames = 20;

    /// <summary>What becomes of the wish; null where it is as of any other reply.</summary>
    public static Transition? Judge(Reply reply) =>
        reply.Result switch
        {
            SlackResult.Done { Users: not null } when reply.Link.IsAskedInPlace => InPlace(reply, reply.FoundUser),
            SlackResult.Done { Users: not null } => Found(reply, reply.FoundUser),
            SlackResult.Done when reply.Holder is not null => Replies.Fail(
                reply,
                new Reason(ReasonCode.AccountOfAnother, reply.SlackId),
                FieldSet.Nothing
            ),
            SlackResult.Done { User: { } user }
                when reply is { Command: SlackCommand.ReadUser, Link: { AskFirst: true, SlackId: not null } } =>
                StillThere(reply, user),
            SlackResult.Done done => Done(reply, done.User),
            SlackResult.Refused refused => Refused(reply, refused),
            _ => null,
        };

    // Slack has said of a change that it does not know the account, and shows it when asked for it: a read that lags, a
    // proxy or a fault. The change is told again, unless it was a deactivation that has happened.
    private static Transition StillThere(Reply reply, SlackUser user) =>
        user.Seen.Active == false
        && reply.Planned.Commands is [SlackCommand.DeactivateUser or SlackCommand.DeleteUser, ..]
            ? new Transition.Deliver(user.Id, SlackProfile.Nothing.With(active: false), user.Seen)
            : Replies.StillThere(reply);

    // For four days in April 2024 Slack deactivated each user who was updated (docs/slack.md 9). An account that somebody
    // deactivated by hand since it was seen last looks the same, so the first one is an operator's to look at, and from
    // then on each is looked at before it is updated: who was active then and is not in the answer is proof. That a
    // guest's account ends at its time is no accident.
    private static Transition.Deliver Done(Reply reply, SlackUser? user)
    {
        var (command, link) = (reply.Command, reply.Link);
        var delivered = WithShown(WithDemoted(command.DeliveredAs(user).Delivered, link, user), link, user);
        var deliver = new Transition.Deliver(user?.Id, delivered, user?.Seen);
        var isOff =
            command is SlackCommand.PatchUser or SlackCommand.ReadUser
            && user?.Seen.Active == false
            && link.Told.With(delivered).Active != false;
        var off = deliver with { Carried = delivered.With(active: false) };
        // A new account that is not active yet is told so next.
        var isMadeOff = command is SlackCommand.CreateUser && user?.Seen.Active == false;
        if (isMadeOff || (isOff && user!.Seen.ShowsEnd(reply.Now.ToTime())))
            return off;
        if (!isOff || command.Delivers.Says(SlackField.Active) || link.AtSlack.Active != true)
            return deliver;
        return off with
        {
            Suspends = ReasonCode.DeactivatedInSlack,
            Halts = reply.Met.IsLookedAt && command is SlackCommand.PatchUser,
        };
    }

    // What became of the former primary address is seen by the reply (docs/slack.md 4.3). As the second one it is planned
    // away, and not free before; a second one that was there already is somebody else's.
    private static SlackProfile WithDemoted(SlackProfile delivered, Link before, SlackUser? shown)
    {
        var expected = delivered.Says(SlackField.SecondaryEmail) ? delivered : before.AtSlack;
        return
            before.SlackId is not null
            && delivered.Says(SlackField.PrimaryEmail)
            && shown?.Seen[SlackField.SecondaryEmail] is { } second
            && second != expected[SlackField.SecondaryEmail]
            ? delivered.With(SlackField.SecondaryEmail, second)
            : delivered;
    }

    // What an account that is to be gone is called is not told again: where an answer was lost, a later one shows it.
    private static SlackProfile WithShown(SlackProfile delivered, Link before, SlackUser? shown) =>
        shown is null || !before.Absent
            ? delivered
            : delivered.With(
                shown.Seen.Only(field =>
                    field is SlackField.PrimaryEmail or SlackField.SecondaryEmail or SlackField.UserName
                    && !before.Told.Says(field)
                    && !delivered.Says(field)
                )
            );

    // The reply to "was it made after all?". What was made after our intent and is named as we name it is ours; any other
    // account is adopted by the chosen identifier, or is in the way. What has a former address of the user is neither.
    private static Transition Found(Reply reply, SlackUser? user)
    {
        if (user is null)
            return new Transition.AskOn();
        if (reply is { Holder: not null, IsHeld: true })
            return InTheWay(reply, new Reason(ReasonCode.AccountOfAnother, user.Id));
        var ours = new Transition.Deliver(user.Id, user.Seen, user.Seen);
        if (reply.Holder is null && reply.IsOurs(user.Created) && IsAsMade(reply, user))
            return ours;
        if (reply.Lost is { } lost && IsTheUsers(reply, user, lost))
            return ours with { Adopts = true, TakesUp = lost.Id };
        if (reply.Link.Absent)
            return new Transition.LetStay();
        if (reply.Planned.Claimant is { Waived.IsOut: true })
            return new Transition.AskOn();
        if (reply.Holder is null && reply.Preferences.WhenAccountExists == Existing.Adopt && IsMeant(reply, user))
            return ours with { Adopts = true };
        return reply.Planned.IsAskedAboutWanted
            ? InTheWay(reply, reply.NeverClaimable ?? new Reason(ReasonCode.AccountExists, user.Id))
            : new Transition.AskOn();
    }

    // Of who is to be out Slack has said twice that it does not know the account: somebody may have made another one with
    // the same address, in which the leaver would stay in.
    private static Transition InPlace(Reply reply, SlackUser? user)
    {
        var isAnother = user is not null && user.Id != reply.Link.SlackId && HasAskedAddress(reply, user);
        if (!isAnother || reply.IsHeld || user!.Seen.Active == false)
            return GoneFor(reply, Reason.UnknownUser);
        var isToBeAdopted = reply is { Holder: null, Preferences.WhenAccountExists: Existing.Adopt };
        var isByAddress = reply.Link.Absent || reply.Preferences.UniqueUserIdentifier != Identifier.UserName;
        if (isToBeAdopted && (isByAddress || IsMeant(reply, user)))
            return new Transition.Deliver(user.Id, user.Seen, user.Seen)
            {
                Adopts = true,
                Replaces = Reason.UnknownUser,
            };
        var why = reply.NeverClaimable ?? new Reason(ReasonCode.AccountExists, user.Id);
        var ends = new Transition.End(LinkEvent.Failed, why);
        // It stays as it was, so the next wish looks again, and no account is made of a deactivation that was refused.
        return new Transition.StopAsking(
            reply.Waits ? new Transition.TakeBack(why, ends) { Leaves = LinkEvent.Lost } : ends
        );
    }

    private static bool HasAskedAddress(Reply reply, SlackUser user) =>
        Identity.IsAlike(reply.Planned.AskAbout, user.Seen[SlackField.PrimaryEmail]);

    // What Slack does not know of who is to be out is as good as inactive.
    private static Transition GoneFor(Reply reply, Reason why) =>
        reply.Link.Absent
            ? new Transition.Lose(why)
            : new Transition.StopAsking(new Transition.End(LinkEvent.Lost, why));

    // With the primary address that a create had, and the name, too, unless that is the address that is wanted now: the
    // address may be another account's second one, and a former one may have been given to somebody else.
    private static bool IsAsMade(Reply reply, SlackUser user)
    {
        var (planned, primary) = ((WantedAccount)reply.Planned, user.Seen[SlackField.PrimaryEmail]);
        var isNamedByUs = user.Seen[SlackField.UserName] is { } name && planned.Names.Contains(Fold.Key(name));
        return (isNamedByUs && Identity.IsAlike(planned.AskAbout, primary))
            || (!reply.Link.Absent && Identity.IsAlike(planned.Who.Address, primary));
    }

    // Whether an account that Slack seemed to know no more is the user's: by the chosen identifier, or since it has the
    // address that the user had of it.
    private static bool IsTheUsers(Reply reply, SlackUser user, Link lost) =>
        IsMeant(reply, user)
        || (
            !reply.Planned.IsAskedAboutWanted
            && (
                Identity.IsAlike(reply.Planned.AskAbout, lost.Address)
                || SpareAddress.Is(reply.Planned.AskAbout!, lost.SlackId!)
            )
        );

    // By the chosen identifier; of who is to be gone the address is left that was asked about.
    private static bool IsMeant(Reply reply, SlackUser user) =>
        reply.Link.Absent
            ? HasAskedAddress(reply, user)
            : Identity.Of(user.Seen).Is(((WantedAccount)reply.Planned).Who, reply.Preferences.UniqueUserIdentifier);

    private static Transition.StopAsking InTheWay(Reply reply, Reason why) =>
        new(Replies.Fail(reply, why, FieldSet.Nothing));

    private static Transition? Refused(Reply reply, SlackResult.Refused refused)
    {
        var (link, row, why) = (reply.Link, refused.Row, Reason.Refused(refused.Error));
        return row switch
        {
            // A search and a create speak of no account that might be gone: something between has answered, or Slack's fault.
            { Kind: SlackErrorKind.Gone } when link.SlackId is null || link.IsAskedInPlace => new Transition.Later(
                Replies.UntilNext(link.Attempts),
                why
            )
            {
                AsksFirst = !reply.Command.IsRepeatable,
            },
            // One 404 may be a read that lags, a proxy or a fault: that an account is gone is believed when its own id
            // says so, too.
            { Kind: SlackErrorKind.Gone } when !link.AskFirst => new Transition.AskIfGone(),
            { Kind: SlackErrorKind.Gone } when IsToBeOut(reply) && link.IsReplaceable => new Transition.AskInPlace(),
            { Kind: SlackErrorKind.Gone } when !IsToBeThere(reply) => GoneFor(reply, why),
            { Kind: SlackErrorKind.Gone } => new Transition.StopAsking(
                reply.Preferences.CreateUsers && link.Asked == 0 ? new Transition.Anew(why)
                : reply.Waits
                    ? new Transition.TakeBack(why, new Transition.End(LinkEvent.Lost, why)) { Leaves = LinkEvent.Lost }
                : new Transition.End(LinkEvent.Lost, why)
            ),
            { Field: SlackField.UserName, Kind: SlackErrorKind.Conflict or SlackErrorKind.InvalidValue }
                when link.UserName is not null
                    && reply.Planned.Claimant is not null
                    && reply.Preferences.SlackUserName != SlackUserName.Verbatim
                    && link.Attempts < MostNames => new Transition.TryName(
                Replies.Fail(reply, why, FieldSet.Of(SlackField.UserName))
            ),
            { Kind: SlackErrorKind.InvalidValue, Field: SlackField.PrimaryEmail }
                when link.SlackId is null && reply.Preferences.UserSlackCannotHold == Unholdable.Keep =>
                new Transition.End(LinkEvent.Blocked, why),
            _ => null,
        };
    }

    // Whether the user must have no active account, not even one that somebody has made in Slack.
    private static bool IsToBeOut(Reply reply) =>
        reply.Link.Absent
        || (
            reply.Planned.Claimant is { Deleted: null, Active: false, Waived: { Unlinked: false } waived }
            && !waived.Has("active")
        );

    // Whether a user is to have an account: one that Slack does not know is as good as inactive.
    private static bool IsToBeThere(Reply reply) =>
        reply is { Link.Absent: false, Planned.Claimant: { Deleted: null, Active: true, Waived.IsOut: false } };
}
