using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// Members who are to leave one group at Slack, as the guard counts them: beside too many others some are held. The
/// rows say so, and holds are listed.
/// </summary>
internal static class Leaving
{
    /// <summary>Looks at members of whom something was said; who is held and why, null if nobody is.</summary>
    public static (Reason Why, IReadOnlyList<ResourceId> Members)? Count(
        StoreSession store,
        Caller caller,
        GroupId group,
        LinkId link,
        IReadOnlyCollection<ResourceId> members,
        Instant now
    )
    {
        if (members.Count == 0 || Guard.AtLeast(caller.Preferences, Guarded.Member) is null)
            return null;
        var leaving = ToldMembers.MayBeInSlack(store, group, members);
        if (leaving.Count == 0)
            return null;
        if (new GuardCount(store, caller, Guarded.Member, group, now).CountMembers(leaving) is not { } held)
            return null;
        Members.LeaveOut(store, group, held.Members, held.Why);
        Holds.OpenAll(store, caller.TenantId, link, held.Why, now, held.Members);
        return held;
    }
}
