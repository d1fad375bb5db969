using System.Text.Json.Nodes;

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
    /// <summary>The verb; null or <c>*</c> for any.</summary>
    public string? Method { get; init; }

    /// <summary>The path, with or without <c>/scim/v1</c>: <c>*</c> stands for anything, <c>{id}</c> for one segment; null for any.</summary>
    public string? Path { get; init; }

    /// <summary>The first of the matching calls it hits, from now on; 1 is the next.</summary>
    public int Nth { get; init; } = 1;

    /// <summary>How many matching calls in a row it hits; 0 for all.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The status to answer with instead of doing what was asked.</summary>
    public int? Status { get; init; }

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
        private readonly string[]? _parts = fault.Path is null ? null : Pattern.Parts(fault.Path);
        private int _seen;

        public Fault Fault => fault;

        public bool IsSpent => fault.Times > 0 && _seen >= fault.Nth - 1 + fault.Times;

        public bool Concerns(string method, string path, string shortPath, string operation) =>
            (fault.Method is null or "*" || fault.Method.Equals(method, StringComparison.OrdinalIgnoreCase))
            && (_parts is null || Pattern.Fits(_parts, path) || Pattern.Fits(_parts, shortPath) || fault.Path == operation);

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
                ["seen"] = _seen,
            };
    }
}

/// <summary>Paths with <c>*</c> for anything and <c>{name}</c> for one segment.</summary>
internal static class Pattern
{
    // "/Users/{id}/x*" becomes "/Users/", "{", "/x", "*".
    public static string[] Parts(string pattern)
    {
        var parts = new List<string>();
        var from = 0;
        for (var at = 0; at < pattern.Length; at++)
        {
            var close = pattern[at] is '{' ? pattern.IndexOf('}', at) : -1;
            if (pattern[at] is not '*' && close < 0)
                continue;
            if (at > from)
                parts.Add(pattern[from..at]);
            parts.Add(close < 0 ? "*" : "{");
            at = Math.Max(at, close);
            from = at + 1;
        }
        if (from < pattern.Length)
            parts.Add(pattern[from..]);
        return [.. parts];
    }

    public static bool Fits(ReadOnlySpan<string> parts, ReadOnlySpan<char> path)
    {
        if (parts.IsEmpty)
            return path.IsEmpty;
        if (parts[0] is not ("*" or "{"))
            return path.StartsWith(parts[0], StringComparison.Ordinal) && Fits(parts[1..], path[parts[0].Length..]);
        var most = parts[0] is "{" && path.IndexOf('/') is >= 0 and var slash ? slash : path.Length;
        for (var taken = parts[0] is "{" ? 1 : 0; taken <= most; taken++)
            if (Fits(parts[1..], path[taken..]))
                return true;
        return false;
    }
}
