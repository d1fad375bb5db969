using System.Text.RegularExpressions;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>The chart of deploy/, rendered by the libraries that Helm is made of.</summary>
public sealed partial class HelmChart : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scimgateway-helm-").FullName;

    /// <summary>Where the chart and the values of the plain files are.</summary>
    public static string Folder { get; } = Path.Combine(GeneratedPage.Root(), "deploy", "helm");

    public async ValueTask InitializeAsync() =>
        await Said.ByAsync("bash", Path.Combine(GeneratedPage.Root(), "tests", "helm.sh"), Program);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string Program => Path.Combine(_folder, "render");

    /// <summary>What an installation of these values has, by the files of templates/; a later text overrides the former.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RenderAsync(string release, params string[] values)
    {
        var (code, said, wrong) = await RunAsync([], release, values);
        Assert.True(code == 0, wrong);
        return Source().Matches(said).ToDictionary(one => one.Groups[1].Value, one => one.Groups[2].Value);
    }

    /// <summary>Why these values are refused.</summary>
    public async Task<string> RefusalAsync(string[] flags, params string[] values)
    {
        var (code, said, wrong) = await RunAsync(flags, "scimgateway", values);
        Assert.True(code == 1, said);
        return wrong;
    }

    private async Task<(int Code, string Said, string Wrong)> RunAsync(string[] flags, string release, string[] values)
    {
        List<string> files = [];
        foreach (var text in values)
        {
            files.Add(Path.Combine(_folder, $"{Guid.NewGuid()}.yaml"));
            await File.WriteAllTextAsync(files[^1], text);
        }
        return await Started.RunAsync(
            [.. flags, release, Path.Combine(Folder, "scimgateway"), .. files],
            program: Program
        );
    }

    [GeneratedRegex(
        @"^---\n# Source: scimgateway/templates/(\S+)\n(.*?)(?=^---\n# Source: |\z)",
        RegexOptions.Multiline | RegexOptions.Singleline
    )]
    private static partial Regex Source();
}
