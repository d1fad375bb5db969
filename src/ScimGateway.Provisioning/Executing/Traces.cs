using System.Collections.Concurrent;
using System.Diagnostics;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Executing;

/// <summary>
/// In whose trace a link waits to be told, so that one trace leads from a provider's request through the queue to the call to
/// Slack that comes of it. It is kept in memory alone: after a restart a call has a trace of its own.
/// </summary>
internal sealed class Traces
{
    /// <summary>The name of the traces.</summary>
    public const string Source = "ScimGateway.Provisioning";

    // Calls of further links have traces of their own.
    private const int Most = 10_000;

    private static readonly ActivitySource _activities = new(Source);

    private readonly ConcurrentDictionary<LinkId, ActivityContext> _waiting = new();

    /// <summary>A link waits in the trace that is under way, if one is recorded.</summary>
    public void Note(LinkId link)
    {
        if (Activity.Current is { Recorded: true } current && _waiting.Count < Most)
            _waiting[link] = current.Context;
    }

    /// <summary>Begins the link's call, in the trace in which the link has waited; null where nobody records traces.</summary>
    public Activity? Begin(LinkId link)
    {
        Activity.Current = null; // a loop has that of whoever has started it
        return _activities.HasListeners()
            ? _activities.StartActivity(
                "tell Slack",
                ActivityKind.Internal,
                _waiting.TryRemove(link, out var waited) ? waited : default
            )
            : null;
    }
}
