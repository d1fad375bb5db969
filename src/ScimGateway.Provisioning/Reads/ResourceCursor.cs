using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// Cursors of RFC 9865: the last place of a page, bound by a hash to the query and to who asks. It holds nothing that
/// its bearer did not see on that page and opens nothing else, so it is checked and not signed; it never expires.
/// </summary>
internal static class ResourceCursor
{
    private const int HashBytes = 16;
    private const int FixedBytes = HashBytes + 8 + 16 + 1;

    // What is left of the 2,048 characters that a query may have as its cursor.
    private const int MostKeyBytes = 1_400;

    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The cursor of what comes after a place.</summary>
    public static string Write(Place place, Caller caller, ResourceQuery query)
    {
        var key = place.Key is null ? [] : Encoding.UTF8.GetBytes(place.Key);
        if (key.Length > MostKeyBytes)
            throw ScimException.TooMany("A value to sort by is too long for a cursor; use 'startIndex' here.");
        var bytes = new byte[FixedBytes + key.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(HashBytes), place.Created.Value);
        place.Id.Value.TryWriteBytes(bytes.AsSpan(HashBytes + 8), bigEndian: true, out _);
        bytes[FixedBytes - 1] = place.Key is null ? (byte)0 : (byte)1;
        key.CopyTo(bytes, FixedBytes);
        Hash(bytes.AsSpan(HashBytes), caller, query).CopyTo(bytes, 0);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The place that a cursor of this query names.</summary>
    public static Place Read(string cursor, Caller caller, ResourceQuery query)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (
            !Base64Url.IsValid(cursor)
            || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length)
            || length < FixedBytes
            || !Hash(bytes.AsSpan(HashBytes, length - HashBytes), caller, query)
                .AsSpan()
                .SequenceEqual(bytes.AsSpan(0, HashBytes))
        )
            throw Foreign();
        try
        {
            return new Place(
                bytes[FixedBytes - 1] == 0 ? null : _strict.GetString(bytes, FixedBytes, length - FixedBytes),
                new Instant(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(HashBytes))),
                new ResourceId(new Guid(bytes.AsSpan(HashBytes + 8, 16), bigEndian: true))
            );
        }
        catch (DecoderFallbackException)
        {
            throw Foreign();
        }
    }

    /// <summary>The refusal of a cursor that this list did not give out.</summary>
    public static ScimException Foreign() =>
        ScimException.InvalidCursor("'cursor' is not one that this server gave out for this filter and order.");

    private static byte[] Hash(ReadOnlySpan<byte> place, Caller caller, ResourceQuery query)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(place);
        hash.AppendData(Encoding.UTF8.GetBytes($"\n{caller.TenantId}\n{caller.SourceId}"));
        foreach (var (kind, filter, sort) in query.Sought.Select(sought => (sought.Kind, sought.Filter, sought.Sort)))
            hash.AppendData(
                Encoding.UTF8.GetBytes(
                    $"\n{kind}\n{sort?.By.Extension?.Id}\n{sort?.By.Attribute?.Name}\n{sort?.By.Sub?.Name}\n{sort?.Descending}\n{filter}"
                )
            );
        return hash.GetHashAndReset()[..HashBytes];
    }
}
