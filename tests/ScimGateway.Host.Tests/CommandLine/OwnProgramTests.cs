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

        Assert.Equal(Exit.Done, (await RunAsync("tenant", "create", "acme", "Acme")).Exit);
        var (exit, said, _) = await RunAsync("tenant", "list", "-o", "csv");
        Assert.Equal(Exit.Done, exit);
        Assert.Contains("acme", said, StringComparison.Ordinal);

        Assert.Equal(Exit.Done, (await RunAsync("healthcheck", "--url", served.Base.ToString())).Exit);
        var (helped, help, _) = await RunAsync();
        Assert.Equal(Exit.Done, helped);
        Assert.StartsWith("usage: ", help, StringComparison.Ordinal);
        var (server, _, refused) = await RunAsync("serve", "--data", At("data"));
        Assert.Equal(Exit.WrongUse, server);
        Assert.Contains("ScimGateway.Host", refused, StringComparison.Ordinal);

        Task<(int Exit, string Said, string Error)> RunAsync(params string[] arguments) =>
            Started.RunAsync(
                arguments,
                [
                    ("HOME", _folder),
                    ("DOTNET_ROOT", dotnet),
                    (Connection.UrlVariable, served.Base.ToString()),
                    (Connection.KeyVariable, served.Key),
                ],
                program: program
            );
    }

    // In the project's folder, which it does not write to.
    private static async Task DotnetAsync(params string[] arguments)
    {
        var (exit, said, error) = await Started.RunAsync(
            arguments,
            [("MSBUILDDISABLENODEREUSE", "1")],
            Path.Combine(GeneratedPage.Root(), "src", "ScimGateway.Cli"),
            Path.Combine(_dotnet, "dotnet")
        );
        Assert.True(exit == 0, $"dotnet {string.Join(' ', arguments)}: {said}{error}");
    }

    private string At(params string[] path) => Path.Combine([_folder, .. path]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
