using System.Net;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Writing;

namespace ScimGateway.Host.Scim;

/// <summary>
/// Carries out single operations of bulk requests. Each is an operation of the journal, as if it had come alone; all of
/// a request wait until the same time.
/// </summary>
internal sealed class BulkWrites(WriteRequests requests, OperationJournal journal, FailedRequests failures)
{
    private static readonly ResourceTypeDefinition[] _types = [GatewayTypes.User, GatewayTypes.Group];

    /// <summary>
    /// Carries out an operation without references, unless there is a reason not to. Whatever goes wrong is this
    /// operation's, not its neighbours'.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="refusal">The reason.</param>
    /// <param name="comesAgain">Whether a conflict is not what becomes of it, as it is tried again.</param>
    /// <param name="bulk">The request.</param>
    /// <param name="home">The tenant's home.</param>
    /// <param name="baseUrl">Where the tenant's resources are.</param>
    public async Task<CarriedOut> CarryOutAsync(
        BulkOperation operation,
        ScimException? refusal,
        bool comesAgain,
        WriteRequest bulk,
        TenantHome home,
        string baseUrl
    )
    {
        var asked = requests.Within(bulk, RequestLine(operation), operation.Id);
        if (operation is { Method: BulkMethod.Post or BulkMethod.Put, Data: { } data })
            asked.Names = KnownAs.Of(data);
        try
        {
            var type = TypeOf(operation);
            var written = (await WriteAsync(home, type, operation, refusal, asked)).Resource;
            return new CarriedOut(
                Done(operation.Method, written, $"{baseUrl}{type!.Endpoint}/{written.Id}"),
                written.Id
            );
        }
        catch (OperationCanceledException) when (bulk.ClientGone.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // the gateway's own failure, too
        catch (Exception e)
#pragma warning restore CA1031
        {
            var error = ScimErrors.Answer(e, failures, home, asked.OperationId);
            if (comesAgain && error.Status == HttpStatusCode.Conflict)
                return new CarriedOut(new BulkOutcome.Failed(error, null), null);
            var line =
                e is not StoreAwayException && ScimErrors.Refusal(e) is not null
                    ? await journal.RefusedAsync(asked, error)
                    : asked.OperationId;
            var detail = ScimWriter.Detail(error, line.ToString());
            return new CarriedOut(new BulkOutcome.Failed(error, Location(operation, baseUrl), detail), null);
        }
    }

    private static Task<WrittenDown> WriteAsync(
        TenantHome home,
        ResourceTypeDefinition? type,
        BulkOperation operation,
        ScimException? refusal,
        WriteRequest asked
    )
    {
        if (refusal is not null)
            throw refusal;
        if (type is null)
            throw ScimException.NotFound($"There is nothing at {operation.Endpoint}; bulk knows /Users and /Groups.");

        var isUser = type == GatewayTypes.User;
        var id = Ids.Read(operation.Id!, isUser ? Kind.User : Kind.Group);
        var preconditions = new Preconditions(operation.Version);
        ScimResource Read() => new(type, operation.Data!);
        PatchRequest Patch() => PatchRequest.Read(type, operation.Data!, asked.Reading);
        return (operation.Method, isUser) switch
        {
            (BulkMethod.Post, true) => home.Users.CreateAsync(asked, Read(), id),
            (BulkMethod.Put, true) => home.Users.ReplaceAsync(asked, id, Read(), preconditions),
            (BulkMethod.Patch, true) => home.Users.PatchAsync(asked, id, Patch(), preconditions),
            (_, true) => home.Users.DeleteAsync(asked, id, preconditions),
            (BulkMethod.Post, _) => home.Groups.CreateAsync(asked, Read(), id.AsGroup()),
            (BulkMethod.Put, _) => home.Groups.ReplaceAsync(asked, id.AsGroup(), Read(), preconditions),
            (BulkMethod.Patch, _) => home.Groups.PatchAsync(asked, id.AsGroup(), Patch(), preconditions),
            _ => home.Groups.DeleteAsync(asked, id.AsGroup(), preconditions),
        };
    }

    private static BulkOutcome.Done Done(BulkMethod method, Resource written, string location) =>
        method switch
        {
            BulkMethod.Post => new BulkOutcome.Done(HttpStatusCode.Created, location, new EntityTag(written.Version)),
            BulkMethod.Delete => new BulkOutcome.Done(HttpStatusCode.NoContent, location),
            _ => new BulkOutcome.Done(HttpStatusCode.OK, location, new EntityTag(written.Version)),
        };

    // RFC 7644 §3.7: only a POST that failed has none. What names no resource has none either.
    private static string? Location(BulkOperation operation, string baseUrl) =>
        operation.Method != BulkMethod.Post && TypeOf(operation) is { } type && ResourceId.Parse(operation.Id) is { } id
            ? $"{baseUrl}{type.Endpoint}/{id}"
            : null;

    private static ResourceTypeDefinition? TypeOf(BulkOperation operation) =>
        Array.Find(_types, type => operation.Endpoint.Equals(type.Endpoint, StringComparison.OrdinalIgnoreCase));

    private static string RequestLine(BulkOperation operation)
    {
        var path = operation.Method == BulkMethod.Post ? operation.Endpoint : $"{operation.Endpoint}/{operation.Id}";
        return $"{operation.Method.ToString().ToUpperInvariant()} {path} {WriteRequest.InBulk}";
    }
}
