using Microsoft.AspNetCore.Mvc;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Users;
using ScimGateway.Provisioning.Users.Reads;

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

    private static Task CreateAsync(HttpContext context, [FromServices] UserWrites users, [FromServices] WriteRequests writes) =>
        writes.RunAsync(
            context,
            "POST /Users",
            async asked =>
            {
                var body = await ScimBody.ReadAsync(context, ReadLimits.User.MostBytes);
                var written = await users.CreateAsync(
                    asked,
                    () => ScimResource.Read(GatewayTypes.User, body.Span, ReadLimits.User)
                );
                context.Response.Headers.Location = $"{ScimWriter.BaseUrl(context)}/Users/{written.Resource.Id}";
                await AnswerAsync(context, 201, written);
            }
        );

    private static Task ReplaceAsync(
        HttpContext context,
        string id,
        [FromServices] UserWrites users,
        [FromServices] WriteRequests writes
    ) =>
        writes.RunAsync(
            context,
            $"PUT /Users/{id}",
            async asked =>
            {
                var body = await ScimBody.ReadAsync(context, ReadLimits.User.MostBytes);
                await AnswerAsync(
                    context,
                    200,
                    await users.ReplaceAsync(
                        asked,
                        Id(id),
                        () => ScimResource.Read(GatewayTypes.User, body.Span, ReadLimits.User),
                        IfMatch(context)
                    )
                );
            }
        );

    private static Task PatchAsync(
        HttpContext context,
        string id,
        [FromServices] UserWrites users,
        [FromServices] WriteRequests writes
    ) =>
        writes.RunAsync(
            context,
            $"PATCH /Users/{id}",
            async asked =>
            {
                var body = await ScimBody.ReadAsync(context, ReadLimits.User.MostBytes);
                await AnswerAsync(
                    context,
                    200,
                    await users.PatchAsync(
                        asked,
                        Id(id),
                        () => PatchRequest.Read(GatewayTypes.User, body.Span, ReadLimits.User, asked.Reading),
                        IfMatch(context)
                    )
                );
            }
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
                await users.DeleteAsync(asked, Id(id), IfMatch(context));
                context.Response.StatusCode = 204;
            }
        );

    private static Task AnswerAsync(HttpContext context, int status, WrittenDown written)
    {
        context.Response.Headers.ETag = new EntityTag(written.Resource.Version).ToString();
        var writer = new UserWriter(ScimWriter.BaseUrl(context));
        return ScimWriter.AnswerAsync(context, status, json => writer.Write(json, ShownUser.Of(written.Resource)));
    }

    // An id is written in one way; Guid would read four more, and blanks around each.
    internal static Guid Id(string id) =>
        id.Length == 36 && Guid.TryParseExact(id, "D", out var guid)
            ? guid
            : throw ScimException.NotFound($"There is no user {id}.");

    private static string? IfMatch(HttpContext context) =>
        context.Request.Headers.IfMatch is { Count: > 0 } values ? values.ToString() : null;
}
