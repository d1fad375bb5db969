using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Operating;
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
        Read(store, id) is var tenant && tenant.Standing != Standing.Live && !ConnectionLife.IsValid(tenant.Previewed, now);

    /// <summary>Keeps why Slack cannot be written, in Slack's words; null once it can. Who watches is told when it begins and when it ends.</summary>
    internal static int SetProblem(StoreSession store, int id, string? problem, long now)
    {
        if (Read(store, id).Problem is null != problem is null)
            Alerts.Raise(store, id, problem is null ? Cause.SlackOpen : Cause.SlackClosed, now);
        return Tenants.SetProblem(store, id, problem);
    }

    /// <summary>Has the gateway disable a tenant by itself, for what an operation of a link says. Who watches is told.</summary>
    internal static int Halt(StoreSession store, int id, long link, Guid operation, long now)
    {
        Alerts.Raise(store, id, Cause.Halted, now, link, operation);
        OperationJournal.WriteDone(store, id, "gateway", "disabled", now, "", null, now);
        return Tenants.Disable(store, id);
    }
}
