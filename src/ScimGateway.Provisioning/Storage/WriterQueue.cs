using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage;

/// <summary>
/// What waits for a writer. Tenants take turns, each with its works in their order, so that nobody's five hundred go
/// before another's one.
/// </summary>
/// <param name="clock">By which a tenant rests; the machine's, unless told.</param>
internal sealed class WriterQueue<T>(TimeProvider? clock = null)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, WriterLine<T>> _lines = [];
    private readonly Queue<WriterLine<T>> _turns = []; // those that have something, whoever is next first
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private bool _isClosed;

    /// <summary>How many tenants have something that waits or is under way.</summary>
    public int Lines
    {
        get
        {
            lock (_gate)
                return _lines.Count;
        }
    }

    /// <summary>Waits for room in the tenant's line, and joins it; false if there is none in time.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async Task<bool> TryPutAsync(TenantId tenant, T work, TimeSpan atMost, CancellationToken cancel)
    {
        var line = Join(tenant);
        var (hasRoom, isClosed) = (false, false);
        try
        {
            hasRoom = await line.Room.WaitAsync(atMost, cancel);
        }
        finally
        {
            lock (_gate)
            {
                line.Joining--;
                isClosed = _isClosed;
                if (hasRoom && !isClosed)
                    line.Works.AddLast(work);
                Next(line);
            }
        }
        ObjectDisposedException.ThrowIf(isClosed, typeof(Store));
        _news.Writer.TryWrite(true);
        return hasRoom;
    }

    /// <summary>Waits for room in the tenant's line, and joins it.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public Task PutAsync(TenantId tenant, T work, CancellationToken cancel) =>
        TryPutAsync(tenant, work, Timeout.InfiniteTimeSpan, cancel);

    /// <summary>Nobody waits for a work any more: another one has its room.</summary>
    public void Drop(TenantId tenant, T work)
    {
        lock (_gate)
            if (_lines.TryGetValue(tenant, out var line) && line.Works.Remove(work)) // mostly the first
                line.Room.Release();
    }

    /// <summary>Takes the next one of whoever is next; the tenant's next one comes after this one is done.</summary>
    public bool TryTake([NotNullWhen(true)] out T? work, out TenantId of)
    {
        lock (_gate)
        {
            while (_turns.TryDequeue(out var line))
            {
                line.HasTurn = false;
                if (line.Works.First is not { } first || (line.Resting > 0 && !_isClosed))
                {
                    Next(line);
                    continue;
                }
                line.Works.RemoveFirst();
                (work, of) = (first.Value, line.Tenant);
                line.IsBusy = true;
                line.Room.Release();
                if (_turns.Count > 0)
                    _news.Writer.TryWrite(true); // for another writer, if there is one
                return true;
            }
            (work, of) = (null, default);
            return false;
        }
    }

    /// <summary>The work that was taken of a tenant is done.</summary>
    public void Done(TenantId of)
    {
        lock (_gate)
        {
            var line = _lines[of];
            line.IsBusy = false;
            Next(line);
            if (!line.HasTurn)
                return;
        }
        _news.Writer.TryWrite(true);
    }

    /// <summary>What a tenant has, and what comes of it, is taken after that time alone; others go first.</summary>
    public void Rest(TenantId tenant, TimeSpan time)
    {
        WriterLine<T> line;
        lock (_gate)
        {
            if (_isClosed)
                return;
            line = LineOf(tenant);
            line.Resting++;
        }
        _ = RestAsync(line, time);
    }

    /// <summary>Completes when there is something, or with false when there is nothing any more.</summary>
    public async Task<bool> WaitAsync()
    {
        // One piece of news is of all that has come by then, of which some may be left.
        while (!IsAny())
        {
            if (!await _news.Reader.WaitToReadAsync())
                return IsAny();
            _news.Reader.TryRead(out _);
        }
        return true;
    }

    /// <summary>Nothing comes any more; what is there is still taken, and nobody rests.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (var line in _lines.Values)
                Next(line);
        }
        _news.Writer.TryComplete();
    }

    private bool IsAny()
    {
        lock (_gate)
            return _turns.Count > 0;
    }

    private async Task RestAsync(WriterLine<T> line, TimeSpan time)
    {
        await Task.Delay(time, clock ?? TimeProvider.System);
        lock (_gate)
        {
            line.Resting--;
            Next(line);
        }
        _news.Writer.TryWrite(true);
    }

    private WriterLine<T> Join(TenantId tenant)
    {
        lock (_gate)
        {
            var line = LineOf(tenant);
            line.Joining++;
            return line;
        }
    }

    private WriterLine<T> LineOf(TenantId tenant) =>
        _lines.TryGetValue(tenant, out var line) ? line : _lines[tenant] = new WriterLine<T>(tenant);

    // What is next for a line: its turn, or that it goes, so that nothing stays of a tenant that is gone.
    private void Next(WriterLine<T> line)
    {
        if (line.IsBusy || line.HasTurn || (line.Resting > 0 && !_isClosed))
            return;
        if (line.Works.Count > 0)
        {
            line.HasTurn = true;
            _turns.Enqueue(line);
        }
        else if (line.Joining == 0)
            _lines.Remove(line.Tenant);
    }
}
