using System.Security.Claims;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>A source of a tenant that its credential has let in.</summary>
internal sealed class SourceIdentity(Caller caller, TenantHome home, CredentialId credential, CredentialScope scope)
    : ClaimsIdentity("Credential")
{
    /// <summary>Who asks, with what the tenant allows now.</summary>
    public Caller Caller => caller;

    /// <summary>The home of its tenant.</summary>
    public TenantHome Home => home;

    /// <summary>The number of its credential.</summary>
    public CredentialId Credential => credential;

    /// <summary>What its credential allows.</summary>
    public CredentialScope Scope => scope;
}

/// <summary>Who asks.</summary>
internal static class Callers
{
    /// <summary>The source that asks; there is one wherever an endpoint was reached.</summary>
    public static Caller Caller(this HttpContext context) => Identity(context).Caller;

    /// <summary>The home of its tenant.</summary>
    public static TenantHome Home(this HttpContext context) => Identity(context).Home;

    private static SourceIdentity Identity(HttpContext context) => (SourceIdentity)context.User.Identity!;
}
