using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Tenants;

namespace ScimGateway.Host.Scim;

/// <summary>What all writes share: each is an operation of the journal, whatever comes of it, and its answer names it.</summary>
internal sealed class WriteRequests(Caller caller, Dialect dialect, OperationJournal journal, TimeProvider clock)
{
    public const string OperationHeader = "X-Operation-Id";

    /// <summary>Runs a write; what is refused is in the journal before it is answered.</summary>
    public async Task RunAsync(HttpContext context, string request, Func<Asked, Task> write)
    {
        var now = clock.GetUtcNow();
        var asked = new Asked(
            caller,
            request,
            new Reading(dialect),
            now,
            now + caller.Preferences.WaitBudget,
            context.RequestAborted
        );
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
}
