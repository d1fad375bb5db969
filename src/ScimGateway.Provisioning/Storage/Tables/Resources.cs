using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage;

/// <summary>The row of a user or group.</summary>
internal static class ResourceRow
{
    /// <summary>Writes the row; true if it is a new one. What is found by an index is written only where it changes, as each index costs a page.</summary>
    public static bool Save(StoreSession store, Resource r)
    {
        if (TryUpdate(store, r))
        {
            UpdateKeys(store, r);
            return false;
        }
        Insert(store, r);
        return true;
    }

    private static bool TryUpdate(StoreSession store, Resource r) =>
        store.Execute(
            "update resources set version = @version, document = @document, previous = @previous, asserted = @asserted, "
                + "previous_asserted = @previous_asserted, waived = @waived, previous_waived = @previous_waived, active = @active, hidden = @hidden, "
                + "modified = @modified, display_name = @shown_name where id = @id",
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
            ("@shown_name", r.DisplayName),
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
                + "@modified, @deleted, @email_keys, @shown_name)",
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
            ("@email_keys", r.EmailKeys),
            ("@shown_name", r.DisplayName)
        );
}
