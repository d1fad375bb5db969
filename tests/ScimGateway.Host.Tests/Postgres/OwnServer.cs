using System.Diagnostics;
using Npgsql;
using Xunit;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>A server of a test's own, which it may crash and fill up.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private static readonly string _script = Path.Combine(Root(), "tests", "postgres.sh");

    private OwnServer(string folder) => Folder = folder;

    private string Folder { get; }

    public static async Task<OwnServer> StartAsync(string options = "")
    {
        Assert.SkipWhen(TestStore.Server is null, "it needs PostgreSQL: tests/run.sh starts one");
        return new OwnServer(await RunAsync(options, "start"));
    }

    /// <summary>Where it is.</summary>
    public Task<string> UrlAsync() => RunAsync("", "url", Folder);

    /// <summary>A new database of it.</summary>
    public async Task<string> DatabaseAsync(string name, string how = "")
    {
        var url = await UrlAsync();
        await using var connection = new NpgsqlConnection($"{url};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database \"{name}\" {how}", connection);
        await command.ExecuteNonQueryAsync();
        return $"{url};Database={name}";
    }

    /// <summary>It loses power.</summary>
    public Task CrashAsync() => RunAsync("", "crash", Folder);

    /// <summary>It comes back, at another port.</summary>
    public Task StartAgainAsync() => RunAsync("", "start", Folder);

    /// <summary>Another one beside it, with what it has by now; this one goes on at another port.</summary>
    public async Task<OwnServer> CopyAsync(bool asStandby = false) =>
        new(await RunAsync("", asStandby ? ["copy", Folder, "standby"] : ["copy", Folder]));

    public async ValueTask DisposeAsync() => await RunAsync("", "stop", Folder);

    private static async Task<string> RunAsync(string options, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [_script, .. arguments]) { RedirectStandardOutput = true };
        start.Environment["POSTGRES_OPTIONS"] = options;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 || arguments[0] == "stop", $"postgres.sh {arguments[0]} failed");
        return said.Trim();
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "tests", "postgres.sh")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
