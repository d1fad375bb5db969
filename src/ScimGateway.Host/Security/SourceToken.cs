using System.Security.Cryptography;
using System.Text;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>What a source of a tenant is let in by.</summary>
internal sealed class SourceToken(string slug, string token, Caller caller)
{
    private readonly byte[] _expected = InPlainBytes(slug, token);

    /// <summary>The source.</summary>
    public Caller Caller => caller;

    /// <summary>
    /// A tenant's word in the path together with a token, so that neither is looked at without the other.
    /// </summary>
    public static byte[] InPlainBytes(string slug, string token) => Encoding.UTF8.GetBytes($"{slug} {token}");

    /// <summary>Whether it is this one; how long that takes does not tell how much of it is right.</summary>
    public bool Is(ReadOnlySpan<byte> given) => CryptographicOperations.FixedTimeEquals(given, _expected);
}

/// <summary>The tokens there are.</summary>
internal sealed record SourceTokens(IReadOnlyList<SourceToken> All);
