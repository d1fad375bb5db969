using System.Diagnostics.Metrics;
using ScimGateway.Protocol.Bounds;

namespace ScimGateway.Protocol.Deviations;

/// <summary>
/// How one request is read: in which dialect, what it may cost, which deviations it needed, and what of it was
/// ignored. Nothing is normalised or ignored without a line here.
/// </summary>
public sealed class Reading(Dialect dialect, WorkLimit workLimit)
{
    // A hostile body can name any number of unknown attributes; the journal gets the first of them.
    private const int MostNotes = 100;
    private const int LongestPath = 200;

    /// <summary>The name of the metrics.</summary>
    public const string Source = "ScimGateway.Protocol";

    private static readonly Counter<long> _met = new Meter(Source).CreateCounter<long>(
        "scim.deviations",
        "{place}",
        "Places of requests that are not as the RFCs have them, by what was made of them."
    );

    private readonly HashSet<Normalised> _normalised = [];
    private readonly HashSet<Normalised> _switchedOff = [];
    private readonly HashSet<Ignored> _ignored = [];

    /// <summary>What the request may still cost.</summary>
    public WorkLimit WorkLimit { get; } = workLimit;

    /// <summary>Whether the rules of the interoperability profile hold.</summary>
    internal bool IsInterop => dialect.IsInterop;

    /// <summary>The deviations that fired, each once a place.</summary>
    public IReadOnlyCollection<Normalised> Normalised => _normalised;

    /// <summary>The deviations that were met and are not understood, each once a place.</summary>
    public IReadOnlyCollection<Normalised> SwitchedOff => _switchedOff;

    /// <summary>What the request said and the server ignored, each place once.</summary>
    public IReadOnlyCollection<Ignored> Ignored => _ignored;

    /// <summary>Whether there was more to note than is kept.</summary>
    public bool HasMore { get; private set; }

    /// <summary>A reading that understands every deviation.</summary>
    public static Reading Everything() => new(Dialect.Everything, new WorkLimit());

    /// <summary>A reading by the RFCs alone.</summary>
    public static Reading Rfc() => new(Dialect.Rfc, new WorkLimit());

    /// <summary>A reading by the interoperability profile.</summary>
    public static Reading Interop() => new(Dialect.Interop, new WorkLimit());

    /// <summary>Whether a deviation met at <paramref name="where"/> is understood; it is noted either way.</summary>
    internal bool Takes(Deviation deviation, string where)
    {
        var isUnderstood = dialect.Understands(deviation);
        var met = isUnderstood ? _normalised : _switchedOff;
        if (met.Count >= MostNotes)
            HasMore = true;
        else if (met.Add(new Normalised(deviation, Cut(where))))
            _met.Add(1, new("deviation", deviation.Name), new("understood", isUnderstood));
        return isUnderstood;
    }

    /// <summary>Notes that something was ignored; <paramref name="why"/> must hold no personal data.</summary>
    public void Ignore(string path, string why)
    {
        if (_ignored.Count < MostNotes)
            _ignored.Add(new Ignored(Cut(path), why));
        else
            HasMore = true;
    }

    // A filter inside a path holds values, which are personal data; half a surrogate pair could not be written.
    private static string Cut(string path)
    {
        var end = path.IndexOf('[', StringComparison.Ordinal);
        end = Math.Min(end < 0 ? path.Length : end, LongestPath);
        return path[..(end > 0 && char.IsHighSurrogate(path[end - 1]) ? end - 1 : end)];
    }
}

/// <summary>
/// A deviation that fired, and the attribute or member where it did; never a value, since values are personal data.
/// </summary>
public readonly record struct Normalised(Deviation Deviation, string Where);

/// <summary>An attribute that was ignored, and why.</summary>
public readonly record struct Ignored(string Path, string Why);
