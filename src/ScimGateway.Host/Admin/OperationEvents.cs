using System.Text;
using System.Text.Json;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>The journal as it goes on, by Server-Sent Events.</summary>
internal static class OperationEvents
{
    internal static async Task<IResult> StreamAsync(
        HttpContext context,
        AdminCall call,
        OperationQuery query,
        OperationReads operations,
        OperationStreams streams
    )
    {
        OperationEndpoints.LeaveOut(
            call,
            "A stream has what comes from now on, and no pages; leave it out.",
            "search",
            "from",
            "until",
            "cursor",
            "limit"
        );
        var after = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last
            ? OperationEndpoints.PlaceOf(last, "Last-Event-ID")
            : (OperationPlace?)null;

        using var stream = await streams.OpenAsync(call.Tenant.Row.Id, call.Key.Id);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Gone, streams.Ending);
        if (!EventStream.Begin(context))
            return Results.Empty;
        try
        {
            await EventStream.SendAsync(context, "retry: 2000\n\n", ended.Token);
            // From now on, deleting the key ends the stream. A key that was deleted before that is noticed here.
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
            await EventStream.SendAsync(context, events.ToString(), ended);
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
        var beat = Task.Delay(EventStream.Beat, clock, ended);
        for (var more = stream.Changes.WaitToReadAsync(ended).AsTask(); ; )
        {
            if (await Task.WhenAny(more, beat) == beat)
            {
                await beat;
                if (await call.EndedAsync() is not null)
                    return;
                await EventStream.SendAsync(context, ": \n\n", ended);
                beat = Task.Delay(EventStream.Beat, clock, ended);
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
            await EventStream.SendAsync(context, events.ToString(), ended);
            more = stream.Changes.WaitToReadAsync(ended).AsTask();
        }
    }

    private static void Write(StringBuilder events, Operation one) =>
        events
            .Append("id: ")
            .Append(OperationEndpoints.Text(OperationPlace.OfChange(one)))
            .Append("\nevent: operation\ndata: ")
            .Append(JsonSerializer.Serialize(ShownOperation.Of(one), AdminJson.Options))
            .Append("\n\n");
}
