using System.Globalization;

namespace ScimGateway.Load;

/// <summary>A server that is measured: where it listens, and its process.</summary>
internal sealed record Server(string Name, Uri Url, int Pid)
{
    // USER_HZ, which Linux fixes at 100 for what it shows in /proc.
    private const double Tick = 10_000;

    public static Server Parse(string name, string text) =>
        text.Split(',') is [var url, var pid]
            ? new Server(name, new Uri(url), int.Parse(pid, CultureInfo.InvariantCulture))
            : throw new ArgumentException($"{text} is not URL,PID");

    /// <summary>The processor time of the process so far, in microseconds.</summary>
    public double Spent()
    {
        var stat = File.ReadAllText($"/proc/{Pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // the name may hold anything
        return (Field(11) + Field(12)) * Tick; // utime, stime

        double Field(int at) => double.Parse(fields[at], CultureInfo.InvariantCulture);
    }

    /// <summary>The memory that is resident, in MB: now, and at its most since the peak was forgotten.</summary>
    public (int Now, int Most) Memory()
    {
        var lines = File.ReadAllLines($"/proc/{Pid}/status");
        return (Megabytes("VmRSS:"), Megabytes("VmHWM:"));

        int Megabytes(string name) =>
            int.Parse(
                lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ')[^2],
                CultureInfo.InvariantCulture
            ) / 1024;
    }

    /// <summary>Forgets the peak (proc_pid_clear_refs(5)).</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{Pid}/clear_refs", "5");
}
