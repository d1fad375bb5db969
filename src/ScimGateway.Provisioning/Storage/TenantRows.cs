using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Storage;

/// <summary>The rows of tenants and their sources.</summary>
public static class TenantRows
{
    /// <summary>The tenant of a slug with a source of a name; what is not there yet is made, what is there stays as it is.</summary>
    /// <exception cref="PreferencesException">The tenant's preferences cannot be.</exception>
    public static Caller Open(StoreSession store, string slug, string name, string source, Preferences preferences)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(preferences);
        var tenant = Tenants.Open(store, slug, name, preferences);
        var sourceId = Sources.Open(store, tenant.Id, source);
        return new Caller(tenant.Id, sourceId, source, Preferences.FromJson(tenant.Preferences));
    }

    /// <summary>The tenant of an id.</summary>
    public static Tenant Read(StoreSession store, int id) => Tenants.Find(store, id);

    /// <summary>Whether nothing is under way at Slack: it is told nothing of the tenant, and all calls from before have had their outcome.</summary>
    internal static bool StandsStill(StoreSession store, int id) => Read(store, id).Still;

    /// <summary>Notes that all calls have had their outcome since the tenant was disabled.</summary>
    internal static int SetStill(StoreSession store, int id) => Tenants.SetStill(store, id);

    /// <summary>Whether all that comes is to be confirmed in a preview before Slack hears of it, so that the guard need not hold it.</summary>
    internal static bool IsToBeConfirmed(StoreSession store, int id, long now) =>
        Read(store, id) is var tenant && tenant.Standing != Standing.Live && !tenant.IsPreviewed(now);
}
