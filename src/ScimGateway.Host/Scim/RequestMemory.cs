using System.Net;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Host.Scim;

/// <summary>
/// The memory that the bodies and answers under way may have together. Who finds too little of it waits a little, and
/// is told to come again. What is small takes nothing: there are no more of it than connections (<c>Entrance</c>).
/// </summary>
internal sealed class RequestMemory(long most, TimeProvider clock)
{
    /// <summary>What is not counted of a body, and of an answer.</summary>
    public const int Small = 64 << 10;

    // Who has more than this leaves a quarter to all the others: a page of a hundred users has 200 KB.
    private const int Ordinary = 1 << 20;

    private const int MostWaiting = 100;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private long _taken;

    /// <summary>
    /// A quarter of what the process may use, as a container limits it: what is made of bodies and answers while they
    /// are worked on is about as much again, and the collector wants room.
    /// </summary>
    public static long Quarter => Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, 32 << 20);

    /// <summary>The most that one request may have.</summary>
    public long MostOfOne => most - most / 4;

    /// <summary>How much is taken.</summary>
    public long Taken
    {
        get
        {
            lock (_lock)
                return _taken;
        }
    }

    /// <summary>How many wait for some.</summary>
    public int Waits
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Takes so much, unless there is too little.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="had">What the request has already.</param>
    public bool TryTake(long bytes, long had)
    {
        lock (_lock)
            return TryTakeLocked(bytes, had);
    }

    /// <summary>Takes so much though there may be too little, of what cannot be refused any more.</summary>
    public void Take(long bytes)
    {
        lock (_lock)
            _taken += bytes;
    }

    /// <summary>Takes so much, if need be when others have given back.</summary>
    /// <exception cref="ScimException">They have not given back in time: 503.</exception>
    public async Task TakeAsync(long bytes, long had, CancellationToken gone)
    {
        LinkedListNode<Waiting> place;
        lock (_lock)
        {
            if (TryTakeLocked(bytes, had))
                return;
            if (_waiting.Count >= MostWaiting)
                throw Full();
            place = _waiting.AddLast(new Waiting(bytes, had));
        }
        try
        {
            await place.Value.Served.Task.WaitAsync(_patience, clock, gone);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            bool cameInBetween;
            lock (_lock)
            {
                cameInBetween = place.List is null;
                if (!cameInBetween)
                    _waiting.Remove(place);
            }
            if (cameInBetween)
                GiveBack(bytes);
            if (e is OperationCanceledException)
                throw;
            throw Full();
        }
    }

    /// <summary>Gives back what was taken; who waits for it gets it, the first one first.</summary>
    public void GiveBack(long bytes)
    {
        if (bytes == 0)
            return;
        lock (_lock)
        {
            _taken -= bytes;
            for (var next = _waiting.First; next is not null; )
            {
                var place = next;
                next = place.Next;
                if (!TryTakeLocked(place.Value.Bytes, place.Value.Had))
                    continue; // a smaller one behind it may fit
                _waiting.Remove(place);
                place.Value.Served.SetResult();
            }
        }
    }

    /// <summary>What is said where there is too little.</summary>
    public static ScimException Full() =>
        ScimException.Later(
            HttpStatusCode.ServiceUnavailable,
            "Other requests have the memory that there is for bodies and answers; try again in a few seconds.",
            TimeSpan.FromSeconds(5)
        );

    private bool TryTakeLocked(long bytes, long had)
    {
        if (_taken + bytes > (had + bytes > Ordinary ? MostOfOne : most))
            return false;
        _taken += bytes;
        return true;
    }

    private sealed record Waiting(long Bytes, long Had)
    {
        public TaskCompletionSource Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
