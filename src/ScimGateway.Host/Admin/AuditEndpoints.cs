using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Security;
using ScimGateway.Host.Serve;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What administrators have changed.</summary>
internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapMethods("/audit", ReadMethods.All, ListAsync)
            .Called("listAudit", Role.Owner)
            .AsksForPages("tenant", "tenantId", "actor", "action", "from", "until", "changes");

    private static async Task<IResult> ListAsync(AdminCall call, LinkReads links, EndpointDataSource endpoints)
    {
        if (call.Query("action") is { } wanted)
            RequireKnown(wanted, endpoints);
        var slug = call.Query("tenant");
        // A slug means the tenant that has it now, with the lines of its former slugs. If no tenant has it, it means the lines
        // that were written under it.
        var named = slug is null ? null : await call.Store.AskAsync(session => Tenants.Of(session, slug)?.Id);
        TenantId?[] tenants =
        [
            call.Key.TenantId,
            named,
            call.QueryNumber("tenantId") is { } id ? TenantId.Of(id) : null,
        ];
        var query = new AuditQuery(
            Tenants: [.. tenants.OfType<TenantId>()],
            Slug: named is null ? slug : null,
            Key: call.QueryNumber("actor") is { } key ? AdminKeyId.Of(key) : null,
            Action: call.Query("action"),
            From: call.QueryTime("from"),
            Until: call.QueryTime("until"),
            IsOfChanges: call.QueryFlag("changes")
        );
        return await call.PageAsync(
            async (after, most) =>
            {
                var page = await call.Store.AskAsync(session =>
                    AuditEntries.Of(
                        session,
                        query with
                        {
                            Before = after is null ? null : AuditEntryId.Of(AdminPages.Numbered(after)),
                        },
                        most
                    )
                );
                var names = await NamesAsync(page, links, call.Gone);
                return page.ConvertAll(entry => (Entry: entry, Name: names.GetValueOrDefault(entry.Id)));
            },
            one => one.Entry.Id.ToString(),
            one => Show(one.Entry, one.Name)
        );
    }

    private static void RequireKnown(string action, EndpointDataSource endpoints)
    {
        string[] known =
        [
            .. endpoints
                .Endpoints.Select(one => one.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName)
                .OfType<string>(),
            ConsentEndpoints.Operation,
            ServeStore.ForgetSecrets,
            Restoration.Action,
        ];
        if (known.Contains(action, StringComparer.Ordinal))
            return;
        var near =
            Nearest.To(action, known)
            ?? known.FirstOrDefault(one => one.Contains(action, StringComparison.OrdinalIgnoreCase));
        throw Problem.Invalid(
            "action",
            $"'{action}' is no action{(near is null ? "" : $"; did you mean {near}?")}. An action is an operationId of openapi.yaml, such as updatePreferences."
        );
    }

    // Looked up as it is shown: a line is sealed, outlives the person and has no name.
    private static async Task<Dictionary<AuditEntryId, string>> NamesAsync(
        List<AuditEntry> page,
        LinkReads links,
        CancellationToken gone
    )
    {
        var named = new Dictionary<AuditEntryId, string>();
        foreach (
            var ofTenant in page.Where(entry => entry.TenantId is not null).GroupBy(entry => entry.TenantId!.Value)
        )
        {
            var about = ofTenant
                .Select(entry => (entry.Id, Link: LinkOf(entry)))
                .Where(one => one.Link is not null)
                .ToList();
            var names = await links.NamesAsync(ofTenant.Key, about.Select(one => one.Link!.Value), [], gone);
            foreach (var (id, link) in about)
                if (names.OfLinks.GetValueOrDefault(link!.Value) is { } name)
                    named[id] = name;
        }
        return named;
    }

    private static LinkId? LinkOf(AuditEntry entry) =>
        entry.About.StartsWith("links/", StringComparison.Ordinal)
        && long.TryParse(
            entry.About.AsSpan("links/".Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var link
        )
            ? new LinkId(link)
            : null;

    private static object Show(AuditEntry entry, string? name) =>
        new
        {
            Id = entry.Id.Value,
            At = entry.At.ToTime(),
            Actor = new { Key = entry.KeyId?.Value, entry.Label },
            entry.Client,
            entry.Tenant,
            TenantId = entry.TenantId?.Value,
            entry.Action,
            entry.Status,
            entry.About,
            Name = name,
            Before = entry.Before is null ? null : JsonNode.Parse(entry.Before),
            After = entry.After is null ? null : JsonNode.Parse(entry.After),
            entry.Line,
            entry.Seal,
        };
}
