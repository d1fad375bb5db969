using ScimGateway.Basics.Spelling;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Security;

/// <summary>Says of a credential that is asked for what cannot be as it is, by the names of its fields.</summary>
internal sealed class NewCredentialCheck(NewCredential wanted, IssuerOptions issuers)
{
    private const int MostOfLabel = 100;
    private const int MostOfScheme = 32;

    private readonly List<(string Field, string Says)> _problems = [];
    private readonly CredentialKind? _kind = ClosedWords.Read<CredentialKind>(wanted.Kind);

    /// <summary>By the name of the field; none if all can be.</summary>
    public IReadOnlyDictionary<string, string[]> Problems(Instant now)
    {
        CheckForAll(now);
        CheckWhatOneKindHas();
        if (wanted.Assertion is not null)
            Check(wanted.Assertion, "assertion");
        if (_kind == CredentialKind.Jwt)
            CheckSigned();
        else if (wanted.EntraTenant is not null || wanted.Client is not null)
            Add("preset", $"entraTenant and client go with the preset {EntraId.Preset} of the kind jwt.");
        return _problems
            .GroupBy(problem => problem.Field, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(one => one.Says).ToArray(), StringComparer.Ordinal);
    }

    private void CheckForAll(Instant now)
    {
        if (_kind is null)
            Add("kind", $"Choose one of {ClosedWords.All<CredentialKind>()}.");
        if (wanted.Label.Length > MostOfLabel)
            Add("label", $"A label has {MostOfLabel} characters at most.");
        if (Letters.HasUnseen(wanted.Label))
            Add("label", Letters.Words);
        if (ClosedWords.Read<CredentialScope>(wanted.Scope) is null)
            Add("scope", $"Choose one of {ClosedWords.All<CredentialScope>()}.");
        if (wanted.Expires is { } end && Instant.Of(end) <= now)
            Add("expires", "It would be over already; choose a later time, or null for without end.");
    }

    private void CheckWhatOneKindHas()
    {
        Only(CredentialKind.Raw, wanted.Scheme is not null, "scheme");
        Only(CredentialKind.OauthClient, wanted.Assertion is not null, "assertion");
        Only(CredentialKind.Jwt, wanted.Issuer is not null, "issuer");
        Only(CredentialKind.Jwt, wanted.Preset is not null, "preset");
        if (wanted.Scheme is not null && !IsScheme(wanted.Scheme))
            Add(
                "scheme",
                $"It is one word of {MostOfScheme} characters at most (RFC 9110 §11.1), and neither Bearer nor Basic, "
                    + "which are kinds of their own."
            );
    }

    private void Only(CredentialKind which, bool isThere, string field)
    {
        if (isThere && _kind is not null && _kind != which)
            Add(field, $"Only the kind {ClosedWords.Of(which)} has it; leave it out.");
    }

    private void CheckSigned()
    {
        if ((wanted.Issuer is null) == (wanted.Preset is null))
            Add("issuer", $"Name an issuer, or the preset {EntraId.Preset} in its place.");
        if (wanted.Issuer is { } issuer)
        {
            Check(issuer, "issuer");
            if (!AccessTokenRules.WhoAsked.Any(claim => TrustedIssuerCheck.Names(issuer, claim)))
                Add(
                    "issuer.claims",
                    $"Name who asks, by one of {string.Join(", ", AccessTokenRules.WhoAsked)}; else any client of the issuer would do."
                );
        }
        if (wanted.Preset is null && (wanted.EntraTenant is not null || wanted.Client is not null))
            Add("preset", $"entraTenant and client go with the preset {EntraId.Preset}.");
        if (wanted.Preset is null)
            return;
        if (wanted.Preset != EntraId.Preset)
            Add("preset", $"There is only {EntraId.Preset}.");
        if (!Guid.TryParseExact(wanted.EntraTenant, "D", out _))
            Add("entraTenant", "It is the organization's id, a UUID; Entra ID shows it as tenant id.");
        if (!Guid.TryParseExact(wanted.Client, "D", out _))
            Add("client", "It is the id of the application that asks, a UUID; else any application would do.");
    }

    private void Check(TrustedIssuer issuer, string field) =>
        _problems.AddRange(new TrustedIssuerCheck(issuer, field, issuers).Problems());

    private void Add(string field, string says) => _problems.Add((field, says));

    // RFC 9110 §5.6.2: a token. What it begins with decides how a header is read.
    private static bool IsScheme(string word) =>
        word.Length is > 0 and <= MostOfScheme
        && word.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
        && !word.Equals("bearer", StringComparison.OrdinalIgnoreCase)
        && !word.Equals("basic", StringComparison.OrdinalIgnoreCase);
}
