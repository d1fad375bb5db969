using Microsoft.Playwright;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>The pictures of docs/console.md: of pages that say what the text beside them does. UPDATE_DOCS makes them anew.</summary>
[Collection(nameof(Chromium))]
[Trait("speed", "slow")]
public class ConsolePictureTests(Chromium chromium)
{
    private static readonly string _folder = Path.Combine(GeneratedPage.Root(), "docs", "console");

    [Fact]
    public async Task Each_picture_is_of_a_page_as_it_is()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"name":"Acme"}""");
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        using var provider = served.Provider("acme", token);
        foreach (var who in new[] { "ana", "ben", "chloe", "dan" })
        {
            var id = await CreateAsync(provider, who, $"{who}@acme.example");
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch("displayName", $"\"{who}\""));
            if (who is not "ana")
                await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch("active", "false"));
        }
        await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ana","emails":[{"value":"ana.b@acme.example","primary":true}]}"""
        );
        await using var console = await ConsolePage.SignedInAsync(chromium, served, width: 1000);

        await PictureAsync(console, "overview", "tenants/acme", "Needs you");
        await PictureAsync(console, "decisions", "tenants/acme/holds", "It would");
        await console.GoAsync("tenants/acme/operations?outcome=refused");
        await console.Page.GetByRole(AriaRole.Row).Nth(1).GetByRole(AriaRole.Link).ClickAsync();
        await PictureAsync(console, "operation", null, "409");
        await PictureAsync(console, "set-up", "tenants/acme/setup", "Let your identity provider in");
    }

    private static async Task PictureAsync(ConsolePage console, string name, string? path, string says)
    {
        if (path is not null)
            await console.GoAsync(path);
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Main)).ToContainTextAsync(says);
        var file = Path.Combine(_folder, $"{name}.png");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is { Length: > 0 })
            await console.Page.ScreenshotAsync(new() { Path = file, Animations = ScreenshotAnimations.Disabled });
        Assert.Contains(
            $"console/{name}.png",
            await File.ReadAllTextAsync(Path.Combine(_folder, "..", "console.md")),
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(file), $"{name}.png is not there: UPDATE_DOCS=1 makes it.");
    }
}
