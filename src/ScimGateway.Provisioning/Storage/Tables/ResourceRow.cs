using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>A resource as a row.</summary>
internal static class ResourceRow
{
    internal const string Columns =
        "id, tenant_id, kind, source_id, link_id, version, document, previous, asserted, previous_asserted, waived, previous_waived, user_name_key, "
        + "display_name_key, external_id, manager, active, hidden, rule_id, created, modified, deleted, email_keys, display_name";

    internal static Resource ToResource(Row row)
    {
        var resource = new Resource
        {
            Id = row.Id<ResourceId>(),
            TenantId = row.Number<TenantId>(),
            Kind = row.Word<Kind>(),
            SourceId = row.IntOrNull(),
            LinkId = row.NumberOrNull<LinkId>(),
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
            Created = row.Number<Instant>(),
            Modified = row.Number<Instant>(),
            Deleted = row.NumberOrNull<Instant>(),
            EmailKeys = row.TextOrNull(),
            DisplayName = row.TextOrNull(),
        };
        return resource with { Kept = resource.Now };
    }

    internal static void Update(StoreSession store, Resource r) =>
        store.PutOne(
            "update resources set version = @version, document = @document, previous = @previous, asserted = @asserted, "
                + "previous_asserted = @previous_asserted, waived = @waived, previous_waived = @previous_waived, active = @active, hidden = @hidden, "
                + "rule_id = @rule, modified = @modified, display_name = @shown_name where id = @id",
            () => new InvalidOperationException($"The resource {r.Id} is not there any more."),
            ("@version", r.Version),
            ("@document", r.Document),
            ("@previous", r.Previous),
            ("@asserted", r.Asserted.ToString()),
            ("@previous_asserted", r.PreviousAsserted?.ToString()),
            ("@waived", r.Waived.ToString()),
            ("@previous_waived", r.PreviousWaived?.ToString()),
            ("@active", r.Active),
            ("@hidden", r.Hidden),
            ("@rule", r.RuleId),
            ("@modified", r.Modified),
            ("@shown_name", r.DisplayName),
            ("@id", r.Id)
        );

    internal static void UpdateKeys(StoreSession store, Resource r) =>
        store.Execute(
            "update resources set source_id = @source, link_id = @link, user_name_key = @user_name, display_name_key = @display_name, "
                + "external_id = @external, manager = @manager, email_keys = @email_keys, deleted = @deleted where id = @id",
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

    internal static void Insert(StoreSession store, Resource r) =>
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
