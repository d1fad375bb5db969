using System.Net;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Scim;

/// <summary>/Bulk (RFC 7644 §3.7).</summary>
internal sealed class BulkEndpoint(
    BulkWrites bulk,
    WriteRequests requests,
    OperationJournal journal,
    RequestMemory memory,
    CredentialHandler credentials,
    TimeProvider clock
)
{
    // An outcome with the words of a refusal.
    private const int MostBytesOfOutcome = 1_500;

    // What people and groups as JSON come to in memory beside their bytes, with some to spare: e-mail addresses to 16.
    private const int TimesItsBytes = 20;

    /// <summary>
    /// How much one request may hold: of bytes no more than memory for, since what is announced should be taken.
    /// </summary>
    public BulkLimits Limits { get; } =
        new(MostOperations: 1_000, MostBytes: (int)Math.Min(4 << 20, memory.MostOfOne / TimesItsBytes));

    public void Map(IEndpointRouteBuilder tenant) => tenant.MapPost("/Bulk", RunAsync).AddEndpointFilter(requests);

    // The request is an operation of the journal beside those it holds, so that one that cannot be read is found there
    // as well.
    private async Task RunAsync(HttpContext context)
    {
        var asked = requests.Begin(context, "POST /Bulk");
        using var body = await ScimBody.ReadAsync(context, Limits.MostBytes, memory.Of(context));
        var request = BulkRequest.Read(body.Bytes.Span, Limits, asked.Reading);
        // Each operation under way works on a copy of its own, and the answer is in memory until it is sent.
        var copies = request
            .Operations.Select(operation => ScimJson.Weigh(operation.Data))
            .OrderDescending()
            .Take(BulkRun.MostAtOnce)
            .Sum();
        await body.TakeAsync(copies + request.Operations.Count * MostBytesOfOutcome, context.RequestAborted);
        var home = context.Home();
        var baseUrl = ScimWriter.BaseUrl(context);
        var outcomes = await new BulkRun(
            request,
            () => ResourceId.New(clock.GetUtcNow()),
            async (operation, refusal, comesAgain) =>
                await bulk.CarryOutAsync(
                    operation,
                    refusal ?? await EndedAsync(context),
                    comesAgain,
                    asked,
                    home,
                    baseUrl
                )
        ).CompleteAsync();
        try
        {
            await journal.DoneAsync(asked);
        }
        catch (StoreAwayException)
        {
            // What became of each operation is known, and is answered; of the whole there is no line then.
            context.Response.Headers.Remove(WriteRequests.OperationHeader);
        }
        await ScimWriter.AnswerAsync(context, StatusCodes.Status200OK, json => BulkResponse.Write(json, outcomes));
    }

    // Operations that are done stay done, and the answer says so; the others are not begun once the credential has ended.
    private async Task<ScimException?> EndedAsync(HttpContext context) =>
        await credentials.LetsInStillAsync(context)
            ? null
            : ScimException.Of(
                HttpStatusCode.Unauthorized,
                "The credential has ended since the request came, so this operation was not begun."
            );
}
