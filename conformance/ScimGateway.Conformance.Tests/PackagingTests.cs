using System.Diagnostics;
using System.Runtime.InteropServices;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>The program as somebody gets it who has not its sources: a .NET tool, or one file.</summary>
[Trait("speed", "slow")]
public sealed class PackagingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scim-conformance-");

    // The runtime of this process is in shared/Microsoft.NETCore.App/VERSION of it.
    private static readonly string _dotnet = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")
    );

    [Fact]
    public async Task The_tool_is_installed_from_its_package_alone_and_asks_a_server()
    {
        await DotnetAsync(
            "pack",
            Project(),
            "-c",
            "Release",
            "--artifacts-path",
            At("artifacts"),
            "-o",
            At("packages")
        );
        await DotnetAsync(
            "tool",
            "install",
            "ScimConformance",
            "--tool-path",
            At("tool"),
            "--add-source",
            At("packages")
        );

        await AsksAsync(At("tool/scim-conformance"), _dotnet);
    }

    [Fact]
    public async Task One_file_is_enough_where_there_is_no_dotnet()
    {
        await RunAsync("bash", _dotnet, Path.Combine(Project(), "..", "single-file.sh"), At("file"));

        await AsksAsync(Assert.Single(Directory.GetFiles(At("file"))), At("no-dotnet"));
    }

    [Fact]
    public async Task A_copy_of_its_folder_alone_builds_and_passes_its_tests()
    {
        foreach (var file in Directory.EnumerateFiles(Suite.Folder(), "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(Suite.Folder(), file);
            if (path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(At($"alone/{path}"))!);
            File.Copy(file, At($"alone/{path}"));
        }

        var output = await DotnetAsync(
            "run",
            "--project",
            At("alone/ScimGateway.Conformance.Tests"),
            "-c",
            "Release",
            "--",
            "--filter-class",
            "*.InventoryTests",
            "*.TemplateTests",
            "*.SoundServerTests"
        );

        Assert.Contains("Test run summary: Passed!", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task AsksAsync(string program, string dotnet)
    {
        await using var sound = await SoundServer.StartAsync();
        var output = await RunAsync(
            program,
            dotnet,
            "--url",
            sound.Url,
            "--token",
            SoundServer.Token,
            "--only",
            "RFC7644-3.6-gone",
            "--only",
            "entra-connect"
        );

        Assert.Contains("ok      RFC7644-3.6-gone", output, StringComparison.Ordinal);
        Assert.Contains("ok      entra-connect", output, StringComparison.Ordinal);
    }

    private static string Project() => Path.Combine(Suite.Folder(), "ScimGateway.Conformance");

    private string At(string path) => Path.Combine(_folder.FullName, path);

    private Task<string> DotnetAsync(params string[] arguments) =>
        RunAsync(Path.Combine(_dotnet, "dotnet"), _dotnet, arguments);

    private async Task<string> RunAsync(string program, string dotnet, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _folder.FullName,
                Environment =
                {
                    ["DOTNET_ROOT"] = dotnet,
                    ["MSBUILDDISABLENODEREUSE"] = "1",
                    ["PATH"] = $"{_dotnet}:{Environment.GetEnvironmentVariable("PATH")}",
                },
            }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}{await error}");
        return output;
    }
}
