using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>What may be had once in a tenant's Slack, folded, and the links that have it.</summary>
internal static class Keys
{
    /// <summary>The link that has a key; null if none has.</summary>
    public static LinkId? Holder(StoreSession store, TenantId tenantId, KeyKind kind, string value) =>
        store.First(
            "select link_id from keys where tenant_id = @tenant and kind = @kind and value = @value",
            row => (LinkId?)row.Number<LinkId>(),
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@value", value)
        );

    /// <summary>Those of a kind that a link has.</summary>
    public static List<string> Of(StoreSession store, LinkId link, KeyKind kind) =>
        store.All(
            "select value from keys where link_id = @link and kind = @kind",
            row => row.Text(),
            ("@link", link),
            ("@kind", kind)
        );

    /// <summary>All that a link has.</summary>
    public static List<(KeyKind Kind, string Value)> Of(StoreSession store, LinkId link) =>
        store.All(
            "select kind, value from keys where link_id = @link",
            row => (row.Word<KeyKind>(), row.Text()),
            ("@link", link)
        );

    /// <summary>A link takes a key that nobody has.</summary>
    public static void Take(StoreSession store, Link link, KeyKind kind, string value) =>
        store.PutOne(
            "insert into keys (tenant_id, kind, value, link_id) values (@tenant, @kind, @value, @link) "
                + "on conflict (tenant_id, kind, value) do update set link_id = excluded.link_id where keys.link_id = excluded.link_id",
            () => new InvalidOperationException("Another link has the key, which was free when it was looked up."),
            ("@tenant", link.TenantId),
            ("@kind", kind),
            ("@value", value),
            ("@link", link.Id)
        );

    /// <summary>A link lets go of a key.</summary>
    public static void Free(StoreSession store, Link link, KeyKind kind, string value) =>
        store.Put(
            "delete from keys where tenant_id = @tenant and kind = @kind and value = @value and link_id = @link",
            ("@tenant", link.TenantId),
            ("@kind", kind),
            ("@value", value),
            ("@link", link.Id)
        );

    /// <summary>A link lets go of all that it has.</summary>
    public static void FreeAll(StoreSession store, LinkId link) =>
        store.Put("delete from keys where link_id = @link", ("@link", link));
}
