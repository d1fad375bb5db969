using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Tenants that are to be connected by somebody's consent. They are found by what nobody finds by trying.</summary>
internal static class Consents
{
    /// <summary>So many a tenant has at once: more links than one that was lost, and fewer than fill a store.</summary>
    public const int MostOfTenant = 10;

    // How many of those that are over go with one that comes.
    private const int MostForgotten = 100;

    private const string Columns = "awaited, browser, tenant_id, key_id, expires";

    /// <summary>Keeps one; some that are over go, and the tenant's oldest if it has too many.</summary>
    public static int Insert(StoreSession store, Consent consent, Instant now)
    {
        var row = store.Sql.RowId;
        store.Put(
            $"delete from consents where {row} in (select {row} from consents where expires <= @now limit @most)",
            ("@now", now),
            ("@most", MostForgotten)
        );
        store.Put(
            $"delete from consents where {row} in (select {row} from consents where tenant_id = @tenant order by expires desc, awaited limit @all offset @most)",
            ("@tenant", consent.TenantId),
            ("@all", MostForgotten),
            ("@most", MostOfTenant - 1)
        );
        return store.Execute(
            "insert into consents (awaited, browser, tenant_id, key_id, expires) values (@awaited, @browser, @tenant, @key, @expires)",
            ("@awaited", consent.Awaited),
            ("@browser", consent.Browser),
            ("@tenant", consent.TenantId),
            ("@key", consent.KeyId),
            ("@expires", consent.Expires)
        );
    }

    /// <summary>The one that a link leads to which no browser has followed; null if there is none, or it is over.</summary>
    public static Consent? Unbegun(StoreSession store, byte[] ticket, Instant now)
    {
        return store.First(
            $"select {Columns} from consents where awaited = @awaited and browser is null and expires > @now",
            ToConsent,
            ("@awaited", ticket),
            ("@now", now)
        );
    }

    /// <summary>A browser has followed the link, which leads nowhere from then on; false if it did before.</summary>
    public static bool Begin(StoreSession store, byte[] ticket, byte[] state, byte[] browser, Instant now)
    {
        return store.Execute(
                "update consents set awaited = @state, browser = @browser where awaited = @awaited and browser is null and expires > @now",
                ("@state", state),
                ("@browser", browser),
                ("@awaited", ticket),
                ("@now", now)
            ) == 1;
    }

    /// <summary>Forgets what a key has asked for.</summary>
    public static int DeleteOf(StoreSession store, AdminKeyId key) =>
        store.Execute($"delete from consents where key_id = @key{OneTenants.NotAlone}", ("@key", key));

    /// <summary>The tenant of the one that a browser comes back with; null if there is none.</summary>
    public static TenantId? TenantOf(StoreSession store, byte[] state) =>
        store.First(
            "select tenant_id from consents where awaited = @awaited",
            row => (TenantId?)row.Number<TenantId>(),
            ("@awaited", state)
        );

    /// <summary>
    /// Takes the one that a browser comes back with, so that it comes once; null if there is none, it is another
    /// browser's, or it is over.
    /// </summary>
    public static Consent? Take(StoreSession store, byte[] state, byte[] browser, Instant now)
    {
        var taken = store.First(
            $"select {Columns} from consents where awaited = @awaited and browser = @browser and expires > @now",
            ToConsent,
            ("@awaited", state),
            ("@browser", browser),
            ("@now", now)
        );
        return
            taken is not null
            && store.Execute("delete from consents where awaited = @awaited", ("@awaited", state)) == 1
            ? taken
            : null;
    }

    private static Consent ToConsent(Row row) =>
        new()
        {
            Awaited = row.Bytes(),
            Browser = row.BytesOrNull(),
            TenantId = row.Number<TenantId>(),
            KeyId = row.Number<AdminKeyId>(),
            Expires = row.Number<Instant>(),
        };
}
