namespace ScimGateway.Host.Security;

/// <summary>In which way a provider proves who it is.</summary>
internal enum CredentialKind
{
    /// <summary>A secret after the word Bearer (RFC 6750 §2.1).</summary>
    Bearer,

    /// <summary>
    /// A value of Authorization as it is, for providers that send other words before the secret, or none.
    /// </summary>
    Raw,

    /// <summary>A user's name and password (RFC 7617).</summary>
    Basic,

    /// <summary>Access tokens for an hour each, which a client gets at the tenant's token endpoint (RFC 6749 §4.4).</summary>
    OauthClient,

    /// <summary>A token that somebody else has signed (RFC 7519).</summary>
    Jwt,

    /// <summary>A secret after the word Bearer, for the v1 lane alone.</summary>
    SlackV1,
}

/// <summary>What a credential allows.</summary>
internal enum CredentialScope
{
    /// <summary>All.</summary>
    Full,

    /// <summary>Users alone, and what the gateway says of itself.</summary>
    Users,

    /// <summary>Reading alone.</summary>
    Read,
}
