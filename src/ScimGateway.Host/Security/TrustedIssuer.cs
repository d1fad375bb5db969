using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScimGateway.Host.Security;

/// <summary>Whose signatures count, and on what. Its keys come from one of two places.</summary>
internal sealed record TrustedIssuer
{
    /// <summary>What its tokens say that they come from.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>What they have to say that they are for.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Where its keys are, or where it says where they are (OpenID Connect Discovery 1.0 §4).</summary>
    public string? Metadata { get; init; }

    /// <summary>The keys themselves (RFC 7517 §5).</summary>
    public JsonElement? Jwks { get; init; }

    /// <summary>What else a token has to say, by the name of the claim.</summary>
    public IReadOnlyDictionary<string, string>? Claims { get; init; }
}

/// <summary>What a kind of credential has to know beside its secret, as the store keeps it.</summary>
internal sealed record CredentialDetails
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Of a raw value the word before the secret; null for none.</summary>
    public string? Scheme { get; init; }

    /// <summary>Whose signatures count; null where a secret is shown.</summary>
    public TrustedIssuer? Issuer { get; init; }

    /// <summary>Of Entra ID's own tokens the application that asks.</summary>
    public string? Client { get; init; }

    /// <summary>As it is kept.</summary>
    public string ToJson() => this == new CredentialDetails() ? "" : JsonSerializer.Serialize(this, _json);

    /// <summary>As it was kept.</summary>
    public static CredentialDetails FromJson(string kept) =>
        kept.Length == 0 ? new() : JsonSerializer.Deserialize<CredentialDetails>(kept, _json)!;
}
