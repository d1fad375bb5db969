using Microsoft.Playwright;
using ScimGateway.Host.Tests.Admin;
using Xunit;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>
/// A page of the console in a browser of its own. It notes what went wrong in the browser, and what was asked of any other
/// host, but for an identity provider that is said.
/// </summary>
internal sealed class ConsolePage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _gateway;
    private readonly List<string> _wrong = [];
    private volatile bool _isOffline;

    private ConsolePage(IBrowserContext context, IPage page, Uri gateway, string? provider)
    {
        (_context, Page, _gateway) = (context, page, gateway);
        page.Console += (_, message) =>
        {
            // A page that says no is an error to the browser.
            if (
                message.Type == "error"
                && !message.Text.Contains("the server responded with a status of 4", StringComparison.Ordinal)
                && !_isOffline
            )
                _wrong.Add(message.Text);
        };
        page.PageError += (_, error) => _wrong.Add(error);
        page.Request += (_, request) =>
        {
            var url = new Uri(request.Url);
            if (
                url.Scheme != "data"
                && url.Authority != gateway.Authority
                && $"{url.Scheme}://{url.Authority}" != provider
            )
                _wrong.Add($"asked {url}");
        };
    }

    public IPage Page { get; }

    public static async Task<ConsolePage> OpenAsync(
        Chromium chromium,
        ServedGateway served,
        int width = 1280,
        ColorScheme scheme = ColorScheme.Light,
        bool hasScript = true,
        string? provider = null
    )
    {
        var context = await chromium.Browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = served.Base.ToString(),
                ColorScheme = scheme,
                JavaScriptEnabled = hasScript,
                ReducedMotion = ReducedMotion.Reduce,
                ViewportSize = new ViewportSize { Width = width, Height = 900 },
            }
        );
        context.SetDefaultTimeout(30_000);
        return new ConsolePage(context, await context.NewPageAsync(), served.Base, provider);
    }

    /// <summary>The same after somebody has signed in by a key.</summary>
    public static async Task<ConsolePage> SignedInAsync(
        Chromium chromium,
        ServedGateway served,
        string? key = null,
        int width = 1280,
        ColorScheme scheme = ColorScheme.Light
    )
    {
        var page = await OpenAsync(chromium, served, width, scheme);
        await page.GoAsync("");
        await page.SignInAsync(key ?? served.Key);
        return page;
    }

    public Task GoAsync(string path) => Page.GotoAsync($"/console{(path.Length > 0 ? "/" : "")}{path}");

    public async Task SignInAsync(string key)
    {
        await Page.GetByLabel("Admin key").FillAsync(key);
        await PressAsync("Sign in");
    }

    public Task PressAsync(string button) =>
        Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    public Task FollowAsync(string link) => Page.GetByRole(AriaRole.Link, new() { Name = link }).First.ClickAsync();

    /// <summary>Has the network go, or come back.</summary>
    public Task GoOfflineAsync(bool isOffline)
    {
        _isOffline |= isOffline;
        return _context.SetOfflineAsync(isOffline);
    }

    /// <summary>Has a proxy before the gateway answer by itself; null has the gateway answer again.</summary>
    public Task AnswerAsync(int? status)
    {
        _isOffline |= status is not null;
        return status is { } by
            ? Page.RouteAsync("**/*", route => route.FulfillAsync(new() { Status = by }))
            : Page.UnrouteAsync("**/*");
    }

    /// <summary>How often a page is asked for from now on.</summary>
    public Func<int> CountLooks()
    {
        var looks = 0;
        Page.Request += (_, _) => Interlocked.Increment(ref looks);
        return () => Volatile.Read(ref looks);
    }

    /// <summary>What is called so is there.</summary>
    public async Task RequireHeadingAsync(string heading) =>
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);

    /// <summary>Where it is.</summary>
    public string Path => new Uri(Page.Url).PathAndQuery;

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.True(_wrong.Count == 0, $"{_gateway}: {string.Join("; ", _wrong)}");
    }
}
