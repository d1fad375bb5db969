using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// Wishes of the gateway's own, which nobody waits for: retries, and what somebody else's outcome made possible. Each
/// is an operation.
/// </summary>
internal static class Wishes
{
    /// <summary>Has a link planned again, with nothing set aside.</summary>
    public static Link Renew(StoreSession store, Link link, string why, Instant now, SlackPriority? priority = null) =>
        Renew(store, link, why, OperationJournal.Gateway, now, priority);

    /// <summary>The same by somebody's word.</summary>
    public static Link Renew(
        StoreSession store,
        Link link,
        string why,
        string by,
        Instant now,
        SlackPriority? priority = null
    )
    {
        var operation = NewId(now);
        var renewed = link.Renew(operation, now, priority);
        // Why it waited is over, and it may wait for the tenant now.
        if (
            link.State is LinkState.Held or LinkState.Blocked
            && Reason.Of(Tenants.Find(store, link.TenantId).Standing) is { } stopped
        )
            renewed = renewed.WaitFor(stopped);
        renewed = Links.Save(store, renewed);
        OwnEntries.WriteOwn(store, operation, renewed, why, OperationOutcome.Accepted, now, finished: null, by);
        return renewed;
    }

    /// <summary>Has a link wait for an operator, who is told why.</summary>
    public static Link Hold(
        StoreSession store,
        Link link,
        string what,
        Reason why,
        Instant now,
        string by = OperationJournal.Gateway
    )
    {
        var operation = NewId(now);
        var held = Links.Save(
            store,
            link.Wish(new Wish(operation, FieldSet.Nothing, SlackPriority.Joiner, now, now, why))
        );
        OwnEntries.WriteOwn(store, operation, held, what, OperationOutcome.Held, now, finished: null, by);
        Holds.Open(store, link.TenantId, link.Id, why, now);
        return held;
    }

    /// <summary>
    /// Has a link planned again beside whatever is under way of it, as a group of which a member became possible.
    /// </summary>
    public static void Join(StoreSession store, LinkId linkId, string why, Instant now)
    {
        var link = Links.Get(store, linkId);
        var joined = link.Join(now);
        if (joined.WantedVersion == link.WantedVersion)
            return;
        OwnEntries.WriteOwn(
            store,
            NewId(now),
            Links.Save(store, joined),
            why,
            OperationOutcome.Accepted,
            now,
            finished: null
        );
    }

    /// <summary>Notes what the gateway found and tells nobody at Slack; gives back the operation.</summary>
    public static OperationId Record(StoreSession store, Link link, string what, OperationOutcome outcome, Instant now)
    {
        var operation = NewId(now);
        OwnEntries.WriteOwn(store, operation, link, what, outcome, now, now);
        return operation;
    }

    /// <summary>
    /// Has the reports of a user planned again, since what Slack is told of their manager is another account now, or none;
    /// gives back their links.
    /// </summary>
    public static List<LinkId> RenewReports(
        StoreSession store,
        TenantId tenantId,
        ResourceId manager,
        Instant now,
        string why = "the manager has an account now"
    )
    {
        var reports = LinkLists.Reports(store, tenantId, manager);
        foreach (var report in reports)
            Renew(store, report, why, now);
        return reports.ConvertAll(report => report.Id);
    }

    private static OperationId NewId(Instant now) => OperationId.New(now.ToTime());
}
