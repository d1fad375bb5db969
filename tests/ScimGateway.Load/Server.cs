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
}
