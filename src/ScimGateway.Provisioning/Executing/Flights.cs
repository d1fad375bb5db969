using System.Collections.Concurrent;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Executing;

/// <summary>A link has one call under way at a time, and nothing is done with it beside that.</summary>
/// <param name="dueLinks">Links that are to be looked at.</param>
internal sealed class Flights(DueLinks dueLinks)
{
    private readonly ConcurrentDictionary<LinkId, Flight> _underWay = new();

    /// <summary>
    /// Does something with links while no call of theirs is under way: what is gets its outcome first, and none begins
    /// meanwhile. They are looked at afterwards.
    /// </summary>
    public async Task<T> BetweenCallsAsync<T>(IEnumerable<LinkId> links, Func<Task<T>> work)
    {
        var own = new Flight { IsAnswered = true }; // whoever would take something back waits for it
        var held = new List<LinkId>();
        try
        {
            // All in one order, so that no two wait for each other.
            foreach (var link in links.Distinct().OrderBy(link => link.Value))
            {
                while (!TryBegin(link, own))
                    if (_underWay.TryGetValue(link, out var call))
                        await call.Landed.Task;
                held.Add(link);
            }
            return await work();
        }
        finally
        {
            held.ForEach(End);
            own.Landed.SetResult(true);
            held.ForEach(dueLinks.Consider);
        }
    }

    /// <summary>
    /// Does something with a link of whose wish nothing is sent; null if a call is under way, which may say something of
    /// it.
    /// </summary>
    internal async Task<T?> BeforeCallAsync<T>(LinkId link, Func<Task<T?>> work)
        where T : class
    {
        var own = new Flight();
        while (!TryBegin(link, own))
            // What is answered is over in a moment; what it was decides then.
            if (_underWay.TryGetValue(link, out var call) && !(call.IsAnswered && await call.Landed.Task))
                return null;
        try
        {
            return await work();
        }
        finally
        {
            End(link);
            own.Landed.SetResult(false);
            dueLinks.Consider(link);
        }
    }

    /// <summary>How many calls are under way.</summary>
    internal int Count => _underWay.Count;

    /// <summary>Whether a call is under way, whose end looks at the link again.</summary>
    internal bool LooksAgain(LinkId link)
    {
        if (!_underWay.TryGetValue(link, out var flight))
            return false;
        flight.LookAgain();
        return _underWay.ContainsKey(link); // one that ended meanwhile may not have seen it
    }

    /// <summary>Begins a call; false if one is under way.</summary>
    internal bool TryBegin(LinkId link, Flight flight)
    {
        if (!_underWay.TryAdd(link, flight))
            return false;
        flight.StampBefore = dueLinks.Renew(link) - 1;
        return true;
    }

    /// <summary>The call is over; whoever waits for it is told by its flight.</summary>
    internal void End(LinkId link)
    {
        dueLinks.Renew(link); // before it counts as ended
        _underWay.TryRemove(link, out _);
    }

    /// <summary>Waits until the calls that are under way have had their outcome.</summary>
    internal Task LandAsync() => Task.WhenAll(_underWay.Values.Select(flight => flight.Landed.Task));
}

/// <summary>A call of a link that is under way.</summary>
internal sealed class Flight
{
    private volatile bool _looksAgain;

    /// <summary>
    /// Whether Slack has replied: written by the call's own task before anybody is told what it says of Slack, read by
    /// whoever was told.
    /// </summary>
    public volatile bool IsAnswered;

    /// <summary>The link's stamp when it began.</summary>
    public int StampBefore { get; set; }

    /// <summary>Whether there was news of the link meanwhile, which its end looks at.</summary>
    public bool LooksAgain => _looksAgain;

    /// <summary>There was news of the link, whoever says so.</summary>
    public void LookAgain() => _looksAgain = true;

    /// <summary>Whether Slack may have heard of it.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether the outcome of what was sent is written down.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>Completes with whether its outcome is written down.</summary>
    public TaskCompletionSource<bool> Landed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
