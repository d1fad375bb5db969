using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Member rows that pass to others: to another user or group, or to another source.</summary>
internal static class HandedMembers
{
    /// <summary>
    /// The rows of a deleted user are those of who takes the account over, whom nobody wants anywhere yet. Until then
    /// they stay as they were, as a deletion may be taken back.
    /// </summary>
    public static void TakeOver(StoreSession store, ResourceId former, ResourceId member)
    {
        // A source that wanted the former user does not want the new one.
        store.Put(
            "delete from members where member_id = @former and ((blocked is not null and in_slack = @no) or (wanted = @yes and source_id > "
                + "(select min(o.source_id) from members o where o.group_id = members.group_id and o.member_id = @former and o.wanted = @yes)))",
            ("@former", former),
            ("@yes", Tri.Yes),
            ("@no", Tri.No)
        );
        // Whatever kept Slack from hearing that the former user left was decided of that user alone.
        store.Put(
            "update members set wanted = @no, blocked = case when blocked = @unreachable then blocked end, refused = null, "
                + "in_slack = case when in_slack = @yes then @yes else @unknown end, stamp = stamp + 1 where member_id = @former and wanted <> @unknown",
            ("@no", Tri.No),
            ("@unreachable", nameof(ReasonCode.NotReachable)),
            ("@yes", Tri.Yes),
            ("@unknown", Tri.Neither),
            ("@former", former)
        );
        // Who is wanted there already stays so, whatever Slack has.
        store.Put(
            "delete from members where member_id = @former and exists (select 1 from members o where o.group_id = members.group_id and o.member_id = @member)",
            ("@former", former),
            ("@member", member)
        );
        store.Put(
            "update members set member_id = @member, gone = source_id = @nesting where member_id = @former",
            ("@member", member),
            ("@nesting", Members.ByNesting),
            ("@former", former)
        );
    }

    /// <summary>
    /// Two who were shown apart are one from now on: what was said of either is said of the one that stays.
    /// </summary>
    public static void Join(StoreSession store, ResourceId former, ResourceId member)
    {
        store.Put(
            "delete from members where member_id = @former and exists (select 1 from members o where o.group_id = members.group_id "
                + "and o.member_id = @member and (members.source_id = 0 or o.source_id = members.source_id))",
            ("@former", former),
            ("@member", member)
        );
        store.Put(
            "delete from members where member_id = @member and source_id = 0 and exists (select 1 from members o where o.group_id = members.group_id and o.member_id = @former)",
            ("@former", former),
            ("@member", member)
        );
        store.Put(
            "update members set member_id = @member where member_id = @former",
            ("@former", former),
            ("@member", member)
        );
    }

    /// <summary>
    /// The rows of a deleted group are those of who takes it over, and nobody in it is wanted any more.
    /// </summary>
    public static void TakeOverGroup(StoreSession store, ResourceId former, GroupId group)
    {
        store.Put(
            "delete from members where group_id = @former and source_id > (select min(o.source_id) from members o where o.group_id = @former and o.member_id = members.member_id)",
            ("@former", former)
        );
        // Slack is told nothing of groups within a group.
        store.Put(
            "delete from members where group_id = @former and kind = @nested",
            ("@former", former),
            ("@nested", Kind.Group)
        );
        store.Put(
            $"update members set group_id = @group, wanted = @no, blocked = ({Members.WhyInTheWay}), refused = null, in_slack = case when in_slack = @yes then @yes else @unknown end, stamp = stamp + 1 where group_id = @former",
            [
                ("@group", group),
                ("@no", Tri.No),
                ("@yes", Tri.Yes),
                ("@unknown", Tri.Neither),
                .. Members.InTheWayIs,
                ("@former", former),
            ]
        );
    }

    /// <summary>
    /// Hands the row of a source over to another source. If that one wants the member already, its own row says the same.
    /// </summary>
    public static void HandOver(StoreSession store, GroupId group, ResourceId member, int from, int to)
    {
        store.Put(
            "delete from members where group_id = @group and member_id = @member and source_id = @from and exists "
                + "(select 1 from members o where o.group_id = @group and o.member_id = @member and o.source_id = @to)",
            ("@group", group),
            ("@member", member),
            ("@from", from),
            ("@to", to)
        );
        store.Put(
            "update members set source_id = @to where group_id = @group and member_id = @member and source_id = @from",
            ("@to", to),
            ("@group", group),
            ("@member", member),
            ("@from", from)
        );
    }
}
