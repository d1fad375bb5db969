using Microsoft.AspNetCore.Mvc;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Groups;
using ScimGateway.Provisioning.Groups.Reads;
using ScimGateway.Provisioning.Mirror;

namespace ScimGateway.Host.Scim;

/// <summary>/Groups.</summary>
internal static class GroupEndpoints
{
    public static void MapGroups(this IEndpointRouteBuilder tenant)
    {
        var groups = tenant.MapGroup("/Groups");
        groups.MapPost("/", CreateAsync);
        groups.MapMethods("/{id}", ScimWriter.Reads, GroupReadEndpoints.ReadAsync);
        groups.MapPut("/{id}", ReplaceAsync);
        groups.MapPatch("/{id}", PatchAsync);
        groups.MapDelete("/{id}", DeleteAsync);
    }

    private static Task CreateAsync(
        HttpContext context,
        [FromServices] GroupWrites groups,
        [FromServices] GroupReads reads,
        [FromServices] WriteRequests writes
    ) =>
        writes.RunAsync(
            context,
            "POST /Groups",
            async asked =>
            {
                var body = await ScimBody.ReadAsync(context, ReadLimits.Group.MostBytes);
                var made = await groups.CreateAsync(asked, () => Read(body));
                context.Response.Headers.Location = $"{ScimWriter.BaseUrl(context)}/Groups/{made.Resource.Id}";
                await GroupReadEndpoints.AnswerAsync(context, 201, ShownGroup.Of(made.Resource), reads, asked.Reading);
            }
        );

    private static Task ReplaceAsync(
        HttpContext context,
        string id,
        [FromServices] GroupWrites groups,
        [FromServices] GroupReads reads,
        [FromServices] WriteRequests writes
    ) =>
        writes.RunAsync(
            context,
            $"PUT /Groups/{id}",
            async asked =>
            {
                var body = await ScimBody.ReadAsync(context, ReadLimits.Group.MostBytes);
                var written = await groups.ReplaceAsync(asked, Ids.Group(id), () => Read(body), Ids.IfMatch(context));
                await GroupReadEndpoints.AnswerAsync(context, 200, ShownGroup.Of(written.Resource), reads, asked.Reading);
            }
        );

    // 204, as the answer would hold all members; who asks for attributes gets them (DESIGN 11).
    private static Task PatchAsync(
        HttpContext context,
        string id,
        [FromServices] GroupWrites groups,
        [FromServices] GroupReads reads,
        [FromServices] WriteRequests writes
    ) =>
        writes.RunAsync(
            context,
            $"PATCH /Groups/{id}",
            async asked =>
            {
                var body = await ScimBody.ReadAsync(context, ReadLimits.Group.MostBytes);
                var written = await groups.PatchAsync(
                    asked,
                    Ids.Group(id),
                    () => PatchRequest.Read(GatewayTypes.Group, body.Span, ReadLimits.Group, asked.Reading),
                    Ids.IfMatch(context)
                );
                if (context.Request.Query.ContainsKey("attributes"))
                {
                    await GroupReadEndpoints.AnswerAsync(context, 200, ShownGroup.Of(written.Resource), reads, asked.Reading);
                    return;
                }
                context.Response.Headers.ETag = new EntityTag(written.Resource.Version).ToString();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
        );

    private static Task DeleteAsync(
        HttpContext context,
        string id,
        [FromServices] GroupWrites groups,
        [FromServices] WriteRequests writes
    ) =>
        writes.RunAsync(
            context,
            $"DELETE /Groups/{id}",
            async asked =>
            {
                await groups.DeleteAsync(asked, Ids.Group(id), Ids.IfMatch(context));
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
        );

    private static ScimResource Read(ReadOnlyMemory<byte> body) =>
        ScimResource.Read(GatewayTypes.Group, body.Span, ReadLimits.Group);
}
