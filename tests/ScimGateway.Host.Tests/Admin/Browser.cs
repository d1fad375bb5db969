using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Tests.Scim;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>A person's browser, between the gateway's pages and the pretend Slack's: it keeps cookies.</summary>
internal sealed class Browser : IDisposable
{
    public const string Id = "emulator-client";
    public const string Secret = "emulator-secret";

    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;
    private HttpResponseHeaders? _last;

    public Browser() =>
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies });

    /// <summary>All that it was shown or sent on to.</summary>
    public List<string> Seen { get; } = [];

    /// <summary>A gateway with a Slack app.</summary>
    public static async Task<ServedGateway> GatewayAsync(
        TimeProvider? clock = null,
        Action<IServiceCollection>? services = null,
        string secret = Secret,
        bool rotates = false,
        params string[] more
    )
    {
        var file = Path.GetTempFileName(); // nobody else may read it
        await File.WriteAllTextAsync(file, secret + "\n");
        var served = await ServedGateway.StartAsync(
            services,
            0,
            clock,
            ["--slack-client-id", Id, "--slack-client-secret-file", file, .. more]
        );
        served.Slack.Knobs.Set("oauth.rotation", JsonValue.Create(rotates));
        return served;
    }

    /// <summary>An owner asks for a link.</summary>
    public static async Task<Uri> LinkAsync(ServedGateway served, string slug = "acme") =>
        new((string)(await served.AskAsync(HttpMethod.Post, $"tenants/{slug}/connection/authorize"))["url"]!);

    /// <summary>All of it: the link, the consent, and back.</summary>
    public async Task<(HttpStatusCode Status, string Page)> ConnectAsync(
        ServedGateway served,
        string slug = "acme",
        string? team = null,
        string decision = "allow"
    )
    {
        var back = await DecideAsync(await BeginAsync(await LinkAsync(served, slug)), team, decision);
        var (status, page, _) = await GetAsync(back);
        return (status, page);
    }

    /// <summary>Presses the button of the link's page; where Slack's page is.</summary>
    public async Task<Uri> BeginAsync(Uri link)
    {
        var (asked, page, _) = await GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, asked);
        Assert.Contains("<form method=\"post\"><button>", page, StringComparison.Ordinal);
        var (status, _, to) = await PostAsync(link, []);
        Assert.Equal(HttpStatusCode.SeeOther, status);
        return to!;
    }

    /// <summary>Decides on Slack's page; where that sends the browser back to.</summary>
    public async Task<Uri> DecideAsync(Uri slack, string? team = null, string decision = "allow")
    {
        var (_, page, _) = await GetAsync(slack);
        var form = Regex
            .Matches(page, "<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\">")
            .ToDictionary(field => field.Groups[1].Value, field => HttpUtility.HtmlDecode(field.Groups[2].Value));
        form["team"] = team ?? First("team");
        form["account"] = First("account");
        form["decision"] = decision;
        var (_, _, back) = await PostAsync(
            new Uri(slack, Regex.Match(page, "action=\"([^\"]+)\"").Groups[1].Value),
            form
        );
        return back!;

        string First(string name) =>
            Regex.Match(page, $"<select name=\"{name}\"><option value=\"([^\"]+)\"").Groups[1].Value;
    }

    public Task<(HttpStatusCode Status, string Page, Uri? To)> GetAsync(Uri address) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, address));

    public Task<(HttpStatusCode Status, string Page, Uri? To)> PostAsync(
        Uri address,
        Dictionary<string, string> form,
        params (string Name, string Value)[] headers
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return SendAsync(request);
    }

    /// <summary>What of a gateway it keeps.</summary>
    public IEnumerable<string> Cookies(Uri gateway) => _cookies.GetCookies(gateway).Select(cookie => cookie.Value);

    /// <summary>The one cookie of a gateway's that it keeps.</summary>
    public Cookie Cookie(Uri gateway) => Assert.Single(_cookies.GetCookies(gateway));

    /// <summary>Keeps one that the gateway has not given it.</summary>
    public void Forge(Uri gateway, string name, string value) => _cookies.Add(gateway, new Cookie(name, value, "/"));

    public void Dispose() => _http.Dispose();

    /// <summary>The same with all headers.</summary>
    public async Task<(HttpStatusCode Status, string Page, HttpResponseHeaders Headers)> AnswerAsync(Uri address)
    {
        var (status, page, _) = await GetAsync(address);
        return (status, page, _last!);
    }

    private async Task<(HttpStatusCode Status, string Page, Uri? To)> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await _http.SendAsync(request);
            var page = await answer.Content.ReadAsStringAsync();
            _last = answer.Headers;
            if (request.RequestUri!.AbsolutePath.StartsWith("/oauth/slack/", StringComparison.Ordinal))
            {
                Described.Require(request.Method, request.RequestUri, answer, page);
                Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
                Assert.StartsWith(
                    "default-src 'none';",
                    answer.Headers.GetValues("Content-Security-Policy").Single(),
                    StringComparison.Ordinal
                );
                Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            }
            Seen.Add(page);
            return (answer.StatusCode, WebUtility.HtmlDecode(page), answer.Headers.Location);
        }
    }
}
