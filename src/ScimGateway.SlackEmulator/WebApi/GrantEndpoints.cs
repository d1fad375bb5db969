using System.Text;
using ScimGateway.SlackEmulator.Access;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.WebApi;

/// <summary>Gives an app its tokens, for a code, a refresh token or a former token (docs/slack.md 1.3, 1.4).</summary>
internal sealed class GrantEndpoints(Workspace workspace, OAuth oauth)
{
    public void Access(Exchange exchange, Reply reply)
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

    public void Exchange(Exchange exchange, Reply reply)
    {
        var fields = exchange.Fields();
        CheckClient(exchange, fields);
        var text = fields.GetValueOrDefault("token") ?? Admission.TokenOf(exchange);
        WriteGrant(reply, oauth.Exchange(text, exchange.Knobs), exchange.Knobs, onTop: true);
    }

    public void LegacyAccess(Exchange exchange, Reply reply)
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
