namespace ScimGateway.Protocol.Schemas;

/// <summary>The two kinds of resource of RFC 7643.</summary>
public static class ResourceTypes
{
    /// <summary>Users, with the enterprise extension.</summary>
    public static readonly ResourceTypeDefinition User = new(
        "User",
        "/Users",
        "A person's account.",
        CoreSchemas.User,
        CoreSchemas.EnterpriseUser
    );

    /// <summary>Groups.</summary>
    public static readonly ResourceTypeDefinition Group = new(
        "Group",
        "/Groups",
        "A set of users and groups.",
        CoreSchemas.Group
    );
}
