using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// The member rows of a group. Of one group and member there is either one row for each source that wants the member in
/// it, or one row alone: of a member who is to go, or of one who is only in Slack.
/// </summary>
internal static class Members
{
    /// <summary>
    /// A row that Slack does not agree with and that nothing is in the way of: said unlike what Slack has. The index
    /// has these words.
    /// </summary>
    public const string ToDo = "blocked is null and wanted <> 0 and wanted <> in_slack";

    /// <summary>The source of rows that follow from groups in groups; they are shown nowhere.</summary>
    public const int ByNesting = -1;

    private const string Columns = "group_id, member_id, source_id, wanted, in_slack, blocked, stamp";

    // Why a member cannot be told to Slack: it is a group, or has no account there.
    private const string InTheWay = "case when r.kind = 1 then @nested when l.reachable then null else @why end";

    /// <summary>The same, of the member of a row.</summary>
    public const string WhyInTheWay =
        $"select {InTheWay} from resources r left join links l on l.id = r.link_id where r.id = members.member_id";

    /// <summary>What is named in it.</summary>
    public static (string Name, object? Value)[] InTheWayIs { get; } =
    [("@nested", nameof(ReasonCode.NestedGroup)), ("@why", nameof(ReasonCode.NotReachable))];

    // Who is deleted by a request that still waits for Slack is there again if that is refused or withdrawn: what others
    // say of such a member meanwhile counts as if it had been said before.
    private const string MayBeBack =
        "exists (select 1 from links w where w.id = r.link_id and w.claimant_id = r.id and w.answer_by is not null)";

    // Rows of nesting are shown nowhere, nor are those of who is deleted.
    private const string IsGone =
        "@gone or exists (select 1 from resources r where r.id = member_id and r.deleted is not null)";

    /// <summary>The rows of all who are listed.</summary>
    public static List<Member> Of(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members) =>
        store.All(
            $"select {Columns} from members where group_id = @group and member_id in {store.Sql.Members}",
            ToMember,
            ("@group", group),
            ("@members", members)
        );

    /// <summary>A source wants those of whom there is no row.</summary>
    public static void Insert(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members, int source) =>
        store.Put(
            "insert into members (group_id, member_id, kind, source_id, wanted, in_slack, stamp, gone, blocked) "
                + $"select @group, r.id, r.kind, @source, @yes, @no, 0, @gone or r.deleted is not null, {InTheWay} "
                + $"from {store.Sql.Ids("@members")} join resources r on r.id = j.value left join links l on l.id = r.link_id",
            [
                ("@group", group),
                ("@source", source),
                ("@yes", Tri.Yes),
                ("@no", Tri.No),
                ("@gone", source == ByNesting),
                .. InTheWayIs,
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
                + $"select @group, o.member_id, max(o.kind), @source, @yes, max(o.in_slack), max(o.stamp) + 1, {IsGone} "
                + $"from members o where o.group_id = @group and o.member_id in {store.Sql.Members} group by o.member_id",
            ("@group", group),
            ("@source", source),
            ("@yes", Tri.Yes),
            ("@gone", source == ByNesting),
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
            $"update members set source_id = @source, wanted = @yes, gone = {IsGone}, in_slack = case when wanted = @no then @unknown else in_slack end, stamp = stamp + 1, "
                + $"refused = null, blocked = ({WhyInTheWay}) where group_id = @group and member_id in {store.Sql.Members}",
            [
                ("@source", source),
                ("@gone", source == ByNesting),
                ("@yes", Tri.Yes),
                ("@no", Tri.No),
                ("@unknown", Tri.Neither),
                .. InTheWayIs,
                ("@group", group),
                ("@members", members),
            ]
        );

    /// <summary>Those go whom nobody else wants, as a source says.</summary>
    public static void Leave(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members, int source) =>
        store.Put(
            "update members set source_id = @source, wanted = @no, in_slack = case when in_slack = @yes then @yes else @unknown end, stamp = stamp + 1, "
                + $"refused = null, blocked = ({WhyInTheWay}) where group_id = @group and member_id in {store.Sql.Members}",
            [
                ("@source", source),
                ("@yes", Tri.Yes),
                ("@no", Tri.No),
                ("@unknown", Tri.Neither),
                .. InTheWayIs,
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

    /// <summary>
    /// Notes why members cannot be told to Slack: they are groups, or have no account there. Nothing else is in the way
    /// of them any more.
    /// </summary>
    public static void Block(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members) =>
        store.Put(
            $"update members set blocked = ({WhyInTheWay}), refused = null where group_id = @group and member_id in {store.Sql.Members}",
            [.. InTheWayIs, ("@group", group), ("@members", members)]
        );

    /// <summary>Those who are not told to Slack for a reason.</summary>
    public static List<ResourceId> BlockedBy(StoreSession store, GroupId group, Reason why) =>
        store.All(
            "select distinct member_id from members where group_id = @group and blocked = @why",
            row => row.Id<ResourceId>(),
            ("@group", group),
            ("@why", why.ToString())
        );

    /// <summary>Who was to leave stays, by an operator's word.</summary>
    public static void Dismiss(StoreSession store, GroupId group, ResourceId member) =>
        store.Put(
            "update members set blocked = @why, refused = null where group_id = @group and member_id = @member and wanted = @no",
            ("@why", nameof(ReasonCode.Dismissed)),
            ("@group", group),
            ("@member", member),
            ("@no", Tri.No)
        );

    /// <summary>Slack does not hear of changes that a preference leaves out, or that the guard keeps.</summary>
    public static void LeaveOut(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> members,
        Reason why
    ) =>
        store.Put(
            $"update members set blocked = @why, refused = null where group_id = @group and member_id in {store.Sql.Members}",
            ("@why", why.ToString()),
            ("@group", group),
            ("@members", members)
        );

    /// <summary>An operator lets it be told.</summary>
    public static void Release(StoreSession store, GroupId group, ResourceId member) =>
        store.Put(
            "update members set blocked = null where group_id = @group and member_id = @member and wanted = @no",
            ("@group", group),
            ("@member", member),
            ("@no", Tri.No)
        );

    /// <summary>
    /// Those whom a source wants in a group and who are there, or may be again, and what they are: of others who are
    /// deleted nobody speaks by a list.
    /// </summary>
    public static List<(ResourceId Id, Kind Kind)> WantedBy(StoreSession store, GroupId group, int source) =>
        store.All(
            "select member_id, kind from members where group_id = @group and source_id = @source and wanted = @yes "
                + $"and (gone = @gone or exists (select 1 from resources r where r.id = member_id and {MayBeBack}))",
            row => (row.Id<ResourceId>(), row.Word<Kind>()),
            ("@group", group),
            ("@source", source),
            ("@yes", Tri.Yes),
            ("@gone", source == ByNesting)
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
                + $"and (r.deleted is null or {MayBeBack})",
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

    /// <summary>A member is deleted, or there again: shown nowhere, or where it was.</summary>
    public static void Hide(StoreSession store, ResourceId member, bool isGone) =>
        store.Put(
            "update members set gone = @gone where member_id = @member and source_id <> @nesting",
            ("@gone", isGone),
            ("@member", member),
            ("@nesting", ByNesting)
        );

    /// <summary>A user is not there after all.</summary>
    public static void Vanish(StoreSession store, ResourceId member) =>
        store.Put("delete from members where member_id = @member", ("@member", member));

    /// <summary>All rows of a group that is gone.</summary>
    public static void DropAll(StoreSession store, GroupId group) =>
        store.Put("delete from members where group_id = @group", ("@group", group));

    /// <summary>
    /// A member's account is there, or gone, so that nobody knows what groups Slack has it in; true if it is a member
    /// of any.
    /// </summary>
    public static bool Reach(StoreSession store, ResourceId member, bool isReachable) =>
        // What a preference leaves out stays out.
        store.Execute(
            "update members set in_slack = @unknown, stamp = stamp + 1, refused = null, "
                + "blocked = case when blocked is null or blocked in (@unreachable, @taken_out) or refused is not null then @why else blocked end where member_id = @member",
            ("@unknown", Tri.Neither),
            ("@unreachable", nameof(ReasonCode.NotReachable)),
            ("@taken_out", nameof(ReasonCode.TakenOut)),
            ("@why", isReachable ? null : nameof(ReasonCode.NotReachable)),
            ("@member", member)
        ) > 0;

    /// <summary>Why members of a group wait, and how many of them.</summary>
    public static List<(Reason Why, int Members)> WhyWaiting(StoreSession store, GroupId group) =>
        store.All(
            "select blocked, count(distinct member_id) from members where group_id = @group and blocked is not null group by blocked order by 2 desc",
            row => (Reason.Parse(row.Text())!, row.Int()),
            ("@group", group)
        );

    /// <summary>The groups that have something to tell Slack of a member.</summary>
    public static List<ResourceId> Waiting(StoreSession store, ResourceId member) =>
        store.All(
            $"select distinct group_id from members where member_id = @member and {ToDo}",
            row => row.Id<ResourceId>(),
            ("@member", member)
        );

    /// <summary>The groups that show a member.</summary>
    public static List<ResourceId> Showing(StoreSession store, ResourceId member) =>
        store.All(
            "select distinct group_id from members where member_id = @member and wanted = @yes and source_id <> @nesting",
            row => row.Id<ResourceId>(),
            ("@member", member),
            ("@yes", Tri.Yes),
            ("@nesting", ByNesting)
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

    /// <summary>How many are or may be in a group, but for those whom the guard has counted after a time.</summary>
    public static int CountOthers(StoreSession store, TenantId tenantId, GroupId group, Instant after) =>
        store.First(
            "select count(distinct m.member_id) from members m where m.group_id = @group and (m.wanted <> @no or m.in_slack <> @no) "
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

    private static Member ToMember(Row row) =>
        new()
        {
            GroupId = row.Id<GroupId>(),
            MemberId = row.Id<ResourceId>(),
            SourceId = row.Int(),
            Wanted = row.Word<Tri>(),
            InSlack = row.Word<Tri>(),
            Blocked = Reason.Parse(row.TextOrNull()),
            Stamp = row.Long(),
        };
}
