using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Member rows as far as groups are in groups.</summary>
internal static class NestedMembers
{
    // A group is in another one as long as both are shown and a source wants it there.
    private const string Is = "m.kind = 1 and m.wanted = 1 and not m.gone";

    private const string Below =
        $"with recursive below(id) as (select m.member_id from members m where m.group_id = @group and {Is} "
        + $"union select m.member_id from below b join members m on m.group_id = b.id where {Is})";

    // A user who is being deleted keeps the place: Slack may refuse that, and else the account says the rest.
    private static readonly string _inIt = $"m.wanted = 1 and m.source_id <> {Members.ByNesting} and b.id <> @group";

    /// <summary>The users in the groups in a group, at whatever depth.</summary>
    public static List<ResourceId> Users(StoreSession store, GroupId group) =>
        store.All(
            $"{Below} select distinct m.member_id from below b join members m on m.group_id = b.id where m.kind = 0 and {_inIt}",
            row => row.Id<ResourceId>(),
            ("@group", group)
        );

    /// <summary>Whether one is among them.</summary>
    public static bool Has(StoreSession store, GroupId group, ResourceId member) =>
        store.Any(
            $"{Below} select 1 from below b join members m on m.group_id = b.id and m.member_id = @member where {_inIt} limit 1",
            ("@group", group),
            ("@member", member)
        );

    /// <summary>
    /// Which of some accounts a source other than one wants in a group by a group in it, and which that is; the first there
    /// is.
    /// </summary>
    public static (string SlackId, int Source)? WantedByAnother(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> members,
        int source
    ) =>
        store.First(
            $"{Below} select l.slack_id, m.source_id from {store.Sql.Ids("@members")} cross join below b join members m on m.group_id = b.id and m.member_id = j.value "
                + $"join members n on n.group_id = @group and n.member_id = m.member_id and n.source_id = {Members.ByNesting} and n.wanted = 1 "
                + "join resources r on r.id = m.member_id join links l on l.id = r.link_id "
                + $"where {_inIt} and m.source_id <> @source limit 1",
            row => ((string, int)?)(row.Text(), row.Int()),
            ("@group", group),
            ("@members", members),
            ("@source", source)
        );

    /// <summary>
    /// Who is in a group by groups in it, or is to leave it so, and of whom Slack was not told: who is wanted, and who not.
    /// </summary>
    public static List<(ResourceId Member, bool IsWanted, bool IsBlocked)> Untold(StoreSession store, GroupId group) =>
        store.All(
            $"select member_id, wanted, blocked from members where group_id = @group and source_id = {Members.ByNesting} and wanted <> in_slack",
            row => (row.Id<ResourceId>(), row.Word<Tri>() == Tri.Yes, row.TextOrNull() is not null),
            ("@group", group)
        );

    /// <summary>The groups in a group, at whatever depth.</summary>
    public static List<GroupId> GroupsIn(StoreSession store, GroupId group, int most) =>
        store.All(
            $"{Below} select id from below limit @most",
            row => row.Id<GroupId>(),
            ("@group", group),
            ("@most", most)
        );

    /// <summary>The groups around one, at whatever depth.</summary>
    public static List<GroupId> GroupsAround(StoreSession store, GroupId group, int most) =>
        store.All(
            $"with recursive around(id) as (select m.group_id from members m where m.member_id = @group and {Is} "
                + $"union select m.group_id from around a join members m on m.member_id = a.id where {Is}) select id from around limit @most",
            row => row.Id<GroupId>(),
            ("@group", group),
            ("@most", most)
        );

    /// <summary>A tenant's groups with groups in them, or with members by them.</summary>
    public static List<GroupId> Concerned(StoreSession store, TenantId tenantId) =>
        store.All(
            "select distinct m.group_id from members m join resources g on g.id = m.group_id where g.tenant_id = @tenant and g.deleted is null "
                + "and (m.kind = 1 or m.source_id = @nesting)",
            row => row.Id<GroupId>(),
            ("@tenant", tenantId),
            ("@nesting", Members.ByNesting)
        );
}
