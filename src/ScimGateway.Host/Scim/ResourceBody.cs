using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Host.Scim;

/// <summary>
/// The body of a write to a user or group. It is taken apart when it is known that there is something to write to: 404
/// comes before 400.
/// </summary>
internal sealed class ResourceBody : IDisposable
{
    private readonly ScimBody _body;
    private readonly ResourceTypeDefinition _type;
    private readonly WriteRequest _asked;

    private ResourceBody(ScimBody body, ResourceTypeDefinition type, WriteRequest asked) =>
        (_body, _type, _asked) = (body, type, asked);

    public static async Task<ResourceBody> ReadAsync(
        HttpContext context,
        ResourceTypeDefinition type,
        WriteRequest asked,
        RequestMemory.Share memory
    ) => new(await ScimBody.ReadAsync(context, Limits(type).MostBytes, memory), type, asked);

    /// <summary>What a POST or PUT brings; the journal has its names, whatever it is refused for.</summary>
    public ScimResource Resource()
    {
        var brought = ScimResource.Read(_type, _body.Bytes.Span, Limits(_type));
        _asked.Names = KnownAs.Of(brought.Json);
        return brought;
    }

    /// <summary>What a PATCH brings.</summary>
    public PatchRequest Patch() => PatchRequest.Read(_type, _body.Bytes.Span, Limits(_type), _asked.Reading);

    public void Dispose() => _body.Dispose();

    private static ReadLimits Limits(ResourceTypeDefinition type) =>
        type == GatewayTypes.User ? ReadLimits.User : ReadLimits.Group;
}
