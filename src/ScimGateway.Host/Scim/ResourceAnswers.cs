using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>One resource as an answer: read, made or changed.</summary>
internal sealed class ResourceAnswers(ResourceReads reads, MemberReads members, RequestMemory memory)
{
    /// <summary>What was read.</summary>
    public IResult Read(ShownResource resource, Projection projection) =>
        new Answer(StatusCodes.Status200OK, resource, projection, members, memory);

    /// <summary>What a write changed.</summary>
    public async Task<IResult> ChangedAsync(WriteRequest asked, Resource written, Projection projection) =>
        new Answer(StatusCodes.Status200OK, await ShownAsync(asked, written, projection), projection, members, memory);

    /// <summary>What a write made.</summary>
    public async Task<IResult> MadeAsync(WriteRequest asked, Resource made, Projection projection) =>
        new Answer(
            StatusCodes.Status201Created,
            await ShownAsync(asked, made, projection),
            projection,
            members,
            memory
        );

    // As it was written, whatever others have written since; what stands beside its row is looked up.
    private async Task<ShownResource> ShownAsync(WriteRequest asked, Resource written, Projection projection)
    {
        var shown = ShownResource.Of(written);
        return projection.Needs(whole: true) is not Related.Nothing and var related
            ? shown.With(await reads.FindAsync(asked.Caller, written.Kind, written.Id, related))
            : shown;
    }

    private sealed class Answer(
        int status,
        ShownResource resource,
        Projection projection,
        MemberReads members,
        RequestMemory memory
    ) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            var baseUrl = ScimWriter.BaseUrl(context);
            context.Response.Headers.ETag = resource.Tag.ToString();
            if (status == StatusCodes.Status201Created)
                context.Response.Headers.Location = $"{baseUrl}{GatewayTypes.Of(resource.Kind).Endpoint}/{resource.Id}";
            var withMembers = resource.Kind == Kind.Group && MembersWriter.IsNeeded(projection);
            if (withMembers && HttpMethods.IsHead(context.Request.Method))
            {
                context.Response.StatusCode = status;
                context.Response.ContentType = ScimWriter.ContentType;
                return;
            }
            using var answer = new StreamedAnswer(context, status, memory.Of(context));
            if (answer.Body.MayBeRefused && resource.Bytes > RequestMemory.Small / 2)
                await answer.Body.ReserveAsync(resource.Bytes, context.RequestAborted);
            new ResourceWriter(baseUrl, projection).Open(answer.Body, resource.Stored);
            if (withMembers)
                await new MembersWriter(baseUrl, projection, members).WriteAsync(answer, resource);
            answer.Body.Write("}"u8);
            await answer.EndAsync();
        }
    }
}
