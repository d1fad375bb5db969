using System.Net;
using Microsoft.AspNetCore.Authorization;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Host.Security;

/// <summary>How credentials come into the box, and before the requests.</summary>
internal static class CredentialSetup
{
    /// <summary>How credentials are looked at, and what is remembered of them.</summary>
    public static void AddCredentials(this IServiceCollection services)
    {
        services.AddSingleton<KeySets>().AddSingleton<SourceCredentials>().AddSingleton<TokenEndpoint>();
        services.AddSingleton<SignatureChecks>();
        services.AddSingleton<RefusedCredentials>().AddSingleton<RefusedWays>().AddSingleton<WrongTries>();
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
                    TurnAway(context, look.Refusal);
                    return;
                }
                var source = (SourceIdentity)look.Source.Identity!;
                var lane = tenants.Of(source.Caller.TenantId);
                ConnectionEnd.Withdraw(context, lane);
                if (IsForgery(context.Request))
                    throw ScimException.Of(HttpStatusCode.Forbidden, Browsers.Words);
                context.User = look.Source;
                if (lane.Enter(out var place) is { } pause)
                    throw ScimException.Later(HttpStatusCode.TooManyRequests, Traffic.Words, pause);
                using (place)
                {
                    if (!Scopes.Allows(source.Scope, context))
                    {
                        refused.CountForbidden(context, TenantPath.Tenant(context), $"source {source.Caller.SourceId}");
                        throw Scopes.Refusal(source.Scope, context);
                    }
                    try
                    {
                        await next(context);
                    }
                    catch (CredentialEndedException)
                    {
                        ConnectionEnd.Announce(context);
                        TurnAway(context, Refusal.Unknown);
                    }
                }
            }
        );

        void TurnAway(HttpContext context, Refusal why)
        {
            refused.Count(context, why);
            if (tries.Count(context) is { } wait)
                throw WrongTries.Refusal(wait);
            Challenges.Write(context); // the body is written where those of all errors are
        }
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

    // A body without a type is taken for JSON, and a browser sends one without a type to another site unasked.
    private static bool IsForgery(HttpRequest request) =>
        !ReadMethods.Has(request.Method)
        && GivenCredential.Read(request).Kind == CredentialKind.Basic
        && Browsers.SendForAnotherSite(request);

    private static bool IsOpen(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    // Nothing is there; or what routing itself has put there, which answers 405.
    private static bool IsNoRoute(HttpContext context) => context.GetEndpoint() is not RouteEndpoint;
}
