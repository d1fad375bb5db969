using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace ScimGateway.Host.Security;

/// <summary>
/// A JWT that was read and of which nothing is believed yet (RFC 7519). What is read here is small, flat JSON in which no
/// name stands twice and each text is whole, so that nobody after us reads something else in it.
/// </summary>
/// <param name="Text">The token.</param>
/// <param name="KeyId">The key that it names; null where it names none.</param>
/// <param name="Algorithm">By which it says that it is signed; null where it says nothing.</param>
/// <param name="Type">The type that its header names (RFC 7515 §4.1.9); null where it names none.</param>
/// <param name="Claims">What it says.</param>
internal sealed record SignedToken(string Text, string? KeyId, string? Algorithm, string? Type, JsonElement Claims)
{
    private const int MostDepth = 8;

    // RFC 7515 §2: base64url without padding, line breaks or other signs, all of which a decoder may pass over.
    private static readonly SearchValues<char> _letters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    );

    private static readonly JsonDocumentOptions _json = new()
    {
        MaxDepth = MostDepth,
        AllowDuplicateProperties = false,
    };

    /// <summary>Who it says that it comes from.</summary>
    public string? Issuer => TextOf("iss");

    /// <summary>Reads one; null if it is none, or one of five parts, which is encrypted (RFC 7516).</summary>
    /// <param name="text">The token.</param>
    /// <param name="most">How long it may be.</param>
    public static SignedToken? Read(ReadOnlySpan<char> text, int most = GivenCredential.MostOfToken)
    {
        if (text.Length > most)
            return null; // before anything of it is looked at
        if (text.ContainsAnyExcept(_letters))
            return null;
        Span<Range> parts = stackalloc Range[4];
        if (
            text.Split(parts, '.') != 3
            || Part(text[parts[0]]) is not { } header
            || Part(text[parts[1]]) is not { } claims
        )
            return null;
        // RFC 7515 §4.1.11: what has to be understood, and is not. Nor is any key taken that a token brings along.
        if (header.TryGetProperty("crit", out _))
            return null;
        return IsTextOrMissing(header, "kid") && IsTextOrMissing(header, "typ")
            ? new SignedToken(
                text.ToString(),
                TextOf(header, "kid"),
                TextOf(header, "alg"),
                TextOf(header, "typ"),
                claims
            )
            : null;
    }

    /// <summary>What it says by a name, if that is a text.</summary>
    public string? TextOf(string claim) => TextOf(Claims, claim);

    /// <summary>A time that it says, in seconds since 1970; null where it says none.</summary>
    public double? TimeOf(string claim) =>
        Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : null;

    /// <summary>Whether it says something, alone or among others.</summary>
    public bool Says(string claim, string wanted) =>
        Claims.TryGetProperty(claim, out var value)
        && (
            value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(wanted))
                : value.ValueKind == JsonValueKind.String && value.ValueEquals(wanted)
        );

    private static bool IsTextOrMissing(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.String;

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Part(ReadOnlySpan<char> base64)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(base64.Length)];
        if (Base64Url.DecodeFromChars(base64, bytes, out _, out var length) != OperationStatus.Done)
            return null;
        try
        {
            RequireTexts(bytes.AsSpan(0, length));
            using var document = JsonDocument.Parse(bytes.AsMemory(0, length), _json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Text of half a surrogate, or of bytes that are no UTF-8, is JSON to the parser, and fails where it is read: as
    // InvalidOperationException.
    private static void RequireTexts(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MostDepth });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                reader.GetString();
    }
}
