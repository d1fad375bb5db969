using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// The table of links. A link is read, changed by its own methods, and saved; nothing else writes a row, but for what a
/// start does to all of a tenant's at once.
/// </summary>
internal static class Links
{
    // Nearly all links are settled, so the index of the others is small. It is found by the same words alone.
    internal const string Unsettled = "tenant_id = @tenant and state <> 0 and state";

    // Of deleted groups that Slack has denied; their names are read one by one.
    private const int MostLeaving = 1_000;

    private static readonly string _insert =
        $"insert into links (revision, {string.Join(", ", LinkRow.Written)}) values (0, {string.Join(", ", LinkRow.Written.Select(c => $"@{c}"))}) returning id";

    // Whose it is never changes. What is found by an index of its own is written only where it changes, as each index
    // costs a page: most often neither does, then Slack's id, which stands behind the claimant's.
    private const int FromClaimant = 2;
    private const int FromSlackId = 3;
    private const int FromRest = 4;

    private static readonly string[] _updates =
    [
        .. Enumerable
            .Range(0, FromRest + 1)
            .Select(from =>
                $"update links set revision = revision + 1, {string.Join(", ", LinkRow.Written[from..].Select(c => $"{c} = @{c}"))} "
                + "where id = @id and revision = @revision"
            ),
    ];

    /// <summary>The link of a number; null if there is none.</summary>
    public static Link? Find(StoreSession store, LinkId? id) => First(store, "id = @id", ("@id", id));

    /// <summary>The link of a number that is there.</summary>
    public static Link Get(StoreSession store, LinkId id) =>
        Find(store, id) ?? throw new InvalidOperationException($"There is no link {id}.");

    /// <summary>The link of an account or group of Slack; null if there is none.</summary>
    public static Link? BySlackId(StoreSession store, TenantId tenantId, Kind kind, string slackId) =>
        First(
            store,
            "tenant_id = @tenant and kind = @kind and slack_id = @slack",
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@slack", slackId)
        );

    /// <summary>Its number alone.</summary>
    public static LinkId? IdBySlackId(StoreSession store, TenantId tenantId, Kind kind, string slackId) =>
        store.First(
            "select id from links where tenant_id = @tenant and kind = @kind and slack_id = @slack",
            row => (LinkId?)row.Number<LinkId>(),
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@slack", slackId)
        );

    /// <summary>
    /// A group with a name, by its key, that is to be gone and that Slack has denied (<see cref="Link.IsLeaving"/>): a
    /// tombstone has no name to be found by. The last ones are looked at.
    /// </summary>
    public static Link? Leaving(StoreSession store, TenantId tenantId, string name) =>
        All(
                store,
                "tenant_id = @tenant and kind = @kind and state in (@broken, @pending) and absent = @yes "
                    + "order by since desc limit @most",
                ("@tenant", tenantId),
                ("@kind", Kind.Group),
                ("@broken", LinkState.Broken),
                ("@pending", LinkState.Pending),
                ("@yes", true),
                ("@most", MostLeaving)
            )
            .Find(link => link.Has(SlackField.DisplayName) is { } has && Fold.Key(has) == name);

    /// <summary>The Slack id of the account of a user whom the tenant shows; null if there is none.</summary>
    public static string? SlackIdOf(StoreSession store, TenantId tenantId, ResourceId user) =>
        store.First(
            "select l.slack_id from links l join resources r on r.link_id = l.id where r.id = @id and r.tenant_id = @tenant and r.deleted is null",
            row => row.TextOrNull(),
            ("@id", user),
            ("@tenant", tenantId)
        );

    /// <summary>The user whom the tenant shows as an account of Slack; null if there is none.</summary>
    public static ResourceId? ShownAs(StoreSession store, TenantId tenantId, string slackId) =>
        store.First(
            "select r.id from links l join resources r on r.id = l.claimant_id where l.tenant_id = @tenant and l.kind = @kind "
                + "and l.slack_id = @slack and r.deleted is null and r.hidden = @no",
            row => (ResourceId?)row.Id<ResourceId>(),
            ("@tenant", tenantId),
            ("@kind", Kind.User),
            ("@slack", slackId),
            ("@no", false)
        );

    /// <summary>Writes a link, new or changed, and gives it back as it is kept.</summary>
    /// <exception cref="InvalidOperationException">
    /// It was changed since it was read: what is wanted of it has to be done to the link as it is.
    /// </exception>
    public static Link Save(StoreSession store, Link link)
    {
        if (link.Id == default)
            return link with
            {
                Id = store.First(_insert, row => row.Number<LinkId>(), LinkRow.Values(link).AsSpan()[..^2]),
                Indexed = (link.SlackId, link.ClaimantId),
            };
        var from =
            link.ClaimantId != link.Indexed.ClaimantId ? FromClaimant
            : link.SlackId != link.Indexed.SlackId ? FromSlackId
            : FromRest;
        store.PutOne(
            _updates[from],
            () => new InvalidOperationException($"Link {link.Id} has changed since it was read."),
            LinkRow.Values(link).AsSpan()[from..]
        );
        return link with { Revision = link.Revision + 1, Indexed = (link.SlackId, link.ClaimantId) };
    }

    /// <summary>Forgets a link that nothing came of.</summary>
    public static void Delete(StoreSession store, LinkId id) =>
        store.Put("delete from links where id = @id", ("@id", id));

    /// <summary>A new process takes a tenant over: nobody waits any more for an answer of the former one.</summary>
    public static void AcceptAll(StoreSession store, TenantId tenantId) =>
        store.Put(
            "update links set answer_by = null, revision = revision + 1 where tenant_id = @tenant and state <> 0 and answer_by is not null",
            ("@tenant", tenantId)
        );

    /// <summary>
    /// After an unclean stop what was pending may have been sent: it waits until a late call can land no more, and what
    /// has no Slack id is asked for before it is made. What was asked for already was not being made.
    /// </summary>
    public static void AskForAllPending(StoreSession store, TenantId tenantId, Instant until) =>
        store.Put(
            "update links set ask_first = (ask_first or slack_id is null), "
                + "intended = case when slack_id is null then coalesce(intended, case when not ask_first then since end) end, "
                + $"lost_until = @until, revision = revision + 1 where {Unsettled} = @pending",
            ("@until", until),
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending)
        );

    /// <summary>What waits says why: nothing is sent of the tenant; or nothing any more, where it is.</summary>
    public static void SayWhyAllWait(StoreSession store, TenantId tenantId, Reason? why) =>
        store.Put(
            $"update links set reason = nullif(@why, ''), revision = revision + 1 where {Unsettled} = @pending "
                + "and coalesce(reason, '') in ('', @shadow, @disabled) and coalesce(reason, '') <> @why",
            ("@why", why?.ToString() ?? ""),
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending),
            ("@shadow", nameof(ReasonCode.ShadowRun)),
            ("@disabled", nameof(ReasonCode.TenantDisabled))
        );

    private static Link? First(StoreSession store, string where, params ReadOnlySpan<(string, object?)> parameters) =>
        store.First($"select {LinkRow.Columns} from links where {where}", LinkRow.Read, parameters);

    /// <summary>The links that a condition holds for.</summary>
    internal static List<Link> All(
        StoreSession store,
        string where,
        params ReadOnlySpan<(string, object?)> parameters
    ) => store.All($"select {LinkRow.Columns} from links where {where}", LinkRow.Read, parameters);
}
