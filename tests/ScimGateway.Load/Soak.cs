using System.Diagnostics;
using System.Globalization;

namespace ScimGateway.Load;

/// <summary>An ordinary client for hours: a line every few minutes, and whether anything grows that should not.</summary>
internal static class Soak
{
    private static readonly TimeSpan _warming = TimeSpan.FromSeconds(4);

    /// <summary>Prints the lines; false where requests were not done, or memory, handles or threads have grown.</summary>
    public static async Task<bool> RunAsync(Arguments arguments)
    {
        var server = Server.Parse("gateway", arguments.Text("--gateway"));
        var (parts, time) = (arguments.Number("--parts", 12), TimeSpan.FromSeconds(arguments.Number("--seconds", 600)));
        using var target = new Target(server.Url, arguments.Text("--token"));
        var ordinary = new Ordinary(server.Url, target, await target.SomeAsync(100));
        await ordinary.WorkAsync(_warming); // code gets compiled
        var all = new List<Part>();
        for (var i = 0; i < parts; i++)
        {
            var fare = await ordinary.WorkAsync(time);
            all.Add(Part.Of(server, arguments.Text("--data"), fare));
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{(i + 1) * time.TotalMinutes, 6:F0} min  {all[^1]}")
            );
        }
        // What the runtime has settled on in the first half is what it has in the second.
        var (first, last) = (all[..(parts / 2)], all[(parts / 2)..]);
        var grown = new[]
        {
            Grown("memory", part => part.Memory),
            Grown("handles", part => part.Handles),
            Grown("threads", part => part.Threads),
        };
        var denied = all.Sum(part => part.Denied);
        Console.WriteLine($"{string.Join(", ", grown.Select(one => one.Says))}; {denied} requests were not done");
        return denied == 0 && Array.TrueForAll(grown, one => one.IsLevel);

        (string Says, bool IsLevel) Grown(string what, Func<Part, double> figure)
        {
            var by = last.Average(figure) / Math.Max(1, first.Average(figure));
            return (string.Create(CultureInfo.InvariantCulture, $"{what} {by:F2} times the first half's"), by < 1.1);
        }
    }

    private sealed record Part(
        int Requests,
        int Denied,
        double Read99,
        double Write99,
        long Memory,
        int Handles,
        int Threads,
        long Store
    )
    {
        public static Part Of(Server server, string data, Fare fare)
        {
            using var process = Process.GetProcessById(server.Pid);
            return new Part(
                fare.Reads.Count + fare.Writes.Count,
                fare.Denied,
                At99(fare.Reads),
                At99(fare.Writes),
                server.Memory().Now,
                process.HandleCount,
                process.Threads.Count,
                Directory.GetFiles(data).Sum(file => new FileInfo(file).Length)
            );
        }

        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Requests} requests, {Denied} not done, p99 of reads {Read99:F1} ms, of writes {Write99:F1} ms; {Memory} MB, {Handles} handles, {Threads} threads, store {Store / 1e6:F1} MB"
            );

        private static double At99(IReadOnlyList<Took> requests)
        {
            var times = requests.Select(one => one.Time.TotalMilliseconds).Order().ToList();
            return times[(int)(times.Count * 0.99)];
        }
    }
}
