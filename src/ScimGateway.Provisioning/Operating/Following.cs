using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>The links that have something to tell Slack once what is planned of another one is done.</summary>
internal static class Following
{
    /// <summary>
    /// Those that follow a user, and those that follow them: the groups that the user is to be in and the reports, where the
    /// account is there by it; and who waits for an address that the account lets go of, with the reports of who leaves it.
    /// </summary>
    /// <param name="store">What is asked.</param>
    /// <param name="wanted">The user.</param>
    /// <param name="isThere">Whether the account is there, or active, by what is planned.</param>
    /// <param name="preferences">The tenant's.</param>
    public static HashSet<LinkId> Of(StoreSession store, Wanted wanted, bool isThere, Preferences preferences)
    {
        var found = new HashSet<LinkId>();
        var next = new Queue<(Wanted, bool IsThere)>([(wanted, isThere)]);
        while (next.TryDequeue(out var one))
            foreach (var id in Of(store, one.Item1, one.IsThere))
                if (
                    id != wanted.Link.Id
                    && found.Add(id)
                    && Links.Get(store, id) is { Kind: Kind.User } link
                    && Wanted.Read(store, id, preferences) is { } follower
                )
                    next.Enqueue((follower, link.SlackId is null));
        return found;
    }

    private static IEnumerable<LinkId> Of(StoreSession store, Wanted wanted, bool isThere)
    {
        if (wanted is not { Link: { Kind: Kind.User } link, Claimant: { } user })
            return [];
        List<LinkId> waiting = link.SlackId is null
            ? []
            :
            [
                .. LetsGoOf(store, link, user)
                    .SelectMany(address => UserKeys.WaitingFor(store, link.TenantId, address))
                    .Where(one => one.Id != link.Id && !IsAnotherPerson(store, user, one))
                    .Select(one => one.Id),
            ];
        // When another user takes the account over, the reports of the deleted one have no manager any more.
        var isLeft = user.Deleted is not null && waiting.Count > 0;
        return
        [
            .. isThere && user.Active ? GroupsOf(store, link, user) : [],
            .. isLeft || (isThere && link.SlackId is null)
                ? LinkLists.Reports(store, link.TenantId, user.Id).Select(report => report.Id)
                : [],
            .. waiting,
        ];
    }

    // Whoever is another person than the deleted user waits for an operator.
    private static bool IsAnotherPerson(StoreSession store, Resource former, Link waiting) =>
        former.Deleted is not null
        && Resources.Find(store, waiting.ClaimantId) is { } user
        && AccountMatch.IsSame(former, user.SourceId, user.ExternalId) is false;

    private static IEnumerable<LinkId> GroupsOf(StoreSession store, Link link, Resource user) =>
        Members
            .WaitingForAccount(store, user.Id, isInactive: link.AtSlack.Active == false)
            .Select(group => Resources.Find(store, group)?.LinkId)
            .OfType<LinkId>();

    // An account that goes frees all its addresses, and a user who waits for one of them may take it over.
    private static IEnumerable<string> LetsGoOf(StoreSession store, Link link, Resource user)
    {
        var held = Keys.Of(store, link.Id, KeyKind.Address);
        return link.Absent || user.Deleted is not null
            ? held
            : held.Except(UserAddresses.OfSlack(user.Read()).Select(Fold.Key));
    }
}
