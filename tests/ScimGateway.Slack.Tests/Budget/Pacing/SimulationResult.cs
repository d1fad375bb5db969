using ScimGateway.Slack.Budget;

namespace ScimGateway.Slack.Tests.Budget.Pacing;

/// <summary>What came of a scenario.</summary>
internal sealed class SimulationResult
{
    private static readonly TimeSpan _early = TimeSpan.FromMinutes(10);

    private readonly List<TimeSpan> _leavers = [];
    private readonly Dictionary<JobKind, (int Count, int Early, TimeSpan Last)> _answered = [];

    /// <summary>Our calls that Slack refused.</summary>
    public int Refused { get; set; }

    public int OthersRefused { get; set; }

    /// <summary>Users that the other app created while ours were waiting.</summary>
    public int OthersJoiners { get; private set; }

    /// <summary>Joiners taken while a leaver waited whose bucket had room.</summary>
    public int LeaversBehindJoiners { get; private set; }

    public TimeSpan? LeaversArrivedAt { get; set; }

    /// <summary>How long after the other app had gone every bucket was back at its full rate.</summary>
    public TimeSpan? RecoveredIn { get; set; }

    public int JoinersDone => Done(JobKind.Joiner);

    public TimeSpan JoinersAndGroupsTook =>
        _answered.Where(of => of.Key is JobKind.Joiner or JobKind.Group).Max(of => of.Value.Last);

    public TimeSpan LeaversTook => _answered[JobKind.Leaver].Last - LeaversArrivedAt!.Value;

    /// <summary>
    /// The part of what the bucket for creations gave, less what the other app took, that our joiners got.
    /// </summary>
    public double UseByJoiners => JoinersDone / (20 + 3 * _answered[JobKind.Joiner].Last.TotalSeconds - OthersJoiners);

    /// <summary>The part of what the organization's bucket gave in the first ten minutes that we used.</summary>
    public double UseOfAllWritesEarly => _answered.Values.Sum(of => of.Early) / (180 + 10 * _early.TotalSeconds);

    /// <summary>Background's part of all calls in the first ten minutes.</summary>
    public double BackgroundEarly =>
        (double)_answered.GetValueOrDefault(JobKind.Background).Early / _answered.Values.Sum(of => of.Early);

    public int Done(JobKind kind) => _answered.GetValueOrDefault(kind).Count;

    /// <summary>The time from arrival to answer that this part of the leavers stayed within.</summary>
    public TimeSpan LeaversWithin(double part)
    {
        _leavers.Sort();
        return _leavers[(int)Math.Ceiling(part * _leavers.Count) - 1];
    }

    public void OtherCounted(SlackCall call, bool whileJoinersWait)
    {
        if (call == SlackCall.PostUser && whileJoinersWait)
            OthersJoiners++;
    }

    public void Took(Granted<Job> granted, bool leaverCouldHaveGone)
    {
        if (granted.Item.Kind == JobKind.Joiner && leaverCouldHaveGone)
            LeaversBehindJoiners++;
    }

    public void Answered(Granted<Job> granted, TimeSpan now, TimeSpan waited)
    {
        var (count, early, _) = _answered.GetValueOrDefault(granted.Item.Kind);
        _answered[granted.Item.Kind] = (count + 1, early + (now <= _early ? 1 : 0), now);
        if (granted.Item.Kind == JobKind.Leaver)
            _leavers.Add(waited);
    }
}
