using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Slack.Tests.Http;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// Whatever two sources ask of a group's members, while its members go and come back, Slack misbehaves and the gateway
/// dies: after quiet Slack has whom they want and it can have, and nobody is out whom nobody took out. What is wanted
/// is kept in plain sets here, by what was asked for and nothing else.
/// </summary>
public class GroupPropertyTests
{
    private const string Other = "token-of-the-other-source";

    // Groups that live side by side; each has people of its own.
    private const int AtOnce = 20;
    private const int People = 7;
    private const int StepsOfEach = 9;

    public enum Weather
    {
        Fair,
        Foul,
        Deadly,
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(Weather.Fair, GroupMembership.Merge, 1)]
    [InlineData(Weather.Fair, GroupMembership.Overwrite, 2)]
    [InlineData(Weather.Foul, GroupMembership.Merge, 3)]
    [InlineData(Weather.Foul, GroupMembership.Overwrite, 4)]
    [InlineData(Weather.Deadly, GroupMembership.Merge, 5)]
    [InlineData(Weather.Deadly, GroupMembership.Overwrite, 6)]
    public Task Slack_ends_up_with_whom_the_sources_want(Weather weather, GroupMembership handling, int seed) =>
        LiveAsync(weather, handling, seed, rounds: 1);

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(Weather.Fair, GroupMembership.Merge, 7)]
    [InlineData(Weather.Foul, GroupMembership.Overwrite, 8)]
    [InlineData(Weather.Deadly, GroupMembership.Merge, 9)]
    public Task And_a_group_around_has_them_too_where_groups_are_flattened(
        Weather weather,
        GroupMembership handling,
        int seed
    ) => LiveAsync(weather, handling, seed, rounds: 1, isFlat: true);

    /// <summary>Has groups live for so many rounds, and looks at them after each.</summary>
    internal static async Task LiveAsync(
        Weather weather,
        GroupMembership handling,
        int seed,
        int rounds,
        bool isFlat = false
    )
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Clock = new HurriedClock(),
                OtherToken = Other,
                Preferences = DemoTenant.Lenient with
                {
                    GroupMembership = handling,
                    NestedGroups = isFlat ? NestedGroups.Flatten : NestedGroups.Keep,
                },
            }
        );
        using var providers = new Providers(gateway);
        for (var round = 0; round < rounds; round++)
        {
            var dice = new Random(seed + round);
            List<Life> lives = [];
            for (var i = 0; i < AtOnce; i++)
                lives.Add(new Life(gateway, providers, new Random(dice.Next()), $"r{round}g{i}", handling, isFlat));
            await Task.WhenAll(lives.Select(life => life.BeginAsync()));
            await gateway.QuietAsync();
            await Task.WhenAll(lives.Select(life => life.FillAsync()));

            await StirAsync(gateway, weather, dice.Next(1000));
            gateway.Life.Watch();
            var going = Task.WhenAll(lives.SelectMany(life => life.Actors()));
            if (weather == Weather.Deadly)
            {
                await Task.WhenAny(
                    going,
                    gateway.Life.ReachedAsync(Provisioning.Executing.Step.Called, dice.Next(20, 80))
                );
                providers.Ignore();
                await gateway.CrashAsync();
                providers.StartAgain();
                await Task.WhenAny(
                    going,
                    gateway.Life.ReachedAsync(Provisioning.Executing.Step.Called, dice.Next(20, 80))
                );
                await gateway.RestartAsync();
                providers.StartAgain();
            }
            await going;
            await StirAsync(gateway, Weather.Fair, 0);
            gateway.Slack.Faults.Clear();
            await gateway.QuietAsync();

            foreach (var life in lives)
                await life.CheckAsync($"{weather} {handling}, seed {seed}, round {round}");
        }
    }

    private static async Task StirAsync(Gateway gateway, Weather weather, int seed)
    {
        var isFoul = weather != Weather.Fair;
        await gateway.KnobAsync("faults.seed", seed);
        await gateway.KnobAsync("faults.drop_rate", isFoul ? 0.06 : 0);
        await gateway.KnobAsync("faults.hold_rate", isFoul ? 0.05 : 0);
        await gateway.KnobAsync("faults.hold_ms", 7_000);
        await gateway.KnobAsync("lock.hold_ms", isFoul ? 300 : 0);
        if (!isFoul)
            return;
        string[] faults =
        [
            """{"status":429,"description":"too_many_requests","retryAfter":2}""",
            """{"status":429,"description":"resource_locked","retryAfter":1}""",
            """{"status":500,"description":"group_members_create_failed"}""",
            """{"status":500,"description":"database_query_failure","effect":true}""",
            """{"drop":"after"}""",
            """{"drop":"before"}""",
            """{"answerDelayMs":12000}""",
            """{"status":503}""",
        ];
        for (var nth = 3; nth < 240; nth += 3)
        {
            var fault = JsonNode.Parse(faults[(nth / 3) % faults.Length])!;
            (fault["method"], fault["path"], fault["nth"]) = ("*", nth % 2 == 0 ? "/Groups/{id}" : "*", nth);
            await gateway.WeatherAsync(fault.ToJsonString());
        }
    }

    /// <summary>Two identity providers, which ask again until they are answered.</summary>
    private sealed class Providers(Gateway gateway) : IDisposable
    {
        private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };
        private CancellationTokenSource _life = new();
        private volatile bool _isDead;

        /// <summary>Whom the former process has not answered asks again.</summary>
        public void StartAgain()
        {
            _isDead = false;
            Interlocked.Exchange(ref _life, new CancellationTokenSource()).Cancel();
        }

        /// <summary>What a dead process would still say is not heard.</summary>
        public void Ignore() => _isDead = true;

        public async Task<(HttpStatusCode Status, JsonObject? Body)> AskAsync(
            HttpMethod method,
            string path,
            string? body = null,
            bool other = false
        )
        {
            // An answer that does not count is asked for again only after a while: a dying process gives many.
            for (var left = 1_500; ; left--, await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System))
                try
                {
                    using var request = new HttpRequestMessage(method, new Uri(gateway.Base, path));
                    request.Headers.Authorization = new AuthenticationHeaderValue(
                        "Bearer",
                        other ? Other : Gateway.Token
                    );
                    if (body is not null)
                        request.Content = new StringContent(body, Encoding.UTF8, "application/scim+json");
                    using var response = await _client.SendAsync(request, _life.Token);
                    var text = await response.Content.ReadAsStringAsync(_life.Token);
                    var isLater =
                        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
                    if (!_isDead && (!isLater || left == 0))
                        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject());
                }
                catch (Exception e)
                    when (e is HttpRequestException or IOException or OperationCanceledException && left > 0) { }
        }

        public void Dispose()
        {
            _client.Dispose();
            _life.Dispose();
        }
    }

    /// <summary>One group, its people, and what is wanted of them.</summary>
    private sealed class Life(
        Gateway gateway,
        Providers providers,
        Random dice,
        string name,
        GroupMembership handling,
        bool isFlat
    )
    {
        // Whom each source wants, by id; an id that was deleted counts no more.
        private readonly HashSet<string>[] _wanted =
        [
            [],
            [],
        ];
        private readonly HashSet<string> _perhaps = [];
        private readonly HashSet<string> _onlyInSlack = [];
        private readonly Dictionary<string, string> _addresses = [];
        private readonly HashSet<string> _gone = [];
        private readonly HashSet<string> _inactive = [];
        private readonly List<string> _log = [];
        private string[] _people = [];
        private string _group = "";
        private readonly string _name = name;
        private string _displayName = name;

        public async Task BeginAsync()
        {
            _people = [.. await Task.WhenAll(Enumerable.Range(0, People).Select(CreateAsync))];
            var (status, body) = await providers.AskAsync(HttpMethod.Post, "Groups", Group([_people[0]]));
            Assert.Equal(HttpStatusCode.Created, status);
            _group = (string)body!["id"]!;
            _wanted[0].Add(_people[0]);
            if (!isFlat)
                return;
            (status, _) = await providers.AskAsync(
                HttpMethod.Post,
                "Groups",
                GroupRequests.Group($"outer{_name}", _group)
            );
            Assert.Equal(HttpStatusCode.Created, status);
        }

        // Two are put into it in Slack, and an import has seen them.
        public async Task FillAsync()
        {
            await gateway.QuietAsync();
            var inSlack = SlackGroup();
            var members = new JsonArray();
            foreach (var person in new[] { _people[0], _people[1], _people[2] })
                members.Add(Account(person)["id"]!.DeepClone());
            gateway.Slack.Workspace.ChangeGroup((string)inSlack["id"]!, new JsonObject { ["members"] = members });
            foreach (var person in new[] { _people[1], _people[2] })
            {
                _onlyInSlack.Add(person);
                await using var kept = gateway.Kept();
                kept.Members.Add(
                    new Member
                    {
                        GroupId = new(Guid.Parse(_group)),
                        MemberId = new(Guid.Parse(person)),
                        InSlack = Tri.Yes,
                    }
                );
                await kept.SaveChangesAsync();
            }
        }

        public IEnumerable<Task> Actors()
        {
            var (mine, others, users) = (new Random(dice.Next()), new Random(dice.Next()), new Random(dice.Next()));
            yield return Task.Run(() => ActAsync(0, mine));
            yield return Task.Run(() => ActAsync(1, others));
            yield return Task.Run(() => MoveAsync(users));
        }

        // One source, a request after the other.
        private async Task ActAsync(int source, Random dice)
        {
            for (var step = 0; step < StepsOfEach; step++)
            {
                string[] people;
                lock (_log)
                    people = [.. _people, .. _gone.Take(1)];
                var some = people.OrderBy(_ => dice.Next()).Take(dice.Next(1, 4)).ToArray();
                var what = dice.Next(source == 0 ? 10 : 8);
                Note(source, $"{what} {string.Join(' ', some)}");
                var body = what switch
                {
                    0 or 1 or 2 => PatchOf($$"""{"op":"add","path":"members","value":{{List(some)}}}"""),
                    3 => PatchOf($$"""{"op":"remove","path":"members[value eq \"{{some[0]}}\"]"}"""),
                    4 => PatchOf($$"""{"op":"remove","path":"members","value":{{List(some)}}}"""),
                    5 => PatchOf($$"""{"op":"replace","path":"members","value":{{List(some)}}}"""),
                    6 => PatchOf("""{"op":"remove","path":"members"}"""),
                    7 => PatchOf(
                        $$"""{"op":"remove","path":"members[type eq \"User\" and value ne \"{{some[0]}}\"]"}""",
                        $$"""{"op":"add","path":"members","value":{{List(some)}}}"""
                    ),
                    8 => Group(dice.Next(3) == 0 ? null : some),
                    _ => PatchOf(
                        $$"""{"op":"replace","value":{"members":{{List(some)}},"displayName":"{{Rename()}}"} }"""
                    ),
                };
                var (status, answer) = await providers.AskAsync(
                    what == 8 ? HttpMethod.Put : HttpMethod.Patch,
                    $"Groups/{_group}",
                    body,
                    source == 1
                );
                Assert.True(
                    status is HttpStatusCode.NoContent or HttpStatusCode.OK,
                    $"{_name}: {status} {answer} to {body}"
                );
                lock (_log)
                    switch (what)
                    {
                        case 0 or 1 or 2:
                            Add(source, some);
                            break;
                        case 3:
                            Remove(source, some[0]);
                            break;
                        case 4:
                            foreach (var person in some)
                                Remove(source, person);
                            break;
                        case 8 when !body.Contains("members", StringComparison.Ordinal):
                        case 6:
                            _wanted[source].Clear();
                            break;
                        case 7:
                            _wanted[source].IntersectWith([some[0]]);
                            Add(source, some);
                            break;
                        default:
                            _wanted[source].Clear();
                            if (handling == GroupMembership.Overwrite && source == 0)
                            {
                                _onlyInSlack.Clear();
                                _perhaps.Clear();
                            }
                            Add(source, some);
                            break;
                    }
            }
        }

        // The people themselves: they leave, come back, are deleted, and come again under another id.
        private async Task MoveAsync(Random dice)
        {
            for (var step = 0; step < StepsOfEach; step++)
            {
                var at = dice.Next(People);
                var person = _people[at];
                var what = dice.Next(4);
                Note(2, $"{what} {person}");
                if (what == 3)
                {
                    // From when it is asked for, as nobody can tell what the gateway hears first.
                    lock (_log)
                        _gone.Add(person);
                    var (status, _) = await providers.AskAsync(HttpMethod.Delete, $"Users/{person}");
                    Assert.True(status is HttpStatusCode.NoContent or HttpStatusCode.NotFound, $"{status}");
                    var again = await CreateAsync(at);
                    lock (_log)
                    {
                        _people[at] = again;
                        Leave(person);
                    }
                }
                else
                {
                    var isActive = _inactive.Contains(person);
                    if (isActive)
                        _inactive.Remove(person);
                    else
                        _inactive.Add(person);
                    var (status, answer) = await providers.AskAsync(
                        HttpMethod.Patch,
                        $"Users/{person}",
                        Patch("active", isActive ? "true" : "false")
                    );
                    Assert.True(status == HttpStatusCode.OK, $"{_name}: {status} {answer}");
                    lock (_log)
                        Leave(person);
                }
            }
        }

        public async Task CheckAsync(string where)
        {
            var wanted = _wanted[0].Union(_wanted[1]).Except(_gone).ToHashSet();
            var slack = SlackGroup();
            var actual = Addresses(Members(slack));
            var expected = wanted.Except(_inactive).Union(_onlyInSlack).Select(id => _addresses[id]).Order().ToList();
            actual.RemoveAll(address => _perhaps.Contains(address) && !expected.Contains(address));
            Assert.True(
                expected.SequenceEqual(actual),
                $"{where}, {_name}: wanted [{string.Join(' ', expected)}], in Slack [{string.Join(' ', actual)}]\n{string.Join('\n', _log)}\n{string.Join('\n', _addresses)}\n{string.Join('\n', expected.Except(actual).Select(InSlack))}"
            );
            if (isFlat)
                // Nobody was put there by hand, and nobody else is said to be in it.
                Assert.Equal(
                    wanted.Except(_inactive).Select(id => _addresses[id]).Order(),
                    Addresses(Members(SlackGroup($"outer{_name}")))
                );
            foreach (var other in new[] { false, true })
            {
                var (_, shown) = await providers.AskAsync(HttpMethod.Get, $"Groups/{_group}", other: other);
                Assert.Equal(_displayName, (string?)shown!["displayName"]);
                Assert.Equal(
                    wanted.Order(StringComparer.Ordinal),
                    (shown["members"] as JsonArray ?? [])
                        .Select(m => (string)m!["value"]!)
                        .Order(StringComparer.Ordinal)
                );
            }
            Assert.Equal("Settled", gateway.State(_group));
        }

        // Whom Slack took out nobody puts back. But one who is wanted again before Slack heard that he was not has
        // never left.
        private void Leave(string person)
        {
            if (_onlyInSlack.Remove(person))
                _perhaps.Add(_addresses[person]);
        }

        private void Add(int source, IEnumerable<string> people)
        {
            foreach (var person in people)
            {
                _wanted[source].Add(person);
                Hear(person);
            }
        }

        private void Remove(int source, string person)
        {
            _wanted[source].Remove(person);
            Hear(person);
        }

        // A word about somebody settles what he was at Slack; about who is deleted it says nothing of who has the
        // address now.
        private void Hear(string person)
        {
            if (_gone.Contains(person))
            {
                Leave(person);
                return;
            }
            _perhaps.Remove(_addresses[person]);
            _onlyInSlack.Remove(person);
        }

        private async Task<string> CreateAsync(int at)
        {
            var who = $"{_name}p{at}";
            var (status, body) = await providers.AskAsync(HttpMethod.Post, "Users", User(who, $"{who}@corp.example"));
            if (status == HttpStatusCode.Conflict) // made, and the answer lost
                (status, body) = await FoundAsync(who);
            Assert.True(status is HttpStatusCode.Created or HttpStatusCode.OK, $"{status} {body}");
            var id = (string)body!["id"]!;
            lock (_log)
                _addresses[id] = $"{who}@corp.example";
            return id;
        }

        private async Task<(HttpStatusCode, JsonObject?)> FoundAsync(string who)
        {
            var (status, list) = await providers.AskAsync(HttpMethod.Get, $"Users?filter=userName%20eq%20%22{who}%22");
            return (status, list!["Resources"]!.AsArray().Single()!.AsObject());
        }

        private string Rename()
        {
            lock (_log)
                return _displayName = $"{_name} {_log.Count}";
        }

        private void Note(int who, string what)
        {
            lock (_log)
                _log.Add($"{who}: {what}");
        }

        private JsonObject SlackGroup(string? name = null) =>
            Assert.Single(Raw("groups"), group => ((string)group["displayName"]!).Split(' ')[0] == (name ?? _name));

        private static IEnumerable<string> Members(JsonObject group) =>
            (group["members"] as JsonArray ?? []).Select(member =>
                member is JsonObject one ? (string)one["value"]! : (string)member!
            );

        private JsonObject Account(string id) => InSlack(_addresses[id]);

        private JsonObject InSlack(string address) =>
            Raw("users").Single(user => user.ToJsonString().Contains($"\"{address}\"", StringComparison.Ordinal));

        private List<string> Addresses(IEnumerable<string> accounts)
        {
            var all = Raw("users")
                .ToDictionary(user => (string)user["id"]!, user => (string)user["emails"]![0]!["value"]!);
            return [.. accounts.Select(id => all[id]).Order()];
        }

        private List<JsonObject> Raw(string what) =>
            [
                .. JsonNode.Parse(gateway.Control.GetStringAsync(what).GetAwaiter().GetResult())![what]!
                    .AsArray()
                    .OfType<JsonObject>(),
            ];

        private string Group(IReadOnlyList<string>? members)
        {
            var listed = members is null ? "" : $"\"members\":{List(members)},";
            return $$"""
                {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],{{listed}}"displayName":"{{_displayName}}"}
                """;
        }

        private static string List(IEnumerable<string> people) =>
            $"[{string.Join(',', people.Select(person => $$"""{"value":"{{person}}"}"""))}]";
    }
}
