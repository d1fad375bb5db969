using System.Text.Json;
using ScimGateway.Host.Security;
using ScimGateway.Host.Transcripts;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Admin;

/// <summary>What a source sends while an administrator records it, by Server-Sent Events.</summary>
internal static class TranscriptEndpoints
{
    private const int UsualSeconds = 60 * 60;
    private const int MostSeconds = 24 * 60 * 60;

    public static void Map(IEndpointRouteBuilder tenant) =>
        tenant
            .MapMethods("/sources/{source:int}/transcript", ReadMethods.All, RecordAsync)
            .Called("recordSource", Role.Owner)
            .Asks("seconds", "people")
            .ReadsPeople(isFile: _ => true);

    // Each step is an event as it comes, and the last one says how it ended. Whoever reads so far has so much.
    private static async Task<IResult> RecordAsync(
        HttpContext context,
        AdminCall call,
        int source,
        OpenTranscripts transcripts,
        IHostApplicationLifetime life
    )
    {
        var (seconds, keepsPeople) = (call.QueryNumber("seconds") ?? UsualSeconds, call.QueryFlag("people"));
        if (seconds is < 1 or > MostSeconds)
            throw Problem.Invalid("seconds", $"It is a number from 1 to {MostSeconds}, which is a day.");
        await call.Store.AskAsync(session => SourceEndpoints.Find(call, session, source));
        var home = call.Home;
        call.Changed($"sources/{source}", null, new { Seconds = seconds, People = keepsPeople });
        using var transcript =
            transcripts.Open(call.Tenant.Row.Id, source, keepsPeople, out var full)
            ?? throw Problem.TooMany(
                full
                    ? $"{OpenTranscripts.Most} sources are recorded already, which is as many as there may be. Wait until one of them has ended."
                    : "The source is recorded already. Wait until that has ended, or end it.",
                TimeSpan.FromSeconds(30)
            );

        if (!EventStream.Begin(context))
            return Results.Empty;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Gone, life.ApplicationStopping);
        try
        {
            await EventStream.SendAsync(context, "event: begun\ndata: {}\n\n", ended.Token);
            var how = await FollowAsync(context, call, transcript, seconds, home, ended.Token);
            if (how != "notAllowed")
                await SendMadeAsync(context, transcript, ended.Token);
            await EventStream.SendAsync(
                context,
                Event(
                    "end",
                    new
                    {
                        how,
                        transcript.Requests,
                        transcript.LeftOut,
                    }
                ),
                ended.Token
            );
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client has gone, or the process ends. What was sent is there.
        }
        return Results.Empty;
    }

    private static async Task<string> FollowAsync(
        HttpContext context,
        AdminCall call,
        Transcript transcript,
        long seconds,
        TenantHome home,
        CancellationToken ended
    )
    {
        var clock = call.Part<TimeProvider>();
        var over = Task.Delay(TimeSpan.FromSeconds(seconds), clock, ended);
        var beat = Task.Delay(EventStream.Beat, clock, ended);
        for (var more = transcript.WaitAsync(ended).AsTask(); ; )
        {
            var first = await Task.WhenAny(more, over, beat);
            await first;
            if (first == over)
                return "time";
            if (home.HasEnded)
                return "moved";
            if (await call.EndedAsync() is not null)
                return "notAllowed";
            if (first == beat)
            {
                await EventStream.SendAsync(context, ": \n\n", ended);
                beat = Task.Delay(EventStream.Beat, clock, ended);
                continue;
            }
            await SendMadeAsync(context, transcript, ended);
            if (transcript.IsFull || !await more)
                return "full";
            more = transcript.WaitAsync(ended).AsTask();
        }
    }

    private static async Task SendMadeAsync(HttpContext context, Transcript transcript, CancellationToken ended)
    {
        foreach (var step in transcript.Made())
            await EventStream.SendAsync(context, $"event: step\ndata: {step}\n\n", ended);
    }

    private static string Event(string name, object what) =>
        $"event: {name}\ndata: {JsonSerializer.Serialize(what, AdminJson.Options)}\n\n";
}
