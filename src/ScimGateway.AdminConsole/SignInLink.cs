using System.Security.Cryptography;
using System.Text;

namespace ScimGateway.AdminConsole;

/// <summary>A link that signs in once. Whoever follows it does not have to know the admin key.</summary>
/// <param name="key">The admin key.</param>
public sealed class SignInLink(string key)
{
    private string? _key = key;

    /// <summary>What the link has, which is good once.</summary>
    public string Code { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The key for the code; null where it is another one, or was used.</summary>
    public string? Take(string code) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes(Code))
            ? Interlocked.Exchange(ref _key, null)
            : null;

    /// <summary>Makes it good again, where nobody could sign in by it.</summary>
    public void Restore(string taken) => _key = taken;
}
