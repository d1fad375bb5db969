using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Writing;

namespace ScimGateway.Host.Scim;

/// <summary>Writes to /Users.</summary>
internal sealed class UserEndpoints(
    UserWrites users,
    WriteRequests requests,
    ResourceAnswers answers,
    RequestMemory memory
)
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
        using var body = await ResourceBody.ReadAsync(context, GatewayTypes.User, asked.Reading, memory);
        var made = await users.CreateAsync(asked, body.Resource());
        return answers.Made(asked, made.Resource, projection);
    }

    private async Task<IResult> ReplaceAsync(HttpContext context, string id)
    {
        var asked = requests.Begin(context, $"PUT /Users/{id}");
        var projection = Projections.Asked(context, GatewayTypes.User, asked.Reading);
        using var body = await ResourceBody.ReadAsync(context, GatewayTypes.User, asked.Reading, memory);
        var written = await users.ReplaceAsync(asked, Ids.User(id), body.Resource(), Ids.IfMatch(context));
        return answers.Changed(asked, written.Resource, projection);
    }

    private async Task<IResult> PatchAsync(HttpContext context, string id)
    {
        var asked = requests.Begin(context, $"PATCH /Users/{id}");
        var projection = Projections.Asked(context, GatewayTypes.User, asked.Reading);
        using var body = await ResourceBody.ReadAsync(context, GatewayTypes.User, asked.Reading, memory);
        var written = await users.PatchAsync(asked, Ids.User(id), body.Patch(), Ids.IfMatch(context));
        return answers.Changed(asked, written.Resource, projection);
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string id)
    {
        var asked = requests.Begin(context, $"DELETE /Users/{id}");
        await users.DeleteAsync(asked, Ids.User(id), Ids.IfMatch(context));
        return TypedResults.NoContent();
    }
}
