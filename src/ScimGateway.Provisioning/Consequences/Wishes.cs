using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Consequences;

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
        OperationJournal.WriteOwn(store, operation, link.Id, why, "accepted", now, finished: null);
    }

    /// <summary>Has a link planned again beside whatever is under way of it, as a group of which a member became possible. What is held stays so: its plan has the rest when an operator has decided.</summary>
    public static void Join(StoreSession store, long linkId, string why, long now)
    {
        var joined = store.Execute(
            "update links set wanted_version = wanted_version + 1, state = @pending, since = case when state = @pending then since else @now end, "
                + "due = case when state = @failed then null else due end, "
                + "priority = case when state = @pending then priority else @priority end where id = @id and state <> @held",
            ("@pending", LinkState.Pending),
            ("@held", LinkState.Held),
            ("@failed", LinkState.Failed),
            ("@now", now),
            ("@priority", SlackPriority.Update),
            ("@id", linkId)
        );
        if (joined == 0)
            return;
        OperationJournal.WriteOwn(
            store,
            Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(now)),
            linkId,
            why,
            "accepted",
            now,
            finished: null
        );
    }

    /// <summary>Has a link planned again with nobody waiting for it, as what was wished of it last is taken back.</summary>
    public static void TakeBack(StoreSession store, Link link, bool absent, Guid? claimant, long now)
    {
        link.WantedVersion++;
        (link.Absent, link.ClaimantId) = (absent, claimant);
        (link.State, link.Reason, link.Since, link.Due, link.AnswerBy) = (
            LinkState.Pending,
            link.Protected ? link.Reason : null,
            now,
            link.AskFirst ? link.Due : null,
            null
        );
        (link.Attempts, link.SetAside, link.Spoken, link.SpokenVersion, link.Sent) = (0, "", "", link.WantedVersion, false);
        LinkRow.Save(store, link);
    }

    /// <summary>Notes what the gateway found and tells nobody at Slack; gives back the operation.</summary>
    public static Guid Tell(StoreSession store, long linkId, string what, string outcome, long now)
    {
        var operation = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(now));
        OperationJournal.WriteOwn(store, operation, linkId, what, outcome, now, now);
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
}
