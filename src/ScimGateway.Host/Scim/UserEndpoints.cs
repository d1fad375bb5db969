using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Host.Scim;

/// <summary>Writes to /Users.</summary>
internal sealed class UserEndpoints(WriteRequests requests, ResourceAnswers answers, RequestMemory memory)
{
    public void Map(IEndpointRouteBuilder tenant)
    {
        var writes = tenant.MapGroup("/Users").AddEndpointFilter(requests);
        writes.MapPost("/", (Delegate)CreateAsync); // else its result would be nobody's
        writes.MapPut("/{id}", ReplaceAsync);
        writes.MapPatch("/{id}", PatchAsync);
        writes.MapDelete("/{id}", DeleteAsync);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        var asked = requests.Begin(context, "POST /Users");
        var projection = Projections.Asked(context, GatewayTypes.User, asked.Reading);
        using var body = await ResourceBody.ReadAsync(context, GatewayTypes.User, asked, memory.Of(context));
        var made = await context.Home().Users.CreateAsync(asked, body.Resource());
        return await answers.MadeAsync(asked, made.Resource, projection);
    }

    private async Task<IResult> ReplaceAsync(HttpContext context, string id)
    {
        var asked = requests.Begin(context, $"PUT /Users/{id}", id);
        var projection = Projections.Asked(context, GatewayTypes.User, asked.Reading);
        using var body = await ResourceBody.ReadAsync(context, GatewayTypes.User, asked, memory.Of(context));
        var written = await context
            .Home()
            .Users.ReplaceAsync(asked, Ids.User(id), body.Resource(), Ids.Preconditions(context));
        return await answers.ChangedAsync(asked, written.Resource, projection);
    }

    private async Task<IResult> PatchAsync(HttpContext context, string id)
    {
        var asked = requests.Begin(context, $"PATCH /Users/{id}", id);
        var projection = Projections.Asked(context, GatewayTypes.User, asked.Reading);
        using var body = await ResourceBody.ReadAsync(context, GatewayTypes.User, asked, memory.Of(context));
        var written = await context
            .Home()
            .Users.PatchAsync(asked, Ids.User(id), body.Patch(), Ids.Preconditions(context));
        return await answers.ChangedAsync(asked, written.Resource, projection);
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string id)
    {
        var asked = requests.Begin(context, $"DELETE /Users/{id}", id);
        await context.Home().Users.DeleteAsync(asked, Ids.User(id), Ids.Preconditions(context));
        return TypedResults.NoContent();
    }
}
