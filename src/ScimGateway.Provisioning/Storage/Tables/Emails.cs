using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The e-mail addresses of users who are there, by which they are found.</summary>
internal static class Emails
{
    /// <summary>Has a user have these addresses, as keys, and no others; of a new one there are none.</summary>
    public static void Set(StoreSession store, Resource user, bool isNew, IReadOnlyCollection<string> keys)
    {
        var there = isNew ? [] : Of(store, user.Id);
        foreach (var key in there.Except(keys, StringComparer.Ordinal))
            store.Put(
                "delete from emails where tenant_id = @tenant and key = @key and resource_id = @id",
                ("@tenant", user.TenantId),
                ("@key", key),
                ("@id", user.Id)
            );
        foreach (var key in keys.Except(there, StringComparer.Ordinal))
            store.Put(
                "insert into emails (tenant_id, key, resource_id) values (@tenant, @key, @id)",
                ("@tenant", user.TenantId),
                ("@key", key),
                ("@id", user.Id)
            );
    }

    /// <summary>Forgets those of a user.</summary>
    public static int Delete(StoreSession store, ResourceId user) =>
        store.Execute("delete from emails where resource_id = @id", ("@id", user));

    /// <summary>The keys of a user's addresses.</summary>
    public static List<string> Of(StoreSession store, ResourceId user) =>
        store.All("select key from emails where resource_id = @id", row => row.Text(), ("@id", user));
}
