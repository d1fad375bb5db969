using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Groups.Reads;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;

namespace ScimGateway.Host.Scim;

/// <summary>What is read of /Groups.</summary>
internal static class GroupReadEndpoints
{
    public static Task ReadAsync(
        HttpContext context,
        string id,
        [FromServices] GroupReads groups,
        [FromServices] Caller caller,
        [FromServices] Dialect dialect
    )
    {
        var projection = UserReadEndpoints.Projected(context, GatewayTypes.Group, new Reading(dialect));
        var withLink = projection.Shows(LinkSchema.Definition);
        var group = groups.Find(caller, Ids.Group(id), withLink) ?? throw ScimException.NotFound($"There is no group {id}.");
        if (!withLink && group.Tag.IsKnownTo(UserReadEndpoints.IfNoneMatch(context)))
        {
            context.Response.Headers.ETag = group.Tag.ToString();
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        return AnswerAsync(context, 200, group, groups, projection);
    }

    public static Task AnswerAsync(HttpContext context, int status, ShownGroup group, GroupReads groups, Reading reading) =>
        AnswerAsync(context, status, group, groups, UserReadEndpoints.Projected(context, GatewayTypes.Group, reading));

    private static async Task AnswerAsync(
        HttpContext context,
        int status,
        ShownGroup group,
        GroupReads groups,
        Projection projection
    )
    {
        context.Response.Headers.ETag = group.Tag.ToString();
        context.Response.StatusCode = status;
        context.Response.ContentType = ScimWriter.ContentType;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, ScimJson.WriterOptions);
        await new GroupWriter(ScimWriter.BaseUrl(context), projection, groups).WriteAsync(json, group, context.RequestAborted);
        await json.FlushAsync(context.RequestAborted);
    }
}
