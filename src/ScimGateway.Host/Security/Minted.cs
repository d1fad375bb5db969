using System.Buffers.Text;
using System.Security.Cryptography;
using ScimGateway.Basics.Spelling;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>A credential that was made, with what is shown this once and kept nowhere.</summary>
/// <param name="Row">What is kept.</param>
/// <param name="Secret">The secret: a token, a password; null where somebody signs instead.</param>
/// <param name="User">Who shows it: of Basic the user's name, of a client its id; null where nobody is named.</param>
/// <param name="Authorization">
/// What a raw one is as a whole: the value of the header; null of all others.
/// </param>
internal sealed record Minted(Credential Row, string? Secret, string? User = null, string? Authorization = null)
{
    /// <summary>So many of a kind a source has at once: one, and one in its place.</summary>
    public const int MostOfKind = 2;

    /// <summary>So many random bytes nobody finds by trying.</summary>
    public const int SecretBytes = 32;

    private const int ClientBytes = 9; // it names somebody, and is no secret
    private const int PrefixCharacters = 8;

    /// <summary>Makes what was asked for; that has no problems.</summary>
    public static Minted Make(NewCredential wanted, int source, Instant now)
    {
        var kind = ClosedWords.Read<CredentialKind>(wanted.Kind)!.Value;
        Credential Row(ReadOnlySpan<char> proof, string prefix) =>
            new()
            {
                SourceId = source,
                Kind = ClosedWords.Of(kind),
                Label = wanted.Label,
                Prefix = prefix,
                Hash = SecretHash.Of(proof),
                Details = wanted.Details().ToJson(),
                Scope = wanted.Scope,
                Created = now,
                Expires = wanted.Expires is { } end ? Instant.Of(end) : null,
            };

        switch (kind)
        {
            case CredentialKind.Jwt: // there is nothing to be known by but what is trusted, which others may trust as well
                return new Minted(Row(Random("", SecretBytes), ""), null);

            case CredentialKind.OauthClient when wanted.Assertion is not null:
                var signing = Random("sgc_", ClientBytes);
                return new Minted(Row(signing, signing), null, signing);

            case CredentialKind.OauthClient:
                var (client, its) = (Random("sgc_", ClientBytes), Random("sgs_", SecretBytes));
                return new Minted(Row($"{client}:{its}", client), its, client);

            case CredentialKind.Basic:
                var password = Random("sgt_", SecretBytes);
                return new Minted(Row($"{Prefix(password)}:{password}", Prefix(password)), password, Prefix(password));

            case CredentialKind.Raw:
                var secret = Random("sgt_", SecretBytes);
                var whole = wanted.Scheme is { } word ? $"{word} {secret}" : secret;
                return new Minted(Row(whole, Prefix(secret)), secret, Authorization: whole);

            default:
                var token = Random("sgt_", SecretBytes);
                return new Minted(Row(token, Prefix(token)), token);
        }
    }

    /// <summary>A bearer token that somebody has thought of himself, as the demo takes it.</summary>
    public static Minted Given(string token, int source, string label, Instant now) =>
        new(
            new Credential
            {
                SourceId = source,
                Kind = ClosedWords.Of(CredentialKind.Bearer),
                Label = label,
                Hash = SecretHash.Of(token),
                Scope = ClosedWords.Of(CredentialScope.Full),
                Created = now,
            },
            token
        );

    /// <summary>Whether a source may have one more of a kind: of those that are over none counts.</summary>
    public static bool HasRoom(IEnumerable<Credential> ofSource, string kind, Instant now) =>
        ofSource.Count(one => one.Kind == kind && (one.Expires is not { } end || now < end)) < MostOfKind;

    /// <summary>So many random bytes in base64url, behind what tells people and scanners what it is.</summary>
    public static string Random(string mark, int bytes) =>
        mark + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    // Records print what they hold.
    public override string ToString() => nameof(Minted);

    private static string Prefix(string secret) => secret[..PrefixCharacters];
}
