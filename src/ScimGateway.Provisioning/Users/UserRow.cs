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

    /// <summary>Writes the row and its addresses.</summary>
    public static void Save(StoreSession store, Resource r)
    {
        try
        {
            store.Execute(
                $"insert into resources ({Rows.Resource}) values (@id, @tenant, @kind, @source, @link, @version, @document, @previous, @asserted, "
                    + "@previous_asserted, @waived, @previous_waived, @user_name, @display_name, @external, @manager, @active, @hidden, @rule, @created, @modified, @deleted, @email_keys) "
                    + "on conflict (id) do update set source_id = excluded.source_id, link_id = excluded.link_id, version = excluded.version, "
                    + "document = excluded.document, previous = excluded.previous, asserted = excluded.asserted, "
                    + "previous_asserted = excluded.previous_asserted, waived = excluded.waived, previous_waived = excluded.previous_waived, user_name_key = excluded.user_name_key, "
                    + "display_name_key = excluded.display_name_key, email_keys = excluded.email_keys, external_id = excluded.external_id, manager = excluded.manager, "
                    + "active = excluded.active, hidden = excluded.hidden, modified = excluded.modified, deleted = excluded.deleted",
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
        catch (System.Data.Common.DbException e) when (e.Message.Contains("user_name_key", StringComparison.Ordinal))
        {
            throw ScimException.Uniqueness("Another user has this userName.");
        }

        store.Execute("delete from emails where resource_id = @id", ("@id", r.Id));
        if (r.Deleted is null)
            foreach (var key in UserAddresses.Keys(Document(r)))
                store.Execute(
                    "insert into emails (tenant_id, key, resource_id) values (@tenant, @key, @id)",
                    ("@tenant", r.TenantId),
                    ("@key", key),
                    ("@id", r.Id)
                );
    }
}
