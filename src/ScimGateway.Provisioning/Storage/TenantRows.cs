using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage;

/// <summary>The rows of tenants and their sources.</summary>
public static class TenantRows
{
    private const string Columns =
        "id, slug, name, enabled, organization_id, token_owner, problem, preferences, shadow, previewed, still";

    /// <summary>The tenant of a slug with a source of a name; what is not there yet is made, what is there stays as it is.</summary>
    /// <exception cref="PreferencesException">The tenant's preferences cannot be.</exception>
    public static Caller Open(StoreSession store, string slug, string name, string source, Preferences preferences)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(preferences);
        store.Execute(
            "insert into tenants (slug, name, enabled, shadow, preferences, epoch, stopped_cleanly, still) "
                + "values (@slug, @name, @yes, @no, @preferences, 0, @no, @no) on conflict (slug) do nothing",
            ("@slug", slug),
            ("@name", name),
            ("@yes", true),
            ("@no", false),
            ("@preferences", preferences.ToJson())
        );
        var tenant = store.First($"select {Columns} from tenants where slug = @slug", ToTenant, ("@slug", slug))!;
        store.Execute(
            "insert into sources (tenant_id, name, deviations_off) select @tenant, @name, '' "
                + "where not exists (select 1 from sources where tenant_id = @tenant and name = @name)",
            ("@tenant", tenant.Id),
            ("@name", source)
        );
        var sourceId = store.First(
            "select id from sources where tenant_id = @tenant and name = @name",
            row => row.GetInt32(0),
            ("@tenant", tenant.Id),
            ("@name", source)
        );
        return new Caller(tenant.Id, sourceId, source, Preferences.FromJson(tenant.Preferences));
    }

    /// <summary>The tenant of an id.</summary>
    public static Tenant Read(StoreSession store, int id) =>
        store.First($"select {Columns} from tenants where id = @id", ToTenant, ("@id", id))!;

    /// <summary>Whether nothing is under way at Slack: it is told nothing of the tenant, and all calls from before have had their outcome.</summary>
    internal static bool StandsStill(StoreSession store, int id) => Read(store, id).Still;

    /// <summary>Notes that all calls have had their outcome since the tenant was disabled.</summary>
    internal static int SetStill(StoreSession store, int id) =>
        store.Execute(
            "update tenants set still = @yes where id = @id and enabled = @no",
            ("@yes", true),
            ("@no", false),
            ("@id", id)
        );

    /// <summary>Whether all that comes is to be confirmed in a preview before Slack hears of it, so that the guard need not hold it.</summary>
    internal static bool IsToBeConfirmed(StoreSession store, int id, long now) =>
        Read(store, id) is var tenant && tenant.Standing != Standing.Live && !tenant.IsPreviewed(now);

    /// <summary>Keeps why Slack cannot be written, in Slack's words; null once it can.</summary>
    internal static int SetProblem(StoreSession store, int id, string? problem) =>
        store.Execute("update tenants set problem = @problem where id = @id", ("@problem", problem), ("@id", id));

    /// <summary>The tenant is disabled; what was previewed is so no longer.</summary>
    internal static int Disable(StoreSession store, int id) =>
        store.Execute("update tenants set enabled = @no, previewed = null where id = @id", ("@no", false), ("@id", id));

    private static Tenant ToTenant(System.Data.Common.DbDataReader row) =>
        new()
        {
            Id = row.GetInt32(0),
            Slug = row.GetString(1),
            Name = row.GetString(2),
            Enabled = row.GetBoolean(3),
            OrganizationId = row.IsDBNull(4) ? null : row.GetString(4),
            TokenOwner = row.IsDBNull(5) ? null : row.GetString(5),
            Problem = row.IsDBNull(6) ? null : row.GetString(6),
            Preferences = row.GetString(7),
            Shadow = row.GetBoolean(8),
            Previewed = row.IsDBNull(9) ? null : row.GetInt64(9),
            Still = row.GetBoolean(10),
        };
}
