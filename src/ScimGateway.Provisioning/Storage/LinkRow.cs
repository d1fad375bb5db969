using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage;

/// <summary>A link's row as a whole, as it is made and as its wish changes; and as an outcome leaves it.</summary>
internal static class LinkRow
{
    /// <summary>The link of an account or group of Slack; null if there is none.</summary>
    public static Link? BySlackId(StoreSession store, int tenantId, Kind kind, string slackId) =>
        store.First(
            $"select {Rows.Link} from links where tenant_id = @tenant and kind = @kind and slack_id = @slack",
            Rows.ToLink,
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@slack", slackId)
        );

    /// <summary>The next links, after one, of what providers have.</summary>
    public static List<Link> Claimed(StoreSession store, int tenantId, long after, int most) =>
        store.All(
            $"select {Rows.Link} from links where tenant_id = @tenant and id > @after "
                + "and claimant_id in (select id from resources where source_id is not null) order by id limit @most",
            Rows.ToLink,
            ("@tenant", tenantId),
            ("@after", after),
            ("@most", most)
        );

    /// <summary>Whether any drifted after a time, with a fingerprint that begins so.</summary>
    public static bool HasDrifted(StoreSession store, int tenantId, string begins, long after) =>
        store.Any(
            "select 1 from links where tenant_id = @tenant and drifted > @after and drift like @begins limit 1",
            ("@tenant", tenantId),
            ("@after", after),
            ("@begins", begins + "%")
        );

    /// <summary>How many are in a state, which is not the settled one, since before a time.</summary>
    public static long CountOpen(StoreSession store, int tenantId, LinkState state, long before) =>
        store.First(
            "select count(*) from links where tenant_id = @tenant and state <> 0 and state = @state and since < @before",
            row => row.Long(),
            ("@tenant", tenantId),
            ("@state", state),
            ("@before", before)
        );

    /// <summary>Writes a new link, which gets its number.</summary>
    public static void Insert(StoreSession store, Link link) =>
        link.Id = store.First(
            "insert into links (tenant_id, kind, slack_id, claimant_id, seen, echo, seen_at, imported, absent, wanted_version, settled_version, state, "
                + "reason, since, priority, attempts, answer_by, ask_first, operation_id, user_name, set_aside, kept, spoken, spoken_version, sent, protected, asked, reachable) "
                + "values (@tenant, @kind, @slack, @claimant, @seen, @echo, @seen_at, @imported, @no, @wanted, @settled, @state, @reason, @since, "
                + "@priority, 0, @answer_by, @no, @operation, @user_name, '', '', @spoken, @spoken_version, @no, @no, 0, @reachable) returning id",
            row => row.Long(),
            ("@tenant", link.TenantId),
            ("@kind", link.Kind),
            ("@slack", link.SlackId),
            ("@claimant", link.ClaimantId),
            ("@seen", link.Seen),
            ("@echo", link.Echo),
            ("@seen_at", link.SeenAt),
            ("@imported", link.Imported),
            ("@no", false),
            ("@wanted", link.WantedVersion),
            ("@settled", link.SettledVersion),
            ("@state", link.State),
            ("@reason", link.Reason),
            ("@since", link.Since),
            ("@priority", link.Priority),
            ("@answer_by", link.AnswerBy),
            ("@operation", link.OperationId),
            ("@user_name", link.UserName),
            ("@spoken", link.Spoken),
            ("@spoken_version", link.SpokenVersion),
            ("@reachable", link.Reachable)
        );

    /// <summary>Writes what a link wants from now on.</summary>
    public static void Save(StoreSession store, Link link) =>
        store.Execute(
            "update links set claimant_id = @claimant, delivered = @delivered, absent = @absent, wanted_version = @wanted, settled_version = @settled, "
                + "state = @state, reason = @reason, since = @since, priority = @priority, due = @due, attempts = @attempts, answer_by = @answer_by, "
                + "operation_id = @operation, user_name = @user_name, set_aside = @set_aside, spoken = @spoken, spoken_version = @spoken_version, sent = @sent, asked = @asked where id = @id",
            ("@claimant", link.ClaimantId),
            ("@delivered", link.Delivered),
            ("@absent", link.Absent),
            ("@wanted", link.WantedVersion),
            ("@settled", link.SettledVersion),
            ("@state", link.State),
            ("@reason", link.Reason),
            ("@since", link.Since),
            ("@priority", link.Priority),
            ("@due", link.Due),
            ("@attempts", link.Attempts),
            ("@answer_by", link.AnswerBy),
            ("@operation", link.OperationId),
            ("@user_name", link.UserName),
            ("@set_aside", link.SetAside),
            ("@spoken", link.Spoken),
            ("@spoken_version", link.SpokenVersion),
            ("@sent", link.Sent),
            ("@asked", link.Asked),
            ("@id", link.Id)
        );

    /// <summary>Writes what Slack has now, as far as a call told, and where the link stands with its wish.</summary>
    public static void Record(StoreSession store, Link link) =>
        store.Execute(
            "update links set delivered = @delivered, seen = @seen, echo = @echo, seen_at = @seen_at, settled_version = @settled, state = @state, "
                + "reason = @reason, since = @since, due = @due, attempts = @attempts, answer_by = @answer_by, ask_first = @ask_first, kept = @kept, "
                + "sent = @sent, intended = @intended, asked = @asked, reachable = @reachable where id = @id",
            ("@delivered", link.Delivered),
            ("@seen", link.Seen),
            ("@echo", link.Echo),
            ("@seen_at", link.SeenAt),
            ("@settled", link.SettledVersion),
            ("@state", link.State),
            ("@reason", link.Reason),
            ("@since", link.Since),
            ("@due", link.Due),
            ("@attempts", link.Attempts),
            ("@answer_by", link.AnswerBy),
            ("@ask_first", link.AskFirst),
            ("@kept", link.Kept),
            ("@sent", link.Sent),
            ("@intended", link.Intended),
            ("@asked", link.Asked),
            ("@reachable", link.Reachable),
            ("@id", link.Id)
        );
}
