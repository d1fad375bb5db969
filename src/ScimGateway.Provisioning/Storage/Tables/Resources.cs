using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Users and groups as they are wanted.</summary>
internal static class Resources
{
    /// <summary>All columns, as <see cref="ToResource"/> reads them.</summary>
    public const string Columns =
        "id, tenant_id, kind, source_id, link_id, version, document, previous, asserted, previous_asserted, waived, previous_waived, user_name_key, "
        + "display_name_key, external_id, manager, active, hidden, rule_id, created, modified, deleted, email_keys, display_name";

    /// <summary>The resource of an id; null if there is none.</summary>
    public static Resource? Find(StoreSession store, Guid? id) =>
        store.First($"select {Columns} from resources where id = @id", ToResource, ("@id", id));

    /// <summary>A user or group of a tenant as providers see it; null if there is none.</summary>
    public static Resource? Shown(StoreSession store, int tenantId, Kind kind, Guid id) =>
        store.First(
            $"select {Columns} from resources where id = @id and tenant_id = @tenant and kind = @kind and deleted is null and hidden = @no",
            ToResource,
            ("@id", id),
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@no", false)
        );

    /// <summary>Who is shown under a userName, by its key; null if nobody is.</summary>
    public static Resource? OfUserName(StoreSession store, int tenantId, string key) =>
        store.First(
            $"select {Columns} from resources where tenant_id = @tenant and user_name_key = @key",
            ToResource,
            ("@tenant", tenantId),
            ("@key", key)
        );

    /// <summary>The group that is shown under a name, by its key; null if none is.</summary>
    public static Resource? OfGroupName(StoreSession store, int tenantId, string key) =>
        store.First(
            $"select {Columns} from resources where tenant_id = @tenant and display_name_key = @key and kind = 1",
            ToResource,
            ("@tenant", tenantId),
            ("@key", key)
        );

    /// <summary>Whether another resource is shown under a userName, by its key.</summary>
    public static bool IsUserNameTaken(StoreSession store, int tenantId, string? key, Guid by) =>
        store.Any(
            "select 1 from resources where tenant_id = @tenant and user_name_key = @key and id <> @id",
            ("@tenant", tenantId),
            ("@key", key),
            ("@id", by)
        );

    /// <summary>Notes that a resource is other than it was by what is not in its row; what is deleted stays as it is.</summary>
    public static int Touch(StoreSession store, Guid id, long now) =>
        store.Execute(
            "update resources set version = version + 1, modified = @now where id = @id and deleted is null",
            ("@now", now),
            ("@id", id)
        );

    /// <summary>Reads <see cref="Columns"/>.</summary>
    public static Resource ToResource(Row row) =>
        new()
        {
            Id = row.Id(),
            TenantId = row.Int(),
            Kind = row.Word<Kind>(),
            SourceId = row.IntOrNull(),
            LinkId = row.LongOrNull(),
            Version = row.Long(),
            Document = row.Bytes(),
            Previous = row.BytesOrNull(),
            Asserted = PathSet.Parse(row.Text()),
            PreviousAsserted = row.TextOrNull() is { } asserted ? PathSet.Parse(asserted) : null,
            Waived = Waived.Parse(row.Text()),
            PreviousWaived = row.TextOrNull() is { } waived ? Waived.Parse(waived) : null,
            UserNameKey = row.TextOrNull(),
            DisplayNameKey = row.TextOrNull(),
            ExternalId = row.TextOrNull(),
            Manager = row.TextOrNull(),
            Active = row.Flag(),
            Hidden = row.Flag(),
            RuleId = row.IntOrNull(),
            Created = row.Long(),
            Modified = row.Long(),
            Deleted = row.LongOrNull(),
            EmailKeys = row.TextOrNull(),
            DisplayName = row.TextOrNull(),
        };

    /// <summary>Writes the row; true if it is a new one. What is found by an index is written only where it changes, as each index costs a page.</summary>
    /// <exception cref="UniqueViolationException">Another one has its name.</exception>
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

    /// <summary>The answer to the last change is out: what it replaced is not needed any more.</summary>
    public static void ForgetPrevious(StoreSession store, Guid id) =>
        store.Execute(
            "update resources set previous = null, previous_asserted = null, previous_waived = null where id = @id",
            ("@id", id)
        );

    private static bool TryUpdate(StoreSession store, Resource r) =>
        store.Execute(
            "update resources set version = @version, document = @document, previous = @previous, asserted = @asserted, "
                + "previous_asserted = @previous_asserted, waived = @waived, previous_waived = @previous_waived, active = @active, hidden = @hidden, "
                + "modified = @modified, display_name = @shown_name where id = @id",
            ("@version", r.Version),
            ("@document", r.Document),
            ("@previous", r.Previous),
            ("@asserted", r.Asserted.ToString()),
            ("@previous_asserted", r.PreviousAsserted?.ToString()),
            ("@waived", r.Waived.ToString()),
            ("@previous_waived", r.PreviousWaived?.ToString()),
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
            $"insert into resources ({Columns}) values (@id, @tenant, @kind, @source, @link, @version, @document, @previous, @asserted, "
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
            ("@asserted", r.Asserted.ToString()),
            ("@previous_asserted", r.PreviousAsserted?.ToString()),
            ("@waived", r.Waived.ToString()),
            ("@previous_waived", r.PreviousWaived?.ToString()),
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
