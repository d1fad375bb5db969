using System.Globalization;
using System.Net.Sockets;

namespace ScimGateway.Kill;

/// <summary>
/// A cluster whose instances are killed, stopped, held up and cut off again and again while clients write by all of them.
/// </summary>
internal sealed class ClusterLane(int number, KillOptions options, string store, string data, Figures figures)
{
    private const int Tenants = 3;
    private const int EventsBetweenChecks = 12;

    private static readonly TimeSpan _timeLimit = TimeSpan.FromSeconds(10);

    // By then an instance has given up whatever nobody waits for.
    private static readonly TimeSpan _untilEnded = TimeSpan.FromSeconds(12);

    private readonly Random _dice = new(unchecked((options.Seed * 31) + number));
    private readonly List<Task> _happening = [];

    /// <summary>Has one thing after another happen as long as some are left.</summary>
    public async Task RunAsync(Func<bool> takeEvent)
    {
        await using var gateways = await Gateways.StartAsync(
            number.ToString(CultureInfo.InvariantCulture),
            options.Instances,
            Tenants,
            _dice,
            store,
            data,
            figures
        );
        try
        {
            while (await RoundAsync(gateways, takeEvent))
                await QuietAsync(gateways);
            await QuietAsync(gateways);
            foreach (var customer in gateways.Customers)
                figures.Count("calls to Slack", await customer.Weather.CallsAsync());
        }
        catch (Exception e) when (e is ViolationException or HttpRequestException or SocketException)
        {
            throw new ViolationException(
                null,
                $"Lane {number}, seed {options.Seed}, {options.Lanes} lanes: {e.Message}\n{gateways.Said}\n{await gateways.SessionsAsync()}"
            );
        }
    }

    // Whether more is to come.
    private async Task<bool> RoundAsync(Gateways gateways, Func<bool> takeEvent)
    {
        using var stop = new CancellationTokenSource();
        var work = gateways.Customers.SelectMany(one => one.Work(gateways.Balancer.Next, _dice, stop.Token)).ToList();
        var broken = Task.WhenAny(work.Select(one => one.ContinueWith(_ => { }, TaskScheduler.Default)));
        var isMore = true;
        for (var events = 0; events < EventsBetweenChecks && !broken.IsCompleted; events++)
        {
            if (!(isMore = takeEvent()))
                break;
            await HappenAsync(gateways);
            figures.Count("events");
            await Task.WhenAny(broken, PauseAsync(_dice.Next(500, 3_500)));
        }
        await stop.CancelAsync();
        await Task.WhenAll(_happening); // each comes to its end, and heals
        _happening.Clear();
        await Task.WhenAll(work);
        return isMore;
    }

    private async Task HappenAsync(Gateways gateways)
    {
        var instance = gateways.Instances[_dice.Next(gateways.Instances.Length)];
        switch (_dice.Next(24))
        {
            case < 7:
                await KillAsync(instance);
                break;
            case 7:
                foreach (var each in gateways.Instances)
                    await KillAsync(each);
                break;
            case < 12:
                _happening.Add(StopAsync(instance));
                break;
            case < 17:
                _happening.Add(
                    HoldAsync(instance, _dice.Next(3) == 0 ? _dice.Next(5_000, 20_000) : _dice.Next(200, 5_000))
                );
                break;
            case < 19:
                figures.Count("connections cut");
                gateways.Way.CutAll();
                break;
            case < 21:
                _happening.Add(ShutAsync(gateways.Way, _dice.Next(500, 8_000)));
                break;
            case < 22:
                _happening.Add(StandStillAsync(gateways.Way, _dice.Next(500, 5_000)));
                break;
            default:
                figures.Count("other weather");
                foreach (var customer in gateways.Customers)
                    await customer.Weather.ChangeAsync(_dice, TimeSpan.FromSeconds(2));
                break;
        }
    }

    private async Task KillAsync(Instance instance)
    {
        if (instance.HasEnded)
            return;
        instance.DownUntil = TimeProvider
            .System.GetUtcNow()
            .AddMilliseconds(_dice.Next(3) == 0 ? _dice.Next(8_000) : 0);
        figures.Count("killed");
        await instance.KillAsync();
    }

    private async Task StopAsync(Instance instance)
    {
        if (instance.HasEnded || instance.IsHeld)
            return;
        figures.Count("stopped");
        if (!await instance.StopAsync() && !instance.IsHeld)
            throw new ViolationException(null, $"the instance at {instance.Silo} did not stop within 40 s of SIGTERM");
    }

    private async Task HoldAsync(Instance instance, int milliseconds)
    {
        if (instance.HasEnded || instance.IsHeld)
            return;
        figures.Count("held up");
        instance.Hold(true);
        await PauseAsync(milliseconds);
        instance.Hold(false);
    }

    private async Task ShutAsync(DatabaseWay way, int milliseconds)
    {
        figures.Count("database away");
        way.IsShut = true;
        way.CutAll();
        await PauseAsync(milliseconds);
        way.IsShut = false;
    }

    private async Task StandStillAsync(DatabaseWay way, int milliseconds)
    {
        figures.Count("database still");
        way.IsStill = true;
        await PauseAsync(milliseconds);
        way.IsStill = false;
    }

    private async Task QuietAsync(Gateways gateways)
    {
        foreach (var customer in gateways.Customers)
            await customer.Weather.CalmAsync();
        await gateways.AllReadyAsync();
        await Task.Delay(_untilEnded, TimeProvider.System, CancellationToken.None);
        foreach (var customer in gateways.Customers)
            customer.AllEnded();
        await Task.WhenAll(
            gateways.Customers.Select(one =>
                one.CheckAsync(gateways.Balancer.Next, new Random(_dice.Next()), _timeLimit)
            )
        );
        figures.Count("checks");
    }

    private static Task PauseAsync(int milliseconds) =>
        Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, CancellationToken.None);
}
