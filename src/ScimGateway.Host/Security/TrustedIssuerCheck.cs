using System.Text.Json;

namespace ScimGateway.Host.Security;

/// <summary>Says of an issuer that is to be trusted what cannot be as it is.</summary>
/// <param name="issuer">The issuer.</param>
/// <param name="field">The field that names it.</param>
/// <param name="issuers">Where keys may be fetched.</param>
internal sealed class TrustedIssuerCheck(TrustedIssuer issuer, string field, IssuerOptions issuers)
{
    private const int MostOfText = 1_024;
    private const int MostClaims = 20;

    private readonly List<(string Field, string Says)> _problems = [];

    /// <summary>Whether an issuer's tokens have to have a claim.</summary>
    public static bool Names(TrustedIssuer issuer, string claim) => issuer.Claims?.ContainsKey(claim) == true;

    /// <summary>By the name of the field.</summary>
    public IReadOnlyList<(string Field, string Says)> Problems()
    {
        CheckNames();
        CheckKeys();
        CheckClaims();
        return _problems;
    }

    private void CheckNames()
    {
        if (issuer.Issuer.Length is 0 or > MostOfText)
            Add("issuer", "It is what tokens have as iss, word for word; 1,024 characters at most.");
        if (issuer.Audience.Length is 0 or > MostOfText)
            Add("audience", "It is what tokens have as aud, word for word; 1,024 characters at most.");
        if (Letters.HasUnseen(issuer.Issuer))
            Add("issuer", Letters.Words);
        if (Letters.HasUnseen(issuer.Audience))
            Add("audience", Letters.Words);
        if (issuer.Claims?.Any(claim => Letters.HasUnseen($"{claim.Key}{claim.Value}")) == true)
            Add("claims", Letters.Words);
    }

    private void CheckKeys()
    {
        if ((issuer.Metadata is null) == (issuer.Jwks is null))
            Add("metadata", "Its keys come from one place: name metadata (an address), or paste jwks.");
        if (issuer.Metadata is { } address && !OuterHttp.CanBeAsked(address, issuers.Loopback))
            Add("metadata", OuterHttp.Words);
        if (Letters.HasUnseen(issuer.Metadata ?? ""))
            Add("metadata", Letters.Words);
        if (issuer.Jwks is { } pasted)
            CheckPasted(pasted);
    }

    private void CheckPasted(JsonElement pasted)
    {
        try
        {
            KeySets.Read(pasted.GetRawText(), refusesBroken: true);
        }
        catch (UnreadableKeysException e)
        {
            Add("jwks", e.Message);
        }
    }

    private void CheckClaims()
    {
        if (
            issuer.Claims is { } claims
            && (
                claims.Count > MostClaims
                || claims.Any(claim =>
                    claim.Key.Length is 0 or > MostOfText || claim.Value?.Length is null or 0 or > MostOfText
                )
            )
        )
            Add("claims", $"{MostClaims} at most, each a name and the text that it has to have.");
        if (
            issuer.Audience == EntraId.Audience
            && !(Names(issuer, EntraId.Tenant) && EntraId.Client.Any(client => Names(issuer, client)))
        )
            Add(
                "claims",
                "This audience is that of all organizations in Entra ID: name tid, and appid or azp, or use the preset."
            );
    }

    private void Add(string part, string says) => _problems.Add(($"{field}.{part}", says));
}
