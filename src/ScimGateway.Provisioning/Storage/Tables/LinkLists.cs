using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Links of a tenant, listed and counted.</summary>
internal static class LinkLists
{
    /// <summary>
    /// Of a link called l: whether it is a group whose members somebody has changed in Slack, and that is still so.
    /// </summary>
    public const string HasMembersByHand =
        "(l.kind = 1 and exists (select 1 from members m where m.group_id = l.claimant_id "
        + $"and m.blocked in ('{nameof(ReasonCode.PutIn)}', '{nameof(ReasonCode.TakenOut)}')))";

    /// <summary>Whether somebody has changed it in Slack, or seems to have; of a link called l.</summary>
    public const string HasDrifted = "(l.drifted_at is not null or " + HasMembersByHand + ")";

    /// <summary>Whether somebody has changed it in Slack for certain; of a link called l.</summary>
    public const string IsChangedByHand =
        "((l.drifted_at is not null and l.is_drift_suspected = @no) or " + HasMembersByHand + ")";

    /// <summary>The next links, after one, of what providers have.</summary>
    public static List<Link> Claimed(StoreSession store, TenantId tenantId, LinkId after, int most) =>
        Links.All(
            store,
            "tenant_id = @tenant and id > @after and claimant_id in (select id from resources where tenant_id = @tenant and source_id is not null) order by id limit @most",
            ("@tenant", tenantId),
            ("@after", after),
            ("@most", most)
        );

    /// <summary>How many there are of what providers have.</summary>
    public static int CountClaimed(StoreSession store, TenantId tenantId) =>
        store.First(
            "select count(*) from links where tenant_id = @tenant and claimant_id in (select id from resources where tenant_id = @tenant and source_id is not null)",
            row => row.Int(),
            ("@tenant", tenantId)
        );

    /// <summary>All that have nothing to do, or one of them, by where they stand and whose they are.</summary>
    public static List<CountedLinks> CountAtRest(StoreSession store, TenantId tenantId, LinkId? only = null) =>
        store.All(
            "select l.kind, l.state, l.reason, r.source_id is not null and r.deleted is null and r.hidden = @no, r.source_id is not null, l.slack_id is not null, l.matched_by, "
                + HasDrifted
                + ", count(*) "
                + "from links l left join resources r on r.id = l.claimant_id where l.tenant_id = @tenant and l.state <> @pending and (cast(@only as bigint) is null or l.id = @only) group by 1, 2, 3, 4, 5, 6, 7, 8",
            row => new CountedLinks(
                row.Word<Kind>(),
                row.Word<LinkState>(),
                Reason.Parse(row.TextOrNull()),
                new Ownership(
                    row.FlagOrNull() ?? false,
                    row.Flag(),
                    row.Flag(),
                    row.WordOrNull<MatchedBy>(),
                    row.Flag()
                ),
                row.Int()
            ),
            ("@no", false),
            ("@tenant", tenantId),
            ("@only", only),
            ("@pending", LinkState.Pending)
        );

    /// <summary>Of the claimed ones those that were there before, by what they were found.</summary>
    public static Dictionary<MatchedBy, int> CountMatched(StoreSession store, TenantId tenantId) =>
        store
            .All(
                "select matched_by, count(*) from links where tenant_id = @tenant and matched_by is not null group by matched_by",
                row => (By: row.Word<MatchedBy>(), Many: row.Int()),
                ("@tenant", tenantId)
            )
            .ToDictionary(one => one.By, one => one.Many);

    /// <summary>So many of a tenant's after one, in one walk over all of them.</summary>
    public static List<Link> After(StoreSession store, TenantId tenantId, LinkId after, int most) =>
        Links.All(
            store,
            "+tenant_id = @tenant and id > @after order by id limit @most",
            ("@tenant", tenantId),
            ("@after", after),
            ("@most", most)
        );

    /// <summary>The links that have something to do.</summary>
    public static List<LinkId> Unfinished(StoreSession store, TenantId tenantId) =>
        store.All(
            $"select id from links where {Links.Unsettled} in (@pending, @failed)",
            row => row.Number<LinkId>(),
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending),
            ("@failed", LinkState.Failed)
        );

    /// <summary>The links with something to tell Slack, in their order.</summary>
    public static List<LinkId> Pending(StoreSession store, TenantId tenantId) =>
        store.All(
            $"select id from links where {Links.Unsettled} = @pending order by id",
            row => row.Number<LinkId>(),
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending)
        );

    /// <summary>The links of a kind that wait for an operator, after one.</summary>
    public static List<Link> Held(StoreSession store, TenantId tenantId, Kind kind, LinkId after, int most) =>
        Links.All(
            store,
            $"{Links.Unsettled} = @held and kind = @kind and id > @after order by id limit @most",
            ("@tenant", tenantId),
            ("@held", LinkState.Held),
            ("@kind", kind),
            ("@after", after),
            ("@most", most)
        );

    /// <summary>The links of accounts whose users name a user as their manager, as far as nothing is under way of them.</summary>
    public static List<Link> Reports(StoreSession store, TenantId tenantId, ResourceId manager) =>
        Links.All(
            store,
            "claimant_id in (select id from resources where tenant_id = @tenant and manager = @manager and deleted is null) "
                + "and slack_id is not null and state in (@settled, @failed)",
            ("@tenant", tenantId),
            ("@manager", manager.ToString()),
            ("@settled", LinkState.Settled),
            ("@failed", LinkState.Failed)
        );

    /// <summary>Those that wait for an operator.</summary>
    public static List<Link> Held(StoreSession store, TenantId tenant, Kind kind) =>
        Links.All(
            store,
            "tenant_id = @tenant and kind = @kind and state = @held",
            ("@tenant", tenant),
            ("@kind", kind),
            ("@held", LinkState.Held)
        );

    /// <summary>
    /// Links of users who have an address in their documents and are not at Slack as they want, longest first.
    /// </summary>
    public static List<Link> WaitingFor(StoreSession store, TenantId tenantId, string address, int most) =>
        Links.All(
            store,
            "(state in (@blocked, @failed, @protected) or (state = @pending and is_aside)) and claimant_id in (select r.id from emails e join resources r on r.id = e.resource_id "
                + "where e.tenant_id = @tenant and e.key = @address and r.deleted is null union all "
                + "select r.id from resources r where r.tenant_id = @tenant and r.user_name_key = @address and r.deleted is null) "
                + "order by since limit @most",
            ("@blocked", LinkState.Blocked),
            ("@failed", LinkState.Failed),
            ("@protected", LinkState.Protected),
            ("@pending", LinkState.Pending),
            ("@tenant", tenantId),
            ("@address", address),
            ("@most", most)
        );

    /// <summary>
    /// Counts the links of which Slack has refused something, and the users who are to be out and are active there. Held
    /// ones do not count.
    /// </summary>
    public static long CountRefused(StoreSession store, TenantId tenantId) =>
        store.First(
            "select count(*) from links l left join resources r on r.id = l.claimant_id where l.tenant_id = @tenant and l.state <> 0 and l.state not in (@pending, @held) "
                + "and (l.state = @failed or (l.kind = @user and l.reachable and r.source_id is not null and (r.deleted is not null or r.active = @no)))",
            row => row.Long(),
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending),
            ("@held", LinkState.Held),
            ("@failed", LinkState.Failed),
            ("@user", Kind.User),
            ("@no", false)
        );

    /// <summary>How many stand in a state; where a time is said, those that have since before it.</summary>
    public static long Count(StoreSession store, TenantId tenantId, LinkState state, Instant? before = null) =>
        store.First(
            $"select count(*) from links where {Links.Unsettled} = @state and since < @before",
            row => row.Long(),
            ("@tenant", tenantId),
            ("@state", state),
            ("@before", before ?? new Instant(long.MaxValue))
        );
}
