using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Planning;

/// <summary>Plans an account from what was read of it. Pure: it asks neither the store nor Slack.</summary>
/// <param name="Link">The link.</param>
/// <param name="Claimant">The user; null where nobody has the account.</param>
/// <param name="Document">The user's document where it is at hand already.</param>
/// <param name="Held">The addresses, folded, that the link holds.</param>
/// <param name="Manager">The manager's account; null if there is none.</param>
/// <param name="Settings">How differences are told for the tenant.</param>
internal sealed record AccountPlanning(
    Link Link,
    Resource? Claimant,
    ScimResource? Document,
    List<string> Held,
    string? Manager,
    SlackSettings Settings
)
{
    private static readonly FieldSet _guest = FieldSet.Of(SlackField.GuestType, SlackField.GuestExpiration);

    private static readonly FieldSet _addresses = FieldSet.Of(SlackField.PrimaryEmail, SlackField.SecondaryEmail);

    private static readonly SlackNote _nameIsAddress = new(
        SlackField.PrimaryEmail,
        SlackNoteKind.Replaced,
        "The userName was taken for the address, since there is no other."
    );

    // True before a former manager is taken away, and after.
    private static readonly SlackNote _managerIsMissing = new(
        SlackField.Manager,
        SlackNoteKind.NotSent,
        "Slack is told no manager: no account belongs to the user who is named."
    );

    /// <summary>What Slack is to be told of the account, and why not all of it.</summary>
    public WantedAccount Plan()
    {
        // What was wanted before the account was protected is told no more: the owner's deactivation would end the token.
        if (Link.Protection is { Code: ReasonCode.ByHand or ReasonCode.TokenOwner })
            return new WantedAccount(Link, Claimant, UserPlan.Nothing);
        if (Link.Absent || Claimant is null || (Claimant.Deleted is not null && !IsLeftOnSpareAddress(Claimant)))
            return OfNobody();

        // Other rules leave a user as it is, but nobody who is to leave.
        var waived = Claimant.Waived;
        var leaves = waived.Scope && !Claimant.Active && !waived.Has("active");
        var leftOut = WhyNotTold.OfAll(Link, Claimant);
        return leftOut is not null && (leaves || !Link.IsOnSpareAddress)
            ? OfLeftOut(Claimant, leftOut, leaves)
            : OfWanted(Claimant, leftOut);
    }

    /// <summary>
    /// What the user is to be at Slack by its provider's word, also where a preference or rule leaves it out: whoever has
    /// deleted it wants it out.
    /// </summary>
    public SlackProfile Wish =>
        Claimant is { SourceId: null } ? SlackProfile.Nothing
        : Claimant is { Deleted: null } ? InSlacksWords(Claimant, PathSet.Nothing).Wanted
        : Claimant is not null || Link.Absent ? SlackProfile.Nothing.With(active: false)
        : SlackProfile.Nothing;

    // Nobody is left on a spare address: an exchange comes to its end, whatever is left out meanwhile.
    private bool IsLeftOnSpareAddress(Resource claimant) =>
        Link is { Absent: false, IsOnSpareAddress: true } && WhyNotTold.OfLeaving(Link, claimant) is not null;

    // An account that is to go, or that no user has any more.
    private WantedAccount OfNobody() =>
        new(Link, Claimant, Link.Absent ? Removal(Settings) : UserPlan.Nothing)
        {
            AskAbout = SentAddresses.ToLookFor(Link, Claimant, Document, Held),
            Blocked =
                Claimant is { Deleted: not null } ? WhyNotTold.OfLeaving(Link, Claimant)
                : !Link.Absent || Claimant is null ? null
                : Claimant.Waived.Account ? ReasonCode.UserLeftOut
                : ReasonCode.OutOfScope,
        };

    // Nothing is told of the user but that it leaves.
    private WantedAccount OfLeftOut(Resource claimant, Reason leftOut, bool leaves) =>
        new(Link, claimant, leaves ? Removal(Settings with { DeleteRemovedUsers = false }) : UserPlan.Nothing)
        {
            Blocked = leftOut,
            // What may have been made is looked for all the same, or nobody would know of it.
            AskAbout = SentAddresses.ToLookFor(Link, claimant, Document, Held),
        };

    // What Slack has refused is not told again before it is due.
    private UserPlan Removal(SlackSettings settings) =>
        Link.SetAside.Has(SlackField.Active)
            ? UserPlan.Nothing
            : UserPlanner.PlanRemoval(Link.SlackId, Link.Told, settings);

    // All that the provider wants, but for what Slack has refused and the addresses that others have.
    private WantedAccount OfWanted(Resource claimant, Reason? leftOut)
    {
        var (wanted, notes) = InSlacksWords(claimant, claimant.LeftOut(Link));
        var (free, isAnothers) = SentAddresses.WithoutTaken(wanted, Held, Link);
        var who = new Identity(wanted[SlackField.PrimaryEmail], claimant.UserNameKey);
        var askAbout =
            Link.IsAskedInPlace ? Link.Address
            : Link is { AskFirst: true, SlackId: null }
                ? SentAddresses.ToAskAbout(Held, wanted[SlackField.PrimaryEmail])
            : null;
        // No account is made without what makes a guest of it.
        var setAside = Link.SlackId is null ? Link.SetAside.Without(_guest) : Link.SetAside;
        var told = free.Only(field => !setAside.Has(field) && (leftOut is null || _addresses.Has(field)));
        var isLeftOutAsGuest = WhyNotTold.IsLeftOutAsGuest(Link, claimant, Document ?? claimant.Read());
        return Planned(Link);

        WantedAccount Planned(Link link)
        {
            var hasEnded = WhyNotTold.HasEnded(told, link);
            var plan =
                isLeftOutAsGuest && link.SlackId is null
                    ? UserPlan.Nothing
                    : UserPlanner.Plan(
                        ToTell(
                            link,
                            wanted,
                            isLeftOutAsGuest ? told.Without(SlackField.Active) : told,
                            hasEnded,
                            isAnothers
                        ),
                        link.SlackId,
                        link.Told,
                        Settings
                    );
            return new WantedAccount(link, claimant, plan)
            {
                Again = Planned,
                KnowsManager = Manager is not null,
                Notes = notes,
                Blocked =
                    isAnothers ? ReasonCode.AddressTaken
                    : leftOut is not null ? leftOut
                    : isLeftOutAsGuest ? ReasonCode.UserLeftOut
                    : hasEnded ? ReasonCode.GuestEnded
                    : plan.Missing is { } missing ? new Reason(ReasonCode.Missing, SlackProfile.Name(missing.Field))
                    : link.SlackId is null && plan.IsEmpty ? ReasonCode.Inactive
                    : WhyNotTold.OfLeaving(link, claimant)
                        ?? WhyNotTold.OfEnd(link, claimant, Document)
                        ?? WhyNotTold.OfAddress(link, claimant, Document),
                Who = who,
                AskAbout = askAbout,
                // A lost create may have made the account with the first address, even if somebody else has the second.
                IsAskedAboutWanted =
                    Identity.IsAlike(askAbout, wanted[SlackField.PrimaryEmail])
                    || (Link.Intended is null && Identity.IsAlike(askAbout, wanted[SlackField.SecondaryEmail])),
            };
        }
    }

    // What is told at last: who is let in, and whether the second address goes.
    private SlackProfile ToTell(Link link, SlackProfile wanted, SlackProfile told, bool hasEnded, bool isAnothers)
    {
        // By a spare address, which leads to another one's mailbox, nobody is let in; nor as a member who is to be a guest,
        // and whom Slack has not taken as one.
        var isNoGuest = wanted[SlackField.GuestType] is not null && !link.SetAside.And(_guest).IsEmpty;
        var staysOut = ((isAnothers && link.IsOnSpareAddress) || isNoGuest) && link.Told.Active != true;
        var wish =
            hasEnded ? told.With(active: false)
            : staysOut ? told.Without(SlackField.Active)
            : told;
        // A second address is nobody's wish then; but one that the link holds is what the userName was before.
        var isNameTheAddress = wanted.Says(SlackField.PrimaryEmail) && !wanted.Says(SlackField.SecondaryEmail);
        var isFormer =
            isNameTheAddress
            && !link.SetAside.Has(SlackField.SecondaryEmail)
            && link.Told[SlackField.SecondaryEmail] is { } second
            && Held.Contains(Fold.Key(second));
        return isFormer ? wish.With(SlackField.SecondaryEmail, null) : wish;
    }

    // What the claimant wants, in Slack's vocabulary. The name is ours to choose only for an account that we make.
    private (SlackProfile Wanted, IReadOnlyList<SlackNote> Notes) InSlacksWords(Resource claimant, PathSet leftOut)
    {
        var document = Document ?? claimant.Read();
        // Whether an account is active is its user's from the claim on, said or not: the gateway itself turns it.
        var asserted = claimant.Asserted.With(PathSet.Active);
        // No account is made without an address: where a claimed one is gone, the one that it was shown with is meant.
        if (Link.SlackId is null)
            asserted = asserted.With(PathSet.Emails);
        asserted = asserted.Without(leftOut);
        var (wanted, notes) = UserTranslator.ToSlack(
            new WantedUser(
                document,
                asserted.Has,
                leftOut.Has("userName") ? null : Link.UserName,
                Manager,
                // Where the wanted manager has no account yet, Slack's former one is wrong.
                claimant.Manager
                    is null
                    || Manager is not null
                    || Link.Told[SlackField.Manager] is not null
            )
        );
        if (
            claimant.Manager is not null
            && Manager is null
            && asserted.Has(AttributeMap.Row(SlackField.Manager).Asserted!)
        )
            notes = [.. notes, _managerIsMissing];
        // A userName that is an address counts as one, when an account is to be made, or where there is no other.
        return
            wanted[SlackField.PrimaryEmail] is null
            && (Link.SlackId is null || (!document.Json.ContainsKey("emails") && asserted.Has("userName")))
            && UserAddresses.OfName(document) is { } address
            ? (wanted.With(SlackField.PrimaryEmail, address), [.. notes, _nameIsAddress])
            : (wanted, notes);
    }
}
