using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.SlackEmulator.Traffic;

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
