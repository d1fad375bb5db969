using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.Stories.Believing;
using ScimGateway.Stories.Running;
using Rules = ScimGateway.Provisioning.Model.Tenants.Rule;

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
                    or PreferencesException
                    or SlackUnreadableException
                    or OperationCanceledException
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
        var answer = world.SendAsync(asked.Source, asked.Method, asked.Path, asked.Body, client.Token);
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
        var slack = world.Slack;
        if (await Providers.AskedAsync(step) is { } asked)
            Send(asked);
        switch (step)
        {
            case Step.HangUp:
                foreach (var (_, _, client) in _open)
                    await client.CancelAsync();
                break;
            case Step.MakeByHand make:
                MakeByHand(make);
                break;
            case Step.ChangeByHand change:
                ChangeByHand(change);
                break;
            case Step.MakeGroupByHand make:
                var made = slack.Workspace.MakeGroup(
                    new JsonObject
                    {
                        ["displayName"] = make.Name,
                        ["members"] = new JsonArray([.. AtSlack(make.Members).Select(id => (JsonNode)id)]),
                    }
                );
                Model.TouchedGroups.Add(made);
                break;
            case Step.ChangeGroupByHand change:
                ChangeGroupByHand(change);
                break;
            case Step.Weather weather:
                Model.HadWeather = true;
                Model.SaidGone |= weather.Status == 404;
                slack.Faults.Add(
                    new Fault
                    {
                        Method = weather.Method,
                        Path = weather.Path,
                        Nth = weather.Nth,
                        Times = weather.Times,
                        Status = weather.Status,
                        Description = weather.Says,
                        RetryAfter = weather.RetryAfter,
                        DelayMs = weather.Delay,
                        AnswerDelayMs = weather.AnswerDelay,
                        Drop = weather.Drop is null ? null : Enum.Parse<Drop>(weather.Drop, ignoreCase: true),
                        Body = weather.Body is null ? null : Enum.Parse<SpoiledBody>(weather.Body, ignoreCase: true),
                        Effect = weather.Effect,
                    }
                );
                break;
            case Step.Clear:
                slack.Faults.Clear();
                break;
            case Step.Knob knob:
                Model.Turned.Add(knob.Name);
                Model.HadWeather = true;
                slack.Knobs.Set(knob.Name, JsonNode.Parse(knob.Value));
                break;
            case Step.Token token:
                Model.WasShut = true;
                if (token.IsValid)
                    slack.Knobs.Set("auth.tokens", null);
                else
                    slack.Knobs.Set("auth.tokens", new JsonArray());
                break;
            case Step.Prefer prefer:
                await PreferAsync(prefer);
                break;
            case Step.Rule rule:
                Model.Rules.Add(rule.Filter);
                Model.StayedAsTheyAre |= rule is { Filter: null, Everybody: false };
                // Whom it does not admit any longer stays in Slack, if the tenant does not want otherwise.
                foreach (var person in Model.People.Values)
                    person.MayBeFrozen |= person.Possible.Any(state =>
                        Scoped.Admits(rule.Filter, state?.Title) is not true
                    );
                await OperateAsync(
                    new TenantChange.OtherRules(
                        rule.Filter is null ? [] : [new Rules { Name = "the rule", Filter = rule.Filter }],
                        rule.Filter is not null ? null
                            : rule.Everybody ? LastRule.Everybody
                            : LastRule.AsTheyAre
                    )
                );
                break;
            case Step.Decide decide:
                Model.HadDecisions = true;
                var holds = world.Home.Holds;
                var listed = holds.List().Select(hold => hold.Id).Take(decide.All ? 100 : 1).ToList();
                Model.Decided = (Model.Decided.Released || decide.Release, Model.Decided.Dismissed || !decide.Release);
                watch.Decides();
                _operators.Add(decide.Release ? holds.ReleaseAsync(listed) : holds.DismissAsync(listed));
                break;
            case Step.Import:
                world.Home.Imports.TryBegin();
                break;
            case Step.Resync:
                Model.Replanned = Model.Step;
                _operators.Add(world.Home.Resync.AllAsync());
                break;
            case Step.Restart:
                await DriveAsync(world.StopAsync());
                Collect();
                await BringUpAsync();
                break;
            case Step.Die die:
                world.DieAfter(die.After);
                break;
            case Step.Wait wait:
                await PassAsync(TimeSpan.FromSeconds(wait.Seconds));
                break;
            case Step.Stop stop:
                Model.WasShut = true;
                var life = world.Home.Connection;
                _operators.Add(stop.Shadow ? life.BeginShadowAsync() : life.DisableAsync());
                break;
            case Step.GoOn:
                await OperateAsync(new TenantChange.GoOn(EndsShadow: true));
                break;
        }
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

    /// <summary>An operator previews a change and confirms it; it may go on beside the next steps.</summary>
    public async Task OperateAsync(TenantChange change)
    {
        _operators.Add(RunAsync());
        await Idle.ReachedAsync();

        async Task RunAsync()
        {
            var changes = world.Home.Changes;
            var preview = await changes.PreviewAsync(change);
            await changes.ConfirmAsync(preview.Id);
        }
    }

    private async Task PreferAsync(Step.Prefer prefer)
    {
        var next = JsonNode.Parse(Preferences.ToJson())!.AsObject();
        next[prefer.Name] = JsonNode.Parse(prefer.Value);
        Model.Preferred.Add(prefer.Name);
        // What was left out is told then.
        if (prefer.Releases)
            foreach (var person in Model.People.Values)
                person.AtSlack = null;
        Preferences changed;
        try
        {
            changed = Preferences.FromJson(next.ToJsonString());
        }
        catch (PreferencesException)
        {
            return;
        }
        await OperateAsync(new TenantChange.OtherPreferences(changed, prefer.Releases));
    }

    // By hand

    private Account? AccountOf(int who)
    {
        var all = world.Slack.Workspace.AccountsInOrder;
        var linked = Model.Known.TryGetValue(who, out var id)
            ? Model
                .Accounts.Values.Where(one => !one.IsGone && one.Linked.Contains(id))
                .Select(one => one.Id)
                .FirstOrDefault()
            : null;
        linked ??= Model
            .Accounts.Values.Where(one => one is { ByHand: true, IsGone: false })
            .Select(one => one.Id)
            .LastOrDefault();
        return linked is null ? null : all.FirstOrDefault(one => one.Id == linked);
    }

    private IEnumerable<string> AtSlack(IEnumerable<int> people) =>
        people.Select(AccountOf).OfType<Account>().Select(account => account.Id).Distinct();

    private void MakeByHand(Step.MakeByHand make)
    {
        var emails = new JsonArray(make.Address);
        if (make.Second is { } second && Folded.Of(second) != Folded.Of(make.Address))
            emails.Add(second);
        // Slack keeps names and addresses to one account each, also for people.
        var all = world.Slack.Workspace.AccountsInOrder;
        if (all.Any(one => one.Profile.UserName == make.UserName || emails.Any(email => Has(one, (string)email!))))
            return;
        var id = world.Slack.Workspace.MakeUser(
            new JsonObject
            {
                ["userName"] = make.UserName,
                ["emails"] = emails,
                ["active"] = make.Active,
                ["rank"] = make.Rank,
            }
        );
        var seen = Model.Accounts[id] = new Seen(id, byHand: true);
        seen.Look(world.Slack.Workspace.FindUser(id)!);
    }

    private static bool Has(Account account, string address) =>
        account.Profile.PrimaryEmail.Equals(address, StringComparison.OrdinalIgnoreCase)
        || (account.Profile.SecondaryEmail?.Equals(address, StringComparison.OrdinalIgnoreCase) ?? false);

    private void ChangeByHand(Step.ChangeByHand change)
    {
        if (AccountOf(change.Who) is not { } account || account.Rank == Rank.PrimaryOwner)
            return;
        var seen = Model.Accounts[account.Id];
        seen.Touched[change.What] = Model.Step;
        var workspace = world.Slack.Workspace;
        switch (change.What)
        {
            case "gone":
                workspace.RemoveUser(account.Id);
                seen.IsGone = true;
                return;
            case "erased":
                workspace.ChangeUser(account.Id, new JsonObject { ["erased"] = true, ["active"] = false });
                break;
            case "email" when workspace.AccountsInOrder.Any(one => one != account && Has(one, change.Value!)):
                return;
            case "email":
                workspace.ChangeUser(account.Id, new JsonObject { ["emails"] = new JsonArray(change.Value) });
                break;
            case "guest":
                workspace.ChangeUser(
                    account.Id,
                    new JsonObject
                    {
                        ["guest"] = change.Value is null
                            ? null
                            : new JsonObject
                            {
                                ["type"] = "multi",
                                ["expiration"] = (world.Clock.Now + TimeSpan.FromMinutes(1)).ToString(
                                    "yyyy-MM-dd'T'HH:mm:ss'Z'",
                                    CultureInfo.InvariantCulture
                                ),
                            },
                    }
                );
                break;
            case "active":
                workspace.ChangeUser(account.Id, new JsonObject { ["active"] = change.Value == "true" });
                break;
            default:
                workspace.ChangeUser(account.Id, new JsonObject { [change.What] = change.Value });
                break;
        }
        seen.Look(account);
    }

    private void ChangeGroupByHand(Step.ChangeGroupByHand change)
    {
        var names = Model.KnownTeams.TryGetValue(change.Which, out var id)
            ? Model.Teams[id].Names.Select(Folded.Of).ToHashSet()
            : [Folded.Of(Generator.Groups[change.Which])];
        var workspace = world.Slack.Workspace;
        if (workspace.GroupsInOrder.FirstOrDefault(one => names.Contains(Folded.Of(one.DisplayName))) is not { } group)
            return;
        if (change.What == "gone")
        {
            Model.TouchedGroups.Add(group.Id);
            workspace.RemoveGroup(group.Id);
            return;
        }
        if (change.What == "name")
        {
            Model.TouchedGroups.Add(group.Id);
            if (
                workspace.GroupsInOrder.All(one =>
                    one == group || Folded.Of(one.DisplayName) != Folded.Of(change.Value!)
                )
            )
                workspace.ChangeGroup(group.Id, new JsonObject { ["displayName"] = change.Value });
            return;
        }
        if (AccountOf(change.Who) is not { } account)
            return;
        Model.TouchedMembers.Add((group.Id, account.Id));
        var members = group.Members.Where(member => member != account).Select(member => member.Id).ToList();
        if (change.What == "in" && account.Profile.Active)
            members.Add(account.Id);
        workspace.ChangeGroup(
            group.Id,
            new JsonObject { ["members"] = new JsonArray([.. members.Select(member => (JsonNode)member)]) }
        );
    }
}
