using Microsoft.Playwright;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>One Chromium for all tests of the console: the distribution's, driven by Playwright.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var program = await Said.ByAsync("bash", Path.Combine(GeneratedPage.Root(), "tests", "chromium.sh"));
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                // Root has no user namespace to sandbox in, and a container's /dev/shm is small.
                Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>The tests that share it.</summary>
[CollectionDefinition(nameof(Chromium))]
public sealed class ChromiumTests : ICollectionFixture<Chromium>;
