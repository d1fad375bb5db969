using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Who bears a name that one alone may have.</summary>
internal static class ResourceNames
{
    /// <summary>Who is shown under a userName, by its key; null if nobody is.</summary>
    public static Resource? OfUserName(StoreSession store, TenantId tenantId, string key) =>
        store.First(
            $"select {ResourceRow.Columns} from resources where tenant_id = @tenant and user_name_key = @key",
            ResourceRow.ToResource,
            ("@tenant", tenantId),
            ("@key", key)
        );

    /// <summary>The group that is shown under a name, by its key; null if none is.</summary>
    public static Resource? OfGroupName(StoreSession store, TenantId tenantId, string key) =>
        store.First(
            $"select {ResourceRow.Columns} from resources where tenant_id = @tenant and display_name_key = @key and kind = 1",
            ResourceRow.ToResource,
            ("@tenant", tenantId),
            ("@key", key)
        );

    /// <summary>Whether another resource is shown under a userName, by its key.</summary>
    public static bool IsUserNameTaken(StoreSession store, TenantId tenantId, string? key, ResourceId by) =>
        store.Any(
            "select 1 from resources where tenant_id = @tenant and user_name_key = @key and id <> @id",
            ("@tenant", tenantId),
            ("@key", key),
            ("@id", by)
        );

    /// <summary>Whether another group is shown under a name, by its key.</summary>
    public static bool IsGroupNameTaken(StoreSession store, TenantId tenantId, string? key, ResourceId by) =>
        store.Any(
            "select 1 from resources where tenant_id = @tenant and display_name_key = @key and kind = 1 and id <> @id",
            ("@tenant", tenantId),
            ("@key", key),
            ("@id", by)
        );
}
