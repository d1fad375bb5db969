using System.Diagnostics;
using Npgsql;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>A server of a test's own, which it may crash and fill up.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private static readonly string _script = Path.Combine(GeneratedPage.Root(), "tests", "postgres.sh");

    private OwnServer(string folder) => Folder = folder;

    private string Folder { get; }

    public static async Task<OwnServer> StartAsync(string options = "")
    {
        Assert.SkipWhen(TestStore.Server is null, "it needs PostgreSQL: tests/run.sh starts one");
        return new OwnServer(await ScriptAsync(options, "start"));
    }

    /// <summary>Where it is.</summary>
    public Task<string> UrlAsync() => ScriptAsync("", "url", Folder);

    /// <summary>A new database of it.</summary>
    public async Task<string> DatabaseAsync(string name, string how = "")
    {
        await RunAsync($"create database \"{name}\" {how}");
        return $"{await UrlAsync()};Database={name}";
    }

    /// <summary>Has it do something, as its administrator.</summary>
    public async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{await UrlAsync()};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>From now on whoever comes has to say a password.</summary>
    public Task WantPasswordsAsync() =>
        RunAsync(
            """
            do $body$ begin
                execute format('copy (values (''host all all all scram-sha-256'')) to %L', current_setting('hba_file'));
                perform pg_reload_conf();
            end $body$
            """
        );

    /// <summary>It loses power.</summary>
    public Task CrashAsync() => ScriptAsync("", "crash", Folder);

    /// <summary>It comes back, at another port.</summary>
    public Task StartAgainAsync() => ScriptAsync("", "start", Folder);

    /// <summary>A standby becomes a server that is written to, with a history of its own from here on.</summary>
    public Task PromoteAsync() => ScriptAsync("", "promote", Folder);

    /// <summary>Another one beside it, with what it has by now; this one goes on at another port.</summary>
    public async Task<OwnServer> CopyAsync(bool asStandby = false) =>
        new(await ScriptAsync("", asStandby ? ["copy", Folder, "standby"] : ["copy", Folder]));

    public async ValueTask DisposeAsync() => await ScriptAsync("", "stop", Folder);

    private static async Task<string> ScriptAsync(string options, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [_script, .. arguments]) { RedirectStandardOutput = true };
        start.Environment["POSTGRES_OPTIONS"] = options;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 || arguments[0] == "stop", $"postgres.sh {arguments[0]} failed");
        return said.Trim();
    }
}
