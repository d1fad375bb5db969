using System.Diagnostics;
using System.Globalization;

namespace ScimGateway.Load;

/// <summary>So many changes a second, whether the ones before are answered or not: how long each takes.</summary>
internal static class Pace
{
    private const int Connections = 16;

    public static async Task RunAsync(Arguments arguments)
    {
        var (url, rate) = (arguments.Url("--url"), arguments.Number("--rate", 50));
        var count = rate * arguments.Number("--seconds", 20);
        var patch = Case.Of(
                "patch",
                arguments.Text("--token"),
                Sample.Read(arguments.Text("--sample")),
                $"pace {Environment.ProcessId}",
                ""
            )
            .Single();
        var free = System.Threading.Channels.Channel.CreateUnbounded<Connection>();
        for (var i = 0; i < Connections; i++)
            free.Writer.TryWrite(await Connection.OpenAsync(url));

        var took = new double[count];
        var asked = new Task[count];
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / rate));
        for (var i = 0; i < count; i++)
        {
            await ticks.WaitForNextTickAsync();
            asked[i] = AskAsync(i);
        }
        await Task.WhenAll(asked);
        while (free.Reader.TryRead(out var connection))
            connection.Dispose();

        Array.Sort(took);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count} changes at {rate} a second: p50 {At(0.5):F2} ms, p99 {At(0.99):F2} ms, longest {took[^1]:F2} ms"
            )
        );

        double At(double part) => took[(int)(count * part)];

        async Task AskAsync(int i)
        {
            var began = Stopwatch.GetTimestamp();
            var connection = await free.Reader.ReadAsync();
            var (status, _) = await connection.AskAsync(patch.Question(i));
            took[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            free.Writer.TryWrite(connection);
            if (status != 200)
                throw new InvalidDataException($"A change was answered {status}.");
        }
    }
}
