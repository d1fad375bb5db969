namespace ScimGateway.Slack.Http;

/// <summary>Where a tenant's Slack is, and the token for it.</summary>
public sealed record SlackConnection
{
    /// <summary>Checks what is given; a refusal names no value, since one of them is a secret.</summary>
    /// <param name="baseAddress">
    /// The SCIM v1 address, from the operator's configuration alone; plain HTTP only to this machine.
    /// </param>
    /// <param name="token">The user token with the scope "admin".</param>
    public SlackConnection(Uri baseAddress, string token)
    {
        if (
            !baseAddress.IsAbsoluteUri
            || !(baseAddress.Scheme == Uri.UriSchemeHttps || baseAddress is { Scheme: "http", IsLoopback: true })
        )
            throw new ArgumentException(
                "Slack's address is an absolute one that begins with https.",
                nameof(baseAddress)
            );
        if (token.Length == 0 || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException(
                "A Slack token has no blanks, line breaks or letters beyond ASCII.",
                nameof(token)
            );
        BaseAddress = baseAddress.AbsolutePath.EndsWith('/') ? baseAddress : new Uri(baseAddress + "/");
        Token = token;
    }

    /// <summary>Slack's own address.</summary>
    public static Uri Slack { get; } = new("https://api.slack.com/scim/v1/");

    /// <summary>GovSlack's address.</summary>
    public static Uri GovSlack { get; } = new("https://api.slack-gov.com/scim/v1/");

    /// <summary>The SCIM v1 address, with a slash at its end.</summary>
    public Uri BaseAddress { get; }

    /// <summary>
    /// The Web API, which knows whose the token is; at Slack it lives under another name, elsewhere beside SCIM.
    /// </summary>
    internal Uri WebApi =>
        BaseAddress.Host == Slack.Host ? new Uri("https://slack.com/api/")
        : BaseAddress.Host == GovSlack.Host ? new Uri("https://slack-gov.com/api/")
        : new Uri(BaseAddress, "../../api/");

    internal string Token { get; }

    /// <summary>Puts the token into a request, which goes to this Slack or nowhere.</summary>
    /// <exception cref="ArgumentException">It goes elsewhere.</exception>
    public void Authorize(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.RequestUri is not { IsAbsoluteUri: true } uri || !BaseAddress.IsBaseOf(uri))
            throw new ArgumentException("The request does not go to the tenant's Slack.", nameof(request));
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", Token);
    }

    /// <summary>Says nothing of the token.</summary>
    public override string ToString() => BaseAddress.ToString();
}
