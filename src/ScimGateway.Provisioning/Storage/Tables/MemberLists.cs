using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Who is in groups, listed and counted.</summary>
internal static class MemberLists
{
    /// <summary>
    /// Those whom a source wants in a group and who are there, or may be again, and what they are: of others who are
    /// deleted nobody speaks by a list.
    /// </summary>
    public static List<(ResourceId Id, Kind Kind)> WantedBy(StoreSession store, GroupId group, int source) =>
        store.All(
            "select member_id, kind from members where group_id = @group and source_id = @source and wanted = @yes "
                + $"and (gone = @gone or exists (select 1 from resources r where r.id = member_id and {Members.MayBeBack}))",
            row => (row.Id<ResourceId>(), row.Word<Kind>()),
            ("@group", group),
            ("@source", source),
            ("@yes", Tri.Yes),
            ("@gone", source == Members.ByNesting)
        );

    /// <summary>What each is of those who are listed and whom the tenant shows, or may show again.</summary>
    public static Dictionary<ResourceId, Kind> Shown(
        StoreSession store,
        TenantId tenantId,
        IReadOnlyCollection<ResourceId> members
    )
    {
        var shown = new Dictionary<ResourceId, Kind>(members.Count);
        store.Each(
            $"select r.id, r.kind from {store.Sql.Ids("@members")} join resources r on r.id = j.value where r.tenant_id = @tenant and r.hidden = @no "
                + $"and (r.deleted is null or {Members.MayBeBack})",
            row =>
            {
                var id = row.Id<ResourceId>();
                shown[id] = row.Word<Kind>();
                return true;
            },
            ("@members", members),
            ("@tenant", tenantId),
            ("@no", false)
        );
        return shown;
    }

    /// <summary>Whether any of those who are listed is a group.</summary>
    public static bool AnyGroup(StoreSession store, IReadOnlyCollection<ResourceId> members) =>
        store.Any(
            $"select 1 from {store.Sql.Ids("@members")} join resources r on r.id = j.value where r.kind = @group limit 1",
            ("@members", members),
            ("@group", Kind.Group)
        );

    /// <summary>Whether any of those who are listed is wanted in a group itself.</summary>
    public static bool AnyWanted(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members) =>
        store.Any(
            $"select 1 from {store.Sql.Ids("@members")} join members m on m.group_id = @group and m.member_id = j.value "
                + "where m.wanted = @yes and m.source_id <> @nesting limit 1",
            ("@members", members),
            ("@group", group),
            ("@yes", Tri.Yes),
            ("@nesting", Members.ByNesting)
        );

    /// <summary>Whether a source wants a member in a group.</summary>
    public static bool IsWantedBy(StoreSession store, GroupId group, ResourceId member, int source) =>
        store.First(
            "select 1 from members where group_id = @group and member_id = @member and source_id = @source and wanted = @yes",
            row => row.Int(),
            ("@group", group),
            ("@member", member),
            ("@source", source),
            ("@yes", Tri.Yes)
        ) == 1;

    /// <summary>Those who are only in Slack.</summary>
    public static List<ResourceId> OnlyInSlack(StoreSession store, GroupId group) =>
        store.All(
            "select member_id from members where group_id = @group and source_id = 0 and wanted = @unsaid",
            row => row.Id<ResourceId>(),
            ("@group", group),
            ("@unsaid", Tri.Neither)
        );

    /// <summary>Why members of a group wait, and how many of them.</summary>
    public static List<(Reason Why, int Members)> WhyWaiting(StoreSession store, GroupId group) =>
        store.All(
            "select m.blocked, count(distinct m.member_id) from members m join resources r on r.id = m.member_id where m.group_id = @group and m.blocked is not null and r.deleted is null group by m.blocked order by 2 desc",
            row => (Reason.Parse(row.Text())!, row.Int()),
            ("@group", group)
        );

    /// <summary>Why some of those who are listed are not told to Slack, and how many.</summary>
    public static List<(Reason Why, int Members)> Blocked(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> members
    ) =>
        store.All(
            $"select blocked, count(distinct member_id) from members where group_id = @group and member_id in {store.Sql.Members} and blocked is not null group by blocked",
            row => (Reason.Parse(row.Text())!, row.Int()),
            ("@group", group),
            ("@members", members)
        );

    /// <summary>How many a source wants in groups, or in the one that is meant.</summary>
    public static int Count(StoreSession store, int source, ResourceId? only) =>
        store.First(
            $"select count(*) from members where {Said(only)}",
            row => row.Int(),
            ("@source", source),
            ("@only", only)
        );

    /// <summary>How many of those who are listed are to leave, and have no account since an operator has ended the claim.</summary>
    public static int CountUnlinked(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members) =>
        store.First(
            $"select count(*) from {store.Sql.Ids("@members")} cross join members m join resources r on r.id = m.member_id join links l on l.id = r.link_id "
                + "where m.group_id = @group and m.member_id = j.value and m.wanted = @no and l.reason = @unlinked",
            row => row.Int(),
            ("@members", members),
            ("@group", group),
            ("@no", Tri.No),
            ("@unlinked", nameof(ReasonCode.Unlinked))
        );

    /// <summary>How many are shown in a group, once for each source that wants them.</summary>
    public static int CountWanted(StoreSession store, GroupId group) =>
        store.First(
            "select count(*) from members where group_id = @group and wanted = @yes",
            row => row.Int(),
            ("@group", group),
            ("@yes", Tri.Yes)
        );

    /// <summary>
    /// How many members Slack has or may get in a group, without those whom the guard has counted after a time. Nested groups
    /// and users without an account are not among them.
    /// </summary>
    public static int CountOthers(StoreSession store, TenantId tenantId, GroupId group, Instant after) =>
        store.First(
            "select count(distinct m.member_id) from members m where m.group_id = @group and (m.in_slack <> @no or (m.wanted <> @no and m.blocked is null)) "
                + "and not exists (select 1 from guarded_changes g where g.tenant_id = @tenant and g.what = @what and g.group_id = @group "
                + "and g.subject = lower(cast(m.member_id as text)) and g.at > @after)",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@what", Guarded.Member),
            ("@group", group),
            ("@after", after),
            ("@no", Tri.No)
        );

    /// <summary>Some of the rows of a source, in all groups or in the one that is meant.</summary>
    public static List<(GroupId Group, ResourceId Member)> OfSource(
        StoreSession store,
        int source,
        ResourceId? only,
        int most
    ) =>
        store.All(
            $"select group_id, member_id from members where {Said(only)} limit @most",
            row => (row.Id<GroupId>(), row.Id<ResourceId>()),
            ("@source", source),
            ("@only", only),
            ("@most", most)
        );

    // What a source says: of all groups, or of the one that is meant.
    private static string Said(ResourceId? only) =>
        "source_id = @source" + (only is null ? "" : " and group_id = @only");
}
