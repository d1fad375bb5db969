using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>What Slack is told of a group's members, and what came of it.</summary>
internal static class ToldMembers
{
    /// <summary>
    /// Reads the rows that can be told to Slack now: while an operator has to decide whose an account is, or whether it
    /// stays, nobody comes into a group by it.
    /// </summary>
    public const string ToTell =
        "select m.member_id, m.source_id, m.stamp, l.slack_id, m.wanted from members m join resources r on r.id = m.member_id join links l on l.id = r.link_id "
        + "where m.group_id = @group and m.blocked is null and m.wanted <> 0 and m.wanted <> m.in_slack and l.reachable = @yes "
        + "and (m.wanted = @no or (r.active = @yes and r.deleted is null and l.state <> @held)) order by m.wanted desc, m.member_id limit @most";

    // The rows that say what they said when they were planned.
    private static string AsPlanned(SqlDialect sql) =>
        $"from {sql.Entries("@planned")} join members m on m.group_id = @group and m.member_id = {sql.EntryId} "
        + $"and m.source_id = {sql.EntryNumber(1)} and m.stamp = {sql.EntryNumber(2)}";

    /// <summary>The rows that can be told to Slack now, those who go before those who come.</summary>
    public static List<PlannedMember> Planned(StoreSession store, GroupId group, int most) =>
        store.All(
            ToTell,
            row => new PlannedMember(
                row.Id<ResourceId>(),
                row.Int(),
                row.Long(),
                row.Text(),
                row.Word<Tri>() == Tri.Yes
            ),
            ("@held", LinkState.Held),
            ("@group", group),
            ("@yes", true),
            ("@no", Tri.No),
            ("@most", most)
        );

    /// <summary>Who of those who are listed is to leave and may be in the group at Slack.</summary>
    public static List<ResourceId> MayBeInSlack(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> members
    ) =>
        store.All(
            $"select m.member_id from {store.Sql.Ids("@members")} cross join members m where m.group_id = @group and m.member_id = j.value "
                + "and m.wanted = @no and m.in_slack <> @no and m.blocked is null",
            row => row.Id<ResourceId>(),
            ("@group", group),
            ("@members", members),
            ("@no", Tri.No)
        );

    /// <summary>Who of all members is to leave and may be in the group at Slack.</summary>
    public static List<ResourceId> Leaving(StoreSession store, GroupId group) =>
        store.All(
            "select distinct member_id from members where group_id = @group and wanted = @no and in_slack <> @no and blocked is null order by member_id",
            row => row.Id<ResourceId>(),
            ("@group", group),
            ("@no", Tri.No)
        );

    /// <summary>Whether anybody who was to leave stays by an operator's word.</summary>
    public static bool AnyDismissed(StoreSession store, GroupId group) =>
        store.Any(
            "select 1 from members where group_id = @group and wanted = @no and blocked = @why limit 1",
            ("@group", group),
            ("@no", Tri.No),
            ("@why", nameof(ReasonCode.Dismissed))
        );

    /// <summary>
    /// What a call did: who came is in, who went has no row any more. Only for rows that say what they said when it was
    /// planned.
    /// </summary>
    public static void Told(StoreSession store, GroupId group, IReadOnlyCollection<PlannedMember> members)
    {
        var told = members.ToLookup(member => member.Adds);
        // All sources' rows of a member know the same of Slack.
        if (told[true].Any())
            store.Put(
                $"update members set in_slack = @yes where group_id = @group and member_id in (select m.member_id {AsPlanned(store.Sql)})",
                ("@yes", Tri.Yes),
                ("@group", group),
                ("@planned", Json(told[true]))
            );
        if (told[false].Any())
            store.Put(
                $"delete from members where group_id = @group and (member_id, source_id) in (select m.member_id, m.source_id {AsPlanned(store.Sql)})",
                ("@group", group),
                ("@planned", Json(told[false]))
            );
    }

    /// <summary>What a call without an answer may have done is unknown, and unknown is always planned.</summary>
    public static void Forget(StoreSession store, GroupId group, IReadOnlyCollection<PlannedMember> members) =>
        Forget(store, group, members.Select(member => member.Member));

    /// <summary>The same of some members, whatever is said of them.</summary>
    public static void Forget(StoreSession store, GroupId group, IEnumerable<ResourceId> members) =>
        store.Put(
            $"update members set in_slack = @unknown, stamp = stamp + 1 where group_id = @group and member_id in {store.Sql.Members}",
            ("@unknown", Tri.Neither),
            ("@group", group),
            ("@members", members)
        );

    /// <summary>The same of all members: which group Slack has by now, and who is in it, is not known.</summary>
    public static void ForgetAll(StoreSession store, GroupId group) =>
        store.Put(
            "update members set in_slack = @unknown, stamp = stamp + 1 where group_id = @group",
            ("@unknown", Tri.Neither),
            ("@group", group)
        );

    /// <summary>A group was made just now with some members: nobody else can be in it, and need not be told out.</summary>
    public static void NobodyElse(StoreSession store, GroupId group, IReadOnlyCollection<PlannedMember> members) =>
        store.Put(
            $"delete from members where group_id = @group and wanted <> @yes and member_id not in {store.Sql.Members}",
            ("@group", group),
            ("@yes", Tri.Yes),
            ("@members", members.Select(member => member.Member))
        );

    /// <summary>Those whom the tenant shows and of whom there is no row may be in the group at Slack.</summary>
    public static void Suppose(
        StoreSession store,
        TenantId tenantId,
        GroupId group,
        IReadOnlyCollection<ResourceId> members
    ) =>
        store.Put(
            "insert into members (group_id, member_id, source_id, wanted, in_slack, stamp) select @group, r.id, 0, @unsaid, @unknown, 0 "
                + $"from resources r where r.tenant_id = @tenant and r.kind = @kind and r.deleted is null and r.hidden = @no and r.id in {store.Sql.Members} "
                + "and not exists (select 1 from members m where m.group_id = @group and m.member_id = r.id)",
            ("@group", group),
            ("@unsaid", Tri.Neither),
            ("@unknown", Tri.Neither),
            ("@tenant", tenantId),
            ("@kind", Kind.User),
            ("@no", false),
            ("@members", members)
        );

    /// <summary>
    /// Slack does not take a member, as the row was when it was planned: since then its account may have changed.
    /// </summary>
    public static void Refuse(StoreSession store, GroupId group, PlannedMember member, Reason why, Instant now) =>
        store.Put(
            "update members set blocked = @why, refused = @now where group_id = @group and member_id = @member and "
                + "(select stamp from members where group_id = @group and member_id = @member and source_id = @source) = @stamp",
            ("@why", why.ToString()),
            ("@now", now),
            ("@group", group),
            ("@member", member.Member),
            ("@source", member.Source),
            ("@stamp", member.Stamp)
        );

    /// <summary>Has those tried again whom Slack refused before a time.</summary>
    public static void TryAgain(StoreSession store, GroupId group, Instant before) =>
        store.Put(
            "update members set blocked = null, refused = null where group_id = @group and refused is not null and refused < @before",
            ("@group", group),
            ("@before", before)
        );

    /// <summary>Slack has no room for anybody more, until somebody leaves.</summary>
    public static void Full(StoreSession store, GroupId group, Instant now) =>
        store.Put(
            $"update members set blocked = @why, refused = @now where group_id = @group and wanted = @yes and {Members.ToDo}",
            ("@why", nameof(ReasonCode.GroupFull)),
            ("@now", now),
            ("@group", group),
            ("@yes", Tri.Yes)
        );

    /// <summary>Somebody has left, so those whom Slack had no room for are tried again.</summary>
    public static void HasRoom(StoreSession store, GroupId group) =>
        store.Put(
            "update members set blocked = null, refused = null where group_id = @group and refused is not null and blocked = @why",
            ("@group", group),
            ("@why", nameof(ReasonCode.GroupFull))
        );

    /// <summary>The groups with a member for others of whom Slack had no room.</summary>
    public static List<ResourceId> FullWith(StoreSession store, ResourceId member) =>
        store.All(
            "select distinct group_id from members where refused is not null and blocked = @why and group_id in (select group_id from members where member_id = @member)",
            row => row.Id<ResourceId>(),
            ("@why", nameof(ReasonCode.GroupFull)),
            ("@member", member)
        );

    /// <summary>All rows of a group that is new to Slack: nobody is in it there.</summary>
    public static void NobodyInSlack(StoreSession store, GroupId group)
    {
        store.Put(
            "delete from members where group_id = @group and wanted <> @yes",
            ("@group", group),
            ("@yes", Tri.Yes)
        );
        store.Put(
            "update members set in_slack = @no, stamp = stamp + 1 where group_id = @group",
            ("@no", Tri.No),
            ("@group", group)
        );
    }

    private static string Json(IEnumerable<PlannedMember> members) =>
        $"[{string.Join(',', members.Select(one => $"[\"{one.Member.ToString().ToUpperInvariant()}\",{one.Source},{one.Stamp}]"))}]";
}
