using System.Diagnostics;
using System.Globalization;

namespace ScimGateway.Load;

/// <summary>So many changes a second, whether the ones before are answered or not: how long each takes.</summary>
internal static class Pace
{
    private const int Connections = 16;

    // Of users of one tenant, which are known; or of some of each of so many tenants by turns.
    private static async Task<Func<int, byte[]>> QuestionAsync(Arguments arguments)
    {
        var (token, what) = (arguments.Text("--token"), $"pace {Environment.ProcessId}");
        var count = arguments.Number("--tenants", 0);
        if (count == 0)
        {
            var patch = Case.Of("patch", token, Sample.Read(arguments.Text("--sample")), what, "").Single();
            return i => patch.Question(i).ToArray();
        }
        var (tenants, people) = (new List<Target>(), new List<List<SampleUser>>());
        for (var number = 1; number <= count; number++)
        {
            var (slug, secret) = number == 1 ? ("demo", token) : ($"demo{number}", $"{token}-{number}");
            tenants.Add(new Target(arguments.Url("--url"), secret, slug));
            people.Add(await tenants[^1].SomeAsync(50));
        }
        return i =>
        {
            var of = people[i % count];
            return tenants[i % count].Ask("PATCH", $"Users/{of[i / count % of.Count].Id}", Users.Patch($"{what} {i}"));
        };
    }

    public static async Task RunAsync(Arguments arguments)
    {
        var (url, rate) = (arguments.Url("--url"), arguments.Number("--rate", 50));
        var count = rate * arguments.Number("--seconds", 20);
        var question = await QuestionAsync(arguments);
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
            var (status, _) = await connection.AskAsync(question(i));
            took[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            free.Writer.TryWrite(connection);
            if (status != 200)
                throw new InvalidDataException($"A change was answered {status}.");
        }
    }
}
