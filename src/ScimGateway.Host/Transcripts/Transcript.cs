using System.Text.Json;
using System.Threading.Channels;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Transcripts;

/// <summary>
/// What one source sends from now on, as steps of a scenario. Requests only leave here what they were; whoever reads the
/// steps makes them, so that no provider waits for that. It has an end: as many requests and letters as a scenario may have.
/// </summary>
internal sealed class Transcript(OpenTranscripts all, (TenantId, int) source, bool keepsPeople) : IDisposable
{
    /// <summary>The most requests of one.</summary>
    public const int MostRequests = 1_000;

    // A scenario's file has 4 MiB at most, and more around the steps.
    private const int MostLetters = 3 << 20;

    // So much may wait to be made into steps.
    private const int MostWaiting = 8 << 20;

    private readonly Channel<Exchange> _sent = Channel.CreateUnbounded<Exchange>();
    private readonly Steps _steps = new(keepsPeople ? null : new Disguise());
    private long _waiting;
    private int _overrun;
    private int _letters;

    /// <summary>How many requests are in it.</summary>
    public int Requests { get; private set; }

    /// <summary>How many requests are not in it, by the reason.</summary>
    public IReadOnlyDictionary<string, int> LeftOut =>
        _overrun == 0
            ? _steps.LeftOut
            : new Dictionary<string, int>(_steps.LeftOut) { ["that came faster than they were written"] = _overrun };

    /// <summary>Takes up what was sent and answered.</summary>
    public void Take(Exchange sent)
    {
        if (Interlocked.Add(ref _waiting, sent.Bytes) > MostWaiting)
        {
            Interlocked.Add(ref _waiting, -sent.Bytes);
            Interlocked.Increment(ref _overrun);
        }
        else
            _sent.Writer.TryWrite(sent);
    }

    /// <summary>Waits until there is something to be made into steps; false if nothing more comes.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken ended) => _sent.Reader.WaitToReadAsync(ended);

    /// <summary>The steps of what has come, each as JSON in one line.</summary>
    public IEnumerable<string> Made()
    {
        while (!IsFull && _sent.Reader.TryRead(out var sent))
        {
            Interlocked.Add(ref _waiting, -sent.Bytes);
            var steps = _steps.Of(sent).Select(step => step.ToJsonString(JsonSerializerOptions.Web)).ToList();
            var letters = steps.Sum(step => step.Length);
            if (_letters + letters > MostLetters)
            {
                _letters = MostLetters;
                yield break;
            }
            _letters += letters;
            Requests += steps.Count > 0 ? 1 : 0;
            foreach (var step in steps)
                yield return step;
        }
    }

    /// <summary>Whether it has as many requests or letters as it may have.</summary>
    public bool IsFull => Requests == MostRequests || _letters == MostLetters;

    /// <summary>Nothing more comes.</summary>
    public void End() => _sent.Writer.TryComplete();

    /// <inheritdoc/>
    public void Dispose() => all.Close(source, this);
}
