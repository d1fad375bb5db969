using System.Buffers;

namespace ScimGateway.Protocol.Paths;

/// <summary>
/// The name of an attribute as requests write it, <c>[urn:]name[.sub]</c> (RFC 7644 §3.10). What it means is for a
/// resource type to say.
/// </summary>
public sealed record AttributePath(string? Schema, string Name, string? Sub)
{
    private static readonly SearchValues<char> _neverInUrn = SearchValues.Create("\"()[]<>{}|\\^`");

    /// <summary>A path to a core attribute or its sub-attribute.</summary>
    public AttributePath(string name, string? sub = null)
        : this(null, name, sub) { }

    /// <summary>Reads <c>attrPath</c> of RFC 7644 figure 1; false if the text is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AttributePath path)
    {
        path = null!;
        string? schema = null;
        var colon = text.LastIndexOf(':');
        if (colon >= 0)
        {
            if (!IsUrn(text[..colon]))
                return false;
            schema = text[..colon].ToString();
            text = text[(colon + 1)..];
        }

        string? sub = null;
        var dot = text.IndexOf('.');
        if (dot >= 0)
        {
            if (!IsName(text[(dot + 1)..]))
                return false;
            sub = text[(dot + 1)..].ToString();
            text = text[..dot];
        }

        if (!IsName(text))
            return false;
        path = new AttributePath(schema, text.ToString(), sub);
        return true;
    }

    /// <summary>The path as a request writes it.</summary>
    public override string ToString() => (Schema is null ? "" : Schema + ":") + Name + (Sub is null ? "" : "." + Sub);

    /// <summary>Names and URNs compare without case (RFC 7643 §2.1, RFC 8141).</summary>
    public bool Equals(AttributePath? other) =>
        other is not null && Same(Schema, other.Schema) && Same(Name, other.Name) && Same(Sub, other.Sub);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(ToString());

    private static bool Same(string? left, string? right) =>
        string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    // RFC 7643 §2.1: ALPHA *(nameChar); "$ref" is the one name that opens with a sign.
    internal static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.Length > 1 && text[0] == '$')
            text = text[1..];
        if (text.IsEmpty || !char.IsAsciiLetter(text[0]))
            return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        return true;
    }

    // A schema is a URI; blanks and the signs that filters are made of are in none (RFC 3986 §2).
    private static bool IsUrn(ReadOnlySpan<char> text) =>
        text.Length > 4
        && char.IsAsciiLetter(text[0])
        && text.Contains(':')
        && text.IndexOfAnyExceptInRange('!', '~') < 0
        && text.IndexOfAny(_neverInUrn) < 0;
}
