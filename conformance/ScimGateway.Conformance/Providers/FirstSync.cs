using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Providers;

/// <summary>
/// The first synchronisation of a provider: all users and groups, in its own order of calls. What it makes is removed in
/// the end, whatever has become of it.
/// </summary>
internal sealed class FirstSync
{
    /// <summary>The providers whose order is known.</summary>
    public static readonly string[] Providers = Profile.Providers[..^1];

    // A server that refuses so many requests one after the other refuses all.
    private const int MostFailures = 20;

    private const int MostSlow = 10;

    // After so many it is said how far it is.
    private const int Often = 500;

    private static readonly string[] _phases = ["connect", "users", "managers", "groups", "members", "check"];

    // Microsoft says of no limit; a hundred is what other targets are known to take.
    private const int MembersOfOne = 100;

    private const int MostInFirst = 1_000;

    private readonly Server _server;
    private readonly Size _size;
    private readonly CancellationToken _stop;
    private readonly string _mark = Guid.NewGuid().ToString("n")[..8];
    private readonly Scenario _create;
    private readonly bool _hasManagers;
    private readonly string?[] _users;
    private readonly string?[] _groups;
    private readonly ConcurrentBag<Call> _calls = [];
    private readonly Action<string> _progress;

    private int _failures;

    private FirstSync(Server server, Size size, Action<string> progress, CancellationToken stop)
    {
        (_server, _size, _progress, _stop) = (server, size, progress, stop);
        // What it sends to create a user is told by its scenario of that.
        _create = Scenarios.Own.First(one => one.Provider == size.Provider && one.Name == "create-user");
        (_users, _groups) = (new string?[size.Users], new string?[size.Groups]);
        _hasManagers =
            size.Provider == "entra"
            && server.Announced.Has(Feature.Enterprise)
            && Attributes("Users").Has(JsonPath.Parse($"$['{Words.Enterprise}'].manager"));
    }

    /// <summary>How much is synchronised.</summary>
    public sealed record Size
    {
        public string Provider { get; init; } = "entra";

        public int Users { get; init; } = 100;

        public int Groups { get; init; } = 10;

        /// <summary>How many requests are under way together, where the provider's pace does not say that it is one.</summary>
        public int AtOnce { get; init; } = 4;
    }

    /// <summary>A request, and what became of it.</summary>
    /// <param name="Phase">The part of the synchronisation.</param>
    /// <param name="What">Method and endpoint.</param>
    /// <param name="Status">The status; 0 if no answer came.</param>
    /// <param name="Took">How long the answer took, without what was waited for before.</param>
    internal sealed record Call(string Phase, string What, int Status, TimeSpan Took);

    /// <summary>Does it, and says what was found.</summary>
    /// <param name="server">Who is asked.</param>
    /// <param name="size">For how much.</param>
    /// <param name="tell">Is told each result as it comes.</param>
    /// <param name="progress">Is told from time to time how far it is.</param>
    /// <param name="stop">Ends it; what was made is removed all the same.</param>
    public static async Task<Findings> RunAsync(
        Server server,
        Size size,
        Action<Result> tell,
        Action<string>? progress = null,
        CancellationToken stop = default
    )
    {
        await server.DiscoverAsync();
        server.GoAsFastAs(size.Provider);
        server.Stop = stop;
        var sync = new FirstSync(server, size, progress ?? (_ => { }), stop);
        var results = new List<Result>();
        IReadOnlyList<string> left = [];
        var begun = Stopwatch.GetTimestamp();
        var took = TimeSpan.Zero;
        try
        {
            foreach (var (word, says, phase) in sync.Phases())
            {
                if (stop.IsCancellationRequested)
                    break;
                var result = await sync.ResultAsync(word, says, phase);
                results.Add(result);
                tell(result);
                if (result.Verdict.Outcome == Outcome.Failed && word != "check")
                    break; // what comes after rests on it
            }
            took = Stopwatch.GetElapsedTime(begun);
        }
        finally
        {
            server.TakeExchanges();
            left = await sync.CleanedAsync();
        }
        return new Findings(server.Base, results, left) { Load = sync.Figures(took) };
    }

    private IEnumerable<(string Word, string Says, Func<Task<Failure?>> Phase)> Phases()
    {
        if (Connecting() is { Count: > 0 } connecting)
            yield return ("connect", "the connection is tested", () => EachAsync("connect", connecting, GetAsync));
        yield return (
            "users",
            $"{_size.Users} users are looked for and created",
            () => EachAsync("users", Range(_size.Users), UserAsync)
        );
        if (_hasManagers)
            yield return (
                "managers",
                "each user is given a manager, of whom each has ten",
                () =>
                    EachAsync("managers", Range(_size.Users).Where(i => Manager(i) is not null).ToList(), ManagerAsync)
            );
        if (_size.Groups > 0)
        {
            yield return (
                "groups",
                $"{_size.Groups} groups are looked for and created",
                () => EachAsync("groups", Range(_size.Groups), GroupAsync)
            );
            if (_size.Provider != "pingfederate")
                yield return (
                    "members",
                    "the groups are filled",
                    () => EachAsync("members", Range(_size.Groups), MembersAsync)
                );
        }
        yield return (
            "check",
            "each is there, and names, managers and members are as they were sent",
            () => EachAsync("check", Range(_size.Users + _size.Groups), CheckAsync)
        );
    }

    // Whatever was made by now, groups first, and what was made without a word.
    private async Task<IReadOnlyList<string>> CleanedAsync()
    {
        foreach (var id in _users)
            if (id is not null)
                _server.Made.RemoveLater($"Users/{Uri.EscapeDataString(id)}");
        foreach (var id in _groups)
            if (id is not null)
                _server.Made.RemoveLater($"Groups/{Uri.EscapeDataString(id)}");
        _server.Made.Doubt(_mark);
        return [.. await _server.Made.CleanUpAsync(_size.AtOnce), .. await _server.Made.SweepAsync()];
    }

    private async Task<Result> ResultAsync(string word, string says, Func<Task<Failure?>> phase)
    {
        var begun = Stopwatch.GetTimestamp();
        var failure = await phase();
        return new Result(
            new Requirement($"load-{_size.Provider}-{word}", Level.Must, says, _ => throw new UnreachableException())
            {
                Provider = _size.Provider,
            },
            failure is not null ? Verdict.Broken(failure.Says)
                : _stop.IsCancellationRequested ? Verdict.Skipped("it was stopped")
                : Verdict.Kept,
            failure?.Repeat is { } repeat ? [repeat] : [],
            Stopwatch.GetElapsedTime(begun)
        );
    }

    // Several at once, as far as that was said; the first failure is told, with how many there were.
    private async Task<Failure?> EachAsync<T>(string phase, IReadOnlyList<T> each, Func<string, T, Task<Failure?>> one)
    {
        var failures = new ConcurrentQueue<Failure>();
        var done = 0;
        _failures = 0;
        await Parallel.ForEachAsync(
            each,
            new ParallelOptions { MaxDegreeOfParallelism = _server.Pace.IsOneByOne ? 1 : _size.AtOnce },
            async (item, _) =>
            {
                if (_stop.IsCancellationRequested || Volatile.Read(ref _failures) >= MostFailures)
                    return;
                var failure = await ReadableAsync(() => one(phase, item));
                if (_stop.IsCancellationRequested)
                    return; // what was broken off is no failure of the server
                if (failure is not null)
                {
                    failures.Enqueue(failure);
                    Interlocked.Increment(ref _failures);
                }
                else
                    Volatile.Write(ref _failures, 0);
                if (Interlocked.Increment(ref done) is var now && now % Often == 0)
                    _progress(string.Create(CultureInfo.InvariantCulture, $"{phase}: {now} of {each.Count}"));
            }
        );
        if (!failures.TryPeek(out var first))
            return null;
        return first with
        {
            Says =
                $"{failures.Count} of {each.Count} failed{(_failures >= MostFailures ? ", the last without end, so that no more were tried" : "")}; the first: {first.Says}",
        };
    }

    private static async Task<Failure?> ReadableAsync(Func<Task<Failure?>> one)
    {
        try
        {
            return await one();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return new Failure($"what came back cannot be read: {e.Message}", null);
        }
#pragma warning disable CA1031 // A mistake of ours is no reason to leave anything behind.
        catch (Exception e)
        {
            return new Failure($"this check has a mistake, please tell us: {e}", null);
        }
#pragma warning restore CA1031
    }

    // What it asks when it is connected; of PingFederate nothing is known.
    private IReadOnlyList<string> Connecting() =>
        [
            .. Scenarios
                .Own.Where(one => one.Provider == _size.Provider && one.Name is "connect" or "activate")
                .SelectMany(one => one.Steps.TakeWhile(step => step.Method == HttpMethod.Get))
                .Select(step => Filled(step.Path)),
        ];

    private async Task<Failure?> GetAsync(string phase, string path)
    {
        var (_, failure) = await AskedAsync(phase, HttpMethod.Get, path, null, 200);
        return failure;
    }

    // As its scenario does: a look, and a creation.
    private async Task<Failure?> UserAsync(string phase, int i)
    {
        foreach (var step in _create.Steps)
        {
            var (answer, failure) = await AskedAsync(
                phase,
                step.Method,
                Values(i).InPath(step.Path),
                step.Body is null ? null : Values(i).In(step.Body),
                [.. step.Expects.Status]
            );
            if (failure is not null)
                return failure;
            if (step.Method != HttpMethod.Post)
                continue;
            _users[i] = answer!.TextOf("id");
            return _users[i] is { Length: > 0 } ? null : Wrong(answer, "there is no id");
        }
        return null;
    }

    private async Task<Failure?> ManagerAsync(string phase, int i)
    {
        var (_, failure) = await AskedAsync(
            phase,
            HttpMethod.Patch,
            $"Users/{Id(_users[i])}",
            Patch(Operation("Add", $"{Words.Enterprise}:manager", Manager(i))),
            200,
            204
        );
        return failure;
    }

    private async Task<Failure?> GroupAsync(string phase, int i)
    {
        var look = _size.Provider switch
        {
            "entra" =>
                $"Groups?excludedAttributes=members&filter=displayName+eq+%22{Uri.EscapeDataString(Named(i))}%22",
            "okta" => $"Groups?filter=displayName%20eq%20%22{Uri.EscapeDataString(Named(i))}%22&startIndex=1&count=100",
            "pingfederate" => i == 0 ? "Groups?startIndex=1&count=1000" : null, // all of them, once
            "onelogin" => i == 0 ? "Groups" : null,
            _ => $"Groups?filter=displayName%20eq%20%22{Uri.EscapeDataString(Named(i))}%22",
        };
        if (look is not null)
        {
            var (_, missed) = await AskedAsync(phase, HttpMethod.Get, look, null, 200);
            if (missed is not null)
                return missed;
        }
        var group = new JsonObject { ["schemas"] = new JsonArray(Words.Group), ["displayName"] = Named(i) };
        if (_size.Provider == "pingfederate")
            group["members"] = Listed(Members(i));
        else if (_size.Provider == "okta")
            group["members"] = new JsonArray();
        else if (_size.Provider == "entra")
            group["externalId"] = $"{_mark}-{i}";
        var (answer, failure) = await AskedAsync(phase, HttpMethod.Post, "Groups", group, 201);
        _groups[i] = answer?.TextOf("id");
        return failure ?? (_groups[i] is { Length: > 0 } ? null : Wrong(answer!, "there is no id"));
    }

    private async Task<Failure?> MembersAsync(string phase, int i)
    {
        var path = $"Groups/{Id(_groups[i])}";
        var members = Members(i).ToList();
        if (_size.Provider == "pingone")
        {
            var whole = new JsonObject
            {
                ["schemas"] = new JsonArray(Words.Group),
                ["displayName"] = Named(i),
                ["members"] = Listed(members),
            };
            return (await AskedAsync(phase, HttpMethod.Put, path, whole, 200, 204)).Failure;
        }
        var changes = _size.Provider switch
        {
            "okta" => [Operation("replace", "members", Listed(members))],
            "jumpcloud" => members.Select(one => Operation("add", "members", Listed([one]))),
            "entra" => members.Chunk(MembersOfOne).Select(some => Operation("Add", "members", Listed(some))),
            _ => members.Chunk(MembersOfOne).Select(some => Operation("add", "members", Listed(some))),
        };
        foreach (var change in changes)
            if ((await AskedAsync(phase, HttpMethod.Patch, path, Patch(change), 200, 204)).Failure is { } failure)
                return failure;
        return null;
    }

    private Task<Failure?> CheckAsync(string phase, int i) =>
        i < _size.Users ? CheckUserAsync(phase, i) : CheckGroupAsync(phase, i - _size.Users);

    private async Task<Failure?> CheckUserAsync(string phase, int i)
    {
        var (answer, failure) = await AskedAsync(phase, HttpMethod.Get, $"Users/{Id(_users[i])}", null, 200);
        if (failure is not null)
            return failure;
        var sent = _create.Steps.First(step => step.Method == HttpMethod.Post).Body!;
        var wanted = new JsonObject { ["id"] = _users[i], ["userName"] = Values(i).In(sent.At("userName")!) };
        if (_hasManagers && Manager(i) is { } manager)
            wanted[Words.Enterprise] = new JsonObject { ["manager"] = new JsonObject { ["value"] = manager } };
        return Compared(answer!, "Users", wanted)
            ?? (answer!["active"].AsFlag() == false ? Wrong(answer, "active is false and has to be true") : null);
    }

    private async Task<Failure?> CheckGroupAsync(string phase, int i)
    {
        var (answer, failure) = await AskedAsync(phase, HttpMethod.Get, $"Groups/{Id(_groups[i])}", null, 200);
        if (failure is not null)
            return failure;
        var wanted = new JsonObject { ["id"] = _groups[i], ["displayName"] = Named(i) };
        if (Compared(answer!, "Groups", wanted) is { } other)
            return other;
        var members = answer!.Json.Objects("members").Select(member => member.At("value").AsText()).ToHashSet();
        return members.SetEquals(Members(i))
            ? null
            : Wrong(answer, $"it has {members.Count} members and has to have {Members(i).Count()}");
    }

    private Failure? Compared(Exchange answer, string endpoint, JsonObject wanted) =>
        new Expectation { Status = [200], Body = wanted }.Unmet(answer, new Placeholders(), Attributes(endpoint))
            is { } unmet
            ? Wrong(answer, unmet)
            : null;

    private static Failure Wrong(Exchange answer, string says) => new($"{answer}: {says}", answer.Curl());

    private KeptAttributes Attributes(string endpoint) => new(_server.Announced, _server.Lacked, endpoint);

    // The first of each ten is the manager of the others.
    private string? Manager(int i) => i % 10 == 0 ? null : _users[i - (i % 10)];

    // Each user is in one group, and the first thousand are all in the first.
    private IEnumerable<string> Members(int group)
    {
        var first = group == 0 ? Math.Min(MostInFirst, _size.Users) : 0;
        for (var i = 0; i < first; i++)
            if (_users[i] is { } id)
                yield return id;
        for (var i = group; i < _size.Users; i += _size.Groups)
            if (i >= first && _users[i] is { } id)
                yield return id;
    }

    private async Task<(Exchange? Answer, Failure? Failure)> AskedAsync(
        string phase,
        HttpMethod method,
        string path,
        JsonNode? body,
        params int[] expected
    )
    {
        var what = $"{method} {path.TrimStart('/').Split('/', '?')[0]}";
        var begun = Stopwatch.GetTimestamp();
        try
        {
            var answer = await _server.AskAsync(
                method,
                path.TrimStart('/'),
                body?.ToJsonString(),
                [.. _create.Headers.Select(header => new SentHeader(header.Key, header.Value))]
            );
            _calls.Add(new Call(phase, what, answer.Status, answer.Took));
            return expected.Contains(answer.Status)
                ? (answer, null)
                : (answer, Wrong(answer, $"the status has to be {string.Join(" or ", expected)}"));
        }
        catch (Exception e) when (e is NoAnswerException or NotPossibleException)
        {
            if (e is NoAnswerException) // anything else was not sent
                _calls.Add(new Call(phase, what, 0, Stopwatch.GetElapsedTime(begun)));
            return (null, new Failure(e.Message, null));
        }
    }

    private Load Figures(TimeSpan took) =>
        new(
            took,
            [.. _calls.GroupBy(call => call.Status).OrderBy(one => one.Key).Select(one => (one.Key, one.Count()))],
            [
                .. _calls
                    .GroupBy(call => (call.Phase, call.What))
                    .OrderBy(one => Array.IndexOf(_phases, one.Key.Phase))
                    .ThenBy(one => one.Key.What, StringComparer.Ordinal)
                    .Select(one => Row(one.Key.Phase, one.Key.What, [.. one.Select(call => call.Took).Order()])),
            ],
            [.. _calls.OrderByDescending(call => call.Took).Take(MostSlow)]
        );

    private static Load.Row Row(string phase, string what, TimeSpan[] took) =>
        new(phase, what, took.Length, took[took.Length / 2], took[took.Length * 99 / 100]);

    private Placeholders Values(int i) =>
        Placeholders.Of(
            _create,
            guid: () => string.Create(CultureInfo.InvariantCulture, $"{_mark}-{i}"),
            shortId: () => string.Create(CultureInfo.InvariantCulture, $"{_mark}.{i}")
        );

    // What a look needs is nobody.
    private string Filled(string path)
    {
        var values = new Placeholders();
        foreach (var name in Placeholders.Named(path))
            values[name] = $"nobody-{_mark}";
        return values.InPath(path);
    }

    private string Named(int i) => string.Create(CultureInfo.InvariantCulture, $"Crew {_mark} {i}");

    private static string Id(string? id) => Uri.EscapeDataString(id ?? "");

    private static IReadOnlyList<int> Range(int count) => [.. Enumerable.Range(0, count)];

    private static JsonArray Listed(IEnumerable<string> ids) =>
        new([.. ids.Select(id => new JsonObject { ["value"] = id })]);

    private static JsonObject Operation(string op, string path, JsonNode? value) =>
        new()
        {
            ["op"] = op,
            ["path"] = path,
            ["value"] = value,
        };

    private static JsonObject Patch(JsonObject operation) =>
        new() { ["schemas"] = new JsonArray(Words.Patch), ["Operations"] = new JsonArray(operation) };

    private sealed record Failure(string Says, string? Repeat);
}
