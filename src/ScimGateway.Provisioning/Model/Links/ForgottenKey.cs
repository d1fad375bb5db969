using System.Security.Cryptography;
using System.Text;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>
/// What is kept of an address or name of a person who was erased: a hash by a random key of the tenant's, so that who has
/// the address finds it, and nobody comes from it to the address by trying.
/// </summary>
internal static class ForgottenKey
{
    private const string Mark = "erased:";

    /// <summary>How long a hash is.</summary>
    public static int Letters { get; } = Mark.Length + (2 * HMACSHA256.HashSizeInBytes);

    /// <summary>Whether it is one already.</summary>
    public static bool IsOne(string value) => value.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>As a link keeps it: others may have had the same address, one after the other.</summary>
    public static string KeptBy(LinkId link, string hash) => $"{hash}/{link}";

    /// <summary>The hash in what a link keeps.</summary>
    public static string In(string kept) => kept[..Letters];

    /// <summary>The hash of a key, folded.</summary>
    public static string Of(ReadOnlySpan<byte> tenantsKey, KeyKind kind, string value) =>
        $"{Mark}{Convert.ToHexStringLower(HMACSHA256.HashData(tenantsKey, Encoding.UTF8.GetBytes($"erased\n{kind}\n{value}")))}";
}
