using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Access;

/// <summary>All tokens there are: those of the knob <c>auth.tokens</c> and those of
/// installations. Under the workspace's gate.</summary>
internal sealed class TokenLedger(Workspace workspace)
{
    private readonly Dictionary<string, Token> _given = [];
    private readonly Dictionary<string, Token> _issued = [];

    public Token? Find(string text) => _given.GetValueOrDefault(text) ?? _issued.GetValueOrDefault(text);

    /// <summary>The account behind a token that is valid now, else null.</summary>
    public Caller? Accept(string text, DateTimeOffset now) =>
        Find(text) is { IsRevoked: false } token
        && !(token.Expires <= now)
        && workspace.FindUser(token.OwnerId) is { } owner
            ? new Caller(token, owner)
            : null;

    public void Issue(Token token) => _issued[token.Text] = token;

    /// <summary>Forgets what installations got, and makes the tokens of the knob
    /// anew, with the accounts they need.</summary>
    public void Restart(TokenGrant[] grants)
    {
        _issued.Clear();
        _given.Clear();
        Give(grants);
    }

    /// <summary>The tokens of the knob; those that were there before keep what became of them.</summary>
    public void Give(TokenGrant[] grants)
    {
        var before = new Dictionary<string, Token>(_given);
        _given.Clear();
        foreach (var grant in grants)
        {
            var token = new Token
            {
                Text = OrganizationNumber.Mark(grant.Token, workspace.Number),
                OwnerId = Owner(grant).Id,
                OfOrganization = grant.OfOrganization,
                Scopes = grant.Scopes,
                Expires = grant.Expires,
            };
            if (before.TryGetValue(token.Text, out var known) && known.OwnerId == token.OwnerId)
                token.IsRevoked = known.IsRevoked;
            _given[token.Text] = token;
        }
    }

    /// <summary>A deactivated account takes its tokens with it (docs/slack.md 1.4).</summary>
    public void RevokeOf(Account owner)
    {
        foreach (var token in _given.Values.Concat(_issued.Values))
            if (token.OwnerId == owner.Id)
                token.IsRevoked = true;
    }

    // A named account that is there gets the rank; one that is not is made; without a name
    // it is the stand-in of that rank.
    private Account Owner(TokenGrant grant)
    {
        var id = grant.Owner ?? workspace.StandInId(StandIn(grant.Rank));
        if (workspace.FindUser(id) is not { } account)
        {
            var userName =
                "emulator."
                + (grant.Owner is null ? grant.Rank.Word() : id.ToLowerInvariant()[..Math.Min(id.Length, 12)]);
            account = new Account(
                id,
                workspace.Clock.GetUtcNow(),
                new Profile
                {
                    UserName = userName,
                    DisplayName = userName,
                    GivenName = "Emulator",
                    FamilyName = grant.Rank.Word(),
                    PrimaryEmail = userName + "@example.com",
                }
            );
            workspace.Add(account);
        }
        account.Rank = grant.Rank;
        return account;
    }

    private static string StandIn(Rank rank) =>
        rank switch
        {
            Rank.PrimaryOwner => Seed.PrimaryOwnerId,
            Rank.Owner => "U0EMUCOOWNER",
            Rank.Admin => "U0EMUADMIN",
            _ => "U0EMUMEMBER",
        };
}
