using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Security;
using Xunit;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>What tests of signing in with the organization do and look at.</summary>
internal static class SignInSteps
{
    /// <summary>A gateway at which people sign in by a provider.</summary>
    public static Task<ServedGateway> StartAsync(LittleProvider provider, params string[] more) =>
        ServedGateway.StartAsync(0, null, provider.Settings(more: more));

    /// <summary>Nobody is signed in, and the page says why.</summary>
    public static async Task AssertRefusedAsync(ServedGateway served, HttpStatusCode status, string says)
    {
        using var browser = new ConsoleBrowser(served);
        using var back = await browser.ByOrganizationAsync();
        var page = await TextAsync(back);
        Assert.Contains(says, page, StringComparison.Ordinal);
        Assert.DoesNotContain("a word of its own", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", page, StringComparison.Ordinal);
        Assert.Equal(status, back.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(browser));
        Assert.Empty(await PeopleAsync(served));
    }

    /// <summary>An answer of the provider, whatever is asked.</summary>
    public static RequestDelegate Answers(int status, string body) =>
        context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(body);
        };

    /// <summary>What a page says.</summary>
    public static async Task<string> TextAsync(HttpResponseMessage answer) =>
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

    /// <summary>How the console answers a browser.</summary>
    public static async Task<HttpStatusCode> StatusAsync(ConsoleBrowser browser)
    {
        using var answer = await browser.GetAsync("");
        return answer.StatusCode;
    }

    /// <summary>The people whom the provider has signed in.</summary>
    public static async Task<List<JsonNode?>> PeopleAsync(ServedGateway served) =>
        [
            .. (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!
                .AsArray()
                .Where(key => (string?)key!["kind"] == "person"),
        ];

    /// <summary>Comes back with a code that is nobody's; the state and the cookies are the forger's own.</summary>
    public static async Task<HttpStatusCode> ForgeAsync(ServedGateway served)
    {
        using var forger = new ConsoleBrowser(served);
        var state = QueryHelpers.ParseQuery((await forger.AtProviderAsync()).Query)["state"];
        using var answer = await forger.GetAsync($"/sign-in/callback?code=1&state={Uri.EscapeDataString(state!)}");
        return answer.StatusCode;
    }
}
