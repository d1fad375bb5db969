using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Which home a tenant has, by its epoch: that one alone writes.</summary>
internal static class TenantHomes
{
    private const string AtHome = "select 1 from tenants where id = @id and epoch = @epoch";

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
}
