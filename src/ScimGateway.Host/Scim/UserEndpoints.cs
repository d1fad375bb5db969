using Microsoft.AspNetCore.Mvc;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Users;
using ScimGateway.Provisioning.Users.Reads;
using ScimGateway.Provisioning.Writing;

namespace ScimGateway.Host.Scim;

/// <summary>/Users.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder tenant)
    {
        var users = tenant.MapGroup("/Users");
        users.MapPost("/", CreateAsync);
        users.MapMethods("/", ScimWriter.Reads, UserReadEndpoints.ListAsync);
        users.MapPost("/.search", UserReadEndpoints.SearchAsync);
        users.MapMethods("/{id}", ScimWriter.Reads, UserReadEndpoints.ReadAsync);
        users.MapPut("/{id}", ReplaceAsync);
        users.MapPatch("/{id}", PatchAsync);
        users.MapDelete("/{id}", DeleteAsync);
    }

    private static Task CreateAsync(
        HttpContext context,
        [FromServices] UserWrites users,
        [FromServices] UserReads reads,
        [FromServices] WriteRequests writes
    ) =>
        WriteAsync(
            context,
            writes,
            reads,
            "POST /Users",
            201,
            (asked, body) => users.CreateAsync(asked, () => ScimResource.Read(GatewayTypes.User, body.Span, ReadLimits.User))
        );

    private static Task ReplaceAsync(
        HttpContext context,
        string id,
        [FromServices] UserWrites users,
        [FromServices] UserReads reads,
        [FromServices] WriteRequests writes
    ) =>
        WriteAsync(
            context,
            writes,
            reads,
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
        [FromServices] UserReads reads,
        [FromServices] WriteRequests writes
    ) =>
        WriteAsync(
            context,
            writes,
            reads,
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
        UserReads reads,
        string request,
        int status,
        Func<Asked, ReadOnlyMemory<byte>, Task<WrittenDown>> write
    ) =>
        writes.RunAsync(
            context,
            request,
            async asked =>
            {
                var projection = UserReadEndpoints.Projected(context, GatewayTypes.User, asked.Reading);
                var user = (await write(asked, await ScimBody.ReadAsync(context, ReadLimits.User.MostBytes))).Resource;
                var baseUrl = ScimWriter.BaseUrl(context);
                if (status == 201)
                    context.Response.Headers.Location = $"{baseUrl}/Users/{user.Id}";
                context.Response.Headers.ETag = new EntityTag(user.Version).ToString();
                var shown = ShownUser.Of(user);
                if (projection.Shows(LinkSchema.Definition))
                    shown = shown with { Link = reads.Find(asked.Caller, user.Id, withLink: true)?.Link };
                using var answer = new RentedBuffer();
                new UserWriter(baseUrl, projection).Write(answer, shown.Stored);
                await ScimWriter.AnswerAsync(context, status, answer);
            }
        );
}
