using System.Diagnostics;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>The program as a process of its own.</summary>
internal static class Started
{
    private const string Server = "ScimGateway.Host";
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs it to its end, with nothing to read; what does not end within two minutes is ended.</summary>
    /// <param name="arguments">What it is started with.</param>
    /// <param name="variables">What its environment says; null for what it shall not say.</param>
    /// <param name="folder">The folder it is started in.</param>
    /// <param name="program">Which one, beside the tests or by its path.</param>
    public static async Task<(int Exit, string Said, string Error)> RunAsync(
        string[] arguments,
        IEnumerable<(string Name, string? Value)>? variables = null,
        string folder = "",
        string program = Server
    )
    {
        using var process = Begin(arguments, variables ?? [], folder, program);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(_limit);
        try
        {
            var (said, error) = (
                process.StandardOutput.ReadToEndAsync(limit.Token),
                process.StandardError.ReadToEndAsync(limit.Token)
            );
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await said, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>Begins it; who has it ends it.</summary>
    public static Process Begin(
        string[] arguments,
        IEnumerable<(string Name, string? Value)> variables,
        string folder = "",
        string program = Server
    )
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
