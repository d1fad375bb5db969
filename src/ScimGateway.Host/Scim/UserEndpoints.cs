using Microsoft.AspNetCore.Mvc;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Provisioning.Users;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Host.Scim;

/// <summary>/Users.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder tenant)
    {
        var users = tenant.MapGroup("/Users");
        users.MapPost("/", CreateAsync);
        users.MapMethods("/", ScimWriter.Reads, ListAsync);
        users.MapMethods("/{id}", ScimWriter.Reads, ReadAsync);
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
                var body = await BodyAsync(context);
                var written = await users.CreateAsync(asked, () => ScimResource.Read(SlackSchemas.User, body, ReadLimits.User));
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
            $"PUT /Users/{Id(id)}",
            async asked =>
            {
                var body = await BodyAsync(context);
                await AnswerAsync(
                    context,
                    200,
                    await users.ReplaceAsync(
                        asked,
                        Id(id),
                        () => ScimResource.Read(SlackSchemas.User, body, ReadLimits.User),
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
            $"PATCH /Users/{Id(id)}",
            async asked =>
            {
                var body = await BodyAsync(context);
                await AnswerAsync(
                    context,
                    200,
                    await users.PatchAsync(
                        asked,
                        Id(id),
                        () => PatchRequest.Read(SlackSchemas.User, body, ReadLimits.User, asked.Reading),
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
            $"DELETE /Users/{Id(id)}",
            async asked =>
            {
                await users.DeleteAsync(asked, Id(id), IfMatch(context));
                context.Response.StatusCode = 204;
            }
        );

    private static Task ReadAsync(HttpContext context, string id, [FromServices] UserWrites users, [FromServices] Caller caller)
    {
        var user = users.Existing(caller, Id(id));
        var query = Query(context);
        context.Response.Headers.ETag = new EntityTag(user.Version).ToString();
        var projection = Projection.Read(SlackSchemas.User, query.Attributes, query.ExcludedAttributes, Reading.Everything());
        return ScimWriter.AnswerAsync(context, 200, json => ScimWriter.User(json, user, ScimWriter.BaseUrl(context), projection));
    }

    private static Task ListAsync(
        HttpContext context,
        [FromServices] UserReads users,
        [FromServices] Caller caller,
        [FromServices] Dialect dialect
    )
    {
        var query = Query(context);
        var reading = new Reading(dialect);
        var filter = query.Filter is null ? null : Filter.Read(query.Filter, SlackSchemas.User, reading);
        var page = users.List(caller, filter, query.StartIndex, query.Count);
        var projection = Projection.Read(SlackSchemas.User, query.Attributes, query.ExcludedAttributes, reading);
        return ScimWriter.AnswerAsync(
            context,
            200,
            json =>
                ListResponse.Write(
                    json,
                    new Page.ByIndex(query.StartIndex, page.Total),
                    page.Users,
                    (writer, user) => ScimWriter.User(writer, user, ScimWriter.BaseUrl(context), projection)
                )
        );
    }

    private static Task AnswerAsync(HttpContext context, int status, WrittenDown written)
    {
        context.Response.Headers.ETag = new EntityTag(written.Resource.Version).ToString();
        return ScimWriter.AnswerAsync(
            context,
            status,
            json => ScimWriter.User(json, written.Resource, ScimWriter.BaseUrl(context))
        );
    }

    private static ListQuery Query(HttpContext context) =>
        ListQuery.Read(
            context.Request.Query.Select(p => KeyValuePair.Create(p.Key, (string?)p.Value)),
            new PageLimits(100, 1_000)
        );

    private static Guid Id(string id) =>
        Guid.TryParse(id, out var guid) ? guid : throw ScimException.NotFound($"There is no user {id}.");

    private static string? IfMatch(HttpContext context) =>
        context.Request.Headers.IfMatch is { Count: > 0 } values ? values.ToString() : null;

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }
}
