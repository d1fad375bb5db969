using System.Security.Cryptography;
using System.Text;

namespace ScimGateway.Host.Secrets;

/// <summary>A key of 256 bits that an operator keeps beside the store.</summary>
internal sealed class MasterKey : Wrapping
{
    // Who rotates has two. Each is tried by its name, so that more cost nothing, but a text without end does.
    private const int Most = 16;

    private readonly byte[] _key;

    /// <summary>The key of these bytes.</summary>
    public MasterKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        _key = key.ToArray();
        Name = NameOf("key", _key);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>A new one, as it is written.</summary>
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>The keys of a text, in base64 with blanks, commas or line breaks between.</summary>
    /// <param name="text">The text.</param>
    /// <param name="setting">Where it comes from, for whoever has to mend it.</param>
    /// <exception cref="MasterKeyException">It has none, or one that cannot be.</exception>
    public static IReadOnlyList<MasterKey> Parse(string text, string setting)
    {
        var words = text.Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > Most)
            throw new MasterKeyException(
                $"{setting} has {words.Length} master keys, and must have one, or two while they are changed. {Remedy}"
            );
        return [.. words.Select((word, at) => Of(word, at + 1, setting))];
    }

    private static MasterKey Of(string word, int number, string setting)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(word.Length)];
        if (!Convert.TryFromBase64String(word, bytes, out var length))
            throw new MasterKeyException($"Master key {number} of {setting} is not in base64. {Remedy}");
        return length == KeyBytes
            ? new MasterKey(bytes.AsSpan(0, length))
            : throw new MasterKeyException(
                $"Master key {number} of {setting} has {length} bytes, and must have {KeyBytes}. {Remedy}"
            );
    }

    private static string Remedy => $"'openssl rand -base64 {KeyBytes}' makes one.";

    /// <inheritdoc/>
    public override byte[] Wrap(ReadOnlySpan<byte> key) => Close(_key, key);

    /// <inheritdoc/>
    public override byte[] Unwrap(ReadOnlySpan<byte> wrapped) => Open(_key, wrapped);
}
