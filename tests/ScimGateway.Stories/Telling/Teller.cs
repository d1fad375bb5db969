using System.Globalization;
using System.Text;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Stories.Believing;
using ScimGateway.Stories.Running;

namespace ScimGateway.Stories.Telling;

/// <summary>Carries a story out, and keeps the model told of what it did and what it was answered.</summary>
internal sealed class Teller(World world, Story story, Action<string>? tell = null)
{
    private readonly List<(Task<Reply?> Answer, Action<Reply?> Ended, CancellationTokenSource Client)> _open = [];
    private readonly List<Task> _operators = [];
    private int _told;

    /// <summary>The step that is being told.</summary>
    public Step? Current { get; private set; }

    /// <summary>What is believed.</summary>
    public Model Model { get; } = new();

    /// <summary>Those who ask.</summary>
    public Providers Providers => field ??= new Providers(this);

    /// <summary>Those who ask in Slack's own words.</summary>
    public Scripts Scripts => field ??= new Scripts(this);

    private Troubles Troubles => field ??= new Troubles(this);

    private Lives Lives => field ??= new Lives(this);

    /// <summary>Those who change something in Slack.</summary>
    public Hands Hands => field ??= new Hands(this);

    /// <summary>Those who decide.</summary>
    public Operators Operators => field ??= new Operators(this);

    /// <summary>The world.</summary>
    public World World => world;

    /// <summary>Prints a line, where somebody listens.</summary>
    public Action<string>? Tell => tell;

    /// <summary>The preferences in force; while no gateway runs, those that were.</summary>
    public Preferences Preferences
    {
        get => field = world.IsUp ? world.Home.Preferences.Now : field;
    } = new();

    /// <summary>Tells the whole story, and then it is quiet and everything is looked at.</summary>
    public async Task TellAsync()
    {
        Model.Preferred.UnionWith(story.Preferences.Keys);
        if (!world.IsUp)
            await DriveAsync(world.StartAsync());
        await Idle.ReachedAsync();
        var watch = new Watch(this);
        watch.Look();
        foreach (var step in story.Steps)
        {
            Model.Step++;
            if (!world.IsUp || world.IsDead)
                await BringUpAsync();
            tell?.Invoke(
                $"{Model.Step, 3}  {new Story(new Dictionary<string, string>(), [step]).Print().Split('\n')[1]}"
            );
            Current = step;
            await TakeAsync(step, watch);
            await SettleDownAsync();
            watch.Look();
        }
        Current = new Step.Clear();
        var quiet = new Quiet(this, watch);
        await quiet.CheckAsync();
    }

    /// <summary>Lets all move that can, and collects the answers.</summary>
    public async Task SettleDownAsync()
    {
        try
        {
            await Idle.ReachedAsync();
        }
        finally
        {
            if (tell is not null)
                TellCalls(tell);
        }
        Collect();
    }

    private void TellCalls(Action<string> tell)
    {
        var all = world.Slack.Calls.Last;
        foreach (var call in all.Skip(_told).Take(20))
            tell($"       . {call.Status} to {call.Operation} {call.Path}");
        _told = all.Count;
    }

    /// <summary>Whether a request or an operator is not answered yet.</summary>
    public bool IsWaiting => _open.Count > 0 || _operators.Count > 0;

    /// <summary>Whether an operator is not done yet.</summary>
    public bool IsOperated => _operators.Count > 0;

    /// <summary>Sends a request and lets time pass until it is answered.</summary>
    public async Task<Reply?> AskAsync(int source, string method, string path, string? body = null)
    {
        while (true)
        {
            var answer = world.SendAsync(source, method, path, body);
            await DriveAsync(answer);
            if (answer.IsCompleted)
                return await answer;
            await BringUpAsync(); // it died meanwhile, and is asked again
        }
    }

    /// <summary>Lets time pass until something has ended, or the gateway has.</summary>
    public async Task DriveAsync(Task task)
    {
        var late = world.Clock.Now + TimeSpan.FromHours(1);
        await Idle.ReachedAsync();
        while (!task.IsCompleted)
        {
            if (world.IsDead)
                return;
            if (world.Clock.Next is not { } next || next > late)
                throw new WrongException("stuck", "what was begun does not end");
            world.Clock.GoTo(next);
            await Idle.ReachedAsync();
        }
        await task;
    }

    /// <summary>The gateway runs again, if it does not.</summary>
    public async Task BringUpAsync()
    {
        if (world.IsDead)
        {
            Model.HasDied = true;
            Figures.Count("deaths");
            tell?.Invoke("     it dies");
            await world.DieAsync();
        }
        if (world.IsUp)
            return;
        Lose();
        await DriveAsync(world.StartAsync());
        await Idle.ReachedAsync();
    }

    /// <summary>The gateway stops, as SIGTERM has it.</summary>
    public async Task StopAsync()
    {
        await DriveAsync(world.StopAsync());
        Collect();
    }

    /// <summary>An operator does something, which may go on beside the next steps.</summary>
    public void GoesOn(Task operated) => _operators.Add(operated);

    // Who has no answer now gets none.
    private void Lose()
    {
        foreach (var (_, ended, client) in _open)
        {
            ended(null);
            client.Dispose();
        }
        _open.Clear();
        _operators.Clear();
    }

    private void Collect()
    {
        for (var i = 0; i < _open.Count; )
        {
            var (answer, ended, client) = _open[i];
            if (!answer.IsCompleted)
            {
                i++;
                continue;
            }
            _open.RemoveAt(i);
            client.Dispose();
            ended(Ended(answer));
        }
        foreach (var task in _operators.Where(task => task.IsFaulted))
            if (
                task.Exception!.InnerException
                is not (
                    NotReadyException
                    or ScimException
                    or PreferencesException
                    or SlackUnreadableException
                    or OperationCanceledException
                    or HomeEndedException // the process stopped first, and nothing was written
                )
            )
                throw new WrongException("operator", task.Exception.InnerException!.ToString());
        _operators.RemoveAll(task => task.IsCompleted);
    }

    private static Reply? Ended(Task<Reply?> answer) =>
#pragma warning disable RS0030 // it has ended
        answer.IsFaulted
            ? throw new WrongException("answer", $"a request ended with {answer.Exception!.InnerException}")
        : answer.IsCanceled ? null
        : answer.Result;
#pragma warning restore RS0030

    private void Send(Asked asked)
    {
        var client = new CancellationTokenSource();
        tell?.Invoke($"       > {asked.Method} {asked.Path} {asked.Body}");
        var answer = world.SendAsync(asked.Source, asked.Method, asked.Path, asked.Body, asked.IsScripts, client.Token);
        _open.Add(
            (
                answer,
                reply =>
                {
                    tell?.Invoke(
                        $"       < {reply?.Status.ToString(CultureInfo.InvariantCulture) ?? "nothing"} to {asked.Method} {asked.Path} {(reply?.Status >= 300 || asked.Path == "Bulk" ? Encoding.UTF8.GetString(reply?.Body ?? []) : "")}"
                    );
                    asked.Ended(reply);
                },
                client
            )
        );
    }

    private async Task TakeAsync(Step step, Watch watch)
    {
        if ((await Providers.AskedAsync(step) ?? Scripts.AskedOf(step)) is { } asked)
            Send(asked);
        else if (step is Step.HangUp)
            foreach (var (_, _, client) in _open)
                await client.CancelAsync();
        else
            _ =
                Hands.Take(step)
                || Troubles.Take(step)
                || await Operators.TakeAsync(step, watch)
                || await Lives.TakeAsync(step, watch);
    }

    /// <summary>Lets time pass, alarm by alarm.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var until = world.Clock.Now + time;
        for (var many = 0; world.Clock.Next is { } next && next <= until; many++)
        {
            if (many > 10_000)
                throw new WrongException("busy", $"something is due again and again in {time}");
            world.Clock.GoTo(next);
            await SettleDownAsync();
            if (world.IsDead)
                await BringUpAsync();
        }
        world.Clock.GoTo(until);
        await SettleDownAsync();
    }
}
