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

    // Of what waits to be told at all; of the rest nobody sees where it comes from.
    private const int Most = 10_000;

    private static readonly ActivitySource _activities = new(Source);

    private readonly ConcurrentDictionary<LinkId, ActivityContext> _waiting = new();

    /// <summary>A link waits in the trace that is under way, if one is recorded.</summary>
    public void Note(LinkId link)
    {
        if (Activity.Current is { Recorded: true } current && _waiting.Count < Most)
            _waiting[link] = current.Context;
    }

    /// <summary>The link's turn begins, in the trace that it has waited in; null where nobody records it.</summary>
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
