using System.Collections.Concurrent;
using System.Net;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Scim;

/// <summary>
/// The memory that the bodies and answers under way may have together, of which each tenant has a share. Who finds too
/// little of it waits a little, and is told to come again. What is small takes nothing: there are no more of it than
/// connections (<c>Entrance</c>).
/// </summary>
internal sealed class RequestMemory(long most, TimeProvider clock)
{
    /// <summary>What is not counted of a body, and of an answer.</summary>
    public const int Small = 64 << 10;

    // Who has more than this leaves a quarter to all the others: a page of a hundred users has 200 KB.
    private const int Ordinary = 1 << 20;

    private const int MostWaiting = 1_000;
    private const int MostWaitingOfOne = 100;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private readonly ConcurrentDictionary<TenantId, Share> _shares = new();
    private long _taken;

    private TimeProvider Clock { get; } = clock;

    /// <summary>How much there is unless it is said: a quarter of what the process may use, and 1 GiB at most.</summary>
    public static long Usual => Math.Min(Quarter, 1L << 30);

    /// <summary>
    /// A quarter of what the process may use, as a container limits it: what is made of bodies and answers while they
    /// are worked on is about as much again, and the collector wants room.
    /// </summary>
    public static long Quarter => Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, 32 << 20);

    /// <summary>The most that one request may have.</summary>
    public long MostOfOne => most - most / 4;

    /// <summary>The share of the tenant that asks.</summary>
    public Share Of(HttpContext context) => Of(context.Caller().TenantId);

    /// <summary>The share of a tenant.</summary>
    public Share Of(TenantId tenant) => _shares.GetOrAdd(tenant, _ => new Share(this));

    /// <summary>What is said where there is too little.</summary>
    public static ScimException Full() =>
        ScimException.Later(
            HttpStatusCode.ServiceUnavailable,
            "Other requests have the memory that there is for bodies and answers; try again in a few seconds.",
            TimeSpan.FromSeconds(5)
        );

    // Whatever others have, a tenant leaves a part of the rest free: so there is some for the next one, and the more the
    // fewer there are. Alone it has nearly all.
    private bool TryTakeLocked(Share share, long bytes, long had)
    {
        var rest = most - (_taken - share.TakenLocked);
        if (share.TakenLocked + bytes > rest - rest / (had + bytes > Ordinary ? 4 : 8))
            return false;
        TakeLocked(share, bytes);
        return true;
    }

    private void TakeLocked(Share share, long bytes)
    {
        _taken += bytes;
        share.TakenLocked += bytes;
    }

    private sealed record Waiting(Share Share, long Bytes, long Had)
    {
        public TaskCompletionSource Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What one tenant's requests have of it.</summary>
    public sealed class Share(RequestMemory all)
    {
        internal long TakenLocked { get; set; }

        private int _waits;

        /// <summary>The most that one request may have.</summary>
        public long MostOfOne => all.MostOfOne;

        /// <summary>How much is taken.</summary>
        public long Taken
        {
            get
            {
                lock (all._lock)
                    return TakenLocked;
            }
        }

        /// <summary>How many wait for some.</summary>
        public int Waits
        {
            get
            {
                lock (all._lock)
                    return _waits;
            }
        }

        /// <summary>Takes so much, unless there is too little.</summary>
        /// <param name="bytes">How much.</param>
        /// <param name="had">What the request has already.</param>
        public bool TryTake(long bytes, long had)
        {
            lock (all._lock)
                return all.TryTakeLocked(this, bytes, had);
        }

        /// <summary>Takes so much though there may be too little, of what cannot be refused any more.</summary>
        public void Take(long bytes)
        {
            lock (all._lock)
                all.TakeLocked(this, bytes);
        }

        /// <summary>Takes so much, if need be when others have given back.</summary>
        /// <exception cref="ScimException">They have not given back in time: 503.</exception>
        public async Task TakeAsync(long bytes, long had, CancellationToken gone)
        {
            LinkedListNode<Waiting> place;
            lock (all._lock)
            {
                if (all.TryTakeLocked(this, bytes, had))
                    return;
                if (_waits >= MostWaitingOfOne || all._waiting.Count >= MostWaiting)
                    throw Full();
                place = all._waiting.AddLast(new Waiting(this, bytes, had));
                _waits++;
            }
            try
            {
                await place.Value.Served.Task.WaitAsync(_patience, all.Clock, gone);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                bool cameInBetween;
                lock (all._lock)
                {
                    cameInBetween = place.List is null;
                    if (!cameInBetween)
                        LeaveLocked(place);
                }
                if (cameInBetween)
                    GiveBack(bytes);
                if (e is OperationCanceledException)
                    throw;
                throw Full();
            }
        }

        /// <summary>Gives back what was taken; who waits gets it, the first one first, whosever it is.</summary>
        public void GiveBack(long bytes)
        {
            if (bytes == 0)
                return;
            lock (all._lock)
            {
                all.TakeLocked(this, -bytes);
                for (var next = all._waiting.First; next is not null; )
                {
                    var place = next;
                    next = place.Next;
                    if (!all.TryTakeLocked(place.Value.Share, place.Value.Bytes, place.Value.Had))
                        continue; // a smaller one behind it may fit
                    place.Value.Share.LeaveLocked(place);
                    place.Value.Served.SetResult();
                }
            }
        }

        private void LeaveLocked(LinkedListNode<Waiting> place)
        {
            all._waiting.Remove(place);
            _waits--;
        }
    }
}
