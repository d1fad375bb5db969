using System.Security.Claims;
using ScimGateway.Host.Security;

namespace ScimGateway.Host.SignIn;

/// <summary>The person and the role that an ID token names. Pure.</summary>
/// <param name="Token">Its claims.</param>
/// <param name="Settings">By which provider, and who has which role.</param>
internal sealed record SaidOfPerson(ClaimsPrincipal Token, SignInOptions Settings)
{
    /// <summary>The claim with a person's address, which counts where the provider has verified it.</summary>
    public const string Email = "email";

    private const int MostOfLabel = 100;

    // By which claim people know each other, best first.
    private static readonly string[] _labels = [Email, "preferred_username", "name"];

    /// <summary>
    /// Whether the token is for another client. OpenID Connect Core 1.0 §3.1.3.7 (5): a token may be for several, and names the one
    /// who asked for it.
    /// </summary>
    public bool IsForAnother =>
        Values("azp").SingleOrDefault() is { } asked
            ? asked != Settings.Client
            : Values("aud").Count() > 1 || Values("azp").Any();

    /// <summary>The person's role; null for none.</summary>
    public RoleGrant? Grant
    {
        get
        {
            if (Settings.Claim == Email && !IsVerified)
                return null;
            HashSet<string> has = [.. Values(Settings.Claim)];
            return Settings.Roles.FirstOrDefault(grant => has.Contains(grant.Value));
        }
    }

    /// <summary>The person.</summary>
    public Person Person
    {
        get
        {
            var subject = Values("sub").First(); // without one the handler takes no token
            var label = _labels
                .Where(name => name != Email || IsVerified)
                .Select(name => Letters.Seen(Values(name).FirstOrDefault() ?? "", MostOfLabel))
                .FirstOrDefault(text => text.Length > 0);
            return new Person(Settings.Issuer.OriginalString, subject, label ?? Letters.Seen(subject, MostOfLabel));
        }
    }

    // An address that the provider has not verified may be somebody else's.
    private bool IsVerified => Values("email_verified").Any(word => word is "true" or "True");

    // ClaimsPrincipal itself takes Roles for roles.
    private IEnumerable<string> Values(string name) =>
        Token.Claims.Where(claim => claim.Type == name).Select(claim => claim.Value);

    // Records print what they hold.
    public override string ToString() => nameof(SaidOfPerson);
}
