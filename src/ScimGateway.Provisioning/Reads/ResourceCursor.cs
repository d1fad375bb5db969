using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// Cursors of RFC 9865: the last place of a page, bound to the query and to who asks. Each is signed with a key of the
/// tenant's that the store keeps: what this gateway did not give out is never looked into, so no client chooses a place
/// that no resource can have. It never expires.
/// </summary>
/// <param name="key">The tenant's key.</param>
/// <param name="caller">Who asks.</param>
/// <param name="query">What for.</param>
internal sealed class ResourceCursor(byte[] key, Caller caller, ResourceQuery query)
{
    private const int SignatureBytes = 16;
    private const int FixedBytes = SignatureBytes + 8 + 16 + 1;

    // What is left of the 2,048 characters that a query may have as its cursor.
    private const int MostKeyBytes = 1_400;

    /// <summary>The cursor of what comes after a place.</summary>
    public string Write(Place place)
    {
        var sorted = place.Key is null ? [] : Encoding.UTF8.GetBytes(place.Key);
        if (sorted.Length > MostKeyBytes)
            throw ScimException.TooMany("A value to sort by is too long for a cursor; use 'startIndex' here.");
        var bytes = new byte[FixedBytes + sorted.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(SignatureBytes), place.Created.Value);
        place.Id.Value.TryWriteBytes(bytes.AsSpan(SignatureBytes + 8), bigEndian: true, out _);
        bytes[FixedBytes - 1] = place.Key is null ? (byte)0 : (byte)1;
        sorted.CopyTo(bytes, FixedBytes);
        Signature(bytes.AsSpan(SignatureBytes)).CopyTo(bytes, 0);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The place that a cursor of this query names.</summary>
    public Place Read(string cursor)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (
            !Base64Url.IsValid(cursor)
            || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length)
            || length < FixedBytes
            || !CryptographicOperations.FixedTimeEquals(
                Signature(bytes.AsSpan(SignatureBytes, length - SignatureBytes)),
                bytes.AsSpan(0, SignatureBytes)
            )
        )
            throw Foreign();
        return new Place(
            bytes[FixedBytes - 1] == 0 ? null : Encoding.UTF8.GetString(bytes, FixedBytes, length - FixedBytes),
            new Instant(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(SignatureBytes))),
            new ResourceId(new Guid(bytes.AsSpan(SignatureBytes + 8, 16), bigEndian: true))
        );
    }

    /// <summary>The refusal of a cursor that this list did not give out.</summary>
    public static ScimException Foreign() =>
        ScimException.InvalidCursor("'cursor' is not one that this server gave out for this filter and order.");

    private byte[] Signature(ReadOnlySpan<byte> place)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(place);
        mac.AppendData(Encoding.UTF8.GetBytes($"\n{caller.TenantId}\n{caller.SourceId}"));
        foreach (var (kind, filter, sort) in query.Sought.Select(sought => (sought.Kind, sought.Filter, sought.Sort)))
            mac.AppendData(
                Encoding.UTF8.GetBytes(
                    $"\n{kind}\n{sort?.By.Extension?.Id}\n{sort?.By.Attribute?.Name}\n{sort?.By.Sub?.Name}\n{sort?.Descending}\n{filter}"
                )
            );
        return mac.GetHashAndReset()[..SignatureBytes];
    }
}
