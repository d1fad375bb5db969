using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Operating;

/// <summary>How much of a source a transfer would move.</summary>
/// <param name="Users">Its users.</param>
/// <param name="Groups">Its groups.</param>
/// <param name="Members">The members that it wants in groups, its own or others'.</param>
public sealed record TransferPreview(int Users, int Groups, int Members);

/// <summary>Hands users and groups over from one source of a tenant to another (DESIGN 3): one, or all after a preview. Slack hears nothing of it.</summary>
public sealed class Transfers(Store store)
{
    private const int MostAtOnce = 500;

    /// <summary>What a source has that could be handed over.</summary>
    public TransferPreview Preview(int tenantId, int from) =>
        store.Read(session => new TransferPreview(
            Count(session, tenantId, from, Kind.User),
            Count(session, tenantId, from, Kind.Group),
            session.First("select count(*) from members where source_id = @from", row => row.GetInt32(0), ("@from", from))
        ));

    /// <summary>Hands one user or group over to a source. Of a group the rows of its former source go with it.</summary>
    public Task OneAsync(int tenantId, Guid resource, int to) =>
        store.WriteAsync(
            session =>
            {
                RequireSource(session, tenantId, to);
                if (
                    Rows.ReadResource(session, resource) is not { Deleted: null } there
                    || there.TenantId != tenantId
                    || there.SourceId is not { } from
                )
                    throw ScimException.NotFound($"There is no claimed user or group {resource} to hand over.");
                session.Execute("update resources set source_id = @to where id = @id", ("@to", to), ("@id", resource));
                foreach (var member in from == to ? [] : MembersOf(session, resource, from))
                    HandOver(session, resource, member, from, to);
                return true;
            },
            CancellationToken.None
        );

    /// <summary>Hands all that a source has over to another; a transfer that is interrupted is simply made again.</summary>
    public async Task AllAsync(int tenantId, int from, int to)
    {
        if (from == to)
            return;
        while (
            await store
                .WriteAsync(
                    session => SomeResources(session, tenantId, from, to) + SomeMembers(session, from, to),
                    CancellationToken.None
                )
                .ConfigureAwait(false) > 0
        )
        {
            // the next ones, with room for others in between
        }
    }

    private static int SomeResources(StoreSession session, int tenantId, int from, int to)
    {
        RequireSource(session, tenantId, to);
        RequireSource(session, tenantId, from);
        return session.Execute(
            "update resources set source_id = @to where id in (select id from resources where tenant_id = @tenant and source_id = @from limit @most)",
            ("@to", to),
            ("@tenant", tenantId),
            ("@from", from),
            ("@most", MostAtOnce)
        );
    }

    private static int SomeMembers(StoreSession session, int from, int to)
    {
        var rows = session.All(
            "select group_id, member_id from members where source_id = @from limit @most",
            row => (row.GetGuid(0), row.GetGuid(1)),
            ("@from", from),
            ("@most", MostAtOnce)
        );
        foreach (var (group, member) in rows)
            HandOver(session, group, member, from, to);
        return rows.Count;
    }

    // Who wants the member already has a row of his own, which says the same.
    private static void HandOver(StoreSession session, Guid group, Guid member, int from, int to)
    {
        session.Execute(
            "delete from members where group_id = @group and member_id = @member and source_id = @from and exists "
                + "(select 1 from members o where o.group_id = @group and o.member_id = @member and o.source_id = @to)",
            ("@group", group),
            ("@member", member),
            ("@from", from),
            ("@to", to)
        );
        session.Execute(
            "update members set source_id = @to where group_id = @group and member_id = @member and source_id = @from",
            ("@to", to),
            ("@group", group),
            ("@member", member),
            ("@from", from)
        );
    }

    private static List<Guid> MembersOf(StoreSession session, Guid group, int source) =>
        session.All(
            "select member_id from members where group_id = @group and source_id = @source",
            row => row.GetGuid(0),
            ("@group", group),
            ("@source", source)
        );

    private static int Count(StoreSession session, int tenantId, int source, Kind kind) =>
        session.First(
            "select count(*) from resources where tenant_id = @tenant and source_id = @source and kind = @kind and deleted is null",
            row => row.GetInt32(0),
            ("@tenant", tenantId),
            ("@source", source),
            ("@kind", kind)
        );

    private static void RequireSource(StoreSession session, int tenantId, int source)
    {
        if (
            session.First(
                "select 1 from sources where id = @id and tenant_id = @tenant",
                row => row.GetInt32(0),
                ("@id", source),
                ("@tenant", tenantId)
            ) != 1
        )
            throw ScimException.InvalidValue($"The tenant has no source {source}.");
    }
}
