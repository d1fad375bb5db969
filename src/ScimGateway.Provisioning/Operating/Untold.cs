using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What a tenant has accepted and Slack has not been told.</summary>
/// <param name="Waiting">How many changes wait for Slack.</param>
/// <param name="Held">How many users and groups wait for a decision.</param>
internal readonly record struct Untold(long Waiting, long Held)
{
    /// <summary>How much that is now. Of a request that still waits for its answer nothing was accepted.</summary>
    internal static Untold Of(StoreSession session, TenantId tenant) =>
        new(OperationLists.CountAccepted(session, tenant), LinkLists.CountHeld(session, tenant));

    /// <summary>Refuses to drop it.</summary>
    /// <exception cref="NotReadyException">There is something.</exception>
    public void RequireNone()
    {
        if (this != default)
            throw new NotReadyException(
                $"Deleting the tenant drops what it has accepted and Slack does not have, leavers among it: {Waiting} changes that wait for Slack, {Held} users and groups that wait for a decision. To drop that, add &withoutSlack=true."
            );
    }
}
