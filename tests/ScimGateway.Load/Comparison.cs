using System.Globalization;

namespace ScimGateway.Load;

/// <summary>
/// The gateway, a YARP hop and a bare Kestrel asked the same in turns, round by round; what disturbs one disturbs the
/// others.
/// </summary>
internal static class Comparison
{
    private static readonly TimeSpan _longestTurn = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(Arguments arguments)
    {
        Server[] servers =
        [
            Server.Parse("gateway", arguments.Text("--gateway")),
            Server.Parse("hop", arguments.Text("--hop")),
            Server.Parse("kestrel", arguments.Text("--kestrel")),
        ];
        var rounds = arguments.Number("--rounds", 5);
        var connections = arguments.Number("--connections", 16);
        var run = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var sample = Sample.Read(arguments.Text("--sample"));

        Console.WriteLine(
            $"{"", -8}{"CPU us a request", 26}{"ratios", 18}{"requests a second", 26}{"gateway ms", 18}\n"
                + $"{"case", -8}{"gateway", 10}{"hop", 8}{"kestrel", 8}{"/hop", 9}{"/kestrel", 9}{"gateway", 10}{"hop", 8}{"kestrel", 8}{"p50", 9}{"p99", 9}"
        );
        foreach (
            var asked in Case.Of(
                arguments.Text("--cases"),
                arguments.Text("--token"),
                sample,
                run,
                arguments.Text("--group", "")
            )
        )
        {
            foreach (var server in servers) // code gets compiled, the stub learns
                await TurnAsync(server, asked, connections);
            var (costs, rates) = (new double[servers.Length][], new double[servers.Length][]);
            for (var s = 0; s < servers.Length; s++)
                (costs[s], rates[s]) = (new double[rounds], new double[rounds]);
            var (p50, p99) = (new double[rounds], new double[rounds]);
            for (var round = 0; round < rounds; round++)
            for (var s = 0; s < servers.Length; s++)
            {
                var before = servers[s].Spent();
                var turn = await TurnAsync(servers[s], asked, connections);
                costs[s][round] = (servers[s].Spent() - before) / turn.Requests;
                rates[s][round] = turn.Rate;
                if (s == 0)
                    (p50[round], p99[round]) = (turn.Percentile(0.5), turn.Percentile(0.99));
            }
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{asked.Name, -8}{Median(costs[0]), 10:F1}{Median(costs[1]), 8:F1}{Median(costs[2]), 8:F1}{Over(costs, 1), 9:F2}{Over(costs, 2), 9:F2}"
                        + $"{Median(rates[0]), 10:F0}{Median(rates[1]), 8:F0}{Median(rates[2]), 8:F0}{Median(p50), 9:F2}{Median(p99), 9:F2}"
                )
            );
        }
    }

    /// <summary>One server by itself: for whoever changes it and looks again.</summary>
    public static async Task RunAloneAsync(Arguments arguments)
    {
        var server = Server.Parse("gateway", arguments.Text("--gateway"));
        var run = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var sample = Sample.Read(arguments.Text("--sample"));
        foreach (
            var asked in Case.Of(
                arguments.Text("--cases"),
                arguments.Text("--token"),
                sample,
                run,
                arguments.Text("--group", "")
            )
        )
            for (var round = 0; round < arguments.Number("--rounds", 5); round++)
            {
                var before = server.Spent();
                var turn = await TurnAsync(server, asked, arguments.Number("--connections", 16));
                var cost = (server.Spent() - before) / turn.Requests;
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{asked.Name, -8}{cost, 10:F1} us{turn.Rate, 10:F0}/s  p50 {turn.Percentile(0.5):F2} ms  p99 {turn.Percentile(0.99):F2} ms"
                    )
                );
            }
    }

    private static async Task<Turn> TurnAsync(Server server, Case asked, int connections)
    {
        var turn = await Turn.RunAsync(server.Url, asked.Question, connections, asked.Requests, _longestTurn);
        return turn.Failed == 0
            ? turn
            : throw new InvalidDataException(
                $"{turn.Failed} of {turn.Requests} '{asked.Name}' failed at {server.Name}."
            );
    }

    // The median of the rounds' ratios.
    private static double Over(double[][] costs, int other) => Median([.. costs[0].Zip(costs[other], (a, b) => a / b)]);

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
