using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ScimGateway.SlackEmulator.Access;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Scim;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.SlackEmulator.Tuning;
using ScimGateway.SlackEmulator.WebApi;

namespace ScimGateway.SlackEmulator;

/// <summary>A call to an organization, from its arrival to the answer, with the weather of the day.</summary>
internal sealed class Visit(SlackOrganization slack, CancellationToken stopping)
{
    public async Task HandleAsync(HttpContext http, string[] segments, Task<byte[]?> body)
    {
        var path = http.Request.Path.Value ?? "/";
        var knobs = slack.Knobs.Current;
        var method = Method(http.Request, knobs);
        var target = Target.Find(method, segments);
        var arrived = slack.Clock.GetUtcNow();
        var status = 0;
        if (target.IsCounted)
            slack.Calls.Came(target.Name);
        using var reply = Reply.Rent();
        try
        {
            status = await CallAsync(http, body, method, path, target, reply, knobs);
        }
        catch (OperationCanceledException)
        {
            // The emulator stops, or nobody is there any more to read a body from.
            http.Abort();
        }
        finally
        {
            if (target.IsCounted)
                slack.Calls.Ended(
                    new ReceivedCall(target.Name, path + http.Request.QueryString.Value, status, arrived)
                );
        }
    }

    private async Task<int> CallAsync(
        HttpContext http,
        Task<byte[]?> arriving,
        string method,
        string path,
        Target target,
        Reply reply,
        KnobValues knobs
    )
    {
        // 1. The whole call first: whoever hangs up from here on does not stop what he asked for.
        var body = await arriving;
        var exchange = new Exchange(http, body ?? [], knobs);

        // 2. The weather: ordered for this call, or by chance.
        var fault = target.IsCounted ? slack.Faults.Hit(method, path, target.ShortPath, target.Name) : null;
        var chance = target.IsScim ? slack.Weather.Next(knobs) : default;
        var drop = fault?.Drop ?? chance.Drop;
        if (target.IsCounted)
            await PauseAsync(knobs.Get(KnobTable.Latency));
        if (drop is Drop.Before)
        {
            await PauseAsync(fault?.DelayMs ?? 0);
            http.Abort();
            return 0;
        }

        // 3. The effect, unless the weather takes its place.
        var delay = (fault?.DelayMs ?? 0) + chance.HoldMs;
        var isRefused = fault is { Status: not null } or { Description: not null };
        if (isRefused && fault is { Effect: false, Drop: not Drop.After })
            await PauseAsync(delay);
        else if (body is null)
            ErrorWriter.Write(reply, new SlackRefusal("invalid_request_payload"), knobs);
        else if (target.IsScim)
            await ScimAsync(exchange, target, reply, delay);
        else
            await OutsideScimAsync(exchange, target, reply, delay);
        if (isRefused)
            WriteFault(fault!, target, reply, knobs);

        // 4. The answer, if it is to arrive.
        await PauseAsync(fault?.AnswerDelayMs ?? 0);
        if (drop is Drop.After)
        {
            http.Abort();
            return 0;
        }
        reply.EscapesSlash = !target.IsPage && knobs.Get(KnobTable.EscapeSlash);
        await Sending.SendAsync(http, reply, fault, slack.Clock, stopping);
        return reply.Status;
    }

    private async Task ScimAsync(Exchange exchange, Target target, Reply reply, int delay)
    {
        string? locked = null;
        JsonDocument? document = null;
        try
        {
            var operation = target.Operation ?? throw new SlackRefusal(target.Refusal!);
            // One connector knows groups to be missing on GovSlack (docs/slack.md 1.1).
            if (exchange.IsGov && operation.OfGroups)
                throw new SlackRefusal("bad_endpoint");
            var caller = Admit(exchange, operation);
            document = operation.HasBody ? exchange.Json() : null;
            if (operation.Writes && operation.HasId && exchange.Knobs.Get(KnobTable.Locks))
                locked = Lock(target.Id, operation, exchange.Knobs);
            var hold = operation.Writes ? exchange.Knobs.Get(KnobTable.LockHold) : 0;
            await PauseAsync(delay + hold);
            lock (slack.Workspace.Gate)
            {
                var call = new ScimCall(
                    exchange,
                    slack.Workspace,
                    caller,
                    target.Id,
                    document?.RootElement ?? default,
                    slack.Clock.GetUtcNow()
                );
                slack.Flaky.RefuseFirstCreate(operation.Class, call.Body, call.Now, call.Knobs);
                operation.Run(call, reply);
            }
        }
        catch (SlackRefusal refusal)
        {
            ErrorWriter.Write(reply, refusal, exchange.Knobs);
        }
        finally
        {
            if (locked is not null)
                slack.Locks.Leave(locked);
            document?.Dispose();
        }
    }

    private async Task OutsideScimAsync(Exchange exchange, Target target, Reply reply, int delay)
    {
        await PauseAsync(delay);
        try
        {
            new WebApiEndpoints(slack.Workspace, slack.Tokens, slack.OAuth).Handle(exchange, target.WebMethod, reply);
        }
        catch (SlackRefusal refusal)
        {
            ErrorWriter.Write(reply, refusal, exchange.Knobs);
        }
    }

    private Caller? Admit(Exchange exchange, Operation operation)
    {
        var token = Admission.TokenOf(exchange);
        lock (slack.Workspace.Gate)
        {
            var now = slack.Clock.GetUtcNow();
            var caller = operation.IsOpen(exchange.Knobs)
                ? null
                : Admission.Admit(exchange, token, operation.Writes, slack.Tokens, now);
            if (slack.Limits.Refuse(operation.Writes, operation.Class, now, exchange.Knobs) is { } seconds)
                throw new SlackRefusal("too_many_requests") { RetryAfter = seconds };
            return caller;
        }
    }

    private string Lock(string id, Operation operation, KnobValues knobs) =>
        slack.Locks.TryEnter(id)
            ? id
            : throw new SlackRefusal(operation.OfGroups ? "resource_locked" : "too_many_requests")
            {
                RetryAfter = knobs.Get(KnobTable.LockRetryAfter),
            };

    private static void WriteFault(Fault fault, Target target, Reply reply, KnobValues knobs)
    {
        var description = fault.Description ?? Usual(fault.Status!.Value);
        if (target.IsScim)
        {
            var status = fault.Status ?? knobs.StatusOf(new SlackRefusal(description.Split(' ')[0]));
            ErrorWriter.Write(reply, status, description, fault.RetryAfter, knobs);
            return;
        }
        WebApiEndpoints.WriteError(reply, description);
        reply.Status = fault.Status ?? 200;
        reply.RetryAfter = fault.RetryAfter;
    }

    private static string Usual(int status) =>
        status switch
        {
            401 => "invalid_authentication",
            403 => "permission_denied",
            404 => "bad_endpoint",
            405 => "method_not_allowed",
            429 => "too_many_requests",
            >= 500 => "internal_error",
            _ => "invalid_request_payload",
        };

    private static string Method(HttpRequest request, KnobValues knobs)
    {
        if (
            knobs.Get(KnobTable.MethodOverride)
            && request.Method is "POST"
            && request.Headers["X-HTTP-Method-Override"].ToString() is { Length: > 0 } other
        )
            return other.ToUpperInvariant();
        return request.Method;
    }

    private async Task PauseAsync(int milliseconds)
    {
        if (milliseconds > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), slack.Clock, stopping);
    }
}
