using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>What a client wants to be shown, and what is read for it.</summary>
internal static class Projections
{
    /// <summary>How many resources a page has.</summary>
    public static readonly PageLimits Pages = new(100, 1_000);

    /// <summary>
    /// What is to be shown of one resource: read, made or changed (RFC 7644 §3.9). Only these two parameters are asked;
    /// what else the URI says is for others.
    /// </summary>
    public static Projection Asked(HttpContext context, ResourceTypeDefinition type, Reading reading)
    {
        if (!context.Request.QueryString.HasValue)
            return Projection.Default(type);
        var query = ListQuery.Read(
            name => name is "attributes" or "excludedAttributes" ? Parameter(context, name) : null,
            Pages
        );
        return Projection.Read(type, query.Attributes, query.ExcludedAttributes, reading);
    }

    /// <summary>
    /// What an answer needs beside the row. The entity tag of a user has a hash of its groups: one resource always has
    /// it in the header, one of a list only in its meta.
    /// </summary>
    public static Related Needs(this Projection projection, bool whole) =>
        (projection.Shows(LinkSchema.Definition) ? Related.Link : Related.Nothing)
        | (
            projection.Type == GatewayTypes.User && (whole || projection.Shows("groups") || projection.Shows("meta"))
                ? Related.Groups
                : Related.Nothing
        );

    /// <summary>A parameter of the URI.</summary>
    public static string? Parameter(HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null;
}
