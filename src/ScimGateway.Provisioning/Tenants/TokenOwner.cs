using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;

namespace ScimGateway.Provisioning.Tenants;

/// <summary>The account that the tenant's token belongs to: its deactivation would revoke the token (FACTS 1.4).</summary>
internal static class TokenOwner
{
    public const string Reason = "The gateway's Slack token is this account's: without it nobody could be provisioned.";

    /// <summary>Refuses to deactivate it, whoever asks and however it was claimed.</summary>
    public static void Keep(StoreSession store, Link link)
    {
        if (link.SlackId is not null && TenantRows.Read(store, link.TenantId).TokenOwner == link.SlackId)
            throw ScimException.Of(System.Net.HttpStatusCode.Forbidden, $"{Reason} Connect with another owner's token first.");
    }
}
