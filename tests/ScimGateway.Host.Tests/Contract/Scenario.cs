using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;

namespace ScimGateway.Host.Tests.Contract;

/// <summary>One line of the contract, played: gateway and Slack are real, time goes when it is told to.</summary>
internal abstract class Scenario(ContractRow row, ManualClock clock, Gateway gateway, bool isHeld) : IAsyncDisposable
{
    /// <summary>How long a request waits.</summary>
    protected static readonly TimeSpan WaitBudget = TimeSpan.FromSeconds(8);

    /// <summary>Longer than a request waits, and not as long as a call to Slack may take.</summary>
    protected static readonly TimeSpan Held = TimeSpan.FromSeconds(9);

    /// <summary>The token of another source.</summary>
    protected const string Other = "token-of-another-source";

    // How it was before the write.
    private string _mirror = "";
    private string _slack = "";
    private IReadOnlyDictionary<string, int> _calls = new Dictionary<string, int>();
    private int _links;
    private int _holds;

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
    public static Task<Scenario> StartAsync(ContractRow row) =>
        row.IsOfGroups
            ? StartAsync(
                row,
                GroupScenario.States,
                (clock, gateway, isHeld) => new GroupScenario(row, clock, gateway, isHeld)
            )
            : StartAsync(
                row,
                UserScenario.States,
                (clock, gateway, isHeld) => new UserScenario(row, clock, gateway, isHeld)
            );

    /// <summary>Does the write, and lets time go on where only that brings the answer.</summary>
    public async Task<Answer> ActAsync()
    {
        (_mirror, _slack, _calls) = (await MirrorAsync(), await SlackAsync(), Gateway.Slack.Calls.ByOperation);
        (_links, _holds) = (Gateway.Count(kept => kept.Links), Gateway.Count(kept => kept.Holds));
        var (total, wishes) = (Gateway.Slack.Calls.Total, Gateway.Wishes());
        if (Row.Slack.Length > 0)
            Weather(OrderedWeather());

        var answering = SendAsync(Row.When);
        if (isHeld)
        {
            await Gateway.UntilAsync(() => Task.FromResult(answering.IsCompleted || Gateway.Wishes() > wishes));
            if (!answering.IsCompleted)
                Clock.Advance(Held - WaitBudget);
        }
        else if (Row.Slack.EndsWith("late", StringComparison.Ordinal))
        {
            await Gateway.UntilAsync(() => Task.FromResult(answering.IsCompleted || Gateway.Slack.Calls.Total > total));
            Clock.Advance(WaitBudget);
        }
        else if (Row.Slack.Length > 0 && !Row.Slack.StartsWith("says ", StringComparison.Ordinal))
        {
            await Gateway.UntilAsync(() => Task.FromResult(answering.IsCompleted || Gateway.NextDue() > Now));
            if (!answering.IsCompleted && Row.Slack != "refuses the token")
                Clock.Advance(WaitBudget);
        }
        return await answering;
    }

    /// <summary>Lets time go on until the link is as the line says.</summary>
    public async Task GoOnUntilAsync(string link)
    {
        if (Row.Slack == "refuses the token") // one call in 30 s finds out whether it is accepted again
        {
            Gateway.Slack.Faults.Clear();
            Clock.Advance(TimeSpan.FromSeconds(31));
        }
        if (Row.Slack.EndsWith("late", StringComparison.Ordinal) || isHeld)
            Clock.Advance(Held - WaitBudget);
        await Gateway.UntilAsync(() =>
        {
            // First when it is due, then its state: what fails in between is seen before time goes on to the next try.
            var next = Gateway.NextDue();
            if (Link() == link)
                return Task.FromResult(true);
            if (next is { } due && due > Now)
                Clock.Advance(due - Now + TimeSpan.FromSeconds(1));
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
            await SlackAsync() == _slack ? "as before" : await SlackWordAsync(),
            CallsWord(),
            OperationWord(answer)
        );
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    /// <summary>The line.</summary>
    protected ContractRow Row { get; } = row;

    /// <summary>The time.</summary>
    protected ManualClock Clock { get; } = clock;

    /// <summary>The gateway, and the pretend Slack that it has.</summary>
    protected Gateway Gateway { get; } = gateway;

    /// <summary>The resource that the line is about, as soon as there is one.</summary>
    protected string? Id { get; set; }

    /// <summary>Where such resources are.</summary>
    protected abstract string Endpoint { get; }

    protected DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Does a write that the contract names.</summary>
    protected abstract Task<Answer> SendAsync(string when);

    /// <summary>What the gateway shows.</summary>
    protected abstract Task<string> MirrorWordAsync(Answer answer);

    /// <summary>What Slack has, if it is not as before.</summary>
    protected abstract Task<string> SlackWordAsync();

    protected void Weather(Fault fault) => Gateway.Slack.Faults.Add(fault);

    // The word of the line, with its code as it is in the table of weathers.
    private Fault OrderedWeather()
    {
        var words = Row.Slack.Split(' ');
        if (words[0] != "says")
            return Weathers[Row.Slack](null);
        var said = Weathers[Weatherword(Row.Slack)](words[1]);
        // That Slack does not know an account it says of each call.
        return words[1] == "no_such_user" ? said with { Path = "/Users/{id}", Times = 0 } : said with { Times = 1 };
    }

    private static Fault Late(string? code) => new() { DelayMs = (int)Held.TotalMilliseconds, Description = code };

    // Slack holds the call for so long that the write is taken on.
    protected async Task DoLateAsync(string write, string? refusal = null)
    {
        var total = Gateway.Slack.Calls.Total;
        Weather(Late(refusal));
        var answering = SendAsync(write);
        await Gateway.UntilAsync(() => Task.FromResult(Gateway.Slack.Calls.Total > total));
        Clock.Advance(WaitBudget);
        Assert.True((int)(await answering).Status < 300);
    }

    /// <summary>What is answered; who is to come later is told when.</summary>
    protected static Answer Told((HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response) answer)
    {
        if (answer.Status == HttpStatusCode.TooManyRequests)
            Assert.True(answer.Response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        return new Answer(answer.Status, answer.Body, answer.Response.Headers.GetValues("X-Operation-Id").Single());
    }

    /// <summary>Whether the gateway shows what it showed before the write.</summary>
    protected async Task<bool> IsAsBeforeAsync() => await MirrorAsync() == _mirror;

    protected async Task<string> MirrorAsync()
    {
        var (_, body, _) = await Gateway.SendAsync(HttpMethod.Get, Endpoint);
        var all = body!["Resources"]!
            .AsArray()
            .Select(user => user!.AsObject())
            .OrderBy(user => (string)user["id"]!)
            .ToList();
        foreach (var one in all)
            one.Remove("meta");
        return string.Join('\n', all.Select(one => one.ToJsonString()));
    }

    protected string Link()
    {
        if (Id is not null)
            return Gateway.State(Id).ToLowerInvariant();
        return Gateway.Count(kept => kept.Links) == _links ? "none" : "one more";
    }

    private Task<string> SlackAsync() => Gateway.Control.GetStringAsync(Endpoint.ToLowerInvariant());

    private string CallsWord()
    {
        var calls = Gateway
            .Slack.Calls.ByOperation.Select(call =>
                (Verb: call.Key.Split(' ')[0], Count: call.Value - _calls.GetValueOrDefault(call.Key))
            )
            .Where(call => call.Count > 0)
            .OrderBy(call => Array.IndexOf(["POST", "GET", "PATCH", "DELETE"], call.Verb))
            .Select(call => call.Count == 1 ? call.Verb : $"{call.Count} {call.Verb}");
        return string.Join(", ", calls) is { Length: > 0 } told ? told : "none";
    }

    /// <summary>What the journal says.</summary>
    protected virtual string OperationWord(Answer answer)
    {
        var (verdict, outcome) = Gateway.Operation(answer.Operation) is { } operation
            ? (operation.Verdict, operation.Outcome)
            : ("", "none");
        var word = verdict.Split(':')[0] is ("skip" or "hold") and var asked ? $"{asked}: {outcome}" : outcome;
        return Gateway.Count(kept => kept.Holds) > _holds ? $"{word}, listed" : word;
    }

    private static async Task<Scenario> StartAsync<TScenario>(
        ContractRow row,
        IReadOnlyDictionary<string, State<TScenario>> states,
        Func<ManualClock, Gateway, bool, TScenario> make
    )
        where TScenario : Scenario
    {
        var state = states[row.Before];
        var clock = new ManualClock();
        var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = row.Preferences(),
                Clock = clock,
                OtherToken = Other,
            },
            ready: slack => state.InSlack?.Invoke(slack)
        );
        var scenario = make(clock, gateway, state.IsHeld);
        if (state.Then is { } then)
            await then(scenario);
        return scenario;
    }

    /// <summary>
    /// What there is before: what is made in Slack before the gateway looks at it, and what is asked of the gateway.
    /// </summary>
    public sealed record State<TScenario>(
        Action<SlackEmulatorServer>? InSlack = null,
        Func<TScenario, Task>? Then = null
    )
    {
        /// <summary>Whether Slack still holds a call.</summary>
        public bool IsHeld { get; init; }
    }

    /// <summary>What the provider was told.</summary>
    public sealed record Answer(HttpStatusCode Status, JsonObject? Body, string Operation);
}
