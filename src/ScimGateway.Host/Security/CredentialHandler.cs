using System.Security.Claims;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Security;

/// <summary>
/// Lets in who has a credential of the tenant. An unknown tenant, a wrong credential, one that is over and none at all
/// look the same from outside, so that nobody learns by trying which tenants there are.
/// </summary>
/// <remarks>
/// It is none of ASP.NET's authentication handlers: there is one of it and not one for each request, and what it finds is one
/// entry for all requests of a credential.
/// </remarks>
internal sealed class CredentialHandler(
    Homes homes,
    SourceCredentials credentials,
    SignatureChecks checks,
    LastUses uses,
    TimeProvider clock
)
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

    /// <summary>
    /// Requires that the credential by which a request was let in still lets in: a body may take minutes. It looks at what
    /// is in memory.
    /// </summary>
    /// <exception cref="CredentialEndedException">It or its tenant was deleted meanwhile, or it has expired.</exception>
    public async ValueTask RequireStillAsync(HttpContext context)
    {
        if (!await LetsInStillAsync(context))
            throw new CredentialEndedException();
    }

    /// <summary>The same as a question.</summary>
    public async ValueTask<bool> LetsInStillAsync(HttpContext context)
    {
        var who = (SourceIdentity)context.User.Identity!;
        // The home that the tenant has by now; it has none once it is deleted.
        return homes.OfId(who.Caller.TenantId) is { } home
            && (await credentials.OfAsync(home)).LetsIn(who.Credential, Instant.Of(clock.GetUtcNow()));
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
        // Whoever it is for, a token is read and checked: how long that takes does not tell which tenants there are.
        return found is not null ? LetIn(found, known, home, now)
            : kind == CredentialKind.Bearer && given.IsSigned && SignedToken.Read(given.Value) is { } token
                ? LookAtAsync(token, known, home, context)
            : NotLetIn(known, isOver);
    }

    private async Task<Look> LookAtAsync(
        SignedToken token,
        TenantCredentials known,
        TenantHome? home,
        HttpContext context
    )
    {
        var now = clock.GetUtcNow();
        return await checks.WhoseAsync(token, CredentialKind.Jwt, known, context) is { } credential
            ? await LetIn(credential, known, home, Instant.Of(now))
            : await NotLetIn(known, isOver: false);
    }

    private static Task<Look> NotLetIn(TenantCredentials known, bool isOver) =>
        known.IsNobodys ? _noTenant
        : isOver ? _over
        : _unknown;

    private Task<Look> LetIn(SourceCredential credential, TenantCredentials known, TenantHome? home, Instant now)
    {
        if (home is null)
            return Task.FromResult(new Look(null, default, known.NotReady));
        if (credential.IsFirstUse(now))
            uses.Note(credential, now);
        return credential.LetIn(home);
    }
}

/// <summary>The credential has ended while the body of its request came.</summary>
internal sealed class CredentialEndedException() : Exception("The credential has ended while the request came.");

/// <summary>What a look at a credential has found.</summary>
/// <param name="Source">The source that is let in; null if nobody is.</param>
/// <param name="Refusal">Why nobody is, for the log alone.</param>
/// <param name="NotReady">What whoever has shown a right one is told, whose tenant has no home here; else null.</param>
internal sealed record Look(ClaimsPrincipal? Source, Refusal Refusal, string? NotReady = null);
