using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What operators read of who is in which group: wanted, in Slack, and why the two differ.</summary>
internal sealed class Memberships(Store store)
{
    private static readonly string _ofGroup = Query("m.group_id", "m.member_id");
    private static readonly string _ofMember = Query("m.member_id", "m.group_id");

    // Nothing is in the way of a row itself while its member waits for a decision, or is out (ToldMembers), or while the group
    // itself waits.
    private const string Why =
        "coalesce(x.blocked, "
        + $"case when x.wanted <> @yes or x.in_slack = @yes then null when account.state = @held then account.reason when who.active = @no then '{nameof(ReasonCode.NotReachable)}' end, "
        + "case when x.wanted <> @neither and x.wanted <> x.in_slack then whole.reason end)";

    // Of one member the rows say the same, or are one (Members). Of who is deleted nobody speaks but Slack. One of the two ids
    // that it goes by is the same in all rows.
    private static string Query(string of, string other) =>
        $"select x.id, r.kind, r.link_id, x.wanted, x.in_slack, {Why}, x.source = {Members.ByNesting}, {LinkReads.Called} from ("
        + $"select {other} as id, m.member_id as member, m.group_id as whole, min(m.wanted) as wanted, min(m.in_slack) as in_slack, max(m.blocked) as blocked, max(m.source_id) as source "
        + $"from members m join resources o on o.id = {other} where {of} = @of and {other} > @after and (o.deleted is null or m.in_slack = @yes) "
        + "and (@all or (m.wanted <> @neither and m.wanted <> m.in_slack)) "
        + $"group by m.group_id, m.member_id order by m.group_id, m.member_id limit @most) x "
        + "join resources r on r.id = x.id left join links l on l.id = r.link_id "
        + "join resources who on who.id = x.member left join links account on account.id = who.link_id "
        + "join resources g on g.id = x.whole left join links whole on whole.id = g.link_id order by x.id";

    /// <summary>
    /// A page in the order of the ids: who is in a group, or in which groups a user is; or only where Slack differs from what
    /// is wanted.
    /// </summary>
    public async Task<List<Membership>> ListAsync(
        Kind kind,
        ResourceId of,
        bool onlyDiffering,
        ResourceId? after,
        int most,
        CancellationToken gone
    ) =>
        await store.ReadAsync(
            session =>
                session.All(
                    kind == Kind.Group ? _ofGroup : _ofMember,
                    ToMembership,
                    ("@of", of),
                    ("@after", after ?? default),
                    ("@all", !onlyDiffering),
                    ("@most", most),
                    ("@yes", Tri.Yes),
                    ("@no", false),
                    ("@held", LinkState.Held),
                    ("@neither", Tri.Neither),
                    ("@group", Kind.Group)
                ),
            gone
        );

    private static Membership ToMembership(Row row) =>
        new(
            row.Id<ResourceId>(),
            row.Word<Kind>(),
            row.NumberOrNull<LinkId>(),
            Said(row.Word<Tri>()),
            Said(row.Word<Tri>()),
            Reason.Parse(row.TextOrNull()),
            row.Flag(),
            LinkReads.ToName(row)
        );

    private static bool? Said(Tri word) =>
        word switch
        {
            Tri.Yes => true,
            Tri.No => false,
            _ => null,
        };
}

/// <summary>A member of a group, or a group of a member.</summary>
/// <param name="Other">The member, or the group.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Link">Its link; null while it has none.</param>
/// <param name="Wanted">Whether a provider wants the member in the group; null where none has said.</param>
/// <param name="InSlack">Whether Slack has it there; null where that is not known.</param>
/// <param name="Why">Why Slack is not told.</param>
/// <param name="IsNested">Whether it follows from a group in the group alone.</param>
/// <param name="Name">What it is called.</param>
internal sealed record Membership(
    ResourceId Other,
    Kind Kind,
    LinkId? Link,
    bool? Wanted,
    bool? InSlack,
    Reason? Why,
    bool IsNested,
    string? Name
);
