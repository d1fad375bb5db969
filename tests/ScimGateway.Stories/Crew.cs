using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ScimGateway.Stories;

/// <summary>Several processes that tell stories, since each of them does so on one thread.</summary>
internal static class Crew
{
    private const int MostOfProcess = 5_000;

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

    // One process after the other, as each keeps some of the memory of every story that it has told.
    private static async Task<(bool IsRight, string Said)> OfAsync(Options options, int worker, int workers)
    {
        var all = (options.Stories - worker + workers - 1) / workers;
        var (isRight, said) = (true, new StringBuilder());
        for (var told = 0; told < all; told += MostOfProcess)
        {
            var numbers = new (string Name, int Value)[]
            {
                ("--workers", 0),
                ("--seed", options.Seed + worker + told * workers),
                ("--stride", workers),
                ("--stories", Math.Min(MostOfProcess, all - told)),
                ("--most", options.Most),
            };
            var (isSo, text) = await StartAsync([
                .. numbers.SelectMany(one => new[] { one.Name, one.Value.ToString(CultureInfo.InvariantCulture) }),
                .. options.Without.Count == 0
                    ? Array.Empty<string>()
                    : ["--without", string.Join(',', options.Without)],
                .. options.Shrinks ? Array.Empty<string>() : ["--no-shrink"],
            ]);
            isRight &= isSo;
            said.Append(text);
        }
        return (isRight, said.ToString());
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
