using ScimGateway.Slack.Budget;

namespace ScimGateway.Slack.Tests.Budget.Pacing;

/// <summary>
/// An executor, the way to Slack and Slack's limiter, in virtual time: at most 16 calls in flight, one for an object
/// (each job here is about an object of its own), 150 ms there and back with jitter.
/// </summary>
internal sealed class Simulation
{
    private const int MostInFlight = 16;
    private static readonly TimeSpan _rush = TimeSpan.FromMinutes(10);

    private readonly Scenario _scenario;
    private readonly Random _random;
    private readonly VirtualClock _clock = new();
    private readonly SlackBudget _budget;
    private readonly SlackSchedule<Job> _schedule;
    private readonly TokenBuckets _slack;
    private readonly PriorityQueue<Action, (TimeSpan At, int Number)> _events = new();
    private readonly SimulationResult _result = new();
    private readonly int[] _membersMissing;
    private readonly List<int>[] _groupsOf;
    private int _eventNumber;
    private int _jobNumber;
    private int _inFlight;
    private int _toCome;
    private TimeSpan _wakeAt;

    private Simulation(Scenario scenario)
    {
        _scenario = scenario;
        _random = new Random(scenario.Seed);
        _budget = new SlackBudget(SlackLimits.Documented, _clock, scenario.Margin);
        _schedule = new SlackSchedule<Job>(_budget);
        _slack = new TokenBuckets(scenario.ClockLag);
        _membersMissing = new int[scenario.Groups];
        _groupsOf = [.. Enumerable.Range(0, scenario.Joiners).Select(_ => new List<int>())];
    }

    private bool IsDone => _inFlight == 0 && _toCome == 0 && _schedule.Count == 0;

    public static SimulationResult Run(Scenario scenario) => new Simulation(scenario).Run();

    private SimulationResult Run()
    {
        Prepare();
        while (_events.TryDequeue(out var happens, out var when))
        {
            _clock.Now = when.At;
            happens();
            SendWhatMayGo();
            if (IsDone)
                break;
        }
        return _result;
    }

    private void Prepare()
    {
        for (var group = 0; group < _scenario.Groups; group++)
        {
            var members = new HashSet<int>();
            while (members.Count < _scenario.MembersPerGroup)
                members.Add(_random.Next(_scenario.Joiners));
            _membersMissing[group] = members.Count;
            foreach (var member in members)
                _groupsOf[member].Add(group);
        }

        At(TimeSpan.Zero, Everything);
        if (_scenario.LeaversPerSecond > 0)
            Expect(_scenario.LeaversPerSecond, NextLeaver);
        if (_scenario.LeaversAtOnce > 0)
        {
            _toCome++;
            At(_rush, Rush);
        }
        foreach (var (call, part) in OtherCalls)
            if (_scenario.OtherApp > 0)
                At(Exponential(part * 10 * _scenario.OtherApp), () => NextOfOtherApp(call, part));
        if (_scenario.OtherAppUntil < TimeSpan.MaxValue)
            At(_scenario.OtherAppUntil, WatchRecovery);
    }

    // Of ten writes a second: three creations, three changes and three deletions of users, one change of a group.
    private static (SlackCall Call, double Part)[] OtherCalls =>
        [
            (SlackCall.PostUser, 0.3),
            (SlackCall.WriteUser, 0.3),
            (SlackCall.DeleteUser, 0.3),
            (SlackCall.WriteGroup, 0.1),
        ];

    private void Everything()
    {
        for (var user = 0; user < _scenario.Joiners; user++)
            Arrive(JobKind.Joiner, SlackCall.PostUser, SlackPriority.Joiner, user);
        for (var i = 0; i < _scenario.Updates; i++)
        {
            Arrive(JobKind.Update, SlackCall.WriteUser, SlackPriority.Update);
            Arrive(JobKind.Update, SlackCall.WriteGroup, SlackPriority.Update);
            Arrive(JobKind.Update, SlackCall.PostGroup, SlackPriority.Joiner);
            Arrive(JobKind.Background, SlackCall.WriteUser, SlackPriority.Background);
            Arrive(JobKind.Background, SlackCall.DeleteGroup, SlackPriority.Background);
        }
    }

    private void Rush()
    {
        _toCome--;
        for (var i = 0; i < _scenario.LeaversAtOnce; i++)
            Leaver();
    }

    private void NextLeaver()
    {
        if (_result.JoinersDone < _scenario.Joiners)
        {
            Leaver();
            Expect(_scenario.LeaversPerSecond, NextLeaver);
        }
    }

    private void Leaver()
    {
        _result.LeaversArrivedAt ??= _clock.Now;
        Arrive(JobKind.Leaver, SlackCall.WriteUser, SlackPriority.Leaver, alternative: SlackCall.DeleteUser);
    }

    // What is refused is lost to the other app: it does not come again.
    private void NextOfOtherApp(SlackCall call, double part)
    {
        if (_slack.TryCount(call, _clock.Now, out _))
            _result.OtherCounted(call, whileJoinersWait: _result.JoinersDone < _scenario.Joiners);
        else
            _result.OthersRefused++;
        if (_clock.Now < _scenario.OtherAppUntil)
            At(_clock.Now + Exponential(part * 10 * _scenario.OtherApp), () => NextOfOtherApp(call, part));
    }

    private void WatchRecovery()
    {
        if (_budget.Read().Any(bucket => bucket.Pace < 1))
            At(_clock.Now + TimeSpan.FromSeconds(1), WatchRecovery);
        else
            _result.RecoveredIn = _clock.Now - _scenario.OtherAppUntil;
    }

    private void Arrive(
        JobKind kind,
        SlackCall call,
        SlackPriority priority,
        int user = -1,
        SlackCall? alternative = null
    )
    {
        var job = new Job(_jobNumber++, kind, user, call, alternative, _clock.GetUtcNow());
        _schedule.Put(job, call, priority, job.Since, alternative);
    }

    private void SendWhatMayGo()
    {
        while (_inFlight < MostInFlight && _schedule.TryNext(out var granted))
        {
            _result.Took(granted, LeaverCouldHaveGone());
            _inFlight++;
            var there = OneWay() + Straggling();
            At(_clock.Now + there, () => ReachSlack(granted));
        }
        if (_inFlight < MostInFlight && _schedule.NextIn() is { } wait)
            Wake(_clock.Now + wait);
    }

    // One alarm is enough, unless a later one has to be earlier.
    private void Wake(TimeSpan at)
    {
        if (_wakeAt > _clock.Now && _wakeAt <= at)
            return;
        _wakeAt = at;
        At(at, () => { });
    }

    // The organization's bucket had room, or nothing would have been taken.
    private bool LeaverCouldHaveGone() =>
        _schedule.CountOf(SlackPriority.Leaver) > 0
        && (
            _budget.SupplyOf(SlackCall.WriteUser).Own.First <= 0
            || _budget.SupplyOf(SlackCall.DeleteUser).Own.First <= 0
        );

    private void ReachSlack(Granted<Job> granted)
    {
        var counted = _slack.TryCount(granted.Grant.Call, _clock.Now, out var retryAfter);
        At(_clock.Now + OneWay(), () => Answer(granted, counted ? null : retryAfter));
    }

    private void Answer(Granted<Job> granted, int? retryAfter)
    {
        _inFlight--;
        var job = granted.Item;
        if (retryAfter is { } seconds)
        {
            _result.Refused++;
            _budget.Refused(granted.Grant, TimeSpan.FromSeconds(seconds));
            _schedule.Put(job, job.Call, granted.Priority, granted.Since, job.Alternative);
            return;
        }
        _result.Answered(granted, _clock.Now, _clock.GetUtcNow() - job.Since);
        if (job.Kind == JobKind.Joiner)
            foreach (var group in _groupsOf[job.User])
                if (--_membersMissing[group] == 0)
                    Arrive(JobKind.Group, SlackCall.PostGroup, SlackPriority.Joiner);
    }

    private void Expect(double perSecond, Action happens)
    {
        _toCome++;
        At(
            _clock.Now + Exponential(perSecond),
            () =>
            {
                _toCome--;
                happens();
            }
        );
    }

    private void At(TimeSpan when, Action happens) => _events.Enqueue(happens, (when, _eventNumber++));

    private TimeSpan OneWay() => TimeSpan.FromMilliseconds(65 + 20 * _random.NextDouble());

    private TimeSpan Straggling() =>
        _random.Next(100) == 0 ? _random.NextDouble() * _scenario.Stragglers : TimeSpan.Zero;

    private TimeSpan Exponential(double perSecond) =>
        TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / perSecond);
}

internal enum JobKind
{
    Joiner,
    Group,
    Leaver,
    Update,
    Background,
}

internal sealed record Job(
    int Number,
    JobKind Kind,
    int User,
    SlackCall Call,
    SlackCall? Alternative,
    DateTimeOffset Since
);
