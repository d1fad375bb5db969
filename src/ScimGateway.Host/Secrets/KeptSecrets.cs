using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Secrets;

/// <summary>
/// What has to be kept and read again, closed for its tenant and its use: in another tenant's row, or as something else, it
/// cannot be read. What only has to be recognised is kept as a hash, and not here.
/// </summary>
internal sealed class KeptSecrets : IDisposable
{
    // Bound into each secret, so that it stays as it is.
    private const string Application = "ScimGateway";

    // What ASP.NET writes before each secret: four bytes of its own, and the id of the key.
    private const int MagicBytes = 4;
    private const int KeyIdBytes = 16;

    private readonly ServiceProvider _parts;
    private readonly IDataProtectionProvider _protection;

    private KeptSecrets(StoredRing ring, Wrappings wrappings)
    {
        var parts = new ServiceCollection();
        parts.AddDataProtection().SetApplicationName(Application);
        parts.Configure<KeyManagementOptions>(keys =>
        {
            keys.XmlRepository = ring;
            keys.XmlEncryptor = new RingEncryptor(wrappings); // a ring of one's own is not wrapped by ASP.NET itself
        });
        parts.AddSingleton(wrappings);
        _parts = parts.BuildServiceProvider();
        _protection = _parts.GetRequiredService<IDataProtectionProvider>();
    }

    /// <summary>Whether the ring was closed by a former master key until now.</summary>
    public bool IsClosedAnew { get; private init; }

    /// <summary>How tokens for Slack are kept.</summary>
    public TokenSeal Tokens =>
        new(
            (tenant, token) => Protect(tenant, SecretUse.SlackToken, token),
            (tenant, kept) => Reveal(tenant, SecretUse.SlackToken, kept)
        );

    /// <summary>
    /// Opens the store's key ring, begins it where there is none, and wraps what was wrapped by a former one by the first.
    /// </summary>
    /// <exception cref="MasterKeyException">The ring was wrapped by what is not given.</exception>
    public static async Task<KeptSecrets> OpenAsync(Store store, Wrappings wrappings, CancellationToken cancel)
    {
        var ring = new StoredRing(store);
        var isNewKey = await ring.BeginAsync(wrappings, cancel);
        var secrets = new KeptSecrets(ring, wrappings) { IsClosedAnew = isNewKey };
        secrets.Protector("beginning").Protect([]); // by a key, which is there from now on
        await ring.KeepAsync(cancel);
        return secrets;
    }

    /// <summary>Whether the store has no key ring yet: whatever wraps it will do.</summary>
    public static async Task<bool> AreNewAsync(Store store) => (await store.AskAsync(KeyRing.All)).Count == 0;

    /// <summary>What is kept of a secret. Not to be called within a work of the store, to which it may write.</summary>
    public byte[] Protect(TenantId tenant, SecretUse use, string secret) =>
        Protector(use.Word, $"tenant {tenant}").Protect(Encoding.UTF8.GetBytes(secret));

    /// <summary>The secret again.</summary>
    /// <exception cref="SecretUnreadableException">It cannot be read.</exception>
    public string Reveal(TenantId tenant, SecretUse use, byte[] kept)
    {
        try
        {
            return Encoding.UTF8.GetString(Protector(use.Word, $"tenant {tenant}").Unprotect(kept));
        }
        catch (CryptographicException e)
        {
            throw new SecretUnreadableException(tenant, use, HasKeyOf(kept), e);
        }
    }

    /// <summary>
    /// Closes what a browser keeps while somebody signs in: any instance reads it. Not to be called within a work of the store.
    /// </summary>
    public IDataProtectionProvider SignIns => Protector("sign-in");

    private bool HasKeyOf(ReadOnlySpan<byte> kept)
    {
        if (kept.Length < MagicBytes + KeyIdBytes)
            return true;
        var id = new Guid(kept.Slice(MagicBytes, KeyIdBytes));
        return _parts.GetRequiredService<IKeyManager>().GetAllKeys().Any(key => key.KeyId == id);
    }

    private IDataProtector Protector(params string[] purposes) => _protection.CreateProtector(purposes);

    /// <inheritdoc/>
    public void Dispose() => _parts.Dispose();
}

/// <summary>A secret that is kept cannot be read. The message says why and what to do.</summary>
internal sealed class SecretUnreadableException : Exception
{
    /// <summary>A secret that cannot be read.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="use">What it is for.</param>
    /// <param name="hasKey">Whether the ring has the key that it was closed by.</param>
    /// <param name="inner">What went wrong.</param>
    public SecretUnreadableException(TenantId tenant, SecretUse use, bool hasKey, Exception inner)
        : base(
            hasKey
                ? $"The {use.Word} of tenant {tenant} cannot be read: it is damaged, or was kept for another tenant or use. To put another one in its place, {use.Remedy}."
                : $"The {use.Word} of tenant {tenant} cannot be read: the store has lost the key that it was closed by, as after 'serve --new-master-key'. To go on, {use.Remedy}. Where only the table key_ring was lost, restore it from the backup that the store is from.",
            inner
        ) { }
}
