using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace ScimGateway.Host.Security;

/// <summary>A key of a set that checks signatures, or is passed over.</summary>
internal static class PublicKey
{
    private const int LeastBitsOfRsa = 2_048;

    private const int MostBitsOfRsa = 4_096;

    private const int MostBitsOfExponent = 32;

    // RFC 7518 §3.4: each curve has its algorithm.
    private static readonly Dictionary<string, (ECCurve Curve, int Bytes, string Algorithm)> _curves = new(
        StringComparer.Ordinal
    )
    {
        ["P-256"] = (ECCurve.NamedCurves.nistP256, 32, SecurityAlgorithms.EcdsaSha256),
        ["P-384"] = (ECCurve.NamedCurves.nistP384, 48, SecurityAlgorithms.EcdsaSha384),
        ["P-521"] = (ECCurve.NamedCurves.nistP521, 66, SecurityAlgorithms.EcdsaSha512),
    };

    internal static JsonWebKey? Of(JsonElement json)
    {
        if (
            json.TryGetProperty("use", out var use)
            && !(use.ValueKind == JsonValueKind.String && use.ValueEquals("sig"))
        )
            return null;
        var key = new JsonWebKey
        {
            Kty = KeySets.Text(json, "kty"),
            Kid = KeySets.Text(json, "kid"),
            KeyId = KeySets.Text(json, "kid"),
            Alg = KeySets.Text(json, "alg"),
            N = KeySets.Text(json, "n"),
            E = KeySets.Text(json, "e"),
            Crv = KeySets.Text(json, "crv"),
            X = KeySets.Text(json, "x"),
            Y = KeySets.Text(json, "y"),
        };
        return key.Kty switch
        {
            JsonWebAlgorithmsKeyTypes.RSA
                when key is { N: not null, E: not null }
                    && Bits(key.N) is >= LeastBitsOfRsa and <= MostBitsOfRsa
                    && Bits(key.E) is > 1 and <= MostBitsOfExponent => key,
            JsonWebAlgorithmsKeyTypes.EllipticCurve
                when key is { X: not null, Y: not null, Crv: not null } && _curves.ContainsKey(key.Crv) => Numbered(
                key
            ),
            _ => null,
        };
    }

    // Throws where a coordinate is no number, as the bits of RSA's do.
    private static JsonWebKey Numbered(JsonWebKey key)
    {
        _ = (Number(key.X), Number(key.Y));
        return key;
    }

    // A key is used for what it says alone (RFC 7517 §4.3, §4.4; RFC 8725 §3.1).
    internal static bool CanVerify(JsonElement json, JsonWebKey key) =>
        (
            !json.TryGetProperty("key_ops", out var uses)
            || (
                uses.ValueKind == JsonValueKind.Array
                && uses.EnumerateArray().Any(use => use.ValueKind == JsonValueKind.String && use.ValueEquals("verify"))
            )
        )
        && (
            !json.TryGetProperty("alg", out _)
            || (
                key.Kty == JsonWebAlgorithmsKeyTypes.RSA
                    ? IssuerTrust.Algorithms.Contains(key.Alg) && key.Alg[0] is ('R' or 'P')
                    : key.Alg == _curves[key.Crv].Algorithm
            )
        );

    // Nobody has the private half of such a one, or anybody can make it up (RFC 8017 §3.1, SEC 1 §3.2.2.1).
    internal static bool IsBroken(JsonWebKey key) =>
        key.Kty == JsonWebAlgorithmsKeyTypes.RSA
            ? Number(key.N).IsEven || Number(key.E).IsEven || Number(key.E).IsOne
            : !IsOnCurve(key);

    private static bool IsOnCurve(JsonWebKey key)
    {
        var (curve, bytes, _) = _curves[key.Crv];
        var (x, y) = (Number(key.X), Number(key.Y));
        if (Math.Max(x.GetByteCount(isUnsigned: true), y.GetByteCount(isUnsigned: true)) > bytes)
            return false;
        try
        {
            using var its = ECDsa.Create(
                new ECParameters
                {
                    Curve = curve,
                    Q = new ECPoint { X = Padded(x), Y = Padded(y) },
                }
            );
            return true;
        }
        catch (CryptographicException)
        {
            return false; // the system looks at the point
        }

        byte[] Padded(BigInteger number)
        {
            var some = number.ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. new byte[bytes - some.Length], .. some];
        }
    }

    // Without the zeros that a number may begin with: what a check costs goes by the number.
    private static long Bits(string base64) => Number(base64).GetBitLength();

    private static BigInteger Number(string base64) =>
        new(Base64UrlEncoder.DecodeBytes(base64), isUnsigned: true, isBigEndian: true);
}
