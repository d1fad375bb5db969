using System.Diagnostics;
using System.Net.NetworkInformation;
using Npgsql;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests.OfTheGateway;

/// <summary>The gateway's demo, started as a process.</summary>
internal static class Demo
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    // Which store the gateway has: as for its own tests, SQLite if nothing else is said.
    private static readonly string? _postgres =
        Environment.GetEnvironmentVariable("SCIMGATEWAY_TEST_STORE") == "postgres"
            ? Environment.GetEnvironmentVariable("SCIMGATEWAY_TEST_POSTGRES")
            : null;

    /// <summary>Starts one, asks it by its base URL, and ends it.</summary>
    public static async Task AskAsync(string[] arguments, Func<string, Task> ask)
    {
        var (port, slack) = (FreePort(), FreePort());
        var url = $"http://127.0.0.1:{port}";
        var data = Directory.CreateTempSubdirectory("scimgateway-conformance-");
        using var demo = Started([
            "demo",
            "--urls",
            url,
            "--slack-urls",
            $"http://127.0.0.1:{slack}",
            "--token",
            SoundServer.Token,
            "--data",
            data.FullName,
            .. _postgres is null ? [] : new[] { "--store", Database(data.Name) },
            .. arguments,
        ]);
        try
        {
            demo.BeginErrorReadLine();
            await AnswersAsync(url, demo);
            await ask($"{url}/demo/scim/v2");
            if (_postgres is not null)
                Assert.True(Run("select count(*) from pg_tables where schemaname = 'public'", data.Name) is > 10L);
        }
        finally
        {
            demo.Kill();
            await demo.WaitForExitAsync();
            data.Delete(recursive: true);
            if (_postgres is not null)
                Run($"drop database \"{data.Name}\" with (force)");
        }
    }

    private static string Database(string name)
    {
        Run($"create database \"{name}\"");
        return $"{_postgres};Database={name}";
    }

    private static object? Run(string sql, string database = "postgres")
    {
        using var connection = new NpgsqlConnection($"{_postgres};Database={database};Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    /// <summary>The repository's folder.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ScimGateway.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    /// <summary>A command of the gateway's program, as a process of its own.</summary>
    public static Process Started(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ScimGateway.Host.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var demo = Process.Start(start)!;
        demo.BeginOutputReadLine(); // what it prints is not what is asked for
        return demo;
    }

    private static async Task AnswersAsync(string url, Process demo)
    {
        using var http = new HttpClient();
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < _limit && !demo.HasExited)
            try
            {
                using var answer = await http.GetAsync(new Uri($"{url}/demo/scim/v2/ServiceProviderConfig"));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        Assert.Fail("The demo did not begin to answer.");
    }

    // Out of the range from which outgoing connections take theirs.
    private static int FreePort()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(e => e.Port).ToHashSet();
        while (true)
            if (Random.Shared.Next(15_000, 32_000) is var port && !taken.Contains(port))
                return port;
    }
}
