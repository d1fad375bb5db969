using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Member rows beside what Slack shows of their group.</summary>
internal static class SeenMembers
{
    // An account that has gone or come since may have been out of its groups meanwhile: what Slack showed before says
    // nothing of it, and what is not known is told.
    private const string IsAsShown = "(l.turned is null or l.turned < @of)";

    /// <summary>Slack has an account in the group, of which nobody said so; true if there is a row by it.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="group">The group.</param>
    /// <param name="slackId">The account.</param>
    /// <param name="of">Of when that is, at the earliest.</param>
    public static bool Came(StoreSession store, TenantId tenantId, GroupId group, string slackId, Instant of) =>
        store.Execute(
            "insert into members (group_id, member_id, source_id, wanted, in_slack, stamp) select @group, r.id, 0, @unsaid, @yes, 0 "
                + "from links l join resources r on r.id = l.claimant_id where l.tenant_id = @tenant and l.kind = @kind and l.slack_id = @slack "
                + $"and r.deleted is null and r.hidden = @no and {IsAsShown} and not exists (select 1 from members m where m.group_id = @group and m.member_id = r.id)",
            ("@group", group),
            ("@unsaid", Tri.Neither),
            ("@yes", Tri.Yes),
            ("@tenant", tenantId),
            ("@kind", Kind.User),
            ("@slack", slackId),
            ("@no", false),
            ("@of", of)
        ) == 1;

    /// <summary>Somebody put an account into the group in Slack, as far as one look tells.</summary>
    public static void Suspect(StoreSession store, TenantId tenantId, GroupId group, string slackId, Instant of)
    {
        if (Came(store, tenantId, group, slackId, of))
            Mark(store, tenantId, group, slackId, "blocked = @why", ("@why", nameof(ReasonCode.PutInSuspected)));
    }

    /// <summary>Nobody has put an account into the group after all, as far as was only suspected.</summary>
    public static void Unsuspect(StoreSession store, TenantId tenantId, GroupId group, string slackId) =>
        store.Put(
            "delete from members where group_id = @group and source_id = 0 and wanted = @unsaid and blocked = @why and member_id = "
                + "(select claimant_id from links where tenant_id = @tenant and kind = @kind and slack_id = @slack)",
            ("@group", group),
            ("@unsaid", Tri.Neither),
            ("@why", nameof(ReasonCode.PutInSuspected)),
            ("@tenant", tenantId),
            ("@kind", Kind.User),
            ("@slack", slackId)
        );

    /// <summary>Whom somebody put in before a provider had the group is in it as everybody else.</summary>
    public static void Trust(StoreSession store, GroupId group) =>
        store.Put(
            "update members set blocked = null where group_id = @group and source_id = 0 and wanted = @unsaid and blocked = @why",
            ("@group", group),
            ("@unsaid", Tri.Neither),
            ("@why", nameof(ReasonCode.PutInSuspected))
        );

    /// <summary>Whom somebody put in for certain stays although nobody wants it.</summary>
    public static void LetIn(StoreSession store, TenantId tenantId, GroupId group, string slackId) =>
        Mark(store, tenantId, group, slackId, "blocked = @why", ("@why", nameof(ReasonCode.PutIn)));

    /// <summary>The accounts that somebody put in for certain, and that were let in.</summary>
    public static List<string> PutIn(StoreSession store, GroupId group) =>
        store.All(
            "select l.slack_id from members m join resources r on r.id = m.member_id join links l on l.id = r.link_id "
                + "where m.group_id = @group and m.source_id = 0 and m.wanted = @unsaid and m.blocked = @why and l.slack_id is not null",
            row => row.Text(),
            ("@group", group),
            ("@unsaid", Tri.Neither),
            ("@why", nameof(ReasonCode.PutIn))
        );

    /// <summary>Whom somebody put in for certain goes, as far as a source is concerned.</summary>
    public static void SendAway(StoreSession store, TenantId tenantId, GroupId group, string slackId, int source) =>
        Mark(
            store,
            tenantId,
            group,
            slackId,
            "blocked = null, source_id = @source, wanted = @go, stamp = stamp + 1",
            ("@source", source),
            ("@go", Tri.No)
        );

    private static void Mark(
        StoreSession store,
        TenantId tenantId,
        GroupId group,
        string slackId,
        string set,
        params ReadOnlySpan<(string, object?)> values
    ) =>
        store.Put(
            $"update members set {set} where group_id = @group and source_id = 0 and wanted = @unsaid and member_id = "
                + "(select claimant_id from links where tenant_id = @tenant and kind = @kind and slack_id = @slack)",
            [
                .. values,
                ("@group", group),
                ("@unsaid", Tri.Neither),
                ("@tenant", tenantId),
                ("@kind", Kind.User),
                ("@slack", slackId),
            ]
        );

    /// <summary>
    /// Somebody whom Slack was told to have in the group is not in it: told again, or let be and said why.
    /// </summary>
    public static void TakenOut(StoreSession store, GroupId group, ResourceId member, bool toldAgain) =>
        store.Put(
            "update members set in_slack = @no, blocked = @why, stamp = stamp + 1 where group_id = @group and member_id = @member and wanted = @yes and (in_slack = @yes or blocked = @reported)",
            ("@no", Tri.No),
            ("@reported", nameof(ReasonCode.TakenOut)),
            ("@why", toldAgain ? null : nameof(ReasonCode.TakenOut)),
            ("@group", group),
            ("@member", member),
            ("@yes", Tri.Yes)
        );

    /// <summary>
    /// Slack was known to have a member in the group and does not show it there, so that nobody knows; false if nobody
    /// knew before.
    /// </summary>
    public static bool TryMiss(StoreSession store, GroupId group, ResourceId member) =>
        store.Execute(
            "update members set in_slack = @unknown where group_id = @group and member_id = @member and wanted = @no and in_slack = @yes",
            ("@unknown", Tri.Neither),
            ("@group", group),
            ("@member", member),
            ("@no", Tri.No),
            ("@yes", Tri.Yes)
        ) > 0;

    /// <summary>Somebody who was to be removed is not in the group, as far as anybody knows; false if that is not so.</summary>
    public static bool TryEndRemoval(StoreSession store, GroupId group, ResourceId member) =>
        store.Execute(
            "delete from members where group_id = @group and member_id = @member and wanted = @no and in_slack = @unknown",
            ("@group", group),
            ("@member", member),
            ("@no", Tri.No),
            ("@unknown", Tri.Neither)
        ) > 0;

    /// <summary>Slack has a member in the group, whatever was in the way of it; what is shown stays as it is.</summary>
    public static bool Confirm(StoreSession store, GroupId group, ResourceId member, Instant of)
    {
        store.Put(
            "update members set in_slack = @yes, blocked = case when wanted = @wanted then null else blocked end where group_id = @group and member_id = @member "
                + $"and exists (select 1 from resources r join links l on l.id = r.link_id where r.id = @member and {IsAsShown})",
            ("@yes", Tri.Yes),
            ("@wanted", Tri.Yes),
            ("@group", group),
            ("@member", member),
            ("@of", of)
        );
        return false;
    }

    /// <summary>Whom Slack has in a group whose claim has ended is shown by what shows the group from now on.</summary>
    public static void Stay(StoreSession store, GroupId former, GroupId shown) =>
        store.Put(
            "insert into members (group_id, member_id, source_id, wanted, in_slack, stamp) select @shown, m.member_id, 0, @unsaid, @yes, 0 "
                + "from members m join resources r on r.id = m.member_id where m.group_id = @former and m.in_slack = @yes and r.kind = @user "
                + "and r.deleted is null and r.hidden = @no group by m.member_id",
            ("@shown", shown),
            ("@unsaid", Tri.Neither),
            ("@yes", Tri.Yes),
            ("@former", former),
            ("@user", Kind.User),
            ("@no", false)
        );

    /// <summary>Whom Slack has in a group is in the one that claims it: as it says itself, or only in Slack.</summary>
    public static void Join(StoreSession store, GroupId shown, GroupId group)
    {
        store.Put(
            "update members set in_slack = @yes, stamp = stamp + 1 where group_id = @group and member_id in "
                + "(select member_id from members where group_id = @shown and in_slack = @yes)",
            ("@yes", Tri.Yes),
            ("@group", group),
            ("@shown", shown)
        );
        store.Put(
            "delete from members where group_id = @shown and member_id in (select member_id from members where group_id = @group)",
            ("@shown", shown),
            ("@group", group)
        );
        store.Put("update members set group_id = @group where group_id = @shown", ("@group", group), ("@shown", shown));
    }

    /// <summary>Who was only in Slack is no longer; true if that was so.</summary>
    public static bool Left(StoreSession store, GroupId group, ResourceId member) =>
        store.Execute(
            "delete from members where group_id = @group and member_id = @member and source_id = 0 and wanted = @unsaid",
            ("@group", group),
            ("@member", member),
            ("@unsaid", Tri.Neither)
        ) == 1;
}
