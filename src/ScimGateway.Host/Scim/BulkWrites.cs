using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Users;

namespace ScimGateway.Host.Scim;

/// <summary>Carries out single operations of bulk requests. Each is an operation of the journal, as if it had come alone; all of a request wait until the same time.</summary>
internal sealed class BulkWrites(UserWrites users, WriteRequests writes, OperationJournal journal, ILogger<BulkWrites> log)
{
    /// <summary>Carries out an operation without references, unless there is a reason not to. Whatever goes wrong is this operation's, not its neighbours'.</summary>
    public async Task<CarriedOut> CarryOutAsync(BulkOperation operation, ScimException? refusal, Asked bulk, string baseUrl)
    {
        var asked = writes.Ask(RequestLine(operation), bulk.AnswerBy, bulk.ClientGone);
        try
        {
            var user = await WriteAsync(operation, refusal, asked);
            return new CarriedOut(Done(operation.Method, user, $"{baseUrl}/Users/{user.Id}"), user.Id);
        }
        catch (OperationCanceledException) when (bulk.ClientGone.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // the gateway's own failure, too
        catch (Exception e)
#pragma warning restore CA1031
        {
            var error = ScimErrors.Answer(e, log);
            if (ScimErrors.Refusal(e) is not null)
                await journal.RefusedAsync(asked, error);
            var detail = ScimWriter.Detail(error, asked.OperationId.ToString());
            return new CarriedOut(new BulkOutcome.Failed(error, Location(operation, baseUrl), detail), null);
        }
    }

    private async Task<Resource> WriteAsync(BulkOperation operation, ScimException? refusal, Asked asked)
    {
        if (refusal is not null)
            throw refusal;
        if (operation.Endpoint.Equals("/Groups", StringComparison.OrdinalIgnoreCase))
            throw ScimException.Of(HttpStatusCode.NotImplemented, "The gateway has no groups yet.");
        if (!IsOfUsers(operation))
            throw ScimException.NotFound($"There is nothing at {operation.Endpoint}; bulk knows /Users.");

        var (id, ifMatch) = (Ids.User(operation.Id!), operation.Version);
        var written = operation.Method switch
        {
            BulkMethod.Post => await users.CreateAsync(asked, () => User(operation), id),
            BulkMethod.Put => await users.ReplaceAsync(asked, id, () => User(operation), ifMatch),
            BulkMethod.Patch => await users.PatchAsync(asked, id, () => Patch(operation, asked), ifMatch),
            _ => await users.DeleteAsync(asked, id, ifMatch),
        };
        return written.Resource;
    }

    private static ScimResource User(BulkOperation operation) => new(GatewayTypes.User, operation.Data!);

    private static PatchRequest Patch(BulkOperation operation, Asked asked) =>
        PatchRequest.Read(GatewayTypes.User, operation.Data!, asked.Reading);

    private static BulkOutcome.Done Done(BulkMethod method, Resource user, string location) =>
        method switch
        {
            BulkMethod.Post => new BulkOutcome.Done(HttpStatusCode.Created, location, new EntityTag(user.Version)),
            BulkMethod.Delete => new BulkOutcome.Done(HttpStatusCode.NoContent, location),
            _ => new BulkOutcome.Done(HttpStatusCode.OK, location, new EntityTag(user.Version)),
        };

    // RFC 7644 §3.7: only a POST that failed has none. What names no user has none either.
    private static string? Location(BulkOperation operation, string baseUrl) =>
        operation.Method != BulkMethod.Post && IsOfUsers(operation) && Guid.TryParse(operation.Id, out var id)
            ? $"{baseUrl}/Users/{id}"
            : null;

    private static bool IsOfUsers(BulkOperation operation) =>
        operation.Endpoint.Equals("/Users", StringComparison.OrdinalIgnoreCase);

    private static string RequestLine(BulkOperation operation)
    {
        var path = operation.Method == BulkMethod.Post ? operation.Endpoint : $"{operation.Endpoint}/{operation.Id}";
        return $"{operation.Method.ToString().ToUpperInvariant()} {path} (bulk)";
    }
}
