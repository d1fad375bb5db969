using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace ScimGateway.Kill;

/// <summary>
/// A program of ours as a process of its own, on a loopback port. What it says is kept for the day it fails.
/// </summary>
internal sealed class Service : IAsyncDisposable
{
    private const int MostLines = 200;

    private readonly Process _process;
    private readonly Queue<string> _said = [];
    private int _disposed;

    private Service(Process process, Uri url)
    {
        (_process, Url) = (process, url);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Url { get; }

    public bool HasEnded => _process.HasExited;

    public string Said
    {
        get
        {
            lock (_said)
                return string.Join("\n", _said);
        }
    }

    /// <summary>
    /// The memory that is the process's own, in bytes: what a container is charged for beside files. Linux alone tells.
    /// </summary>
    public long Memory =>
        File.ReadLines($"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}/status")
            .Where(line =>
                line.StartsWith("RssAnon:", StringComparison.Ordinal)
                || line.StartsWith("RssShmem:", StringComparison.Ordinal)
            )
            .Sum(line =>
                long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture)
            ) * 1024;

    /// <summary>The processor time that it has taken.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static Service Start(string program, int port, params string[] arguments) =>
        Start(program, port, new Dictionary<string, string>(), arguments);

    /// <summary>The same with settings of the runtime, as the environment has them.</summary>
    public static Service Start(
        string program,
        int port,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    )
    {
        var url = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        // One of another build is named by its path.
        start.ArgumentList.Add(
            Path.IsPathRooted(program) ? program : Path.Combine(AppContext.BaseDirectory, program + ".dll")
        );
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument.Replace("{url}", url.ToString().TrimEnd('/'), StringComparison.Ordinal));
        start.Environment["DOTNET_TieredPGO"] = "0"; // most of them live for a second
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new Service(Process.Start(start)!, url);
    }

    /// <summary>
    /// A port that nobody listens on, nor on the next one, out of the range from which outgoing connections take theirs.
    /// </summary>
    public static int FreePort(Random dice)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(e => e.Port).ToHashSet();
        for (var i = 0; i < 1_000; i++)
            if (dice.Next(15_000, 32_000) is var port && !taken.Contains(port) && !taken.Contains(port + 1))
                return port;
        throw new InvalidOperationException("No port is free.");
    }

    /// <summary>kill -9: no chance to say or save anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Holds it up where it is, or has it go on.</summary>
    public void Hold(bool isHeld) => Signal(isHeld ? "-STOP" : "-CONT");

    /// <summary>SIGTERM, and waits for the end; false if it does not come within the limit.</summary>
    public async Task<bool> StopAsync(TimeSpan limit)
    {
        Signal("-TERM");
        using var late = new CancellationTokenSource(limit, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(late.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > MostLines)
                _said.Dequeue();
        }
    }
}
