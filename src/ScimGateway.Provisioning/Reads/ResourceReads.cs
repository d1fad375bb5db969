using System.Collections.Concurrent;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What providers read of users and groups: one, or a page of a list. Slack is never asked.</summary>
internal sealed class ResourceReads(Store store, TimeProvider clock)
{
    private readonly Scans _scans = new(clock);

    private static readonly ConcurrentDictionary<(SqlDialect, Kind, Related), string> _texts = new();

    /// <summary>The resource of an id; null if there is none.</summary>
    public async ValueTask<ShownResource?> FindAsync(
        Caller caller,
        Kind kind,
        ResourceId id,
        Related related = Related.Nothing
    ) =>
        await store.AskAsync(session =>
            session.First(
                ById(session.Sql, kind, related),
                row => StoredResource.Read(ref row, caller, related).Keep(),
                ("@id", id),
                ("@tenant", caller.TenantId),
                ("@no", false)
            )
        );

    /// <summary>
    /// Shows the resources of the page that a query asks for, one after the other; what is done with one must not read
    /// here.
    /// </summary>
    /// <exception cref="ScimException">The query cannot be answered, or not now.</exception>
    public async Task<ResourcePage> ListAsync(
        Caller caller,
        ResourceQuery query,
        Action<StoredResource> show,
        WorkLimit workLimit
    )
    {
        var cursorKey = query.Cursor is null
            ? null
            : await store.AskAsync(session => Tenants.CursorKey(session, caller.TenantId));
        var list = new ResourceList(store.Sql, caller, query, cursorKey);
        if (list.IsOneStatement)
            return await store.AskAsync(session => list.Page(session, show, workLimit), workLimit.Gone);
        return await (list.IsScan ? _scans.RunAsync(caller.TenantId, PageAsync, workLimit.Gone) : PageAsync());

        async Task<ResourcePage> PageAsync() =>
            await store.ReadAsync(session => list.Page(session, show, workLimit), workLimit.Gone);
    }

    internal static string ById(SqlDialect sql, Kind kind, Related related) =>
        _texts.GetOrAdd(
            (sql, kind, related),
            static of =>
                $"select {StoredResource.Columns(of.Item1, of.Item3)} from {StoredResource.From(of.Item3)} where r.id = @id and {ResourceList.Shown(of.Item2)}"
        );
}
