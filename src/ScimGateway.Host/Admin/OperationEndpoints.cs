using System.Globalization;
using System.Text;
using System.Text.Json;
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
    private static readonly TimeSpan _beat = TimeSpan.FromSeconds(15);

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
                return StreamAsync(context, call, query, operations, streams);
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
            ? call.Answer(ExplainedOperation.Explained(found))
            : throw Problem.NotFound(
                $"There is no operation {operation}, or it ended so long ago that it is forgotten. GET {AdminPaths.Of(call.Tenant.Row.Slug)}/operations lists those there are."
            );

    private static void LeaveOut(AdminCall call, string why, params string[] names)
    {
        foreach (var name in names)
            if (call.Query(name) is not null)
                throw Problem.Invalid(name, why);
    }

    // Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
    private static async Task<IResult> StreamAsync(
        HttpContext context,
        AdminCall call,
        OperationQuery query,
        OperationReads operations,
        OperationStreams streams
    )
    {
        LeaveOut(
            call,
            "A stream has what comes from now on, and no pages; leave it out.",
            "search",
            "from",
            "until",
            "cursor",
            "limit"
        );
        var after = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last
            ? PlaceOf(last, "Last-Event-ID")
            : (OperationPlace?)null;

        using var stream = await streams.OpenAsync(call.Tenant.Row.Id, call.Key.Id);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Gone, streams.Ending);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // else nginx gathers them
        if (HttpMethods.IsHead(context.Request.Method))
            return Results.Empty;
        try
        {
            await SendAsync(context, "retry: 2000\n\n", ended.Token);
            // Whoever deletes the key from now on ends the stream; one that was deleted since the request came has no end.
            if (await call.EndedAsync() is not null)
                return Results.Empty;
            var sent = after is { } place
                ? await CatchUpAsync(context, call, query, operations, place, ended.Token)
                : [];
            if (sent is not null)
                await FollowAsync(context, call, query, stream, sent, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client has gone, or the process ends: the client asks the next one.
        }
        return Results.Empty;
    }

    // What a line says it was is not always when it was there: what came close before is sent once more. The states of
    // what may be told again as it goes on; null where the key lets nobody in any more.
    private static async Task<HashSet<OperationState>?> CatchUpAsync(
        HttpContext context,
        AdminCall call,
        OperationQuery query,
        OperationReads operations,
        OperationPlace after,
        CancellationToken ended
    )
    {
        var sent = new HashSet<OperationState>();
        var from = OperationPlace.Before(after.Moment - OperationStreams.Late);
        await foreach (var some in operations.ChangedAsync(call.Tenant.Row.Id, from, ended))
        {
            var events = new StringBuilder();
            foreach (var one in some)
            {
                if (query.Takes(one))
                    Write(events, one);
                if (call.Now - OperationPlace.OfChange(one).Moment <= OperationStreams.Late)
                    sent.Add(OperationState.Of(one));
            }
            if (await call.EndedAsync() is not null)
                return null;
            await SendAsync(context, events.ToString(), ended);
        }
        return sent;
    }

    private static async Task FollowAsync(
        HttpContext context,
        AdminCall call,
        OperationQuery query,
        OperationStream stream,
        HashSet<OperationState> sent,
        CancellationToken ended
    )
    {
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        var beat = Task.Delay(_beat, clock, ended);
        for (var more = stream.Changes.WaitToReadAsync(ended).AsTask(); ; )
        {
            if (await Task.WhenAny(more, beat) == beat)
            {
                await beat;
                if (await call.EndedAsync() is not null)
                    return;
                await SendAsync(context, ": \n\n", ended); // keeps proxies from taking it for dead
                beat = Task.Delay(_beat, clock, ended);
                continue;
            }
            if (!await more)
                return; // too slow, and it goes on after what it has, as another one; or let out
            if (await call.EndedAsync() is not null)
                return; // whoever was let out hears nothing more
            var events = new StringBuilder();
            while (stream.Changes.TryRead(out var one))
                if (!sent.Remove(OperationState.Of(one)) && query.Takes(one))
                    Write(events, one);
            await SendAsync(context, events.ToString(), ended);
            more = stream.Changes.WaitToReadAsync(ended).AsTask();
        }
    }

    private static void Write(StringBuilder events, Operation one) =>
        events
            .Append("id: ")
            .Append(Text(OperationPlace.OfChange(one)))
            .Append("\nevent: operation\ndata: ")
            .Append(JsonSerializer.Serialize(ShownOperation.Of(one), AdminJson.Options))
            .Append("\n\n");

    private static async Task SendAsync(HttpContext context, string events, CancellationToken ended)
    {
        if (events.Length == 0)
            return;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(events), ended);
        await context.Response.Body.FlushAsync(ended);
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

    private static string Text(OperationPlace place) => $"{place.Moment}.{place.Id}";

    private static OperationPlace PlaceOf(string text, string field) =>
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
