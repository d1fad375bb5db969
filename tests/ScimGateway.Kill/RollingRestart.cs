using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimGateway.Kill;

/// <summary>
/// Restarts each instance of a cluster in turn under 50 requests a second, as an upgrade does, and then kills one: what
/// clients noticed.
/// </summary>
internal sealed class RollingRestart(KillOptions options, string store, string data, Figures figures)
{
    private const int Tenants = 3;
    private const int RequestsASecond = 50;

    // Slack takes three writes a second of a tenant: more would measure its limits.
    private const int RequestsOfAWrite = 16;

    private static readonly TimeSpan _untilEnd = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan _slow = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentQueue<Asked> _asked = new();
    private Gateways _gateways = null!;
    private long _began;
    private (Connection Connection, string Id)[] _people = [];

    private readonly record struct Asked(int Tenant, long Begun, TimeSpan Took, int? Status, string Said);

    public async Task RunAsync()
    {
        var dice = new Random(options.Seed);
        var program = "ScimGateway.Host";
        _gateways = await Gateways.StartAsync(
            "r",
            options.Instances,
            Tenants,
            dice,
            store,
            data,
            figures,
            options.Former ?? program
        );
        await using var gateways = _gateways;
        gateways.Program = program;
        _people = await Task.WhenAll(gateways.Customers.Select(one => one.PersonAsync(gateways.Balancer.Next)));
        await PhaseAsync("restarts", RestartAllAsync);
        await PhaseAsync("kill", KillOneAsync);
        foreach (var (connection, _) in _people)
            connection.Dispose();
    }

    private async Task RestartAllAsync()
    {
        foreach (var instance in _gateways.Instances)
        {
            Tell($"instance {instance.Number} is to stop");
            if (!await instance.StopAsync())
                throw new ViolationException(null, "an instance did not stop within 40 s of SIGTERM");
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None); // it is seen to be away
            Tell($"instance {instance.Number} has stopped");
            await _gateways.AllReadyAsync();
            Tell($"instance {instance.Number} is ready again");
        }
    }

    private async Task KillOneAsync()
    {
        var instance = _gateways.Instances[0];
        instance.DownUntil = TimeProvider.System.GetUtcNow().AddSeconds(10);
        Tell($"instance {instance.Number} is killed");
        await instance.KillAsync();
        await Task.Delay(_untilEnd, TimeProvider.System, CancellationToken.None);
    }

    // Requests come when they come, whether or not those before them were answered.
    private async Task PhaseAsync(string name, Func<Task> happens)
    {
        _asked.Clear();
        _began = TimeProvider.System.GetTimestamp();
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, CancellationToken.None);
        await happens();
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, CancellationToken.None);
        await stop.CancelAsync();
        await load;
        var all = _asked.ToList();
        var failed = all.Where(one => one.Status is not (>= 200 and < 300)).ToList();
        var took = all.Select(one => one.Took).Order().ToList();
        figures.Count($"{name}: requests", all.Count);
        figures.Count($"{name}: failed", failed.Count);
        figures.Count($"{name}: p50 ms", (long)took[took.Count / 2].TotalMilliseconds);
        figures.Count($"{name}: p99 ms", (long)took[took.Count * 99 / 100].TotalMilliseconds);
        figures.Count($"{name}: longest ms", (long)took[^1].TotalMilliseconds);
        figures.Count(
            $"{name}: longest gap ms",
            (long)Enumerable.Range(0, Tenants).Max(t => Gap(all, t)).TotalMilliseconds
        );
        foreach (
            var slow in all.Where(one => one.Took > _slow).GroupBy(one => (one.Tenant, At(one.Begun + Ticks(one.Took))))
        )
            Console.WriteLine(
                $"{name}: at {slow.Key.Item2} s tenant-{slow.Key.Tenant + 1} answers {slow.Count()} that waited, the longest {slow.Max(one => one.Took.TotalSeconds):0.0} s"
            );
        foreach (var one in failed.GroupBy(one => one.Said).Take(5))
            Console.WriteLine($"{name}: {one.Count()} times {one.Key}");
    }

    // For how long nothing that was begun for a tenant succeeded.
    private static TimeSpan Gap(List<Asked> all, int tenant)
    {
        var ends = all.Where(one => one.Tenant == tenant && one.Status is >= 200 and < 300)
            .Select(one => one.Begun + Ticks(one.Took))
            .Order()
            .ToList();
        return ends.Zip(ends.Skip(1))
            .Select(two => TimeProvider.System.GetElapsedTime(two.First, two.Second))
            .DefaultIfEmpty()
            .Max();
    }

    private static long Ticks(TimeSpan took) => (long)(took.TotalSeconds * TimeProvider.System.TimestampFrequency);

    private string At(long timestamp) =>
        TimeProvider
            .System.GetElapsedTime(_began, timestamp)
            .TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    private void Tell(string what) => Console.WriteLine($"{At(TimeProvider.System.GetTimestamp())} s: {what}");

    private async Task LoadAsync(CancellationToken stop)
    {
        var underWay = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / RequestsASecond));
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            underWay.Add(AskAsync(i));
        }
        await Task.WhenAll(underWay);
    }

    private async Task AskAsync(int number)
    {
        var tenant = number % Tenants;
        var (connection, id) = _people[tenant];
        var begun = TimeProvider.System.GetTimestamp();
        var (status, body, said) =
            number / Tenants % RequestsOfAWrite == 0
                ? await connection.SendAsync(HttpMethod.Patch, $"Users/{id}", Title(number), null, hangUp: null)
                : await connection.SendAsync(HttpMethod.Get, $"Users/{id}", null, null, hangUp: null);
        _asked.Enqueue(
            new Asked(
                tenant,
                begun,
                TimeProvider.System.GetElapsedTime(begun),
                status,
                $"{said} {(string?)body?["detail"]}"
            )
        );
    }

    /// <summary>A PATCH of a person's title.</summary>
    public static JsonObject Title(int number) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
            ["Operations"] = new JsonArray(
                new JsonObject
                {
                    ["op"] = "replace",
                    ["path"] = "title",
                    ["value"] = string.Create(CultureInfo.InvariantCulture, $"Engineer {number}"),
                }
            ),
        };
}
