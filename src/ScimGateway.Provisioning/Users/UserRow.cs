using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Users;

/// <summary>A user's row: the document, and what of it is a column to be found by.</summary>
internal static class UserRow
{
    /// <summary>Sets the columns from the document.</summary>
    public static void Describe(Resource resource, ScimResource user)
    {
        resource.UserNameKey = Fold.Key(user.Text("userName")!);
        resource.DisplayNameKey = user.Text("displayName") is { } shown ? Fold.Key(shown) : null;
        resource.ExternalId = user.Text("externalId");
        resource.Manager = UserManager.Of(user);
        resource.Active = ScimJson.AsFlag(user.Json["active"]) ?? true;
    }

    /// <summary>The document as it is read.</summary>
    public static ScimResource Document(Resource resource) =>
        new(SlackSchemas.User, ScimJson.ReadObject(resource.Document, ReadLimits.User));

    /// <summary>Writes the row and its addresses.</summary>
    public static void Save(StoreSession store, Resource r)
    {
        try
        {
            store.Execute(
                $"insert into resources ({Rows.Resource}) values (@id, @tenant, @kind, @source, @link, @version, @document, @previous, @asserted, "
                    + "@previous_asserted, @waived, @user_name, @display_name, @external, @manager, @active, @hidden, @rule, @created, @modified, @deleted) "
                    + "on conflict (id) do update set source_id = excluded.source_id, link_id = excluded.link_id, version = excluded.version, "
                    + "document = excluded.document, previous = excluded.previous, asserted = excluded.asserted, "
                    + "previous_asserted = excluded.previous_asserted, user_name_key = excluded.user_name_key, "
                    + "display_name_key = excluded.display_name_key, external_id = excluded.external_id, manager = excluded.manager, "
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
                ("@user_name", r.UserNameKey),
                ("@display_name", r.DisplayNameKey),
                ("@external", r.ExternalId),
                ("@manager", r.Manager),
                ("@active", r.Active),
                ("@hidden", r.Hidden),
                ("@rule", r.RuleId),
                ("@created", r.Created),
                ("@modified", r.Modified),
                ("@deleted", r.Deleted)
            );
        }
        catch (System.Data.Common.DbException e) when (e.Message.Contains("user_name_key", StringComparison.Ordinal))
        {
            throw ScimException.Uniqueness("Another user has this userName.");
        }

        store.Execute("delete from emails where resource_id = @id", ("@id", r.Id));
        if (r.Deleted is null)
            foreach (var key in UserAddresses.Keys(Document(r)))
                store.Execute("insert into emails (key, resource_id) values (@key, @id)", ("@key", key), ("@id", r.Id));
    }
}
