using System.Runtime.CompilerServices;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// All that is kept of a tenant as lines of JSON, each with its kind, and without any secret: neither the token nor a
/// hash. What follows from it, such as keys and totals, and the audit trail, which outlives it, are left out.
/// </summary>
internal sealed class TenantExport(Store store)
{
    internal const int MostRows = 200;

    /// <summary>
    /// The lines, in pieces that fit into memory whatever the tenant has; the last one counts those before it. Each
    /// piece is of one moment, and the next of a later one.
    /// </summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> WriteAsync(
        TenantId tenant,
        [EnumeratorCancellation] CancellationToken gone = default
    )
    {
        var all = 0L;
        foreach (var section in Sections(tenant))
            for (object? place = null; ; )
            {
                var from = place;
                var (lines, next) = await store.ReadAsync(
                    session =>
                    {
                        var some = new ExportLines();
                        return (some, section(session, from, some));
                    },
                    gone
                );
                all += lines.Count;
                yield return lines.Bytes;
                if (next is null)
                    break;
                place = next;
            }
        var end = new ExportLines();
        end.Add("end", json => json.WriteNumber("lines", all));
        yield return end.Bytes;
    }

    // Each writes some lines from a place on, and says from where it goes on; null at its end.
    private static IEnumerable<Func<StoreSession, object?, ExportLines, object?>> Sections(TenantId tenant) =>
        [
            (session, _, lines) => ExportedTenant.WriteTenant(session, tenant, lines),
            (session, place, lines) =>
                Each(
                    Sources.After(session, tenant, (int?)place ?? 0, MostRows),
                    lines,
                    one => one.Id,
                    ExportedTenant.WriteSource
                ),
            (session, _, lines) => Each(Credentials.Of(session, tenant), lines, null, ExportedTenant.WriteCredential),
            (session, place, lines) => ExportedPeople.Resources(session, tenant, (ResourceId?)place, lines),
            (session, place, lines) =>
                ExportedPeople.Members(session, tenant, ((GroupId, ResourceId, int)?)place, lines),
            (session, place, lines) =>
                Each(
                    LinkLists.After(session, tenant, (LinkId?)place ?? default, MostRows),
                    lines,
                    one => one.Id,
                    ExportedPeople.WriteLink
                ),
            (session, place, lines) =>
                Each(
                    HoldRows.After(session, tenant, (HoldId?)place ?? default, MostRows),
                    lines,
                    one => one.Id,
                    ExportedPeople.WriteHold
                ),
            (session, place, lines) =>
                Each(
                    Jobs.Before(session, tenant, (JobId?)place ?? new JobId(long.MaxValue), MostRows),
                    lines,
                    one => one.Id,
                    ExportedTenant.WriteJob
                ),
            (session, place, lines) =>
                Each(
                    OutboxRows.Before(session, tenant, (Guid?)place, MostRows),
                    lines,
                    one => one.Notice.Id,
                    ExportedTenant.WriteNotice
                ),
            (session, place, lines) =>
                Each(
                    OperationLists.Whole(session, tenant, (OperationPlace?)place, MostRows),
                    lines,
                    one => new OperationPlace(one.At, one.Id),
                    ExportedTenant.WriteOperation
                ),
        ];

    private static object? Each<T>(
        List<T> some,
        ExportLines lines,
        Func<T, object>? place,
        Action<ExportLines, T> write
    )
    {
        foreach (var one in some)
            write(lines, one);
        return place is not null && some.Count == MostRows ? place(some[^1]) : null;
    }
}
