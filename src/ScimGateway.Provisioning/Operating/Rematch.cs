using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Users without an account, matched by another identifier than before with accounts that nobody has claimed. Existing
/// claims never move.
/// </summary>
internal sealed class Rematch(StoreSession store, TenantId tenantId, Preferences preferences, Instant now)
{
    private readonly bool _isByName = preferences.UniqueUserIdentifier == Identifier.UserName;

    // Accounts that are hidden since a user has their name or address hold no keys, so they are found by what Slack
    // showed.
    private List<(Link Link, SlackProfile Seen)>? _hidden;

    /// <summary>
    /// Has the user of a link without an account claim the one that is meant; its link, null if there is none.
    /// </summary>
    public Link? Claim(Link link)
    {
        if (
            preferences.WhenAccountExists != Existing.Adopt
            || link is not { Kind: Kind.User, HasNothingAtSlack: true, Absent: false }
            || Resources.Find(store, link.ClaimantId) is not { Deleted: null, SourceId: not null } user
        )
            return null;
        if (user.Waived.IsOut)
            return null;
        var document = user.Read();
        var name = document.Text("userName")!;
        var address = UserAddresses.OfSlack(document) is [var first, ..] ? first : null;
        var (byName, byAddress) = (
            Unclaimed(KeyKind.SlackUserName, name, SlackField.UserName),
            address is null ? null : Unclaimed(KeyKind.Address, address, SlackField.PrimaryEmail)
        );
        var (meant, other) = _isByName ? (byName, byAddress) : (byAddress, byName);
        // Two accounts for one user are an operator's to tell apart.
        if (meant is null or { Protection: not null } || (_isByName && other is not null && other.Id != meant.Id))
            return null;
        return TakeOver
            .Unclaimed(store, link, user, meant, _isByName ? MatchedBy.UserName : MatchedBy.Address, now)
            .Claimed; // the job has all looked at in its end
    }

    private Link? Unclaimed(KeyKind kind, string value, SlackField field)
    {
        if (
            UserKeys.Holder(store, tenantId, kind, value) is { SlackId: not null } holder
            && IsUnclaimed(holder)
            && Identity.IsAlike(holder.AtSlack[field], value)
        )
            return holder;
        _hidden ??= LinkLists
            .Held(store, tenantId, Kind.User, after: default, most: int.MaxValue)
            .Where(link => link.SlackId is not null)
            .Where(IsUnclaimed)
            .Select(link => (link, link.AtSlack))
            .ToList();
        // Whoever was found before has it.
        return _hidden.Find(one => Identity.IsAlike(one.Seen[field], value) && IsUnclaimed(one.Link)).Link;
    }

    private bool IsUnclaimed(Link link) =>
        Resources.Find(store, link.ClaimantId) is { SourceId: null, Deleted: null, Waived.Unlinked: false }
        && link.Seen is not null;
}
