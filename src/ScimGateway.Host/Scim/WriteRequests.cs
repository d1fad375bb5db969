using System.Collections.Concurrent;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Scim;

/// <summary>
/// What all writes share: each is an operation of the journal, whatever comes of it, and its answer names it.
/// </summary>
internal sealed class WriteRequests(OperationJournal journal, TimeProvider clock) : IEndpointFilter
{
    public const string OperationHeader = "X-Operation-Id";

    // A path may be as long as a request line.
    private const int LongestRequest = 200;

    // Those of a cluster, by which one that was sent again waits for its former sending to end.
    private readonly ConcurrentDictionary<OperationId, TaskCompletionSource> _underWay = new();

    /// <summary>Whether a request is a write: then something was done by the time it is answered.</summary>
    public static bool IsOne(HttpContext context) => context.Features.Get<WriteRequest>() is not null;

    /// <summary>A write as it is asked for now, with an operation of its own, which its answer names.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What is asked for, such as "PATCH /Users/…".</param>
    /// <param name="id">The id that it names; null for none.</param>
    public WriteRequest Begin(HttpContext context, string request, string? id = null)
    {
        var caller = context.Caller();
        var given = context.Features.Get<GivenOperation>();
        var asked = Ask(
            caller,
            request,
            id,
            new WorkLimit(gone: context.RequestAborted),
            clock.GetUtcNow() + caller.Preferences.WaitBudget,
            context.RequestAborted
        );
        if (given is not null)
            asked = asked with { OperationId = given.Id, MayBeWrittenDown = given.IsAgain };
        Name(context, asked.OperationId);
        context.Features.Set(asked);
        return asked;
    }

    /// <summary>
    /// A write that came in bulk with others: an operation of its own, and all wait until the same time and share one
    /// work limit.
    /// </summary>
    public WriteRequest Within(WriteRequest bulk, string request, string? id) =>
        Ask(bulk.Caller, request, id, bulk.Reading.WorkLimit, bulk.AnswerBy, bulk.ClientGone);

    /// <summary>
    /// Lets a write run; what is refused is in the journal before it is answered, unless that is away with the store.
    /// </summary>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.Features.Get<GivenOperation>() is not { } given)
            return await RunAsync(context, next);
        if (given.IsAgain && _underWay.TryGetValue(given.Id, out var former))
            await former.Task.WaitAsync(context.HttpContext.RequestAborted);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _underWay[given.Id] = ended;
        try
        {
            return await RunAsync(context, next);
        }
        finally
        {
            _underWay.TryRemove(KeyValuePair.Create(given.Id, ended));
            ended.SetResult();
        }
    }

    private async Task<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e)
            when (e is not StoreAwayException
                // In a cluster it is for the next home, under the same id.
                && !(e is HomeEndedException && context.HttpContext.Features.Get<GivenOperation>() is not null)
                && ScimErrors.Refusal(e) is { } why
                && context.HttpContext.Features.Get<WriteRequest>() is { } asked
            )
        {
            Name(context.HttpContext, await journal.RefusedAsync(asked, why));
            throw why;
        }
        catch (CredentialEndedException)
        {
            context.HttpContext.Response.Headers.Remove(OperationHeader); // who is not let in has none
            throw;
        }
    }

    private static void Name(HttpContext context, OperationId operation) =>
        context.Response.Headers[OperationHeader] = operation.ToString();

    private WriteRequest Ask(
        Caller caller,
        string request,
        string? id,
        WorkLimit workLimit,
        DateTimeOffset answerBy,
        CancellationToken clientGone
    ) =>
        new(
            caller,
            request.Length <= LongestRequest ? request : request[..LongestRequest] + "…",
            new Reading(caller.Dialect, workLimit),
            clock.GetUtcNow(),
            answerBy,
            clientGone
        )
        {
            Target = ResourceId.Parse(id),
        };
}
