using System.Text;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The links of which Slack has to be asked: by an import, a look for drift, or after a call of the v1 lane.</summary>
internal static class LinksToRead
{
    // Of a profile that names a manager, as links keep it (SlackProfile.WriteTo).
    private static readonly byte[] _hasManager =
    [
        .. "\""u8,
        .. Encoding.UTF8.GetBytes(SlackProfile.Name(SlackField.Manager)),
        .. "\":\""u8,
    ];

    /// <summary>The links that somebody wrote by the v1 lane, and that were not read since.</summary>
    public static List<LinkId> Unknown(StoreSession store, TenantId tenantId) =>
        store.All(
            $"select id from links where {Links.Unsettled} = @unknown",
            row => row.Number<LinkId>(),
            ("@tenant", tenantId),
            ("@unknown", LinkState.Unknown)
        );

    /// <summary>
    /// What providers have or had, Slack has and nothing is under way of, and no page has shown since a time; who was
    /// shown longest ago first. Of what is under way those who are suspected to have drifted.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="tenantId">Whose.</param>
    /// <param name="kind">Accounts, or groups.</param>
    /// <param name="since">When the first page was asked for.</param>
    /// <param name="quiet">Only what was last written before: a page that shows what was written just now is not taken.</param>
    /// <param name="most">How many at most.</param>
    public static List<Link> NotShownSince(
        StoreSession store,
        TenantId tenantId,
        Kind kind,
        Instant since,
        Instant quiet,
        int most
    ) =>
        Links.All(
            store,
            "tenant_id = @tenant and kind = @kind and slack_id is not null and since < @quiet "
                + "and (state in (@settled, @failed, @blocked, @held) or (state = @pending and is_drift_suspected)) "
                + "and (seen_at is null or seen_at < @since) and claimant_id in (select id from resources where tenant_id = @tenant and source_id is not null) "
                + "order by coalesce(seen_at, 0), id limit @most",
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@settled", LinkState.Settled),
            ("@failed", LinkState.Failed),
            ("@blocked", LinkState.Blocked),
            ("@pending", LinkState.Pending),
            ("@held", LinkState.Held),
            ("@since", since),
            ("@quiet", quiet),
            ("@most", most)
        );

    /// <summary>
    /// Whether a group was removed since a time, or is on its way into Slack: it leaves no id by which an older page
    /// would know it again.
    /// </summary>
    public static bool IsAnyGroupWithoutId(StoreSession store, TenantId tenantId, Instant since) =>
        store.First(
            "select 1 from links where tenant_id = @tenant and kind = @kind and slack_id is null "
                + "and ((absent = @yes and since >= @since) or (state = @pending and sent = @yes)) limit 1",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@kind", Kind.Group),
            ("@yes", true),
            ("@since", since),
            ("@pending", LinkState.Pending)
        ) == 1;

    /// <summary>
    /// Unclaimed accounts to look at again when all are known, after one: whose manager was not, and whose keys another
    /// one had.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="tenantId">Whose.</param>
    /// <param name="after">The last one.</param>
    /// <param name="most">How many.</param>
    public static List<LinkId> WithoutManager(StoreSession store, TenantId tenantId, LinkId after, int most) =>
        store.All(
            "select l.id from links l join resources r on r.id = l.claimant_id where l.id > @after and l.tenant_id = @tenant and l.kind = @kind "
                + $"and (l.state = @held or {store.Sql.HasBytes("l.seen", "@manager")}) and r.source_id is null and r.deleted is null "
                + "and (l.state = @held or r.manager is null) order by l.id limit @most",
            row => row.Number<LinkId>(),
            ("@after", after),
            ("@tenant", tenantId),
            ("@kind", Kind.User),
            ("@held", LinkState.Held),
            ("@manager", _hasManager),
            ("@most", most)
        );

    /// <summary>
    /// Whether any was seen once, since a time, to have drifted, and is to be looked at again: not what an import leaves
    /// alone, such as a group that somebody writes.
    /// </summary>
    public static bool IsAnySuspected(StoreSession store, TenantId tenantId, Instant since) =>
        store.First(
            "select 1 from links where tenant_id = @tenant and drifted_at > @since and is_drift_suspected "
                + "and (state in (@settled, @failed, @blocked, @unknown) or (state in (@pending, @held) and kind = @user)) limit 1",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@since", since),
            ("@settled", LinkState.Settled),
            ("@failed", LinkState.Failed),
            ("@blocked", LinkState.Blocked),
            ("@unknown", LinkState.Unknown),
            ("@pending", LinkState.Pending),
            ("@held", LinkState.Held),
            ("@user", Kind.User)
        ) == 1;
}
