using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>All that sources of one tenant are let in by, as it was read.</summary>
internal sealed class TenantCredentials
{
    /// <summary>When to ask again of whom nobody is let in to yet; it takes an administrator.</summary>
    public static readonly TimeSpan UntilReady = TimeSpan.FromMinutes(1);

    private readonly SourceCredential[] _all;

    // Which of them a token was given for. Whoever tries tokens cannot choose where their hashes lie, so that the time of
    // a look tells nothing.
    private readonly ConcurrentDictionary<long, (byte[] Hash, SourceCredential For, Instant Expires)> _given = new();

    public TenantCredentials(IEnumerable<SourceCredential> all, IEnumerable<AccessToken> given)
    {
        _all = [.. all];
        foreach (var token in given)
            Give(token);
    }

    /// <summary>An unknown tenant's: it takes as long as one with a credential.</summary>
    public static TenantCredentials Nobodys { get; } =
        new(
            [
                new(
                    new Credential { Kind = "", Hash = RandomNumberGenerator.GetBytes(SecretHash.Bytes) },
                    new Caller(default, 0, "", new Preferences(), Dialect.Rfc)
                ),
            ],
            []
        );

    /// <summary>Whether no tenant has them.</summary>
    public bool IsNobodys => ReferenceEquals(this, Nobodys);

    /// <summary>Whoever has a signature of the tenant's checked has this.</summary>
    public SemaphoreSlim SignatureTurn { get; } = new(1);

    /// <summary>
    /// What whoever has a right one is told, as the tenant has no home here, so that he is let in to nothing; null where it
    /// has one.
    /// </summary>
    public string? NotReady { get; init; }

    /// <summary>The one that was given; null if it is none of the tenant's, or over.</summary>
    /// <param name="kind">As what it was given.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="now">The time.</param>
    /// <param name="isOver">Whether it was one.</param>
    public SourceCredential? Find(CredentialKind kind, ReadOnlySpan<byte> hash, Instant now, out bool isOver)
    {
        SourceCredential? found = null;
        foreach (var credential in _all) // each of them, so that the time tells nothing
            if (credential.Is(kind, hash))
                found = credential;
        if (found is null && kind == CredentialKind.Bearer)
            found = WasGiven(hash, now);
        isOver = found?.IsGood(now) == false;
        return isOver ? null : found;
    }

    /// <summary>Whether one that has let in before still does.</summary>
    public bool LetsIn(CredentialId credential, Instant now) =>
        Array.Exists(_all, one => one.Id == credential && one.IsGood(now));

    /// <summary>The clients that show assertions, or the issuers whose tokens let in, one after the other.</summary>
    public IEnumerable<SourceCredential> Trusting(CredentialKind kind, string issuer, Instant now) =>
        _all.Where(one => one.Kind == kind && one.IsGood(now) && one.Issuer is { } trust && trust.Knows(issuer, one));

    /// <summary>The keys of all issuers, as far as they are known.</summary>
    public IEnumerable<IssuerKeys> Keys => _all.Select(one => one.Issuer?.Keys).OfType<IssuerKeys>();

    /// <summary>From now on a token lets in, as what it was given for does.</summary>
    public void Give(AccessToken token)
    {
        if (Array.Find(_all, one => one.Id == token.CredentialId) is { } credential)
            _given[KeyOf(token.Hash)] = (token.Hash, credential, token.Expires);
    }

    /// <summary>A token lets nobody in any more.</summary>
    public void Take(AccessToken token) => _given.TryRemove(KeyOf(token.Hash), out _);

    /// <summary>Forgets tokens that are over.</summary>
    public void TakeExpired(Instant now)
    {
        foreach (var (key, token) in _given)
            if (token.Expires <= now)
                _given.TryRemove(key, out _);
    }

    private SourceCredential? WasGiven(ReadOnlySpan<byte> hash, Instant now) =>
        hash.Length == SecretHash.Bytes
        && _given.TryGetValue(KeyOf(hash), out var token)
        && CryptographicOperations.FixedTimeEquals(hash, token.Hash)
        && now < token.Expires
            ? token.For
            : null;

    private static long KeyOf(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadInt64LittleEndian(hash);
}
