using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Homes;

/// <summary>
/// How Slack tokens are kept: closed for their tenant, so that another one's row is of no use with it. Nothing is closed
/// within a work of the store, which closing may write to.
/// </summary>
/// <param name="Close">What is kept of a tenant's secret.</param>
/// <param name="Open">The secret again; throws where it cannot be read.</param>
internal sealed record TokenSeal(Func<TenantId, string, byte[]> Close, Func<TenantId, byte[], string> Open)
{
    /// <summary>A token as it is kept, of a tenant that was connected then.</summary>
    internal KeptToken Keep(TenantId id, SlackToken token, Instant? connected) =>
        new(Close(id, token.ToSecret()), connected, Kept(token.Given), Kept(token.Expires));

    /// <summary>The token again.</summary>
    internal SlackToken Take(TenantId id, KeptToken kept) =>
        SlackToken.OfSecret(Open(id, kept.Closed), kept.Given?.ToTime(), kept.Expires?.ToTime());

    private static Instant? Kept(DateTimeOffset? time) => time is { } at ? Instant.Of(at) : null;
}
