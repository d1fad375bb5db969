using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What an administrator comes in by.</summary>
internal enum KeyKind
{
    /// <summary>A key, which has a secret.</summary>
    Key,

    /// <summary>A person whom the identity provider signs in.</summary>
    Person,
}

/// <summary>An admin key, without its secret, or a person whom the identity provider signs in.</summary>
internal record ShownKey(
    long Id,
    string Label,
    KeyKind Kind,
    Role Role,
    string? Tenant,
    string Prefix,
    DateTimeOffset Created,
    DateTimeOffset? Expires,
    DateTimeOffset? LastUsed
)
{
    /// <summary>A row as administrators see it.</summary>
    public static ShownKey Of(StoreSession session, AdminKey key) =>
        new(
            key.Id.Value,
            key.Label,
            KindOf(key),
            key.Role,
            key.TenantId is { } id ? Tenants.SlugOf(session, id) : null,
            key.Prefix,
            key.Created.ToTime(),
            key.Expires?.ToTime(),
            key.LastUsed?.ToTime()
        );

    /// <summary>Which of the two it is.</summary>
    public static KeyKind KindOf(AdminKey key) => key.IsPerson ? KeyKind.Person : KeyKind.Key;
}
