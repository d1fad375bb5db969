using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Users and groups as they are wanted.</summary>
internal static class Resources
{
    private const string Columns =
        "id, tenant_id, kind, source_id, link_id, version, document, previous, asserted, previous_asserted, waived, previous_waived, user_name_key, "
        + "display_name_key, external_id, manager, active, hidden, rule_id, created, modified, deleted, email_keys, display_name";

    /// <summary>The resource of an id; null if there is none.</summary>
    public static Resource? Find(StoreSession store, ResourceId? id) =>
        store.First($"select {Columns} from resources where id = @id", ToResource, ("@id", id));

    /// <summary>A user or group of a tenant as providers see it; null if there is none.</summary>
    public static Resource? Shown(StoreSession store, TenantId tenantId, Kind kind, ResourceId id) =>
        store.First(
            $"select {Columns} from resources where id = @id and tenant_id = @tenant and kind = @kind and deleted is null and hidden = @no",
            ToResource,
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
            $"select {Columns} from resources where link_id = @link and deleted is not null order by deleted desc limit 1",
            ToResource,
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

    /// <summary>Who is shown under a userName, by its key; null if nobody is.</summary>
    public static Resource? OfUserName(StoreSession store, TenantId tenantId, string key) =>
        store.First(
            $"select {Columns} from resources where tenant_id = @tenant and user_name_key = @key",
            ToResource,
            ("@tenant", tenantId),
            ("@key", key)
        );

    /// <summary>The group that is shown under a name, by its key; null if none is.</summary>
    public static Resource? OfGroupName(StoreSession store, TenantId tenantId, string key) =>
        store.First(
            $"select {Columns} from resources where tenant_id = @tenant and display_name_key = @key and kind = 1",
            ToResource,
            ("@tenant", tenantId),
            ("@key", key)
        );

    /// <summary>Whether another resource is shown under a userName, by its key.</summary>
    public static bool IsUserNameTaken(StoreSession store, TenantId tenantId, string? key, ResourceId by) =>
        store.Any(
            "select 1 from resources where tenant_id = @tenant and user_name_key = @key and id <> @id",
            ("@tenant", tenantId),
            ("@key", key),
            ("@id", by)
        );

    /// <summary>Whether another group is shown under a name, by its key.</summary>
    public static bool IsGroupNameTaken(StoreSession store, TenantId tenantId, string? key, ResourceId by) =>
        store.Any(
            "select 1 from resources where tenant_id = @tenant and display_name_key = @key and kind = 1 and id <> @id",
            ("@tenant", tenantId),
            ("@key", key),
            ("@id", by)
        );

    /// <summary>How many of a kind a source has, or whether it has the one that is meant.</summary>
    public static int Count(StoreSession store, TenantId tenantId, int source, ResourceId? only, Kind kind) =>
        store.First(
            $"select count(*) from resources where {Had(only)} and kind = @kind and deleted is null",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@source", source),
            ("@only", only),
            ("@kind", kind)
        );

    /// <summary>
    /// Claimed users as a change of rules looks at them, in the order of their ids: those after one, up to another.
    /// </summary>
    public static List<ScopedUser> Scoped(
        StoreSession store,
        TenantId tenantId,
        ResourceId after,
        ResourceId? last,
        int most
    ) =>
        store.All(
            "select r.id, r.link_id, r.rule_id, r.waived, l.absent, l.slack_id is not null or l.ask_first, r.document from resources r join links l on l.id = r.link_id "
                + "where r.tenant_id = @tenant and r.kind = 0 and r.deleted is null and r.source_id is not null and r.id > @after "
                + (last is null ? "" : "and r.id <= @last ")
                + "order by r.id limit @most",
            row => new ScopedUser(
                row.Id<ResourceId>(),
                row.Number<LinkId>(),
                row.IntOrNull(),
                Waived.Parse(row.Text()),
                row.Flag(),
                row.Flag(),
                row.Bytes()
            ),
            ("@tenant", tenantId),
            ("@after", after),
            ("@last", last),
            ("@most", most)
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

    /// <summary>Keeps by which rule a user is in scope, and what is waived of it.</summary>
    public static int SetScope(StoreSession store, ResourceId id, int? rule, Waived waived) =>
        store.Execute(
            "update resources set rule_id = @rule, waived = @waived where id = @id",
            ("@rule", rule),
            ("@waived", waived.ToString()),
            ("@id", id)
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
                Insert(store, r);
            else
                Update(store, r);
            if (r.Kept is { } kept && kept != r.Now)
                UpdateKeys(store, r);
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

    private static Resource ToResource(Row row)
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

    /// <summary>The answer to the last change is out: what it replaced is not needed any more.</summary>
    public static void ForgetPrevious(StoreSession store, ResourceId id) =>
        store.Put(
            "update resources set previous = null, previous_asserted = null, previous_waived = null where id = @id",
            ("@id", id)
        );

    private static void Update(StoreSession store, Resource r) =>
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

    private static void UpdateKeys(StoreSession store, Resource r) =>
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
