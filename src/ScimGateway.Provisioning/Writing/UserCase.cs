using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Provisioning.Writing;

/// <summary>A write of a user as it is judged. Pure.</summary>
/// <param name="There">What is there.</param>
/// <param name="Allowed">What the tenant allows.</param>
/// <param name="Late">Why nothing may be written that Slack would hear of; null if it may.</param>
/// <param name="Trigger">What is asked for.</param>
/// <param name="Account">What Slack has for the user.</param>
/// <param name="Link">The link that the user has or gets; null where one has to be made.</param>
/// <param name="Now">When it is: a guest whose end has come is deactivated by that.</param>
internal sealed record UserCase(
    UserSituation There,
    Preferences Allowed,
    ScimException? Late,
    Trigger Trigger,
    Account Account,
    Link? Link,
    Instant Now
)
{
    /// <summary>Whether another document may go on.</summary>
    public UserVerdict Judge(UserEdit edit)
    {
        if (edit.Before.Waived.Unlinked)
            return new(Verdict.Skip.Unlinked);
        if (!There.Scope.Admits(edit.Revision.After, Scope.WorkLimitOfUser(), out var rule))
            return OutOfScope(edit);
        var ends = Link is { SlackId: not null } && edit.EndsGuest(Now);
        var isToBeActive = edit.WantsActive && !ends;
        var (held, isOver) = Trigger == Trigger.Change ? StaysHeld(isToBeActive, edit.Revision.After) : default;
        if (held is not null)
            return new(held) { Rule = rule };
        var isSaidAnew =
            Trigger == Trigger.Create
            || Account == Account.Unclaimed
            || Link is { State: LinkState.Held } or { Absent: true }
            || edit.Before.Waived.Scope
            || edit.ConcernsSignIn;
        // Slack is not told the address that an operator has dismissed.
        var isAddressLeft = Account == Account.Own && edit.IsAddressDismissed;
        var judged = WithGuard(
            new UserWish(
                Trigger,
                Account,
                edit.WasActive(Link),
                isToBeActive,
                edit.ConcernsMore,
                IsProtected(goes: !isToBeActive)
            ),
            ends,
            isLeftAlone: !ends
                && !edit.Concerned.Has("active")
                && (
                    edit.Before.Waived.Has("active")
                    || Link?.Told.Active == edit.WantsActive
                    || (Trigger == Trigger.Change && IsOnItsWay(edit.Before, isToBeActive))
                ),
            readdresses: isSaidAnew && !isAddressLeft && Guard.Readdresses(Link, edit.Revision.After)
        ) with
        {
            Rule = rule,
            EndsHold = isOver,
        };
        // Where nobody may be deactivated the end is left out, with all that goes along.
        return ends && judged.Verdict is Verdict.Skip { Left: Part.Active } left
            ? judged with
            {
                Verdict = left with { Left = Part.Rest },
            }
            : judged;
    }

    /// <summary>Whether a user may be deactivated or deleted by a write that asks for nothing else.</summary>
    public UserVerdict Leave(Resource before, Trigger trigger, bool wasActive)
    {
        var (held, isOver) = StaysHeld(isToBeActive: false);
        return held is not null
            ? new(held)
            : WithGuard(
                new UserWish(trigger, Account, wasActive, false, false, IsProtected(goes: true)),
                isLeftAlone: IsOnItsWay(before, isToBeActive: false)
            ) with
            {
                EndsHold = isOver,
            };
    }

    // A user whom no rule admits from the start is in the mirror alone; a user who leaves by what the provider says
    // leaves Slack. Other rules leave a user in Slack as it is; that the provider disables the user is told all the same.
    private UserVerdict OutOfScope(UserEdit edit)
    {
        // What is being made goes again.
        var isMade = Account == Account.Own || (Account == Account.None && Link is { IsUnsettled: true });
        var wasOut = edit.Before.Waived.Scope;
        if (Account == Account.Own && wasOut && !edit.WantsActive)
            return Leave(edit.Before, Trigger.Change, Link!.IsActiveAtSlack ?? edit.WasActive(Link)) with
            {
                StaysOut = true,
            };
        // Who is to be inactive is disabled, though it may be by that that no rule admits the user: where nobody may be
        // removed, disabling may be allowed.
        var isDisabled =
            Account == Account.Own
            && !edit.WantsActive
            && Allowed is { DeprovisionUsers: false, DisableUsers: true, UpdateUsers: true };
        return isMade && !wasOut
            ? Leave(
                edit.Before,
                isDisabled ? Trigger.Change : Trigger.Delete,
                Link!.IsActiveAtSlack ?? edit.Before.Active
            ) with
            {
                Leaves = true,
            }
            : StaysOut();
    }

    // Slack is told nothing, so a guard's hold ends. A hold about whose account it is stays.
    private UserVerdict StaysOut()
    {
        var skip = new Verdict.Skip(Part.Scope, new Reason(ReasonCode.OutOfScope).Sentence);
        return (Trigger, Account, Link)
                is not
                (Trigger.Change, Account.Own, { State: LinkState.Held, Reason: { } held })
                ? new(skip)
            : held.Code == ReasonCode.AnotherPerson ? new(new Verdict.Hold(held)) { StaysOut = true }
            : new(skip) { EndsHold = true };
    }

    // What the policy allows, the guard may hold: an account of Slack that is to be activated or deactivated, or to sign
    // in by another address, beside too many others. A waived path that the write does not repeat is not counted. A
    // leaver is never held because of an address.
    private UserVerdict WithGuard(UserWish wish, bool ends = false, bool isLeftAlone = false, bool readdresses = false)
    {
        var verdict = InTime(UserPolicy.Decide(Allowed, wish));
        var left = (verdict as Verdict.Skip)?.Left ?? Part.Nothing;
        var isToBeActive = wish.Trigger != Trigger.Delete && wish.WantsActive;
        var wasActive = Link?.IsActiveAtSlack ?? wish.WasActive;
        var isLeaver = verdict is Verdict.Allow && wasActive && !isToBeActive;
        var turns =
            verdict is Verdict.Allow
            && Link is { SlackId: not null }
            && (ends || wasActive != isToBeActive)
            && !isLeftAlone;
        var isAddressTold = verdict is Verdict.Allow || left == Part.Active;
        var moves = readdresses && isAddressTold;
        if (!turns && !moves)
            return new(verdict);
        if (!There.Counted.TryGetValue(Link!.Id, out var counted) && IsGuarded)
            return new(verdict) { LacksCounts = true };
        if (turns && Guard.Holds(Allowed, Guarded.Account, counted.Accounts) is { } why)
            return new(new Verdict.Hold(why));
        IReadOnlyList<Guarded> counts = turns && counted.Accounts is not null ? [Guarded.Account] : [];
        if (moves && Guard.Holds(Allowed, Guarded.Address, counted.Addresses) is { } beyond)
            return new(isLeaver ? new Verdict.Skip(Part.Address, beyond.Sentence) : new Verdict.Hold(beyond, left))
            {
                Counts = counts,
            };
        return new(verdict) { Counts = moves && counted.Addresses is not null ? [.. counts, Guarded.Address] : counts };
    }

    // What waits for its call was let through, or an operator has decided it: whatever is written meanwhile, it is not
    // counted once more.
    private bool IsOnItsWay(Resource before, bool isToBeActive) =>
        Link is { State: LinkState.Pending }
        && before.Active == isToBeActive
        && before.Waived is { Account: false, Scope: false }
        && !before.Waived.Has("active");

    // What the policy allows is refused all the same if Slack cannot be told in time; what changes nothing does not
    // come here.
    private Verdict InTime(Verdict verdict) =>
        (verdict, Late) is (Verdict.Allow or Verdict.Skip, { } late) ? new Verdict.Refuse(late) : verdict;

    private bool IsGuarded =>
        (Guard.AtLeast(Allowed, Guarded.Account) ?? Guard.AtLeast(Allowed, Guarded.Address)) is not null;

    // What Slack said of an account once is no reason to let a leaver stay: it is asked again.
    private bool IsProtected(bool goes) => Link?.Protection is { } why && !(goes && why.IsProven);

    // What is held stays so until an operator has decided, or the provider wants again what Slack has: then it is over.
    private (Verdict.Hold? Held, bool IsOver) StaysHeld(bool isToBeActive, ScimResource? wanted = null)
    {
        if (Link is not { State: LinkState.Held, Reason: { } held } link)
            return default;
        // The end of a guest that is held is so whatever else the provider says.
        isToBeActive &= wanted is null || !UserDocument.EndsSoon(wanted, link, Now);
        var isActive = link.IsActiveAtSlack;
        var isOpen = held switch
        {
            // Who somebody is does not become clear by what a provider repeats.
            { Code: ReasonCode.AnotherPerson } => true,
            { IsOfAddress: true } => wanted is not null
                && (isToBeActive || isActive == false)
                && Guard.Readdresses(link, wanted),
            _ => isActive != isToBeActive,
        };
        return link.ClaimantId is not null && isOpen ? (new Verdict.Hold(held), false) : (null, true);
    }
}
