using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Which holds are asked for: all that is named has to hold.</summary>
/// <param name="After">Only those listed after one.</param>
/// <param name="Reason">Only those for a reason.</param>
/// <param name="Link">Only those of a link, and of members of its group.</param>
internal sealed record HoldQuery(HoldId After = default, ReasonCode? Reason = null, LinkId? Link = null);

/// <summary>What waits for an operator's decision.</summary>
internal static class HoldRows
{
    private const string Columns = "id, tenant_id, link_id, member_id, reason, since, other_id, meant_id";

    /// <summary>A hold of a tenant; null if it is decided already.</summary>
    public static Hold? Find(StoreSession store, TenantId tenantId, HoldId id) =>
        store.First(
            $"select {Columns} from holds where tenant_id = @tenant and id = @id",
            ToHold,
            ("@tenant", tenantId),
            ("@id", id)
        );

    /// <summary>A tenant's that wait, oldest first.</summary>
    public static List<Hold> Of(StoreSession store, TenantId tenantId, HoldQuery query, int most) =>
        store.All(
            $"select {Columns} from holds where tenant_id = @tenant and meant_id is null and id > @after "
                + "and (@why = '' or reason = @why or substr(reason, 1, length(@why) + 1) = @why || ' ') "
                + "and (@any or link_id = @link) order by id limit @most",
            ToHold,
            ("@tenant", tenantId),
            ("@after", query.After),
            ("@why", query.Reason?.ToString() ?? ""),
            ("@any", query.Link is null),
            ("@link", query.Link ?? default),
            ("@most", most)
        );

    /// <summary>So many of a tenant's after one, also those that are decided and not yet done.</summary>
    public static List<Hold> After(StoreSession store, TenantId tenantId, HoldId after, int most) =>
        store.All(
            $"select {Columns} from holds where tenant_id = @tenant and id > @after order by id limit @most",
            ToHold,
            ("@tenant", tenantId),
            ("@after", after),
            ("@most", most)
        );

    /// <summary>How many of a tenant's are open since before a time.</summary>
    public static long CountOpen(StoreSession store, TenantId tenantId, Instant before) =>
        store.First(
            "select count(*) from holds where tenant_id = @tenant and since < @before",
            row => row.Long(),
            ("@tenant", tenantId),
            ("@before", before)
        );

    /// <summary>Lists a link, or a member of its group; false if it is listed for the same reason already.</summary>
    public static bool TryInsert(
        StoreSession store,
        TenantId tenantId,
        LinkId link,
        Reason why,
        Instant now,
        ResourceId? member = null,
        LinkId? other = null
    ) =>
        store.Execute(
            "insert into holds (tenant_id, link_id, member_id, reason, since, other_id) select @tenant, @link, @member, @why, @now, @other "
                + "where not exists (select 1 from holds where tenant_id = @tenant and link_id = @link and reason = @why and coalesce(member_id, @nobody) = coalesce(@member, @nobody))",
            ("@tenant", tenantId),
            ("@link", link),
            ("@member", member),
            ("@why", why.ToString()),
            ("@now", now),
            ("@other", other),
            ("@nobody", Guid.Empty)
        ) > 0;

    /// <summary>Lists members of a link's group; says how many were not listed for the same reason already.</summary>
    public static int InsertAll(
        StoreSession store,
        TenantId tenantId,
        LinkId link,
        Reason why,
        Instant now,
        IReadOnlyCollection<ResourceId> members
    ) =>
        store.Execute(
            $"insert into holds (tenant_id, link_id, member_id, reason, since) select @tenant, @link, j.value, @why, @now from {store.Sql.Ids("@members")} "
                + "where j.value not in (select member_id from holds where tenant_id = @tenant and link_id = @link and reason = @why and member_id is not null)",
            ("@tenant", tenantId),
            ("@link", link),
            ("@why", why.ToString()),
            ("@now", now),
            ("@members", members)
        );

    /// <summary>An operator says which of two accounts was meant.</summary>
    public static void Mean(StoreSession store, Hold hold, LinkId meant) =>
        store.Put("update holds set meant_id = @meant where id = @id", ("@meant", meant), ("@id", hold.Id));

    /// <summary>
    /// What an operator said is meant where a provider asks for a link or another one; null if nobody has.
    /// </summary>
    public static LinkId? Meant(StoreSession store, TenantId tenantId, LinkId link) =>
        store.First(
            "select meant_id from holds where tenant_id = @tenant and link_id = @link and meant_id is not null order by id desc limit 1",
            row => (LinkId?)row.Number<LinkId>(),
            ("@tenant", tenantId),
            ("@link", link)
        );

    /// <summary>What is held of a member is decided on wherever its rows go.</summary>
    public static void Hand(StoreSession store, ResourceId former, ResourceId member) =>
        store.Put(
            "update holds set member_id = @member where member_id = @former",
            ("@member", member),
            ("@former", former)
        );

    /// <summary>What is listed of a link itself is no more to be decided.</summary>
    public static void Close(StoreSession store, TenantId tenantId, LinkId link) =>
        store.Put(
            "delete from holds where tenant_id = @tenant and (link_id = @link or meant_id = @link) and member_id is null",
            ("@tenant", tenantId),
            ("@link", link)
        );

    /// <summary>What is listed of a link for a reason is no more to be decided.</summary>
    public static void Close(StoreSession store, TenantId tenantId, LinkId link, ReasonCode why) =>
        store.Put(
            "delete from holds where tenant_id = @tenant and link_id = @link and reason = @why and meant_id is null and member_id is null",
            ("@tenant", tenantId),
            ("@link", link),
            ("@why", why.ToString())
        );

    /// <summary>Which of two accounts is meant is another question, since one of them is another in Slack by now.</summary>
    public static void CloseOfTwo(StoreSession store, TenantId tenantId, LinkId link) =>
        store.Put(
            "delete from holds where tenant_id = @tenant and (link_id = @link or other_id = @link) and other_id is not null and meant_id is null",
            ("@tenant", tenantId),
            ("@link", link)
        );

    /// <summary>One is decided.</summary>
    public static void Delete(StoreSession store, Hold hold) =>
        store.Put("delete from holds where id = @id", ("@id", hold.Id));

    /// <summary>Forgets all that is listed of members of a group.</summary>
    public static void DeleteAll(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members) =>
        store.Put(
            "delete from holds where (tenant_id, link_id) = (select tenant_id, link_id from resources where id = @group) "
                + $"and member_id in {store.Sql.Members}",
            ("@group", group),
            ("@members", members)
        );

    /// <summary>Forgets all that is listed of members of a link's group.</summary>
    public static void DeleteMembers(StoreSession store, LinkId link) =>
        store.Put("delete from holds where link_id = @link and member_id is not null", ("@link", link));

    /// <summary>What is listed of a member, in whatever groups.</summary>
    public static List<Hold> OfMember(StoreSession store, ResourceId member) =>
        store.All($"select {Columns} from holds where member_id = @member order by id", ToHold, ("@member", member));

    /// <summary>Forgets all that is listed of a member, in whatever groups.</summary>
    public static void DeleteOf(StoreSession store, ResourceId member) =>
        store.Put("delete from holds where member_id = @member", ("@member", member));

    /// <summary>Forgets all that is listed of a link, and of members of its group.</summary>
    public static void DeleteAll(StoreSession store, LinkId link) =>
        store.Put("delete from holds where link_id = @link", ("@link", link));

    /// <summary>
    /// Forgets all that is listed of a link, and where it is one of the accounts of which one may be meant.
    /// </summary>
    public static void DeleteAbout(StoreSession store, TenantId tenantId, LinkId link) =>
        store.Put(
            "delete from holds where tenant_id = @tenant and (link_id = @link or other_id = @link or meant_id = @link)",
            ("@tenant", tenantId),
            ("@link", link)
        );

    private static Hold ToHold(Row row) =>
        new()
        {
            Id = row.Number<HoldId>(),
            TenantId = row.Number<TenantId>(),
            LinkId = row.Number<LinkId>(),
            MemberId = row.IdOrNull<ResourceId>(),
            Reason = Reason.Parse(row.Text())!,
            Since = row.Number<Instant>(),
            OtherId = row.NumberOrNull<LinkId>(),
            MeantId = row.NumberOrNull<LinkId>(),
        };
}
