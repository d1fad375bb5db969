using System.Runtime.CompilerServices;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What operators read of the journal: pages of it, all of it, and what changes.</summary>
internal sealed class OperationReads(Store store, TimeProvider clock)
{
    private const int InChunk = 1_000;

    private readonly Scans _pages = new(clock, "operation", "ask for those between two times");
    private readonly Scans _wholes = new(clock, "operation", "ask for those between two times");

    /// <summary>An operation of a tenant with all that is known of it; null if it has none of that id.</summary>
    public async Task<Operation?> FindAsync(TenantId tenant, OperationId id) =>
        await store.AskAsync(session => OperationLists.Find(session, tenant, id));

    /// <summary>So many of a tenant's, the newest first; without notes and commands.</summary>
    public Task<List<Operation>> PageAsync(
        TenantId tenant,
        OperationQuery query,
        int most,
        CancellationToken gone = default
    ) => RunAsync(_pages, tenant, query, most, gone);

    /// <summary>All of a tenant's that are asked for, the newest first, so many at a time; without notes and commands.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Operation>> AllAsync(
        TenantId tenant,
        OperationQuery query,
        [EnumeratorCancellation] CancellationToken gone = default
    )
    {
        while (true)
        {
            var some = await RunAsync(_wholes, tenant, query, InChunk, gone);
            yield return some;
            if (some.Count < InChunk)
                yield break;
            query = query with { Before = new OperationPlace(some[^1].At, some[^1].Id) };
        }
    }

    /// <summary>All of a tenant's that were written or have ended after a place, in that order, so many at a time.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Operation>> ChangedAsync(
        TenantId tenant,
        OperationPlace after,
        [EnumeratorCancellation] CancellationToken gone = default
    )
    {
        while (true)
        {
            var place = after;
            var some = await store.ReadAsync(session => OperationLists.Changed(session, tenant, place, InChunk), gone);
            yield return some;
            if (some.Count < InChunk)
                yield break;
            after = OperationPlace.OfChange(some[^1]);
        }
    }

    // An index leads to the newest, to those of a time and to those of a link. What else is asked for may be found late,
    // or not at all.
    private Task<List<Operation>> RunAsync(
        Scans scans,
        TenantId tenant,
        OperationQuery query,
        int most,
        CancellationToken gone
    )
    {
        return query is { Outcome: null, Source: null, Resource: null, Actor: null, Person: null }
            ? ReadAsync()
            : scans.RunAsync(tenant, ReadAsync, gone);

        async Task<List<Operation>> ReadAsync() =>
            await store.ReadAsync(session => OperationLists.Of(session, tenant, query, most), gone);
    }
}
