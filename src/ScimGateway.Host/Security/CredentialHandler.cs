using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>
/// Lets in who has a credential of the tenant. An unknown tenant, a wrong credential, one that is over and none at all
/// look the same from outside, so that nobody learns by trying which tenants there are.
/// </summary>
/// <remarks>
/// It is none of ASP.NET's authentication handlers: there is one of it and not one for each request, and what it finds is one
/// entry for all requests of a credential.
/// </remarks>
internal sealed class CredentialHandler(Homes homes, SourceCredentials credentials, LastUses uses, TimeProvider clock)
{
    private static readonly Task<Look> _unknown = Task.FromResult(new Look(null, Refusal.Unknown));
    private static readonly Task<Look> _over = Task.FromResult(new Look(null, Refusal.Over));
    private static readonly Task<Look> _noTenant = Task.FromResult(new Look(null, Refusal.NoTenant));

    /// <summary>Looks at what a request brings.</summary>
    public Task<Look> LookAsync(HttpContext context)
    {
        var slug = TenantPath.Tenant(context);
        if (homes.Find(slug) is not { } home)
            return LookAmong(credentials.KnownWithoutHome(slug), null, context);
        return credentials.Known(home) is { } known ? LookAmong(known, home, context) : ReadAndLookAsync(home, context);
    }

    private async Task<Look> ReadAndLookAsync(TenantHome home, HttpContext context) =>
        await LookAmong(await credentials.OfAsync(home), home, context);

    private Task<Look> LookAmong(TenantCredentials known, TenantHome? home, HttpContext context)
    {
        var now = Instant.Of(clock.GetUtcNow());
        var given = GivenCredential.Read(context.Request);
        // The v1 lane has a kind of its own, which opens nothing else, and which nothing else opens.
        var isLane = TenantPath.IsSlackLane(context);
        var kind = isLane ? CredentialKind.SlackV1 : given.Kind;
        Span<byte> room = stackalloc byte[SecretHash.Bytes];
        var found = known.Find(kind, isLane ? given.HashOfSecret(room) : given.Hash(room), now, out var isOver);
        return found is not null ? LetIn(found, known, home, now)
            : ReferenceEquals(known, TenantCredentials.Nobodys) ? _noTenant
            : isOver ? _over
            : kind == CredentialKind.Bearer && given.IsSigned && SignedToken.Read(given.Value) is { } token
                ? LookAtAsync(token, known, home)
            : _unknown;
    }

    private async Task<Look> LookAtAsync(SignedToken token, TenantCredentials known, TenantHome? home)
    {
        var now = clock.GetUtcNow();
        if (token.Issuer is { } issuer)
            foreach (var credential in known.Trusting(CredentialKind.Jwt, issuer, Instant.Of(now)))
                if (await credential.Issuer!.AcceptsAsync(token, now))
                    return await LetIn(credential, known, home, Instant.Of(now));
        return await _unknown;
    }

    private Task<Look> LetIn(SourceCredential credential, TenantCredentials known, TenantHome? home, Instant now)
    {
        if (home is null)
            return Task.FromResult(new Look(null, default, known.NotReady));
        if (credential.IsFirstUse(now))
            uses.Note(credential, now);
        return credential.LetIn(home);
    }
}

/// <summary>What a look at a credential has found.</summary>
/// <param name="Source">The source that is let in; null if nobody is.</param>
/// <param name="Refusal">Why nobody is, for the log alone.</param>
/// <param name="NotReady">What whoever has shown a right one is told, whose tenant has no home here; else null.</param>
internal sealed record Look(ClaimsPrincipal? Source, Refusal Refusal, string? NotReady = null);

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

    /// <summary>Whether it is the one where clients get tokens, /{tenant}/oauth/token.</summary>
    public static bool IsForTokens(HttpContext context)
    {
        Words(context, out var rest);
        return rest.TrimEnd('/').Equals("oauth/token", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether its first word is one that no tenant has: what is there, is there for anybody.</summary>
    public static bool IsNoTenants(HttpContext context) => Slug.IsSomethingElse(Tenant(context));

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

/// <summary>How credentials come into the box, and before the requests.</summary>
internal static class CredentialSetup
{
    /// <summary>How credentials are looked at, and what is remembered of them.</summary>
    public static void AddCredentials(this IServiceCollection services)
    {
        services.AddOptions<IssuerOptions>().ValidateOnStart();
        services.AddSingleton<KeySets>().AddSingleton<SourceCredentials>().AddSingleton<TokenEndpoint>();
        services.AddOptions<TrafficOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<TrafficOptions>, TrafficOptionsValidator>();
        services.AddSingleton<RefusedCredentials>().AddSingleton<WrongTries>();
        services.AddSingleton<LastUses>().AddHostedService(made => made.GetRequiredService<LastUses>());
        services.AddSingleton<CredentialHandler>();
    }

    /// <summary>
    /// Nobody comes in without a credential, wherever he knocks: so nobody learns what is mapped. Only what says so of
    /// itself (<see cref="IAllowAnonymous"/>) looks at who asks by itself. There is one way to look, and nothing else to be
    /// allowed but by scopes, so ASP.NET's middleware, its handlers and policies would decide the same, only slower. How much
    /// comes is looked at behind the credential, so that nobody is kept out by who has none.
    /// </summary>
    public static void UseSourcesAlone(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var credentials = services.GetRequiredService<CredentialHandler>();
        var refused = services.GetRequiredService<RefusedCredentials>();
        var tries = services.GetRequiredService<WrongTries>();
        var tenants = services.GetRequiredService<Traffic>().Tenants;
        app.Use(
            async (context, next) =>
            {
                // Whoever asks for a token by another method than POST is told so; of the tenant that says nothing.
                if (IsOpen(context.GetEndpoint()) || (IsNoRoute(context) && TenantPath.IsForTokens(context)))
                {
                    await next(context);
                    return;
                }
                var look = await credentials.LookAsync(context);
                if (look.NotReady is { } why)
                    throw ScimException.Later(HttpStatusCode.ServiceUnavailable, why, TenantCredentials.UntilReady);
                if (look.Source is null)
                {
                    refused.Count(context, look.Refusal);
                    if (tries.Count(context) is { } wait)
                        throw WrongTries.Refusal(wait);
                    Challenges.Write(context); // the body is written where those of all errors are
                    return;
                }
                context.User = look.Source;
                var source = (SourceIdentity)look.Source.Identity!;
                if (tenants.Enter(source.Caller.TenantId, out var place) is { } pause)
                    throw ScimException.Later(HttpStatusCode.TooManyRequests, Traffic.Words, pause);
                using (place)
                {
                    if (!Scopes.Allows(source.Scope, context))
                    {
                        refused.CountForbidden(context, TenantPath.Tenant(context), $"source {source.Caller.SourceId}");
                        throw Scopes.Refusal(source.Scope, context);
                    }
                    await next(context);
                }
            }
        );
    }

    /// <summary>
    /// Where no tenant is, there is what is open to anybody and nothing else: what is mapped below any tenant's word is not
    /// there. Wrong methods are told as such.
    /// </summary>
    public static void UseOpenAlone(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                if (!IsNoRoute(context) && !IsOpen(context.GetEndpoint()))
                    context.SetEndpoint(null);
                return next(context);
            }
        );

    private static bool IsOpen(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    // Nothing is there; or what routing itself has put there, which answers 405.
    private static bool IsNoRoute(HttpContext context) => context.GetEndpoint() is not RouteEndpoint;
}
