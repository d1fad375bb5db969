namespace ScimGateway.SlackEmulator.Traffic;

/// <summary>A call that came.</summary>
/// <param name="Operation">Its verb and normalised path: <c>PATCH /Users/{id}</c>.</param>
/// <param name="Path">Its path and query as they came.</param>
/// <param name="Status">What it was answered with; 0 for no answer.</param>
/// <param name="At">When it came.</param>
public sealed record ReceivedCall(string Operation, string Path, int Status, DateTimeOffset At);

/// <summary>The calls that came since the start or the last <see cref="Clear"/>: refused and
/// dropped ones too, control calls not.</summary>
public sealed class Calls
{
    private const int MostKept = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _byOperation = [];
    private readonly SortedDictionary<int, int> _byStatus = [];
    private readonly Queue<ReceivedCall> _last = [];
    private int _total;

    internal Calls() { }

    /// <summary>How many came.</summary>
    public int Total
    {
        get
        {
            lock (_gate)
                return _total;
        }
    }

    /// <summary>How many of each operation, by <c>VERB /Normalised/{id}</c>.</summary>
    public IReadOnlyDictionary<string, int> ByOperation
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, int>(_byOperation);
        }
    }

    /// <summary>How many of each status; 0 for those without an answer.</summary>
    public IReadOnlyDictionary<int, int> ByStatus
    {
        get
        {
            lock (_gate)
                return new SortedDictionary<int, int>(_byStatus);
        }
    }

    /// <summary>The last thousand that are over, oldest first.</summary>
    public IReadOnlyList<ReceivedCall> Last
    {
        get
        {
            lock (_gate)
                return [.. _last];
        }
    }

    /// <summary>How many of one operation.</summary>
    public int Of(string operation)
    {
        lock (_gate)
            return _byOperation.GetValueOrDefault(operation);
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _total = 0;
            _byOperation.Clear();
            _byStatus.Clear();
            _last.Clear();
        }
    }

    // Counted when it comes, so that one that is held forever shows; kept with its status when it is over.
    internal void Came(string operation)
    {
        lock (_gate)
        {
            _total++;
            _byOperation[operation] = _byOperation.GetValueOrDefault(operation) + 1;
        }
    }

    internal void Ended(ReceivedCall call)
    {
        lock (_gate)
        {
            _byStatus[call.Status] = _byStatus.GetValueOrDefault(call.Status) + 1;
            if (_last.Count == MostKept)
                _last.Dequeue();
            _last.Enqueue(call);
        }
    }
}
