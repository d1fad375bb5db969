using ScimGateway.Basics.Spelling;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Security;

/// <summary>A credential as an administrator asks for it; its words are the admin API's.</summary>
internal sealed record NewCredential
{
    /// <summary>In which way the provider sends it.</summary>
    public string? Kind { get; init; }

    /// <summary>The name for people.</summary>
    public string Label { get; init; } = "";

    /// <summary>What it allows.</summary>
    public string Scope { get; init; } = ClosedWords.Of(CredentialScope.Full);

    /// <summary>Until when; null for without end.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Of a raw value the word before the secret; null for none.</summary>
    public string? Scheme { get; init; }

    /// <summary>Of a client who signs what it shows instead of a secret; null where there is one.</summary>
    public TrustedIssuer? Assertion { get; init; }

    /// <summary>Of a signed token whose it is.</summary>
    public TrustedIssuer? Issuer { get; init; }

    /// <summary>Of a signed token: Entra ID's own, in place of an issuer.</summary>
    public string? Preset { get; init; }

    /// <summary>With that preset: the organization.</summary>
    public string? EntraTenant { get; init; }

    /// <summary>With that preset: the application that asks.</summary>
    public string? Client { get; init; }

    /// <summary>What cannot be as it is, by the name of the field; none if all can.</summary>
    public IReadOnlyDictionary<string, string[]> Problems(Instant now, IssuerOptions issuers) =>
        new NewCredentialCheck(this, issuers).Problems(now);

    /// <summary>What is kept of it beside a secret. It has no problems.</summary>
    public CredentialDetails Details() =>
        Preset is null
            ? new() { Scheme = Scheme, Issuer = Issuer ?? Assertion }
            : new() { Issuer = EntraId.Of(Guid.Parse(EntraTenant!)), Client = Guid.Parse(Client!).ToString() };
}
