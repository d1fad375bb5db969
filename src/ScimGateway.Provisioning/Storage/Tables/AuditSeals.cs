using System.Security.Cryptography;
using System.Text.Json;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// Seals of the audit trail: each is a hash of the line and of the seal before, so that no line can be changed, left out
/// or put between without all seals behind it (docs/security.md).
/// </summary>
internal static class AuditSeals
{
    /// <summary>Seals a line that is complete, behind those there are.</summary>
    public static void Seal(StoreSession store, AuditEntryId id)
    {
        // What is done for several tenants, or at several instances, is sealed one after the other.
        if (store.Sql.Turn is { } turn)
            store.Any(turn);
        var (line, seal) = store.First(
            "select line, seal from audit_entries where line is not null order by line desc limit 1",
            row => (row.Long(), (string?)row.Text())
        );
        var entry = store.First(
            $"select {AuditEntries.Columns} from audit_entries where id = @id",
            AuditEntries.ToEntry,
            ("@id", id)
        )!;
        store.Execute(
            "update audit_entries set line = @line, seal = @seal where id = @id",
            ("@line", line + 1),
            ("@seal", Of(entry, seal)),
            ("@id", id)
        );
    }

    /// <summary>Seals what another process has begun and not completed; nobody will any more.</summary>
    public static void SealLeft(StoreSession store)
    {
        foreach (
            var id in store.All(
                "select id from audit_entries where line is null order by id",
                row => row.Number<AuditEntryId>()
            )
        )
            Seal(store, id);
    }

    /// <summary>So many sealed lines behind one, in their order.</summary>
    public static List<AuditEntry> Behind(StoreSession store, long line, int most) =>
        store.All(
            $"select {AuditEntries.Columns} from audit_entries where line > @line order by line limit @most",
            AuditEntries.ToEntry,
            ("@line", line),
            ("@most", most)
        );

    /// <summary>A line with a number before the first, which nobody ever sealed; null if there is none.</summary>
    public static AuditEntry? BeforeFirst(StoreSession store) =>
        store.First(
            $"select {AuditEntries.Columns} from audit_entries where line < 1 order by id limit 1",
            AuditEntries.ToEntry
        );

    /// <summary>How many lines are begun and not sealed.</summary>
    public static long UnderWay(StoreSession store) =>
        store.First("select count(*) from audit_entries where line is null", row => row.Long());

    /// <summary>The seal of a line behind another's; null before the first.</summary>
    public static string Of(AuditEntry entry, string? before) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                JsonSerializer.SerializeToUtf8Bytes(
                    new object?[]
                    {
                        before,
                        entry.Id.Value,
                        entry.At.Value,
                        entry.KeyId?.Value,
                        entry.Label,
                        entry.Client,
                        entry.TenantId?.Value,
                        entry.Tenant,
                        entry.Action,
                        entry.About,
                        entry.Before,
                        entry.After,
                        entry.Status,
                    }
                )
            )
        );
}
