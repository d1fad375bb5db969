using System.Security.Claims;
using System.Security.Cryptography;
using ScimGateway.Basics.Spelling;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>What a source of a tenant is let in by, as it is in memory.</summary>
internal sealed class SourceCredential
{
    private readonly Caller _caller;
    private readonly byte[] _hash;

    private volatile Entry? _last;
    private long _usedMinute;

    /// <param name="row">As the store has it.</param>
    /// <param name="caller">Whose it is; what the tenant allows is looked up as it is let in.</param>
    /// <param name="issuer">Whose signatures count; null where none do.</param>
    public SourceCredential(Credential row, Caller caller, IssuerTrust? issuer = null)
    {
        _caller = caller;
        (Id, _hash, Prefix, Issuer) = (row.Id, row.Hash, row.Prefix, issuer);
        // What was never written by us allows nothing.
        Kind = ClosedWords.Read<CredentialKind>(row.Kind);
        Scope = ClosedWords.Read<CredentialScope>(row.Scope) ?? CredentialScope.Read;
        Expires = row.Expires ?? new Instant(long.MaxValue);
        _usedMinute = row.LastUsed is { } used ? MinuteOf(used) : 0;
    }

    /// <summary>Its number.</summary>
    public CredentialId Id { get; }

    /// <summary>Whose tenant's it is.</summary>
    public TenantId Tenant => _caller.TenantId;

    /// <summary>In which way it is sent; null if that is a word of a later version.</summary>
    public CredentialKind? Kind { get; }

    /// <summary>What it allows.</summary>
    public CredentialScope Scope { get; }

    /// <summary>What people know it by; of a client its id.</summary>
    public string Prefix { get; }

    /// <summary>Until when it lets in.</summary>
    public Instant Expires { get; }

    /// <summary>Whose signatures count; null where none do.</summary>
    public IssuerTrust? Issuer { get; }

    /// <summary>Whether it is this one; how long that takes does not tell how much of it is right.</summary>
    public bool Is(CredentialKind kind, ReadOnlySpan<byte> hash) =>
        CryptographicOperations.FixedTimeEquals(hash, _hash) & Kind == kind;

    /// <summary>Whether it lets anybody in now.</summary>
    public bool IsGood(Instant now) => now < Expires;

    /// <summary>Whether this is its first use within a minute, which is noted then.</summary>
    public bool IsFirstUse(Instant now)
    {
        var minute = MinuteOf(now);
        return Volatile.Read(ref _usedMinute) != minute && Interlocked.Exchange(ref _usedMinute, minute) != minute;
    }

    /// <summary>Lets the source in, with what its tenant allows: until that changes, one entry does for all.</summary>
    public Task<Look> LetIn(TenantHome home)
    {
        var allowed = home.Preferences.Now;
        if (_last is not { } entry || !ReferenceEquals(entry.Allowed, allowed) || !ReferenceEquals(entry.Home, home))
            _last = entry = new Entry(home, allowed, Task.FromResult(new Look(Principal(home, allowed), default)));
        return entry.Result;
    }

    private ClaimsPrincipal Principal(TenantHome home, Preferences allowed) =>
        new(new SourceIdentity(_caller with { Preferences = allowed }, home, Id, Scope));

    private static long MinuteOf(Instant time) => time.Value / 60_000;

    private sealed record Entry(TenantHome Home, Preferences Allowed, Task<Look> Result);
}
