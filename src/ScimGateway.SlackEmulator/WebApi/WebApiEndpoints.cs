using System.Text;
using ScimGateway.SlackEmulator.Access;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.WebApi;

/// <summary>The few methods of the Web API that an app with SCIM needs (docs/slack.md 1.3, 1.4). Always HTTP 200 with
/// <c>ok</c>, but for the consent page.</summary>
internal sealed class WebApiEndpoints(Workspace workspace, TokenLedger tokens, OAuth oauth)
{
    public static readonly IReadOnlySet<string> Methods = new HashSet<string>
    {
        "auth.test",
        "auth.revoke",
        "oauth.v2.access",
        "oauth.v2.exchange",
        "oauth.access",
    };

    private readonly ConsentEndpoint _consent = new(workspace, oauth);

    public void Handle(Exchange exchange, string method, Reply reply)
    {
        // Before the gate: nobody waits while somebody's body is read.
        exchange.Fields();
        lock (workspace.Gate)
        {
            try
            {
                switch (method)
                {
                    case "auth.test":
                        Test(exchange, reply);
                        break;
                    case "auth.revoke":
                        Revoke(exchange, reply);
                        break;
                    case "oauth.v2.access":
                        Access(exchange, reply);
                        break;
                    case "oauth.v2.exchange":
                        Exchange(exchange, reply);
                        break;
                    case "oauth.access":
                        LegacyAccess(exchange, reply);
                        break;
                    case "authorize":
                        _consent.Answer(exchange, reply, isLegacy: false);
                        break;
                    case "authorize.legacy":
                        _consent.Answer(exchange, reply, isLegacy: true);
                        break;
                    default:
                        throw new WebApiRefusal("unknown_method");
                }
            }
            catch (WebApiRefusal refusal)
            {
                WriteError(reply, refusal.Message);
            }
        }
    }

    public static void WriteError(Reply reply, string error)
    {
        reply.Empty();
        var writer = reply.Json();
        writer.WriteStartObject();
        writer.WriteBoolean("ok"u8, false);
        writer.WriteString("error"u8, error);
        writer.WriteEndObject();
    }

    private void Test(Exchange exchange, Reply reply)
    {
        var (token, owner) = Caller(exchange);
        var isGrid = exchange.Knobs.Get(KnobTable.Kind) is TenantKind.Grid;
        var ofOrganization = isGrid && token.OfOrganization;
        reply.Headers.Add(("X-OAuth-Scopes", string.Join(',', token.Scopes)));
        var writer = reply.Json();
        writer.WriteStartObject();
        writer.WriteBoolean("ok"u8, true);
        writer.WriteString(
            "url"u8,
            ofOrganization
                ? $"https://{workspace.Domain}.enterprise.slack.com/"
                : $"https://{workspace.Domain}.slack.com/"
        );
        writer.WriteString("team"u8, workspace.Name);
        writer.WriteString("user"u8, owner.Profile.UserName);
        // For a token of the organization the enterprise's id stands where the workspace's
        // is expected (docs/slack.md 1.2).
        writer.WriteString("team_id"u8, ofOrganization ? workspace.EnterpriseId : workspace.TeamId);
        writer.WriteString("user_id"u8, owner.Id);
        writer.WriteBoolean("is_enterprise_install"u8, ofOrganization);
        if (isGrid)
            writer.WriteString("enterprise_id"u8, workspace.EnterpriseId);
        if (token.Expires is { } expires)
            writer.WriteNumber("expires_in"u8, (long)(expires - workspace.Clock.GetUtcNow()).TotalSeconds);
        writer.WriteEndObject();
    }

    private void Revoke(Exchange exchange, Reply reply)
    {
        var (token, _) = Caller(exchange);
        var isTest = exchange.Fields().GetValueOrDefault("test") is "1" or "true";
        if (!isTest)
            OAuth.Revoke(token);
        var writer = reply.Json();
        writer.WriteStartObject();
        writer.WriteBoolean("ok"u8, true);
        writer.WriteBoolean("revoked"u8, !isTest);
        writer.WriteEndObject();
    }

    private void Access(Exchange exchange, Reply reply)
    {
        var fields = exchange.Fields();
        CheckClient(exchange, fields);
        var isRenewal = fields.GetValueOrDefault("grant_type") is "refresh_token";
        var grant = isRenewal
            ? oauth.Renew(fields.GetValueOrDefault("refresh_token"))
            : oauth.Redeem(
                fields.GetValueOrDefault("code"),
                fields.GetValueOrDefault("redirect_uri"),
                isLegacy: false,
                exchange.Knobs
            );
        WriteGrant(reply, grant, exchange.Knobs, onTop: isRenewal);
    }

    private void Exchange(Exchange exchange, Reply reply)
    {
        var fields = exchange.Fields();
        CheckClient(exchange, fields);
        var text = fields.GetValueOrDefault("token") ?? Admission.TokenOf(exchange);
        WriteGrant(reply, oauth.Exchange(text, exchange.Knobs), exchange.Knobs, onTop: true);
    }

    private void LegacyAccess(Exchange exchange, Reply reply)
    {
        var fields = exchange.Fields();
        CheckClient(exchange, fields);
        var redirectUri = fields.GetValueOrDefault("redirect_uri");
        var token = oauth.Redeem(fields.GetValueOrDefault("code"), redirectUri, isLegacy: true, exchange.Knobs).Token;
        var isGrid = exchange.Knobs.Get(KnobTable.Kind) is TenantKind.Grid;
        var writer = reply.Json();
        writer.WriteStartObject();
        writer.WriteBoolean("ok"u8, true);
        writer.WriteString("access_token"u8, token.Text);
        writer.WriteString("scope"u8, string.Join(',', token.Scopes));
        writer.WriteString("user_id"u8, token.OwnerId);
        writer.WriteString("team_id"u8, isGrid && token.OfOrganization ? workspace.EnterpriseId : workspace.TeamId);
        writer.WriteString("team_name"u8, workspace.Name);
        writer.WriteString("enterprise_id"u8, isGrid ? workspace.EnterpriseId : null);
        writer.WriteEndObject();
    }

    // The token is in authed_user (docs/slack.md 1.3). Where it stands in the answer to a renewal nobody shows;
    // so it is in both places there.
    private void WriteGrant(Reply reply, Grant grant, KnobValues knobs, bool onTop)
    {
        var token = grant.Token;
        var isGrid = knobs.Get(KnobTable.Kind) is TenantKind.Grid;
        var ofOrganization = isGrid && token.OfOrganization;
        var writer = reply.Json();
        writer.WriteStartObject();
        writer.WriteBoolean("ok"u8, true);
        writer.WriteString("app_id"u8, "A0EMULATOR"u8);
        writer.WriteStartObject("authed_user"u8);
        writer.WriteString("id"u8, token.OwnerId);
        WriteToken();
        writer.WriteEndObject();
        if (onTop)
            WriteToken();
        if (!ofOrganization || knobs.Get(KnobTable.OrgInstallTeam) is OrgInstallTeam.Object)
            Named("team", workspace.TeamId);
        else
            writer.WriteNull("team"u8);
        if (isGrid)
            Named("enterprise", workspace.EnterpriseId);
        else
            writer.WriteNull("enterprise"u8);
        writer.WriteBoolean("is_enterprise_install"u8, ofOrganization);
        writer.WriteEndObject();

        void WriteToken()
        {
            writer.WriteString("scope"u8, string.Join(',', token.Scopes));
            writer.WriteString("token_type"u8, "user"u8);
            writer.WriteString("access_token"u8, token.Text);
            if (grant.RefreshToken is null)
                return;
            writer.WriteString("refresh_token"u8, grant.RefreshToken);
            writer.WriteNumber("expires_in"u8, 43_200);
        }

        void Named(string member, string id)
        {
            writer.WriteStartObject(member);
            writer.WriteString("id"u8, id);
            writer.WriteString("name"u8, workspace.Name);
            writer.WriteEndObject();
        }
    }

    private (Token Token, Account Owner) Caller(Exchange exchange)
    {
        // The Web API takes the token from the form, too.
        var text =
            Admission.TokenOf(exchange)
            ?? exchange.Fields().GetValueOrDefault("token")
            ?? throw new WebApiRefusal("not_authed");
        var now = workspace.Clock.GetUtcNow();
        if (!Admission.IsAllowed(exchange.Remote, exchange.Knobs) || tokens.Find(text) is not { } token)
            throw new WebApiRefusal("invalid_auth");
        if (token.IsRevoked)
            throw new WebApiRefusal("token_revoked");
        if (token.Expires <= now)
            throw new WebApiRefusal("token_expired");
        var owner = workspace.FindUser(token.OwnerId) ?? throw new WebApiRefusal("account_inactive");
        return (token, owner);
    }

    // Preferably HTTP Basic (docs/slack.md 1.3).
    private static void CheckClient(Exchange exchange, IReadOnlyDictionary<string, string> fields)
    {
        var id = fields.GetValueOrDefault("client_id");
        var secret = fields.GetValueOrDefault("client_secret");
        if (exchange.Header("Authorization") is { } header && header.StartsWith("Basic ", StringComparison.Ordinal))
            (id, secret) = Basic(header[6..]);
        if (id != exchange.Knobs.Get(KnobTable.ClientId))
            throw new WebApiRefusal("invalid_client_id");
        if (secret != exchange.Knobs.Get(KnobTable.ClientSecret))
            throw new WebApiRefusal("bad_client_secret");
    }

    private static (string? Id, string? Secret) Basic(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded.Trim(), bytes, out var length))
            return (null, null);
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? (null, null)
            : (Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]));
    }
}
