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
    internal const string InTheWay = "case when r.kind = 1 then @nested when l.reachable then null else @why end";

    /// <summary>The same, of the member of a row.</summary>
    public const string WhyInTheWay =
        $"select {InTheWay} from resources r left join links l on l.id = r.link_id where r.id = members.member_id";

    /// <summary>What is named in it.</summary>
    public static (string Name, object? Value)[] InTheWayIs { get; } =
    [("@nested", nameof(ReasonCode.NestedGroup)), ("@why", nameof(ReasonCode.NotReachable))];

    // Who is deleted by a request that still waits for Slack is there again if that is refused or withdrawn: what others
    // say of such a member meanwhile counts as if it had been said before.
    internal const string MayBeBack =
        "exists (select 1 from links w where w.id = r.link_id and w.claimant_id = r.id and w.answer_by is not null)";

    // Rows of nesting are shown nowhere, nor are those of who is deleted.
    internal const string IsGone =
        "@gone or exists (select 1 from resources r where r.id = member_id and r.deleted is not null)";

    /// <summary>The rows of all who are listed.</summary>
    public static List<Member> Of(StoreSession store, GroupId group, IReadOnlyCollection<ResourceId> members) =>
        store.All(
            $"select {Columns} from members where group_id = @group and member_id in {store.Sql.Members}",
            ToMember,
            ("@group", group),
            ("@members", members)
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

    /// <summary>
    /// Those whom a source had in a group, who are shown there no longer and may be in it at Slack: who were to leave, of
    /// which Slack does not hear for a reason, and who were deleted and keep an active account. While the deletion is still to
    /// be told or to be decided, nothing is said of them.
    /// </summary>
    public static List<ResourceId> Kept(StoreSession store, GroupId group, int source) =>
        store.All(
            "select member_id from members where group_id = @group and source_id = @source and ((wanted = @no and blocked is not null) "
                + "or (wanted = @yes and gone and exists (select 1 from resources r join links l on l.id = r.link_id "
                + "where r.id = member_id and r.deleted is not null and l.reachable and l.state not in (@pending, @held))))",
            row => row.Id<ResourceId>(),
            ("@group", group),
            ("@source", source),
            ("@no", Tri.No),
            ("@yes", Tri.Yes),
            ("@pending", LinkState.Pending),
            ("@held", LinkState.Held)
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
    /// <param name="store">The transaction.</param>
    /// <param name="member">Whose account it is.</param>
    /// <param name="isReachable">Whether it is there.</param>
    /// <param name="wasOut">Whether it is there again, after it may have been gone.</param>
    public static bool Reach(StoreSession store, ResourceId member, bool isReachable, bool wasOut = false) =>
        // A member that a preference leaves out stays out. An account that only has another owner stays in the groups that
        // it is in by Slack alone.
        store.Execute(
            "update members set in_slack = @unknown, stamp = stamp + 1, refused = null, "
                + "blocked = case when blocked is null or blocked in (@unreachable, @taken_out) or refused is not null then @why else blocked end where member_id = @member and (source_id <> 0 or @was_out)",
            ("@was_out", wasOut || !isReachable),
            ("@unknown", Tri.Neither),
            ("@unreachable", nameof(ReasonCode.NotReachable)),
            ("@taken_out", nameof(ReasonCode.TakenOut)),
            ("@why", isReachable ? null : nameof(ReasonCode.NotReachable)),
            ("@member", member)
        ) > 0;

    /// <summary>The groups that have something to tell Slack of a member.</summary>
    public static List<ResourceId> Waiting(StoreSession store, ResourceId member) =>
        store.All(
            $"select distinct group_id from members where member_id = @member and {ToDo}",
            row => row.Id<ResourceId>(),
            ("@member", member)
        );

    /// <summary>The groups that have something to tell Slack of a member once it has an account that is active.</summary>
    /// <param name="store">What is asked.</param>
    /// <param name="member">The member.</param>
    /// <param name="isInactive">Whether Slack shows its account inactive, so that nobody knows in which groups it is.</param>
    public static List<ResourceId> WaitingForAccount(StoreSession store, ResourceId member, bool isInactive) =>
        store.All(
            "select distinct group_id from members where member_id = @member and wanted = @yes and (in_slack <> @yes or @inactive) and (blocked is null or blocked = @unreachable)",
            row => row.Id<ResourceId>(),
            ("@member", member),
            ("@inactive", isInactive),
            ("@yes", Tri.Yes),
            ("@unreachable", nameof(ReasonCode.NotReachable))
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
