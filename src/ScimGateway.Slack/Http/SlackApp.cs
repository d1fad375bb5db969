using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>
/// The operator's own Slack app, by which administrators give the gateway a token (docs/slack.md 1.3), and by which
/// tokens that end are renewed (1.4).
/// </summary>
/// <remarks>No record, which would print its secret.</remarks>
public sealed class SlackApp
{
    // All that provisioning takes. Others could be added any time, and none could be taken back (docs/slack.md 1.3).
    private const string Scope = "admin";

    // As Slack always says; whatever else comes is not believed beyond a year.
    private const int Seconds = 43_200;
    private const int MostSeconds = 366 * 24 * 3600;

    private readonly Uri _webApi;
    private readonly AuthenticationHeaderValue _basic;
    private readonly string _id;

    /// <summary>An app of the Slack that has this SCIM v1 address.</summary>
    public SlackApp(Uri scim, string clientId, string clientSecret)
    {
        ArgumentNullException.ThrowIfNull(scim);
        ArgumentNullException.ThrowIfNull(clientId);
        ArgumentNullException.ThrowIfNull(clientSecret);
        (_webApi, _id) = (SlackConnection.WebApiOf(scim), clientId);
        // RFC 6749 §2.3.1: each is form-encoded first.
        var pair = $"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(clientSecret)}";
        _basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
    }

    /// <summary>Slack's page that asks an administrator.</summary>
    /// <param name="back">Where Slack sends him back.</param>
    /// <param name="state">What comes back with him.</param>
    public Uri ConsentPage(Uri back, string state)
    {
        ArgumentNullException.ThrowIfNull(back);
        ArgumentNullException.ThrowIfNull(state);
        return new Uri(
            _webApi,
            $"../oauth/v2/authorize?client_id={Uri.EscapeDataString(_id)}&user_scope={Scope}"
                + $"&redirect_uri={Uri.EscapeDataString(back.AbsoluteUri)}&state={Uri.EscapeDataString(state)}"
        );
    }

    /// <summary>Has a code become a token; a code is good once.</summary>
    public Task<SlackTokenAnswer> RedeemAsync(
        HttpClient http,
        string code,
        Uri back,
        TimeSpan limit,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        ArgumentNullException.ThrowIfNull(back);
        return AskAsync(
            http,
            [new("code", code), new("redirect_uri", back.AbsoluteUri)],
            isRenewal: false,
            limit,
            clock,
            cancel
        );
    }

    /// <summary>
    /// Renews a token. What renews it works once, and a little longer for whoever did not get the answer
    /// (docs/slack.md 1.4).
    /// </summary>
    public Task<SlackTokenAnswer> RenewAsync(
        HttpClient http,
        SlackToken token,
        TimeSpan limit,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        ArgumentNullException.ThrowIfNull(token);
        return AskAsync(
            http,
            [new("grant_type", "refresh_token"), new("refresh_token", token.Refresh ?? "")],
            isRenewal: true,
            limit,
            clock,
            cancel
        );
    }

    /// <summary>Says nothing of its secret.</summary>
    public override string ToString() => nameof(SlackApp);

    private async Task<SlackTokenAnswer> AskAsync(
        HttpClient http,
        KeyValuePair<string, string>[] form,
        bool isRenewal,
        TimeSpan limit,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        ArgumentNullException.ThrowIfNull(http);
        var asked = clock.GetUtcNow(); // the token's time runs from then at the latest
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_webApi, "oauth.v2.access"));
        request.Headers.Authorization = _basic;
        request.Content = new FormUrlEncodedContent(form);
        return await SlackWebApi.AskAsync<SlackTokenAnswer>(
            http,
            request,
            limit,
            clock,
            (json, _) => Read(json, isRenewal, asked),
            (why, retryAfter) => new SlackTokenAnswer.NoAnswer(why, retryAfter),
            cancel
        );
    }

    // The user's token stands in authed_user; of a renewal nobody shows whether it does, or on top (docs/slack.md 1.3).
    private static SlackTokenAnswer Read(JsonElement json, bool isRenewal, DateTimeOffset asked)
    {
        if (json.Flag("ok") is false && SlackWebApi.Refusal(json.Text("error")) is { } error)
            return new SlackTokenAnswer.Refused(error);
        var holder =
            json.Member("authed_user") is { } user && user.Text("access_token") is not null ? user
            : isRenewal ? json
            : (JsonElement?)null;
        if (
            json.Flag("ok") is not true
            || holder is not { } grant
            || grant.Text("access_token") is not { } access
            || !SlackToken.CanBe(access)
        )
            return new SlackTokenAnswer.NoAnswer("the answer could not be read");
        return new SlackTokenAnswer.Given(
            grant.Text("refresh_token") is { } refresh && SlackToken.CanBe(refresh)
                ? SlackToken.Rotating(
                    access,
                    refresh,
                    asked,
                    asked.AddSeconds(grant.Whole("expires_in") is > 0 and <= MostSeconds and var said ? said : Seconds)
                )
                : new SlackToken(access) { Given = asked },
            json.Member("enterprise")?.Text("id") is not null && json.Flag("is_enterprise_install") is not true
        );
    }
}

/// <summary>What Slack answers whoever wants a token. These three are all there are.</summary>
public abstract record SlackTokenAnswer
{
    private SlackTokenAnswer() { }

    /// <summary>Here it is.</summary>
    /// <param name="Token">The token.</param>
    /// <param name="IsOfOneWorkspace">
    /// Whether the app was installed on one workspace of an organization, by which SCIM lets nobody in
    /// (docs/slack.md 1.2).
    /// </param>
    public sealed record Given(SlackToken Token, bool IsOfOneWorkspace) : SlackTokenAnswer;

    /// <summary>Slack gives none, and says so in a word such as <c>invalid_code</c>.</summary>
    public sealed record Refused(string Error) : SlackTokenAnswer;

    /// <summary>There was no answer that could be read; Slack may have given one all the same.</summary>
    public sealed record NoAnswer(string Why, TimeSpan? RetryAfter = null) : SlackTokenAnswer;
}
