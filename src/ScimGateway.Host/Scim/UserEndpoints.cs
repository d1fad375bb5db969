using Microsoft.AspNetCore.Mvc;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Writing;

namespace ScimGateway.Host.Scim;

/// <summary>/Users.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder tenant)
    {
        var users = tenant.MapGroup("/Users");
        users.MapPost("/", CreateAsync);
        users.MapMethods("/", ScimWriter.Reads, ReadEndpoints.List(Kind.User));
        users.MapPost("/.search", ReadEndpoints.Search(Kind.User));
        users.MapMethods("/{id}", ScimWriter.Reads, ReadEndpoints.Read(Kind.User));
        users.MapPut("/{id}", ReplaceAsync);
        users.MapPatch("/{id}", PatchAsync);
        users.MapDelete("/{id}", DeleteAsync);
    }

    private static Task CreateAsync(
        HttpContext context,
        [FromServices] UserWrites users,
        [FromServices] ResourceReads reads,
        [FromServices] MemberReads members,
        [FromServices] WriteRequests writes
    ) =>
        WriteAsync(
            context,
            writes,
            reads,
            members,
            "POST /Users",
            201,
            (asked, body) => users.CreateAsync(asked, () => ScimResource.Read(GatewayTypes.User, body.Span, ReadLimits.User))
        );

    private static Task ReplaceAsync(
        HttpContext context,
        string id,
        [FromServices] UserWrites users,
        [FromServices] ResourceReads reads,
        [FromServices] MemberReads members,
        [FromServices] WriteRequests writes
    ) =>
        WriteAsync(
            context,
            writes,
            reads,
            members,
            $"PUT /Users/{id}",
            200,
            (asked, body) =>
                users.ReplaceAsync(
                    asked,
                    Ids.User(id),
                    () => ScimResource.Read(GatewayTypes.User, body.Span, ReadLimits.User),
                    Ids.IfMatch(context)
                )
        );

    private static Task PatchAsync(
        HttpContext context,
        string id,
        [FromServices] UserWrites users,
        [FromServices] ResourceReads reads,
        [FromServices] MemberReads members,
        [FromServices] WriteRequests writes
    ) =>
        WriteAsync(
            context,
            writes,
            reads,
            members,
            $"PATCH /Users/{id}",
            200,
            (asked, body) =>
                users.PatchAsync(
                    asked,
                    Ids.User(id),
                    () => PatchRequest.Read(GatewayTypes.User, body.Span, ReadLimits.User, asked.Reading),
                    Ids.IfMatch(context)
                )
        );

    private static Task DeleteAsync(
        HttpContext context,
        string id,
        [FromServices] UserWrites users,
        [FromServices] WriteRequests writes
    ) =>
        writes.RunAsync(
            context,
            $"DELETE /Users/{id}",
            async asked =>
            {
                await users.DeleteAsync(asked, Ids.User(id), Ids.IfMatch(context));
                context.Response.StatusCode = 204;
            }
        );

    // A write with a body, which is answered by the user as it is then.
    private static Task WriteAsync(
        HttpContext context,
        WriteRequests writes,
        ResourceReads reads,
        MemberReads members,
        string request,
        int status,
        Func<Asked, ReadOnlyMemory<byte>, Task<WrittenDown>> write
    ) =>
        writes.RunAsync(
            context,
            request,
            async asked =>
            {
                var projection = ReadEndpoints.Projected(context, GatewayTypes.User, asked.Reading);
                var user = (await write(asked, await ScimBody.ReadAsync(context, ReadLimits.User.MostBytes))).Resource;
                if (status == 201)
                    context.Response.Headers.Location = $"{ScimWriter.BaseUrl(context)}/Users/{user.Id}";
                var beside = ReadEndpoints.Asked(projection, whole: true);
                var shown = ShownResource.Of(user).With(reads.Find(asked.Caller, Kind.User, user.Id, beside));
                await ReadEndpoints.AnswerAsync(context, status, shown, projection, members);
            }
        );
}
