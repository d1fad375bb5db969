using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Links;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;

namespace ScimGateway.Host.Tests.Contract;

/// <summary>One line of the contract, played: gateway and Slack are real, time goes when it is told to.</summary>
internal sealed class Scenario : IAsyncDisposable
{
    private static readonly TimeSpan _waitBudget = TimeSpan.FromSeconds(8);

    // Held longer than a request waits, and not as long as a call to Slack may take.
    private static readonly TimeSpan _held = TimeSpan.FromSeconds(9);

    private readonly ContractRow _row;
    private readonly ManualClock _clock;
    private readonly Gateway _gateway;
    private string? _id;
    private Person _wanted = Person.Ada;
    private bool _isRemoved;

    // How it was before the write.
    private string _mirror = "";
    private string _slack = "";
    private IReadOnlyDictionary<string, int> _calls = new Dictionary<string, int>();
    private int _links;
    private int _holds;

    private Scenario(ContractRow row, ManualClock clock, Gateway gateway) => (_row, _clock, _gateway) = (row, clock, gateway);

    /// <summary>What there may be before: what is made in Slack before the gateway looks at it, and what is asked of the gateway.</summary>
    public static IReadOnlyDictionary<string, State> States { get; } =
        new Dictionary<string, State>
        {
            ["nobody"] = new(),
            ["an account"] = new(
                slack => slack.Workspace.MakeUser((Person.Ada with { Title = "Countess" }).Account("ada")),
                Shown
            ),
            ["an equal account"] = new(slack => slack.Workspace.MakeUser(Person.Ada.Account("ada")), Shown),
            ["an inactive account"] = new(
                slack => slack.Workspace.MakeUser((Person.Ada with { Active = false }).Account("ada")),
                Shown
            ),
            ["an account of that name"] = new(slack =>
                slack.Workspace.MakeUser((Person.Ada with { Address = "countess@corp.example" }).Account("ada.lovelace"))
            ),
            ["two accounts"] = new(slack =>
            {
                slack.Workspace.MakeUser((Person.Ada with { Address = "countess@corp.example" }).Account("ada.lovelace"));
                slack.Workspace.MakeUser(Person.Ada.Account("ada"));
            }),
            ["the token owner's account"] = new(slack =>
            {
                var owner = slack.Workspace.MakeUser(Person.Ada.Account("ada"));
                slack.Knobs.Set(
                    "auth.tokens",
                    new JsonArray(
                        new JsonObject
                        {
                            ["token"] = SlackEmulatorServer.Token,
                            ["rank"] = "owner",
                            ["scopes"] = new JsonArray("admin"),
                            ["owner"] = owner,
                        }
                    )
                );
            }),
            ["an account made since"] = new(Then: s =>
            {
                s._gateway.Slack.Workspace.MakeUser((Person.Ada with { Title = "Countess" }).Account("ada"));
                s._clock.Advance(TimeSpan.FromMinutes(5)); // so long ago that nobody takes it for ours
                return Task.CompletedTask;
            }),
            ["settled"] = new(Then: s => s.MakeAsync(Person.Ada)),
            ["beside Grace"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Grace);
                await s.MakeAsync(Person.Ada);
            }),
            ["inactive"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoAsync("PATCH active:false");
            }),
            ["deleted"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoAsync("DELETE");
            }),
            ["held"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoAsync("DELETE");
                await s.MakeAsync(Person.Ada with { ExternalId = "2" });
            }),
            ["blocked"] = new(Then: s => s.MakeAsync(Person.Ada with { Active = false })),
            ["left out"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoAsync("PATCH title");
            }),
            ["another source's"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s._gateway.HandOverAsync(s._id!);
            }),
            ["protected"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                s.Weather(new Fault { Description = "cannot_modify_owner" });
                await s.DoAsync("PATCH title", HttpStatusCode.Forbidden);
            }),
            ["broken"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                foreach (var account in await s._gateway.AccountsAsync(Person.Ada.Address!))
                    s._gateway.Slack.Workspace.RemoveUser((string)account["id"]!);
                await s.DoAsync("PATCH title", HttpStatusCode.ServiceUnavailable);
            }),
            ["failed"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoLateAsync("PATCH photo", "photos_invalid");
                s._clock.Advance(_held - _waitBudget);
                await Gateway.UntilAsync(() => Task.FromResult(s.Link() == "failed"));
            }),
            ["being created"] = new(Then: s => s.DoLateAsync("POST")) { IsHeld = true },
            ["pending"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoLateAsync("PATCH photo");
            })
            {
                IsHeld = true,
            },
            ["leaving"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoLateAsync("DELETE");
            })
            {
                IsHeld = true,
            },
            ["shut"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.MakeAsync(
                    Person.Grace with
                    {
                        UserName = "nobody",
                        Address = "nobody@corp.example",
                    },
                    "invalid_authentication"
                );
            }),
            ["at the limit"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                s.Weather(new Fault { Status = 429, RetryAfter = 60 });
                var refused = s.SendAsync("PATCH title");
                await Gateway.UntilAsync(() => Task.FromResult(s._gateway.NextDue() > s.Now));
                s._clock.Advance(_waitBudget);
                Assert.Equal(HttpStatusCode.TooManyRequests, (await refused).Status);
            }),
        };

    /// <summary>The writes: verb, body, and what is wanted by it.</summary>
    public static IReadOnlyDictionary<string, Func<Person, Write>> Writes { get; } =
        new Dictionary<string, Func<Person, Write>>
        {
            ["POST"] = _ => Write.Post(Person.Ada),
            ["POST inactive"] = _ => Write.Post(Person.Ada with { Active = false }),
            ["POST without address"] = _ => Write.Post(Person.Ada with { Address = null }),
            ["POST an address as userName"] = _ => Write.Post(Person.Ada with { UserName = "ada.lovelace@corp.example" }),
            ["POST another address"] = _ => Write.Post(Person.Ada with { Address = "ada.king@corp.example" }),
            ["POST another userName"] = _ => Write.Post(Person.Ada with { UserName = "ada.king" }),
            ["POST another externalId"] = _ => Write.Post(Person.Ada with { ExternalId = "2" }),
            ["POST another person"] = _ => Write.Post(Person.Grace),
            ["PUT another title"] = was => Write.Put(was with { Title = "Programmer" }),
            ["PUT the same"] = Write.Put,
            ["PUT without title"] = was => Write.Put(was with { Title = null }),
            ["PATCH title"] = was => Write.Patch("title", "Programmer", was with { Title = "Programmer" }),
            ["PATCH the same title"] = was => Write.Patch("title", was.Title, was),
            ["PATCH photo"] = was =>
                Write.Patch(
                    "photos",
                    new JsonArray(new JsonObject { ["value"] = "https://pictures.example/ada.png", ["type"] = "photo" }),
                    was
                ),
            ["PATCH active:false"] = was => Write.Patch("active", false, was with { Active = false }),
            ["PATCH active:true"] = was => Write.Patch("active", true, was with { Active = true }),
            ["PATCH title and active:false"] = was =>
                Write.Patch(
                    null,
                    new JsonObject { ["title"] = "Programmer", ["active"] = false },
                    was with
                    {
                        Title = "Programmer",
                        Active = false,
                    }
                ),
            ["PATCH userName"] = was => Write.Patch("userName", "ada.king", was with { UserName = "ada.king" }),
            ["PATCH Grace's userName"] = was => Write.Patch("userName", Person.Grace.UserName, was),
            ["PATCH address"] = was =>
                Write.Patch("emails", Person.Emails("ada.king@corp.example"), was with { Address = "ada.king@corp.example" }),
            ["PATCH Grace's address"] = was =>
                Write.Patch("emails", Person.Emails(Person.Grace.Address!), was with { Address = Person.Grace.Address }),
            ["PATCH away the address"] = was => Write.Patch("emails", new JsonArray(), was with { Address = null }),
            ["DELETE"] = was => new Write(HttpMethod.Delete, null, was with { Active = false }),
        };

    /// <summary>What Slack does with the first call.</summary>
    public static IReadOnlyDictionary<string, Func<string?, Fault>> Weathers { get; } =
        new Dictionary<string, Func<string?, Fault>>
        {
            ["does it late"] = _ => Late(null),
            ["says CODE"] = code => new Fault { Description = code },
            ["says CODE late"] = Late,
            ["loses the answer"] = _ => new Fault { Drop = Drop.After },
            ["loses the request"] = _ => new Fault { Drop = Drop.Before },
            ["fails"] = _ => new Fault { Status = 500 },
            ["does it and fails"] = _ => new Fault { Status = 500, Effect = true },
            ["is at its limit"] = _ => new Fault { Status = 429, RetryAfter = 60 },
            ["refuses the token"] = _ => new Fault { Description = "invalid_authentication", Times = 0 },
        };

    /// <summary>What a line says of Slack, with <c>CODE</c> in place of Slack's word.</summary>
    public static string Weatherword(string slack) =>
        slack.Split(' ') is ["says", _, .. var rest] ? string.Join(' ', ["says", "CODE", .. rest]) : slack;

    /// <summary>A gateway as the line wants it before the write.</summary>
    public static async Task<Scenario> StartAsync(ContractRow row)
    {
        var state = States[row.Before];
        var clock = new ManualClock();
        var gateway = await Gateway.StartAsync(
            new DemoOptions { Preferences = row.Preferences(), Clock = clock },
            ready: slack => state.InSlack?.Invoke(slack)
        );
        var scenario = new Scenario(row, clock, gateway);
        if (state.Then is { } then)
            await then(scenario);
        return scenario;
    }

    /// <summary>Does the write, and lets time go on where only that brings the answer.</summary>
    public async Task<Answer> ActAsync()
    {
        (_mirror, _slack, _calls) = (await MirrorAsync(), await SlackAsync(), _gateway.Slack.Calls.ByOperation);
        (_links, _holds) = (_gateway.Count("links"), _gateway.Count("holds"));
        var (total, wishes) = (_gateway.Slack.Calls.Total, _gateway.Wishes());
        if (_row.Slack.Length > 0)
            Weather(OrderedWeather());

        var answering = SendAsync(_row.When);
        if (States[_row.Before].IsHeld)
        {
            await Gateway.UntilAsync(() => Task.FromResult(answering.IsCompleted || _gateway.Wishes() > wishes));
            if (!answering.IsCompleted)
                _clock.Advance(_held - _waitBudget);
        }
        else if (_row.Slack.EndsWith("late", StringComparison.Ordinal))
        {
            await Gateway.UntilAsync(() => Task.FromResult(answering.IsCompleted || _gateway.Slack.Calls.Total > total));
            _clock.Advance(_waitBudget);
        }
        else if (_row.Slack.Length > 0 && !_row.Slack.StartsWith("says ", StringComparison.Ordinal))
        {
            await Gateway.UntilAsync(() => Task.FromResult(answering.IsCompleted || _gateway.NextDue() > Now));
            if (!answering.IsCompleted && _row.Slack != "refuses the token")
                _clock.Advance(_waitBudget);
        }
        return await answering;
    }

    /// <summary>Lets time go on until the link is as the line says.</summary>
    public async Task GoOnUntilAsync(string link)
    {
        if (_row.Slack == "refuses the token") // one call in 30 s finds out whether it is accepted again
        {
            _gateway.Slack.Faults.Clear();
            _clock.Advance(TimeSpan.FromSeconds(31));
        }
        if (_row.Slack.EndsWith("late", StringComparison.Ordinal) || States[_row.Before].IsHeld)
            _clock.Advance(_held - _waitBudget);
        await Gateway.UntilAsync(() =>
        {
            if (Link() == link)
                return Task.FromResult(true);
            if (_gateway.NextDue() is var due && due > Now)
                _clock.Advance(due - Now + TimeSpan.FromSeconds(1));
            return Task.FromResult(false);
        });
    }

    /// <summary>How it is now, in the words of the contract.</summary>
    public async Task<Findings> FindAsync(Answer answer)
    {
        var status = ((int)answer.Status).ToString(CultureInfo.InvariantCulture);
        return new Findings(
            (string?)answer.Body?["scimType"] is { } type ? $"{status} {type}" : status,
            await MirrorWordAsync(answer),
            Link(),
            await SlackWordAsync(),
            CallsWord(),
            OperationWord(answer)
        );
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private DateTimeOffset Now => _clock.GetUtcNow();

    private void Weather(Fault fault) => _gateway.Slack.Faults.Add(fault);

    // The word of the line, with its code as it is in the table of weathers.
    private Fault OrderedWeather()
    {
        var words = _row.Slack.Split(' ');
        return words[0] == "says" ? Weathers[Weatherword(_row.Slack)](words[1]) : Weathers[_row.Slack](null);
    }

    private static Fault Late(string? code) => new() { DelayMs = (int)_held.TotalMilliseconds, Description = code };

    // Of an account that nobody claims: what the gateway shows.
    private static async Task Shown(Scenario s)
    {
        var (_, body, _) = await s._gateway.SendAsync(HttpMethod.Get, "Users");
        var shown = Assert.Single(body!["Resources"]!.AsArray())!.AsObject();
        (s._id, s._wanted) = ((string)shown["id"]!, Person.Of(shown));
    }

    private async Task MakeAsync(Person person, string? refusal = null)
    {
        if (refusal is not null)
            Weather(new Fault { Description = refusal });
        var (status, body, _) = await _gateway.SendAsync(HttpMethod.Post, "Users", person.Json());
        if (refusal is null)
        {
            Assert.Equal(HttpStatusCode.Created, status);
            (_id, _wanted) = ((string)body!["id"]!, person);
        }
    }

    private async Task DoAsync(string write, HttpStatusCode? expected = null)
    {
        var wanted = _wanted;
        var answer = await SendAsync(write);
        if (expected is not null)
            _wanted = wanted;
        if (write == "DELETE")
            (_isRemoved, _wanted) = (false, wanted);
        Assert.True(expected == answer.Status || expected is null && (int)answer.Status < 300, answer.Body?.ToJsonString());
    }

    // Slack holds the call for so long that the write is taken on.
    private async Task DoLateAsync(string write, string? refusal = null)
    {
        var total = _gateway.Slack.Calls.Total;
        Weather(Late(refusal));
        var answering = SendAsync(write);
        await Gateway.UntilAsync(() => Task.FromResult(_gateway.Slack.Calls.Total > total));
        _clock.Advance(_waitBudget);
        Assert.True((int)(await answering).Status < 300);
        _isRemoved = false;
    }

    private async Task<Answer> SendAsync(string when)
    {
        var write = Writes[when](_wanted);
        var (status, body, response) = await _gateway.SendAsync(
            write.Method,
            write.Method == HttpMethod.Post ? "Users" : $"Users/{_id}",
            write.Body
        );
        if (status == HttpStatusCode.TooManyRequests)
            Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        if ((int)status < 300)
        {
            (_wanted, _isRemoved) = (write.Wanted, write.Method == HttpMethod.Delete);
            if (write.Method == HttpMethod.Post)
                _id = (string)body!["id"]!;
        }
        return new Answer(status, body, response.Headers.GetValues("X-Operation-Id").Single());
    }

    private async Task<string> MirrorAsync()
    {
        var (_, body, _) = await _gateway.SendAsync(HttpMethod.Get, "Users");
        var users = body!["Resources"]!.AsArray().Select(user => user!.AsObject()).OrderBy(user => (string)user["id"]!).ToList();
        foreach (var user in users)
            user.Remove("meta");
        return string.Join('\n', users.Select(user => user.ToJsonString()));
    }

    private async Task<string> MirrorWordAsync(Answer answer)
    {
        if ((int)answer.Status >= 300)
            return await MirrorAsync() == _mirror ? "as before" : "otherwise";
        var (status, body, _) = await _gateway.SendAsync(HttpMethod.Get, $"Users/{_id}");
        if (_isRemoved)
            return status == HttpStatusCode.NotFound && !(await MirrorAsync()).Contains(_id!, StringComparison.Ordinal)
                ? "gone"
                : "still there";
        return Person.Of(body!) is var shown && shown == _wanted ? "as asked" : shown.ToString();
    }

    private string Link()
    {
        if (_id is not null)
            return _gateway.State(_id).ToLowerInvariant();
        return _gateway.Count("links") == _links ? "none" : "one more";
    }

    private Task<string> SlackAsync() => _gateway.Control.GetStringAsync("users");

    private async Task<string> SlackWordAsync()
    {
        if (await SlackAsync() == _slack)
            return "as before";
        var accounts = _wanted.Address is null ? [] : await _gateway.AccountsAsync($"\"{_wanted.Address}\"");
        if (accounts is not [var account])
            return $"{accounts.Count} accounts";
        var (isActive, title) = ((bool)account["active"]!, (string?)account["title"] is { Length: > 0 } there ? there : null);
        var isRenamed = _row.When == "PATCH userName";
        if (isActive == _wanted.Active && (!isActive || title == _wanted.Title))
            return isRenamed && !((string)account["userName"]!).StartsWith(_wanted.UserName, StringComparison.Ordinal)
                ? "with the old name"
                : "as asked";
        return title == _wanted.Title ? "only the title" : account.ToJsonString();
    }

    private string CallsWord()
    {
        var calls = _gateway
            .Slack.Calls.ByOperation.Select(call =>
                (Verb: call.Key.Split(' ')[0], Count: call.Value - _calls.GetValueOrDefault(call.Key))
            )
            .Where(call => call.Count > 0)
            .OrderBy(call => Array.IndexOf(["POST", "GET", "PATCH", "DELETE"], call.Verb))
            .Select(call => call.Count == 1 ? call.Verb : $"{call.Count} {call.Verb}");
        return string.Join(", ", calls) is { Length: > 0 } told ? told : "none";
    }

    private string OperationWord(Answer answer)
    {
        var (verdict, outcome) = _gateway.Operation(answer.Operation) is { } operation
            ? (operation.Verdict, operation.Outcome)
            : ("", "none");
        var word = verdict.Split(':')[0] is ("skip" or "hold") and var asked ? $"{asked}: {outcome}" : outcome;
        return _gateway.Count("holds") > _holds ? $"{word}, listed" : word;
    }

    /// <summary>What there is before.</summary>
    public sealed record State(Action<SlackEmulatorServer>? InSlack = null, Func<Scenario, Task>? Then = null)
    {
        /// <summary>Whether Slack still holds a call.</summary>
        public bool IsHeld { get; init; }
    }

    /// <summary>A write, and what is wanted by it.</summary>
    public sealed record Write(HttpMethod Method, string? Body, Person Wanted)
    {
        public static Write Post(Person person) => new(HttpMethod.Post, person.Json(), person);

        public static Write Put(Person person) => new(HttpMethod.Put, person.Json(), person);

        public static Write Patch(string? path, JsonNode? value, Person wanted)
        {
            var operation = new JsonObject { ["op"] = "replace", ["value"] = value };
            if (path is not null)
                operation["path"] = path;
            return new(
                HttpMethod.Patch,
                new JsonObject
                {
                    ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
                    ["Operations"] = new JsonArray(operation),
                }.ToJsonString(),
                wanted
            );
        }
    }

    /// <summary>What the provider was told.</summary>
    public sealed record Answer(HttpStatusCode Status, JsonObject? Body, string Operation);
}
