using System.Globalization;
using System.Net;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Access;

/// <summary>Installations of the one app there is: codes, tokens, rotation
/// (docs/slack.md 1.3, 1.4). Under the workspace's gate.</summary>
internal sealed class OAuth(Workspace workspace, TokenLedger tokens)
{
    private const int Lifetime = 43_200;
    private static readonly TimeSpan _codeLifetime = TimeSpan.FromMinutes(10);

    // "Short", says Slack.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Code> _codes = [];
    private readonly Dictionary<string, Refresh> _refreshes = [];
    private readonly Dictionary<(string, bool), Installation> _installations = [];
    private long _last;

    /// <summary>What is wrong with a request, or null.</summary>
    public static string? Wrong(Request request, KnobValues knobs) =>
        request.ClientId != knobs.Get(KnobTable.ClientId) ? "invalid_client_id"
        : request.RedirectUri is { } uri && !MayRedirect(uri, knobs) ? "bad_redirect_uri"
        : request.Scopes.Length == 0 || !request.Scopes.All(Scope.IsWord) ? "invalid_scope"
        : null;

    /// <summary>On Grid only an Org Owner installs on the organization; elsewhere Owners
    /// and Admins (docs/slack.md 1.2).</summary>
    public static bool MayInstall(Account account, bool onOrganization, KnobValues knobs) =>
        account.Profile.Active
        && account.Rank >= (onOrganization && knobs.Get(KnobTable.Kind) is TenantKind.Grid ? Rank.Owner : Rank.Admin);

    /// <summary>The admin allows it: a code that lives ten minutes.</summary>
    public string Allow(Request request, Account account, bool onOrganization)
    {
        var code = Marked(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{++_last:D10}.{workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds()}.emulator"
            )
        );
        _codes[code] = new Code(request, account.Id, onOrganization, workspace.Clock.GetUtcNow() + _codeLifetime);
        return code;
    }

    /// <summary>The code becomes a token.</summary>
    public Grant Redeem(string? code, string? redirectUri, bool isLegacy, KnobValues knobs)
    {
        if (code is null || !_codes.Remove(code, out var known) || known.Request.IsLegacy != isLegacy)
            throw new WebApiRefusal("invalid_code");
        if (known.Expires <= workspace.Clock.GetUtcNow())
            throw new WebApiRefusal("invalid_code");
        if (known.Request.RedirectUri != redirectUri)
            throw new WebApiRefusal("bad_redirect_uri");
        var installation = Installation(known.AccountId, known.OnOrganization);
        installation.Scopes.UnionWith(known.Request.Scopes);
        return Issue(installation, rotates: knobs.Get(KnobTable.Rotation) && !isLegacy);
    }

    /// <summary>A refresh token works once, and a little longer for those whose answer was lost.</summary>
    public Grant Renew(string? refreshToken)
    {
        if (refreshToken is null || !_refreshes.TryGetValue(refreshToken, out var refresh))
            throw new WebApiRefusal("invalid_refresh_token");
        var now = workspace.Clock.GetUtcNow();
        if (refresh.UsedAt is { } used && now > used + _grace)
            throw new WebApiRefusal("invalid_refresh_token");
        if (
            refresh.Installation.Tokens.Count == 0
            || workspace.FindUser(refresh.Installation.OwnerId) is not { Profile.Active: true }
        )
            throw new WebApiRefusal("token_revoked");
        refresh.UsedAt ??= now;
        return Issue(refresh.Installation, rotates: true);
    }

    /// <summary>A token of long life becomes one that rotates; once.</summary>
    public Grant Exchange(string? text, KnobValues knobs)
    {
        if (!knobs.Get(KnobTable.Rotation))
            throw new WebApiRefusal("token_rotation_not_enabled");
        if (text is null || tokens.Accept(text, workspace.Clock.GetUtcNow()) is not { } caller)
            throw new WebApiRefusal("invalid_auth");
        var token = caller.Token;
        if (token.IsExchanged || token.Expires is not null)
            throw new WebApiRefusal("token_already_exchanged");
        token.IsExchanged = true;
        var installation = token.Installation ?? Installation(token.OwnerId, token.OfOrganization);
        installation.Scopes.UnionWith(token.Scopes);
        if (!installation.Tokens.Contains(token))
            installation.Tokens.Add(token);
        return Issue(installation, rotates: true);
    }

    /// <summary>Without rotation the whole authorization goes; with it this token alone (docs/slack.md 1.4).</summary>
    public static void Revoke(Token token)
    {
        token.IsRevoked = true;
        if (token.Installation is not { } installation || token.Expires is not null)
            return;
        foreach (var other in installation.Tokens)
            other.IsRevoked = true;
        installation.Tokens.Clear();
        installation.Scopes.Clear();
    }

    public void Restart()
    {
        _codes.Clear();
        _refreshes.Clear();
        _installations.Clear();
    }

    private Grant Issue(Installation installation, bool rotates)
    {
        var now = workspace.Clock.GetUtcNow();
        var number = string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()}-{++_last:D8}");
        var token = new Token
        {
            Text = Marked((rotates ? "xoxe.xoxp-1-" : "xoxp-") + number),
            OwnerId = installation.OwnerId,
            OfOrganization = installation.OfOrganization,
            Scopes = [.. installation.Scopes],
            Expires = rotates ? now.AddSeconds(Lifetime) : null,
            Installation = installation,
        };
        tokens.Issue(token);
        installation.Tokens.Add(token);
        if (!rotates)
            return new Grant(token, null);

        // At most two live: the oldest one too many is revoked.
        installation.Tokens.RemoveAll(t => t.IsRevoked || t.Expires <= now);
        while (installation.Tokens.Count > 2)
        {
            installation.Tokens[0].IsRevoked = true;
            installation.Tokens.RemoveAt(0);
        }
        var refresh = Marked("xoxe-1-" + number);
        _refreshes[refresh] = new Refresh(installation);
        return new Grant(token, refresh);
    }

    private string Marked(string text) => OrganizationNumber.Mark(text, workspace.Number);

    private Installation Installation(string accountId, bool onOrganization)
    {
        if (!_installations.TryGetValue((accountId, onOrganization), out var installation))
            _installations[(accountId, onOrganization)] = installation = new Installation(accountId, onOrganization);
        return installation;
    }

    // HTTPS, no fragment, equal to or below a configured one (docs/slack.md 1.3). A loopback address may do
    // without HTTPS: this is an emulator.
    private static bool MayRedirect(string text, KnobValues knobs)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || text.Contains('#', StringComparison.Ordinal))
            return false;
        if (uri.Scheme != "https" && !(uri.Scheme == "http" && IsLoopback(uri)))
            return false;
        var configured = knobs.Get(KnobTable.RedirectUris);
        return configured.Length == 0 || configured.Any(known => IsBelow(text, known));
    }

    private static bool IsBelow(string uri, string known) =>
        uri.StartsWith(known, StringComparison.Ordinal)
        && (uri.Length == known.Length || known.EndsWith('/') || uri[known.Length] is '/' or '?');

    private static bool IsLoopback(Uri uri) =>
        uri.Host is "localhost"
        || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private sealed record Code(Request Request, string AccountId, bool OnOrganization, DateTimeOffset Expires);

    private sealed class Refresh(Installation installation)
    {
        public Installation Installation { get; } = installation;

        public DateTimeOffset? UsedAt { get; set; }
    }
}
