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
    private const int MostAtOnce = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapMethods("/audit", ReadMethods.All, ListAsync)
            .Called("listAudit", Role.Owner)
            .AsksForPages("tenant", "actor", "action", "from", "until", "changes");
        api.MapMethods("/audit/seals", ReadMethods.All, VerifyAsync)
            .Called("verifyAudit", Role.Owner, ofAll: true)
            .Asks("head");
    }

    private static Task<IResult> ListAsync(AdminCall call, LinkReads links, EndpointDataSource endpoints)
    {
        if (call.Query("action") is { } wanted)
            RequireKnown(wanted, endpoints);
        var query = new AuditQuery(
            TenantId: call.Key.TenantId,
            Tenant: call.Query("tenant"),
            Key: call.QueryNumber("actor") is { } key ? AdminKeyId.Of(key) : null,
            Action: call.Query("action"),
            From: call.QueryTime("from"),
            Until: call.QueryTime("until"),
            IsOfChanges: call.QueryFlag("changes")
        );
        return call.PageAsync(
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

    // Line by line from the first, since each seal says all before it.
    private static async Task<IResult> VerifyAsync(AdminCall call)
    {
        var noted = call.Query("head") is { } head ? Head(head) : default((long Line, string Seal)?);
        var (line, seal) = (0L, (string?)null);
        var broken = await call.Store.AskAsync(AuditSeals.BeforeFirst) is { } put
            ? new Broken(put.Line!.Value, put.Id.Value, "The first line is 1: this one was put in.")
            : null;
        while (broken is null)
        {
            call.Gone.ThrowIfCancellationRequested();
            var page = await call.Store.AskAsync(session => AuditSeals.Behind(session, line, MostAtOnce));
            foreach (var entry in page)
            {
                broken = Found(entry, line + 1, seal, noted);
                if (broken is not null)
                    break;
                (line, seal) = (entry.Line!.Value, entry.Seal);
            }
            if (page.Count == 0)
                break;
        }
        if (broken is null && noted is { } known && known.Line > line)
            broken = new Broken(
                known.Line,
                null,
                "It was there when the head was noted, and is not any more: lines were deleted, or the store was restored since, which a line 'storeRestored' says."
            );
        return Results.Json(
            new
            {
                Lines = line,
                Head = seal is null ? null : $"{line}:{seal}",
                UnderWay = await call.Store.AskAsync(AuditSeals.UnderWay),
                Broken = broken,
            },
            AdminJson.Options
        );
    }

    private static Broken? Found(AuditEntry entry, long expected, string? before, (long Line, string Seal)? noted) =>
        entry.Line != expected ? new Broken(expected, null, "It is not there: it was deleted.")
        : entry.Seal != AuditSeals.Of(entry, before)
            ? new Broken(expected, entry.Id.Value, "It is not what was sealed: it was changed, or put between.")
        : noted is { } known && known.Line == expected && known.Seal != entry.Seal
            ? new Broken(
                expected,
                entry.Id.Value,
                "Its seal is another than was noted: it, or a line before, was changed and sealed anew."
            )
        : null;

    private static (long Line, string Seal) Head(string head) =>
        head.Split(':') is [var line, { Length: 64 } seal]
        && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0
        && seal.All(char.IsAsciiHexDigitLower)
            ? (number, seal)
            : throw Problem.Invalid(
                "head",
                "It is a number, a colon and 64 hexadecimal digits, as this has answered before."
            );

    private sealed record Broken(long Line, long? Entry, string Why);

    private static object Show(AuditEntry entry, string? name) =>
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
            Name = name,
            Before = entry.Before is null ? null : JsonNode.Parse(entry.Before),
            After = entry.After is null ? null : JsonNode.Parse(entry.After),
            entry.Line,
            entry.Seal,
        };
}
