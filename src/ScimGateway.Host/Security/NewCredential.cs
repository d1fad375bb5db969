using System.Text.Json;
using ScimGateway.Host.Spelling;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Security;

/// <summary>A credential as an administrator asks for it; its words are the admin API's.</summary>
internal sealed record NewCredential
{
    private const int MostOfLabel = 100;
    private const int MostOfScheme = 32;
    private const int MostOfText = 1_024;
    private const int MostClaims = 20;

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
    public IReadOnlyDictionary<string, string[]> Problems(Instant now, IssuerOptions issuers)
    {
        var problems = new List<(string Field, string Says)>();
        var kind = ClosedWords.Read<CredentialKind>(Kind);
        if (kind is null)
            problems.Add(("kind", $"Choose one of {ClosedWords.All<CredentialKind>()}."));
        if (Label.Length > MostOfLabel)
            problems.Add(("label", $"A label has {MostOfLabel} characters at most."));
        if (Letters.HasUnseen(Label))
            problems.Add(("label", Letters.Words));
        if (ClosedWords.Read<CredentialScope>(Scope) is null)
            problems.Add(("scope", $"Choose one of {ClosedWords.All<CredentialScope>()}."));
        if (Expires is { } end && Instant.Of(end) <= now)
            problems.Add(("expires", "It would be over already; choose a later time, or null for without end."));

        Only(CredentialKind.Raw, Scheme is not null, "scheme");
        Only(CredentialKind.OauthClient, Assertion is not null, "assertion");
        Only(CredentialKind.Jwt, Issuer is not null, "issuer");
        Only(CredentialKind.Jwt, Preset is not null, "preset");
        if (Scheme is not null && !IsScheme(Scheme))
            problems.Add(
                (
                    "scheme",
                    $"It is one word of {MostOfScheme} characters at most (RFC 9110 §11.1), and neither Bearer nor Basic, "
                        + "which are kinds of their own."
                )
            );
        if (Assertion is not null)
            Check(Assertion, "assertion");
        if (kind == CredentialKind.Jwt)
            CheckSigned();
        else if (EntraTenant is not null || Client is not null)
            problems.Add(("preset", $"entraTenant and client go with the preset {EntraId.Preset} of the kind jwt."));
        return problems
            .GroupBy(problem => problem.Field, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(one => one.Says).ToArray(), StringComparer.Ordinal);

        void Only(CredentialKind which, bool isThere, string field)
        {
            if (isThere && kind is not null && kind != which)
                problems.Add((field, $"Only the kind {ClosedWords.Of(which)} has it; leave it out."));
        }

        void CheckSigned()
        {
            if ((Issuer is null) == (Preset is null))
                problems.Add(("issuer", $"Name an issuer, or the preset {EntraId.Preset} in its place."));
            if (Issuer is not null)
            {
                Check(Issuer, "issuer");
                if (!AccessTokenRules.WhoAsked.Any(claim => Names(Issuer, claim)))
                    problems.Add(
                        (
                            "issuer.claims",
                            $"Name who asks, by one of {string.Join(", ", AccessTokenRules.WhoAsked)}; else any client of the issuer would do."
                        )
                    );
            }
            if (Preset is null && (EntraTenant is not null || Client is not null))
                problems.Add(("preset", $"entraTenant and client go with the preset {EntraId.Preset}."));
            if (Preset is null)
                return;
            if (Preset != EntraId.Preset)
                problems.Add(("preset", $"There is only {EntraId.Preset}."));
            if (!Guid.TryParseExact(EntraTenant, "D", out _))
                problems.Add(("entraTenant", "It is the organization's id, a UUID; Entra ID shows it as tenant id."));
            if (!Guid.TryParseExact(Client, "D", out _))
                problems.Add(
                    ("client", "It is the id of the application that asks, a UUID; else any application would do.")
                );
        }

        void Check(TrustedIssuer issuer, string field)
        {
            if (issuer.Issuer.Length is 0 or > MostOfText)
                problems.Add(
                    ($"{field}.issuer", "It is what tokens have as iss, word for word; 1,024 characters at most.")
                );
            if (issuer.Audience.Length is 0 or > MostOfText)
                problems.Add(
                    ($"{field}.audience", "It is what tokens have as aud, word for word; 1,024 characters at most.")
                );
            if (Letters.HasUnseen(issuer.Issuer))
                problems.Add(($"{field}.issuer", Letters.Words));
            if (Letters.HasUnseen(issuer.Audience))
                problems.Add(($"{field}.audience", Letters.Words));
            if (issuer.Claims?.Any(claim => Letters.HasUnseen($"{claim.Key}{claim.Value}")) == true)
                problems.Add(($"{field}.claims", Letters.Words));
            if ((issuer.Metadata is null) == (issuer.Jwks is null))
                problems.Add(
                    ($"{field}.metadata", "Its keys come from one place: name metadata (an address), or paste jwks.")
                );
            if (issuer.Metadata is { } address && !OuterHttp.CanBeAsked(address, issuers.Loopback))
                problems.Add(($"{field}.metadata", OuterHttp.Words));
            if (Letters.HasUnseen(issuer.Metadata ?? ""))
                problems.Add(($"{field}.metadata", Letters.Words));
            if (issuer.Jwks is { } pasted)
                CheckKeys(pasted, $"{field}.jwks");
            if (
                issuer.Claims is { } claims
                && (
                    claims.Count > MostClaims
                    || claims.Any(claim =>
                        claim.Key.Length is 0 or > MostOfText || claim.Value?.Length is null or 0 or > MostOfText
                    )
                )
            )
                problems.Add(
                    ($"{field}.claims", $"{MostClaims} at most, each a name and the text that it has to have.")
                );
            if (
                issuer.Audience == EntraId.Audience
                && !(Names(issuer, EntraId.Tenant) && EntraId.Client.Any(client => Names(issuer, client)))
            )
                problems.Add(
                    (
                        $"{field}.claims",
                        "This audience is that of all organizations in Entra ID: name tid, and appid or azp, or use the preset."
                    )
                );
        }

        void CheckKeys(JsonElement pasted, string field)
        {
            try
            {
                KeySets.Read(pasted.GetRawText(), refusesBroken: true);
            }
            catch (UnreadableKeysException e)
            {
                problems.Add((field, e.Message));
            }
        }
    }

    /// <summary>What is kept of it beside a secret. It has no problems.</summary>
    public CredentialDetails Details() =>
        Preset is null
            ? new() { Scheme = Scheme, Issuer = Issuer ?? Assertion }
            : new() { Issuer = EntraId.Of(Guid.Parse(EntraTenant!)), Client = Guid.Parse(Client!).ToString() };

    private static bool Names(TrustedIssuer issuer, string claim) => issuer.Claims?.ContainsKey(claim) == true;

    // RFC 9110 §5.6.2: a token. What it begins with decides how a header is read.
    private static bool IsScheme(string word) =>
        word.Length is > 0 and <= MostOfScheme
        && word.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
        && !word.Equals("bearer", StringComparison.OrdinalIgnoreCase)
        && !word.Equals("basic", StringComparison.OrdinalIgnoreCase);
}
