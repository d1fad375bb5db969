using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.SlackEmulator.Traffic;

/// <summary>When an answer is lost.</summary>
public enum Drop
{
    /// <summary>Before the effect: Slack never does what was asked.</summary>
    Before,

    /// <summary>After the effect: Slack has done it, and nobody hears of it.</summary>
    After,
}

/// <summary>How the body of an answer is spoiled. The effect happens.</summary>
public enum SpoiledBody
{
    /// <summary>Well-formed HTTP, the JSON cut in half.</summary>
    Truncated,

    /// <summary>The connection ends in the middle of the body.</summary>
    Cut,

    /// <summary>No JSON at all: a page of some proxy.</summary>
    Garbage,

    /// <summary>A few bytes at a time.</summary>
    Drip,
}

/// <summary>Bad weather ordered for certain calls.</summary>
public sealed record Fault
{
    internal const int LeastStatus = 200;
    internal const int MostStatus = 599;

    /// <summary>The verb; null or <c>*</c> for any.</summary>
    public string? Method { get; init; }

    /// <summary>The path, with or without <c>/scim/v1</c>: <c>*</c> stands for anything, <c>{id}</c>
    /// for one segment; null for any.</summary>
    public string? Path { get; init; }

    /// <summary>The first of the matching calls it hits, from now on; 1 is the next.</summary>
    public int Nth { get; init; } = 1;

    /// <summary>How many matching calls in a row it hits; 0 for all.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The status to answer with instead of doing what was asked: 200 to 599; 204,
    /// 205 and 304 come without a body.</summary>
    public int? Status
    {
        get;
        init =>
            field = value is null or (>= LeastStatus and <= MostStatus)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "a status is 200 to 599");
    }

    /// <summary>The words in the error; without <see cref="Status"/> the code's own status.</summary>
    public string? Description { get; init; }

    /// <summary>Retry-After in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Milliseconds before the effect. Whoever hangs up meanwhile does not stop it.</summary>
    public int DelayMs { get; init; }

    /// <summary>Milliseconds between the effect and the answer.</summary>
    public int AnswerDelayMs { get; init; }

    /// <summary>Whether the connection is dropped, and when.</summary>
    public Drop? Drop { get; init; }

    /// <summary>With a status: whether the effect happens all the same.</summary>
    public bool Effect { get; init; }

    /// <summary>How the body is spoiled.</summary>
    public SpoiledBody? Body { get; init; }

    /// <summary>Milliseconds between two drops of <see cref="SpoiledBody.Drip"/>.</summary>
    public int DripMs { get; init; } = 50;
}

/// <summary>The bad weather ordered so far. A call takes the first fault that hits it.</summary>
public sealed class Faults
{
    private readonly Lock _gate = new();
    private readonly List<Ordered> _ordered = [];
    private volatile bool _any;

    internal Faults() { }

    /// <summary>Orders one.</summary>
    public void Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_gate)
        {
            _ordered.Add(new Ordered(fault));
            _any = true;
        }
    }

    /// <summary>Cancels all.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _ordered.Clear();
            _any = false;
        }
    }

    internal Fault? Hit(string method, string path, string shortPath, string operation)
    {
        if (!_any)
            return null;
        lock (_gate)
        {
            Fault? hit = null;
            // Each one counts the calls that match it, also when another one hits.
            foreach (var ordered in _ordered)
                if (ordered.Concerns(method, path, shortPath, operation) && ordered.Counts() && hit is null)
                    hit = ordered.Fault;
            _ordered.RemoveAll(o => o.IsSpent);
            _any = _ordered.Count > 0;
            return hit;
        }
    }

    internal JsonArray Show()
    {
        lock (_gate)
            return [.. _ordered.Select(o => (JsonNode)o.Show())];
    }

    private sealed class Ordered(Fault fault)
    {
        private readonly Regex? _pattern = fault.Path is null ? null : Pattern.Read(fault.Path);
        private int _seen;

        public Fault Fault => fault;

        public bool IsSpent => fault.Times > 0 && _seen >= fault.Nth - 1 + fault.Times;

        public bool Concerns(string method, string path, string shortPath, string operation) =>
            (fault.Method is null or "*" || fault.Method.Equals(method, StringComparison.OrdinalIgnoreCase))
            && (_pattern is null || _pattern.IsMatch(path) || _pattern.IsMatch(shortPath) || fault.Path == operation);

        public bool Counts()
        {
            _seen++;
            return _seen >= fault.Nth && (fault.Times == 0 || _seen < fault.Nth + fault.Times);
        }

        public JsonObject Show() =>
            new()
            {
                ["method"] = fault.Method,
                ["path"] = fault.Path,
                ["nth"] = fault.Nth,
                ["times"] = fault.Times,
                ["status"] = fault.Status,
                ["description"] = fault.Description,
                ["retryAfter"] = fault.RetryAfter,
                ["delayMs"] = fault.DelayMs,
                ["answerDelayMs"] = fault.AnswerDelayMs,
                ["drop"] = Word(fault.Drop),
                ["effect"] = fault.Effect,
                ["body"] = Word(fault.Body),
                ["dripMs"] = fault.DripMs,
                ["seen"] = _seen,
            };

        private static string? Word<T>(T? word)
            where T : struct, Enum => word?.ToString().ToLowerInvariant();
    }
}

/// <summary>Paths with <c>*</c> for anything and <c>{name}</c> for one segment.</summary>
internal static partial class Pattern
{
    // Without backtracking: a pattern of many stars takes no longer than one of a few, and each call is
    // held against it under the gate.
    public static Regex Read(string pattern) =>
        new(
            @"\A" + Part().Replace(pattern, part => Meaning(part.Value)) + @"\z",
            RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant
        );

    private static string Meaning(string part) =>
        part is "*" ? ".*"
        : part is ['{', .., '}'] ? "[^/]+"
        : Regex.Escape(part);

    [GeneratedRegex(@"\*|\{[^}]*\}|[^*{]+|\{")]
    private static partial Regex Part();
}
