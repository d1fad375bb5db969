using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Security;

namespace ScimGateway.Host.Admin;

/// <summary>What an administrator enters at the identity provider, by the names that its form has.</summary>
internal static class ProviderForm
{
    /// <summary>The form of a source with a credential.</summary>
    /// <param name="preset">Which provider it is; null where that is not said.</param>
    /// <param name="minted">The credential.</param>
    /// <param name="tenant">Where the tenant is.</param>
    public static IReadOnlyDictionary<string, string> Of(PresetWord? preset, Minted minted, string tenant)
    {
        // docs/providers has the whole forms.
        var (url, secret, token, client) = preset switch
        {
            PresetWord.PingOne => ("SCIM Base URL", "OAuth Access Token", "OAuth Token Request", "OAuth Client"),
            PresetWord.PingFederate => ("SCIM URL", "Access Token", "OAuth 2 Token Request Endpoint", "OAuth 2 Client"),
            PresetWord.EntraId => ("Tenant URL", "Secret Token", "Token endpoint", "Client"),
            PresetWord.Okta => ("SCIM connector base URL", "Authorization", "Access token endpoint URI", "Client"),
            _ => ("SCIM base URL", "Bearer token", "Token endpoint", "Client"),
        };
        var form = new Dictionary<string, string> { [url] = $"{tenant}/scim/v2" };
        switch (ClosedWords.Read<CredentialKind>(minted.Row.Kind))
        {
            case CredentialKind.Basic:
                (form["User name"], form["Password"]) = (minted.User!, minted.Secret!);
                break;
            case CredentialKind.OauthClient:
                (form[token], form[$"{client} ID"]) = ($"{tenant}/oauth/token", minted.User!);
                if (minted.Secret is not null)
                    form[$"{client} Secret"] = minted.Secret;
                break;
            case CredentialKind.Raw:
                form["Authorization header"] = minted.Authorization!;
                break;
            case CredentialKind.Jwt:
                break;
            case CredentialKind.SlackV1:
                (form[url], form["Bearer token"]) = ($"{tenant}/slack/v1", minted.Secret!);
                break;
            default:
                form[secret] = minted.Secret!;
                break;
        }
        return form;
    }
}
