using System.Data.Common;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Provisioning.Groups;

/// <summary>What a call to Slack does with one member.</summary>
/// <param name="Member">Who.</param>
/// <param name="Source">Whose row says so.</param>
/// <param name="Stamp">The row's stamp when it was planned.</param>
/// <param name="SlackId">The account.</param>
/// <param name="Adds">Whether the member comes in; else it goes.</param>
public sealed record PlannedMember(Guid Member, int Source, long Stamp, string SlackId, bool Adds);

/// <summary>What a word about a member changes.</summary>
internal enum Change
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Something is to be told to Slack.</summary>
    Told,

    /// <summary>Also who is shown.</summary>
    Shown,
}

/// <summary>A member row beside what Slack shows.</summary>
/// <param name="Member">Who.</param>
/// <param name="Wanted">What is said.</param>
/// <param name="InSlack">What was known of Slack.</param>
/// <param name="SlackId">The account; null if there is none.</param>
/// <param name="IsShown">Whether the member is one whom providers see.</param>
internal sealed record MemberInSight(Guid Member, Tri Wanted, Tri InSlack, string? SlackId, bool IsShown);

/// <summary>
/// The member rows of a group (DESIGN 3). Of one group and member there is either one row for each source that wants the member in it, or one row alone:
/// of a member who is to go, or of one who is only in Slack.
/// </summary>
internal static class MemberRows
{
    /// <summary>A row that Slack does not agree with and that nothing is in the way of: said unlike what Slack has. The index has these words.</summary>
    public const string ToDo = "blocked is null and wanted <> 0 and wanted <> in_slack";

    /// <summary>Why a member without an account that Slack lets into groups is not told.</summary>
    public const string NotReachable = "The user has no active account in Slack.";

    /// <summary>Why a member waits whom Slack had no room for.</summary>
    public const string IsFull = "The group has as many members as Slack allows.";

    /// <summary>Why a member stays whose removal an operator dismissed, until the provider wants something else.</summary>
    public const string Dismissed = "An operator dismissed it.";

    /// <summary>Why a group in a group is not told.</summary>
    public const string Nested = "Slack has no groups in groups.";

    /// <summary>Reads the rows that can be told to Slack now.</summary>
    public const string ToTell =
        "select m.member_id, m.source_id, m.stamp, l.slack_id, m.wanted from members m join resources r on r.id = m.member_id join links l on l.id = r.link_id "
        + "where m.group_id = @group and m.blocked is null and m.wanted <> 0 and m.wanted <> m.in_slack and l.reachable = @yes "
        + "and (m.wanted = @no or (r.active = @yes and r.deleted is null)) order by m.wanted desc, m.member_id limit @most";

    /// <summary>The rows that can be told to Slack now, those who go before those who come.</summary>
    public static List<PlannedMember> Planned(StoreSession store, Guid group, int most) =>
        store.All(
            ToTell,
            row => new PlannedMember(
                row.GetGuid(0),
                row.GetInt32(1),
                row.GetInt64(2),
                row.GetString(3),
                (Tri)row.GetInt32(4) == Tri.Yes
            ),
            ("@group", group),
            ("@yes", true),
            ("@no", Tri.No),
            ("@most", most)
        );

    /// <summary>Has a source want a member, which is one that the tenant shows.</summary>
    public static Change Want(StoreSession store, Guid group, Guid member, int source)
    {
        var rows = Of(store, group, member);
        if (rows.Find(row => row.SourceId == source) is { } own)
        {
            if (own.Wanted == Tri.Yes)
                return SaidAgain(store, own);
            // What it turns back may have been told already.
            store.Execute(
                "update members set wanted = @yes, in_slack = case when wanted = @no then @unknown else in_slack end, stamp = stamp + 1 "
                    + "where group_id = @group and member_id = @member and source_id = @source",
                ("@yes", Tri.Yes),
                ("@no", Tri.No),
                ("@unknown", Tri.Neither),
                ("@group", group),
                ("@member", member),
                ("@source", source)
            );
            Block(store, group, member);
            return Change.Shown;
        }
        // Another's wish that the member goes, or that it is only in Slack, gives way.
        var replaced = rows.Find(row => row.Wanted != Tri.Yes);
        if (replaced is not null)
            Drop(store, replaced);
        var inSlack =
            replaced is { Wanted: Tri.No } ? Tri.Neither
            : rows.Count > 0 ? rows[0].InSlack
            : Tri.No;
        store.Execute(
            "insert into members (group_id, member_id, kind, source_id, wanted, in_slack, stamp) "
                + "select @group, @member, kind, @source, @yes, @in_slack, @stamp from resources where id = @member",
            ("@group", group),
            ("@member", member),
            ("@source", source),
            ("@yes", Tri.Yes),
            ("@in_slack", inSlack),
            ("@stamp", rows.Count == 0 ? 0 : rows.Max(row => row.Stamp) + 1)
        );
        Block(store, group, member);
        return rows.Exists(row => row.Wanted == Tri.Yes) ? Change.None : Change.Shown;
    }

    /// <summary>Has a source no longer want a member, who goes unless another source wants it.</summary>
    public static Change Unwant(StoreSession store, Guid group, Guid member, int source)
    {
        var rows = Of(store, group, member);
        var own = rows.Find(row => row.SourceId == source);
        if (own is not { Wanted: Tri.Yes })
            return rows switch
            {
                [{ Wanted: Tri.Neither } unsaid] => Leave(store, unsaid, source),
                [{ Wanted: Tri.No } said] => SaidAgain(store, said),
                _ => Change.None,
            };
        if (rows.Count == 1)
            return Leave(store, own, source);
        Drop(store, own);
        return Change.None;
    }

    // Said once more, what a preference left out or Slack refused is tried again.
    private static Change SaidAgain(StoreSession store, Member row)
    {
        if (row.Blocked is null or NotReachable or Nested or Dismissed || Guard.IsHeld(row.Blocked))
            return Change.None;
        Block(store, row.GroupId, row.MemberId);
        return Change.Told;
    }

    // The only row of a member: it says from now on that the member goes, until Slack has heard so.
    private static Change Leave(StoreSession store, Member row, int source)
    {
        // What waits because it could not be told has never been told.
        if (row is { InSlack: Tri.No, Blocked: not null })
        {
            Drop(store, row);
            return Change.Shown;
        }
        store.Execute(
            "update members set source_id = @by, wanted = @no, in_slack = case when in_slack = @yes then @yes else @unknown end, stamp = stamp + 1 "
                + "where group_id = @group and member_id = @member and source_id = @source",
            ("@by", source),
            ("@no", Tri.No),
            ("@yes", Tri.Yes),
            ("@unknown", Tri.Neither),
            ("@group", row.GroupId),
            ("@member", row.MemberId),
            ("@source", row.SourceId)
        );
        Block(store, row.GroupId, row.MemberId);
        return Change.Shown;
    }

    /// <summary>Slack does not hear of a change that a preference leaves out.</summary>
    public static void LeaveOut(StoreSession store, Guid group, Guid member, string why) =>
        store.Execute(
            "update members set blocked = @why, refused = null where group_id = @group and member_id = @member",
            ("@why", why),
            ("@group", group),
            ("@member", member)
        );

    /// <summary>An operator lets it be told.</summary>
    public static void Release(StoreSession store, Guid group, Guid member) =>
        store.Execute(
            "update members set blocked = null where group_id = @group and member_id = @member and wanted = @no",
            ("@group", group),
            ("@member", member),
            ("@no", Tri.No)
        );

    /// <summary>Whether a member who is to leave may be in the group at Slack.</summary>
    public static bool MayBeInSlack(StoreSession store, Guid group, Guid member) =>
        store.First(
            "select 1 from members where group_id = @group and member_id = @member and wanted = @no and in_slack <> @no and blocked is null",
            row => row.GetInt32(0),
            ("@group", group),
            ("@member", member),
            ("@no", Tri.No)
        ) == 1;

    /// <summary>Whether the tenant shows a user or group of that id, so that it can be a member.</summary>
    public static bool IsShown(StoreSession store, int tenantId, Guid id) =>
        store.First(
            "select 1 from resources where id = @id and tenant_id = @tenant and deleted is null and hidden = @no",
            row => row.GetInt32(0),
            ("@id", id),
            ("@tenant", tenantId),
            ("@no", false)
        ) == 1;

    /// <summary>Those whom a source wants in a group, and what they are.</summary>
    public static List<(Guid Id, Kind Kind)> WantedBy(StoreSession store, Guid group, int source) =>
        store.All(
            "select m.member_id, r.kind from members m join resources r on r.id = m.member_id where m.group_id = @group and m.source_id = @source and m.wanted = @yes",
            row => (row.GetGuid(0), (Kind)row.GetInt32(1)),
            ("@group", group),
            ("@source", source),
            ("@yes", Tri.Yes)
        );

    /// <summary>Those who are only in Slack.</summary>
    public static List<Guid> OnlyInSlack(StoreSession store, Guid group) =>
        store.All(
            "select member_id from members where group_id = @group and source_id = 0 and wanted = @unsaid",
            row => row.GetGuid(0),
            ("@group", group),
            ("@unsaid", Tri.Neither)
        );

    /// <summary>The rows of the group that Slack knows by an id, with the Slack ids of who they are about.</summary>
    public static List<MemberInSight> InSight(StoreSession store, int tenantId, string slackId) =>
        store.All(
            "select m.member_id, m.wanted, m.in_slack, l.slack_id, r.deleted is null and r.hidden = @no from links g join members m on m.group_id = g.claimant_id "
                + "join resources r on r.id = m.member_id left join links l on l.id = r.link_id and l.kind = @user "
                + "where g.tenant_id = @tenant and g.kind = @group and g.slack_id = @slack",
            row => new MemberInSight(
                row.GetGuid(0),
                (Tri)row.GetInt32(1),
                (Tri)row.GetInt32(2),
                row.IsDBNull(3) ? null : row.GetString(3),
                row.GetBoolean(4)
            ),
            ("@no", false),
            ("@user", Kind.User),
            ("@tenant", tenantId),
            ("@group", Kind.Group),
            ("@slack", slackId)
        );

    /// <summary>Whether the tenant shows the user of an account.</summary>
    public static bool IsAccountShown(StoreSession store, int tenantId, string slackId) =>
        store.First(
            "select 1 from links l join resources r on r.id = l.claimant_id where l.tenant_id = @tenant and l.kind = @kind and l.slack_id = @slack "
                + "and r.deleted is null and r.hidden = @no",
            row => row.GetInt32(0),
            ("@tenant", tenantId),
            ("@kind", Kind.User),
            ("@slack", slackId),
            ("@no", false)
        ) == 1;

    /// <summary>Slack has an account in the group, of which nobody said so; true if there is a row by it.</summary>
    public static bool Came(StoreSession store, int tenantId, Guid group, string slackId) =>
        store.Execute(
            "insert into members (group_id, member_id, source_id, wanted, in_slack, stamp) select @group, r.id, 0, @unsaid, @yes, 0 "
                + "from links l join resources r on r.id = l.claimant_id where l.tenant_id = @tenant and l.kind = @kind and l.slack_id = @slack "
                + "and r.deleted is null and r.hidden = @no and not exists (select 1 from members m where m.group_id = @group and m.member_id = r.id)",
            ("@group", group),
            ("@unsaid", Tri.Neither),
            ("@yes", Tri.Yes),
            ("@tenant", tenantId),
            ("@kind", Kind.User),
            ("@slack", slackId),
            ("@no", false)
        ) == 1;

    /// <summary>Slack has a member in the group, whatever was in the way of it; what is shown stays as it is.</summary>
    public static bool Confirm(StoreSession store, Guid group, Guid member)
    {
        store.Execute(
            "update members set in_slack = @yes, blocked = case when wanted = @no then blocked else null end where group_id = @group and member_id = @member",
            ("@yes", Tri.Yes),
            ("@no", Tri.No),
            ("@group", group),
            ("@member", member)
        );
        return false;
    }

    /// <summary>Who was only in Slack is no longer; true if that was so.</summary>
    public static bool Left(StoreSession store, Guid group, Guid member) =>
        store.Execute(
            "delete from members where group_id = @group and member_id = @member and source_id = 0 and wanted = @unsaid",
            ("@group", group),
            ("@member", member),
            ("@unsaid", Tri.Neither)
        ) == 1;

    /// <summary>What a call did: who came is in, who went has no row any more. Only for rows that say what they said when it was planned.</summary>
    public static void Told(StoreSession store, Guid group, IEnumerable<PlannedMember> members)
    {
        foreach (var member in members)
            if (member.Adds)
                // All sources' rows of a member know the same of Slack.
                store.Execute(
                    "update members set in_slack = @yes where group_id = @group and member_id = @member and "
                        + "(select stamp from members where group_id = @group and member_id = @member and source_id = @source) = @stamp",
                    ("@yes", Tri.Yes),
                    ("@group", group),
                    ("@member", member.Member),
                    ("@source", member.Source),
                    ("@stamp", member.Stamp)
                );
            else
                store.Execute(
                    "delete from members where group_id = @group and member_id = @member and source_id = @source and stamp = @stamp",
                    ("@group", group),
                    ("@member", member.Member),
                    ("@source", member.Source),
                    ("@stamp", member.Stamp)
                );
    }

    /// <summary>What a call without an answer may have done is unknown, and unknown is always planned.</summary>
    public static void Forget(StoreSession store, Guid group, IEnumerable<PlannedMember> members)
    {
        foreach (var member in members)
            store.Execute(
                "update members set in_slack = @unknown, stamp = stamp + 1 where group_id = @group and member_id = @member",
                ("@unknown", Tri.Neither),
                ("@group", group),
                ("@member", member.Member)
            );
    }

    /// <summary>Slack does not take a member, as the row was when it was planned: since then its account may have changed.</summary>
    public static void Refuse(StoreSession store, Guid group, PlannedMember member, string why, long now) =>
        store.Execute(
            "update members set blocked = @why, refused = @now where group_id = @group and member_id = @member and "
                + "(select stamp from members where group_id = @group and member_id = @member and source_id = @source) = @stamp",
            ("@why", why),
            ("@now", now),
            ("@group", group),
            ("@member", member.Member),
            ("@source", member.Source),
            ("@stamp", member.Stamp)
        );

    /// <summary>Has those tried again whom Slack refused before a time.</summary>
    public static void TryAgain(StoreSession store, Guid group, long before) =>
        store.Execute(
            "update members set blocked = null, refused = null where group_id = @group and refused is not null and refused < @before",
            ("@group", group),
            ("@before", before)
        );

    /// <summary>Slack has no room for anybody more, until somebody leaves.</summary>
    public static void Full(StoreSession store, Guid group, long now) =>
        store.Execute(
            $"update members set blocked = @why, refused = @now where group_id = @group and wanted = @yes and {ToDo}",
            ("@why", IsFull),
            ("@now", now),
            ("@group", group),
            ("@yes", Tri.Yes)
        );

    // Whoever wanted the user that was, does not want the one that is.
    private static void Unwant(StoreSession store, Guid member)
    {
        store.Execute(
            "delete from members where member_id = @member and ((blocked is not null and in_slack = @no) or (wanted = @yes and source_id > "
                + "(select min(o.source_id) from members o where o.group_id = members.group_id and o.member_id = @member and o.wanted = @yes)))",
            ("@member", member),
            ("@yes", Tri.Yes),
            ("@no", Tri.No)
        );
        store.Execute(
            "update members set wanted = @no, in_slack = case when in_slack = @yes then @yes else @unknown end, stamp = stamp + 1 where member_id = @member and wanted = @yes",
            ("@no", Tri.No),
            ("@unknown", Tri.Neither),
            ("@member", member),
            ("@yes", Tri.Yes)
        );
    }

    /// <summary>A member is deleted, or there again: shown nowhere, or where it was.</summary>
    public static void Hide(StoreSession store, Guid member, bool isGone) =>
        store.Execute("update members set gone = @gone where member_id = @member", ("@gone", isGone), ("@member", member));

    /// <summary>A user is not there after all.</summary>
    public static void Vanish(StoreSession store, Guid member) =>
        store.Execute("delete from members where member_id = @member", ("@member", member));

    /// <summary>The rows of a deleted user are those of who takes the account over, whom nobody wants anywhere yet. Until then they stay as they were, as a deletion may be taken back.</summary>
    public static void TakeOver(StoreSession store, Guid former, Guid member)
    {
        Unwant(store, former);
        store.Execute(
            "update members set member_id = @member, gone = @no where member_id = @former",
            ("@member", member),
            ("@no", false),
            ("@former", former)
        );
    }

    /// <summary>The rows of a deleted group are those of who takes it over, and nobody in it is wanted any more.</summary>
    public static void TakeOverGroup(StoreSession store, Guid former, Guid group)
    {
        store.Execute(
            "delete from members where group_id = @former and source_id > (select min(o.source_id) from members o where o.group_id = @former and o.member_id = members.member_id)",
            ("@former", former)
        );
        store.Execute(
            "update members set group_id = @group, wanted = @no, in_slack = case when in_slack = @yes then @yes else @unknown end, stamp = stamp + 1 where group_id = @former",
            ("@group", group),
            ("@no", Tri.No),
            ("@yes", Tri.Yes),
            ("@unknown", Tri.Neither),
            ("@former", former)
        );
    }

    /// <summary>Somebody has left, so those whom Slack had no room for are tried again.</summary>
    public static void HasRoom(StoreSession store, Guid group) =>
        store.Execute(
            "update members set blocked = null, refused = null where group_id = @group and refused is not null and blocked = @why",
            ("@group", group),
            ("@why", IsFull)
        );

    /// <summary>All rows of a group that is new to Slack: nobody is in it there.</summary>
    public static void NobodyInSlack(StoreSession store, Guid group)
    {
        store.Execute("delete from members where group_id = @group and wanted <> @yes", ("@group", group), ("@yes", Tri.Yes));
        store.Execute(
            "update members set in_slack = @no, stamp = stamp + 1 where group_id = @group",
            ("@no", Tri.No),
            ("@group", group)
        );
    }

    /// <summary>All rows of a group that is gone.</summary>
    public static void DropAll(StoreSession store, Guid group) =>
        store.Execute("delete from members where group_id = @group", ("@group", group));

    /// <summary>
    /// A member's account is there, or gone, so that nobody knows what groups Slack has it in (DESIGN 8); gives back the groups that have something to tell by it.
    /// </summary>
    public static List<Guid> Reached(StoreSession store, Guid member, bool isReachable)
    {
        // What a preference leaves out stays out.
        var touched = store.Execute(
            "update members set in_slack = @unknown, stamp = stamp + 1, refused = null, "
                + "blocked = case when blocked is null or blocked = @unreachable or refused is not null then @why else blocked end where member_id = @member",
            ("@unknown", Tri.Neither),
            ("@unreachable", NotReachable),
            ("@why", isReachable ? null : NotReachable),
            ("@member", member)
        );
        return touched > 0 && isReachable ? Waiting(store, member) : [];
    }

    /// <summary>Why members of a group wait, and how many of them.</summary>
    public static List<(string Why, int Members)> WhyWaiting(StoreSession store, Guid group) =>
        store.All(
            "select blocked, count(distinct member_id) from members where group_id = @group and blocked is not null group by blocked order by 2 desc",
            row => (row.GetString(0), row.GetInt32(1)),
            ("@group", group)
        );

    /// <summary>The groups that have something to tell Slack of a member.</summary>
    public static List<Guid> Waiting(StoreSession store, Guid member) =>
        store.All(
            $"select distinct group_id from members where member_id = @member and {ToDo}",
            row => row.GetGuid(0),
            ("@member", member)
        );

    /// <summary>The groups that show a member.</summary>
    public static List<Guid> Showing(StoreSession store, Guid member) =>
        store.All(
            "select distinct group_id from members where member_id = @member and wanted = @yes",
            row => row.GetGuid(0),
            ("@member", member),
            ("@yes", Tri.Yes)
        );

    /// <summary>Why a member is not told to Slack; null if it is.</summary>
    public static string? Blocked(StoreSession store, Guid group, Guid member) =>
        store.First(
            "select blocked from members where group_id = @group and member_id = @member and blocked is not null limit 1",
            row => row.GetString(0),
            ("@group", group),
            ("@member", member)
        );

    private static void Block(StoreSession store, Guid group, Guid member) =>
        store.Execute(
            "update members set blocked = (select case when r.kind = 1 then @nested when l.reachable = @yes then null else @why end "
                + "from resources r left join links l on l.id = r.link_id where r.id = @member), refused = null where group_id = @group and member_id = @member",
            ("@nested", Nested),
            ("@yes", true),
            ("@why", NotReachable),
            ("@group", group),
            ("@member", member)
        );

    private static List<Member> Of(StoreSession store, Guid group, Guid member) =>
        store.All(
            "select group_id, member_id, source_id, wanted, in_slack, blocked, stamp from members where group_id = @group and member_id = @member",
            ToMember,
            ("@group", group),
            ("@member", member)
        );

    private static Member ToMember(DbDataReader row) =>
        new()
        {
            GroupId = row.GetGuid(0),
            MemberId = row.GetGuid(1),
            SourceId = row.GetInt32(2),
            Wanted = (Tri)row.GetInt32(3),
            InSlack = (Tri)row.GetInt32(4),
            Blocked = row.IsDBNull(5) ? null : row.GetString(5),
            Stamp = row.GetInt64(6),
        };

    private static void Drop(StoreSession store, Member row) =>
        store.Execute(
            "delete from members where group_id = @group and member_id = @member and source_id = @source",
            ("@group", row.GroupId),
            ("@member", row.MemberId),
            ("@source", row.SourceId)
        );
}
