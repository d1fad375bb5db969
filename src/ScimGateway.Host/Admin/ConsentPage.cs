using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Admin;

/// <summary>
/// What a person reads on the way to Slack's consent page and back: plain HTML without a script, whatever is in it
/// escaped.
/// </summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What has happened.</param>
/// <param name="Says">The same in full, and what to do.</param>
/// <param name="Button">What leads on, to this page's own address; null where nothing does.</param>
/// <param name="Wait">How long it takes until something else may be said; null where that is not known.</param>
internal sealed record ConsentPage(
    int Status,
    string Title,
    IReadOnlyList<string> Says,
    string? Button = null,
    TimeSpan? Wait = null
)
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color:#1d1c1d;background:#fff}"
        + "button{font:inherit;padding:.5rem 1rem}";

    private static readonly string _style = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    /// <summary>Before anybody is sent to Slack.</summary>
    public static ConsentPage Ask(Tenant tenant, string label) =>
        new(
            StatusCodes.Status200OK,
            $"Connect {tenant.Name} to Slack",
            [
                $"{NameOf(tenant)} of this gateway asks for access to your Slack. It will create, change and deactivate accounts and groups there, as its identity provider says. The admin key '{label}' made this link.",
                "Continue only if you expect this request. Slack asks you next. On an Enterprise plan choose the organization, not a workspace.",
            ],
            "Continue to Slack"
        );

    /// <summary>What came of it.</summary>
    public static ConsentPage Of(Tenant tenant, IReadOnlyList<ConnectionCheck> checks)
    {
        var wrong = checks.Where(check => !check.IsWell).Select(check => check.Says).ToList();
        return wrong.Count > 0
            ? new ConsentPage(
                StatusCodes.Status409Conflict,
                $"{tenant.Name} is not connected yet",
                [
                    "Slack issued a token and the gateway keeps it, but it does not work yet.",
                    .. wrong,
                    "The tenant's connection shows when it works. Come back here only if another token is needed.",
                ]
            )
            : new ConsentPage(
                StatusCodes.Status200OK,
                $"{tenant.Name} is connected",
                [
                    $"{NameOf(tenant)} is connected to the Slack organization {tenant.OrganizationId}, by the account {tenant.TokenOwner}. Keep that account an owner or admin there, or the connection ends.",
                    $"You can close this window. {Next(tenant)}",
                ]
            );
    }

    private static string Next(Tenant tenant) =>
        tenant.Standing switch
        {
            Standing.Live => "The tenant is live: from now on the gateway writes to Slack as this account.",
            Standing.Disabled =>
                "The tenant is disabled: the gateway writes nothing to Slack until an owner enables it.",
            _ =>
                "The gateway now imports the accounts and groups of Slack if it has not yet. It changes nothing there until the tenant is enabled.",
        };

    /// <summary>Why it was not done.</summary>
    public static ConsentPage NotConnected(int status, Tenant tenant, params IReadOnlyList<string> says) =>
        new(status, $"{tenant.Name} was not connected", says);

    /// <summary>A link or a return that is good for nothing, whyever.</summary>
    public static ConsentPage Spent() =>
        new(
            StatusCodes.Status403Forbidden,
            "This link is not valid",
            [
                $"The link was used already, is older than ten minutes, was opened first in another browser, or was replaced by {Consents.MostOfTenant} newer links of its tenant; or the admin key that asked for it has ended. Nothing was changed. Ask for another link, and use one browser from beginning to end.",
            ]
        );

    /// <summary>Many of those came from one address.</summary>
    public static ConsentPage TooMany(TimeSpan wait) =>
        new(
            StatusCodes.Status429TooManyRequests,
            "Too many",
            [
                $"Too many links that are not valid were opened from your address. Try again in {Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture)} seconds.",
            ],
            Wait: wait
        );

    /// <summary>The gateway could not; what is wrong, where that can be said.</summary>
    public static ConsentPage Failed(Problem? problem) =>
        new(
            problem?.Status ?? StatusCodes.Status500InternalServerError,
            "The connection failed",
            [
                problem?.Message ?? "The gateway failed. Its log says where.",
                "Check the tenant's connection. If it is not connected, ask for another link and start again.",
            ],
            Wait: problem?.RetryAfter
        );

    /// <summary>What Slack's word means with which it sends somebody back.</summary>
    public static string Denied(string error) =>
        error switch
        {
            "access_denied" =>
                "You did not allow it at Slack, so nothing was changed. To allow it after all, ask for another link.",
            "invalid_team_for_non_distributed_app" =>
                "Slack installs the app there only if its public distribution is switched on. The app's owner does that at api.slack.com/apps. Then ask for another link.",
            _ => $"Slack did not allow it ({Word(error)}). Ask for another link and start again.",
        };

    /// <summary>Why Slack gives no token.</summary>
    public static string NotGiven(SlackTokenAnswer answer) =>
        answer switch
        {
            SlackTokenAnswer.Refused { Error: "bad_client_secret" or "invalid_client_id" } refused =>
                $"Slack does not know the gateway's app ({refused.Error}). The gateway's operator must check SlackApp:ClientId and SlackApp:ClientSecretFile. Then ask for another link.",
            SlackTokenAnswer.Refused { Error: "bad_redirect_uri" } =>
                "Slack's app has another redirect URL than the gateway (bad_redirect_uri). The app's owner must add the gateway's at api.slack.com/apps. Then ask for another link.",
            SlackTokenAnswer.Refused refused =>
                $"Slack issued no token ({Word(refused.Error)}). Ask for another link and start again.",
            SlackTokenAnswer.NoAnswer late =>
                $"Slack issued no token because it does not answer now ({late.Why}). What you allowed there is not lost. Ask for another link in a few minutes and start again.",
            _ => throw new ArgumentOutOfRangeException(nameof(answer)),
        };

    /// <summary>Answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">Where its button leads in the end; null where there is none.</param>
    public async Task AnswerAsync(HttpContext context, Uri? next)
    {
        Guard(context, next);
        RetryAfter.Write(context, Status, Wait);
        context.Response.StatusCode = Status;
        context.Response.ContentType = "text/html; charset=utf-8";
        var html = new StringBuilder(
            $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Html(Title)}</title><style>{Style}</style></head><body><h1>{Html(Title)}</h1>"
        );
        foreach (var sentence in Says)
            html.Append("<p>").Append(Html(sentence)).Append("</p>");
        if (Button is not null)
            html.Append("<form method=\"post\"><button>").Append(Html(Button)).Append("</button></form>");
        html.Append("</body></html>");
        await context.Response.WriteAsync(html.ToString(), CancellationToken.None);
    }

    /// <summary>
    /// No script, no frame, nothing from elsewhere, and no address of this page for whoever is linked to. A form may lead
    /// on by https, since browsers hold all that its answer leads to against this.
    /// </summary>
    public static void Guard(HttpContext context, Uri? next)
    {
        var pretend = next is { Scheme: "http" } ? " " + next.GetLeftPart(UriPartial.Authority) : "";
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'sha256-{_style}'; form-action 'self' https:{pretend}; base-uri 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
    }

    // Whatever stands in the address: no more than looks like a word of Slack's is repeated.
    private static string Word(string text) =>
        text.Length <= 100 && text.All(c => c is '_' or (>= 'a' and <= 'z')) ? text : "without a known reason";

    private static string NameOf(Tenant tenant) => $"{tenant.Name} (tenant {tenant.Slug})";

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
