using Microsoft.AspNetCore.Mvc;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Subjects;
using ScimGateway.Provisioning.Writing;

namespace ScimGateway.Host.Scim;

/// <summary>/Groups.</summary>
internal static class GroupEndpoints
{
    public static void MapGroups(this IEndpointRouteBuilder tenant)
    {
        var groups = tenant.MapGroup("/Groups");
        groups.MapPost("/", CreateAsync);
        groups.MapMethods("/", ScimWriter.Reads, ReadEndpoints.List(Kind.Group));
        groups.MapPost("/.search", ReadEndpoints.Search(Kind.Group));
        groups.MapMethods("/{id}", ScimWriter.Reads, ReadEndpoints.Read(Kind.Group));
        groups.MapPut("/{id}", ReplaceAsync);
        groups.MapPatch("/{id}", PatchAsync);
        groups.MapDelete("/{id}", DeleteAsync);
    }

    private static Task CreateAsync(
        HttpContext context,
        [FromServices] GroupWrites groups,
        [FromServices] ResourceReads reads,
        [FromServices] MemberReads members,
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
                await AnswerAsync(context, 201, made.Resource, reads, members, asked);
            }
        );

    private static Task ReplaceAsync(
        HttpContext context,
        string id,
        [FromServices] GroupWrites groups,
        [FromServices] ResourceReads reads,
        [FromServices] MemberReads members,
        [FromServices] WriteRequests writes
    ) =>
        writes.RunAsync(
            context,
            $"PUT /Groups/{id}",
            async asked =>
            {
                var body = await ScimBody.ReadAsync(context, ReadLimits.Group.MostBytes);
                var written = await groups.ReplaceAsync(asked, Ids.Group(id), () => Read(body), Ids.IfMatch(context));
                await AnswerAsync(context, 200, written.Resource, reads, members, asked);
            }
        );

    // 204, as the answer would hold all members; who asks for attributes gets them (DESIGN 11).
    private static Task PatchAsync(
        HttpContext context,
        string id,
        [FromServices] GroupWrites groups,
        [FromServices] ResourceReads reads,
        [FromServices] MemberReads members,
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
                    await AnswerAsync(context, 200, written.Resource, reads, members, asked);
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

    private static Task AnswerAsync(
        HttpContext context,
        int status,
        Resource group,
        ResourceReads reads,
        MemberReads members,
        Asked asked
    )
    {
        var projection = ReadEndpoints.Projected(context, GatewayTypes.Group, asked.Reading);
        var shown = ShownResource.Of(group);
        if (ReadEndpoints.Asked(projection, whole: true) is not Beside.Nothing and var beside)
            shown = shown.With(reads.Find(asked.Caller, Kind.Group, group.Id, beside));
        return ReadEndpoints.AnswerAsync(context, status, shown, projection, members);
    }

    private static ScimResource Read(ReadOnlyMemory<byte> body) =>
        ScimResource.Read(GatewayTypes.Group, body.Span, ReadLimits.Group);
}
