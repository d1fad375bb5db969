using System.Text.Json;

namespace ScimGateway.Host.Security;

/// <summary>In which way a provider proves who it is.</summary>
internal enum CredentialKind
{
    /// <summary>A secret after the word Bearer (RFC 6750 §2.1).</summary>
    Bearer,

    /// <summary>
    /// A value of Authorization as it is, for providers that send other words before the secret, or none.
    /// </summary>
    Raw,

    /// <summary>A user's name and password (RFC 7617).</summary>
    Basic,

    /// <summary>Access tokens for an hour each, which a client gets at the tenant's token endpoint (RFC 6749 §4.4).</summary>
    OauthClient,

    /// <summary>A token that somebody else has signed (RFC 7519).</summary>
    Jwt,

    /// <summary>A secret after the word Bearer, for the v1 lane alone.</summary>
    SlackV1,
}

/// <summary>What a credential allows.</summary>
internal enum CredentialScope
{
    /// <summary>All.</summary>
    Full,

    /// <summary>Users alone, and what the gateway says of itself.</summary>
    Users,

    /// <summary>Reading alone.</summary>
    Read,
}

/// <summary>Kinds and scopes as the store and the admin API spell them.</summary>
internal static class CredentialWords
{
    /// <summary>The word of a kind or scope.</summary>
    public static string Of<T>(T one)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(one.ToString());

    /// <summary>What a word means; null if nothing.</summary>
    public static T? Read<T>(string? word)
        where T : struct, Enum
    {
        foreach (var one in Enum.GetValues<T>())
            if (Of(one) == word)
                return one;
        return null;
    }

    /// <summary>All the words there are, for sentences.</summary>
    public static string All<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Of));
}
