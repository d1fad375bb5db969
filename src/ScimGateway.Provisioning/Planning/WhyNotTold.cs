using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Planning;

/// <summary>Why Slack is not told of a user what the provider wants.</summary>
internal static class WhyNotTold
{
    /// <summary>Why nothing of a user is told; null where all is.</summary>
    public static Reason? OfAll(Link link, Resource claimant)
    {
        var waived = claimant.Waived;
        return claimant.Deleted is not null ? OfLeaving(link, claimant)
            : waived.Unlinked && waived is { Account: true, Scope: false } ? ReasonCode.Unlinked
            : !waived.IsOut ? null
            : waived is { Account: true, AnotherPerson: true } ? ReasonCode.ToldApart
            : waived.Dismissed ? ReasonCode.Dismissed
            : waived.Scope ? ReasonCode.OutOfScope
            : ReasonCode.UserLeftOut;
    }

    /// <summary>
    /// Slack has ended a guest's account at its time, and would again: what undoes it is a later end, or a member.
    /// </summary>
    public static bool HasEnded(SlackProfile wanted, Link link)
    {
        var (told, shown) = (link.Told, link.AtSlack);
        var isOtherEnd =
            wanted.Says(SlackField.GuestExpiration)
            && wanted.GuestEnds != told.GuestEnds
            && !(wanted.GuestEnds <= link.SeenAt?.ToTime());
        var isToBeMember = wanted.Says(SlackField.GuestType) && wanted[SlackField.GuestType] is null;
        return link.SeenAt is { } seen
            && shown.ShowsEnd(seen.ToTime())
            && told.Active == false
            && wanted.Active != false
            && !isOtherEnd
            && !isToBeMember;
    }

    /// <summary>
    /// Why the account stays active against the provider's wish, or inactive because an operator dismissed its
    /// activation; null if neither.
    /// </summary>
    public static Reason? OfLeaving(Link link, Resource claimant)
    {
        var waived = claimant.Waived;
        if (claimant is { Deleted: null, Active: true } && link.IsActiveAtSlack == false)
            return waived.Dismissed
                    ? new Reason(ReasonCode.Dismissed, ": the account is inactive in Slack, and active at the provider")
                : waived.Has("active") ? ReasonCode.UserLeftOut
                : null;
        var isToLeave = claimant.Deleted is null
            ? !claimant.Active && waived.Has("active")
            : waived.Account && !link.Absent;
        if (!isToLeave || link.SlackId is null || link.IsActiveAtSlack == false)
            return null;
        var provider = claimant.Deleted is null ? "inactive at the provider" : "the provider has deleted the user";
        return waived.Dismissed
            ? new Reason(ReasonCode.Dismissed, $": the account is active in Slack, and {provider}")
            : ReasonCode.UserLeftOut;
    }

    /// <summary>
    /// Whether a preference leaves out that the user is a guest: nobody is let in as a member instead.
    /// </summary>
    public static bool IsLeftOutAsGuest(Link link, Resource claimant, ScimResource document) =>
        link.Told.Active != true
        && claimant is { Deleted: null, Active: true }
        && claimant.LeftOut(link).Has(AttributeMap.Path(SlackField.GuestType))
        && UserTranslator.IsGuest(document);

    /// <summary>
    /// Why the account does not have the end that the provider wants of a guest: an operator has dismissed it, or a
    /// preference leaves it out; null if neither.
    /// </summary>
    public static Reason? OfEnd(Link link, Resource claimant, ScimResource? document)
    {
        var waived = claimant.Waived;
        Reason? why =
            waived.EndDismissed
                ? new Reason(ReasonCode.Dismissed, ": the account does not have the guest's end in Slack")
            : waived.Has(AttributeMap.Path(SlackField.GuestExpiration)) && claimant.Active && link.MayBeIn
                ? ReasonCode.UserLeftOut
            : null;
        return
            why is not null
            && claimant.Deleted is null
            && UserTranslator.GuestEnds(document ?? claimant.Read()) is { } end
            && link.AtSlack.GuestEnds != end
            ? why
            : null;
    }

    /// <summary>An operator has dismissed another address, and the provider has it still.</summary>
    public static Reason? OfAddress(Link link, Resource claimant, ScimResource? document) =>
        claimant is { Deleted: null, Waived.AddressDismissed: true }
        && link.AtSlack[SlackField.PrimaryEmail] is { } kept
        && UserAddresses.OfSlack(document ?? claimant.Read()) is [var wanted, ..]
        && !Identity.IsAlike(kept, wanted)
            ? new Reason(ReasonCode.Dismissed, ": the account has another address in Slack than at the provider")
            : null;
}
