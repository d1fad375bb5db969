using System.Runtime.CompilerServices;
using ScimGateway.Host.Logging;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>
/// Who watches a tenant's operations as they come and end. While anybody does, the journal is asked once a second what
/// has changed, once for all of them: so whoever writes it, here or in another process, knows nothing of that.
/// </summary>
internal sealed class OperationStreams(
    OperationReads reads,
    TimeProvider clock,
    IHostApplicationLifetime life,
    ILogger<OperationStreams> log
)
{
    /// <summary>The most at once of a tenant's.</summary>
    public const int MostOfTenant = 20;

    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);

    private readonly OperationReads _reads = reads;
    private readonly TimeProvider _clock = clock;
    private readonly ILogger _log = log;
    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, Watch> _watches = [];

    /// <summary>
    /// So much later than it says a line may be there: it has the time when its request came, or when Slack had answered,
    /// and waits for the store for 30 s at most (docs/rooms/storage.md).
    /// </summary>
    public static TimeSpan Late { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Fires when the process ends, and all streams with it.</summary>
    public CancellationToken Ending => life.ApplicationStopping;

    /// <summary>Begins to watch: all that comes or ends from now on is offered to it.</summary>
    /// <exception cref="Problem">Too many watch the tenant already.</exception>
    public async Task<OperationStream> OpenAsync(TenantId tenant, AdminKeyId key)
    {
        OperationStream stream;
        lock (_gate)
        {
            if (!_watches.TryGetValue(tenant, out var watch))
                _watches[tenant] = watch = new Watch(this, tenant);
            if (watch.Streams.Count >= MostOfTenant)
                throw Problem.TooMany(
                    $"{MostOfTenant} streams of the tenant's operations are open already, which is as many as there may be. End one of them first.",
                    TimeSpan.FromSeconds(30)
                );
            stream = new OperationStream(watch, key);
            watch.Streams.Add(stream);
        }
        try
        {
            await stream.Watch.Begun.Value;
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Ends those of a key that was deleted.</summary>
    public void EndOf(AdminKeyId key)
    {
        lock (_gate)
            foreach (var stream in _watches.Values.SelectMany(watch => watch.Streams).Where(one => one.Key == key))
                stream.End();
    }

    /// <summary>Ends those of a tenant that was deleted.</summary>
    public void EndOf(TenantId tenant)
    {
        lock (_gate)
            if (_watches.TryGetValue(tenant, out var watch))
                foreach (var stream in watch.Streams)
                    stream.End();
    }

    /// <summary>One tenant, as long as anybody watches it.</summary>
    internal sealed class Watch
    {
        private readonly OperationStreams _all;
        private readonly TenantId _tenant;
        private readonly CancellationTokenSource _ended;
        private readonly Dictionary<OperationId, (Instant Moment, OperationState State)> _known = [];
        private Instant _since;

        public Watch(OperationStreams all, TenantId tenant)
        {
            (_all, _tenant) = (all, tenant);
            _ended = CancellationTokenSource.CreateLinkedTokenSource(all.Ending);
            _since = all._clock.Now() - Late;
            Begun = new Lazy<Task>(BeginAsync);
        }

        /// <summary>Who watches; under the gate.</summary>
        public HashSet<OperationStream> Streams { get; } = [];

        /// <summary>What was there before is known.</summary>
        public Lazy<Task> Begun { get; }

        /// <summary>Somebody does not watch any more.</summary>
        public void Leave(OperationStream stream)
        {
            lock (_all._gate)
            {
                if (!Streams.Remove(stream) || Streams.Count > 0)
                    return;
                _all._watches.Remove(_tenant);
            }
            _ended.Cancel();
            _ended.Dispose();
        }

        private async Task BeginAsync()
        {
            var ended = _ended.Token;
            await foreach (var _ in ChangesAsync(ended)) { }
            _ = RunAsync(ended);
        }

        private async Task RunAsync(CancellationToken ended)
        {
            try
            {
                while (true)
                {
                    await Task.Delay(_every, _all._clock, ended);
                    await LookAsync(ended);
                }
            }
            catch (OperationCanceledException)
            {
                // Nobody watches any more.
            }
        }

        private async Task LookAsync(CancellationToken ended)
        {
            try
            {
                await foreach (var changed in ChangesAsync(ended))
                foreach (var stream in Watching())
                    stream.Offer(changed);
            }
#pragma warning disable CA1031 // whatever it is, as a store that is away: the next look reads all that came meanwhile
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                _all._log.JournalStreamFailed(e.GetType().Name);
            }
        }

        // What is new since the last time that this came to its end, or is another than it was then.
        private async IAsyncEnumerable<Operation> ChangesAsync([EnumeratorCancellation] CancellationToken ended)
        {
            var now = _all._clock.Now();
            await foreach (var some in _all._reads.ChangedAsync(_tenant, OperationPlace.Before(_since), ended))
            foreach (var one in some)
            {
                var state = OperationState.Of(one);
                if (_known.TryGetValue(one.Id, out var before) && before.State == state)
                    continue;
                _known[one.Id] = (OperationPlace.OfChange(one).Moment, state);
                yield return one;
            }
            _since = now - Late;
            foreach (var (id, known) in _known)
                if (known.Moment < _since)
                    _known.Remove(id);
        }

        private OperationStream[] Watching()
        {
            lock (_all._gate)
                return [.. Streams];
        }
    }
}
