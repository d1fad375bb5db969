using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Kill;

/// <summary>Writes and reads the groups of all clients at once, by way of one connection.</summary>
internal sealed class TeamClient(
    Connection connection,
    Random dice,
    IReadOnlyList<Team> teams,
    IReadOnlyList<Person> persons,
    Figures figures
)
{
    private const string Schema = "urn:ietf:params:scim:schemas:core:2.0:Group";

    /// <summary>Does one thing, or some that belong together until it is told to stop.</summary>
    public async Task StepAsync(CancellationToken stop)
    {
        var team = teams[dice.Next(teams.Count)];
        if (team.Known is not { Count: > 0 } known)
        {
            await (dice.Next(3) == 0 ? LookUpAsync(team) : CreateAsync(team));
            return;
        }
        var group = known[dice.Next(known.Count)];
        var some = Some();
        await (
            dice.Next(100) switch
            {
                < 20 => PatchAsync(team, group, some.Take(1), [], null),
                < 30 => ContradictAsync(team, group, some.Take(1), stop),
                < 42 => PatchAsync(team, group, some, [], null),
                < 52 => PatchAsync(team, group, [], some.Take(1), null, byFilter: true),
                < 58 => PatchAsync(team, group, [], some, null),
                < 62 => PatchAsync(team, group, some.Skip(1), some.Take(1), null),
                < 68 => PatchAsync(team, group, [], [], some),
                < 70 => PatchAsync(team, group, [], [], []),
                < 74 => ReplaceAsync(team, group, some),
                < 80 => RenameAsync(team, group),
                < 84 => DeleteAsync(team, group),
                < 87 => CreateAsync(team),
                < 89 => LookUpAsync(team),
                _ => ReadAsync(team, group),
            }
        );
    }

    /// <summary>Which groups bear the names of a team.</summary>
    public async Task<bool> LookUpAsync(Team team)
    {
        var reading = team.BeginRead();
        var filter = string.Join(" or ", team.Names.Select(name => $"displayName eq \"{name}\""));
        var (status, body, _) = await connection.SendAsync(
            HttpMethod.Get,
            $"Groups?excludedAttributes=members&filter={Uri.EscapeDataString(filter)}",
            null,
            null,
            hangUp: null
        );
        if (status is null or 503) // nothing is read while the store is away
        {
            team.EndRead(reading, null);
            return false;
        }
        if (status != 200 || body?["Resources"] is not JsonArray groups)
            throw new ViolationException(
                team,
                $"a search for {team.Name} was answered {status}: {body?.ToJsonString()}"
            );
        var found = Holders.Nobody;
        foreach (var group in groups.OfType<JsonObject>())
        {
            var name = NameOf(team, group);
            if (found[name].Length > 0)
                throw new ViolationException(team, $"two groups are {team.Names[name]}: {body.ToJsonString()}");
            found = found.With(name, (string?)group["externalId"] ?? "?");
        }
        Judge(team, team.EndRead(reading, found));
        foreach (var group in groups.OfType<JsonObject>())
            team.Learn(new((string)group["id"]!, (string?)group["externalId"] ?? "?"));
        return true;
    }

    /// <summary>A group with its members; false if there was no answer.</summary>
    public async Task<bool> ReadAsync(Team team, Incarnation group)
    {
        var sight = new Sight(persons);
        var reading = team.BeginRead();
        var roll = team.RollOf(group.Key);
        var began = roll.BeginRead();
        var (status, body, _) = await connection.SendAsync(
            HttpMethod.Get,
            $"Groups/{group.Id}",
            null,
            null,
            hangUp: null
        );
        sight.End();
        switch (status)
        {
            case null or 503:
                team.EndRead(reading, null);
                return false;
            case 404:
                Judge(team, team.EndRead(reading, now => !now.Has(group.Key), $"that {group.Key} is gone"));
                team.Forget(group.Key);
                return true;
            case 200 when (string?)body!["externalId"] == group.Key:
                break;
            default:
                throw new ViolationException(
                    team,
                    $"a read of {group.Key} was answered {status}: {body?.ToJsonString()}"
                );
        }
        var name = NameOf(team, body);
        Judge(team, team.EndRead(reading, now => now[name] == group.Key, $"that {group.Key} is {team.Names[name]}"));
        var shown = (body["members"] as JsonArray ?? [])
            .Select(member => KeyOf(team, (string)member!["value"]!))
            .ToHashSet();
        var said = $"{group.Key} with {string.Join(", ", shown)}";
        team.Tell($"< read {said}");
        if (shown.FirstOrDefault(member => !sight.MayBeThere(member)) is { } gone)
            throw new ViolationException(team, $"read {said}, but {gone} is deleted");
        if (
            roll.EndRead(
                began,
                shown,
                member =>
                    shown.Contains(member) ? true
                    : sight.IsThere(member) ? false
                    : null
            ) is
            { } wrong
        )
            throw new ViolationException(
                team,
                $"read {said}, but {wrong} {(shown.Contains(wrong) ? "cannot be" : "must be")} in it"
            );
        return true;
    }

    private async Task CreateAsync(Team team)
    {
        var (key, name, members) = (team.NewKey(), dice.Next(2), Some());
        var roll = new Roll(members.Select(member => member.Key));
        team.Expect(key, roll);
        roll.MadeWithout(members.Select(member => member.Key)); // until it is known that they were there
        var sight = new Sight(persons);
        var write = new Write<Holders>(
            $"create {key} as {team.Names[name]} with {Say(members)}",
            now => now[name].Length == 0 ? now.With(name, key) : null
        );
        var (heard, body) = await WriteAsync(
            team,
            write,
            HttpMethod.Post,
            "Groups",
            Document(team, key, name, members)
        );
        sight.End();
        if (heard is not Answer.Done)
            return;
        roll.MadeWithout(members.Select(member => member.Key).Where(member => !sight.IsThere(member)));
        team.Learn(new((string)body!["id"]!, key));
    }

    private async Task RenameAsync(Team team, Incarnation group)
    {
        var name = dice.Next(2);
        var write = new Write<Holders>(
            $"rename {group.Key} to {team.Names[name]}",
            now => now.Renamed(group.Key, name)
        );
        var operation = Operation("replace", "displayName", JsonValue.Create(team.Names[name]));
        await WriteAsync(team, write, HttpMethod.Patch, $"Groups/{group.Id}", Patch([operation]), group);
    }

    private async Task DeleteAsync(Team team, Incarnation group)
    {
        var write = new Write<Holders>($"delete {group.Key}", now => now.Without(group.Key));
        await WriteAsync(team, write, HttpMethod.Delete, $"Groups/{group.Id}", null, group);
    }

    // A name and a full list. What is said of members stays, whatever becomes of the name.
    private async Task ReplaceAsync(Team team, Incarnation group, IReadOnlyList<Incarnation> members)
    {
        var name = dice.Next(2);
        var listed = members.Select(member => member.Key).ToHashSet();
        var sight = new Sight(persons);
        var roll = team.RollOf(group.Key);
        var word = roll.Begin(listed, member => listed.Contains(member), isList: true);
        var write = new Write<Holders>(
            $"replace {group.Key} by {team.Names[name]} with {Say(members)}",
            now => now.Renamed(group.Key, name)
        );
        var document = Document(team, group.Key, name, members);
        var (heard, _) = await WriteAsync(team, write, HttpMethod.Put, $"Groups/{group.Id}", document, group);
        sight.End();
        roll.End(word, heard is Answer.Done ? heard : Answer.Lost, sight.Unsure(listed, heard));
    }

    // In and out, at times by somebody who did not wait for the first answer: what was not settled may be at Slack.
    private async Task ContradictAsync(
        Team team,
        Incarnation group,
        IEnumerable<Incarnation> one,
        CancellationToken stop
    )
    {
        for (var i = dice.Next(1, 4); i > 0 && !stop.IsCancellationRequested; i--)
        {
            int? soon = dice.Next(2) == 0 ? dice.Next(15) : null;
            if (dice.Next(2) == 0)
            {
                await PatchAsync(team, group, one, [], null, hangUp: soon);
                await PatchAsync(team, group, [], one, null);
            }
            else
            {
                await PatchAsync(team, group, [], one, null, hangUp: soon);
                await PatchAsync(team, group, one, [], null);
            }
        }
    }

    private async Task PatchAsync(
        Team team,
        Incarnation group,
        IEnumerable<Incarnation> add,
        IEnumerable<Incarnation> remove,
        IReadOnlyList<Incarnation>? all,
        bool byFilter = false,
        int? hangUp = null
    )
    {
        var (come, go) = (add.ToList(), remove.ToList());
        var (comes, goes) = (come.Select(m => m.Key).ToHashSet(), go.Select(m => m.Key).ToHashSet());
        var listed = all?.Select(member => member.Key).ToHashSet();
        List<JsonNode?> operations = [];
        if (go.Count > 0 && byFilter)
            operations.Add(Operation("remove", $"members[value eq \"{go[0].Id}\"]", null));
        else if (go.Count > 0)
            operations.Add(Operation("remove", "members", Members(go)));
        if (come.Count > 0)
            operations.Add(Operation("add", "members", Members(come)));
        if (all is { Count: > 0 })
            operations.Add(Operation("replace", "members", Members(all)));
        else if (all is not null)
            operations.Add(Operation("remove", "members", null));
        if (operations.Count == 0)
            return;

        var says = listed is not null
            ? $"{group.Key} = {string.Join(", ", listed)}"
            : $"{group.Key} + {string.Join(", ", comes)} - {string.Join(", ", goes)}";
        var sight = new Sight(persons);
        var roll = team.RollOf(group.Key);
        Func<string, bool?> said = listed is not null
            ? member => listed.Contains(member)
            : member =>
                comes.Contains(member) ? true
                : goes.Contains(member) ? false
                : null;
        var word = roll.Begin([.. comes, .. goes, .. listed ?? []], said, isList: listed is not null);
        var reading = team.BeginRead();
        team.Tell($"> {says}");
        var (status, answer, heardSaid) = await connection.SendAsync(
            HttpMethod.Patch,
            $"Groups/{group.Id}",
            Patch(operations),
            null,
            hangUp ?? HangUp()
        );
        sight.End();
        team.Tell($"< {heardSaid} to {says}");
        var heard = Connection.Heard(status);
        figures.Heard("members", heard);
        roll.End(word, heard, sight.Unsure([.. comes, .. listed ?? []], heard));
        Connection.RequireFair(team, says, status, answer);
        Judge(
            team,
            status switch
            {
                404 => team.EndRead(reading, now => !now.Has(group.Key), $"that {group.Key} is gone"),
                204 => team.EndRead(reading, now => now.Has(group.Key), $"that {group.Key} is there"),
                _ => team.EndRead(reading, null),
            }
        );
        if (status is 404)
            team.Forget(group.Key);
    }

    private async Task<(Answer, JsonObject?)> WriteAsync(
        Team team,
        Write<Holders> write,
        HttpMethod method,
        string path,
        JsonObject? body,
        Incarnation? group = null
    )
    {
        if (team.Begin(write) is not { } asked)
            return (Answer.Refused, null);
        var (status, answer, said) = await connection.SendAsync(method, path, body, null, HangUp());
        var heard = Connection.Heard(status);
        figures.Heard($"{method} group", heard);
        Judge(team, team.End(asked, heard, said));
        Connection.RequireFair(team, write.Says, status, answer);
        if (group is not null && status is 404)
            team.Forget(group.Key);
        return (heard, answer);
    }

    // Some of those whom somebody has seen, each once.
    private List<Incarnation> Some()
    {
        var all = persons.Select(person => person.Known).OfType<Incarnation>().ToArray();
        dice.Shuffle(all);
        return [.. all.Take(dice.Next(1, 6))];
    }

    private int? HangUp() => dice.Next(25) == 0 ? dice.Next(25) : null;

    private string KeyOf(Team team, string id) =>
        persons.Select(person => person.KeyOf(id)).FirstOrDefault(key => key is not null)
        ?? throw new ViolationException(team, $"nobody has added {id}");

    private static int NameOf(Team team, JsonObject group) =>
        team.Names.ToList().IndexOf((string?)group["displayName"] ?? "") is >= 0 and var name
            ? name
            : throw new ViolationException(team, $"it has another name: {group.ToJsonString()}");

    private static JsonObject Document(Team team, string key, int name, IReadOnlyList<Incarnation> members) =>
        new()
        {
            ["schemas"] = new JsonArray(Schema),
            ["displayName"] = team.Names[name],
            ["externalId"] = key,
            ["members"] = Members(members),
        };

    private static JsonArray Members(IReadOnlyList<Incarnation> members) =>
        [.. members.Select(member => new JsonObject { ["value"] = member.Id })];

    private static JsonObject Operation(string op, string path, JsonNode? value)
    {
        var operation = new JsonObject { ["op"] = op, ["path"] = path };
        if (value is not null)
            operation["value"] = value;
        return operation;
    }

    private static JsonObject Patch(List<JsonNode?> operations) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
            ["Operations"] = new JsonArray([.. operations]),
        };

    private static string Say(IEnumerable<Incarnation> members) =>
        string.Join(", ", members.Select(member => member.Key));

    private static void Judge(Team team, string? wrong)
    {
        if (wrong is not null)
            throw new ViolationException(team, wrong);
    }

    // Who can have been there while something was asked.
    private sealed class Sight
    {
        private readonly (Person Person, Person.Reading Reading)[] _readings;
        private Dictionary<string, bool> _isSure = [];

        public Sight(IReadOnlyList<Person> persons) =>
            _readings = [.. persons.Select(person => (person, person.BeginRead()))];

        public void End()
        {
            foreach (var (person, reading) in _readings)
                person.EndRead(reading, null);
            _isSure = _readings
                .SelectMany(one =>
                    one.Reading.Seen.Select(wish => wish.Key).Distinct().Select(key => (key, one.Reading))
                )
                .Where(one => one.key.Length > 0)
                .ToDictionary(one => one.key, one => one.Reading.Seen.All(wish => wish.Key == one.key));
        }

        public bool MayBeThere(string member) => _isSure.ContainsKey(member);

        public bool IsThere(string member) => _isSure.GetValueOrDefault(member);

        /// <summary>
        /// Those who may not have been there; of a request without an answer anybody, as it may happen later.
        /// </summary>
        public HashSet<string> Unsure(HashSet<string> members, Answer heard) =>
            [.. members.Where(member => heard is not Answer.Done || !IsThere(member))];
    }
}
