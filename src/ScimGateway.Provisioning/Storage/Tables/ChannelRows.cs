using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Tenants' own channels of notifications.</summary>
internal static class ChannelRows
{
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
}
