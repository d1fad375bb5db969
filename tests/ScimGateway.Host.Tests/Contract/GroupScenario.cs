using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Writing;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Contract;

/// <summary>A line about groups, played. What there is, is said as it is: <c>Crew: ada, bob</c>.</summary>
internal sealed class GroupScenario(ContractRow row, ManualClock clock, Gateway gateway, bool isHeld)
    : Scenario(row, clock, gateway, isHeld)
{
    private const string Stranger = "01900000-0000-7000-8000-000000000000";

    private static readonly string[] _names = ["ada", "bob", "eve"];

    private readonly Dictionary<string, string> _people = [];

    /// <summary>What there may be before; ada, bob and eve are always there.</summary>
    public static IReadOnlyDictionary<string, State<GroupScenario>> States { get; } =
        new Dictionary<string, State<GroupScenario>>
        {
            ["no group"] = new(Then: s => s.PeopleAsync()),
            ["bob without account"] = new(Then: s => s.PeopleAsync(isBobActive: false)),
            ["bob deactivated by hand"] = new(Then: async s =>
            {
                await s.PeopleAsync();
                DeactivateByHand(s.Gateway, s._people["bob"]);
            }),
            ["a group of eve"] = new(slack => MakeCrew(slack, "eve"), s => s.PeopleAsync()),
            ["a group made since"] = new(Then: async s =>
            {
                await s.PeopleAsync();
                s.Gateway.Slack.Workspace.MakeGroup(new JsonObject { ["displayName"] = "Crew" });
                s.Clock.Advance(TimeSpan.FromMinutes(5)); // so long ago that nobody takes it for ours
            }),
            ["Crew"] = new(Then: s => s.DoAsync("POST")),
            ["Crew, and eve by hand"] = new(Then: async s =>
            {
                await s.DoAsync("POST");
                s.Clock.Advance(TimeSpan.FromMinutes(5)); // so long ago that Slack shows nothing of before our write
                var members = s._people.Values.Select(id => (JsonNode)SlackId(s.Gateway, id));
                s.Gateway.Slack.Workspace.ChangeGroup(
                    SlackId(s.Gateway, s.Id!),
                    new JsonObject { ["members"] = new JsonArray([.. members]) }
                );
                await s.Gateway.ImportAsync();
            }),
            ["beside Sailors"] = new(Then: async s =>
            {
                await s.PeopleAsync();
                await GroupAsync(s.Gateway, "Sailors", s._people["eve"]);
                await s.DoAsync("POST");
            }),
            ["beside Sailors, deleted"] = new(Then: async s =>
            {
                await s.PeopleAsync();
                var sailors = await GroupAsync(s.Gateway, "Sailors", s._people["eve"]);
                await s.Gateway.SendAsync(HttpMethod.Delete, $"Groups/{sailors}");
                await s.DoAsync("POST");
            }),
            ["Crew, deleted"] = new(Then: async s =>
            {
                await s.DoAsync("POST");
                await s.DoAsync("DELETE");
            }),
            ["Crew, deleted in Slack"] = new(Then: async s =>
            {
                await s.DoAsync("POST");
                s.Gateway.Slack.Workspace.RemoveGroup(SlackId(s.Gateway, s.Id!));
            }),
            ["Crew of another source"] = new(Then: async s =>
            {
                await s.PeopleAsync();
                s.Id = await s.ByAnotherAsync();
            }),
            ["Crew, shut"] = new(Then: async s =>
            {
                await s.DoAsync("POST");
                s.Weather(new Fault { Description = "invalid_authentication" });
                await s.Gateway.SendAsync(HttpMethod.Post, "Users", User("nobody", "nobody@corp.example"));
            }),
        };

    /// <summary>The writes: verb and body.</summary>
    public static IReadOnlyDictionary<string, Func<GroupScenario, (HttpMethod Method, string? Body)>> Writes { get; } =
        new Dictionary<string, Func<GroupScenario, (HttpMethod, string?)>>
        {
            ["POST"] = s => (HttpMethod.Post, Group("Crew", s._people["ada"], s._people["bob"])),
            ["POST with a stranger"] = s => (HttpMethod.Post, Group("Crew", s._people["ada"], Stranger)),
            ["PATCH add eve"] = s => (HttpMethod.Patch, PatchOf(Add(s._people["eve"]))),
            ["PATCH remove bob"] = s => (HttpMethod.Patch, PatchOf(Remove(s._people["bob"]))),
            ["PATCH remove all"] = _ => (HttpMethod.Patch, PatchOf("""{"op":"remove","path":"members"}""")),
            ["PATCH name"] = _ => (HttpMethod.Patch, PatchOf(Rename("Sailors"))),
            ["PATCH a name too long"] = _ => (HttpMethod.Patch, PatchOf(Rename(new string('x', 257)))),
            ["PUT ada, bob"] = s => (HttpMethod.Put, Group("Crew", s._people["ada"], s._people["bob"])),
            ["PUT without members"] = _ =>
                (
                    HttpMethod.Put,
                    """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew"}"""
                ),
            ["DELETE"] = _ => (HttpMethod.Delete, null),
        };

    protected override string Endpoint => "Groups";

    protected override async Task<Answer> SendAsync(string when)
    {
        var (method, body) = Writes[when](this);
        var answer = Told(await Gateway.SendAsync(method, method == HttpMethod.Post ? "Groups" : $"Groups/{Id}", body));
        if (method == HttpMethod.Post && answer.Status == HttpStatusCode.Created)
            Id = (string)answer.Body!["id"]!;
        return answer;
    }

    protected override async Task<string> MirrorWordAsync(Answer answer)
    {
        if (await IsAsBeforeAsync())
            return "as before";
        var (_, body, _) = await Gateway.SendAsync(HttpMethod.Get, "Groups");
        return Word(
            body!["Resources"]!
                .AsArray()
                .Select(group =>
                    (
                        (string)group!["displayName"]!,
                        (group["members"] as JsonArray ?? []).Select(member =>
                            _people.Single(person => person.Value == (string?)member!["value"]).Key
                        )
                    )
                )
        );
    }

    protected override async Task<string> SlackWordAsync()
    {
        var groups = new List<(string, IEnumerable<string>)>();
        foreach (var name in (await GroupsAsync(Gateway)).Select(group => (string)group["displayName"]!))
            groups.Add((name, await InSlackAsync(Gateway, name)));
        return Word(groups);
    }

    // Whoever waits outside is in the operation's notes.
    protected override string OperationWord(Answer answer) =>
        Gateway.Operation(answer.Operation) is { Notes.Length: > 0 }
            ? $"{base.OperationWord(answer)}, noted"
            : base.OperationWord(answer);

    private static string Word(IEnumerable<(string Name, IEnumerable<string> Members)> groups) =>
        string.Join(
            "; ",
            groups
                .OrderBy(group => group.Name, StringComparer.Ordinal)
                .Select(group =>
                    $"{group.Name}: {string.Join(", ", group.Members.Order(StringComparer.Ordinal).DefaultIfEmpty("nobody"))}"
                )
                .DefaultIfEmpty("none")
        );

    private static void MakeCrew(SlackEmulatorServer slack, params string[] members) =>
        slack.Workspace.MakeGroup(
            new JsonObject
            {
                ["displayName"] = "Crew",
                ["members"] = new JsonArray([
                    .. members.Select(name =>
                        (JsonNode)
                            slack.Workspace.MakeUser(
                                new JsonObject
                                {
                                    ["userName"] = name,
                                    ["emails"] = new JsonArray($"{name}@corp.example"),
                                    ["active"] = true,
                                }
                            )
                    ),
                ]),
            }
        );

    // Those whom Slack had are shown, and the others are made. The group that is shown is the one that the line is
    // about.
    private async Task PeopleAsync(bool isBobActive = true)
    {
        var (_, shown, _) = await Gateway.SendAsync(HttpMethod.Get, "Users");
        foreach (var user in shown!["Resources"]!.AsArray())
            _people[(string)user!["userName"]!] = (string)user["id"]!;
        foreach (var name in _names.Where(name => !_people.ContainsKey(name)))
        {
            _people[name] = await UserAsync(Gateway, name, name != "bob" || isBobActive);
            Clock.Advance(TimeSpan.FromSeconds(1)); // one is told to Slack before the next
        }
        var (_, groups, _) = await Gateway.SendAsync(HttpMethod.Get, "Groups");
        Id = (string?)groups!["Resources"]!.AsArray().SingleOrDefault()?["id"];
    }

    private async Task DoAsync(string write)
    {
        if (_people.Count == 0)
            await PeopleAsync();
        var answer = await SendAsync(write);
        Assert.True((int)answer.Status < 300, answer.Body?.ToJsonString());
    }

    private async Task<string> ByAnotherAsync()
    {
        using var another = Gateway.NewClient();
        another.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Other);
        using var body = new StringContent(
            Group("Crew", _people["ada"], _people["bob"]),
            Encoding.UTF8,
            "application/scim+json"
        );
        using var response = await another.PostAsync(new Uri("Groups", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!;
    }
}
