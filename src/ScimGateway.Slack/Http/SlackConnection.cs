namespace ScimGateway.Slack.Http;

/// <summary>Where a tenant's Slack is, and the token for it.</summary>
/// <param name="BaseAddress">The SCIM v1 address, with a slash at its end; from the operator's configuration alone.</param>
/// <param name="Token">The user token with the scope "admin".</param>
public sealed record SlackConnection(Uri BaseAddress, string Token)
{
    /// <summary>Slack's own address.</summary>
    public static Uri Slack { get; } = new("https://api.slack.com/scim/v1/");

    /// <summary>GovSlack's address.</summary>
    public static Uri GovSlack { get; } = new("https://api.slack-gov.com/scim/v1/");

    /// <summary>Says nothing of the token.</summary>
    public override string ToString() => BaseAddress.ToString();
}
