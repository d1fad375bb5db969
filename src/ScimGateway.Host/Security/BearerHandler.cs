using System.Text;
using Microsoft.AspNetCore.Authentication;
using ScimGateway.Provisioning.Homes;

namespace ScimGateway.Host.Security;

/// <summary>
/// Lets in who has a token of the tenant. An unknown tenant, a wrong credential and none at all look the same from
/// outside, so that nobody learns by trying which tenants there are.
/// </summary>
/// <remarks>
/// It is the handler's interface alone: the base class of ASP.NET's own handlers has options, events and an encoder
/// made for each request, of which nothing here is used.
/// </remarks>
internal sealed class BearerHandler(Homes homes, SourceTokens tokens) : IAuthenticationHandler
{
    /// <summary>The scheme, as challenges name it (RFC 6750 §3).</summary>
    public const string Name = "Bearer";

    private static readonly Task<AuthenticateResult> _nobody = Task.FromResult(AuthenticateResult.NoResult());

    private HttpContext _context = null!;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync()
    {
        var home = homes.Find(Tenant());
        var found = tokens.Find(home?.Id, Encoding.UTF8.GetBytes(Credential().ToString()));
        return home is null || found is null ? _nobody : found.LetIn(home);
    }

    // The body is written where those of all errors are.
    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        _context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        _context.Response.Headers.WWWAuthenticate = Name; // RFC 9110 §15.5.2 wants one
        return Task.CompletedTask;
    }

    // Who was let in may do what a source may: nothing is forbidden here.
    public Task ForbidAsync(AuthenticationProperties? properties) => ChallengeAsync(properties);

    // The path's first word, also where nothing is mapped.
    private ReadOnlySpan<char> Tenant()
    {
        var path = _context.Request.Path.Value.AsSpan();
        if (path is not ['/', .. var rest])
            return "";
        var end = rest.IndexOf('/');
        return end < 0 ? rest : rest[..end];
    }

    // The scheme's case does not matter (RFC 9110 §11.1).
    private ReadOnlySpan<char> Credential()
    {
        var header = _context.Request.Headers.Authorization.ToString().AsSpan();
        return header.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : "";
    }
}

/// <summary>Authentication as the container has it, and what it is for.</summary>
internal static class BearerSetup
{
    /// <summary>How a token is looked at.</summary>
    public static void AddBearer(this IServiceCollection services)
    {
        services.AddSingleton<SourceTokens>().AddSingleton<RefusedCredentials>().AddTransient<BearerHandler>();
        // AddAuthentication would bring Data Protection as well, which keeps a ring of keys at home that nothing here
        // asks for.
        services.AddAuthenticationCore(authentication =>
        {
            authentication.AddScheme<BearerHandler>(BearerHandler.Name, displayName: null);
            authentication.DefaultScheme = BearerHandler.Name;
        });
    }

    /// <summary>
    /// Nobody comes in without a token, wherever he knocks: so nobody learns what is mapped. There is one scheme, no
    /// handler with a path of its own and nothing else to be allowed yet, so ASP.NET's middleware and its policies
    /// would decide the same, only slower.
    /// </summary>
    public static void UseSourcesAlone(this IApplicationBuilder app)
    {
        var refused = app.ApplicationServices.GetRequiredService<RefusedCredentials>();
        app.Use(
            async (context, next) =>
            {
                if ((await context.AuthenticateAsync()).Principal is { } source)
                {
                    context.User = source;
                    await next(context);
                }
                else
                {
                    refused.Count(context);
                    await context.ChallengeAsync();
                }
            }
        );
    }
}
