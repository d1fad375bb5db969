using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Kill;

/// <summary>
/// An identity provider in a hurry: writes and reads persons and groups, contradicts itself, hangs up, and checks each
/// answer against what can be true.
/// </summary>
internal sealed class Client(
    Connection connection,
    Random dice,
    IReadOnlyList<Person> persons,
    TeamClient teams,
    Figures figures
)
{
    private static readonly string[] _titles = ["Countess", "Engineer", "Admiral"];
    private static readonly string[] _departments = ["Looms", "Compilers"];
    private static readonly string[] _names = ["Ada", "Grace", "Edsger"];

    public TeamClient Teams => teams;

    /// <summary>When and how the last request ended.</summary>
    public string Last => connection.Last;

    /// <summary>Works until it is told to stop, or something is wrong.</summary>
    public async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (dice.Next(3) == 0)
                await teams.StepAsync(stop);
            else
                await StepAsync(persons[dice.Next(persons.Count)], stop);
            if (dice.Next(3) == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(25)), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>What a person is now, by its userName; for that it must be the only one who asks.</summary>
    public async Task<(Wish? Found, bool Answered)> LookUpAsync(Person person)
    {
        var reading = person.BeginRead();
        var (status, body, _) = await connection.SendAsync(
            HttpMethod.Get,
            $"Users?filter={Uri.EscapeDataString($"userName eq \"{person.UserName}\"")}",
            null,
            null,
            hangUp: null
        );
        if (status is null or 503) // nothing is read while the store is away
        {
            person.EndRead(reading, null);
            return (null, false);
        }
        if (status != 200 || body?["Resources"] is not JsonArray users || users.Count > 1)
            throw new ViolationException(
                person,
                $"a search for {person.UserName} was answered {status}: {body?.ToJsonString()}"
            );
        var user = users.Count == 0 ? null : (JsonObject)users[0]!;
        var found = user is null ? Wish.Absent : Wish.Read(user);
        Judge(person, person.EndRead(reading, found));
        person.Known = user is null ? null : new((string)user["id"]!, found.Key, (string?)user["meta"]?["version"]);
        return (found, true);
    }

    private Task StepAsync(Person person, CancellationToken stop)
    {
        if (person.Known is not { } known)
            return dice.Next(3) == 0 ? LookUpAsync(person) : CreateAsync(person);
        return dice.Next(100) switch
        {
            < 25 => PatchAsync(person, known, Title()),
            < 42 => ContradictAsync(person, known, stop),
            < 50 => PatchAsync(person, known, Department()),
            < 62 => PatchAsync(person, known, Active(dice.Next(2) == 0)),
            < 70 => PatchAsync(person, known, Address(person)),
            < 82 => ReplaceAsync(person, known),
            < 89 => DeleteAsync(person, known),
            < 91 => CreateAsync(person),
            < 93 => LookUpAsync(person),
            _ => ReadAsync(person, known),
        };
    }

    // A wish, at once turned back, at times by somebody who did not wait for the first answer: what was not settled may
    // be at Slack.
    private async Task ContradictAsync(Person person, Incarnation known, CancellationToken stop)
    {
        var (one, other) = dice.Next(3) == 0 ? (Active(false), Active(true)) : (Title("There"), Title("And back"));
        for (var i = dice.Next(1, 4); i > 0 && !stop.IsCancellationRequested; i--)
        {
            await PatchAsync(person, known, one, hangUp: dice.Next(2) == 0 ? dice.Next(15) : null);
            await PatchAsync(person, known, other);
        }
    }

    private async Task CreateAsync(Person person)
    {
        var user = NewUser(person.NewKey(), person);
        var (answer, body) = await WriteAsync(
            person,
            Write.Create(user),
            HttpMethod.Post,
            "Users",
            user.ToScim(person.UserName)
        );
        if (answer is Answer.Done && (string?)body?["id"] is { } id)
            person.Known = new(id, user.Key, (string?)body["meta"]?["version"]);
        else
            person.Known = null;
    }

    private async Task ReplaceAsync(Person person, Incarnation known)
    {
        var user = NewUser(known.Key, person);
        if (dice.Next(4) == 0)
            user = user with { Title = null };
        await WriteAsync(
            person,
            Write.Replace(known.Key, user),
            HttpMethod.Put,
            $"Users/{known.Id}",
            user.ToScim(person.UserName),
            dice.Next(6) == 0 ? known.ETag : null
        );
    }

    private async Task PatchAsync(
        Person person,
        Incarnation known,
        (string Path, JsonNode? Value, Func<Wish, Wish> Change) patch,
        int? hangUp = null
    )
    {
        var operation = new JsonObject { ["op"] = patch.Value is null ? "remove" : "replace", ["path"] = patch.Path };
        if (patch.Value is not null)
            operation["value"] = patch.Value.DeepClone();
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
            ["Operations"] = new JsonArray(operation),
        };
        var write = Write.Change(known.Key, $"{patch.Path} = {patch.Value?.ToJsonString()}", patch.Change);
        await WriteAsync(person, write, HttpMethod.Patch, $"Users/{known.Id}", body, hangUp: hangUp);
    }

    private async Task DeleteAsync(Person person, Incarnation known) =>
        await WriteAsync(person, Write.Delete(known.Key), HttpMethod.Delete, $"Users/{known.Id}", null);

    private async Task ReadAsync(Person person, Incarnation known)
    {
        var reading = person.BeginRead();
        var (status, body, _) = await connection.SendAsync(
            HttpMethod.Get,
            $"Users/{known.Id}",
            null,
            null,
            hangUp: null
        );
        switch (status)
        {
            case 200:
                Judge(person, person.EndRead(reading, Wish.Read(body!)));
                break;
            case 404 when reading.Seen.Any(w => w.Key != known.Key):
                person.EndRead(reading, null); // deleted, perhaps there again under another id
                person.Known = null;
                break;
            case null or 503:
                person.EndRead(reading, null);
                break;
            default:
                throw new ViolationException(
                    person,
                    $"a read of {known.Key} was answered {status}: {body?.ToJsonString()}"
                );
        }
    }

    private async Task<(Answer, JsonObject?)> WriteAsync(
        Person person,
        Write<Wish> write,
        HttpMethod method,
        string path,
        JsonObject? body,
        string? ifMatch = null,
        int? hangUp = null
    )
    {
        if (person.Begin(write) is not { } asked)
            return (Answer.Lost, null);
        hangUp ??= dice.Next(25) == 0 ? dice.Next(25) : null;
        var (status, answer, said) = await connection.SendAsync(method, path, body, ifMatch, hangUp);
        var heard = Connection.Heard(status);
        figures.Heard(method, heard);
        Judge(person, person.End(asked, heard, said));
        Connection.RequireFair(person, write.Says, status, answer);
        if (status is 404 && person.Known?.Id is { } gone && path.EndsWith(gone, StringComparison.Ordinal))
            person.Known = null;
        return (heard, answer);
    }

    private Wish NewUser(string key, Person person) =>
        new(
            key,
            dice.Next(8) > 0,
            Any(_names),
            Any(_titles),
            Any(_departments),
            dice.Next(5) > 0 ? person.Addresses[0] : Any(person.Addresses)
        );

    private (string, JsonNode?, Func<Wish, Wish>) Title(string? given = null)
    {
        var title = given ?? (dice.Next(6) == 0 ? null : Any(_titles));
        return ("title", title, wish => wish with { Title = title });
    }

    private (string, JsonNode?, Func<Wish, Wish>) Department()
    {
        var department = dice.Next(4) == 0 ? null : Any(_departments);
        return (Wish.DepartmentPath, department, wish => wish with { Department = department });
    }

    private (string, JsonNode?, Func<Wish, Wish>) Address(Person person)
    {
        var address = Any(person.Addresses);
        return ("emails", Wish.Emails(address), wish => wish with { Address = address });
    }

    private static (string, JsonNode?, Func<Wish, Wish>) Active(bool active) =>
        ("active", active, wish => wish with { Active = active });

    private T Any<T>(IReadOnlyList<T> all) => all[dice.Next(all.Count)];

    private static void Judge(Person person, string? wrong)
    {
        if (wrong is not null)
            throw new ViolationException(person, wrong);
    }
}
