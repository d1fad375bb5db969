using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimGateway.Load;

/// <summary>
/// Members, one at a time: what one costs in a small group and in a large one, and how many a second go into one group
/// within Slack's limits.
/// </summary>
internal static class MemberChanges
{
    private const string Path = "/demo/scim/v2/";
    private const string Link = "urn:scimgateway:schemas:link:1.0";
    private const int Small = 10;
    private const int Page = 1_000;

    // As long as a request may wait for Slack, unless the tenant prefers another time.
    private static readonly TimeSpan _waitBudget = TimeSpan.FromSeconds(8);

    /// <summary>The CPU of one member into a large group over that of one into a group of ten, side by side.</summary>
    public static async Task CompareAsync(Arguments arguments)
    {
        var server = Server.Parse("gateway", arguments.Text("--gateway"));
        using var client = Client(server.Url, arguments);
        var (large, rounds, times) = (
            arguments.Number("--members", 14_900),
            arguments.Number("--rounds", 9),
            arguments.Number("--times", 200)
        );
        var people = await PeopleAsync(client, large + 1);
        var one = people[large].Id;
        string[] groups =
        [
            await MakeAsync(client, "Small", people.Take(Small)),
            await MakeAsync(client, "Large", people.Take(large)),
        ];
        var costs = new List<double>[] { [], [] };
        for (var round = -2; round < rounds; round++) // code gets compiled first
        for (var which = 0; which < groups.Length; which++)
        {
            var before = server.Spent();
            for (var i = 0; i < times; i++)
                await ChangeAsync(client, groups[which], one, adds: i % 2 == 0);
            if (round >= 0)
                costs[which].Add((server.Spent() - before) / times);
        }
        var ratio = Median([.. costs[1].Zip(costs[0], (a, b) => a / b)]);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"one member: {Median(costs[0]):F0} us of CPU in a group of {Small}, {Median(costs[1]):F0} us in one of {large}: {ratio:F2} times"
            )
        );
    }

    /// <summary>So many members a second into one group.</summary>
    public static async Task PaceAsync(Arguments arguments)
    {
        using var client = Client(arguments.Url("--url"), arguments);
        using var slack = new HttpClient { BaseAddress = arguments.Url("--slack") };
        var (rate, seconds) = (arguments.Number("--rate", 25), arguments.Number("--seconds", 60));
        var people = await PeopleAsync(client, rate * seconds);
        var group = await MakeAsync(client, "Crew", []);
        var slackGroup = (string)
            (await JsonAsync(client, $"{Path}Groups/{group}?attributes={Link}:slackId"))[Link]!["slackId"]!;
        await slack.DeleteAsync(new Uri("/_emulator/calls", UriKind.Relative));

        var (inTime, taken) = (0, new double[people.Count]);
        var answered = new List<Task>();
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / rate));
        for (var i = 0; i < people.Count; i++)
        {
            await ticks.WaitForNextTickAsync();
            answered.Add(AddAsync(i));
        }
        await Task.WhenAll(answered);
        var began = Stopwatch.GetTimestamp();
        while (await InAsync() < people.Count && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        var calls = await JsonAsync(slack, "/_emulator/calls");
        Array.Sort(taken);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{people.Count} members at {rate} a second: {100.0 * inTime / people.Count:F1} % answered in time and in Slack by then, "
                    + $"p50 {taken[taken.Length / 2]:F0} ms, longest {taken[^1]:F0} ms; all in Slack {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms after the last answer; "
                    + $"calls {calls["byOperation"]!.ToJsonString()}, of them refused for their number: {calls["byStatus"]!["429"] ?? 0}"
            )
        );

        async Task AddAsync(int i)
        {
            var from = Stopwatch.GetTimestamp();
            await ChangeAsync(client, group, people[i].Id, adds: true);
            var took = Stopwatch.GetElapsedTime(from);
            taken[i] = took.TotalMilliseconds;
            if (
                took <= _waitBudget
                && (await MembersAsync()).Contains($"\"{people[i].SlackId}\"", StringComparison.Ordinal)
            )
                Interlocked.Increment(ref inTime);
        }

        Task<string> MembersAsync() =>
            slack.GetStringAsync(new Uri($"/_emulator/groups/{slackGroup}", UriKind.Relative));

        async Task<int> InAsync() => JsonNode.Parse(await MembersAsync())!["members"]!.AsArray().Count;
    }

    private static HttpClient Client(Uri url, Arguments arguments)
    {
        var client = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {arguments.Text("--token")}");
        return client;
    }

    private static async Task<List<(string Id, string SlackId)>> PeopleAsync(HttpClient client, int count)
    {
        var people = new List<(string, string)>();
        while (people.Count < count)
        {
            var page = await JsonAsync(
                client,
                $"{Path}Users?startIndex={people.Count + 1}&count={Math.Min(Page, count - people.Count)}&attributes=id,{Link}:slackId"
            );
            if (page["Resources"] is not JsonArray { Count: > 0 } users)
                throw new InvalidDataException($"There are {people.Count} users only.");
            people.AddRange(users.Select(user => ((string)user!["id"]!, (string)user[Link]!["slackId"]!)));
        }
        return people;
    }

    private static async Task<string> MakeAsync(
        HttpClient client,
        string name,
        IEnumerable<(string Id, string SlackId)> members
    )
    {
        var body =
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"members":[{{string.Join(',', members.Select(m => $$"""{"value":"{{m.Id}}"}"""))}}],"displayName":"{{name}}"}""";
        using var response = await client.PostAsync(new Uri(Path + "Groups", UriKind.Relative), Content(body));
        var answer = await response.Content.ReadAsStringAsync();
        return response.StatusCode == HttpStatusCode.Created
            ? (string)JsonNode.Parse(answer)!["id"]!
            : throw new InvalidDataException($"The group was answered {response.StatusCode}: {answer}");
    }

    private static async Task ChangeAsync(HttpClient client, string group, string member, bool adds)
    {
        using var response = await client.PatchAsync(
            new Uri($"{Path}Groups/{group}", UriKind.Relative),
            Content(Groups.Change(member, adds))
        );
        if (response.StatusCode != HttpStatusCode.NoContent)
            throw new InvalidDataException($"A change was answered {response.StatusCode}.");
    }

    private static StringContent Content(string body) => new(body, Encoding.UTF8, "application/scim+json");

    private static async Task<JsonNode> JsonAsync(HttpClient client, string path) =>
        JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
