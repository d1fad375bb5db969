using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Who is in a group at Slack, as the store knows it.</summary>
internal static class MembersInSight
{
    /// <summary>The rows of the group that Slack knows by an id, with the Slack ids of who they are about.</summary>
    public static List<MemberInSight> InSight(StoreSession store, TenantId tenantId, string slackId) =>
        store.All(
            "select m.member_id, m.wanted, m.in_slack, l.slack_id, r.deleted is null and r.hidden = @no, m.blocked from links g join members m on m.group_id = g.claimant_id "
                + "join resources r on r.id = m.member_id left join links l on l.id = r.link_id and l.kind = @user "
                + "where g.tenant_id = @tenant and g.kind = @group and g.slack_id = @slack",
            row => new MemberInSight(
                row.Id<ResourceId>(),
                row.Word<Tri>(),
                row.Word<Tri>(),
                row.TextOrNull(),
                row.Flag(),
                Reason.Parse(row.TextOrNull())
            ),
            ("@no", false),
            ("@user", Kind.User),
            ("@tenant", tenantId),
            ("@group", Kind.Group),
            ("@slack", slackId)
        );

    /// <summary>Which of some accounts a source other than one wants in a group, and which that is; the first there is.</summary>
    public static (string SlackId, int Source)? WantedByAnother(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> members,
        int source
    ) =>
        store.First(
            $"select l.slack_id, m.source_id from {store.Sql.Ids("@members")} cross join members m join resources r on r.id = m.member_id join links l on l.id = r.link_id "
                + "where m.group_id = @group and m.member_id = j.value and m.wanted = @yes and m.source_id > 0 and m.source_id <> @source limit 1",
            row => ((string, int)?)(row.Text(), row.Int()),
            ("@group", group),
            ("@members", members),
            ("@yes", Tri.Yes),
            ("@source", source)
        );

    /// <summary>Whether the tenant shows the user of an account.</summary>
    public static bool IsAccountShown(StoreSession store, TenantId tenantId, string slackId) =>
        store.Any(
            "select 1 from links l join resources r on r.id = l.claimant_id where l.tenant_id = @tenant and l.kind = @kind and l.slack_id = @slack "
                + "and r.deleted is null and r.hidden = @no",
            ("@tenant", tenantId),
            ("@kind", Kind.User),
            ("@slack", slackId),
            ("@no", false)
        );

    /// <summary>Whether Slack shows the member's account as inactive, whom it takes out of groups by itself.</summary>
    public static bool IsSeenInactive(StoreSession store, ResourceId member) =>
        store.First(
            "select l.seen from links l join resources r on r.link_id = l.id where r.id = @member and l.seen is not null",
            row => SlackProfile.Read(row.Bytes()),
            ("@member", member)
        )
            is { Active: false };

    /// <summary>
    /// Whether a provider has the group that Slack knows by an id, so that who comes and goes there by itself is drift.
    /// </summary>
    public static bool IsClaimed(StoreSession store, TenantId tenantId, string slackId) =>
        store.Any(
            "select 1 from links l join resources r on r.id = l.claimant_id where l.tenant_id = @tenant and l.kind = @kind and l.slack_id = @slack "
                + "and r.source_id is not null",
            ("@tenant", tenantId),
            ("@kind", Kind.Group),
            ("@slack", slackId)
        );
}
