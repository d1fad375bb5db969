using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Security;

/// <summary>
/// Lets in who has a credential of the tenant. An unknown tenant, a wrong credential, one that is over and none at all
/// look the same from outside, so that nobody learns by trying which tenants there are.
/// </summary>
/// <remarks>
/// It is the handler's interface alone: the base class of ASP.NET's own handlers has options, events and an encoder
/// made for each request, of which nothing here is used.
/// </remarks>
internal sealed class CredentialHandler(Homes homes, SourceCredentials credentials, LastUses uses, TimeProvider clock)
    : IAuthenticationHandler
{
    /// <summary>The scheme as ASP.NET knows it.</summary>
    public const string Name = "Credential";

    private static readonly Task<AuthenticateResult> _nobody = Task.FromResult(AuthenticateResult.NoResult());

    private HttpContext _context = null!;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync()
    {
        var home = homes.Find(TenantPath.Tenant(_context));
        return credentials.Known(home) is { } known ? LookAmong(known, home) : ReadAndLookAsync(home!);
    }

    private async Task<AuthenticateResult> ReadAndLookAsync(TenantHome home) =>
        await LookAmong(await credentials.OfAsync(home), home);

    private Task<AuthenticateResult> LookAmong(TenantCredentials known, TenantHome? home)
    {
        var now = Instant.Of(clock.GetUtcNow());
        var given = GivenCredential.Read(_context.Request);
        // The v1 lane has a kind of its own, which opens nothing else, and which nothing else opens.
        var isLane = TenantPath.IsSlackLane(_context);
        var kind = isLane ? CredentialKind.SlackV1 : given.Kind;
        Span<byte> room = stackalloc byte[SecretHash.Bytes];
        var found = known.Find(kind, isLane ? given.HashOfSecret(room) : given.Hash(room), now);
        return home is null ? _nobody
            : found is not null ? LetIn(found, home, now)
            : kind == CredentialKind.Bearer && given.IsSigned && SignedToken.Read(given.Value) is { } token
                ? LookAtAsync(token, known, home)
            : _nobody;
    }

    private async Task<AuthenticateResult> LookAtAsync(SignedToken token, TenantCredentials known, TenantHome home)
    {
        var now = clock.GetUtcNow();
        if (token.Issuer is { } issuer)
            foreach (var credential in known.Trusting(CredentialKind.Jwt, issuer, Instant.Of(now)))
                if (await credential.Issuer!.AcceptsAsync(token, now))
                    return await LetIn(credential, home, Instant.Of(now));
        return AuthenticateResult.NoResult();
    }

    private Task<AuthenticateResult> LetIn(SourceCredential credential, TenantHome home, Instant now)
    {
        if (credential.IsFirstUse(now))
            uses.Note(credential, now);
        return credential.LetIn(home);
    }

    // The body is written where those of all errors are.
    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        Challenges.Write(_context);
        return Task.CompletedTask;
    }

    // What a credential does not allow is refused where its scope is looked at.
    public Task ForbidAsync(AuthenticationProperties? properties) => ChallengeAsync(properties);
}

/// <summary>What the path says of whom a request is for, also where nothing is mapped.</summary>
internal static class TenantPath
{
    /// <summary>The path's first word.</summary>
    public static ReadOnlySpan<char> Tenant(HttpContext context) => Words(context, out _);

    /// <summary>Whether it is one for the v1 lane, /{tenant}/slack/.</summary>
    public static bool IsSlackLane(HttpContext context)
    {
        Words(context, out var rest);
        return rest.Equals("slack", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("slack/", StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlySpan<char> Words(HttpContext context, out ReadOnlySpan<char> rest)
    {
        var path = context.Request.Path.Value.AsSpan();
        rest = "";
        if (path is not ['/', .. var words])
            return "";
        var end = words.IndexOf('/');
        if (end < 0)
            return words;
        rest = words[(end + 1)..];
        return words[..end];
    }
}

/// <summary>Authentication as the container has it, and what it is for.</summary>
internal static class CredentialSetup
{
    /// <summary>How credentials are looked at, and what is remembered of them.</summary>
    public static void AddCredentials(this IServiceCollection services)
    {
        services.AddOptions<IssuerOptions>();
        services.AddSingleton<KeySets>().AddSingleton<SourceCredentials>().AddSingleton<TokenEndpoint>();
        services.AddSingleton<RefusedCredentials>().AddSingleton<WrongTries>();
        services.AddSingleton<LastUses>().AddHostedService(made => made.GetRequiredService<LastUses>());
        services.AddTransient<CredentialHandler>();
        // AddAuthentication would bring Data Protection as well, which keeps a ring of keys at home that nothing here
        // asks for.
        services.AddAuthenticationCore(authentication =>
        {
            authentication.AddScheme<CredentialHandler>(CredentialHandler.Name, displayName: null);
            authentication.DefaultScheme = CredentialHandler.Name;
        });
    }

    /// <summary>
    /// Nobody comes in without a credential, wherever he knocks: so nobody learns what is mapped. Only what says so of
    /// itself (<see cref="IAllowAnonymous"/>) looks at who asks by itself. There is one scheme, no handler with a path of
    /// its own and nothing else to be allowed but by scopes, so ASP.NET's middleware and its policies would decide the
    /// same, only slower.
    /// </summary>
    public static void UseSourcesAlone(this IApplicationBuilder app)
    {
        var refused = app.ApplicationServices.GetRequiredService<RefusedCredentials>();
        var tries = app.ApplicationServices.GetRequiredService<WrongTries>();
        app.Use(
            async (context, next) =>
            {
                if (context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
                    await next(context);
                else if ((await context.AuthenticateAsync()).Principal is { } source)
                {
                    context.User = source;
                    Scopes.Require(((SourceIdentity)source.Identity!).Scope, context);
                    await next(context);
                }
                else
                {
                    refused.Count(isMissing: context.Request.Headers.Authorization.Count == 0);
                    if (tries.Count(context) is { } wait)
                        throw WrongTries.Refusal(wait);
                    await context.ChallengeAsync();
                }
            }
        );
    }
}
