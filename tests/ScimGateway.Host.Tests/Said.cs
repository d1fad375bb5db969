using System.Diagnostics;
using Xunit;

namespace ScimGateway.Host.Tests;

/// <summary>What programs say that a test needs.</summary>
internal static class Said
{
    /// <summary>What one prints, without blanks around it; it must not fail.</summary>
    public static async Task<string> ByAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var wrong = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {said}{await wrong}");
        return said.Trim();
    }
}
