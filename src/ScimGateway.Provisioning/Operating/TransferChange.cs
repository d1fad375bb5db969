using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Hands users and groups over from one source to another: one, or all. Of a group the rows of its former source go
/// with it.
/// </summary>
internal sealed class TransferChange(OperatedTenant tenant, TenantChange.Transfer change) : ChangeWork
{
    /// <summary>Whether a transfer from or to a source is confirmed and not done yet.</summary>
    public static bool IsUnderWay(StoreSession session, TenantId tenantId, int source) =>
        Jobs.Unfinished(session, tenantId, Changes.JobKind) is { } begun
        && Preview.Parse(begun).Change is TenantChange.Transfer under
        && (under.From == source || under.To == source);

    /// <inheritdoc/>
    public override async Task<TenantChange> PreviewAsync(Planned planned) =>
        await tenant.Store.ReadAsync(session =>
        {
            Require(session);
            Plan(session, planned, Counts(session));
            return change;
        });

    /// <inheritdoc/>
    public override Noted Note(StoreSession session)
    {
        Require(session);
        var (from, to) = (Name(session, change.From), Name(session, change.To));
        var counts = Counts(session);
        // The source may have posted more since the operator looked, and that is handed over too.
        var now = new Planned();
        Plan(session, now, counts);
        return new Noted(
            "handed over",
            $"from {from} to {to}{(change.Only is { } only ? $", {only} alone" : "")}; {string.Join(", ", counts.Select(one => $"{one.What}: {one.Count}"))}"
        )
        {
            Now = now,
        };
    }

    private void Plan(StoreSession session, Planned planned, IReadOnlyList<(string What, int Count)> counts)
    {
        foreach (var (what, count) in counts)
            planned.Count(what, count);
        var named = Resources.OfSource(session, tenant.Id, change.From, change.Only, planned.Most);
        foreach (var (id, link) in named)
            planned.Name(new PlannedLink(link, id, ["HandedOver"]));
        planned.AddUnnamed(counts.Where(one => one.What != "Members").Sum(one => one.Count) - named.Count);
    }

    /// <inheritdoc/>
    public override Batch Start(StoreSession session)
    {
        var resources = Resources.HandOver(session, tenant.Id, change.From, change.To, change.Only, MostAtOnce);
        var members = MemberLists.OfSource(session, change.From, change.Only, MostAtOnce);
        foreach (var (group, member) in members)
            HandedMembers.HandOver(session, group, member, change.From, change.To);
        return resources + members.Count == 0 ? Batch.Last : new Batch(Start);
    }

    // What there is to hand over; members that the source wants in groups, its own or others'.
    private IReadOnlyList<(string What, int Count)> Counts(StoreSession session) =>
        [
            ("Users", Resources.Count(session, tenant.Id, change.From, change.Only, Kind.User)),
            ("Groups", Resources.Count(session, tenant.Id, change.From, change.Only, Kind.Group)),
            ("Members", MemberLists.Count(session, change.From, change.Only)),
        ];

    private void Require(StoreSession session)
    {
        if (change.From == change.To)
            throw ScimException.InvalidValue("What a source has cannot be handed over to itself; name another source.");
        foreach (var source in (int[])[change.From, change.To])
            if (Name(session, source) is null)
                throw ScimException.InvalidValue($"The tenant has no source {source}.");
        if (
            change.Only is { } only
            && (
                Resources.Find(session, only) is not { Deleted: null } there
                || there.TenantId != tenant.Id
                || there.SourceId != change.From
            )
        )
            throw ScimException.NotFound(
                $"There is no claimed user or group {only} of source {change.From} to hand over."
            );
    }

    private string? Name(StoreSession session, int source) => Sources.Name(session, tenant.Id, source);
}
