using ScimGateway.Host.Security;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>
/// What is read of /Users and /Groups, and of both: one resource, a list, and a list that is asked for by POST (RFC 7644
/// §3.4).
/// </summary>
internal sealed class ReadEndpoints(
    ResourceReads reads,
    MemberReads members,
    ResourceAnswers answers,
    RequestMemory memory
)
{
    public void Map(IEndpointRouteBuilder tenant)
    {
        Map(tenant, Kind.User);
        Map(tenant, Kind.Group);
        tenant.MapMethods("/", ReadMethods.All, context => ListAsync(context, Kind.User, Kind.Group));
        tenant.MapPost("/.search", context => SearchAsync(context, Kind.User, Kind.Group));
    }

    private void Map(IEndpointRouteBuilder tenant, Kind kind)
    {
        var resources = tenant.MapGroup(GatewayTypes.Of(kind).Endpoint);
        resources.MapMethods("/", ReadMethods.All, context => ListAsync(context, kind));
        resources.MapMethods(
            "/{id}",
            ReadMethods.All,
            (HttpContext context, string id) => ReadAsync(context, id, kind)
        );
        resources.MapPost("/.search", context => SearchAsync(context, kind));
    }

    private async Task<IResult> ReadAsync(HttpContext context, string id, Kind kind)
    {
        var projection = Projections.Asked(context, GatewayTypes.Of(kind), Reading(context));
        var related = projection.Needs(whole: true);
        var resource =
            await reads.FindAsync(context.Caller(), kind, Ids.Read(id, kind), related) ?? throw Ids.Unknown(id, kind);
        // The link may have changed where the version has not.
        if (related.HasFlag(Related.Link) || !resource.Tag.IsKnownTo(Ids.Preconditions(context).IfNoneMatch))
            return answers.Read(resource, projection);
        context.Response.Headers.ETag = resource.Tag.ToString();
        return TypedResults.StatusCode(StatusCodes.Status304NotModified);
    }

    private Task ListAsync(HttpContext context, params Kind[] kinds)
    {
        var query = ListQuery.Read(name => Projections.Parameter(context, name), Projections.Pages);
        return new ListAnswer(context, query, kinds, Reading(context), members, memory.Of(context)).WriteAsync(
            reads,
            context.Caller()
        );
    }

    private async Task SearchAsync(HttpContext context, params Kind[] kinds)
    {
        var reading = Reading(context);
        using var body = await ScimBody.ReadAsync(context, ReadLimits.User.MostBytes, memory.Of(context));
        var query = ListQuery.Read(body.Bytes.Span, Projections.Pages, reading);
        await new ListAnswer(context, query, kinds, reading, members, memory.Of(context)).WriteAsync(
            reads,
            context.Caller()
        );
    }

    private static Reading Reading(HttpContext context) =>
        new(context.Caller().Dialect, new WorkLimit(gone: context.RequestAborted));
}
