using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// The account that a new user gets, if there is one: one that nobody has, or the one of a user who was deleted here.
/// </summary>
/// <param name="Link">Its link; null where one has to be made.</param>
/// <param name="Account">What Slack has for the user.</param>
/// <param name="Shown">What shows the account: the document that the import made, or the tombstone.</param>
internal sealed record AccountMatch(Link? Link, Account Account, Resource? Shown)
{
    private static readonly AccountMatch _none = new(null, Account.None, null);

    /// <summary>
    /// Finds it by the address, or by the tenant's choice by the Slack user name; the account of a deleted user by
    /// either.
    /// </summary>
    /// <exception cref="Declined">It is not clear which account is meant, or nobody may have it yet.</exception>
    public static AccountMatch Find(
        StoreSession store,
        Caller caller,
        ScimResource user,
        IReadOnlyList<string> addresses
    )
    {
        var userName = user.Text("userName")!;
        var isByName = caller.Preferences.UniqueUserIdentifier == Identifier.UserName;
        var byAddress = addresses.Count > 0 ? Holder(KeyKind.Address, addresses[0]) : null;
        if (byAddress is not null && Tombstone(store, byAddress) is { } former)
            return OfDeleted(store, byAddress, former, user);

        var byName = isByName ? Holder(KeyKind.SlackUserName, userName) : null;
        if (
            byAddress is null
            && (byName ?? Holder(KeyKind.SlackUserName, SlackNames.UserNames(userName).First())) is { } named
        )
            if (Tombstone(store, named) is { } bearer && UserDocument.Of(bearer).Text("userName") is { } was)
                if (Fold.Key(was) == Fold.Key(userName))
                    return OfDeleted(store, named, bearer, user);

        var chosen = isByName ? byName : byAddress;
        if (chosen is null || Resources.Find(store, chosen.ClaimantId) is not { SourceId: null } shown)
            return _none; // an address that another user has is seen when it is reserved
        if (byAddress is not null && byAddress.Id != chosen.Id)
        {
            var meant = HoldRows.Meant(store, caller.TenantId, chosen.Id);
            if (meant != chosen.Id && meant != byAddress.Id)
                throw Ambiguous(chosen, byAddress);
            chosen = meant == chosen.Id ? chosen : byAddress;
            if (Resources.Find(store, chosen.ClaimantId) is not { SourceId: null } other)
                return _none;
            shown = other;
        }
        if (chosen.Protection is not null)
            throw Protected(chosen);
        return new AccountMatch(chosen, Account.Unclaimed, shown);

        Link? Holder(KeyKind kind, string value) => UserKeys.Holder(store, caller.TenantId, kind, value);
    }

    // Another person's account is not held before its removal is done, or its owner would stay.
    private static AccountMatch OfDeleted(StoreSession store, Link link, Resource tombstone, ScimResource user)
    {
        if (tombstone.ExternalId is not { } was || user.Text("externalId") is not { } now || was == now)
            return new AccountMatch(link, Account.Former, tombstone);
        return link.WantedVersion == link.SettledVersion
            ? new AccountMatch(link, Account.FormerOfAnother, tombstone)
            : throw Declined.Taken(store, link);
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

    private static Declined Protected(Link link) =>
        new(
            ScimException.Uniqueness(
                $"Slack has a protected account with this name or address, {link.SlackId}; an operator has to release it."
            )
        )
        {
            Undecided = (link.Id, ReasonCode.ProtectedAsked, null),
        };
}
