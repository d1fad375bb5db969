using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// The table of links. A link is read, changed by its own methods, and saved; nothing else writes a row, but for what a
/// start does to all of a tenant's at once.
/// </summary>
internal static class Links
{
    /// <summary>The columns, in the order in which they are read.</summary>
    private const string Columns =
        "id, revision, tenant_id, kind, claimant_id, slack_id, user_name, delivered, seen, echo, seen_at, imported, protection, absent, "
        + "wanted_version, settled_version, state, reason, since, set_aside, kept, spoken, spoken_version, sent, is_aside, priority, due, lost_until, attempts, "
        + "answer_by, ask_first, intended, asked, reachable, slice, drifted_at, is_drift_suspected, drifted, matched_by, operation_id";

    // Nearly all links are settled, so the index of the others is small. It is found by the same words alone.
    internal const string Unsettled = "tenant_id = @tenant and state <> 0 and state";

    // Of deleted groups that Slack has denied; their names are read one by one.
    private const int MostLeaving = 1_000;

    private static readonly string[] _written = [.. Columns.Split(", ").Except(["id", "revision"])];

    private static readonly string _insert =
        $"insert into links (revision, {string.Join(", ", _written)}) values (0, {string.Join(", ", _written.Select(c => $"@{c}"))}) returning id";

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
                $"update links set revision = revision + 1, {string.Join(", ", _written[from..].Select(c => $"{c} = @{c}"))} "
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

    /// <summary>The next links, after one, of what providers have.</summary>
    public static List<Link> Claimed(StoreSession store, TenantId tenantId, LinkId after, int most) =>
        All(
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

    /// <summary>All that have nothing to do, by where they stand and whose they are.</summary>
    public static List<CountedLinks> CountAtRest(StoreSession store, TenantId tenantId) =>
        store.All(
            "select l.kind, l.state, l.reason, r.source_id is not null and r.deleted is null and r.hidden = @no, r.source_id is not null, l.slack_id is not null, l.matched_by, count(*) "
                + "from links l left join resources r on r.id = l.claimant_id where l.tenant_id = @tenant and l.state <> @pending group by 1, 2, 3, 4, 5, 6, 7",
            row => new CountedLinks(
                row.Word<Kind>(),
                row.Word<LinkState>(),
                Reason.Parse(row.TextOrNull()),
                new Ownership(row.FlagOrNull() ?? false, row.Flag(), row.Flag(), row.WordOrNull<MatchedBy>()),
                row.Int()
            ),
            ("@no", false),
            ("@tenant", tenantId),
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
        All(
            store,
            "+tenant_id = @tenant and id > @after order by id limit @most",
            ("@tenant", tenantId),
            ("@after", after),
            ("@most", most)
        );

    /// <summary>The links that have something to do.</summary>
    public static List<LinkId> Unfinished(StoreSession store, TenantId tenantId) =>
        store.All(
            $"select id from links where {Unsettled} in (@pending, @failed)",
            row => row.Number<LinkId>(),
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending),
            ("@failed", LinkState.Failed)
        );

    /// <summary>The links with something to tell Slack, in their order.</summary>
    public static List<LinkId> Pending(StoreSession store, TenantId tenantId) =>
        store.All(
            $"select id from links where {Unsettled} = @pending order by id",
            row => row.Number<LinkId>(),
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending)
        );

    /// <summary>The links of a kind that wait for an operator, after one.</summary>
    public static List<Link> Held(StoreSession store, TenantId tenantId, Kind kind, LinkId after, int most) =>
        All(
            store,
            $"{Unsettled} = @held and kind = @kind and id > @after order by id limit @most",
            ("@tenant", tenantId),
            ("@held", LinkState.Held),
            ("@kind", kind),
            ("@after", after),
            ("@most", most)
        );

    /// <summary>The links of users who name a user as their manager, as far as nothing is under way of them.</summary>
    public static List<Link> Reports(StoreSession store, TenantId tenantId, ResourceId manager) =>
        All(
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
        All(
            store,
            "tenant_id = @tenant and kind = @kind and state = @held",
            ("@tenant", tenant),
            ("@kind", kind),
            ("@held", LinkState.Held)
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

    /// <summary>
    /// Links of users who have an address in their documents and are not at Slack as they want, longest first.
    /// </summary>
    public static List<Link> WaitingFor(StoreSession store, TenantId tenantId, string address, int most) =>
        All(
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

    /// <summary>How many have stood in a state since before a time.</summary>
    public static long Count(StoreSession store, TenantId tenantId, LinkState state, Instant before) =>
        store.First(
            $"select count(*) from links where {Unsettled} = @state and since < @before",
            row => row.Long(),
            ("@tenant", tenantId),
            ("@state", state),
            ("@before", before)
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
                Id = store.First(_insert, row => row.Number<LinkId>(), Values(link).AsSpan()[..^2]),
                Indexed = (link.SlackId, link.ClaimantId),
            };
        var from =
            link.ClaimantId != link.Indexed.ClaimantId ? FromClaimant
            : link.SlackId != link.Indexed.SlackId ? FromSlackId
            : FromRest;
        store.PutOne(
            _updates[from],
            () => new InvalidOperationException($"Link {link.Id} has changed since it was read."),
            Values(link).AsSpan()[from..]
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
    /// has no Slack id is asked for before it is made.
    /// </summary>
    public static void AskForAllPending(StoreSession store, TenantId tenantId, Instant until) =>
        store.Put(
            "update links set ask_first = (ask_first or slack_id is null), intended = case when slack_id is null then coalesce(intended, since) end, "
                + $"lost_until = @until, revision = revision + 1 where {Unsettled} = @pending",
            ("@until", until),
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending)
        );

    /// <summary>What waited while nothing was sent has nothing in its way any more.</summary>
    public static void LetAllGo(StoreSession store, TenantId tenantId) =>
        store.Put(
            $"update links set reason = null, revision = revision + 1 where {Unsettled} = @pending and reason in (@shadow, @disabled)",
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending),
            ("@shadow", nameof(ReasonCode.ShadowRun)),
            ("@disabled", nameof(ReasonCode.TenantDisabled))
        );

    private static Link? First(StoreSession store, string where, params ReadOnlySpan<(string, object?)> parameters) =>
        store.First($"select {Columns} from links where {where}", Read, parameters);

    /// <summary>The links that a condition holds for.</summary>
    internal static List<Link> All(
        StoreSession store,
        string where,
        params ReadOnlySpan<(string, object?)> parameters
    ) => store.All($"select {Columns} from links where {where}", Read, parameters);

    // In the order of the columns, and then what a row is found by.
    private static (string Name, object? Value)[] Values(Link link) =>
        [
            ("@tenant_id", link.TenantId),
            ("@kind", link.Kind),
            ("@claimant_id", link.ClaimantId),
            ("@slack_id", link.SlackId),
            ("@user_name", link.UserName),
            ("@delivered", link.Delivered),
            ("@seen", link.Seen),
            ("@echo", link.Echo),
            ("@seen_at", link.SeenAt),
            ("@imported", link.Imported),
            ("@protection", link.Protection?.ToString()),
            ("@absent", link.Absent),
            ("@wanted_version", link.WantedVersion),
            ("@settled_version", link.SettledVersion),
            ("@state", link.State),
            ("@reason", link.Reason?.ToString()),
            ("@since", link.Since),
            ("@set_aside", link.SetAside.ToString()),
            ("@kept", link.Kept.ToString()),
            ("@spoken", link.Spoken.ToString()),
            ("@spoken_version", link.SpokenVersion),
            ("@sent", link.Sent),
            ("@is_aside", link.IsAside),
            ("@priority", link.Priority),
            ("@due", link.Due),
            ("@lost_until", link.LostUntil),
            ("@attempts", link.Attempts),
            ("@answer_by", link.AnswerBy),
            ("@ask_first", link.AskFirst),
            ("@intended", link.Intended),
            ("@asked", link.Asked),
            ("@reachable", link.Reachable),
            ("@slice", link.Slice),
            ("@drifted_at", link.DriftedAt),
            ("@is_drift_suspected", link.IsDriftSuspected),
            ("@drifted", link.Drifted),
            ("@matched_by", link.MatchedBy),
            ("@operation_id", link.OperationId),
            ("@id", link.Id),
            ("@revision", link.Revision),
        ];

    private static Link Read(Row row)
    {
        var (id, revision, tenantId, kind) = (
            row.Number<LinkId>(),
            row.Long(),
            row.Number<TenantId>(),
            row.Word<Kind>()
        );
        var (claimantId, slackId) = (row.IdOrNull<ResourceId>(), row.TextOrNull());
        return new Link
        {
            Id = id,
            Revision = revision,
            TenantId = tenantId,
            Kind = kind,
            ClaimantId = claimantId,
            SlackId = slackId,
            Indexed = (slackId, claimantId),
            UserName = row.TextOrNull(),
            Delivered = row.BytesOrNull(),
            Seen = row.BytesOrNull(),
            Echo = row.BytesOrNull(),
            SeenAt = row.NumberOrNull<Instant>(),
            Imported = row.Flag(),
            Protection = Reason.Parse(row.TextOrNull()),
            Absent = row.Flag(),
            WantedVersion = row.Long(),
            SettledVersion = row.Long(),
            State = row.Word<LinkState>(),
            Reason = Reason.Parse(row.TextOrNull()),
            Since = row.Number<Instant>(),
            SetAside = FieldSet.Parse(row.Text()),
            Kept = FieldSet.Parse(row.Text()),
            Spoken = FieldSet.Parse(row.Text()),
            SpokenVersion = row.Long(),
            Sent = row.Flag(),
            IsAside = row.Flag(),
            Priority = row.Word<SlackPriority>(),
            Due = row.NumberOrNull<Instant>(),
            LostUntil = row.NumberOrNull<Instant>(),
            Attempts = row.Int(),
            AnswerBy = row.NumberOrNull<Instant>(),
            AskFirst = row.Flag(),
            Intended = row.NumberOrNull<Instant>(),
            Asked = row.Int(),
            Reachable = row.Flag(),
            Slice = row.IntOrNull(),
            DriftedAt = row.NumberOrNull<Instant>(),
            IsDriftSuspected = row.Flag(),
            Drifted = row.Text(),
            MatchedBy = row.WordOrNull<MatchedBy>(),
            OperationId = row.IdOrNull<OperationId>(),
        };
    }
}
