using System.Diagnostics;
using System.Globalization;

namespace ScimGateway.Stories;

/// <summary>Several processes that tell stories, since each of them does so on one thread.</summary>
internal static class Crew
{
    /// <summary>Has them told; false if something was wrong. What a process says is passed on when it has ended.</summary>
    public static async Task<bool> RunAsync(Options options, Action<string> say)
    {
        if (options.Files.Count > 0)
        {
            var (isRight, told) = await StartAsync([
                .. options.Files.SelectMany(file => new[] { "--file", Path.GetFullPath(file) }),
            ]);
            say(told);
            return isRight;
        }
        var began = Stopwatch.GetTimestamp();
        var workers = Math.Clamp(options.Workers, 1, Math.Max(1, options.Stories));
        var all = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => OfAsync(options, worker, workers)));
        foreach (var (_, said) in all)
            say(said.TrimEnd());
        var took = Stopwatch.GetElapsedTime(began);
        say(
            $"{options.Stories} stories in {took.TotalSeconds:0.0} s, {options.Stories / took.TotalSeconds:0} a second"
        );
        return all.All(one => one.IsRight);
    }

    private static Task<(bool IsRight, string Said)> OfAsync(Options options, int worker, int workers)
    {
        var numbers = new (string Name, int Value)[]
        {
            ("--workers", 0),
            ("--seed", options.Seed + worker),
            ("--stride", workers),
            ("--stories", (options.Stories - worker + workers - 1) / workers),
            ("--most", options.Most),
        };
        return StartAsync([
            .. numbers.SelectMany(one => new[] { one.Name, one.Value.ToString(CultureInfo.InvariantCulture) }),
            .. options.Without.Count == 0 ? Array.Empty<string>() : ["--without", string.Join(',', options.Without)],
            .. options.Shrinks ? Array.Empty<string>() : ["--no-shrink"],
        ]);
    }

    private static async Task<(bool IsRight, string Said)> StartAsync(params IReadOnlyList<string> arguments)
    {
        var program = Path.ChangeExtension(typeof(Crew).Assembly.Location, null);
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        try
        {
            var said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode == 0, said);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
