using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The identity providers of tenants.</summary>
internal static class Sources
{
    private const string Columns = "id, tenant_id, name, preset, deviations_off";

    /// <summary>A tenant's source; null if it has none of that number.</summary>
    public static Source? Find(StoreSession store, TenantId tenantId, int id)
    {
        return store.First(
            $"select {Columns} from sources where id = @id and tenant_id = @tenant",
            ToSource,
            ("@id", id),
            ("@tenant", tenantId)
        );
    }

    /// <summary>So many of a tenant's after a number.</summary>
    public static List<Source> After(StoreSession store, TenantId tenantId, int after, int most)
    {
        return store.All(
            $"select {Columns} from sources where tenant_id = @tenant and id > @after order by id limit @most",
            ToSource,
            ("@tenant", tenantId),
            ("@after", after),
            ("@most", most)
        );
    }

    /// <summary>How many users and groups a tenant's source shows.</summary>
    public static (long Users, long Groups) Count(StoreSession store, TenantId tenantId, int id)
    {
        var counts = store.All(
            "select kind, count(*) from resources where tenant_id = @tenant and source_id = @source and deleted is null group by kind",
            row => (Kind: row.Word<Kind>(), Many: row.Long()),
            ("@tenant", tenantId),
            ("@source", id)
        );
        return (
            counts.Find(count => count.Kind == Kind.User).Many,
            counts.Find(count => count.Kind == Kind.Group).Many
        );
    }

    /// <summary>When a tenant's source was last let in; null if it never was.</summary>
    public static Instant? LastContact(StoreSession store, TenantId tenantId, int id) =>
        store.First(
            "select max(c.last_used) from credentials c join sources s on s.id = c.source_id where s.tenant_id = @tenant and s.id = @source",
            row => row.NumberOrNull<Instant>(),
            ("@tenant", tenantId),
            ("@source", id)
        );

    /// <summary>The sources of tenants that are not disabled that were let in once, and not since a time.</summary>
    public static List<(TenantId Tenant, string Name, Instant LastContact)> SilentSince(
        StoreSession store,
        Instant before
    ) =>
        store.All(
            "select s.tenant_id, s.name, max(c.last_used) from credentials c join sources s on s.id = c.source_id join tenants t on t.id = s.tenant_id "
                + "where t.deleted is null and t.enabled and c.last_used is not null "
                + "group by s.tenant_id, s.id, s.name having max(c.last_used) < @before order by s.tenant_id, s.name"
                + OneTenants.NotAlone,
            row => (row.Number<TenantId>(), row.Text(), row.Number<Instant>()),
            ("@before", before)
        );

    /// <summary>Makes a source; null if the tenant has one of that name.</summary>
    public static Source? Insert(
        StoreSession store,
        TenantId tenantId,
        string name,
        string? preset,
        string deviationsOff
    )
    {
        return store.First(
            $"insert into sources (tenant_id, name, preset, deviations_off) select @tenant, @name, @preset, @off "
                + $"where not exists (select 1 from sources where tenant_id = @tenant and name = @name) returning {Columns}",
            ToSource,
            ("@tenant", tenantId),
            ("@name", name),
            ("@preset", preset),
            ("@off", deviationsOff)
        );
    }

    /// <summary>All of a tenant's, by their numbers.</summary>
    public static Dictionary<int, Source> Of(StoreSession store, TenantId tenantId)
    {
        return store
            .All($"select {Columns} from sources where tenant_id = @tenant", ToSource, ("@tenant", tenantId))
            .ToDictionary(source => source.Id);
    }

    /// <summary>Another name and preset, other deviations off; false if another of the tenant's has that name.</summary>
    public static bool Change(StoreSession store, Source source)
    {
        return store.Execute(
                "update sources set name = @name, preset = @preset, deviations_off = @off where id = @id "
                    + "and not exists (select 1 from sources where tenant_id = @tenant and name = @name and id <> @id)",
                ("@name", source.Name),
                ("@preset", source.Preset),
                ("@off", source.DeviationsOff),
                ("@id", source.Id),
                ("@tenant", source.TenantId)
            ) == 1;
    }

    /// <summary>
    /// Removes a tenant's source with its credentials; false if it has something still: a user, a group or a member, or
    /// what became of one at Slack.
    /// </summary>
    public static bool Delete(StoreSession store, TenantId tenantId, int id)
    {
        if (
            store.Any(
                "select 1 from resources where tenant_id = @tenant and source_id = @source union all "
                    + "select 1 from members m join resources r on r.id = m.group_id where r.tenant_id = @tenant and m.source_id = @source limit 1",
                ("@tenant", tenantId),
                ("@source", id)
            )
        )
            return false;
        store.Put(
            "delete from access_tokens where credential_id in (select c.id from credentials c join sources s on s.id = c.source_id where s.id = @id and s.tenant_id = @tenant)",
            ("@id", id),
            ("@tenant", tenantId)
        );
        store.Put(
            "delete from credentials where source_id in (select id from sources where id = @id and tenant_id = @tenant)",
            ("@id", id),
            ("@tenant", tenantId)
        );
        return store.Execute(
                "delete from sources where id = @id and tenant_id = @tenant",
                ("@id", id),
                ("@tenant", tenantId)
            ) == 1;
    }

    /// <summary>The name of a tenant's source; null if it has none of that number.</summary>
    internal static string? Name(StoreSession store, TenantId tenantId, int id) =>
        store.First(
            "select name from sources where id = @id and tenant_id = @tenant",
            row => row.Text(),
            ("@id", id),
            ("@tenant", tenantId)
        );

    /// <summary>The number of a tenant's source of a name, which is made if it is not there yet.</summary>
    internal static int Open(StoreSession store, TenantId tenantId, string name)
    {
        store.Put(
            "insert into sources (tenant_id, name, deviations_off) select @tenant, @name, '' "
                + "where not exists (select 1 from sources where tenant_id = @tenant and name = @name)",
            ("@tenant", tenantId),
            ("@name", name)
        );
        return store.First(
            "select id from sources where tenant_id = @tenant and name = @name",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@name", name)
        );
    }

    private static Source ToSource(Row row) =>
        new()
        {
            Id = row.Int(),
            TenantId = row.Number<TenantId>(),
            Name = row.Text(),
            Preset = row.TextOrNull(),
            DeviationsOff = row.Text(),
        };
}
