using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Policy;

/// <summary>
/// The account that a new user gets, if there is one: one that nobody has, or the one of a user who was deleted here.
/// </summary>
/// <param name="Link">Its link; null where one has to be made.</param>
/// <param name="Account">What Slack has for the user.</param>
/// <param name="Shown">What shows the account: the document that the import made, or the tombstone.</param>
/// <param name="By">By what it was found; null where there is none.</param>
internal sealed record AccountMatch(Link? Link, Account Account, Resource? Shown, MatchedBy? By)
{
    /// <summary>There is none.</summary>
    public static AccountMatch None { get; } = new(null, Account.None, null, null);

    /// <summary>
    /// Finds it by the identifier that the tenant has chosen. A user name that a deleted user had leads to an account
    /// that may be another person's, and so does an address that Slack has of a deleted user who was to have another
    /// one. Refuses where it is not clear which account is meant, or nobody may have it yet.
    /// </summary>
    /// <param name="owners">Who has the user's addresses and names.</param>
    /// <param name="wanted">Who the user is.</param>
    /// <param name="chosen">The identifier.</param>
    /// <param name="source">Whose user it is.</param>
    /// <param name="externalId">The id that the source has given the user.</param>
    /// <param name="own">The link that the user has already.</param>
    public static (AccountMatch Match, Refusal? Refusal) Find(
        KeyOwners owners,
        Identity wanted,
        Identifier chosen,
        int source,
        string? externalId,
        LinkId own = default
    )
    {
        var sought = new Sought(wanted, chosen, source, externalId);
        var byAddress = wanted.Address is { } address ? Owner(KeyKind.Address, address) : null;
        var named = Owner(KeyKind.SlackUserName, wanted.KeyName(chosen));
        return OfFormerWithAddress(owners, byAddress, sought)
            ?? wanted
                .FormerNames(chosen)
                .Select(name => OfFormerWithName(owners, Owner(KeyKind.SlackUserName, name), sought))
                .FirstOrDefault(match => match is not null)
            ?? OfUnclaimed(byAddress, named, sought);

        KeyOwner? Owner(KeyKind kind, string value) =>
            owners.Of(kind, value) is { } owner && owner.Link.Id != own ? owner : null;
    }

    // The deleted user who has the address, if it is the same one, or was not to have it any more.
    private static (AccountMatch, Refusal?)? OfFormerWithAddress(KeyOwners owners, KeyOwner? owner, Sought sought)
    {
        if (owner?.Tombstone is not { } former)
            return null;
        var isHis = owner.IsMeant || Identity.Of(former.Read()).Is(sought.Wanted, sought.Chosen);
        // Whether or not it was ever told: by the last word of the provider, somebody else signs in by it.
        var isGivenUp =
            sought.Chosen == Identifier.PrimaryEmail && Identity.IsAlike(owner.Link.Address, sought.Wanted.Address);
        return isHis || isGivenUp ? OfDeleted(owners, owner, sought, isIdentified: isHis) : null;
    }

    // The deleted user who has the name, and whose userName it was.
    private static (AccountMatch, Refusal?)? OfFormerWithName(KeyOwners owners, KeyOwner? owner, Sought sought)
    {
        if (
            owner?.Tombstone is not { } bearer
            || !Identity.IsAlike(bearer.Read().Text("userName"), sought.Wanted.UserName)
        )
            return null;
        return OfDeleted(
            owners,
            owner,
            sought,
            isIdentified: owner.Link.HasNothingAtSlack
                // The address was the user's, though somebody may have changed it in Slack since.
                || Identity.Of(bearer.Read()).Is(sought.Wanted, sought.Chosen)
        );
    }

    // The account that nobody has.
    private static (AccountMatch, Refusal?) OfUnclaimed(KeyOwner? byAddress, KeyOwner? named, Sought sought)
    {
        var byName = sought.Chosen == Identifier.UserName ? named : null;
        var isChosen = false;
        if (byName is { Unclaimed: null })
            return (None, null); // it is seen when the name is reserved, or another one is chosen
        if (byName is not null && byAddress is not null && byAddress.Link.Id != byName.Link.Id)
        {
            if (!byName.IsMeant && byName.Meant != byAddress.Link.Id)
                return (None, Refusal.TwoAccounts(byName.Link, byAddress.Link));
            isChosen = true;
            byName = byName.IsMeant ? byName : byAddress;
        }
        // Whoever else has the address is seen when it is reserved.
        if ((byName ?? byAddress) is not { Unclaimed: { } shown } match)
            return (None, null);
        if (byName is null && !match.IsMeant && !Identity.Of(match.Link.AtSlack).Is(sought.Wanted, sought.Chosen))
            return (None, null);
        // Nobody gets an account whose claim an operator has ended before an operator says whose it is.
        if (shown.Waived.Unlinked && !match.IsMeant)
            return (None, null);
        if (match.Link.Protection is not null)
            return (None, Refusal.Protected(match.Link));
        var by =
            isChosen || match.IsMeant ? MatchedBy.Operator
            : byName is null ? MatchedBy.Address
            : MatchedBy.UserName;
        // An operator's choice ends what an earlier unlinking has left out.
        return (
            new AccountMatch(match.Link, Account.Unclaimed, shown.Waived.Unlinked ? shown.LetIn() : shown, by),
            null
        );
    }

    /// <summary>
    /// What a new user asserts of the account, beside what was said: all that the former user's provider had asserted of
    /// it, so that what the new document does not say is cleared; and whoever comes to the account of a guest of before,
    /// or of one whose time is over, without a word of that, comes as a member.
    /// </summary>
    public PathSet Asserts(PathSet said, Instant now)
    {
        if (Link is null)
            return said;
        var isFormers = Account is Account.Former or Account.FormerOfAnother;
        if (isFormers)
            said = said.With(Shown!.Asserted);
        var isGuests =
            Link.Has(SlackField.GuestType) is not null
            && (Account == Account.Former || Link.AtSlack.ShowsEnd(now.ToTime()));
        return isGuests ? said.With(PathSet.Of(AttributeMap.Path(SlackField.GuestType))) : said;
    }

    /// <summary>
    /// Whether a user who has no account yet may have it; null if an operator has said that it is another person's, which
    /// is not asked again.
    /// </summary>
    public Verdict? MayBeTaken(Resource user, bool isToBeActive, Preferences preferences) =>
        Account == Account.FormerOfAnother && user.Waived.AnotherPerson
            ? null
            : UserPolicy.Decide(
                preferences,
                new UserWish(
                    Trigger.Create,
                    Account,
                    Shown!.Active,
                    isToBeActive,
                    ChangesMore: true,
                    Link!.Protection is not null
                )
            );

    // A user who is not known to be the same is another person, until an operator has said otherwise. Another person's
    // account is not held before its removal is done, or decided by an operator, or its owner would stay.
    private static (AccountMatch, Refusal?) OfDeleted(
        KeyOwners owners,
        KeyOwner owner,
        Sought sought,
        bool isIdentified
    )
    {
        var (link, tombstone) = (owner.Link, owner.Tombstone!);
        var isSame =
            link.HeldFor != HeldFor.AnotherPerson
            && (IsSame(tombstone, sought.Source, sought.ExternalId) ?? isIdentified);
        if (isSame)
            return (new AccountMatch(link, Account.Former, tombstone, MatchedBy.Former), null);
        var isDecided = link.HeldFor != HeldFor.Approval;
        return link.IsUnsettled || !isDecided
            ? (None, Refusal.NotGoneYet(link, owners.Standing))
            : (new AccountMatch(link, Account.FormerOfAnother, tombstone, MatchedBy.Former), null);
    }

    /// <summary>
    /// Whether a user who was deleted is the same as another one, by the externalIds that their provider gave them; null
    /// where those do not say. An externalId is the provider's own (RFC 7643 section 3.1): it says nothing of a user of
    /// another source.
    /// </summary>
    public static bool? IsSame(Resource tombstone, int? source, string? externalId) =>
        tombstone.SourceId == source && tombstone.ExternalId is { } was && externalId is { } now ? was == now : null;

    // For whom an account is sought.
    private readonly record struct Sought(Identity Wanted, Identifier Chosen, int Source, string? ExternalId);
}
