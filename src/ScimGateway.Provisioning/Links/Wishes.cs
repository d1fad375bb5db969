using ScimGateway.Provisioning.Data;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Links;

/// <summary>Wishes of the gateway's own, which nobody waits for: retries, and what somebody else's outcome made possible. Each is an operation.</summary>
internal static class Wishes
{
    /// <summary>Has a link planned again, with nothing left aside.</summary>
    public static void Renew(StoreSession store, Link link, string why, long now)
    {
        var operation = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(now));
        store.Execute(
            "update links set wanted_version = wanted_version + 1, spoken_version = wanted_version + 1, state = @pending, set_aside = '', spoken = '', due = null, answer_by = null, "
                + "sent = @no, priority = @priority, since = @now, operation_id = @operation where id = @id",
            ("@pending", LinkState.Pending),
            ("@no", false),
            ("@priority", link.State == LinkState.Pending ? (SlackPriority)link.Priority : SlackPriority.Update),
            ("@now", now),
            ("@operation", operation),
            ("@id", link.Id)
        );
        Write(store, link.Id, operation, why, now);
    }

    /// <summary>Has a link planned again beside whatever is under way of it, as a group of which a member became possible.</summary>
    public static void Join(StoreSession store, long linkId, string why, long now)
    {
        store.Execute(
            "update links set wanted_version = wanted_version + 1, state = @pending, since = case when state = @pending then since else @now end, "
                + "priority = case when state = @pending then priority else @priority end where id = @id",
            ("@pending", LinkState.Pending),
            ("@now", now),
            ("@priority", SlackPriority.Update),
            ("@id", linkId)
        );
        Write(store, linkId, Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(now)), why, now);
    }

    /// <summary>Notes what the gateway found and tells nobody at Slack; gives back the operation.</summary>
    public static Guid Tell(StoreSession store, long linkId, string what, string outcome, long now)
    {
        var operation = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(now));
        store.Execute(
            "insert into operations (id, tenant_id, actor, link_id, resource_id, request, at, notes, verdict, commands, outcome, finished) "
                + "select @id, tenant_id, 'gateway', id, claimant_id, @what, @now, '', 'allow', '', @outcome, @now from links where id = @link",
            ("@id", operation),
            ("@what", what),
            ("@now", now),
            ("@outcome", outcome),
            ("@link", linkId)
        );
        return operation;
    }

    /// <summary>Has the reports of a user planned again, who may name their manager at Slack now that it is there; gives back their links.</summary>
    public static List<long> RenewReports(StoreSession store, int tenantId, Guid manager, long now)
    {
        var reports = store.All(
            $"select {Rows.Link} from links where claimant_id in (select id from resources where tenant_id = @tenant and manager = @manager "
                + "and deleted is null) and slack_id is not null and state in (@settled, @failed)",
            Rows.ToLink,
            ("@tenant", tenantId),
            ("@manager", manager.ToString()),
            ("@settled", LinkState.Settled),
            ("@failed", LinkState.Failed)
        );
        foreach (var report in reports)
            Renew(store, report, "the manager has an account now", now);
        return [.. reports.Select(report => report.Id)];
    }

    private static void Write(StoreSession store, long linkId, Guid operation, string why, long now) =>
        store.Execute(
            "insert into operations (id, tenant_id, actor, link_id, version, resource_id, request, at, notes, verdict, commands, outcome) "
                + "select @id, tenant_id, 'gateway', id, wanted_version, claimant_id, @why, @now, '', 'allow', '', 'accepted' from links where id = @link",
            ("@id", operation),
            ("@link", linkId),
            ("@why", why),
            ("@now", now)
        );
}
