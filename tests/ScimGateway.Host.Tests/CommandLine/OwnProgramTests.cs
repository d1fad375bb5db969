using System.Diagnostics;
using System.Runtime.InteropServices;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>The commands as programs of their own, made as docs/deploy.md says, against a gateway on a socket.</summary>
[Trait("speed", "slow")]
public sealed class OwnProgramTests : IDisposable
{
    // The runtime of this process is in shared/Microsoft.NETCore.App/VERSION of it.
    private static readonly string _dotnet = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")
    );

    private readonly string _folder = Directory.CreateTempSubdirectory("own-program-").FullName;

    [Fact]
    public async Task The_tool_is_installed_from_its_package_alone_and_asks_a_gateway()
    {
        await DotnetAsync("pack", "-c", "Release", "--artifacts-path", At("artifacts"), "-o", At("packages"));
        Assert.Single(Directory.GetFiles(At("packages")));
        await DotnetAsync("tool", "install", "ScimGateway.Cli", "--tool-path", At("tool"), "--source", At("packages"));

        await AsksAsync(At("tool", "gateway"), _dotnet);
    }

    [Fact]
    public async Task One_file_is_enough_where_there_is_no_dotnet()
    {
        await DotnetAsync(
            "publish",
            "-c",
            "Release",
            "-r",
            RuntimeInformation.RuntimeIdentifier,
            "--self-contained",
            "-p:PublishSingleFile=true",
            "--artifacts-path",
            At("artifacts"),
            "-o",
            At("program")
        );

        await AsksAsync(Assert.Single(Directory.GetFiles(At("program"))), At("no-dotnet"));
    }

    private async Task AsksAsync(string program, string dotnet)
    {
        await using var served = await ServedGateway.StartAsync();
        var variables = new Dictionary<string, string?>
        {
            ["HOME"] = _folder,
            ["DOTNET_ROOT"] = dotnet,
            [Connection.UrlVariable] = served.Base.ToString(),
            [Connection.KeyVariable] = served.Key,
        };

        Assert.Equal(Exit.Done, (await RunAsync(program, ["tenant", "create", "acme", "Acme"], variables)).Exit);
        var (exit, said) = await RunAsync(program, ["tenant", "list", "-o", "csv"], variables);
        Assert.Equal(Exit.Done, exit);
        Assert.Contains("acme", said, StringComparison.Ordinal);

        Assert.Equal(
            Exit.Done,
            (await RunAsync(program, ["healthcheck", "--url", served.Base.ToString()], variables)).Exit
        );
        var (helped, help) = await RunAsync(program, [], variables);
        Assert.Equal(Exit.Done, helped);
        Assert.StartsWith("usage: ", help, StringComparison.Ordinal);
        var (server, refused) = await RunAsync(program, ["serve", "--data", At("data")], variables);
        Assert.Equal(Exit.WrongUse, server);
        Assert.Contains("ScimGateway.Host", refused, StringComparison.Ordinal);
    }

    // In the project's folder, which it does not write to.
    private static async Task DotnetAsync(params string[] arguments)
    {
        var (exit, said) = await RunAsync(
            Path.Combine(_dotnet, "dotnet"),
            arguments,
            new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1" }
        );
        Assert.True(exit == 0, $"dotnet {string.Join(' ', arguments)}: {said}");
    }

    private static async Task<(int Exit, string Said)> RunAsync(
        string program,
        IEnumerable<string> arguments,
        Dictionary<string, string?> variables
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.Combine(GeneratedPage.Root(), "src", "ScimGateway.Cli"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (said, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await said + await error);
    }

    private string At(params string[] path) => Path.Combine([_folder, .. path]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
