using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// The groups that a user or group is a member of: what it means to them that the member comes, or goes.
/// </summary>
internal static class GroupsOf
{
    /// <summary>
    /// A user's account is there, or gone; gives back the links of the groups that have something to tell Slack by it:
    /// where it is gone, those that were full have room again.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="user">Whose account it is.</param>
    /// <param name="isReachable">Whether it is there.</param>
    /// <param name="now">When it is.</param>
    /// <param name="wasOut">Whether it is there again, after it may have been gone.</param>
    public static List<LinkId> AccountTurned(
        StoreSession store,
        ResourceId user,
        bool isReachable,
        Instant now,
        bool wasOut = false
    ) =>
        !Members.Reach(store, user, isReachable, wasOut) ? []
        : isReachable ? Join(store, Members.Waiting(store, user), "a member's account is there", now)
        : Join(store, WithRoom(store, user), "a member's account is inactive, so the group has room", now);

    /// <summary>
    /// A user is wanted again as Slack has it, or has another's account: groups may have left it out meanwhile. Gives
    /// back their links.
    /// </summary>
    public static List<LinkId> WantedAgain(StoreSession store, ResourceId user, Instant now) =>
        Join(store, Members.Waiting(store, user), "what is wanted of a member may be told", now);

    /// <summary>A member is shown no longer, or again, so its groups are other than they were.</summary>
    public static void ShownChanged(StoreSession store, ResourceId member, Instant now)
    {
        foreach (var group in Members.Showing(store, member))
            Resources.Touch(store, group, now);
    }

    private static List<ResourceId> WithRoom(StoreSession store, ResourceId member)
    {
        var groups = ToldMembers.FullWith(store, member);
        foreach (var group in groups)
            ToldMembers.HasRoom(store, group.AsGroup());
        return groups;
    }

    private static List<LinkId> Join(StoreSession store, List<ResourceId> groups, string why, Instant now)
    {
        var links = new List<LinkId>();
        foreach (var group in groups)
            if (Resources.Find(store, group)?.LinkId is { } link)
            {
                Wishes.Join(store, link, why, now);
                links.Add(link);
            }
        return links;
    }
}
