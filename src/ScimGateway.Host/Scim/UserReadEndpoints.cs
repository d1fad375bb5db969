using Microsoft.AspNetCore.Mvc;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Provisioning.Users.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>What is read of /Users: one user, a list, and a list that is asked for by POST (RFC 7644 §3.4).</summary>
internal static class UserReadEndpoints
{
    /// <summary>How many users a page has.</summary>
    public static readonly PageLimits Pages = new(100, 1_000);

    public static async Task ReadAsync(
        HttpContext context,
        string id,
        [FromServices] UserReads users,
        [FromServices] Caller caller,
        [FromServices] Dialect dialect
    )
    {
        var projection = Projected(context, GatewayTypes.User, new Reading(dialect));
        var withLink = projection.Shows(LinkSchema.Definition);
        var user = users.Find(caller, Ids.User(id), withLink) ?? throw ScimException.NotFound($"There is no user {id}.");
        context.Response.Headers.ETag = user.Tag.ToString();
        // The link may have changed where the version has not.
        if (!withLink && user.Tag.IsKnownTo(IfNoneMatch(context)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        using var body = new RentedBuffer();
        new UserWriter(ScimWriter.BaseUrl(context), projection).Write(body, user.Stored);
        await ScimWriter.AnswerAsync(context, 200, body);
    }

    public static Task ListAsync(
        HttpContext context,
        [FromServices] UserReads users,
        [FromServices] Caller caller,
        [FromServices] Dialect dialect
    ) => AnswerAsync(context, ListQuery.Read(name => Parameter(context, name), Pages), users, caller, new Reading(dialect));

    public static async Task SearchAsync(
        HttpContext context,
        [FromServices] UserReads users,
        [FromServices] Caller caller,
        [FromServices] Dialect dialect
    )
    {
        var reading = new Reading(dialect);
        var body = await ScimBody.ReadAsync(context, ReadLimits.User.MostBytes);
        var query = ListQuery.Read(body.Span, Pages, reading);
        await AnswerAsync(context, query, users, caller, reading);
    }

    private static async Task AnswerAsync(HttpContext context, ListQuery query, UserReads users, Caller caller, Reading reading)
    {
        var type = GatewayTypes.User;
        var baseUrl = ScimWriter.BaseUrl(context);
        var projection = Projection.Read(type, query.Attributes, query.ExcludedAttributes, reading);
        // The users before the list they are in: how many they are, one knows behind them.
        using var shown = new UsersWriter(new UserWriter(baseUrl, projection), query.Count);
        var page = users.List(
            caller,
            new UserQuery(baseUrl, query.Count)
            {
                Filter = query.Filter is null ? null : Filter.Read(query.Filter, type, reading),
                Sort = query.SortBy is null ? null : SortOrder.Read(query.SortBy, query.Descending, type, reading),
                StartIndex = query.StartIndex,
                Cursor = query.Cursor,
                WithLinks = projection.Shows(LinkSchema.Definition),
            },
            shown.Write
        );
        Page place = query.ByCursor
            ? new Page.ByCursor(page.Next, TotalResults: page.Total)
            : new Page.ByIndex(query.StartIndex, page.Total);
        await ScimWriter.AnswerAsync(context, 200, json => ListResponse.Write(json, place, page.Count, shown.Array()));
    }

    /// <summary>What is to be shown of one resource: read, made or changed (RFC 7644 §3.9). Only these two parameters are asked; what else the URI says is for others.</summary>
    public static Projection Projected(HttpContext context, ResourceTypeDefinition type, Reading reading)
    {
        if (!context.Request.QueryString.HasValue)
            return Projection.Default(type);
        var query = ListQuery.Read(name => name is "attributes" or "excludedAttributes" ? Parameter(context, name) : null, Pages);
        return Projection.Read(type, query.Attributes, query.ExcludedAttributes, reading);
    }

    private static string? Parameter(HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    internal static string? IfNoneMatch(HttpContext context) =>
        context.Request.Headers.IfNoneMatch is { Count: > 0 } values ? values.ToString() : null;
}
