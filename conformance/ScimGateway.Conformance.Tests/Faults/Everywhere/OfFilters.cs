using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Filters are read otherwise than their grammar has it (RFC 7644 §3.4.2.2).</summary>
internal static partial class OfFilters
{
    private const string Section = "RFC7644-3.4.2.2";
    private static readonly string[] _operators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"];

    public static readonly Breakage[] All =
    [
        Word("and-as-or", "and is understood as or", "and", "or"),
        Word("or-as-and", "or is understood as and", "or", "and"),
        Word("not-passed-over", "not is passed over", "not", null),
        Read("and-or-from-left", "and and or are taken from the left to the right", FromLeft),
        Read("or-before-and", "or binds closer than and", OrFirst),
        Read("grouping-passed-over", "brackets are passed over", Ungrouped),
        Read("not-of-first-only", "not is said of the first within its brackets only", NotOfFirst),
        Read("value-path-apart", "the conditions of a value path are asked of any values, each for itself", Apart),
        Read("value-path-first-only", "of a value path only the first condition is asked", FirstWithin),
        Read("first-two-only", "of three conditions the third is passed over", FirstTwo),
        Read("first-only", "of several conditions only the first is asked", FirstOne),
        Read("escapes-not-undone", "what is escaped in a value is compared as it is written", Escaped),
    ];

    public static Breakage Read(string name, string says, Func<IReadOnlyList<string>, IEnumerable<string>> change) =>
        new(name, Section, says, Filter(filter => string.Join(' ', change(Words(filter)))));

    private static Breakage Word(string name, string says, string word, string? other) =>
        Read(name, says, words => words.Select(one => Is(one, word) ? other : one).OfType<string>());

    // Filters of lists, and those within the path of a PATCH.
    public static Detour Filter(Func<string, string> change)
    {
        var (lists, paths) = (
            Lists("filter", change),
            Operations(operation =>
            {
                if (operation["path"].Text() is { } path)
                    operation["path"] = InPath().Replace(path, within => $"[{change(within.Groups[1].Value)}]");
                return operation;
            })
        );
        return (ask, scim) => Patches(ask) ? paths(ask, scim) : lists(ask, scim);
    }

    public static bool IsFiltered(Ask ask) => IsList(ask) && Parameter(ask, "filter") is not null;

    public static bool IsName(string word) =>
        char.IsAsciiLetter(word[0])
        && !_operators.Contains(word.ToLowerInvariant())
        && word.ToLowerInvariant() is not ("and" or "or" or "not" or "true" or "false" or "null");

    // ((a and b) or c) and d
    private static List<string> FromLeft(IReadOnlyList<string> words)
    {
        var (read, begins) = (new List<string>(), new Stack<int>([0]));
        foreach (var word in words)
        {
            if (Is(word, "and") || Is(word, "or"))
            {
                read.Insert(begins.Peek(), "(");
                read.Add(")");
            }
            if (word is ")" or "]")
                begins.Pop();
            read.Add(word);
            if (word is "(" or "[")
                begins.Push(read.Count);
        }
        return read;
    }

    private static IEnumerable<string> OrFirst(IReadOnlyList<string> words) =>
        words
            .SelectMany(word =>
                word switch
                {
                    "(" or "[" => (string[])[word, "("],
                    ")" or "]" => [")", word],
                    _ => Is(word, "and") ? [")", word, "("] : [word],
                }
            )
            .Prepend("(")
            .Append(")");

    private static IEnumerable<string> Ungrouped(IReadOnlyList<string> words) =>
        words.Any(word => Is(word, "not")) ? words : words.Where(word => word is not ("(" or ")"));

    private static List<string> NotOfFirst(IReadOnlyList<string> words)
    {
        var (read, within) = (new List<string>(), false);
        foreach (var word in words)
        {
            if (within && (Is(word, "and") || Is(word, "or")))
            {
                (read, within) = ([.. read, ")"], false);
                read.Insert(read.FindLastIndex(one => Is(one, "not")), "(");
            }
            within |= word == "(" && read.Count > 0 && Is(read[^1], "not");
            read.Add(word);
        }
        return read;
    }

    private static IEnumerable<string> Apart(IReadOnlyList<string> words)
    {
        string? outer = null;
        for (var i = 0; i < words.Count; i++)
            if (i + 1 < words.Count && words[i + 1] == "[")
                outer = words[i];
            else
                yield return words[i] == "[" ? "("
                : words[i] == "]" ? Left()
                : outer is not null
                && IsName(words[i])
                && i + 1 < words.Count
                && _operators.Contains(words[i + 1].ToLowerInvariant())
                    ? $"{outer}.{words[i]}"
                : words[i];

        string Left()
        {
            outer = null;
            return ")";
        }
    }

    private static IEnumerable<string> FirstWithin(IReadOnlyList<string> words)
    {
        var (within, isOver) = (false, false);
        foreach (var word in words)
        {
            if (word is "[" or "]")
                (within, isOver) = (word == "[", false);
            isOver |= within && (Is(word, "and") || Is(word, "or"));
            if (!isOver)
                yield return word;
        }
    }

    private static IReadOnlyList<string> FirstTwo(IReadOnlyList<string> words) => First(words, 2);

    private static IReadOnlyList<string> FirstOne(IReadOnlyList<string> words) => First(words, 1);

    // Where nothing is in brackets.
    private static IReadOnlyList<string> First(IReadOnlyList<string> words, int count) =>
        words.Any(word => word is "(" or "[")
            ? words
            : [.. words.TakeWhile(word => !(Is(word, "and") || Is(word, "or")) || --count > 0)];

    private static IEnumerable<string> Escaped(IReadOnlyList<string> words) =>
        words.Select(word => IsText(word) && word.Length > 1 ? JsonValue.Create(word[1..^1]).ToJsonString() : word);

    [GeneratedRegex(@"\[([^\]]+)\]")]
    public static partial Regex InPath();
}
