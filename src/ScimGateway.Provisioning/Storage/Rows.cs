using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Storage;

/// <summary>The columns of the hot tables, and how a row becomes what it is.</summary>
internal static class Rows
{
    public const string Resource = Resources.Columns;

    public const string Link =
        "id, tenant_id, kind, slack_id, claimant_id, delivered, seen, echo, seen_at, imported, absent, wanted_version, settled_version, "
        + "state, reason, since, priority, due, attempts, answer_by, ask_first, operation_id, user_name, set_aside, kept, spoken, sent, protected, intended, asked, spoken_version, reachable, slice, drifted, drift";

    /// <summary>The resource of an id; null if there is none.</summary>
    public static Resource? ReadResource(StoreSession store, Guid? id) => Resources.Find(store, id);

    /// <summary>The link of an id; null if there is none.</summary>
    public static Link? ReadLink(StoreSession store, long? id) =>
        store.First($"select {Link} from links where id = @id", ToLink, ("@id", id));

    public static Resource ToResource(Row row) => Resources.ToResource(row);

    public static Link ToLink(Row row) =>
        new()
        {
            Id = row.Long(),
            TenantId = row.Int(),
            Kind = row.Word<Kind>(),
            SlackId = row.TextOrNull(),
            ClaimantId = row.IdOrNull(),
            Delivered = row.BytesOrNull(),
            Seen = row.BytesOrNull(),
            Echo = row.BytesOrNull(),
            SeenAt = row.LongOrNull(),
            Imported = row.Flag(),
            Absent = row.Flag(),
            WantedVersion = row.Long(),
            SettledVersion = row.Long(),
            State = row.Word<LinkState>(),
            Reason = row.TextOrNull(),
            Since = row.Long(),
            Priority = row.Int(),
            Due = row.LongOrNull(),
            Attempts = row.Int(),
            AnswerBy = row.LongOrNull(),
            AskFirst = row.Flag(),
            OperationId = row.IdOrNull(),
            UserName = row.TextOrNull(),
            SetAside = row.Text(),
            Kept = row.Text(),
            Spoken = row.Text(),
            Sent = row.Flag(),
            Protected = row.Flag(),
            Intended = row.LongOrNull(),
            Asked = row.Int(),
            SpokenVersion = row.Long(),
            Reachable = row.Flag(),
            Slice = row.IntOrNull(),
            Drifted = row.LongOrNull(),
            Drift = row.Text(),
        };
}
