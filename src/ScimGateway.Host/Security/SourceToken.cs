using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>What a source of a tenant is let in by.</summary>
internal sealed class SourceToken(string slug, string token, Caller caller)
{
    private readonly byte[] _expected = InPlainBytes(slug, token);

    private volatile Entry? _last;

    /// <summary>The source.</summary>
    public Caller Caller => caller;

    /// <summary>
    /// A tenant's word in the path together with a token, so that neither is looked at without the other.
    /// </summary>
    public static byte[] InPlainBytes(ReadOnlySpan<char> slug, ReadOnlySpan<char> token) =>
        Encoding.UTF8.GetBytes($"{slug} {token}");

    /// <summary>Whether it is this one; how long that takes does not tell how much of it is right.</summary>
    public bool Is(ReadOnlySpan<byte> given) => CryptographicOperations.FixedTimeEquals(given, _expected);

    /// <summary>Lets the source in, with what its tenant allows: until that changes, one entry does for all.</summary>
    public Task<AuthenticateResult> LetIn(Preferences allowed)
    {
        if (_last is not { } entry || !ReferenceEquals(entry.Allowed, allowed))
            _last = entry = new Entry(allowed, Task.FromResult(AuthenticateResult.Success(Ticket(allowed))));
        return entry.Result;
    }

    private AuthenticationTicket Ticket(Preferences allowed) =>
        new(new ClaimsPrincipal(new SourceIdentity(caller with { Preferences = allowed })), BearerHandler.Name);

    private sealed record Entry(Preferences Allowed, Task<AuthenticateResult> Result);
}

/// <summary>The tokens there are.</summary>
internal sealed record SourceTokens(IReadOnlyList<SourceToken> All);
