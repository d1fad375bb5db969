using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What of a tenant somebody should look at: how many of a kind there are, why, and one of them.</summary>
/// <param name="What">
/// The kind: refused, held, failed, dismissed, blocked, broken, protected or <see cref="ChangedInSlack"/>.
/// </param>
/// <param name="Why">The reason of users and groups; null of refused requests.</param>
/// <param name="Refused">The answer of refused requests, such as "409 uniqueness"; null of users and groups.</param>
/// <param name="LastDay">How many came within a day.</param>
/// <param name="InAll">How many there are; null of refused requests, of which only a day is counted.</param>
/// <param name="Link">The one that came first; null of refused requests.</param>
/// <param name="Operation">The one that came last, of refused requests.</param>
internal sealed record Attention(
    string What,
    Reason? Why,
    string? Refused,
    long LastDay,
    long? InAll,
    LinkId? Link,
    Operation? Operation
)
{
    /// <summary>Somebody changed it in Slack, and it was left so.</summary>
    public const string ChangedInSlack = "changedInSlack";

    private const int MostKinds = 20;

    /// <summary>All that there is in a tenant now, the most first of each sort.</summary>
    public static List<Attention> In(StoreSession store, TenantId tenant, Instant now)
    {
        var yesterday = now - TimeSpan.FromDays(1);
        var refused = RefusedOperations
            .Since(store, tenant, yesterday, MostKinds)
            .ConvertAll(one => new Attention(
                "refused",
                null,
                $"{one.Last.Status} {one.Last.ScimType}".Trim(),
                one.Count,
                null,
                null,
                one.Last
            ));
        // What is particular about each, as Slack's own words, makes no kind of its own.
        var standing = Standing(store, tenant, yesterday)
            .GroupBy(one => (What: WhatOf(one.State, one.Why), one.Why?.Code))
            .Select(kind => (kind.Key.What, All: kind, Example: kind.MinBy(one => one.First.Value)))
            .Select(kind => new Attention(
                kind.What,
                kind.Example.Why,
                null,
                kind.All.Sum(one => one.LastDay),
                kind.All.Sum(one => one.InAll),
                kind.Example.First,
                null
            ))
            .OrderByDescending(kind => kind.InAll)
            .Take(MostKinds);
        return [.. refused, .. standing, .. Drifted(store, tenant, yesterday)];
    }

    private static IEnumerable<Attention> Drifted(StoreSession store, TenantId tenant, Instant since)
    {
        var (lastDay, inAll, first) = store.First(
            "select coalesce(sum(case when l.drifted_at >= @since then 1 else 0 end), 0), count(*), min(l.id) from links l "
                + $"where l.tenant_id = @tenant and l.state = @settled and {LinkLists.IsChangedByHand}",
            row => (row.Long(), row.Long(), row.NumberOrNull<LinkId>()),
            ("@tenant", tenant),
            ("@since", since),
            ("@no", false),
            ("@settled", LinkState.Settled)
        );
        return inAll == 0 ? [] : [new Attention(ChangedInSlack, null, null, lastDay, inAll, first, null)];
    }

    // By state and reason, but for what is settled or pending, and what is protected and no provider's, of whom nobody wants
    // anything: those since a time, all, and the first of them.
    private static List<(LinkState State, Reason? Why, long LastDay, long InAll, LinkId First)> Standing(
        StoreSession store,
        TenantId tenant,
        Instant since
    ) =>
        store.All(
            $"select state, reason, sum(case when since >= @since then 1 else 0 end), count(*), min(id) from links where tenant_id = @tenant and state <> 0 and state <> @pending and (state <> @protected or (coalesce(reason, '') not like '{nameof(ReasonCode.ErasedHere)}%' and exists (select 1 from resources r where r.id = links.claimant_id and r.source_id is not null))) "
                + "group by state, reason order by count(*) desc limit 1000",
            row =>
                (row.Word<LinkState>(), Reason.Parse(row.TextOrNull()), row.Long(), row.Long(), row.Number<LinkId>()),
            ("@tenant", tenant),
            ("@since", since),
            ("@pending", LinkState.Pending),
            ("@protected", LinkState.Protected)
        );

    private static string WhatOf(LinkState state, Reason? why) =>
        why?.Code == ReasonCode.Dismissed ? "dismissed" : state.ToString().ToLowerInvariant();
}
