using System.Security.Cryptography;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Tenants.</summary>
internal static class Tenants
{
    // As many as HMAC-SHA256 gives (RFC 2104 §3).
    private const int KeyBytes = 32;

    private const string Columns =
        "id, slug, name, description, enabled, organization_id, token_owner, scopes, tested_at, problem, preferences, shadow, previewed, still, "
        + "careful_until, slack_frozen, connected, token_given, token_expires, token_warning, exported, restored";

    /// <summary>The tenant of an id.</summary>
    public static Tenant Find(StoreSession store, TenantId id) =>
        store.First($"select {Columns} from tenants where id = @id", ToTenant, ("@id", id))!;

    /// <summary>The tenant of a word in the path; null if there is none.</summary>
    public static Tenant? Of(StoreSession store, string slug)
    {
        return store.First(
            $"select {Columns} from tenants where slug = @slug and deleted is null",
            ToTenant,
            ("@slug", slug)
        );
    }

    /// <summary>The word of a tenant in the path; null if there is none of that number.</summary>
    public static string? SlugOf(StoreSession store, TenantId id)
    {
        return store.First(
            "select slug from tenants where id = @id and deleted is null",
            row => row.Text(),
            ("@id", id)
        );
    }

    /// <summary>So many, by their word in the path, after one: one tenant alone, or those with a text in them.</summary>
    public static List<Tenant> After(StoreSession store, string after, TenantId? only, string? search, int most)
    {
        var sql = store.Sql;
        return store.All(
            $"select {Columns} from tenants where slug > @after and deleted is null and (@any or id = @id) "
                + $"and (@all or {sql.Has("slug", "@search")} or {sql.Has("lower(name)", "@search")} or {sql.Has("lower(organization_id)", "@search")}) "
                + "order by slug limit @most"
                + OneTenants.NotAlone,
            ToTenant,
            ("@after", after),
            ("@any", only is null),
            ("@id", only ?? default),
            ("@all", search is null),
            ("@search", search?.ToLowerInvariant() ?? ""),
            ("@most", most)
        );
    }

    /// <summary>
    /// Makes a tenant, which is in its shadow run: what comes is planned, and Slack is told nothing. Its number.
    /// </summary>
    /// <exception cref="SlugTakenException">Another tenant has its word.</exception>
    public static TenantId Insert(
        StoreSession store,
        string slug,
        string name,
        string? description,
        Preferences preferences
    )
    {
        try
        {
            return store.First(
                "insert into tenants (slug, name, description, enabled, shadow, preferences, epoch, stopped_cleanly, still, cursor_key) "
                    + "values (@slug, @name, @description, @yes, @yes, @preferences, 0, @no, @yes, @key) returning id",
                row => row.Number<TenantId>(),
                ("@slug", slug),
                ("@name", name),
                ("@description", description),
                ("@yes", true),
                ("@no", false),
                ("@preferences", preferences.ToJson()),
                ("@key", RandomNumberGenerator.GetBytes(KeyBytes))
            );
        }
        catch (UniqueViolationException e) when (e.Index == UniqueIndex.TenantSlug)
        {
            throw new SlugTakenException(slug);
        }
    }

    /// <summary>Another name and description for people.</summary>
    public static int Describe(StoreSession store, TenantId id, string name, string? description)
    {
        return store.Execute(
            "update tenants set name = @name, description = @description where id = @id",
            ("@name", name),
            ("@description", description),
            ("@id", id)
        );
    }

    /// <summary>Notes that somebody has had a whole export of it.</summary>
    public static int SetExported(StoreSession store, TenantId id, Instant now)
    {
        return store.Execute("update tenants set exported = @now where id = @id", ("@now", now), ("@id", id));
    }

    /// <summary>Whether there is a tenant of an id that was not deleted.</summary>
    public static bool IsThere(StoreSession store, TenantId id)
    {
        return store.Any("select 1 from tenants where id = @id and deleted is null", ("@id", id));
    }

    /// <summary>All of them.</summary>
    public static List<TenantId> Ids(StoreSession store) =>
        store.All("select id from tenants where deleted is null" + OneTenants.NotAlone, row => row.Number<TenantId>());

    /// <summary>Another word in the path.</summary>
    /// <exception cref="SlugTakenException">Another tenant has it.</exception>
    internal static int Rename(StoreSession store, TenantId id, string slug)
    {
        try
        {
            return store.Execute("update tenants set slug = @slug where id = @id", ("@slug", slug), ("@id", id));
        }
        catch (UniqueViolationException e) when (e.Index == UniqueIndex.TenantSlug)
        {
            throw new SlugTakenException(slug);
        }
    }

    /// <summary>
    /// The tenant of a slug with a source of a name; what is not there yet is made, what is there stays as it is.
    /// </summary>
    /// <exception cref="PreferencesException">The tenant's preferences cannot be.</exception>
    public static Caller Open(StoreSession store, string slug, string name, string source, Preferences preferences)
    {
        store.Put(
            "insert into tenants (slug, name, enabled, shadow, preferences, epoch, stopped_cleanly, still, cursor_key) "
                + "values (@slug, @name, @yes, @no, @preferences, 0, @no, @no, @key) on conflict (slug) do nothing",
            ("@slug", slug),
            ("@name", name),
            ("@yes", true),
            ("@no", false),
            ("@preferences", preferences.ToJson()),
            ("@key", RandomNumberGenerator.GetBytes(KeyBytes))
        );
        var tenant = store.First($"select {Columns} from tenants where slug = @slug", ToTenant, ("@slug", slug))!;
        return new Caller(
            tenant.Id,
            Sources.Open(store, tenant.Id, source),
            source,
            Preferences.FromJson(tenant.Preferences),
            Dialect.Everything
        );
    }

    /// <summary>What the tenant's cursors are signed with.</summary>
    internal static byte[] CursorKey(StoreSession store, TenantId id) =>
        store.First("select cursor_key from tenants where id = @id", row => row.Bytes(), ("@id", id))!;

    /// <summary>Keeps other preferences.</summary>
    internal static int SetPreferences(StoreSession store, TenantId id, Preferences preferences) =>
        store.Execute(
            "update tenants set preferences = @preferences where id = @id",
            ("@preferences", preferences.ToJson()),
            ("@id", id)
        );

    private static Tenant ToTenant(Row row) =>
        new()
        {
            Id = row.Number<TenantId>(),
            Slug = row.Text(),
            Name = row.Text(),
            Description = row.TextOrNull(),
            Enabled = row.Flag(),
            OrganizationId = row.TextOrNull(),
            TokenOwner = row.TextOrNull(),
            Scopes = row.TextOrNull(),
            TestedAt = row.NumberOrNull<Instant>(),
            Problem = row.TextOrNull(),
            Preferences = row.Text(),
            Shadow = row.Flag(),
            Previewed = row.NumberOrNull<Instant>(),
            Still = row.Flag(),
            CarefulUntil = row.NumberOrNull<Instant>(),
            SlackFrozen = row.TextOrNull(),
            Connected = row.NumberOrNull<Instant>(),
            TokenGiven = row.NumberOrNull<Instant>(),
            TokenExpires = row.NumberOrNull<Instant>(),
            TokenWarning = row.TextOrNull(),
            Exported = row.NumberOrNull<Instant>(),
            Restored = row.NumberOrNull<Instant>(),
        };
}
