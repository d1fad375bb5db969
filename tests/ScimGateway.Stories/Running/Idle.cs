using ScimGateway.Stories.Believing;

namespace ScimGateway.Stories.Running;

/// <summary>
/// Nothing moves any more but by the clock or by the story. All work of a story is done by the pool of threads, which
/// has one: whoever runs on it and finds nothing queued knows that everybody else waits. So a story is told the same
/// way each time, too.
/// </summary>
internal static class Idle
{
    // Of work without a call to the outside this is far more than any story has.
    private const int Most = 5_000;

    /// <summary>Has the pool have one thread. Before anything else is done.</summary>
    public static void Require()
    {
        if (!ThreadPool.SetMinThreads(1, 1) || !ThreadPool.SetMaxThreads(1, 1))
            throw new InvalidOperationException("The pool of threads cannot be bounded to one.");
    }

    /// <summary>Returns when all that can move has moved.</summary>
    public static async Task ReachedAsync()
    {
        for (var i = 0; i < Most; i++)
        {
            await Task.Yield();
            if (ThreadPool.PendingWorkItemCount == 0)
                return;
        }
        throw new WrongException("busy", "it works without end");
    }
}
