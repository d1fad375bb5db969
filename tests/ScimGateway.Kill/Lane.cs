using System.Globalization;
using System.Net.Sockets;

namespace ScimGateway.Kill;

/// <summary>
/// One gateway that is killed again and again on the same data, with a Slack of its own that survives.
/// </summary>
internal sealed class Lane(int number, KillOptions options, string store, string data, Figures figures)
    : IAsyncDisposable
{
    private const int Clients = 5;
    private const int PersonsOfAClient = 3;
    private const int SharedPersons = 3;
    private const int Teams = 3; // of all clients
    private const int RoundsBetweenChecks = 4;

    private static readonly double[] _timeLimits = [1, 1.5, 2.5];
    private static readonly TimeSpan _startLimit = TimeSpan.FromMinutes(3);

    private readonly Random _dice = new(HashCode(options.Seed, number));
    private readonly TimeSpan _timeLimit = TimeSpan.FromSeconds(_timeLimits[number % _timeLimits.Length]);
    private readonly Person[] _persons =
    [
        .. Enumerable.Range(0, (Clients * PersonsOfAClient) + SharedPersons).Select(i => NewPerson(number, i)),
    ];
    private readonly Team[] _teams =
    [
        .. Enumerable
            .Range(0, Teams)
            .Select(i => new Team(string.Create(CultureInfo.InvariantCulture, $"t{number}x{i}"))),
    ];
    private Service? _slack;
    private Weather? _weather;
    private Service? _gateway;
    private int _port;

    /// <summary>Runs rounds as long as some are left.</summary>
    public async Task RunAsync(Func<bool> takeRound)
    {
        _slack = Service.Start("ScimGateway.SlackEmulator", Service.FreePort(_dice), "--urls", "{url}");
        await UntilAsync(_slack, "_emulator/calls");
        _weather = new Weather(_slack.Url);
        _port = Service.FreePort(_dice);
        var round = 0;
        var check = new Check(_weather, store, "demo", _persons, _teams);
        try
        {
            while (takeRound())
            {
                round++;
                if (round % RoundsBetweenChecks == 0)
                {
                    await StartAsync();
                    await QuietAsync(check);
                    await EndAsync();
                }
                else
                    await RoundAsync();
                figures.Count("rounds");
            }
            // What the last rounds left.
            await StartAsync();
            await QuietAsync(check);
            figures.Count("calls to Slack", await _weather.CallsAsync());
        }
        catch (Exception e) when (e is ViolationException or HttpRequestException or SocketException)
        {
            throw new ViolationException(
                null,
                $"Lane {number}, round {round}, seed {options.Seed}, {options.Lanes} lanes: {e.Message}\n  the gateway said:\n{_gateway?.Said}"
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_slack is not null)
            await _slack.DisposeAsync();
        _weather?.Dispose();
    }

    private async Task RoundAsync()
    {
        await _weather!.ChangeAsync(_dice, _timeLimit);
        await StartAsync();
        using var stop = new CancellationTokenSource();
        var connections = Enumerable.Range(0, Clients).Select(_ => NewConnection()).ToArray();
        var clients = connections.Select(NewClient).ToArray();
        var work = clients.Select(c => c.WorkAsync(stop.Token)).ToArray();
        var time =
            _dice.Next(2) == 0 ? _dice.Next(50, 1_000) : _dice.Next(1_000, (int)_timeLimit.TotalMilliseconds + 1_500);
        // A client that finds something wrong ends the round.
        var broken = Task.WhenAny(work.Select(w => w.ContinueWith(_ => { }, TaskScheduler.Default)));
        await Task.WhenAny(
            broken,
            Task.Delay(TimeSpan.FromMilliseconds(time), TimeProvider.System, CancellationToken.None)
        );
        if (_gateway!.HasEnded)
            throw new ViolationException(null, "the gateway ended by itself");
        await stop.CancelAsync(); // no request begins any more; those under way meet their end
        await EndAsync();
        await Task.WhenAll(work);
        foreach (var connection in connections)
            connection.Dispose();
        foreach (var person in _persons)
            person.ProcessEnded("the gateway ended");
        foreach (var team in _teams)
            team.ProcessEnded("the gateway ended");
    }

    // Mostly it is killed; now and then it is asked to stop, as when it is updated.
    private async Task EndAsync()
    {
        if (_dice.Next(8) > 0)
        {
            figures.Count("killed");
            await _gateway!.KillAsync();
        }
        else if (await _gateway!.StopAsync(TimeSpan.FromSeconds(20)))
            figures.Count("stopped");
        else
            throw new ViolationException(null, "the gateway did not stop within 20 s of SIGTERM");
    }

    private async Task StartAsync()
    {
        // Killed before it ever answers: what is done at a start must bear it, too.
        for (var early = _dice.Next(6) == 0 ? _dice.Next(1, 3) : 0; early > 0; early--)
        {
            NewGateway();
            await Task.Delay(TimeSpan.FromMilliseconds(_dice.Next(1_000)), TimeProvider.System, CancellationToken.None);
            await _gateway!.DisposeAsync();
            figures.Count("killed at start");
        }
        NewGateway();
        await UntilAsync(_gateway!, "demo/scim/v2/ServiceProviderConfig");
    }

    private void NewGateway()
    {
        var old = _gateway;
        _gateway = Service.Start(
            "ScimGateway.Host",
            _port,
            "demo",
            "--urls",
            "{url}",
            "--slack",
            _slack!.Url.ToString().TrimEnd('/'),
            "--store",
            store,
            "--data",
            data,
            "--token",
            Connection.Token,
            "--slack-time-limit",
            _timeLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture)
        );
        _ = old?.DisposeAsync().AsTask();
    }

    private async Task QuietAsync(Check check)
    {
        await _weather!.CalmAsync();
        using var connection = NewConnection();
        var client = NewClient(connection, Clients); // one that reads only
        await check.MirrorAsync(client);
        await check.QuietAsync(_timeLimit);
        await check.MirrorAsync(client);
        figures.Count("checks");
        figures.Count("members checked", (await _weather.GroupsAsync()).Sum(group => group.Members.Count));
    }

    private static async Task UntilAsync(Service service, string path)
    {
        using var http = new HttpClient { BaseAddress = service.Url };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Connection.Token);
        using var limit = new CancellationTokenSource(_startLimit, TimeProvider.System);
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(path, limit.Token);
                if (answer.IsSuccessStatusCode)
                    return;
                throw new ViolationException(null, $"{path} was answered {(int)answer.StatusCode}");
            }
            catch (Exception e) when (e is HttpRequestException or SocketException && !service.HasEnded)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                throw new ViolationException(
                    null,
                    $"it did not start within {_startLimit.TotalSeconds} s:\n{service.Said}"
                );
            }
        }
    }

    private Connection NewConnection()
    {
        var scim = new Uri(_gateway!.Url, "demo/scim/v2/");
        return new Connection(() => scim);
    }

    private Client NewClient(Connection connection, int number)
    {
        var dice = new Random(_dice.Next());
        return new Client(
            connection,
            dice,
            [
                .. _persons.Skip(number * PersonsOfAClient).Take(PersonsOfAClient),
                .. _persons.Skip(Clients * PersonsOfAClient),
            ],
            new TeamClient(connection, dice, _teams, _persons, figures),
            figures
        );
    }

    private static Person NewPerson(int lane, int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"p{lane}x{number}");
        return new Person(name, [$"{name}@corp.example", $"{name}@home.example"]);
    }

    private static int HashCode(int seed, int lane) => unchecked((seed * 31) + lane);
}
