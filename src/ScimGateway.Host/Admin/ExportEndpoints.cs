using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Admin;

/// <summary>All that is kept of a tenant.</summary>
internal static class ExportEndpoints
{
    public static void Map(IEndpointRouteBuilder tenant) =>
        tenant.Reads("/export", ExportAsync).Called("exportTenant", Role.Owner);

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
            export.WriteAsync(call.Tenant.Row.Id, call.Gone)
        );
}
