using System.Collections.Concurrent;
using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Scim;

/// <summary>
/// One bulk request on its way: its operations run side by side, yet with the outcome that they would have one after
/// another.
/// </summary>
/// <param name="request">What is asked for.</param>
/// <param name="newId">The id that a POST gives what it makes.</param>
/// <param name="carryOut">
/// Carries out an operation whose references are resolved, unless there is a reason not to, and knows whether it is tried
/// again should it be a conflict. Never throws but where nobody waits for the answer any more.
/// </param>
internal sealed class BulkRun(
    BulkRequest request,
    Func<ResourceId> newId,
    Func<BulkOperation, ScimException?, bool, Task<CarriedOut>> carryOut
)
{
    /// <summary>As many as keep Slack's calls of a tenant busy, with some to spare.</summary>
    public const int MostAtOnce = 64;

    private readonly Task<BulkOutcome>?[] _begun = new Task<BulkOutcome>?[request.Operations.Count];

    // Those that were refused for what one before them has, and are tried again.
    private readonly bool[] _comesAgain = new bool[request.Operations.Count];

    // What a POST gives what it makes. One that claims an account keeps the id under which that is shown already, and
    // who waited for the POST gets the true one from below. Only in a circle somebody goes ahead with the allotted id:
    // should that POST fail or claim, its value refers to nobody, and stays as any manager's does whom nobody knows.
    private readonly Dictionary<string, ResourceId> _allotted = request
        .Operations.Where(o => o.Method == BulkMethod.Post)
        .ToDictionary(o => o.BulkId!, _ => newId(), StringComparer.Ordinal);

    // Of POSTs that have ended: the resource; null if it failed.
    private readonly ConcurrentDictionary<string, ResourceId?> _made = new(StringComparer.Ordinal);

    /// <summary>
    /// Carries out what is to be carried out; what is not in the result was not begun, since too many failed before.
    /// </summary>
    public async Task<IReadOnlyList<(BulkOperation, BulkOutcome)>> CompleteAsync()
    {
        await BeginAsync();
        await Task.WhenAll(_begun.OfType<Task>());
        await CloseCirclesAsync();
        var outcomes = new List<(BulkOperation, BulkOutcome)>();
        foreach (var (operation, begun) in request.Operations.Zip(_begun))
            if (begun is not null)
                outcomes.Add((operation, await begun));
        return outcomes;
    }

    // One after another, while there is room. With failOnErrors there is room as long as all that are under way may
    // fail and the client would still go on: so nothing begins that would not have begun had each waited for the one
    // before it.
    private async Task BeginAsync()
    {
        var mostErrors = request.FailOnErrors ?? int.MaxValue;
        var errors = 0;
        var underWay = new List<int>();
        foreach (var turn in request.InOrder())
        {
            while (underWay.Count >= MostAtOnce || errors + underWay.Count >= mostErrors)
            {
                if (underWay.Count == 0)
                    return;
                var ended = await Task.WhenAny(underWay.Select(at => _begun[at]!));
                underWay.Remove(Array.IndexOf(_begun, ended));
                if (!ended.IsCompletedSuccessfully)
                    return; // nobody waits for the answer
                if (await ended is BulkOutcome.Failed)
                    errors++;
            }
            _begun[turn.At] = CarryOutAsync(turn, [.. underWay]);
            underWay.Add(turn.At);
        }
    }

    private async Task<BulkOutcome> CarryOutAsync(BulkTurn turn, int[] before)
    {
        await Task.WhenAll(turn.After.Select(at => _begun[at]!));
        // What one before it is tried again for is not taken from under it.
        await Task.WhenAll(before.Where(at => _comesAgain[at]).Select(at => _begun[at]!));
        var operation = request.Operations[turn.At];
        var refusal = operation.Refusal ?? MissingReference(operation);
        operation = operation.WithoutMembers(GoneAheadOf(turn));
        // Those under way as it begins: whether they have ended by the time it is refused says nothing.
        var underWay = Array.FindAll(before, at => !_begun[at]!.IsCompleted);
        // It may want what one before it is about to let go, such as an address: so it is tried again after them.
        var comesAgain = refusal is null && underWay.Length > 0;
        var (outcome, id) = await carryOut(operation.Resolve(IdOf), refusal, comesAgain);
        if (comesAgain && outcome is BulkOutcome.Failed { Error.Status: HttpStatusCode.Conflict })
        {
            _comesAgain[turn.At] = true;
            await Task.WhenAll(underWay.Select(at => _begun[at]!));
            (outcome, id) = await carryOut(operation.Resolve(IdOf), null, false);
        }
        if (operation.Method == BulkMethod.Post)
            _made[operation.BulkId!] = id;
        return outcome;
    }

    // Groups that are members of each other: one of them was made before the other was there (RFC 7644 §3.7.1).
    private async Task CloseCirclesAsync()
    {
        foreach (var turn in request.InOrder())
        {
            if (_begun[turn.At] is not { } begun || await begun is not BulkOutcome.Done done)
                continue;
            var post = request.Operations[turn.At];
            var made = GoneAheadOf(turn).Where(bulkId => _made.GetValueOrDefault(bulkId) is not null).ToList();
            if (made.Count == 0 || post.AddingMembers(IdOf(post.BulkId!)!, made) is not { } adding)
                continue;
            var (outcome, _) = await carryOut(adding.Resolve(IdOf), null, false);
            _begun[turn.At] = Task.FromResult<BulkOutcome>(
                outcome switch
                {
                    BulkOutcome.Done { Version: { } version } => done with { Version = version },
                    // There is a group, though without them: the entry says where it is, and why they are missing.
                    BulkOutcome.Failed failed => failed with { Location = done.Location },
                    _ => done,
                }
            );
        }
    }

    // The POSTs that an operation refers to and does not wait for, as they wait for it.
    private List<string> GoneAheadOf(BulkTurn turn)
    {
        var operation = request.Operations[turn.At];
        return operation.Method == BulkMethod.Post && turn.After.Count < operation.DependsOn.Count
            ? [.. operation.DependsOn.Except(turn.After.Select(at => request.Operations[at].BulkId!))]
            : [];
    }

    private ScimException? MissingReference(BulkOperation operation) =>
        operation.DependsOn.FirstOrDefault(bulkId => _made.TryGetValue(bulkId, out var made) && made is null)
            is { } failed
            ? ScimException.Of(
                HttpStatusCode.Conflict,
                $"The POST with the bulkId '{failed}', to which this operation refers, failed."
            )
            : null;

    private string? IdOf(string bulkId) =>
        _made.TryGetValue(bulkId, out var made) ? made?.ToString()
        : _allotted.TryGetValue(bulkId, out var allotted) ? allotted.ToString()
        : null;
}

/// <summary>What became of an operation, and the resource that it left; null if it failed.</summary>
internal sealed record CarriedOut(BulkOutcome Outcome, ResourceId? Id);
