using System.Globalization;

namespace ScimGateway.Protocol.Messages;

/// <summary>
/// The weak entity tag of a resource (RFC 7644 §3.14), <c>W/"12"</c> or <c>W/"12-9f3a"</c>: its version, and a hash of
/// what an answer shows beside it, such as a user's groups.
/// </summary>
public readonly record struct EntityTag(long Version, string? Hash = null)
{
    private const int LongestHeader = 8 * 1024;

    /// <summary>
    /// Whether <c>If-Match</c> or <c>If-None-Match</c> of a write names this version. What the hash covers is not what the
    /// client writes, and makes no difference.
    /// </summary>
    /// <remarks>
    /// RFC 9110 §13.1.1 would let a weak tag never match. SCIM's tags are weak and meant to be sent back.
    /// </remarks>
    public bool IsNamedBy(string header)
    {
        if (IsAny(header))
            return true;
        foreach (var tag in Tags(header))
        {
            var dash = tag.IndexOf('-', StringComparison.Ordinal);
            if ((dash < 0 ? tag : tag[..dash]) == VersionText)
                return true;
        }
        return false;
    }

    /// <summary>
    /// Whether the client has what it reads already: <c>If-None-Match</c> names this tag, all of it.
    /// </summary>
    public bool IsKnownTo(string? ifNoneMatch)
    {
        if (ifNoneMatch is null)
            return false;
        return IsAny(ifNoneMatch) || Tags(ifNoneMatch).Contains(Opaque);
    }

    /// <summary>The tag as headers and <c>meta.version</c> write it.</summary>
    public override string ToString() => $"W/\"{Opaque}\"";

    private string VersionText => Version.ToString(CultureInfo.InvariantCulture);

    private string Opaque => Hash is null ? VersionText : $"{VersionText}-{Hash}";

    private static bool IsAny(string header) => header.AsSpan().Trim(" \t") is "*";

    // 1#entity-tag of RFC 9110 §8.8.3, without W/ and quotation marks. What is none is passed over up to the next
    // comma.
    private static IEnumerable<string> Tags(string header)
    {
        if (header.Length > LongestHeader)
            yield break;
        for (var at = 0; at < header.Length; )
        {
            var start = at;
            while (start < header.Length && header[start] is ' ' or '\t')
                start++;
            if (header.AsSpan(start).StartsWith("W/"))
                start += 2;

            var close = start < header.Length && header[start] == '"' ? header.IndexOf('"', start + 1) : -1;
            var comma = header.IndexOf(',', close < 0 ? start : close);
            var end = comma < 0 ? header.Length : comma;
            if (close > 0 && header.AsSpan(close + 1, end - close - 1).Trim(" \t").IsEmpty)
                yield return header[(start + 1)..close];
            at = end + 1;
        }
    }
}
