using System.Text.RegularExpressions;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>The unit of deploy/, as systemd's own tool reads it.</summary>
[Trait("speed", "slow")]
public sealed class SystemdTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scimgateway-unit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_unit_is_understood_and_exposes_little()
    {
        var analyze = await Said.ByAsync("bash", Path.Combine(GeneratedPage.Root(), "tests", "systemd.sh"));
        var unit = await File.ReadAllTextAsync(
            Path.Combine(GeneratedPage.Root(), "deploy", "systemd", "scimgateway.service")
        );
        var copy = Path.Combine(_folder, "scimgateway.service");
        // What it starts has to be there.
        await File.WriteAllTextAsync(copy, unit.Replace("/usr/bin/dotnet", "/bin/true", StringComparison.Ordinal));

        Assert.Equal("", await Said.ByAsync(analyze, "verify", copy));
        // Of ten points, where a service without any of it has 9.6; what is more fails.
        await Said.ByAsync(analyze, "security", "--offline=yes", "--threshold=15", copy);
    }

    [Fact]
    public async Task The_unit_starts_the_gateway_where_the_page_puts_it()
    {
        var root = GeneratedPage.Root();
        var unit = await File.ReadAllTextAsync(Path.Combine(root, "deploy", "systemd", "scimgateway.service"));
        var page = await File.ReadAllTextAsync(Path.Combine(root, "docs", "deploy.md"));

        foreach (
            var key in (string[])
                [
                    "ExecStart=/usr/bin/dotnet (\\S+)/ScimGateway",
                    "Gateway__Data=(\\S+)",
                    "EnvironmentFile=(\\S+)",
                    "\nUser=(\\S+)",
                ]
        )
            Assert.Contains(Regex.Match(unit, key).Groups[1].Value, page, StringComparison.Ordinal);
    }
}
