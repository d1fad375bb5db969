using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>What is asked of the audit trail: all of it that is named has to hold.</summary>
/// <param name="Before">Only those with a smaller number, as the newest come first.</param>
/// <param name="Tenants">Only the lines about each of these tenants, under any slug: a line is about one, so two tenants have none.</param>
/// <param name="Slug">Only those about what had this slug then.</param>
/// <param name="Key">Only those of a key.</param>
/// <param name="Action">Only those of a kind.</param>
/// <param name="From">Only those since then.</param>
/// <param name="Until">Only those before then.</param>
/// <param name="IsOfChanges">Only those that changed something, and not those that read of people.</param>
internal sealed record AuditQuery(
    AuditEntryId? Before = null,
    IReadOnlyList<TenantId>? Tenants = null,
    string? Slug = null,
    AdminKeyId? Key = null,
    string? Action = null,
    Instant? From = null,
    Instant? Until = null,
    bool IsOfChanges = false
);

/// <summary>The audit trail: lines are added and completed once, and nothing else.</summary>
internal static class AuditEntries
{
    /// <summary>What <see cref="ToEntry"/> reads.</summary>
    public const string Columns =
        "id, at, key_id, label, client, tenant_id, tenant, action, about, \"before\", \"after\", status, line, seal";

    /// <summary>Writes down what is about to be done; its number.</summary>
    public static AuditEntryId Insert(StoreSession store, AuditEntry entry)
    {
        return store.First(
            "insert into audit_entries (at, key_id, label, client, tenant_id, tenant, action, about) "
                + "values (@at, @key, @label, @client, @tenant_id, @slug, @action, @about) returning id",
            row => row.Number<AuditEntryId>(),
            ("@at", entry.At),
            ("@key", entry.KeyId),
            ("@label", entry.Label),
            ("@client", entry.Client),
            ("@tenant_id", entry.TenantId),
            ("@slug", entry.Tenant),
            ("@action", entry.Action),
            ("@about", entry.About)
        );
    }

    /// <summary>Completes a line and seals it; one that is complete stays as it is.</summary>
    public static int Complete(StoreSession store, AuditEntryId id, AuditEntry with)
    {
        var changed = store.Execute(
            "update audit_entries set tenant_id = @tenant_id, tenant = @slug, about = @about, \"before\" = @before, \"after\" = @after, status = @status "
                + "where id = @id and line is null",
            ("@tenant_id", with.TenantId),
            ("@slug", with.Tenant),
            ("@about", with.About),
            ("@before", with.Before),
            ("@after", with.After),
            ("@status", with.Status),
            ("@id", id)
        );
        if (changed > 0)
            AuditSeals.Seal(store, id);
        return changed;
    }

    /// <summary>So many, the newest first.</summary>
    public static List<AuditEntry> Of(StoreSession store, AuditQuery query, int most)
    {
        var where = new List<string>();
        var values = new List<(string, object?)> { ("@most", most) };
        Only("id < @before", "@before", query.Before);
        foreach (var (at, tenant) in (query.Tenants ?? []).Index())
            Only($"tenant_id = @tenant_{at}", $"@tenant_{at}", tenant);
        Only("tenant = @slug", "@slug", query.Slug);
        Only("key_id = @key", "@key", query.Key);
        Only("action = @action", "@action", query.Action);
        Only("at >= @from", "@from", query.From);
        Only("at < @until", "@until", query.Until);
        // What reads is called so in openapi.yaml.
        if (query.IsOfChanges)
            where.Add("action not like 'read%' and action not like 'list%' and action not like 'export%'");
        return store.All(
            $"select {Columns} from audit_entries{(where.Count == 0 ? "" : " where " + string.Join(" and ", where))} order by id desc limit @most",
            ToEntry,
            [.. values]
        );

        void Only(string condition, string name, object? value)
        {
            if (value is null)
                return;
            where.Add(condition);
            values.Add((name, value));
        }
    }

    /// <summary>A line as the columns have it.</summary>
    public static AuditEntry ToEntry(Row row) =>
        new()
        {
            Id = row.Number<AuditEntryId>(),
            At = row.Number<Instant>(),
            KeyId = row.NumberOrNull<AdminKeyId>(),
            Label = row.Text(),
            Client = row.TextOrNull(),
            TenantId = row.NumberOrNull<TenantId>(),
            Tenant = row.TextOrNull(),
            Action = row.Text(),
            About = row.Text(),
            Before = row.TextOrNull(),
            After = row.TextOrNull(),
            Status = row.IntOrNull(),
            Line = row.LongOrNull(),
            Seal = row.TextOrNull(),
        };
}
