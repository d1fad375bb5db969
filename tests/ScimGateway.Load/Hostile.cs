using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace ScimGateway.Load;

/// <summary>One attack beside an ordinary client: how that one fares meanwhile, and what memory the gateway takes.</summary>
internal static class Hostile
{
    private static readonly TimeSpan _warming = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(10);

    /// <summary>The attacks, each with the number of accounts that Slack is to have before.</summary>
    public static void List()
    {
        foreach (var attack in Attack.All)
            Console.WriteLine($"{attack.Name} {attack.People}");
    }

    /// <summary>The head of the table of which each attack prints a row.</summary>
    public static void Head() =>
        Console.WriteLine(
            """
            | beside the ordinary client | reads p50, p99, longest, ms | writes p50, p99, longest, ms | denied | memory before, most, after, MB | what the attackers got |
            | --- | --- | --- | --- | --- | --- |
            """
        );

    /// <summary>Prints a row of the table.</summary>
    public static async Task RunAsync(Arguments arguments)
    {
        var name = arguments.Text("--attack");
        var attack =
            Attack.All.SingleOrDefault(one => one.Name == name)
            ?? throw new ArgumentException($"There is no attack {name}.");
        var server = Server.Parse("gateway", arguments.Text("--gateway"));
        var time = TimeSpan.FromSeconds(arguments.Number("--seconds", 20));
        using var target = new Target(server.Url, arguments.Text("--token"));

        var ordinary = new Ordinary(server.Url, target, await target.SomeAsync(100));
        var request = await attack.Prepare(target);
        await ordinary.WorkAsync(_warming); // code gets compiled
        server.ForgetPeak();
        var before = server.Memory().Now;

        using var over = new CancellationTokenSource();
        var attacking = AttackAsync(attack, server.Url, request, over.Token);
        var fare = await ordinary.WorkAsync(time);
        await over.CancelAsync();
        var came = await attacking;

        var most = server.Memory().Most;
        await Task.Delay(_settling, TimeProvider.System);
        Console.WriteLine(
            $"| {attack.Story} | {Of(fare.Reads)} | {Of(fare.Writes)} | {fare.Denied} of {fare.Reads.Count + fare.Writes.Count} | {before}, {most}, {server.Memory().Now} | {came} |"
        );
    }

    private static async Task<string> AttackAsync(
        Attack attack,
        Uri url,
        Func<int, byte[]> request,
        CancellationToken over
    )
    {
        var (next, came) = (-1, new ConcurrentDictionary<string, int>());
        await Task.WhenAll(Enumerable.Range(0, attack.Clients).Select(_ => Task.Run(SendAsync)));
        return came.IsEmpty
            ? ""
            : string.Join(", ", came.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}"));

        async Task SendAsync()
        {
            int i;
            while (!over.IsCancellationRequested && (i = Interlocked.Increment(ref next)) < attack.Most)
                came.AddOrUpdate(await WordAsync(i), 1, (_, count) => count + 1);
        }

        async Task<string> WordAsync(int i)
        {
            try
            {
                return await attack.Manner(url, request(i), over);
            }
            catch (OperationCanceledException)
            {
                return "still under way";
            }
            catch (Exception e) when (e is SocketException or InvalidDataException)
            {
                return "cut off";
            }
        }
    }

    private static string Of(IReadOnlyList<Took> requests)
    {
        var times = requests.Select(one => one.Time.TotalMilliseconds).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{At(0.5):F0}, {At(0.99):F0}, {times[^1]:F0}");

        double At(double part) => times[(int)Math.Min(times.Count - 1, times.Count * part)];
    }
}
