using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Transcripts;

/// <summary>
/// What one source sends from now on, as steps of a scenario. It is in memory until it is read, and has an end: as many
/// requests and bytes as a scenario may have.
/// </summary>
internal sealed class Transcript(OpenTranscripts all, (TenantId, int) source, bool keepsPeople) : IDisposable
{
    /// <summary>The most requests of one.</summary>
    public const int MostRequests = 1_000;

    // A scenario's file has 4 MiB at most, and each step some letters around it there.
    private const int MostLetters = 3 << 20;

    private readonly Channel<string> _steps = Channel.CreateUnbounded<string>();
    private readonly Steps _written = new(keepsPeople ? null : new Disguise());
    private readonly Dictionary<string, int> _leftOut = [];
    private readonly Lock _gate = new();
    private int _requests;
    private int _letters;

    /// <summary>The steps as they come, each as JSON; it ends where there are as many as there may be.</summary>
    public ChannelReader<string> Steps => _steps.Reader;

    /// <summary>How many requests are in it.</summary>
    public int Requests
    {
        get
        {
            lock (_gate)
                return _requests;
        }
    }

    /// <summary>How many requests are not in it, by the reason.</summary>
    public IReadOnlyDictionary<string, int> LeftOut
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, int>(_leftOut);
        }
    }

    /// <summary>Takes up what was sent and answered.</summary>
    public void Take(Exchange sent)
    {
        lock (_gate)
        {
            if (_requests == MostRequests || _letters > MostLetters)
                return;
            if (Transcripts.Steps.WhyNot(sent) is { } why)
            {
                _leftOut[why] = _leftOut.GetValueOrDefault(why) + 1;
                return;
            }
            _requests++;
            foreach (var step in _written.Of(sent))
                Write(step);
            if (_requests == MostRequests || _letters > MostLetters)
                _steps.Writer.TryComplete();
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void End() => _steps.Writer.TryComplete();

    /// <inheritdoc/>
    public void Dispose() => all.Close(source, this);

    private void Write(JsonObject step)
    {
        var text = step.ToJsonString(JsonSerializerOptions.Web);
        _letters += text.Length;
        _steps.Writer.TryWrite(text);
    }
}
