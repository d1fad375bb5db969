using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// The member rows of a group as they were before the request that waits for what Slack says to the group's name.
/// </summary>
internal static class FormerMembers
{
    private const string Same = "f.group_id = @group and f.member_id = members.member_id";

    /// <summary>Keeps what is said of those who are listed, before a source says otherwise.</summary>
    public static void Keep(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> members,
        int source,
        Instant at
    ) =>
        store.Put(
            "insert into former_members (group_id, member_id, asked_by, at, source_id, wanted, blocked, refused) "
                + $"select @group, j.value, @source, @at, m.source_id, m.wanted, m.blocked, m.refused from {store.Sql.Ids("@members")} "
                + "left join members m on m.group_id = @group and m.member_id = j.value and (m.wanted <> @yes or m.source_id = @source)",
            ("@group", group),
            ("@source", source),
            ("@at", at),
            ("@members", members),
            ("@yes", Tri.Yes)
        );

    /// <summary>All that is kept of a group.</summary>
    public static List<FormerMember> Of(StoreSession store, GroupId group) =>
        store.All(
            "select member_id, asked_by, at, source_id, wanted, blocked, refused from former_members where group_id = @group",
            row => new FormerMember
            {
                GroupId = group,
                MemberId = row.Id<ResourceId>(),
                AskedBy = row.Int(),
                At = row.Number<Instant>(),
                SourceId = row.IntOrNull(),
                Wanted = (Tri?)row.IntOrNull(),
                Blocked = row.TextOrNull() is { } why ? Reason.Parse(why) : null,
                Refused = row.NumberOrNull<Instant>(),
            },
            ("@group", group)
        );

    /// <summary>Of whom a source has spoken, and what they are.</summary>
    public static List<(ResourceId Id, Kind Kind)> SpokenOf(StoreSession store, GroupId group, int source) =>
        store.All(
            "select f.member_id, r.kind from former_members f join resources r on r.id = f.member_id where f.group_id = @group and f.asked_by = @source",
            row => (row.Id<ResourceId>(), row.Word<Kind>()),
            ("@group", group),
            ("@source", source)
        );

    /// <summary>A source has said of some since what is to be: that is not taken back.</summary>
    public static void Drop(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members, int source) =>
        store.Put(
            $"delete from former_members where group_id = @group and asked_by = @source and member_id in {store.Sql.Members}",
            ("@group", group),
            ("@source", source),
            ("@members", members)
        );

    /// <summary>Who was only in Slack, or was to go, is that again, unless somebody else wants the member by now.</summary>
    public static void BeAlone(StoreSession store, GroupId group)
    {
        store.Put(
            "update members set (source_id, wanted, stamp) = (select f.source_id, f.wanted, members.stamp + 1 "
                + $"from former_members f where {Same}) where group_id = @group and exists (select 1 from former_members f where {Same} "
                + "and f.wanted <> @yes and members.source_id = f.asked_by) "
                + "and not exists (select 1 from members o where o.group_id = @group and o.member_id = members.member_id and o.source_id <> members.source_id)",
            ("@group", group),
            ("@yes", Tri.Yes)
        );
        store.Put(
            "delete from members where group_id = @group and source_id = 0 and wanted = @unsaid and in_slack = @no "
                + $"and exists (select 1 from former_members f where {Same})",
            ("@group", group),
            ("@unsaid", Tri.Neither),
            ("@no", Tri.No)
        );
    }

    /// <summary>Who was wanted and was to go stays: no call for that has begun, or its outcome is known.</summary>
    public static void Stay(StoreSession store, GroupId group) =>
        store.Put(
            "update members set wanted = @yes, stamp = stamp + 1 where group_id = @group and wanted = @no "
                + $"and exists (select 1 from former_members f where {Same} and f.wanted = @yes and members.source_id = f.asked_by)",
            ("@yes", Tri.Yes),
            ("@no", Tri.No),
            ("@group", group)
        );

    /// <summary>Who was not wanted and is not in Slack was never told.</summary>
    public static void Untell(StoreSession store, GroupId group) =>
        store.Put(
            "delete from members where group_id = @group and wanted = @yes and in_slack = @no "
                + $"and exists (select 1 from former_members f where {Same} and f.wanted is null and members.source_id = f.asked_by)",
            ("@group", group),
            ("@yes", Tri.Yes),
            ("@no", Tri.No)
        );

    /// <summary>Who was not wanted and is wanted still.</summary>
    public static List<ResourceId> StillWanted(StoreSession store, GroupId group) =>
        store.All(
            "select f.member_id from former_members f join members m on m.group_id = @group and m.member_id = f.member_id and m.source_id = f.asked_by "
                + "where f.group_id = @group and m.wanted = @yes and (f.wanted is null or f.wanted <> @yes)",
            row => row.Id<ResourceId>(),
            ("@group", group),
            ("@yes", Tri.Yes)
        );

    /// <summary>What was in the way of a row that is as it was is in its way again.</summary>
    public static void BeBlocked(StoreSession store, GroupId group) =>
        store.Put(
            "update members set (blocked, refused) = (select coalesce(nullif(nullif(f.blocked, @unreachable), @nested), "
                + $"({Members.WhyInTheWay})), f.refused "
                + $"from former_members f where {Same}) where group_id = @group "
                + $"and exists (select 1 from former_members f where {Same} and f.source_id = members.source_id and f.wanted = members.wanted)",
            [("@unreachable", nameof(ReasonCode.NotReachable)), .. Members.InTheWayIs, ("@group", group)]
        );

    /// <summary>Nothing can be taken back any more.</summary>
    public static void Forget(StoreSession store, GroupId group) =>
        store.Put("delete from former_members where group_id = @group", ("@group", group));
}
