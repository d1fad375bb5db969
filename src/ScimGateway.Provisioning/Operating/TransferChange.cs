using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Hands users and groups over from one source to another: one, or all. Of a group the rows of its former source go
/// with it.
/// </summary>
internal sealed class TransferChange(OperatedTenant tenant, TenantChange.Transfer change) : ChangeWork
{
    private readonly string _resources =
        "tenant_id = @tenant and source_id = @from" + (change.Only is null ? "" : " and id = @only");

    private readonly string _members = "source_id = @from" + (change.Only is null ? "" : " and group_id = @only");

    /// <inheritdoc/>
    public override Task<TenantChange> PreviewAsync(Planned planned) =>
        tenant.Store.Read(session =>
        {
            Require(session);
            foreach (var (what, count) in Counts(session))
                planned.Count(what, count);
            return Task.FromResult<TenantChange>(change);
        });

    /// <inheritdoc/>
    public override Noted Note(StoreSession session)
    {
        Require(session);
        var (from, to) = (Name(session, change.From), Name(session, change.To));
        var counts = string.Join(", ", Counts(session).Select(one => $"{one.What}: {one.Count}"));
        return new Noted("handed over", $"from {from} to {to}{(change.Only is { } only ? $", {only} alone" : "")}; {counts}");
    }

    /// <inheritdoc/>
    public override Batch Start(StoreSession session)
    {
        var resources = session.Execute(
            $"update resources set source_id = @to where id in (select id from resources where {_resources} limit @most)",
            ("@to", change.To),
            ("@tenant", tenant.Id),
            ("@from", change.From),
            ("@only", change.Only),
            ("@most", MostAtOnce)
        );
        var members = session.All(
            $"select group_id, member_id from members where {_members} limit @most",
            row => (row.Id(), row.Id()),
            ("@from", change.From),
            ("@only", change.Only),
            ("@most", MostAtOnce)
        );
        foreach (var (group, member) in members)
            HandOver(session, group, member);
        return resources + members.Count == 0 ? Batch.Last : new Batch(Start);
    }

    // Who wants the member already has a row of his own, which says the same.
    private void HandOver(StoreSession session, Guid group, Guid member)
    {
        session.Execute(
            "delete from members where group_id = @group and member_id = @member and source_id = @from and exists "
                + "(select 1 from members o where o.group_id = @group and o.member_id = @member and o.source_id = @to)",
            ("@group", group),
            ("@member", member),
            ("@from", change.From),
            ("@to", change.To)
        );
        session.Execute(
            "update members set source_id = @to where group_id = @group and member_id = @member and source_id = @from",
            ("@to", change.To),
            ("@group", group),
            ("@member", member),
            ("@from", change.From)
        );
    }

    // What there is to hand over; members that the source wants in groups, its own or others'.
    private IReadOnlyList<(string What, int Count)> Counts(StoreSession session) =>
        [
            ("Users", Count(session, Kind.User)),
            ("Groups", Count(session, Kind.Group)),
            (
                "Members",
                session.First(
                    $"select count(*) from members where {_members}",
                    row => row.Int(),
                    ("@from", change.From),
                    ("@only", change.Only)
                )
            ),
        ];

    private int Count(StoreSession session, Kind kind) =>
        session.First(
            $"select count(*) from resources where {_resources} and kind = @kind and deleted is null",
            row => row.Int(),
            ("@tenant", tenant.Id),
            ("@from", change.From),
            ("@only", change.Only),
            ("@kind", kind)
        );

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
                Rows.ReadResource(session, only) is not { Deleted: null } there
                || there.TenantId != tenant.Id
                || there.SourceId != change.From
            )
        )
            throw ScimException.NotFound($"There is no claimed user or group {only} of source {change.From} to hand over.");
    }

    private string? Name(StoreSession session, int source) =>
        session.First(
            "select name from sources where id = @id and tenant_id = @tenant",
            row => row.Text(),
            ("@id", source),
            ("@tenant", tenant.Id)
        );
}
