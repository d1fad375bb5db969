using System.Diagnostics;

namespace ScimGateway.Load;

/// <summary>What a turn of load came to.</summary>
internal sealed record Turn(int Requests, int Failed, TimeSpan Took, double[] Milliseconds)
{
    public double Rate => Requests / Took.TotalSeconds;

    public double Percentile(double part) =>
        Milliseconds[(int)Math.Min(Milliseconds.Length - 1, Milliseconds.Length * part)];

    /// <summary>
    /// So many connections ask, each its next question when the last is answered, until the number or the time is
    /// reached.
    /// </summary>
    public static async Task<Turn> RunAsync(
        Uri url,
        Func<int, byte[]> question,
        int connections,
        int most,
        TimeSpan longest
    )
    {
        var (next, failed, took) = (-1, 0, new double[most]);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        using var connection = await Connection.OpenAsync(url);
                        int i;
                        while (clock.Elapsed < longest && (i = Interlocked.Increment(ref next)) < most)
                        {
                            var request = question(i);
                            var began = Stopwatch.GetTimestamp();
                            var (status, _) = await connection.AskAsync(request);
                            took[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                            if (status is < 200 or > 299)
                                Interlocked.Increment(ref failed);
                        }
                    })
                )
        );
        var elapsed = clock.Elapsed;
        var times = took.AsSpan(0, Math.Min(next + 1, most)).ToArray();
        Array.Sort(times);
        return new Turn(times.Length, failed, elapsed, times);
    }
}
