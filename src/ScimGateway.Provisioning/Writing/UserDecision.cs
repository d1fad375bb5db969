using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// What a provider's write of a user comes to. Pure: what is there, what is asked and what is allowed in, an outcome out.
/// docs/writes.md is its table.
/// </summary>
internal static class UserDecision
{
    private static readonly FieldSet _activeField = FieldSet.Of(SlackField.Active);

    /// <summary>Decides a POST. The user gets an unclaimed account, a deleted user's account, or a new one.</summary>
    /// <param name="there">What is there.</param>
    /// <param name="asked">Who asks, and when.</param>
    /// <param name="user">The user.</param>
    /// <param name="id">The id of the user if no resource shows its account yet.</param>
    /// <param name="late">Why nothing may be written that Slack would hear of; null if it may.</param>
    public static WriteOutcome Create(
        UserSituation there,
        WriteRequest asked,
        ScimResource user,
        ResourceId id,
        ScimException? late
    )
    {
        var allowed = asked.Caller.Preferences;
        if (
            (
                RefuseWithoutAddress(there, allowed)
                ?? RefuseBots(there)
                ?? RefuseLookAlikes(user, allowed)
                ?? RefuseTakenName(there)
            ) is
            { } wrong
        )
            return wrong;

        // A user whom no rule admits matches no account.
        var (match, refusal) = there.Scope.Admits(user, Scope.WorkLimitOfUser(), out _)
            ? AccountMatch.Find(
                there.Owners,
                there.Wanted,
                allowed.UniqueUserIdentifier,
                asked.Caller.SourceId,
                user.Text("externalId")
            )
            : (AccountMatch.None, null);
        if (refusal is not null)
            return new WriteOutcome.Refused(refusal);
        var edit = Shown(match, asked, user, id);
        var judged = new UserCase(there, allowed, late, Trigger.Create, match.Account, match.Link, asked.Now).Judge(
            edit
        );
        if (Ending(judged, match.Link) is { } ended)
            return ended;
        if (judged.IsLeftOut)
        {
            (match, judged) = (AccountMatch.None, judged with { Rule = null });
            edit = Shown(match, asked, user, id);
        }
        var link = match.Link ?? Link.New(asked.Caller.TenantId, Kind.User);
        link =
            match.Account == Account.Unclaimed
                ? link.ClaimBy(edit.Before.Id).TakeSeen(match.By!.Value)
                : Handed(there, link, edit, judged.Verdict).PassTo(edit.Before.Id, match.By);
        var revision = edit.Revision;
        edit = edit with { Revision = revision with { Asserted = match.Asserts(revision.Asserted, asked.Now) } };
        return Write(
            there,
            asked,
            edit,
            judged with
            {
                // A hold for a new reason replaces the one that is open.
                EndsHold =
                    match.Link is { } its
                    && (
                        judged.Verdict is not Verdict.Hold { Why: var why }
                        || (its.State == LinkState.Held && its.Reason?.Code != why.Code)
                    ),
            },
            link,
            SlackPriority.Joiner,
            // Until an operator decides whether it is the same person, the deleted user's group rows stay.
            match.Account == Account.Former
                ? match.Shown!.Id
                : null
        );
    }

    /// <summary>Decides a PUT or PATCH. The first one to an unclaimed account claims it.</summary>
    public static WriteOutcome Change(UserSituation there, WriteRequest asked, Revision revision, ScimException? late)
    {
        var (resource, link, allowed) = (there.Resource!, there.Link!, asked.Caller.Preferences);
        if (there.NotTheirs is { } foreign)
            return new WriteOutcome.Refused(foreign);
        var isClaim = resource.SourceId is null;
        var edit = UserEdit.Of(resource, link, revision);
        if (edit.ChangesNothing(link) && !isClaim)
            return new WriteOutcome.Nothing(resource, resource.Waived.Unlinked ? [Verdict.Skip.Unlinked.Why] : null)
            {
                Change = ChangeWords.Of(edit),
            };

        var isNamed = revision.Changed.Has("userName");
        var wrong =
            (isClaim || edit.AsksForAddresses ? RefuseWithoutAddress(there, allowed) ?? RefuseBots(there) : null)
            ?? (isNamed ? RefuseLookAlikes(revision.After, allowed) : null)
            ?? RefuseTakenName(there);
        if (wrong is not null)
            return wrong;
        var judged = new UserCase(there, allowed, late, Trigger.Change, Had(resource, link), link, asked.Now).Judge(
            edit
        );
        if (Ending(judged, link) is { } ended)
            return ended;
        link = AskedAgain(link, judged.Verdict);
        link = isClaim
            ? link.ClaimBy(resource.Id).TakeSeen(MatchedBy.Listed)
            : Forget(there, link).Unlearn(edit.ToTellAgain(link));
        return Write(
            there,
            asked,
            edit,
            judged,
            link,
            judged.Leaves ? SlackPriority.Leaver : edit.Priority(there.Link!)
        );
    }

    /// <summary>Decides a DELETE. The resource becomes a tombstone; its account is to be deactivated.</summary>
    public static WriteOutcome Delete(UserSituation there, WriteRequest asked, ScimException? late)
    {
        var (resource, link, allowed) = (there.Resource!, there.Link!, asked.Caller.Preferences);
        if (there.NotTheirs is { } foreign)
            return new WriteOutcome.Refused(foreign);
        // The operator's question lapses: the account goes back to the deleted user.
        if (there.IsHeldForFormers)
            return new WriteOutcome.GivesBack();
        var isClaim = resource.SourceId is null;
        var wasLetIn =
            (link.ChangedSinceEcho.Has(SlackField.Active) && link.AtSlack.Active == true)
            // It was protected before Slack heard that the user is disabled.
            || link.IsProtectedIn;
        var isActive = wasLetIn || (resource.Waived.Has("active") ? !resource.Active : resource.Active); // what was left out did not happen
        var judged = new UserCase(there, allowed, late, Trigger.Delete, Had(resource, link), link, asked.Now).Leave(
            resource,
            Trigger.Delete,
            isActive
        );
        if (Ending(judged, link) is { } ended)
            return ended;
        // A user who has no account, and for whom none can be under way, frees the keys at once.
        var hadNone = link.HasNothingAtSlack && link.IsUnsettled && !link.MayBeSent(there.IsStill);
        link = AskedAgain(link, judged.Verdict);
        // It is the provider's last word, and nobody looks at the account again: it is told though the user was told
        // inactive before. Where a preference keeps accounts, that stays as it is.
        var isToldAgain = allowed.DeprovisionUsers && link is { Told.Active: false, Protection: null };
        link =
            isClaim ? link.ClaimBy(resource.Id).TakeSeen(MatchedBy.Listed)
            : isToldAgain ? Forget(there, link).Unlearn(_activeField)
            : Forget(there, link);
        // What is to be gone already goes, whoever has taken its place meanwhile.
        var isAbsent = link.Absent || judged.Verdict is not Verdict.Skip;
        // The account that an operator has unlinked stays in Slack, which the operation says.
        var verdict = resource.Waived.Unlinked && link.SlackId is null ? Verdict.Skip.Unlinked : judged.Verdict;
        return new WriteOutcome.Written(
            resource.Bury(asked.Caller.SourceId, staysIn: !isAbsent, asked.Now),
            link.Want(isAbsent).Wish(Wish(asked, _activeField, SlackPriority.Leaver, judged.Verdict)),
            verdict
        )
        {
            EndsHold = judged.EndsHold,
            Counts = judged.Counts,
            FreesKeys = hadNone || judged.Verdict is Verdict.Hold,
            AsksNoMoreFor = GivenUp(there, resource, null),
            LeavesName = resource.UserNameKey,
        };
    }

    // The addresses of who may have waited for one, but for those that are wanted still.
    private static List<string> GivenUp(UserSituation there, Resource before, ScimResource? after)
    {
        if (there.Link is not { MayWaitForAddress: true })
            return [];
        var wanted = after is null ? [] : UserAddresses.OfSlack(after).Select(Fold.Key).ToHashSet();
        return [.. UserAddresses.OfSlack(before.Read()).Where(former => !wanted.Contains(Fold.Key(former)))];
    }

    // Document, link and keys of a user who is to be there.
    private static WriteOutcome Write(
        UserSituation there,
        WriteRequest asked,
        UserEdit edit,
        UserVerdict judged,
        Link link,
        SlackPriority priority,
        ResourceId? succeeds = null
    )
    {
        var (before, revision, verdict) = (edit.Before, edit.Revision, judged.Verdict);
        var resource = before.Revise(revision, asked.Caller.SourceId, edit.Waive(judged), judged.Rule, asked.Now);
        // A returning user's link no longer wants the account gone, unless a preference leaves the user out.
        link = link.Want(absent: judged.IsLeftOut ? link.Absent : judged.Leaves);
        // Who is not let in holds nothing that somebody might wait for.
        var holds = link.SlackId is not null || link.AskFirst || !judged.IsLeftOut;
        if (holds && !link.Imported && (link.UserName is null || revision.Changed.Has("userName")))
        {
            var choice = asked.Caller.Preferences.SlackUserName;
            var (name, wrong) = UserNames.Choose(there.Owners, link.Id, there.Wanted.UserName!, choice);
            if (name is null)
                return wrong is null ? new WriteOutcome.NeedsMore(Names: true) : new WriteOutcome.Refused(wrong);
            link = link.Name(name);
        }
        var spoken = FieldSet.Of(UserTranslator.FieldsOf(revision.Spoken.Has));
        if (RefuseInvalidForSlack(revision, spoken) is { } ended)
            return ended;
        link = link.Wish(Wish(asked, spoken, priority, verdict));
        var keys = holds ? UserReservation.Of(there, asked.Caller, link, resource, edit) : new UserReservation();
        if (keys.Refusal is { } refusal)
            return new WriteOutcome.Refused(refusal);
        return new WriteOutcome.Written(resource, link, verdict)
        {
            Change = ChangeWords.Of(edit),
            Document = revision.After,
            Takes = keys.Takes,
            AsksWhose = keys.AsksWhose,
            AsksNoMoreFor = GivenUp(there, before, judged.IsLeftOut || judged.Leaves ? null : revision.After),
            // A hold may last long, so keys that neither the user nor Slack needs are freed now.
            FreesKeys = verdict is Verdict.Hold,
            Counts = judged.Counts,
            EndsHold = judged.EndsHold,
            Hides = there.Namesake is { } namesake && namesake.Id != before.Id ? namesake.Hide() : null,
            LeavesName = before.UserNameKey == resource.UserNameKey ? null : before.UserNameKey,
            Succeeds = succeeds,
            ComesBack = link.Reachable && !before.Active && resource.Active,
        };
    }

    // The row that showed an unclaimed account is the user's from now on; everybody else gets one of their own.
    private static UserEdit Shown(AccountMatch match, WriteRequest asked, ScimResource user, ResourceId id) =>
        match is { Account: Account.Unclaimed, Shown: { } shown }
            ? new(shown, Revision.Replaced(shown.Read(), PathSet.Nothing, user))
            : new(Resource.New(asked.Caller.TenantId, Kind.User, id, asked.Now), Revision.Made(user));

    private static WriteOutcome? Ending(UserVerdict judged, Link? link) =>
        judged.LacksCounts ? new WriteOutcome.NeedsMore(Counted: link!.Id)
        : judged.Verdict is Verdict.Refuse refused ? new WriteOutcome.Refused(refused.Why)
        : null;

    private static Account Had(Resource resource, Link link) =>
        link.SlackId is null ? Account.None
        : resource.SourceId is null ? Account.Unclaimed
        : Account.Own;

    // A userName is unique among the resources that providers see.
    private static WriteOutcome.Refused? RefuseTakenName(UserSituation there) =>
        there.Namesake is { SourceId: not null } namesake
            ? new WriteOutcome.Refused(Refusal.NameTaken(namesake, there.Wanted.UserName!, there.NamesakesSource))
            : null;

    private static WriteOutcome.Refused? RefuseWithoutAddress(UserSituation there, Preferences allowed) =>
        there.Addresses.Count == 0 && allowed.UserSlackCannotHold == Unholdable.Refuse
            ? new WriteOutcome.Refused(
                ScimException.InvalidValue("Slack needs an e-mail address; give the user one in 'emails'.")
            )
            : null;

    // An account with such an address would be found by nobody: it counts as Slack's own.
    private static WriteOutcome.Refused? RefuseBots(UserSituation there) =>
        there.Addresses.Any(SlackUser.IsBots)
            ? new WriteOutcome.Refused(
                ScimException.InvalidValue(
                    "Addresses of slack-bots.com are those of Slack's own accounts; give the user another one in 'emails', or in 'userName' if that is the address."
                )
            )
            : null;

    // A look-alike letter must not lead to another person's account. As an address
    // the userName is what Slack gets where there is no other.
    private static WriteOutcome.Refused? RefuseLookAlikes(ScimResource user, Preferences allowed) =>
        (allowed.UniqueUserIdentifier == Identifier.UserName || UserAddresses.OfName(user) is not null)
        && TextCheck.NotPlain("userName", user.Text("userName")!) is { } why
            ? new WriteOutcome.Refused(why)
            : null;

    // Only asserted values are checked; a repeated value is not sent.
    private static WriteOutcome.Refused? RefuseInvalidForSlack(Revision revision, FieldSet spoken)
    {
        var wrong = UserTranslator.Wrong(
            revision.After,
            field => spoken.Has(field) && revision.Asserted.Has(AttributeMap.Path(field))
        );
        return wrong.Count == 0
            ? null
            : new WriteOutcome.Refused(
                ScimException.InvalidValue(
                    string.Join(' ', wrong.Select(note => $"'{AttributeMap.Path(note.Field)}': {note.Says}"))
                )
            );
    }

    // A wish that is not settled goes on. A held user does not have the account yet, so what is known of it stays.
    private static Link Handed(UserSituation there, Link link, UserEdit edit, Verdict verdict) =>
        link.IsUnsettled || verdict is Verdict.Hold
            ? Forget(there, link).Unlearn(edit.ToTellAgain(link))
            : link.UnlearnFor(edit.WantsActive);

    // An unsettled wish may have been sent: what it carried is unknown, and unknown is always planned.
    private static Link Forget(UserSituation there, Link link) =>
        there.MayBeSent.TryGetValue(link.Id, out var fields) ? link.Unlearn(fields) : link;

    private static Link AskedAgain(Link link, Verdict verdict) =>
        verdict is Verdict.Allow or Verdict.Skip { Left: Part.Address } ? link.TryAgain() : link;

    private static Wish Wish(WriteRequest asked, FieldSet spoken, SlackPriority priority, Verdict verdict) =>
        new(asked.OperationId, spoken, priority, asked.Now, Instant.Of(asked.AnswerBy), (verdict as Verdict.Hold)?.Why);
}
