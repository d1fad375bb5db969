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

    private readonly GrantEndpoints _grants = new(workspace, oauth);
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
                        _grants.Access(exchange, reply);
                        break;
                    case "oauth.v2.exchange":
                        _grants.Exchange(exchange, reply);
                        break;
                    case "oauth.access":
                        _grants.LegacyAccess(exchange, reply);
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
}
