using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>What is read of /Users and /Groups: one resource, a list, and a list that is asked for by POST, which at the root is of both (RFC 7644 §3.4).</summary>
internal static class ReadEndpoints
{
    /// <summary>How many resources a page has.</summary>
    public static readonly PageLimits Pages = new(100, 1_000);

    /// <summary>One resource of a kind.</summary>
    public static Delegate Read(Kind kind) =>
        (
            HttpContext context,
            string id,
            [FromServices] ResourceReads reads,
            [FromServices] MemberReads members,
            [FromServices] Caller caller,
            [FromServices] Dialect dialect
        ) => ReadAsync(context, kind, id, reads, members, caller, new Reading(dialect));

    /// <summary>A list by GET.</summary>
    public static Delegate List(Kind kind) =>
        (
            HttpContext context,
            [FromServices] ResourceReads reads,
            [FromServices] MemberReads members,
            [FromServices] Caller caller,
            [FromServices] Dialect dialect
        ) =>
            AnswerAsync(
                context,
                ListQuery.Read(name => Parameter(context, name), Pages),
                [kind],
                reads,
                members,
                caller,
                new Reading(dialect)
            );

    /// <summary>A list by POST.</summary>
    public static Delegate Search(params Kind[] kinds) =>
        async (
            HttpContext context,
            [FromServices] ResourceReads reads,
            [FromServices] MemberReads members,
            [FromServices] Caller caller,
            [FromServices] Dialect dialect
        ) =>
        {
            var reading = new Reading(dialect);
            var body = await ScimBody.ReadAsync(context, ReadLimits.User.MostBytes);
            var query = ListQuery.Read(body.Span, Pages, reading);
            await AnswerAsync(context, query, kinds, reads, members, caller, reading);
        };

    /// <summary>Answers with one resource: read, made or changed.</summary>
    public static async Task AnswerAsync(
        HttpContext context,
        int status,
        ShownResource resource,
        Projection projection,
        MemberReads members
    )
    {
        context.Response.Headers.ETag = resource.Tag.ToString();
        var baseUrl = ScimWriter.BaseUrl(context);
        var withMembers = resource.Kind == Kind.Group && MembersWriter.IsNeeded(projection);
        if (withMembers && HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = ScimWriter.ContentType;
            return;
        }
        using var answer = new StreamedAnswer(context, status);
        new ResourceWriter(baseUrl, projection).Open(answer.Body, resource.Stored);
        if (withMembers)
            await new MembersWriter(baseUrl, projection, members).WriteAsync(answer, resource);
        answer.Body.Write("}"u8);
        await answer.EndAsync();
    }

    private static Task ReadAsync(
        HttpContext context,
        Kind kind,
        string id,
        ResourceReads reads,
        MemberReads members,
        Caller caller,
        Reading reading
    )
    {
        var projection = Projected(context, GatewayTypes.Of(kind), reading);
        var beside = Asked(projection, whole: true);
        var resource = reads.Find(caller, kind, Ids.Read(id, kind), beside) ?? throw Ids.Unknown(id, kind);
        // The link may have changed where the version has not.
        if (!beside.HasFlag(Beside.Link) && resource.Tag.IsKnownTo(IfNoneMatch(context)))
        {
            context.Response.Headers.ETag = resource.Tag.ToString();
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        return AnswerAsync(context, 200, resource, projection, members);
    }

    private static async Task AnswerAsync(
        HttpContext context,
        ListQuery query,
        IReadOnlyList<Kind> kinds,
        ResourceReads reads,
        MemberReads members,
        Caller caller,
        Reading reading
    )
    {
        var baseUrl = ScimWriter.BaseUrl(context);
        var projections = kinds
            .Select(kind => Projection.Read(GatewayTypes.Of(kind), query.Attributes, query.ExcludedAttributes, reading))
            .ToList();
        var asked = new ResourceQuery(baseUrl, query.Count, Sought(query, kinds, reading))
        {
            StartIndex = query.StartIndex,
            Cursor = query.Cursor,
            Beside = projections.Select(projection => Asked(projection, whole: false)).Aggregate((all, one) => all | one),
        };
        var writer = new ResourceWriter(baseUrl, projections);
        if (projections.Find(MembersWriter.IsNeeded) is { } ofGroups)
        {
            await StreamAsync(context, query, asked, writer, new MembersWriter(baseUrl, ofGroups, members), reads, caller);
            return;
        }
        // The resources before the list they are in: how many they are, one knows behind them.
        using var shown = new ResourcesWriter(writer, query.Count);
        var page = reads.List(caller, asked, shown.Write);
        await ScimWriter.AnswerAsync(
            context,
            200,
            json => ListResponse.Write(json, Place(query, page), page.Count, shown.Array())
        );
    }

    // The documents of a page are few bytes beside the members of its groups, which go out as they are read.
    private static async Task StreamAsync(
        HttpContext context,
        ListQuery query,
        ResourceQuery asked,
        ResourceWriter writer,
        MembersWriter members,
        ResourceReads reads,
        Caller caller
    )
    {
        var resources = new List<ShownResource>();
        var page = reads.List(caller, asked, resource => resources.Add(resource.Keep()));
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentType = ScimWriter.ContentType;
            return;
        }
        using var answer = new StreamedAnswer(context, 200);
        using (var json = new Utf8JsonWriter(answer.Body, ScimJson.WriterOptions))
            ListResponse.Open(json, Place(query, page), page.Count);
        var any = false;
        foreach (var resource in resources)
        {
            if (any)
                answer.Body.Write(","u8);
            any = true;
            writer.Open(answer.Body, resource.Stored);
            if (resource.Kind == Kind.Group)
                await members.WriteAsync(answer, resource);
            answer.Body.Write("}"u8);
            await answer.SendAsync();
        }
        answer.Body.Write("]}"u8);
        await answer.EndAsync();
    }

    private static Page Place(ListQuery query, ResourcePage page) =>
        query.ByCursor ? new Page.ByCursor(page.Next, TotalResults: page.Total) : new Page.ByIndex(query.StartIndex, page.Total);

    // A kind that does not have the attribute to sort by is sorted as one that has no value of it.
    private static List<Sought> Sought(ListQuery query, IReadOnlyList<Kind> kinds, Reading reading)
    {
        var sorted =
            query.SortBy is null ? []
            : kinds.Count == 1 ? kinds
            : [.. kinds.Where(kind => SortOrder.Has(query.SortBy, GatewayTypes.Of(kind), reading))];
        return
        [
            .. kinds.Select(kind => new Sought(kind)
            {
                Filter = query.Filter is null ? null : Filter.Read(query.Filter, GatewayTypes.Of(kind), reading),
                Sort =
                    query.SortBy is not null && (sorted.Contains(kind) || sorted.Count == 0)
                        ? SortOrder.Read(query.SortBy, query.Descending, GatewayTypes.Of(kind), reading)
                        : null,
            }),
        ];
    }

    /// <summary>What an answer needs beside the row. The entity tag of a user has a hash of its groups: one resource always has it in the header, one of a list only in its meta.</summary>
    public static Beside Asked(Projection projection, bool whole) =>
        (projection.Shows(LinkSchema.Definition) ? Beside.Link : Beside.Nothing)
        | (
            projection.Type == GatewayTypes.User && (whole || projection.Shows("groups") || projection.Shows("meta"))
                ? Beside.Groups
                : Beside.Nothing
        );

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

    private static string? IfNoneMatch(HttpContext context) =>
        context.Request.Headers.IfNoneMatch is { Count: > 0 } values ? values.ToString() : null;
}
