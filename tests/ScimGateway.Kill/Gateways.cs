using System.Globalization;
using Npgsql;

namespace ScimGateway.Kill;

/// <summary>
/// A cluster of gateways on one database, its tenants, its pretend Slack, a balancer in front, and a supervisor that starts
/// again what has ended.
/// </summary>
internal sealed class Gateways : IAsyncDisposable
{
    private static readonly TimeSpan _untilReady = TimeSpan.FromMinutes(2);

    private readonly Random _dice;
    private readonly string _data;
    private readonly string _store;
    private readonly Figures _figures;
    private readonly CancellationTokenSource _ending = new();
    private readonly Service _slack;
    private Task _supervising = Task.CompletedTask;

    private Gateways(int instances, Random dice, string store, string data, Figures figures, string program)
    {
        (_dice, _data, _store, _figures, Program) = (dice, data, store, figures, program);
        Way = new DatabaseWay(store);
        _slack = Service.Start("ScimGateway.SlackEmulator", Service.FreePort(dice), "--urls", "{url}");
        Instances =
        [
            .. Enumerable
                .Range(1, instances)
                .Select(i => new Instance(
                    i,
                    Service.FreePort(dice),
                    Service.FreePort(dice),
                    Service.FreePort(dice),
                    StartOne
                )),
        ];
        Balancer = new Balancer(Instances.Select(one => one.Url));
    }

    public DatabaseWay Way { get; }

    public Instance[] Instances { get; }

    public Balancer Balancer { get; }

    public Customer[] Customers { get; private set; } = [];

    /// <summary>The program that instances are started with from now on.</summary>
    public string Program { get; set; }

    /// <summary>What all of them have said.</summary>
    public string Said =>
        string.Join(
            '\n',
            Instances.Select(
                (one, i) =>
                    $"  the instance at {one.Silo}, whose /health/ready says '{Balancer.Says(i)}', said:\n{one.Said}"
            )
        );

    /// <summary>What the sessions at the database do, and which of them hold or wait for an advisory lock.</summary>
    public async Task<string> SessionsAsync()
    {
        await using var source = NpgsqlDataSource.Create(_store);
        await using var command = source.CreateCommand(
            "select string_agg(concat_ws(' ', pid, state, wait_event, now() - state_change, (select string_agg(concat_ws('/', objid, mode, granted), ',') from pg_locks l where l.pid = a.pid and locktype = 'advisory'), left(query, 200)), E'\\n' order by backend_start) from pg_stat_activity a where datname = current_database() and pid <> pg_backend_pid()"
        );
        return $"  the database's sessions:\n{await command.ExecuteScalarAsync()}";
    }

    /// <summary>All of it at work, with so many tenants that are live.</summary>
    public static async Task<Gateways> StartAsync(
        string name,
        int instances,
        int tenants,
        Random dice,
        string store,
        string data,
        Figures figures,
        string program = "ScimGateway.Host"
    )
    {
        var started = new Gateways(instances, dice, store, data, figures, program);
        try
        {
            await started.StartAsync(name, tenants);
            return started;
        }
        catch (ViolationException e)
        {
            var said = started.Said;
            await started.DisposeAsync();
            throw new ViolationException(null, $"{e.Message}\n{said}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _supervising.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var instance in Instances)
            await instance.DisposeAsync();
        await Balancer.DisposeAsync();
        foreach (var customer in Customers)
            customer.Dispose();
        await _slack.DisposeAsync();
        await Way.DisposeAsync();
        _ending.Dispose();
    }

    /// <summary>Waits until all instances are ready.</summary>
    public Task AllReadyAsync() => UntilAsync(() => Balancer.AreAllReady);

    private async Task StartAsync(string name, int tenants)
    {
        ClusterFiles.WriteOwn(MasterKey, ClusterFiles.MasterKey());
        ClusterFiles.WriteOwn(Certificate, ClusterFiles.Certificate());
        Instances[0].Start("--init");
        await UntilAsync(() => Directory.Exists(FolderOf(Instances[0])) && KeyFile() is not null);
        foreach (var instance in Instances.Skip(1))
            instance.Start();
        await AllReadyAsync();
        var key = (await File.ReadAllTextAsync(KeyFile()!)).Trim();
        Customers = [.. Enumerable.Range(1, tenants).Select(i => new Customer(name, i, _slack.Url, _store, _figures))];
        foreach (var customer in Customers)
            await customer.SetUpAsync(Instances[0].Url, key);
        _supervising = SuperviseAsync();
    }

    private Service StartOne(Instance instance, string[] more) =>
        Service.Start(
            Program,
            instance.Port,
            [
                "serve",
                "--urls",
                "{url}",
                "--data",
                FolderOf(instance),
                "--slack",
                _slack.Url.ToString().TrimEnd('/'),
                "--store",
                Way.Address,
                "--master-key-file",
                MasterKey,
                "--cluster",
                "kill",
                "--cluster-address",
                instance.Silo,
                "--cluster-certificate",
                Certificate,
                "--metrics-url",
                instance.Metrics.ToString().TrimEnd('/'),
                .. more,
            ]
        );

    // As what runs containers does.
    private async Task SuperviseAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            foreach (var instance in Instances)
                if (instance.HasEnded && TimeProvider.System.GetUtcNow() >= instance.DownUntil)
                {
                    instance.DownUntil = TimeProvider.System.GetUtcNow().AddSeconds(1);
                    instance.Start();
                    _figures.Count("started again");
                }
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, _ending.Token);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > _untilReady)
                throw new ViolationException(null, $"not all are ready after {_untilReady.TotalSeconds} s");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    private string MasterKey => Path.Combine(_data, "master.key");

    private string Certificate => Path.Combine(_data, "cluster.pem");

    private string FolderOf(Instance instance) =>
        Path.Combine(_data, instance.Number.ToString(CultureInfo.InvariantCulture));

    private string? KeyFile() => Directory.EnumerateFiles(FolderOf(Instances[0]), "sga_*.key").SingleOrDefault();
}
