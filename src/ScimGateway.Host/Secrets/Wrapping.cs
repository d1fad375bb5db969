using System.Security.Cryptography;

namespace ScimGateway.Host.Secrets;

/// <summary>What the keys of the ring are wrapped by. It is never in the store.</summary>
internal abstract class Wrapping
{
    /// <summary>The bytes of a key of AES-256.</summary>
    protected const int KeyBytes = 32;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeadBytes = NonceBytes + TagBytes;

    /// <summary>
    /// What people and wrapped keys call it: made of a hash of what it is, so that it tells which one is meant and nothing
    /// else.
    /// </summary>
    public abstract string Name { get; }

    /// <summary>Wraps a key.</summary>
    public abstract byte[] Wrap(ReadOnlySpan<byte> key);

    /// <summary>The key again.</summary>
    /// <exception cref="CryptographicException">It was wrapped by another one, or is damaged.</exception>
    public abstract byte[] Unwrap(ReadOnlySpan<byte> wrapped);

    /// <summary>A name of what is given.</summary>
    protected static string NameOf(string kind, ReadOnlySpan<byte> what) =>
        $"{kind}-{Convert.ToHexStringLower(SHA256.HashData([.. "ScimGateway "u8, .. what]))[..16]}";

    /// <summary>Closes bytes by AES-256-GCM: the nonce, the tag, and what was made of them.</summary>
    protected static byte[] Close(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes)
    {
        var closed = new byte[HeadBytes + bytes.Length];
        var (nonce, tag) = (closed.AsMemory(0, NonceBytes), closed.AsMemory(NonceBytes, TagBytes));
        RandomNumberGenerator.Fill(nonce.Span); // a ring has some ten keys: no two of them have the same one
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce.Span, bytes, closed.AsSpan(HeadBytes), tag.Span);
        return closed;
    }

    /// <summary>The bytes that were closed.</summary>
    protected static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> closed)
    {
        if (closed.Length < HeadBytes)
            throw new CryptographicException("It is shorter than what was wrapped.");
        var bytes = new byte[closed.Length - HeadBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(closed[..NonceBytes], closed[HeadBytes..], closed[NonceBytes..HeadBytes], bytes);
        return bytes;
    }
}
