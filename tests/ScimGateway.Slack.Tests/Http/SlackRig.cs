using System.Text.Json.Nodes;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Tests.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.SlackEmulator;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>The pretend Slack on a real socket, and clients that face it.</summary>
public sealed class SlackRig : IAsyncLifetime
{
    private SlackEmulatorServer? _slack;

    internal SlackEmulatorServer Slack => _slack!;

    public async ValueTask InitializeAsync() => _slack = await SlackEmulatorServer.StartAsync();

    public ValueTask DisposeAsync() => Slack.DisposeAsync();

    /// <summary>A client with all of its surroundings new.</summary>
    internal SlackParty Party(SlackClientOptions? options = null, TimeProvider? clock = null, Uri? at = null) =>
        new(at ?? Slack.ScimUrl, options ?? SlackParty.Patient, clock ?? new HurriedClock());

    /// <summary>As at the start, without weather, knobs turned back.</summary>
    internal void Restart(params (string Knob, JsonNode? Value)[] knobs)
    {
        Slack.Knobs.Restore();
        foreach (var (knob, value) in knobs)
            Slack.Knobs.Set(knob, value);
        Slack.Reset();
    }

    /// <summary>Waits until no call is under way any more, so that a late one falls into nobody else's test.</summary>
    internal async Task QuietAsync()
    {
        while (Slack.Calls.ByStatus.Values.Sum() < Slack.Calls.Total)
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
    }
}

/// <summary>One client: its own connections, breaker, budget and log.</summary>
internal sealed class SlackParty : IDisposable
{
    /// <summary>Limits that a busy machine does not reach.</summary>
    public static readonly SlackClientOptions Patient = new()
    {
        AttemptLimit = TimeSpan.FromMinutes(3),
        TotalLimit = TimeSpan.FromMinutes(10),
    };

    private readonly HttpClient _http;

    public SlackParty(Uri address, SlackClientOptions options, TimeProvider clock, HttpClient? http = null)
    {
        _http = http ?? SlackHttp.NewClient();
        // It stands still: what was taken stays taken and can be counted.
        Budget = new SlackBudget(SlackLimits.Documented, new VirtualClock());
        Connection = new SlackConnection(address, SlackEmulatorServer.Token);
        Client = new SlackScimClient(_http, Connection, options, Budget, clock, Log);
    }

    public SlackBudget Budget { get; }

    public SlackConnection Connection { get; }

    public SlackScimClient Client { get; }

    public LogLines Log { get; } = new();

    /// <summary>How many calls of this kind were paid for.</summary>
    public int Paid(SlackCall call)
    {
        var bucket = call == SlackCall.List ? SlackBucket.Reads : Enum.Parse<SlackBucket>(call.ToString());
        var state = Budget.Read().Single(b => b.Bucket == bucket);
        return state.Burst - state.Rest;
    }

    public bool IsFrozen => Budget.Read().Any(b => b.FrozenUntil is not null);

    /// <summary>Takes the call from the budget and sends it.</summary>
    public Task<SlackResult> SendAsync(SlackCommand command, CancellationToken? cancel = null)
    {
        Assert.True(Budget.TryTake(command.Call, out var grant, out _), "The budget has no room.");
        return Client.SendAsync(command, grant, cancel ?? TestContext.Current.CancellationToken);
    }

    public void Dispose() => _http.Dispose();
}
