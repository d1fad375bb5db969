using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>A newcomer who enters what the README says, in a folder of his own, on ports that are free.</summary>
internal sealed partial class Tour : IAsyncDisposable
{
    private const string End = "\u001e";

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    // The README's way to run the program, which is built beside the tests.
    private const string Dotnet = """
        dotnet() {
          while [ "$1" != -- ]; do shift; done
          shift
          "$PROGRAM" "$@"
        }

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("scimgateway-tour-").FullName;
    private readonly List<Process> _started = [];
    private readonly List<(string Shown, string Real)> _addresses = [];
    private readonly PageText _stood = new();
    private Process? _shell;

    /// <summary>Starts what stays in the foreground, and waits until it has said what is shown.</summary>
    public async Task StartAsync(string entered, string? shown)
    {
        Assert.NotNull(shown);
        var words = TerminalSession.Words(Real(entered).TrimEnd('\n'));
        var project = words[Array.IndexOf(words, "--project") + 1];
        Assert.True(Directory.Exists(Path.Combine(GeneratedPage.Root(), project)), $"{project} is not there");
        // On a terminal, as a newcomer sits at one: a secret is shown there, and nowhere else.
        var command = string.Join(
            ' ',
            [
                Path.Combine(AppContext.BaseDirectory, Path.GetFileName(project)),
                .. words.SkipWhile(word => word != "--").Skip(1),
                "--urls http://127.0.0.1:0",
            ]
        );
        var start = new ProcessStartInfo("script", ["-qfec", command, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment["HOME"] = _folder;
        var process = Process.Start(start)!;
        _started.Add(process);
        await UntilSaidAsync(process, shown);
        // It would stand still if nobody took what it says from now on.
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
    }

    /// <summary>
    /// Enters commands in the third terminal, and holds what comes against what is shown. What only looks is entered until
    /// it shows it, since Slack is told beside the requests.
    /// </summary>
    public async Task EnterAsync(string entered, string? shown)
    {
        for (var clock = Stopwatch.StartNew(); ; )
        {
            var came = Shown(await RunAsync(_stood.In(Real(entered))));
            if (shown is null || _stood.Takes(shown, came))
                return;
            Assert.True(
                OnlyLooks().IsMatch(entered) && clock.Elapsed < _patience,
                $"{entered}\nshows in the README\n\n{shown}\nand brought\n\n{came}"
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private async Task UntilSaidAsync(Process process, string shown)
    {
        var said = new StringBuilder();
        using var time = new CancellationTokenSource(_patience);
        while (!_stood.Takes(shown, Shown(said.ToString())))
        {
            var line = await process.StandardOutput.ReadLineAsync(time.Token);
            Assert.True(line is not null, $"{shown}\nis shown, and this was said:\n\n{said}");
            line = Control().Replace(line, "");
            said.Append(line).Append('\n');
            if (_addresses.Count < _started.Count && Address().Match(line) is { Success: true } real)
                _addresses.Add((Address().Match(shown).Value, real.Value));
        }
    }

    private async Task<string> RunAsync(string script)
    {
        _shell ??= Shell();
        var file = Path.Combine(_folder, "entered.sh");
        await File.WriteAllTextAsync(file, script);
        await _shell.StandardInput.WriteLineAsync($". '{file}' < /dev/null 2>&1; echo '{End}'");
        await _shell.StandardInput.FlushAsync();
        var came = new StringBuilder();
        using var time = new CancellationTokenSource(_patience);
        while (await _shell.StandardOutput.ReadLineAsync(time.Token) is { } line && line != End)
            came.Append(line).Append('\n');
        return came.ToString();
    }

    private Process Shell()
    {
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
        };
        start.Environment["HOME"] = _folder;
        start.Environment["PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "ScimGateway.Host");
        // Where it is asked for unless something else is said.
        start.Environment["SCIMGATEWAY_URL"] = Real("http://127.0.0.1:5080");
        var shell = Process.Start(start)!;
        _started.Add(shell);
        shell.StandardInput.Write(Dotnet);
        return shell;
    }

    // The README names the ports that are usual; here they are what is free.
    private string Real(string text) =>
        _addresses.Aggregate(text, (all, one) => all.Replace(one.Shown, one.Real, StringComparison.Ordinal));

    private string Shown(string text) =>
        _addresses.Aggregate(text, (all, one) => all.Replace(one.Real, one.Shown, StringComparison.Ordinal));

    // What a terminal is told, as of colours.
    [GeneratedRegex(@"\x1b(\[[0-9;?]*[A-Za-z]|=)")]
    private static partial Regex Control();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    [GeneratedRegex(@"^(curl |gateway \w+ (list|show) )")]
    private static partial Regex OnlyLooks();
}
