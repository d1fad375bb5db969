using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// What keeps the gateway from telling a tenant's Slack anything, found by itself. Who watches is told.
/// </summary>
internal static class TenantProblems
{
    /// <summary>Keeps why Slack cannot be written, in Slack's words; null once it can.</summary>
    public static void Note(StoreSession store, TenantId tenantId, string? problem, Instant now)
    {
        if (Tenants.Find(store, tenantId).Problem is null != problem is null)
            Alerts.Raise(store, tenantId, problem is null ? Cause.SlackOpen : Cause.SlackClosed, now);
        TenantConnections.SetProblem(store, tenantId, problem);
    }

    /// <summary>Slack did what nobody told it: it is told nothing more before an operator has looked at it.</summary>
    public static void Halt(StoreSession store, TenantId tenantId, Link link, string why, Instant now)
    {
        var operation = Wishes.Record(store, link, why, OperationOutcome.Reported, now);
        Alerts.Raise(store, tenantId, Cause.Halted, now, link.Id, operation);
        OwnEntries.WriteDone(store, tenantId, "gateway", "disabled", now, "", null, now);
        TenantStandings.Disable(store, tenantId);
    }
}
