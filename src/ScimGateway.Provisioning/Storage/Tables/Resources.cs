using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Users and groups as they are wanted.</summary>
internal static class Resources
{
    /// <summary>The resource of an id; null if there is none.</summary>
    public static Resource? Find(StoreSession store, ResourceId? id) =>
        store.First($"select {ResourceRow.Columns} from resources where id = @id", ResourceRow.ToResource, ("@id", id));

    /// <summary>A user or group of a tenant as providers see it; null if there is none.</summary>
    public static Resource? Shown(StoreSession store, TenantId tenantId, Kind kind, ResourceId id) =>
        store.First(
            $"select {ResourceRow.Columns} from resources where id = @id and tenant_id = @tenant and kind = @kind and deleted is null and hidden = @no",
            ResourceRow.ToResource,
            ("@id", id),
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@no", false)
        );

    /// <summary>Whether a tenant shows a user or group of an id, so that it can be a member.</summary>
    public static bool IsShown(StoreSession store, TenantId tenantId, ResourceId id) =>
        store.Any(
            "select 1 from resources where id = @id and tenant_id = @tenant and deleted is null and hidden = @no",
            ("@id", id),
            ("@tenant", tenantId),
            ("@no", false)
        );

    /// <summary>Who was deleted last of those that a link was of; null if nobody was.</summary>
    public static Resource? Tombstone(StoreSession store, LinkId link) =>
        store.First(
            $"select {ResourceRow.Columns} from resources where link_id = @link and deleted is not null order by deleted desc limit 1",
            ResourceRow.ToResource,
            ("@link", link)
        );

    /// <summary>Has deleted users have another link: their account has one of its own now.</summary>
    public static void MoveTombstones(StoreSession store, TenantId tenantId, LinkId from, LinkId to) =>
        store.Put(
            "update resources set link_id = @to where tenant_id = @tenant and link_id = @from and deleted is not null",
            ("@tenant", tenantId),
            ("@to", to),
            ("@from", from)
        );

    // Who was deleted and whose account is active all the same, as the deletion is held, is the source's to hand over, too.
    private const string IsThere =
        "(deleted is null or exists (select 1 from links l where l.id = link_id and l.reachable))";

    /// <summary>How many of a kind a source has, or whether it has the one that is meant.</summary>
    public static int Count(StoreSession store, TenantId tenantId, int source, ResourceId? only, Kind kind) =>
        store.First(
            $"select count(*) from resources where {Had(only)} and kind = @kind and {IsThere}",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@source", source),
            ("@only", only),
            ("@kind", kind)
        );

    /// <summary>
    /// Notes that a resource is other than it was by what is not in its row; what is deleted stays as it is.
    /// </summary>
    public static int Touch(StoreSession store, ResourceId id, Instant now) =>
        store.Execute(
            "update resources set version = version + 1, modified = @now where id = @id and deleted is null",
            ("@now", now),
            ("@id", id)
        );

    /// <summary>
    /// The same of the groups that nobody has claimed and that show a user, as one who is only in Slack.
    /// </summary>
    public static int TouchUnclaimedWith(StoreSession store, ResourceId user, Instant now) =>
        store.Execute(
            "update resources set version = version + 1, modified = @now where source_id is null and id in "
                + "(select group_id from members where member_id = @user and wanted = @unsaid and in_slack = @yes)",
            ("@now", now),
            ("@user", user),
            ("@unsaid", Tri.Neither),
            ("@yes", Tri.Yes)
        );

    /// <summary>Some of the users and groups that a source has, or the one that is meant, each with its link.</summary>
    public static List<(ResourceId Id, LinkId Link)> OfSource(
        StoreSession store,
        TenantId tenantId,
        int source,
        ResourceId? only,
        int most
    ) =>
        store.All(
            $"select id, link_id from resources where {Had(only)} and {IsThere} and link_id is not null order by id limit @most",
            row => (new ResourceId(row.Id()), row.Number<LinkId>()),
            ("@tenant", tenantId),
            ("@source", source),
            ("@only", only),
            ("@most", most)
        );

    /// <summary>
    /// Hands some of what one source has over to another: of all, or of the one that is meant. An externalId is the
    /// source's own (RFC 7643 section 3.1): that of a deleted user says nothing to the other.
    /// </summary>
    public static int HandOver(StoreSession store, TenantId tenantId, int from, int to, ResourceId? only, int most) =>
        store.Execute(
            $"update resources set source_id = @to, external_id = case when deleted is null then external_id end where id in (select id from resources where {Had(only)} limit @most)",
            ("@to", to),
            ("@tenant", tenantId),
            ("@source", from),
            ("@only", only),
            ("@most", most)
        );

    /// <summary>Keeps what is waived; true if that is other than before.</summary>
    public static bool SetWaived(StoreSession store, ResourceId id, Waived waived) =>
        store.Execute(
            "update resources set waived = @waived where id = @id and waived <> @waived",
            ("@waived", waived.ToString()),
            ("@id", id)
        ) == 1;

    /// <summary>Writes a user, and the addresses by which it is found; gives it back as it is now.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="user">The user.</param>
    /// <param name="document">Its document, where that is at hand.</param>
    /// <exception cref="ScimException">Another one is shown under its userName.</exception>
    public static Resource SaveUser(StoreSession store, Resource user, ScimResource? document = null)
    {
        var saved = Save(store, user);
        Emails.Set(
            store,
            user,
            isNew: user.Kept is null,
            user.Deleted is null ? UserAddresses.Keys(document ?? user.Read()) : []
        );
        return saved;
    }

    /// <summary>Writes the row, not the addresses of a user; gives it back as it is now.</summary>
    /// <exception cref="ScimException">Another one is shown under its name.</exception>
    public static Resource Save(StoreSession store, Resource r)
    {
        try
        {
            if (r.Kept is null)
                ResourceRow.Insert(store, r);
            else
                ResourceRow.Update(store, r);
            if (r.Kept is { } kept && kept != r.Now)
                ResourceRow.UpdateKeys(store, r);
            return r with { Kept = r.Now };
        }
        catch (UniqueViolationException e) when (e.Index is UniqueIndex.UserName or UniqueIndex.GroupName)
        {
            throw ScimException.Uniqueness(
                r.Kind == Kind.User ? "Another user has this userName." : "Another group has this displayName."
            );
        }
    }

    /// <summary>The ids of all that a link was or is of.</summary>
    public static List<ResourceId> Of(StoreSession store, LinkId link) =>
        store.All("select id from resources where link_id = @link", row => row.Id<ResourceId>(), ("@link", link));

    /// <summary>Leaves of all that a link was of tombstones without any word of a person.</summary>
    public static void ForgetWords(StoreSession store, LinkId link, Instant now) =>
        store.Put(
            "update resources set document = @nothing, previous = null, asserted = '', previous_asserted = null, user_name_key = null, "
                + "display_name_key = null, external_id = null, manager = null, email_keys = null, display_name = null, "
                + "version = version + 1, deleted = coalesce(deleted, @now) where link_id = @link",
            ("@nothing", "{}"u8.ToArray()),
            ("@now", now),
            ("@link", link)
        );

    /// <summary>Forgets a resource that nothing came of.</summary>
    public static int Delete(StoreSession store, ResourceId id) =>
        store.Execute("delete from resources where id = @id", ("@id", id));

    // What a source has in a tenant: all of it, or the one that is meant.
    private static string Had(ResourceId? only) =>
        "tenant_id = @tenant and source_id = @source" + (only is null ? "" : " and id = @only");

    /// <summary>The answer to the last change is out: what it replaced is not needed any more.</summary>
    public static void ForgetPrevious(StoreSession store, ResourceId id) =>
        store.Put(
            "update resources set previous = null, previous_asserted = null, previous_waived = null where id = @id",
            ("@id", id)
        );
}
