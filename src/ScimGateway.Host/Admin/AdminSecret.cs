using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Admin;

/// <summary>How keys of administrators are made and known again.</summary>
internal static class AdminSecret
{
    private const string Mark = "sga_";
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

    /// <summary>By what people tell it from others.</summary>
    public static string PrefixOf(string secret) => secret[..Math.Min(secret.Length, PrefixLetters)];
}
