using System.Net.Http.Headers;
using System.Text;

namespace ScimGateway.Slack.Http;

/// <summary>
/// Where a tenant's Slack is, and the token for it. Whoever calls Slack has the connection and asks it for the token at
/// each call, so that nobody holds one that was renewed.
/// </summary>
public sealed class SlackConnection
{
    private volatile SlackToken _token;

    /// <summary>Checks what is given; a refusal names no value, since one of them is a secret.</summary>
    /// <param name="baseAddress">
    /// The SCIM v1 address, from the operator's configuration alone; plain HTTP only to this machine.
    /// </param>
    /// <param name="token">The token.</param>
    public SlackConnection(Uri baseAddress, SlackToken token)
    {
        if (
            !baseAddress.IsAbsoluteUri
            || !(baseAddress.Scheme == Uri.UriSchemeHttps || baseAddress is { Scheme: "http", IsLoopback: true })
        )
            throw new ArgumentException(
                "Slack's address is an absolute one that begins with https.",
                nameof(baseAddress)
            );
        BaseAddress = baseAddress.AbsolutePath.EndsWith('/') ? baseAddress : new Uri(baseAddress + "/");
        _token = token;
    }

    /// <summary>The same by a token that was pasted.</summary>
    public SlackConnection(Uri baseAddress, string token)
        : this(baseAddress, new SlackToken(token)) { }

    /// <summary>Slack's own address.</summary>
    public static Uri Slack { get; } = new("https://api.slack.com/scim/v1/");

    /// <summary>GovSlack's address.</summary>
    public static Uri GovSlack { get; } = new("https://api.slack-gov.com/scim/v1/");

    /// <summary>The SCIM v1 address, with a slash at its end.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The token as it is now.</summary>
    public SlackToken Token => _token;

    internal Uri WebApi => WebApiOf(BaseAddress);

    /// <summary>From now on Slack is called by another token of the same installation.</summary>
    public void Use(SlackToken token) => _token = token;

    /// <summary>
    /// The Web API, which knows whose the token is; at Slack it lives under another name, elsewhere beside SCIM.
    /// </summary>
    internal static Uri WebApiOf(Uri scim) =>
        scim.Host == Slack.Host ? new Uri("https://slack.com/api/")
        : scim.Host == GovSlack.Host ? new Uri("https://slack-gov.com/api/")
        : new Uri(scim, "../../api/");

    /// <summary>Puts the token into a request, which goes to this Slack or nowhere.</summary>
    /// <exception cref="ArgumentException">It goes elsewhere.</exception>
    public void Authorize(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.RequestUri is not { IsAbsoluteUri: true } uri || !BaseAddress.IsBaseOf(uri))
            throw new ArgumentException("The request does not go to the tenant's Slack.", nameof(request));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token.Access);
    }

    /// <summary>What comes back, as somebody else may read it: where the token is in it, stars are.</summary>
    public Stream WithoutToken(Stream answer) => new TokenlessStream(answer, Encoding.UTF8.GetBytes(Token.Access));

    /// <summary>Says nothing of the token.</summary>
    public override string ToString() => BaseAddress.ToString();
}
