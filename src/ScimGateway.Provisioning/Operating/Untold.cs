using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What a tenant has accepted and Slack does not have.</summary>
/// <param name="Waiting">How many changes wait for Slack.</param>
/// <param name="Held">How many holds wait for a decision.</param>
/// <param name="Refused">Of how many users and groups Slack has refused something, or keeps a leaver active.</param>
internal readonly record struct Untold(long Waiting, long Held, long Refused)
{
    /// <summary>How much that is now. Of a request that still waits for its answer nothing was accepted.</summary>
    internal static Untold Of(StoreSession session, TenantId tenant) =>
        new(
            OperationLists.CountAccepted(session, tenant),
            HoldRows.CountOpen(session, tenant, before: new Instant(long.MaxValue)),
            LinkLists.CountRefused(session, tenant)
        );

    /// <summary>Refuses to drop it.</summary>
    /// <exception cref="NotReadyException">There is something.</exception>
    public void RequireNone()
    {
        if (this != default)
            throw new NotReadyException(
                $"Deleting the tenant drops what it has accepted and Slack does not have, leavers among it: changes that wait for Slack: {Waiting}; holds that wait for a decision: {Held}; users and groups that Slack has refused, or keeps active though they are to be out: {Refused}. To drop that, add &withoutSlack=true."
            );
    }
}
