using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Users.Reads;

namespace ScimGateway.Provisioning.Users;

/// <summary>A user's row: the document, and what of it is a column to be found by.</summary>
internal static class UserRow
{
    /// <summary>Sets the columns from the document.</summary>
    public static void Describe(Resource resource, ScimResource user)
    {
        resource.UserNameKey = Fold.Key(user.Text("userName")!);
        resource.DisplayNameKey = user.Text("displayName") is { } shown ? Fold.Key(shown) : null;
        resource.EmailKeys = EmailKeys.Of(UserAddresses.Keys(user));
        resource.ExternalId = user.Text("externalId");
        resource.Manager = UserManager.Of(user);
        resource.Active = IsActive(user);
    }

    /// <summary>Whether the document wants the account active, as one that does not say so does.</summary>
    public static bool IsActive(ScimResource user) => ScimJson.AsFlag(user.Json["active"]) ?? true;

    /// <summary>The document as it is read.</summary>
    public static ScimResource Document(Resource resource) =>
        new(GatewayTypes.User, ScimJson.ReadObject(resource.Document, ReadLimits.User));

    /// <summary>Whether another resource is shown under its userName.</summary>
    public static bool IsNameTaken(StoreSession store, Resource resource) =>
        store.First(
            "select 1 from resources where tenant_id = @tenant and user_name_key = @key and id <> @id",
            row => row.GetInt32(0),
            ("@tenant", resource.TenantId),
            ("@key", resource.UserNameKey),
            ("@id", resource.Id)
        ) == 1;

    /// <summary>Writes the row and its addresses. What is found by an index is written only where it changes, as each index costs a page.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="r">The row.</param>
    /// <param name="document">Its document, where that is at hand.</param>
    public static void Save(StoreSession store, Resource r, ScimResource? document = null)
    {
        var isNew = !TryUpdate(store, r);
        try
        {
            if (isNew)
                Insert(store, r);
            else
                UpdateKeys(store, r);
        }
        catch (System.Data.Common.DbException e) when (e.Message.Contains("user_name_key", StringComparison.Ordinal))
        {
            throw ScimException.Uniqueness("Another user has this userName.");
        }

        var wanted = r.Deleted is null ? UserAddresses.Keys(document ?? Document(r)) : [];
        var there = isNew
            ? []
            : store.All("select key from emails where resource_id = @id", row => row.GetString(0), ("@id", r.Id));
        foreach (var key in there.Except(wanted, StringComparer.Ordinal))
            store.Execute(
                "delete from emails where tenant_id = @tenant and key = @key and resource_id = @id",
                ("@tenant", r.TenantId),
                ("@key", key),
                ("@id", r.Id)
            );
        foreach (var key in wanted.Except(there, StringComparer.Ordinal))
            store.Execute(
                "insert into emails (tenant_id, key, resource_id) values (@tenant, @key, @id)",
                ("@tenant", r.TenantId),
                ("@key", key),
                ("@id", r.Id)
            );
    }

    private static bool TryUpdate(StoreSession store, Resource r) =>
        store.Execute(
            "update resources set version = @version, document = @document, previous = @previous, asserted = @asserted, "
                + "previous_asserted = @previous_asserted, waived = @waived, previous_waived = @previous_waived, active = @active, hidden = @hidden, "
                + "modified = @modified where id = @id",
            ("@version", r.Version),
            ("@document", r.Document),
            ("@previous", r.Previous),
            ("@asserted", r.Asserted),
            ("@previous_asserted", r.PreviousAsserted),
            ("@waived", r.Waived),
            ("@previous_waived", r.PreviousWaived),
            ("@active", r.Active),
            ("@hidden", r.Hidden),
            ("@modified", r.Modified),
            ("@id", r.Id)
        ) == 1;

    private static void UpdateKeys(StoreSession store, Resource r) =>
        store.Execute(
            "update resources set source_id = @source, link_id = @link, user_name_key = @user_name, display_name_key = @display_name, "
                + "external_id = @external, manager = @manager, email_keys = @email_keys, deleted = @deleted where id = @id and (coalesce(source_id, 0) <> coalesce(@source, 0) "
                + "or coalesce(link_id, 0) <> coalesce(@link, 0) or coalesce(user_name_key, '') <> coalesce(@user_name, '') "
                + "or coalesce(display_name_key, '') <> coalesce(@display_name, '') or coalesce(external_id, '') <> coalesce(@external, '') "
                + "or coalesce(manager, '') <> coalesce(@manager, '') or coalesce(email_keys, '') <> coalesce(@email_keys, '') or coalesce(deleted, 0) <> coalesce(@deleted, 0))",
            ("@source", r.SourceId),
            ("@link", r.LinkId),
            ("@user_name", r.UserNameKey),
            ("@display_name", r.DisplayNameKey),
            ("@external", r.ExternalId),
            ("@manager", r.Manager),
            ("@email_keys", r.EmailKeys),
            ("@deleted", r.Deleted),
            ("@id", r.Id)
        );

    private static void Insert(StoreSession store, Resource r) =>
        store.Execute(
            $"insert into resources ({Rows.Resource}) values (@id, @tenant, @kind, @source, @link, @version, @document, @previous, @asserted, "
                + "@previous_asserted, @waived, @previous_waived, @user_name, @display_name, @external, @manager, @active, @hidden, @rule, @created, "
                + "@modified, @deleted, @email_keys)",
            ("@id", r.Id),
            ("@tenant", r.TenantId),
            ("@kind", r.Kind),
            ("@source", r.SourceId),
            ("@link", r.LinkId),
            ("@version", r.Version),
            ("@document", r.Document),
            ("@previous", r.Previous),
            ("@asserted", r.Asserted),
            ("@previous_asserted", r.PreviousAsserted),
            ("@waived", r.Waived),
            ("@previous_waived", r.PreviousWaived),
            ("@user_name", r.UserNameKey),
            ("@display_name", r.DisplayNameKey),
            ("@external", r.ExternalId),
            ("@manager", r.Manager),
            ("@active", r.Active),
            ("@hidden", r.Hidden),
            ("@rule", r.RuleId),
            ("@created", r.Created),
            ("@modified", r.Modified),
            ("@deleted", r.Deleted),
            ("@email_keys", r.EmailKeys)
        );
}
