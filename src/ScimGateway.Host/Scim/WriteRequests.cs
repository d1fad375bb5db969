using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Scim;

/// <summary>What all writes share: each is an operation of the journal, whatever comes of it, and its answer names it.</summary>
internal sealed class WriteRequests(Caller caller, Dialect dialect, OperationJournal journal, TimeProvider clock)
{
    public const string OperationHeader = "X-Operation-Id";

    // A path may be as long as a request line.
    private const int LongestRequest = 200;

    /// <summary>Runs a write; what is refused is in the journal before it is answered.</summary>
    public async Task RunAsync(HttpContext context, string request, Func<Asked, Task> write)
    {
        var asked = Ask(request, clock.GetUtcNow() + caller.Preferences.WaitBudget, context.RequestAborted);
        context.Response.Headers[OperationHeader] = asked.OperationId.ToString();
        try
        {
            await write(asked);
        }
        catch (Exception e) when (ScimErrors.Refusal(e) is { } why)
        {
            await journal.RefusedAsync(asked, why);
            throw why;
        }
    }

    /// <summary>A write as it is asked for now, with an operation of its own.</summary>
    public Asked Ask(string request, DateTimeOffset answerBy, CancellationToken clientGone) =>
        new(
            caller,
            request.Length <= LongestRequest ? request : request[..LongestRequest] + "…",
            new Reading(dialect),
            clock.GetUtcNow(),
            answerBy,
            clientGone
        );
}
