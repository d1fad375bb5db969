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

    private const string AtHome = "select 1 from tenants where id = @id and epoch = @epoch";

    // A link leaves something behind, which takes its time.
    private const int MostLinks = 250;

    // What is named by other rows goes before them; and what says whose a link was, after the links.
    private static readonly (string Table, string Where)[] _rowsBeforeLinks =
    [
        ("members", "group_id in (select id from resources where tenant_id = @id)"),
        ("former_members", "group_id in (select id from resources where tenant_id = @id)"),
        (
            "access_tokens",
            "credential_id in (select c.id from credentials c join sources s on s.id = c.source_id where s.tenant_id = @id)"
        ),
        ("credentials", "source_id in (select id from sources where tenant_id = @id)"),
    ];

    private static readonly (string Table, string Where)[] _rows =
    [
        .. new[]
        {
            "emails",
            "keys",
            "resources",
            "holds",
            "guarded_changes",
            "operations",
            "outbox",
            "jobs",
            "rules",
            "sources",
            "shown_totals",
            "admin_keys",
            "consents",
        }.Select(table => (table, "tenant_id = @id")),
    ];

    // What bears a time when something was done; a live tenant was connected, and another one made, at least.
    private static readonly string[] _entries =
    [
        "select max(at) from operations where tenant_id = @id",
        "select max(started) from jobs where tenant_id = @id",
        "select connected from tenants where id = @id",
        "select max(at) from audit_entries where tenant_id = @id",
    ];

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

    /// <summary>All of them, or those with channels of notifications of their own.</summary>
    internal static List<TenantId> Told(StoreSession store, bool all) =>
        store.All(
            "select id from tenants where deleted is null and (@all or channels is not null)" + OneTenants.NotAlone,
            row => row.Number<TenantId>(),
            ("@all", all)
        );

    /// <summary>A tenant's own channels of notifications, closed; null if it has none.</summary>
    public static byte[]? Channels(StoreSession store, TenantId id)
    {
        return store.First("select channels from tenants where id = @id", row => row.BytesOrNull(), ("@id", id));
    }

    /// <summary>
    /// The channels that notifications go to now. After a restore a tenant's own channels get none until it is enabled:
    /// they may belong to people who were removed since.
    /// </summary>
    public static byte[]? ChannelsToTell(StoreSession store, TenantId id)
    {
        return store.First(
            "select channels from tenants where id = @id and restored is null",
            row => row.BytesOrNull(),
            ("@id", id)
        );
    }

    /// <summary>Keeps others.</summary>
    public static int SetChannels(StoreSession store, TenantId id, byte[]? closed)
    {
        return store.Execute("update tenants set channels = @closed where id = @id", ("@closed", closed), ("@id", id));
    }

    /// <summary>Those that were ever connected.</summary>
    public static List<TenantId> Connected(StoreSession store)
    {
        return store.All(
            "select id from tenants where deleted is null and token is not null order by id" + OneTenants.NotAlone,
            row => row.Number<TenantId>()
        );
    }

    /// <summary>Whether an organization is another tenant's.</summary>
    internal static bool IsAnothers(StoreSession store, TenantId id, string organization) =>
        store.Any(
            "select 1 from tenants where organization_id = @organization and id <> @id",
            ("@organization", organization),
            ("@id", id)
        );

    /// <summary>Those that were deleted, and of whom something is left.</summary>
    internal static List<TenantId> Deleted(StoreSession store) =>
        store.All(
            "select id from tenants where deleted is not null" + OneTenants.NotAlone,
            row => row.Number<TenantId>()
        );

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
    /// There is no such tenant any more: its word and its organization are free, and no home of it writes anything.
    /// </summary>
    internal static int Delete(StoreSession store, TenantId id, Instant now)
    {
        FormerLinks.Begin(store, id, now);
        return store.Execute(
            "update tenants set deleted = @now, slug = '~' || id, organization_id = null, token = null, token_expires = null, channels = null, enabled = @no, epoch = 0 where id = @id",
            ("@now", now),
            ("@no", false),
            ("@id", id)
        );
    }

    /// <summary>Forgets so many rows of a deleted tenant; false once there is nothing left of it.</summary>
    internal static bool Forget(StoreSession store, TenantId id, int most)
    {
        foreach (var rows in _rowsBeforeLinks)
            if (store.Execute(Delete(store.Sql, rows), ("@id", id), ("@most", most)) > 0)
                return true;
        if (FormerLinks.Take(store, id, Math.Min(most, MostLinks)) > 0)
            return true;
        foreach (var rows in _rows)
            if (store.Execute(Delete(store.Sql, rows), ("@id", id), ("@most", most)) > 0)
                return true;
        return store.Execute("delete from tenants where id = @id and deleted is not null", ("@id", id)) > 0;
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

    /// <summary>The tenant's Slack token as it is kept; null if the tenant was never connected.</summary>
    public static KeptToken? Token(StoreSession store, TenantId id)
    {
        return store.First(
            "select token, connected, token_given, token_expires from tenants where id = @id and token is not null",
            row => new KeptToken(
                row.Bytes(),
                row.NumberOrNull<Instant>(),
                row.NumberOrNull<Instant>(),
                row.NumberOrNull<Instant>()
            ),
            ("@id", id)
        );
    }

    /// <summary>Keeps the token of the home that the tenant has; whatever was said of the one before is over.</summary>
    internal static int SetToken(StoreSession store, TenantId id, KeptToken token) =>
        store.Execute(
            "update tenants set token = @token, connected = @connected, token_given = @given, token_expires = @expires, token_warning = null "
                + "where id = @id",
            ("@token", token.Closed),
            ("@connected", token.Connected),
            ("@given", token.Given),
            ("@expires", token.Expires),
            ("@id", id)
        );

    /// <summary>Keeps why a token that works is not renewed.</summary>
    internal static int SetTokenWarning(StoreSession store, TenantId id, string? warning) =>
        store.Execute("update tenants set token_warning = @warning where id = @id", ("@warning", warning), ("@id", id));

    /// <summary>Keeps whose a token is that Slack has taken.</summary>
    /// <exception cref="UniqueViolationException">The organization is another tenant's.</exception>
    internal static int SetOwner(
        StoreSession store,
        TenantId id,
        string organization,
        string owner,
        string? scopes,
        Instant now
    ) =>
        store.Execute(
            "update tenants set organization_id = @organization, token_owner = @owner, scopes = @scopes, tested_at = @now where id = @id",
            ("@organization", organization),
            ("@owner", owner),
            ("@scopes", scopes),
            ("@now", now),
            ("@id", id)
        );

    /// <summary>
    /// Keeps where a tenant stands. Whoever does so has waited for all calls, and no preview of it counts any more.
    /// </summary>
    internal static int SetStanding(StoreSession store, TenantId id, bool enabled, bool shadow) =>
        store.Execute(
            "update tenants set enabled = @enabled, shadow = @shadow, still = @still, previewed = null, "
                + "restored = case when @shadow then restored end where id = @id",
            ("@still", !enabled || shadow),
            ("@enabled", enabled),
            ("@shadow", shadow),
            ("@id", id)
        );

    /// <summary>
    /// The store was restored: Slack is told nothing of the tenant, a home that it has writes nothing any more, and what
    /// was pending may have been told.
    /// </summary>
    internal static int SetRestored(StoreSession store, TenantId id)
    {
        var newest = _entries.Max(entry => store.First(entry, row => row.LongOrNull(), ("@id", id)) ?? 0);
        return store.Execute(
            "update tenants set shadow = @yes, restored = @newest, still = @no, stopped_cleanly = @no, previewed = null, epoch = 0 where id = @id",
            ("@yes", true),
            ("@no", false),
            ("@newest", newest),
            ("@id", id)
        );
    }

    /// <summary>Whether Slack is told nothing of any tenant since the store was restored.</summary>
    public static bool IsAnyRestored(StoreSession store)
    {
        return store.Any("select 1 from tenants where restored is not null and deleted is null" + OneTenants.NotAlone);
    }

    /// <summary>Keeps when it was last shown what going on would do.</summary>
    internal static int SetPreviewed(StoreSession store, TenantId id, Instant now) =>
        store.Execute("update tenants set previewed = @now where id = @id", ("@now", now), ("@id", id));

    /// <summary>Whether the tenant's home is the one that took it over under this epoch, at this moment.</summary>
    internal static bool IsHome(StoreSession store, TenantId id, long epoch) =>
        store.Any(AtHome, ("@id", id), ("@epoch", epoch));

    /// <summary>The tenant's home is the one that took it over under this epoch; else nothing is written.</summary>
    internal static void RequireHome(StoreSession store, TenantId id, long epoch) =>
        // Until the transaction ends nobody else takes the tenant.
        store.Require(
            $"{AtHome}{store.Sql.StandsStill}",
            () => new HomeEndedException(),
            ("@id", id),
            ("@epoch", epoch)
        );

    /// <summary>Whether the former executor stopped with no call under way.</summary>
    internal static bool HasStoppedCleanly(StoreSession store, TenantId id) =>
        store.First("select stopped_cleanly from tenants where id = @id", row => row.Flag(), ("@id", id));

    /// <summary>Gives the tenant a home of another epoch; false if there is no such tenant.</summary>
    internal static bool TakeHome(StoreSession store, TenantId id, long epoch) =>
        store.Execute(
            "update tenants set epoch = @epoch where id = @id and deleted is null",
            ("@epoch", epoch),
            ("@id", id)
        ) == 1;

    /// <summary>Notes whether the home has stopped with no call under way; while it goes on it has not.</summary>
    internal static int SetStoppedCleanly(StoreSession store, TenantId id, bool isSo) =>
        store.Execute("update tenants set stopped_cleanly = @so where id = @id", ("@so", isSo), ("@id", id));

    /// <summary>Notes that all calls have had their outcome since the tenant was disabled.</summary>
    internal static int SetStill(StoreSession store, TenantId id) =>
        store.Execute(
            "update tenants set still = @yes where id = @id and enabled = @no",
            ("@yes", true),
            ("@no", false),
            ("@id", id)
        );

    /// <summary>Keeps why Slack cannot be written, in Slack's words; null once it can.</summary>
    internal static int SetProblem(StoreSession store, TenantId id, string? problem) =>
        store.Execute("update tenants set problem = @problem where id = @id", ("@problem", problem), ("@id", id));

    /// <summary>Has each account be looked at before it is updated, for a time.</summary>
    internal static int SetCareful(StoreSession store, TenantId id, Instant until) =>
        store.Execute("update tenants set careful_until = @until where id = @id", ("@until", until), ("@id", id));

    /// <summary>Keeps until when Slack wants to see no call, by bucket.</summary>
    internal static int SetSlackFrozen(StoreSession store, TenantId id, string frozen) =>
        store.Execute("update tenants set slack_frozen = @frozen where id = @id", ("@frozen", frozen), ("@id", id));

    /// <summary>Has Slack hear nothing of a tenant any more, and no preview of it count.</summary>
    internal static int Disable(StoreSession store, TenantId id) =>
        store.Execute("update tenants set enabled = @no, previewed = null where id = @id", ("@no", false), ("@id", id));

    private static string Delete(SqlDialect sql, (string Table, string Where) rows) =>
        $"delete from {rows.Table} where {sql.RowId} in (select {sql.RowId} from {rows.Table} where {rows.Where} limit @most)";

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
