using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Admin;

/// <summary>How keys of administrators are made and known again.</summary>
internal static class AdminSecret
{
    private const string Mark = "sga_";
    private const string MarkOfSession = "sgb_";
    private const string Bearer = "Bearer ";
    private const int PrefixLetters = 8;

    /// <summary>A new secret, 256 bits of chance, which is shown once.</summary>
    public static string New() => Minted.Random(Mark, Minted.SecretBytes);

    /// <summary>A key with a secret.</summary>
    public static AdminKey Key(string label, Role role, string secret, Instant now) =>
        new()
        {
            Label = label,
            Role = role,
            Prefix = PrefixOf(secret),
            Hash = SecretHash.Of(secret),
            Created = now,
        };

    /// <summary>A session of a key, and its secret, which is shown once.</summary>
    public static (AdminSession Session, string Secret) SessionOf(AdminKey key, Instant now)
    {
        var secret = Minted.Random(MarkOfSession, Minted.SecretBytes);
        var longest = now + AdminSession.Longest;
        var session = new AdminSession
        {
            Hash = SecretHash.Of(secret),
            KeyId = key.Id,
            Expires = key.Expires is { } least && least < longest ? least : longest,
            LastUsed = now,
        };
        return (session, secret);
    }

    /// <summary>The hash of what a request shows, and whether it is a browser's; null if it shows nothing that can be one.</summary>
    public static (byte[] Hash, bool IsOfSession)? ShownBy(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return null;
        var secret = header.AsSpan(Bearer.Length).Trim();
        var hash = new byte[SecretHash.Bytes];
        return SecretHash.TryTake(secret, hash)
            ? (hash, secret.StartsWith(MarkOfSession, StringComparison.Ordinal))
            : null;
    }

    /// <summary>By what people tell it from others.</summary>
    public static string PrefixOf(string secret) => secret[..Math.Min(secret.Length, PrefixLetters)];
}
