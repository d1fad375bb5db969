using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// The kinds of resource as the gateway serves them: requests are read, and answers written, by nothing else.
/// </summary>
internal static class GatewayTypes
{
    /// <summary>Users: the enterprise extension, Slack's, and how the account stands with Slack.</summary>
    public static readonly ResourceTypeDefinition User = SlackSchemas.User.With(LinkSchema.Definition);

    /// <summary>Groups, and how the group stands with Slack.</summary>
    public static readonly ResourceTypeDefinition Group = ResourceTypes.Group.With(LinkSchema.Definition);

    /// <summary>A kind as it is served.</summary>
    public static ResourceTypeDefinition Of(Kind kind) => kind == Kind.User ? User : Group;
}
