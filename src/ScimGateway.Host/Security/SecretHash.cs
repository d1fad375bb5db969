using System.Security.Cryptography;
using System.Text;

namespace ScimGateway.Host.Security;

/// <summary>
/// What is kept of a secret: its SHA-256. Of 256 random bits nobody finds the one that has a hash, so that neither salt
/// nor slowness would add anything but work for each request. Of a word that people have thought of whoever has the
/// store can try all that are likely: such a one is only taken by the demo, which is at home on the loopback alone.
/// </summary>
internal static class SecretHash
{
    /// <summary>How long it is.</summary>
    public const int Bytes = SHA256.HashSizeInBytes;

    /// <summary>The longest secret that is looked at. Ours have 47 characters, a word and a name beside them.</summary>
    public const int MostCharacters = 512;

    /// <summary>The hash of a secret.</summary>
    public static byte[] Of(ReadOnlySpan<char> secret)
    {
        var hash = new byte[Bytes];
        return TryTake(secret, hash) ? hash : throw new ArgumentException("The secret is too long.", nameof(secret));
    }

    /// <summary>The same of what was sent; false where it cannot be one.</summary>
    public static bool TryTake(ReadOnlySpan<char> given, Span<byte> hash)
    {
        if (given.Length is 0 or > MostCharacters)
            return false;
        Span<byte> utf8 = stackalloc byte[MostCharacters * 3];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(given, utf8)], hash);
        return true;
    }

    /// <summary>
    /// The same of name and password in base64 (RFC 7617 §2): of both with the colon between, which no name has.
    /// </summary>
    public static bool TryTakeBasic(ReadOnlySpan<char> base64, Span<byte> hash)
    {
        Span<byte> pair = stackalloc byte[MostCharacters];
        if (
            base64.Length is 0 or > MostCharacters
            || !Convert.TryFromBase64Chars(base64, pair, out var length)
            || length == 0
        )
            return false;
        SHA256.HashData(pair[..length], hash);
        return true;
    }

    /// <summary>The same of the password alone, which is what follows the first colon.</summary>
    public static bool TryTakePassword(ReadOnlySpan<char> base64, Span<byte> hash)
    {
        Span<byte> pair = stackalloc byte[MostCharacters];
        if (
            base64.Length is 0 or > MostCharacters
            || !Convert.TryFromBase64Chars(base64, pair, out var length)
            || pair[..length].IndexOf((byte)':') is not (>= 0 and var colon)
        )
            return false;
        SHA256.HashData(pair[(colon + 1)..length], hash);
        return true;
    }
}
