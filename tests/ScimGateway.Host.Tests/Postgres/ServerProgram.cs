using System.Diagnostics;
using Npgsql;
using Xunit;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>PostgreSQL's own programs, such as pg_dump and psql.</summary>
internal static class ServerProgram
{
    /// <summary>Runs one at the server and database of a connection string; what it prints.</summary>
    public static async Task<string> RunAsync(
        string connection,
        string program,
        string input,
        params string[] arguments
    )
    {
        var server = new NpgsqlConnectionStringBuilder(connection);
        using var running = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                Environment =
                {
                    ["PGHOST"] = server.Host,
                    ["PGPORT"] = $"{server.Port}",
                    ["PGUSER"] = server.Username,
                    ["PGDATABASE"] = server.Database,
                },
            }
        )!;
        await running.StandardInput.WriteAsync(input);
        running.StandardInput.Close();
        var said = await running.StandardOutput.ReadToEndAsync();
        await running.WaitForExitAsync();
        Assert.Equal(0, running.ExitCode);
        return said;
    }
}
