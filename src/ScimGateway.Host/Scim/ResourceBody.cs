using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
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
    private readonly Reading _reading;

    private ResourceBody(ScimBody body, ResourceTypeDefinition type, Reading reading) =>
        (_body, _type, _reading) = (body, type, reading);

    public static async Task<ResourceBody> ReadAsync(
        HttpContext context,
        ResourceTypeDefinition type,
        Reading reading,
        RequestMemory.Share memory
    ) => new(await ScimBody.ReadAsync(context, Limits(type).MostBytes, memory), type, reading);

    /// <summary>What a POST or PUT brings.</summary>
    public ScimResource Resource() => ScimResource.Read(_type, _body.Bytes.Span, Limits(_type));

    /// <summary>What a PATCH brings.</summary>
    public PatchRequest Patch() => PatchRequest.Read(_type, _body.Bytes.Span, Limits(_type), _reading);

    public void Dispose() => _body.Dispose();

    private static ReadLimits Limits(ResourceTypeDefinition type) =>
        type == GatewayTypes.User ? ReadLimits.User : ReadLimits.Group;
}
