namespace ScimGateway.Host.Security;

/// <summary>
/// Entra ID's own token, which it sends where an administrator leaves the secret empty
/// (learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups).
/// </summary>
internal static class EntraId
{
    /// <summary>
    /// What all of its custom applications say that their tokens are for, whoever's they are: so it tells nobody apart.
    /// </summary>
    public const string Audience = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621";

    /// <summary>The word of the preset.</summary>
    public const string Preset = "entraId";

    /// <summary>What says which organization a token is of.</summary>
    public const string Tenant = "tid";

    /// <summary>What says which application asked: of tokens of version 1, and of version 2.</summary>
    public static readonly string[] Client = ["appid", "azp"];

    /// <summary>Whom to trust of an organization.</summary>
    public static TrustedIssuer Of(Guid organization) =>
        new()
        {
            Issuer = $"https://sts.windows.net/{organization}/",
            Audience = Audience,
            Metadata = $"https://login.microsoftonline.com/{organization}/.well-known/openid-configuration",
            Claims = new Dictionary<string, string> { [Tenant] = organization.ToString() },
        };
}
