using System.Globalization;

namespace ScimGateway.Kill;

/// <summary>
/// What a write costs at the instance that has its tenant and by the other one, which hands it on; and how many writes two
/// instances carry beside one. Slack hears of nothing, so that its limits are not measured.
/// </summary>
internal sealed class ForwardingCosts(KillOptions options, string store, string data, Figures figures)
{
    private const int Tenants = 8;
    private const int Rounds = 5;
    private const int WritesOfATurn = 600;
    private const int AtOnce = 8;

    private readonly List<double> _forwarded = [];
    private readonly List<double> _spread = [];

    private sealed record Target(Connection AtHome, Connection ByOther, string Id, int Home);

    public async Task RunAsync()
    {
        await using var gateways = await Gateways.StartAsync(
            "c",
            2,
            Tenants,
            new Random(options.Seed),
            store,
            data,
            figures
        );
        var urls = gateways.Instances.Select(one => one.Url).ToList();
        var targets = new List<Target>();
        foreach (var customer in gateways.Customers)
        {
            var (connection, id) = await customer.PersonAsync(() => urls[0]);
            connection.Dispose();
            await customer.AskAsync(urls[0], HttpMethod.Post, $"tenants/{customer.Slug}/shadow");
            var tenant = await customer.AskAsync(urls[0], HttpMethod.Get, $"tenants/{customer.Slug}");
            var home = Array.FindIndex(gateways.Instances, one => one.Silo == (string?)tenant!["home"]);
            targets.Add(
                new Target(
                    customer.NewConnection(() => urls[home]),
                    customer.NewConnection(() => urls[1 - home]),
                    id,
                    home
                )
            );
        }
        if (targets.DistinctBy(one => one.Home).Count() < 2)
            throw new ViolationException(null, "all tenants are at one instance; try another seed");
        var here = targets.FindAll(one => one.Home == 0);
        for (var round = 0; round <= Rounds; round++)
        {
            var (home, _) = await TurnAsync(gateways, here, one => one.AtHome);
            var (other, _) = await TurnAsync(gateways, here, one => one.ByOther);
            var (_, alone) = await TurnAsync(gateways, here, one => one.AtHome);
            var (_, both) = await TurnAsync(gateways, targets, one => one.AtHome);
            if (round == 0)
                continue; // to warm up
            _forwarded.Add(other / home);
            _spread.Add(both / alone);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"CPU of a write {home * 1e6:0} us at home, {other * 1e6:0} us handed on ({other / home:0.00}); writes a second {alone:0} at one, {both:0} at two ({both / alone:0.00})"
                )
            );
        }
        figures.Count("handed on ÷ at home, CPU, %", Median(_forwarded));
        figures.Count("two ÷ one, writes a second, %", Median(_spread));
        foreach (var target in targets)
        {
            target.AtHome.Dispose();
            target.ByOther.Dispose();
        }
    }

    // The CPU of one write at all instances together, and the writes a second.
    private static async Task<(double Cpu, double ASecond)> TurnAsync(
        Gateways gateways,
        List<Target> targets,
        Func<Target, Connection> by
    )
    {
        var (before, begun) = (Cpu(), TimeProvider.System.GetTimestamp());
        var left = WritesOfATurn;
        await Task.WhenAll(
            Enumerable
                .Range(0, AtOnce)
                .Select(async number =>
                {
                    var target = targets[number % targets.Count];
                    while (Interlocked.Decrement(ref left) is >= 0 and var at)
                    {
                        var (status, _, said) = await by(target)
                            .SendAsync(
                                HttpMethod.Patch,
                                $"Users/{target.Id}",
                                RollingRestart.Title(at),
                                null,
                                hangUp: null
                            );
                        if (status is not (>= 200 and < 300))
                            throw new ViolationException(null, $"a write was answered {said}");
                    }
                })
        );
        var took = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        return ((Cpu() - before).TotalSeconds / WritesOfATurn, WritesOfATurn / took);

        TimeSpan Cpu() => gateways.Instances.Aggregate(TimeSpan.Zero, (all, one) => all + one.Processor);
    }

    private static long Median(List<double> ratios) => (long)(ratios.Order().ElementAt(ratios.Count / 2) * 100);
}
