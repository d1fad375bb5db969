using System.Globalization;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What was asked for and what came of it: as pages, as it happens, or all of it as a file.</summary>
internal static class OperationEndpoints
{
    public static void Map(IEndpointRouteBuilder tenant)
    {
        tenant
            .MapMethods("/operations", ReadMethods.All, ListAsync)
            .Called("listOperations", Role.Viewer)
            .AsksForPages("search", "outcome", "source", "link", "resource", "actor", "from", "until")
            .ReadsPeople(isFile: request => FormOf(request) != Form.Page);
        tenant
            .MapMethods("/operations/{operation:guid}", ReadMethods.All, ReadAsync)
            .Called("readOperation", Role.Viewer)
            .ReadsPeople();
    }

    private static Task<IResult> ListAsync(
        HttpContext context,
        AdminCall call,
        OperationReads operations,
        OperationStreams streams,
        Exports exports
    )
    {
        var query = QueryOf(call);
        var tenant = call.Tenant.Row.Id;
        var form = FormOf(context.Request);
        if (form is Form.Lines or Form.Table)
            LeaveOut(call, "A file has all there is, and no pages; leave it out.", "cursor", "limit");
        switch (form)
        {
            case Form.Stream:
                return OperationEvents.StreamAsync(context, call, query, operations, streams);
            case Form.Lines:
                return exports.AnswerAsync(
                    context,
                    call,
                    "application/x-ndjson",
                    "operations.ndjson",
                    OperationsFile.LinesAsync(operations.AllAsync(tenant, query, call.Gone), call.Gone)
                );
            case Form.Table:
                return exports.AnswerAsync(
                    context,
                    call,
                    "text/csv; charset=utf-8; header=present",
                    "operations.csv",
                    OperationsFile.TableAsync(operations.AllAsync(tenant, query, call.Gone), call.Gone)
                );
            default:
                return call.PageAsync<Operation>(
                    (before, most) =>
                        new(
                            operations.PageAsync(
                                tenant,
                                query with
                                {
                                    Before = before is null ? null : PlaceOf(before, "cursor"),
                                },
                                most,
                                call.Gone
                            )
                        ),
                    one => Text(new OperationPlace(one.At, one.Id)),
                    ShownOperation.Of
                );
        }
    }

    private static async Task<IResult> ReadAsync(AdminCall call, Guid operation, OperationReads operations) =>
        await operations.FindAsync(call.Tenant.Row.Id, new OperationId(operation)) is { } found
            ? call.Answer(ExplainedOperation.Explained(found, call.Tenant.Row.Slug))
            : throw Problem.NotFound(
                $"There is no operation {operation}, or it ended so long ago that it is forgotten. GET {AdminPaths.Of(call.Tenant.Row.Slug)}/operations lists those there are."
            );

    internal static void LeaveOut(AdminCall call, string why, params string[] names)
    {
        foreach (var name in names)
            if (call.Query(name) is not null)
                throw Problem.Invalid(name, why);
    }

    private static OperationQuery QueryOf(AdminCall call) =>
        new()
        {
            From = call.QueryTime("from"),
            Until = call.QueryTime("until"),
            Outcome = call.Query<OperationOutcome>("outcome")?.Word(),
            Source = call.QuerySource("source"),
            Link = call.QueryNumber("link") is { } link ? new LinkId(link) : null,
            Resource = call.QueryResource("resource"),
            Actor = call.Query("actor"),
            Person = call.QuerySearch(),
        };

    // By quality, and of the same quality by the order in which they are named (RFC 9110 §12.5.1).
    private static Form FormOf(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
            return Form.Page;
        foreach (var type in accepted.Where(type => type.Quality is not 0).OrderByDescending(type => type.Quality ?? 1))
            switch (type.MediaType.Value?.ToLowerInvariant())
            {
                case "application/json" or "application/*" or "*/*":
                    return Form.Page;
                case "text/event-stream":
                    return Form.Stream;
                case "application/x-ndjson":
                    return Form.Lines;
                case "text/csv" or "text/*":
                    return Form.Table;
            }
        throw Problem.NotAcceptable(
            "Accept one of application/json, text/event-stream, application/x-ndjson and text/csv."
        );
    }

    internal static string Text(OperationPlace place) => $"{place.Moment}.{place.Id}";

    internal static OperationPlace PlaceOf(string text, string field) =>
        text.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
        && long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var moment)
        && moment < Instant.Of(DateTimeOffset.MaxValue).Value
        && Guid.TryParse(text.AsSpan(dot + 1), out var id)
            ? new OperationPlace(new Instant(moment), new OperationId(id))
            : throw Problem.Invalid(field, "It is not as the gateway has given it out; begin without it.");

    private enum Form
    {
        Page,
        Stream,
        Lines,
        Table,
    }
}
