using System.Text.Json.Nodes;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What administrators have changed.</summary>
internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapMethods("/audit", ReadMethods.All, ListAsync)
            .Called("listAudit", Role.Owner)
            .AsksForPages("tenant", "actor", "action", "from", "until");

    private static Task<IResult> ListAsync(AdminCall call)
    {
        var query = new AuditQuery(
            TenantId: call.Key.TenantId,
            Tenant: call.Query("tenant"),
            Key: call.QueryNumber("actor") is { } key ? AdminKeyId.Of(key) : null,
            Action: call.Query("action"),
            From: call.QueryTime("from"),
            Until: call.QueryTime("until")
        );
        return call.PageAsync(
            (after, most) =>
                call.Store.AskAsync(session =>
                    AuditEntries.Of(
                        session,
                        query with
                        {
                            Before = after is null ? null : AuditEntryId.Of(AdminCall.Numbered(after)),
                        },
                        most
                    )
                ),
            entry => entry.Id.ToString(),
            Show
        );
    }

    private static object Show(AuditEntry entry) =>
        new
        {
            Id = entry.Id.Value,
            At = entry.At.ToTime(),
            Actor = new { Key = entry.KeyId?.Value, entry.Label },
            entry.Client,
            entry.Tenant,
            entry.Action,
            entry.Status,
            entry.About,
            Before = entry.Before is null ? null : JsonNode.Parse(entry.Before),
            After = entry.After is null ? null : JsonNode.Parse(entry.After),
        };
}
