using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// Members who are to leave one group at Slack, as the guard counts them: beside too many others one is held. The row
/// says so, and a hold is listed.
/// </summary>
internal sealed class Leaving(StoreSession store, Caller caller, GroupId group, LinkId link, Instant now)
{
    private readonly GuardCount _counted = new(store, caller, Guarded.Member, group, now);

    /// <summary>Looks at a member of whom something was said; why it is held, null if it is not.</summary>
    public Reason? Count(ResourceId member)
    {
        if (!ToldMembers.MayBeInSlack(store, group, member) || _counted.Count(member.ToString()) is not { } why)
            return null;
        Members.LeaveOut(store, group, member, why);
        Holds.Open(store, caller.TenantId, link, why, now, member);
        return why;
    }
}
