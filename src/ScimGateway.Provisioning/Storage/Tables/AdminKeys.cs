using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The keys of administrators.</summary>
internal static class AdminKeys
{
    private const string Columns = "id, label, role, tenant_id, prefix, hash, created, expires, last_used";

    /// <summary>Makes a key; its number.</summary>
    public static AdminKeyId Insert(StoreSession store, AdminKey key)
    {
        return store.First(
            "insert into admin_keys (label, role, tenant_id, prefix, hash, created, expires) "
                + "values (@label, @role, @tenant, @prefix, @hash, @created, @expires) returning id",
            row => row.Number<AdminKeyId>(),
            ("@label", key.Label),
            ("@role", key.Role),
            ("@tenant", key.TenantId),
            ("@prefix", key.Prefix),
            ("@hash", key.Hash),
            ("@created", key.Created),
            ("@expires", key.Expires)
        );
    }

    /// <summary>Gives a person the name and the role that the identity provider says now.</summary>
    public static int Update(StoreSession store, AdminKey person)
    {
        return store.Execute(
            "update admin_keys set label = @label, role = @role, tenant_id = @tenant where id = @id",
            ("@label", person.Label),
            ("@role", person.Role),
            ("@tenant", person.TenantId),
            ("@id", person.Id)
        );
    }

    /// <summary>The key of a hash; null if there is none.</summary>
    public static AdminKey? Of(StoreSession store, byte[] hash)
    {
        return store.First($"select {Columns} from admin_keys where hash = @hash", ToKey, ("@hash", hash));
    }

    /// <summary>The key of a number; null if there is none.</summary>
    public static AdminKey? Find(StoreSession store, AdminKeyId id)
    {
        return store.First($"select {Columns} from admin_keys where id = @id", ToKey, ("@id", id));
    }

    /// <summary>So many after a number; of one tenant, or of all.</summary>
    public static List<AdminKey> After(StoreSession store, AdminKeyId after, TenantId? only, int most)
    {
        return store.All(
            $"select {Columns} from admin_keys where id > @after and (@any or tenant_id = @tenant) order by id limit @most",
            ToKey,
            ("@after", after),
            ("@any", only is null),
            ("@tenant", only ?? default),
            ("@most", most)
        );
    }

    /// <summary>All that let somebody in.</summary>
    public static List<AdminKey> Valid(StoreSession store, Instant now)
    {
        return store.All(
            $"select {Columns} from admin_keys where expires is null or expires > @now order by id",
            ToKey,
            ("@now", now)
        );
    }

    /// <summary>
    /// All that let somebody in of the keys that a key has made, and that these have made, by the audit trail.
    /// </summary>
    public static List<AdminKey> MadeBy(StoreSession store, AdminKeyId id, string action, Instant now)
    {
        const string Made = "select cast(substr(a.about, length('keys/') + 1) as bigint) from audit_entries a";
        const string IsDone = "a.action = @action and a.status = 201";
        return store.All(
            $"with recursive made (id) as ({Made} where a.key_id = @id and {IsDone} union {Made} join made m on a.key_id = m.id where {IsDone}) "
                + $"select {Columns} from admin_keys where id in (select id from made) and (expires is null or expires > @now) order by id",
            ToKey,
            ("@id", id),
            ("@action", action),
            ("@now", now)
        );
    }

    /// <summary>Ends a key, and whoever has signed in by it; false if there is none of that number.</summary>
    public static bool Delete(StoreSession store, AdminKeyId id)
    {
        AdminSessions.DeleteOf(store, id);
        return store.Execute("delete from admin_keys where id = @id", ("@id", id)) == 1;
    }

    /// <summary>
    /// Whether somebody else can set everything up, by a key that lasts as long or longer. A person's sign-in may be taken
    /// away at the identity provider at any time, so it does not count.
    /// </summary>
    public static bool IsThereAnotherOwner(StoreSession store, AdminKey than)
    {
        return store.Any(
            "select 1 from admin_keys where id <> @id and role = @owner and tenant_id is null and prefix <> @person and (expires is null or expires >= @expires)",
            ("@id", than.Id),
            ("@person", AdminKey.OfPerson),
            ("@owner", Role.Owner),
            ("@expires", than.Expires ?? new Instant(long.MaxValue))
        );
    }

    /// <summary>Whether there is any key of an owner of all; a person is none.</summary>
    public static bool IsThereAnOwner(StoreSession store, Instant now)
    {
        return store.Any(
            "select 1 from admin_keys where role = @owner and tenant_id is null and prefix <> @person and (expires is null or expires > @now)",
            ("@person", AdminKey.OfPerson),
            ("@owner", Role.Owner),
            ("@now", now)
        );
    }

    /// <summary>Notes when one was last used.</summary>
    public static int SetUsed(StoreSession store, AdminKeyId id, Instant now)
    {
        // Times of use are rounded down, and nothing was used before it was made.
        return store.Execute(
            "update admin_keys set last_used = case when created > @now then created else @now end where id = @id",
            ("@now", now),
            ("@id", id)
        );
    }

    private static AdminKey ToKey(Row row) =>
        new()
        {
            Id = row.Number<AdminKeyId>(),
            Label = row.Text(),
            Role = row.Word<Role>() is var role && Enum.IsDefined(role) ? role : Role.Viewer, // of what nobody knows the least
            TenantId = row.NumberOrNull<TenantId>(),
            Prefix = row.Text(),
            Hash = row.Bytes(),
            Created = row.Number<Instant>(),
            Expires = row.NumberOrNull<Instant>(),
            LastUsed = row.NumberOrNull<Instant>(),
        };
}
