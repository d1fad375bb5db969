using System.Data.Common;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage;

/// <summary>The columns of the hot tables, and how a row becomes what it is.</summary>
internal static class Rows
{
    public const string Resource =
        "id, tenant_id, kind, source_id, link_id, version, document, previous, asserted, previous_asserted, waived, previous_waived, user_name_key, "
        + "display_name_key, external_id, manager, active, hidden, rule_id, created, modified, deleted, email_keys, display_name";

    public const string Link =
        "id, tenant_id, kind, slack_id, claimant_id, delivered, seen, echo, seen_at, imported, absent, wanted_version, settled_version, "
        + "state, reason, since, priority, due, attempts, answer_by, ask_first, operation_id, user_name, set_aside, kept, spoken, sent, protected, intended, asked, spoken_version, reachable, slice, drifted, drift";

    /// <summary>The resource of an id; null if there is none.</summary>
    public static Resource? ReadResource(StoreSession store, Guid? id) =>
        store.First($"select {Resource} from resources where id = @id", ToResource, ("@id", id));

    /// <summary>The link of an id; null if there is none.</summary>
    public static Link? ReadLink(StoreSession store, long? id) =>
        store.First($"select {Link} from links where id = @id", ToLink, ("@id", id));

    public static Resource ToResource(DbDataReader row) =>
        new()
        {
            Id = row.GetGuid(0),
            TenantId = row.GetInt32(1),
            Kind = (Kind)row.GetInt32(2),
            SourceId = Whole(row, 3),
            LinkId = Long(row, 4),
            Version = row.GetInt64(5),
            Document = Bytes(row, 6)!,
            Previous = Bytes(row, 7),
            Asserted = row.GetString(8),
            PreviousAsserted = Text(row, 9),
            Waived = row.GetString(10),
            PreviousWaived = Text(row, 11),
            UserNameKey = Text(row, 12),
            DisplayNameKey = Text(row, 13),
            ExternalId = Text(row, 14),
            Manager = Text(row, 15),
            Active = row.GetBoolean(16),
            Hidden = row.GetBoolean(17),
            RuleId = Whole(row, 18),
            Created = row.GetInt64(19),
            Modified = row.GetInt64(20),
            Deleted = Long(row, 21),
            EmailKeys = Text(row, 22),
            DisplayName = Text(row, 23),
        };

    public static Link ToLink(DbDataReader row) =>
        new()
        {
            Id = row.GetInt64(0),
            TenantId = row.GetInt32(1),
            Kind = (Kind)row.GetInt32(2),
            SlackId = Text(row, 3),
            ClaimantId = row.IsDBNull(4) ? null : row.GetGuid(4),
            Delivered = Bytes(row, 5),
            Seen = Bytes(row, 6),
            Echo = Bytes(row, 7),
            SeenAt = Long(row, 8),
            Imported = row.GetBoolean(9),
            Absent = row.GetBoolean(10),
            WantedVersion = row.GetInt64(11),
            SettledVersion = row.GetInt64(12),
            State = (LinkState)row.GetInt32(13),
            Reason = Text(row, 14),
            Since = row.GetInt64(15),
            Priority = row.GetInt32(16),
            Due = Long(row, 17),
            Attempts = row.GetInt32(18),
            AnswerBy = Long(row, 19),
            AskFirst = row.GetBoolean(20),
            OperationId = row.IsDBNull(21) ? null : row.GetGuid(21),
            UserName = Text(row, 22),
            SetAside = row.GetString(23),
            Kept = row.GetString(24),
            Spoken = row.GetString(25),
            Sent = row.GetBoolean(26),
            Protected = row.GetBoolean(27),
            Intended = Long(row, 28),
            Asked = row.GetInt32(29),
            SpokenVersion = row.GetInt64(30),
            Reachable = row.GetBoolean(31),
            Slice = Whole(row, 32),
            Drifted = Long(row, 33),
            Drift = row.GetString(34),
        };

    private static string? Text(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    private static long? Long(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt64(at);

    private static int? Whole(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt32(at);

    private static byte[]? Bytes(DbDataReader row, int at) => row.IsDBNull(at) ? null : (byte[])row.GetValue(at);
}
