namespace ScimGateway.Host.Security;

/// <summary>What a request brought as its Authorization.</summary>
internal readonly ref struct GivenCredential
{
    /// <summary>The longest token that is taken apart; an issuer's have 1 to 3 KiB.</summary>
    public const int MostOfToken = 8 << 10;

    private GivenCredential(CredentialKind kind, ReadOnlySpan<char> value)
    {
        Kind = kind;
        Value = value;
    }

    /// <summary>As what it was sent. A bearer may be of three kinds: see <see cref="IsSigned"/>.</summary>
    public CredentialKind Kind { get; }

    /// <summary>What followed the word; of <see cref="CredentialKind.Raw"/> the whole.</summary>
    public ReadOnlySpan<char> Value { get; }

    /// <summary>Whether it can be a JWT: a header as JSON in base64url, a dot, and no more than is taken apart.</summary>
    public bool IsSigned =>
        Kind == CredentialKind.Bearer
        && Value.Length <= MostOfToken
        && Value.StartsWith("ey", StringComparison.Ordinal)
        && Value.Contains('.');

    /// <summary>Reads the header; of several it takes none.</summary>
    public static GivenCredential Read(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        var whole = (header.Count == 1 ? header[0] : null).AsSpan().Trim();
        // The scheme's case does not matter (RFC 9110 §11.1).
        return whole.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase)
                ? new(CredentialKind.Bearer, whole[7..].TrimStart())
            : whole.StartsWith("basic ", StringComparison.OrdinalIgnoreCase)
                ? new(CredentialKind.Basic, whole[6..].TrimStart())
            : new(CredentialKind.Raw, whole);
    }

    /// <summary>The hash of it; nothing where it is too long to be one of ours.</summary>
    public ReadOnlySpan<byte> Hash(Span<byte> room) =>
        (Kind == CredentialKind.Basic ? SecretHash.TryTakeBasic(Value, room) : SecretHash.TryTake(Value, room))
            ? room
            : [];

    /// <summary>
    /// The hash of a secret that stands behind Bearer, or as a password behind any name: PingFederate's SCIM 1.1 engine has
    /// Basic alone.
    /// </summary>
    public ReadOnlySpan<byte> HashOfSecret(Span<byte> room) =>
        Kind switch
        {
            CredentialKind.Bearer => SecretHash.TryTake(Value, room) ? room : [],
            CredentialKind.Basic => SecretHash.TryTakePassword(Value, room) ? room : [],
            _ => [],
        };
}
