using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Who is wanted in a group, and who no longer, as sources say it.</summary>
internal static class MemberWishes
{
    /// <summary>A source wants those of whom there is no row.</summary>
    public static void Insert(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members, int source) =>
        store.Put(
            "insert into members (group_id, member_id, kind, source_id, wanted, in_slack, stamp, gone, blocked) "
                + $"select @group, r.id, r.kind, @source, @yes, @no, 0, @gone or r.deleted is not null, {Members.InTheWay} "
                + $"from {store.Sql.Ids("@members")} join resources r on r.id = j.value left join links l on l.id = r.link_id",
            [
                ("@group", group),
                ("@source", source),
                ("@yes", Tri.Yes),
                ("@no", Tri.No),
                ("@gone", source == Members.ByNesting),
                .. Members.InTheWayIs,
                ("@members", members),
            ]
        );

    /// <summary>A source wants those whom others want; what is known of Slack is known to all.</summary>
    public static void InsertBeside(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> members,
        int source
    ) =>
        store.Put(
            "insert into members (group_id, member_id, kind, source_id, wanted, in_slack, stamp, gone) "
                + $"select @group, o.member_id, max(o.kind), @source, @yes, max(o.in_slack), max(o.stamp) + 1, {Members.IsGone} "
                + $"from members o where o.group_id = @group and o.member_id in {store.Sql.Members} group by o.member_id",
            ("@group", group),
            ("@source", source),
            ("@yes", Tri.Yes),
            ("@gone", source == Members.ByNesting),
            ("@members", members)
        );

    /// <summary>
    /// A source wants those who were to go, or are only in Slack: what it turns back may have been told already.
    /// </summary>
    public static void TurnBack(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> members,
        int source
    ) =>
        store.Put(
            $"update members set source_id = @source, wanted = @yes, gone = {Members.IsGone}, in_slack = case when wanted = @no then @unknown else in_slack end, stamp = stamp + 1, "
                + $"refused = null, blocked = ({Members.WhyInTheWay}) where group_id = @group and member_id in {store.Sql.Members}",
            [
                ("@source", source),
                ("@gone", source == Members.ByNesting),
                ("@yes", Tri.Yes),
                ("@no", Tri.No),
                ("@unknown", Tri.Neither),
                .. Members.InTheWayIs,
                ("@group", group),
                ("@members", members),
            ]
        );

    /// <summary>Those go whom nobody else wants, as a source says.</summary>
    public static void Leave(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members, int source) =>
        store.Put(
            "update members set source_id = @source, wanted = @no, in_slack = case when in_slack = @yes then @yes else @unknown end, stamp = stamp + 1, "
                + $"refused = null, blocked = ({Members.WhyInTheWay}) where group_id = @group and member_id in {store.Sql.Members}",
            [
                ("@source", source),
                ("@yes", Tri.Yes),
                ("@no", Tri.No),
                ("@unknown", Tri.Neither),
                .. Members.InTheWayIs,
                ("@group", group),
                ("@members", members),
            ]
        );

    /// <summary>Forgets what a source says, or nobody.</summary>
    public static void Delete(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members, int source) =>
        store.Put(
            $"delete from members where group_id = @group and member_id in {store.Sql.Members} and source_id in (@source, 0)",
            ("@group", group),
            ("@members", members),
            ("@source", source)
        );
}
