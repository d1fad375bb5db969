using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>All that is kept of a tenant.</summary>
internal static class ExportEndpoints
{
    public static void Map(IEndpointRouteBuilder tenant) =>
        tenant
            .MapMethods("/export", ReadMethods.All, ExportAsync)
            .Called("exportTenant", Role.Owner)
            .ReadsPeople(isFile: _ => true);

    private static Task<IResult> ExportAsync(
        HttpContext context,
        AdminCall call,
        TenantExport export,
        Exports exports
    ) =>
        exports.AnswerAsync(
            context,
            call,
            "application/x-ndjson",
            "export.ndjson",
            NotedAsync(call, export.WriteAsync(call.Tenant.Row.Id, call.Gone))
        );

    // Whoever asks for more after the last piece has been sent all of them: the tenant may be deleted now.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> NotedAsync(
        AdminCall call,
        IAsyncEnumerable<ReadOnlyMemory<byte>> pieces
    )
    {
        await foreach (var piece in pieces)
            yield return piece;
        var id = call.Tenant.Row.Id;
        await call.Store.WriteAsync(session => Tenants.SetExported(session, id, call.Now), CancellationToken.None, id);
    }
}
