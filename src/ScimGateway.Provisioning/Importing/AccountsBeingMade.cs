using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// Accounts that Slack showed and that may be those of users without an account yet, whose create's answer was lost.
/// </summary>
internal sealed class AccountsBeingMade(StoreSession store, Tenant tenant, Instant now)
{
    private readonly Preferences _preferences = Preferences.FromJson(tenant.Preferences);

    /// <summary>How an account is one of a user who holds its keys; null if it is none.</summary>
    /// <param name="user">What Slack showed.</param>
    /// <param name="own">The user's link, where the account is that of this user alone.</param>
    public Remark? Match(SlackUser user, out Link? own)
    {
        own = null;
        var holders = UserKeys
            .Seen(user.Seen)
            .Select(key => (Key: key, Holder: Holder(key)))
            .Where(held => held.Holder is not null)
            .ToList();
        if (!holders.Exists(held => held.Holder!.IsBeingMade))
            return null;
        if (holders.Select(held => held.Holder!.Link).Distinct().Count() > 1)
            return Remark.Ambiguous;
        var chosen =
            _preferences.UniqueUserIdentifier == Identifier.UserName
                ? (KeyKind.SlackUserName, user.Seen[SlackField.UserName])
                : (KeyKind.Address, user.Seen[SlackField.PrimaryEmail]);
        if (!holders.Exists(held => chosen.Item2 is { } value && held.Key == (chosen.Item1, Fold.Key(value))))
            return Remark.MatchedOtherwise;
        var link = Links.Get(store, holders[0].Holder!.Link);
        if (IsRefused(link, user))
            return null;
        own = LookFor(link);
        return Remark.Matched;
    }

    // No account was made for a user who is disabled. Now there is one, and it may be active: Slack is asked whose it is,
    // so that the user gets it and it is deactivated.
    private Link LookFor(Link link) =>
        link is { State: LinkState.Blocked, Reason.Code: ReasonCode.Inactive }
            ? Wishes.Renew(store, link.AskWhoHasIt(), "Slack has an account of the disabled user", now)
            : link;

    // Slack has refused the user's create because of this account. It is listed, so that an operator can give it to the user.
    private static bool IsRefused(Link link, SlackUser user) =>
        link is { State: LinkState.Failed, Reason: { Code: ReasonCode.AccountExists } why } && why.Words == user.Id;

    private KeyHolder? Holder((KeyKind Kind, string Value) key) => KeyHolder.Of(store, tenant.Id, key.Kind, key.Value);
}
