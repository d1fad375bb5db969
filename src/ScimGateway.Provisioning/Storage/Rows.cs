using System.Data.Common;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage;

/// <summary>The columns of the hot tables, and how a row becomes what it is.</summary>
internal static class Rows
{
    public const string Resource =
        "id, tenant_id, kind, source_id, link_id, version, document, previous, asserted, previous_asserted, waived, previous_waived, user_name_key, "
        + "display_name_key, external_id, manager, active, hidden, rule_id, created, modified, deleted, email_keys, display_name";

    /// <summary>The resource of an id; null if there is none.</summary>
    public static Resource? ReadResource(StoreSession store, Guid? id) =>
        store.First($"select {Resource} from resources where id = @id", ToResource, ("@id", id));

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

    private static string? Text(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    private static long? Long(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt64(at);

    private static int? Whole(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt32(at);

    private static byte[]? Bytes(DbDataReader row, int at) => row.IsDBNull(at) ? null : (byte[])row.GetValue(at);
}
