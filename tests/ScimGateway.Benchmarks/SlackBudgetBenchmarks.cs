using BenchmarkDotNet.Attributes;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Benchmarks;

/// <summary>What it costs to ask whether Slack allows a call, and whose turn it is among 100,000.</summary>
[MemoryDiagnoser]
public class SlackBudgetBenchmarks
{
    private const int Waiting = 100_000;
    private static readonly DateTimeOffset _since = DateTimeOffset.UnixEpoch;

    private readonly SlackBudget _open = new(SlackLimits.Unlimited, TimeProvider.System);
    private readonly SlackBudget _spent = new(SlackLimits.Documented.Scaled(1e-6), TimeProvider.System);
    private readonly SlackSchedule<int> _schedule;
    private readonly SlackSchedule<int> _waitingForBudget;
    private int _served = Waiting;

    /// <summary>Empty schedules over a budget that has room and one that has none.</summary>
    public SlackBudgetBenchmarks()
    {
        _schedule = new(_open);
        _waitingForBudget = new(_spent);
    }

    /// <summary>100,000 wait in every line, and the narrow budget is spent.</summary>
    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0; i < Waiting; i++)
        {
            Put(_schedule, i);
            Put(_waitingForBudget, i);
        }
        while (_waitingForBudget.TryNext(out _)) { }
    }

    /// <summary>A call that is allowed.</summary>
    [Benchmark]
    public void Take() => _open.TryTake(SlackCall.WriteUser, out _, out _);

    /// <summary>A call that has to wait.</summary>
    [Benchmark]
    public void TakeInVain() => _spent.TryTake(SlackCall.WriteUser, out _, out _);

    /// <summary>The turn of the first, and one more that waits.</summary>
    [Benchmark]
    public void NextOfMany()
    {
        _schedule.TryNext(out _);
        Put(_schedule, _served++);
    }

    /// <summary>Nobody's turn, in any line.</summary>
    [Benchmark]
    public void NextInVain() => _waitingForBudget.TryNext(out _);

    /// <summary>When one more would have its turn.</summary>
    [Benchmark]
    public void Estimate() => _waitingForBudget.Estimate(SlackCall.PostUser, SlackPriority.Update);

    private static void Put(SlackSchedule<int> schedule, int number)
    {
        // Scattered, so that the heaps have work to do; a third of them are leavers with two ways out.
        var since = _since.AddSeconds(number * 7919L % 100_003);
        var call = (SlackCall)(number % 9);
        if (number % 3 == 0)
            schedule.Put(number, SlackCall.WriteUser, SlackPriority.Leaver, since, SlackCall.DeleteUser);
        else
            schedule.Put(number, call, (SlackPriority)(number % 5), since);
    }
}
