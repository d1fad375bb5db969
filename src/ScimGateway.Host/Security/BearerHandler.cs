using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>Who is let in by a bearer token.</summary>
internal sealed class BearerOptions : AuthenticationSchemeOptions
{
    /// <summary>The tokens there are; none by default.</summary>
    public IReadOnlyList<SourceToken> Tokens { get; set; } = [];
}

/// <summary>
/// Lets in who has a token of the tenant. An unknown tenant, a wrong credential and none at all look the same from
/// outside, so that nobody learns by trying which tenants there are.
/// </summary>
internal sealed class BearerHandler(
    IOptionsMonitor<BearerOptions> options,
    ILoggerFactory log,
    UrlEncoder encoder,
    CurrentPreferences current
) : AuthenticationHandler<BearerOptions>(options, log, encoder)
{
    /// <summary>The scheme, as challenges name it (RFC 6750 §3).</summary>
    public const string Name = "Bearer";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var given = SourceToken.InPlainBytes(Tenant(), Credential());
        Caller? caller = null;
        foreach (var token in Options.Tokens) // each of them, so that the time tells nothing
            if (token.Is(given))
                caller = token.Caller;
        return Task.FromResult(
            caller is null ? AuthenticateResult.NoResult() : AuthenticateResult.Success(Ticket(caller))
        );
    }

    // The body is written where those of all errors are.
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = Name; // RFC 9110 §15.5.2 wants one
        return Task.CompletedTask;
    }

    private AuthenticationTicket Ticket(Caller caller) =>
        new(new ClaimsPrincipal(new SourceIdentity(caller with { Preferences = current.Now })), Name);

    // The path's first word, also where nothing is mapped.
    private string Tenant() => Request.Path.Value?.Split('/', 3) is ["", var slug, ..] ? slug : "";

    // The scheme's case does not matter (RFC 9110 §11.1).
    private string Credential() =>
        Request.Headers.Authorization.ToString() is var header
        && header.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase)
            ? header[7..].Trim()
            : "";
}

/// <summary>Authentication and authorization as the container has them.</summary>
internal static class BearerSetup
{
    /// <summary>Nobody comes in without a token, wherever he knocks: so nobody learns what is mapped.</summary>
    public static void AddBearer(this IServiceCollection services, IReadOnlyList<SourceToken> tokens)
    {
        // AddAuthentication would bring Data Protection as well, which keeps a ring of keys at home that nothing here
        // asks for.
        services
            .AddAuthenticationCore(authentication => authentication.DefaultScheme = BearerHandler.Name)
            .AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<BearerOptions, BearerHandler>(
            BearerHandler.Name,
            bearer => bearer.Tokens = tokens
        );
        services
            .AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }
}
