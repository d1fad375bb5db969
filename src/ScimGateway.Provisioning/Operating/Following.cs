using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>The links that have something to tell Slack once what is planned of another one is done.</summary>
internal static class Following
{
    /// <summary>
    /// Those that follow a user: the groups that the user is to be in and the reports, where the account is there by it,
    /// and who waits for an address that the account lets go of.
    /// </summary>
    /// <param name="store">What is asked.</param>
    /// <param name="wanted">The user.</param>
    /// <param name="isThere">Whether the account is there, or active, by what is planned.</param>
    public static IEnumerable<LinkId> Of(StoreSession store, Wanted wanted, bool isThere) =>
        wanted is not { Link: { Kind: Kind.User } link, Claimant: { } user }
            ? []
            :
            [
                .. isThere && user.Active ? GroupsOf(store, user) : [],
                .. isThere && link.SlackId is null
                    ? LinkLists.Reports(store, link.TenantId, user.Id).Select(report => report.Id)
                    : [],
                .. link.SlackId is not null
                    ? LetsGoOf(store, link, user)
                        .SelectMany(address => UserKeys.WaitingFor(store, link.TenantId, address))
                        .Select(waiting => waiting.Id)
                        .Where(waiting => waiting != link.Id)
                    : [],
            ];

    private static IEnumerable<LinkId> GroupsOf(StoreSession store, Resource user) =>
        Members
            .WaitingForAccount(store, user.Id)
            .Select(group => Resources.Find(store, group)?.LinkId)
            .OfType<LinkId>();

    // An account that is to go lets go of all its addresses: whoever waits for one of them may take the account over.
    private static IEnumerable<string> LetsGoOf(StoreSession store, Link link, Resource user)
    {
        var held = Keys.Of(store, link.Id, KeyKind.Address);
        return link.Absent || user.Deleted is not null
            ? held
            : held.Except(UserAddresses.OfSlack(user.Read()).Select(Fold.Key));
    }
}
