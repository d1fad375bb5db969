using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;

namespace ScimGateway.Kill;

/// <summary>One tenant of a cluster: its organization at the pretend Slack, and the persons and teams of its provider.</summary>
internal sealed class Customer : IDisposable
{
    private const int Clients = 2;
    private const int PersonsOfAClient = 3;
    private const int SharedPersons = 2;
    private const int Teams = 2; // of both clients

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly Person[] _persons;
    private readonly Team[] _teams;
    private readonly Check _check;
    private readonly Figures _figures;
    private readonly HttpClient _admin = new();
    private string _token = "";
    private string _key = "";

    public Customer(string lane, int number, Uri slack, string store, Figures figures)
    {
        (Number, _figures) = (number, figures);
        Slug = string.Create(CultureInfo.InvariantCulture, $"tenant-{number}");
        Weather = new Weather(slack, number);
        _persons =
        [
            .. Enumerable
                .Range(0, (Clients * PersonsOfAClient) + SharedPersons)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"p{lane}x{number}x{i}"))
                .Select(name => new Person(name, [$"{name}@corp.example", $"{name}@home.example"])),
        ];
        _teams =
        [
            .. Enumerable
                .Range(0, Teams)
                .Select(i => new Team(string.Create(CultureInfo.InvariantCulture, $"t{lane}x{number}x{i}"))),
        ];
        _check = new Check(Weather, store, Slug, _persons, _teams);
    }

    public int Number { get; }

    public string Slug { get; }

    public Weather Weather { get; }

    /// <summary>By what its provider is let in.</summary>
    public string Token => _token;

    /// <summary>Makes it at a gateway: connected, imported, live, and with a credential.</summary>
    public async Task SetUpAsync(Uri gateway, string key)
    {
        _key = key;
        await AskAsync(HttpMethod.Post, "tenants", $$"""{"slug":"{{Slug}}","name":"A tenant"}""");
        // Its people come and go more often than any operator would have it.
        await AskAsync(
            HttpMethod.Patch,
            $"tenants/{Slug}/preferences",
            """{"guardedAccounts":0,"guardedMembers":0,"guardedGroups":0,"guardedAddresses":0}"""
        );
        await AskAsync(
            HttpMethod.Put,
            $"tenants/{Slug}/connection",
            $$"""{"token":"{{SlackEmulatorServer.TokenOf(Number)}}"}"""
        );
        for (
            var begun = TimeProvider.System.GetTimestamp();
            !(await AskAsync(HttpMethod.Get, $"tenants/{Slug}/jobs?kind=import"))!["items"]!
                .AsArray()
                .Any(job => (string?)job!["state"] == "done");

        )
        {
            if (TimeProvider.System.GetElapsedTime(begun) > _patience)
                throw new ViolationException(null, $"the import of {Slug} does not end");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
        var job = await AskAsync(HttpMethod.Post, $"tenants/{Slug}/enable");
        if ((string?)job?["state"] == "toConfirm")
            await AskAsync(HttpMethod.Post, $"tenants/{Slug}/jobs/{job["id"]}/confirm");
        var source = await AskAsync(HttpMethod.Post, $"tenants/{Slug}/sources", """{"name":"Provider"}""");
        var credential = await AskAsync(
            HttpMethod.Post,
            $"tenants/{Slug}/sources/{source!["id"]}/credentials",
            """{"kind":"bearer"}"""
        );
        _token = (string)credential!["secret"]!;

        Task<JsonNode?> AskAsync(HttpMethod method, string path, string? body = null) =>
            this.AskAsync(gateway, method, path, body);
    }

    /// <summary>Asks as an administrator.</summary>
    public async Task<JsonNode?> AskAsync(Uri gateway, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(gateway, $"/admin/api/v1/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _admin.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? text.Length == 0
                ? null
                : JsonNode.Parse(text)
            : throw new ViolationException(null, $"{method} {path} was answered {(int)response.StatusCode}: {text}");
    }

    /// <summary>A person that is there, and a way to it.</summary>
    public async Task<(Connection Connection, string Id)> PersonAsync(Func<Uri> gateway)
    {
        var connection = NewConnection(gateway);
        var person = _persons[0];
        var wish = new Wish(person.NewKey(), true, "Ada", null, null, person.Addresses[0]);
        var (_, body, said) = await connection.SendAsync(
            HttpMethod.Post,
            "Users",
            wish.ToScim(person.UserName),
            null,
            hangUp: null
        );
        return (
            connection,
            (string?)body?["id"] ?? throw new ViolationException(null, $"a person was answered {said}")
        );
    }

    /// <summary>Its provider's clients at work until they are told to stop, or find something wrong.</summary>
    public IEnumerable<Task> Work(Func<Uri> gateway, Random dice, CancellationToken stop) =>
        Enumerable
            .Range(0, Clients)
            .Select(async number =>
            {
                using var connection = NewConnection(gateway);
                await NewClient(connection, number, new Random(dice.Next())).WorkAsync(stop);
            })
            .ToList();

    /// <summary>What was not done by now never will be.</summary>
    public void AllEnded()
    {
        foreach (var person in _persons)
            person.ProcessEnded("all is quiet");
        foreach (var team in _teams)
            team.ProcessEnded("all is quiet");
    }

    /// <summary>After quiet all is as it should be, and stays so.</summary>
    public async Task CheckAsync(Func<Uri> gateway, Random dice, TimeSpan timeLimit)
    {
        using var connection = NewConnection(gateway);
        var client = NewClient(connection, Clients, dice); // one that reads only
        await _check.MirrorAsync(client);
        await _check.QuietAsync(timeLimit);
        await _check.MirrorAsync(client);
        _figures.Count("members checked", (await Weather.GroupsAsync()).Sum(group => group.Members.Count));
    }

    public void Dispose()
    {
        Weather.Dispose();
        _admin.Dispose();
    }

    /// <summary>A client of its provider.</summary>
    public Connection NewConnection(Func<Uri> gateway) => new(() => new Uri(gateway(), $"{Slug}/scim/v2/"), _token);

    private Client NewClient(Connection connection, int number, Random dice) =>
        new(
            connection,
            dice,
            [
                .. _persons.Skip(number * PersonsOfAClient).Take(PersonsOfAClient),
                .. _persons.Skip(Clients * PersonsOfAClient),
            ],
            new TeamClient(connection, dice, _teams, _persons, _figures),
            _figures
        );
}
