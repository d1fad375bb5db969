using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// The account that a new user gets, if there is one: one that nobody has, or the one of a user who was deleted here.
/// </summary>
/// <param name="Link">Its link; null where one has to be made.</param>
/// <param name="Account">What Slack has for the user.</param>
/// <param name="Shown">What shows the account: the document that the import made, or the tombstone.</param>
internal sealed record AccountMatch(Link? Link, Account Account, Resource? Shown)
{
    /// <summary>There is none.</summary>
    public static AccountMatch None { get; } = new(null, Account.None, null);

    /// <summary>
    /// Whether there is one, whose claim an operator has ended: nobody gets it before an operator says whose it is.
    /// </summary>
    public bool IsUnlinked { get; init; }

    /// <summary>
    /// Finds it by the identifier that the tenant has chosen. A user name that a deleted user had leads to an account
    /// that may be another person's.
    /// </summary>
    /// <exception cref="Declined">It is not clear which account is meant, or nobody may have it yet.</exception>
    public static AccountMatch Find(
        StoreSession store,
        TenantId tenantId,
        int source,
        Identifier chosen,
        ScimResource user,
        IReadOnlyList<string> addresses,
        LinkId own = default
    )
    {
        var wanted = new Identity(addresses is [var first, ..] ? first : null, user.Text("userName"));
        var byAddress = wanted.Address is { } address ? Holder(KeyKind.Address, address) : null;
        if (byAddress is not null && Tombstone(store, byAddress) is { } former)
            if (IsMeant(byAddress) || Was(byAddress, former).Any(was => was.Is(wanted, chosen)))
                return OfDeleted(store, byAddress, former, source, user, isIdentified: true);

        var named = Holder(
            KeyKind.SlackUserName,
            chosen == Identifier.UserName ? wanted.UserName! : SlackNames.UserNames(wanted.UserName!).First()
        );
        if (
            named is not null
            && Tombstone(store, named) is { } bearer
            && Identity.IsAlike(bearer.Read().Text("userName"), wanted.UserName)
        )
            return OfDeleted(store, named, bearer, source, user, chosen == Identifier.UserName || named.HasNone);

        var byName = chosen == Identifier.UserName ? named : null;
        if (byName is not null && Unclaimed(byName) is null)
            return None; // it is seen when the name is reserved, or another one is chosen
        if (byName is not null && byAddress is not null && byAddress.Id != byName.Id)
        {
            var meant = HoldRows.Meant(store, tenantId, byName.Id);
            if (meant != byName.Id && meant != byAddress.Id)
                throw Ambiguous(byName, byAddress);
            byName = meant == byName.Id ? byName : byAddress;
        }
        var match = byName ?? byAddress;
        // Whoever else has the address is seen when it is reserved.
        if (match is null || Unclaimed(match) is not { } shown)
            return None;
        if (byName is null && !IsMeant(match) && !Identity.Of(match.AtSlack).Is(wanted, chosen))
            return None;
        if (shown.Waived.Unlinked && !IsMeant(match))
            return None with { IsUnlinked = true };
        return match.Protection is null ? new AccountMatch(match, Account.Unclaimed, shown) : throw Protected(match);

        Link? Holder(KeyKind kind, string value) =>
            UserKeys.Holder(store, tenantId, kind, value) is { } holder && holder.Id != own ? holder : null;
        Resource? Unclaimed(Link link) =>
            Resources.Find(store, link.ClaimantId) is { SourceId: null } shown ? shown : null;
        bool IsMeant(Link link) => HoldRows.Meant(store, tenantId, link.Id) == link.Id;
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

    // A user who is not known to be the same is another person, until an operator has said otherwise. Another person's
    // account is not held before its removal is done, or decided by an operator, or its owner would stay.
    private static AccountMatch OfDeleted(
        StoreSession store,
        Link link,
        Resource tombstone,
        int source,
        ScimResource user,
        bool isIdentified
    )
    {
        var isSame =
            link is not { State: LinkState.Held, Reason.Code: ReasonCode.AnotherPerson }
            && (IsSame(tombstone, source, user.Text("externalId")) ?? isIdentified);
        if (isSame)
            return new AccountMatch(link, Account.Former, tombstone);
        var isSettled = link.WantedVersion == link.SettledVersion;
        var isDecided = link is not { State: LinkState.Held, Reason.IsGuards: true };
        return isSettled && isDecided
            ? new AccountMatch(link, Account.FormerOfAnother, tombstone)
            : throw (isSettled ? Declined.Taken(store, link) : Declined.NotGoneYet(store, link));
    }

    /// <summary>
    /// Whether a user who was deleted is the same as another one, by the externalIds that their provider gave them; null
    /// where those do not say. An externalId is the provider's own (RFC 7643 section 3.1): it says nothing of a user of
    /// another source.
    /// </summary>
    public static bool? IsSame(Resource tombstone, int? source, string? externalId) =>
        tombstone.SourceId == source && tombstone.ExternalId is { } was && externalId is { } now ? was == now : null;

    // By what was last wanted, and by what Slack has, which differ where a change was under way.
    private static IEnumerable<Identity> Was(Link link, Resource tombstone)
    {
        var document = tombstone.Read();
        var name = document.Text("userName");
        yield return new Identity(UserAddresses.OfSlack(document) is [var wanted, ..] ? wanted : null, name);
        yield return new Identity(link.Told[SlackField.PrimaryEmail] ?? link.AtSlack[SlackField.PrimaryEmail], name);
    }

    private static Resource? Tombstone(StoreSession store, Link link) =>
        link.ClaimantId is { } id && Resources.Find(store, id) is { Deleted: not null } tombstone ? tombstone : null;

    private static Declined Ambiguous(Link byName, Link byAddress) =>
        new(
            ScimException.Uniqueness(
                $"Slack has one account with the user name and another with the address: {byName.SlackId} and {byAddress.SlackId}. An operator has to say which one is meant."
            )
        )
        {
            Undecided = (
                byName.Id,
                new Reason(ReasonCode.TwoAccounts, $"{byName.SlackId} {byAddress.SlackId}"),
                byAddress.Id
            ),
        };

    // What no operator can release is listed for what it is, so that nobody is told to.
    private static Declined Protected(Link link) =>
        new(
            ScimException.Uniqueness(
                $"Slack has a protected account with this name or address, {link.SlackId}; "
                    + (
                        link.Protection is { IsForEver: true } why
                            ? $"it stays protected. {why.Sentence} {why.Remedy}"
                            : "an operator has to release it."
                    )
            )
        )
        {
            Undecided = (
                link.Id,
                link.Protection is { IsForEver: true } ? link.Protection : ReasonCode.ProtectedAsked,
                null
            ),
        };
}
