using Microsoft.AspNetCore.Mvc;
using ScimGateway.Protocol.Messages;
using ScimGateway.Provisioning.Journal;

namespace ScimGateway.Host.Scim;

/// <summary>/Bulk (RFC 7644 §3.7).</summary>
internal static class BulkEndpoint
{
    /// <summary>How much one request may hold; no other endpoint reads a longer body.</summary>
    public static readonly BulkLimits Limits = new(MostOperations: 1_000, MostBytes: 4 << 20);

    public static void MapBulk(this IEndpointRouteBuilder tenant) => tenant.MapPost("/Bulk", BulkAsync);

    // The request is an operation of the journal beside those it holds, so that one that cannot be read is found there as well.
    private static Task BulkAsync(
        HttpContext context,
        [FromServices] BulkWrites bulk,
        [FromServices] WriteRequests writes,
        [FromServices] OperationJournal journal,
        [FromServices] TimeProvider clock
    ) =>
        writes.RunAsync(
            context,
            "POST /Bulk",
            async asked =>
            {
                var body = await ScimBody.ReadAsync(context, Limits.MostBytes);
                var request = BulkRequest.Read(body.Span, Limits, asked.Reading);
                var baseUrl = ScimWriter.BaseUrl(context);
                var outcomes = await new BulkRun(
                    request,
                    () => Guid.CreateVersion7(clock.GetUtcNow()),
                    (operation, refusal) => bulk.CarryOutAsync(operation, refusal, asked, baseUrl)
                ).CompleteAsync();
                await journal.DoneAsync(asked);
                await ScimWriter.AnswerAsync(context, 200, json => BulkResponse.Write(json, outcomes));
            }
        );
}
