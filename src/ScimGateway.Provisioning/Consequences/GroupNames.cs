using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>A group's row: the document without its members, which are rows of their own.</summary>
internal static class GroupRow
{
    /// <summary>The group that is shown under a name.</summary>
    public static Resource? Namesake(StoreSession store, int tenantId, string name) =>
        Resources.OfGroupName(store, tenantId, Fold.Key(name));

    /// <summary>Writes the row.</summary>
    public static void Save(StoreSession store, Resource group)
    {
        try
        {
            Resources.Save(store, group);
        }
        catch (UniqueViolationException e) when (e.Index == UniqueIndex.GroupName)
        {
            throw ScimException.Uniqueness("Another group has this displayName.");
        }
    }

    /// <summary>Lets go of the names that the group neither wants nor has at Slack.</summary>
    public static void ReleaseNames(StoreSession store, Link link, Resource? claimant)
    {
        var delivered = Delivered(link);
        // While it is not known which name Slack has, each that it may have is kept.
        if (link.SlackId is null ? link.AskFirst : delivered is null)
            return;
        var wanted = claimant is { Deleted: null } ? claimant.DisplayNameKey : null;
        foreach (var name in Names(store, link))
            if (name != wanted && (delivered is null || name != Fold.Key(delivered)))
                store.Execute(
                    "delete from keys where tenant_id = @tenant and kind = @kind and value = @value and link_id = @link",
                    ("@tenant", link.TenantId),
                    ("@kind", KeyKind.GroupName),
                    ("@value", name),
                    ("@link", link.Id)
                );
    }

    /// <summary>The names that a group's link has, folded.</summary>
    public static List<string> Names(StoreSession store, Link link) =>
        store.All(
            "select value from keys where link_id = @link and kind = @kind",
            row => row.Text(),
            ("@link", link.Id),
            ("@kind", KeyKind.GroupName)
        );

    /// <summary>A user's account is there, or gone; gives back the links of the groups that have something to tell Slack by it.</summary>
    public static List<long> Reached(StoreSession store, Guid user, bool isReachable, long now) =>
        Join(store, MemberRows.Reached(store, user, isReachable), "a member has an account now", now);

    /// <summary>A user is wanted again as it was, since Slack refused that it goes: groups may have left it out meanwhile. Gives back their links.</summary>
    public static List<long> Stayed(StoreSession store, Guid user, long now) =>
        Join(store, MemberRows.Waiting(store, user), "a member stays after all", now);

    /// <summary>A member is shown no longer, or again, so its groups are other than they were.</summary>
    public static void Moved(StoreSession store, Guid member, long now)
    {
        foreach (var group in MemberRows.Showing(store, member))
            Resources.Touch(store, group, now);
    }

    private static List<long> Join(StoreSession store, List<Guid> groups, string why, long now)
    {
        var links = new List<long>();
        foreach (var group in groups)
            if (Rows.ReadResource(store, group)?.LinkId is { } link)
            {
                Wishes.Join(store, link, why, now);
                links.Add(link);
            }
        return links;
    }

    /// <summary>The name that Slack was last told; null if it is not known.</summary>
    public static string? Delivered(Link link) => link.Told[SlackField.DisplayName];
}
