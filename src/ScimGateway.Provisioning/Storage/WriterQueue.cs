using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage;

/// <summary>
/// What waits for a writer. Tenants take turns, each with its works in their order, so that nobody's five hundred go
/// before another's one.
/// </summary>
internal sealed class WriterQueue<T>
    where T : class
{
    private const int MostOfOne = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, Line> _lines = [];
    private readonly Queue<Line> _turns = []; // those that have something, whoever is next first
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private bool _isClosed;

    /// <summary>Waits for room in the tenant's line, and joins it.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async Task PutAsync(TenantId tenant, T work, CancellationToken cancel)
    {
        var line = Of(tenant);
        await line.Room.WaitAsync(cancel).ConfigureAwait(false);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(Store));
            line.Works.Enqueue(work);
            if (line.Works.Count == 1 && !line.IsBusy)
                _turns.Enqueue(line);
        }
        _news.Writer.TryWrite(true);
    }

    /// <summary>Takes the next one of whoever is next; the tenant's next one comes after this one is done.</summary>
    public bool TryTake([NotNullWhen(true)] out T? work, out TenantId of)
    {
        lock (_gate)
        {
            if (!_turns.TryDequeue(out var line))
            {
                (work, of) = (null, default);
                return false;
            }
            (work, of) = (line.Works.Dequeue(), line.Tenant);
            line.IsBusy = true;
            line.Room.Release();
            if (_turns.Count > 0)
                _news.Writer.TryWrite(true); // for another writer, if there is one
            return true;
        }
    }

    /// <summary>The work that was taken of a tenant is done.</summary>
    public void Done(TenantId of)
    {
        lock (_gate)
        {
            var line = _lines[of];
            line.IsBusy = false;
            if (line.Works.Count == 0)
                return;
            _turns.Enqueue(line);
        }
        _news.Writer.TryWrite(true);
    }

    /// <summary>Completes when there is something, or with false when there is nothing any more.</summary>
    public async Task<bool> WaitAsync()
    {
        // One piece of news is of all that has come by then, of which some may be left.
        while (!IsAny())
        {
            if (!await _news.Reader.WaitToReadAsync().ConfigureAwait(false))
                return IsAny();
            _news.Reader.TryRead(out _);
        }
        return true;
    }

    /// <summary>Nothing comes any more; what is there is still taken.</summary>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
        _news.Writer.TryComplete();
    }

    private bool IsAny()
    {
        lock (_gate)
            return _turns.Count > 0;
    }

    private Line Of(TenantId tenant)
    {
        lock (_gate)
            return _lines.TryGetValue(tenant, out var line) ? line : _lines[tenant] = new Line(tenant);
    }

    private sealed class Line(TenantId tenant)
    {
        public TenantId Tenant => tenant;

        public bool IsBusy { get; set; }

        public Queue<T> Works { get; } = [];

        public SemaphoreSlim Room { get; } = new(MostOfOne);
    }
}
