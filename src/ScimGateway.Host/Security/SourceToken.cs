using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>What a source of a tenant is let in by.</summary>
internal sealed class SourceToken(string token, Caller caller)
{
    private readonly byte[] _expected = Encoding.UTF8.GetBytes(token);

    private volatile Entry? _last;

    /// <summary>The source.</summary>
    public Caller Caller => caller;

    /// <summary>Whether it is this one; how long that takes does not tell how much of it is right.</summary>
    public bool Is(ReadOnlySpan<byte> given) => CryptographicOperations.FixedTimeEquals(given, _expected);

    /// <summary>Lets the source in, with what its tenant allows: until that changes, one entry does for all.</summary>
    public Task<AuthenticateResult> LetIn(TenantHome home)
    {
        var allowed = home.Preferences.Now;
        if (_last is not { } entry || !ReferenceEquals(entry.Allowed, allowed) || !ReferenceEquals(entry.Home, home))
            _last = entry = new Entry(
                home,
                allowed,
                Task.FromResult(AuthenticateResult.Success(Ticket(home, allowed)))
            );
        return entry.Result;
    }

    private AuthenticationTicket Ticket(TenantHome home, Preferences allowed) =>
        new(new ClaimsPrincipal(new SourceIdentity(caller with { Preferences = allowed }, home)), BearerHandler.Name);

    private sealed record Entry(TenantHome Home, Preferences Allowed, Task<AuthenticateResult> Result);
}

/// <summary>The tokens of each tenant's sources.</summary>
internal sealed class SourceTokens
{
    // An unknown tenant takes as long as one with a token.
    private static readonly SourceToken[] _nobodys =
    [
        new(Convert.ToHexString(RandomNumberGenerator.GetBytes(32)), new Caller(default, 0, "", new Preferences())),
    ];

    private readonly ConcurrentDictionary<TenantId, SourceToken[]> _byTenant = new();

    /// <summary>From now on these are let in, and no others of the tenant.</summary>
    public void Set(TenantId tenant, params IEnumerable<SourceToken> tokens) => _byTenant[tenant] = [.. tokens];

    /// <summary>Nobody of the tenant is let in any more.</summary>
    public void Forget(TenantId tenant) => _byTenant.TryRemove(tenant, out _);

    /// <summary>The token of a tenant that was given; null if it is none of its.</summary>
    public SourceToken? Find(TenantId? tenant, ReadOnlySpan<byte> given)
    {
        SourceToken? found = null;
        var known = tenant is { } id && _byTenant.TryGetValue(id, out var tokens) ? tokens : _nobodys;
        foreach (var token in known) // each of them, so that the time tells nothing
            if (token.Is(given))
                found = token;
        return found;
    }
}
