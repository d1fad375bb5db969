using ScimGateway.Host.Security;
using ScimGateway.Protocol.Messages;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Host.Scim;

/// <summary>Writes to /Groups.</summary>
internal sealed class GroupEndpoints(WriteRequests requests, ResourceAnswers answers, RequestMemory memory)
{
    public void Map(IEndpointRouteBuilder tenant)
    {
        var writes = tenant.MapGroup("/Groups").AddEndpointFilter(requests);
        writes.MapPost("/", (Delegate)CreateAsync); // else its result would be nobody's
        writes.MapPut("/{id}", ReplaceAsync);
        writes.MapPatch("/{id}", PatchAsync);
        writes.MapDelete("/{id}", DeleteAsync);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        var asked = requests.Begin(context, "POST /Groups");
        var projection = Projections.Asked(context, GatewayTypes.Group, asked.Reading);
        using var body = await ResourceBody.ReadAsync(context, GatewayTypes.Group, asked, memory.Of(context));
        var made = await context.Home().Groups.CreateAsync(asked, body.Resource());
        return await answers.MadeAsync(asked, made.Resource, projection);
    }

    private async Task<IResult> ReplaceAsync(HttpContext context, string id)
    {
        var asked = requests.Begin(context, $"PUT /Groups/{id}", id);
        var projection = Projections.Asked(context, GatewayTypes.Group, asked.Reading);
        using var body = await ResourceBody.ReadAsync(context, GatewayTypes.Group, asked, memory.Of(context));
        var written = await context
            .Home()
            .Groups.ReplaceAsync(asked, Ids.Group(id), body.Resource(), Ids.Preconditions(context));
        return await answers.ChangedAsync(asked, written.Resource, projection);
    }

    // 204, as the answer would hold all members (RFC 7644 §3.5.2 allows both); who asks for attributes gets them.
    private async Task<IResult> PatchAsync(HttpContext context, string id)
    {
        var asked = requests.Begin(context, $"PATCH /Groups/{id}", id);
        var projection = context.Request.Query.ContainsKey("attributes")
            ? Projections.Asked(context, GatewayTypes.Group, asked.Reading)
            : null;
        using var body = await ResourceBody.ReadAsync(context, GatewayTypes.Group, asked, memory.Of(context));
        var written = await context
            .Home()
            .Groups.PatchAsync(asked, Ids.Group(id), body.Patch(), Ids.Preconditions(context));
        if (projection is not null)
            return await answers.ChangedAsync(asked, written.Resource, projection);
        context.Response.Headers.ETag = new EntityTag(written.Resource.Version).ToString();
        return TypedResults.NoContent();
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string id)
    {
        var asked = requests.Begin(context, $"DELETE /Groups/{id}", id);
        await context.Home().Groups.DeleteAsync(asked, Ids.Group(id), Ids.Preconditions(context));
        return TypedResults.NoContent();
    }
}
