using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>
/// Every page in both themes, on a phone and on a desk: axe finds nothing, nothing is wider than the window, and whatever a
/// provider or Slack can say is text. SCIMGATEWAY_SCREENSHOTS names a folder for pictures.
/// </summary>
[Collection(nameof(Chromium))]
[Trait("speed", "slow")]
public class ConsoleLookTests(Chromium chromium)
{
    // What a page would do that takes it for more than text.
    private const string Script = "<img src=x onerror=document.title='taken'><script>document.title='taken'</script>";

    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task Each_page_can_be_used_by_everybody(int width, ColorScheme scheme)
    {
        await using var served = await ServedGateway.StartAsync();
        var (operation, link) = await FillAsync(served);
        await using var console = await ConsolePage.OpenAsync(chromium, served, width, scheme);

        await CheckAsync(console, "sign-in", width, scheme);
        await console.SignInAsync(served.Key);
        foreach (
            var path in new[]
            {
                "",
                "tenants/acme",
                "tenants/acme/holds",
                "tenants/acme/people",
                $"tenants/acme/people/{link}",
                $"tenants/acme/people/{link}/memberships",
                $"tenants/acme/people/{link}/claim",
                "tenants/acme/people?changed=true",
                "tenants/acme/user-names",
                "tenants/acme/operations",
                $"tenants/acme/operations/{operation}",
                "new-tenant",
                "tenants/acme/setup",
                "tenants/acme/connection",
                "tenants/acme/preferences",
                "tenants/acme/sources",
                "tenants/acme/sources/1",
                "tenants/acme/jobs",
                "tenants/acme/jobs/1",
                "tenants/acme/rules",
                "tenants/acme/notifications",
                "tenants/acme/budget",
                "keys",
                "keys/1/end",
                "audit",
                "audit/seals",
                "cluster",
                "session",
                "tenants/empty",
                "tenants/empty/setup",
                "tenants/empty/holds",
                "tenants/nowhere",
            }
        )
            await CheckAsync(console, path, width, scheme);
    }

    private static async Task CheckAsync(ConsolePage console, string path, int width, ColorScheme scheme)
    {
        await console.GoAsync(path);
        Assert.NotEqual("taken", await console.Page.TitleAsync());
        if (Environment.GetEnvironmentVariable("SCIMGATEWAY_SCREENSHOTS") is { Length: > 0 } folder)
            await console.Page.ScreenshotAsync(
                new()
                {
                    Path = Path.Combine(folder, $"{path.Replace('/', '-')}-{width}-{scheme}.png"),
                    FullPage = true,
                    Animations = ScreenshotAnimations.Disabled,
                }
            );
        var found = await console.Page.RunAxe();
        Assert.True(
            found.Violations.Length == 0,
            $"{path}: {string.Join("; ", found.Violations.Select(one => $"{one.Help}: {one.Nodes[0].Html}"))}"
        );
        var widest = await console.Page.EvaluateAsync<int>(
            "Math.max(document.documentElement.scrollWidth, innerWidth)"
        );
        Assert.True(widest == width, $"{path} is {widest} wide");
    }

    // A tenant in which there is something of everything, named as somebody hostile would name it; and an empty one.
    private static async Task<(string Operation, long Link)> FillAsync(ServedGateway served)
    {
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"empty","name":"Nobody yet"}""");
        using var provider = served.Provider("acme", token);
        var (operation, last) = ("", "");
        foreach (var who in new[] { "ada", "grace" })
        {
            var id = last = await CreateAsync(provider, who, $"{who}@corp.example");
            await Gateway.SendAsync(
                provider,
                HttpMethod.Patch,
                $"Users/{id}",
                $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"displayName","value":"{{Script}}"},{"op":"replace","path":"title","value":"{{Script}}"}]}"""
            );
            var (_, _, answer) = await Gateway.SendAsync(
                provider,
                HttpMethod.Patch,
                $"Users/{id}",
                Patch("active", "false")
            );
            operation = answer.Headers.GetValues("X-Operation-Id").Single();
        }
        var crew = new string('W', 80);
        foreach (var name in new[] { Script, crew })
            await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Groups",
                GroupRequests.Group(name.Replace("\"", "\\\"", StringComparison.Ordinal), last)
            );
        var held = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?state=held"))["items"]!.AsArray();
        return (operation, (long)Assert.Single(held)!["id"]!);
    }
}
