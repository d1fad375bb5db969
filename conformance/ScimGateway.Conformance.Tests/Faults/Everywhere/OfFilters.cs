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
        Refuses("and-refused", "and and or are refused", Combines),
        Refuses("not-refused", "not is refused", words => words.Any(word => Is(word, "not"))),
        Refuses("grouping-refused", "brackets are refused", words => words.Contains("(")),
        Refuses("value-path-refused", "a value path is refused", words => words.Contains("[")),
        Refuses("pr-refused", "pr is refused", words => words.Any(word => Is(word, "pr"))),
        Refuses("order-refused", "gt, ge, lt and le are refused", Has("gt", "ge", "lt", "le")),
        Refuses("parts-refused", "co, sw and ew are refused", Has("co", "sw", "ew")),
        Refuses("ne-refused", "ne is refused", Has("ne")),
        Refuses("all-but-eq-refused", "all but eq is refused", words => !Has("eq")(words) || Combines(words)),
        Refuses(
            "core-urn-refused",
            "a name with the URN of its schema is refused",
            Named("urn:ietf:params:scim:schemas:core")
        ),
        Refuses(
            "extension-urn-refused",
            "a name in an extension is refused",
            Named("urn:ietf:params:scim:schemas:extension")
        ),
        Refuses("sub-attribute-refused", "a sub-attribute is refused", words => words.Any(word => Sub().IsMatch(word))),
        Refuses("flag-refused", "true and false are refused", words => words.Any(word => word is "true" or "false")),
        Refuses("null-refused", "null is refused", words => words.Contains("null")),
        Refuses("space-in-value-refused", "a value with a space is refused", Texts(text => text.Contains(' '))),
        Refuses(
            "bracket-in-value-refused",
            "a value with a bracket is refused",
            Texts(text => text.IndexOfAny(['(', ')', '[', ']']) >= 0)
        ),
        Refuses(
            "word-in-value-refused",
            "a value with and or or within is refused",
            Texts(text => text.Contains(" and ") || text.Contains(" or "))
        ),
        Refuses("escape-refused", "a value with something escaped is refused", Texts(text => text.Contains('\\'))),
        Refuses(
            "beyond-ascii-refused",
            "a value with a letter beyond ASCII is refused",
            Texts(text => text.Any(letter => letter > '~'))
        ),
        Refuses(
            "capital-operator-refused",
            "an operator in capitals is refused",
            words =>
                words.Any(word =>
                    !IsText(word) && word.Any(char.IsAsciiLetterUpper) && _operators.Contains(word.ToLowerInvariant())
                )
        ),
        Refuses(
            "capital-word-refused",
            "AND, OR and NOT are refused",
            words => words.Any(word => word is "AND" or "OR" or "NOT" or "And" or "Or" or "Not")
        ),
        Read(
            "names-case-exact",
            "the name of an attribute in other letters is that of none",
            words => words.Select(word => IsName(word) && !Known(word) ? "x" : word)
        ),
        new(
            "unknown-operator-as-eq",
            Section,
            "an operator that there is not is understood as eq",
            Filter(filter => Unknown().Replace(filter, " eq "))
        ),
        new(
            "what-follows-passed-over",
            Section,
            "what follows a filter that is whole is passed over",
            Invalid((ask, scim) => Shorter(ask, scim))
        ),
        new(
            "invalid-finds-all",
            Section,
            "a filter that it can't read finds all",
            Invalid((ask, scim) => scim.Handle(Breakage.With(ask, "filter", null)))
        ),
        new("invalid-finds-none", Section, "a filter that it can't read finds nothing", Invalid((_, _) => Nothing())),
        new(
            "invalid-is-a-mistake",
            Section,
            "a filter that it can't read is answered with 500",
            Invalid((_, _) => Refused(500, null, "Index was outside the bounds of the array."))
        ),
        new("filter-passed-over", Section, "filters are passed over", Lists("filter", _ => null)),
        new(
            "filter-of-groups-passed-over",
            Section,
            "filters of groups are passed over",
            Without(ask => ask.Path.StartsWith("Groups", StringComparison.Ordinal))
        ),
        new(
            "filter-of-users-passed-over",
            Section,
            "filters of users are passed over",
            Without(ask => ask.Path.StartsWith("Users", StringComparison.Ordinal))
        ),
        new(
            "filter-of-searches-passed-over",
            "RFC7644-3.4.3",
            "filters in the body of a search are passed over",
            Without(ask => ask.Method == "POST")
        ),
        new(
            "filter-of-all-passed-over",
            "RFC7644-3.4.2.1",
            "filters of all types at once are passed over",
            Without(ask => ask.Path is "" or ".search")
        ),
        new(
            "found-twice",
            Section,
            "who has two of the values that a filter asks of is found twice, as SQL joins",
            Answers(IsFiltered, Joined)
        ),
    ];

    private static Breakage Read(string name, string says, Func<IReadOnlyList<string>, IEnumerable<string>> change) =>
        new(name, Section, says, Filter(filter => string.Join(' ', change(Words(filter)))));

    private static Breakage Word(string name, string says, string word, string? other) =>
        Read(name, says, words => words.Select(one => Is(one, word) ? other : one).OfType<string>());

    private static Breakage Refuses(string name, string says, Func<IReadOnlyList<string>, bool> which) =>
        new(
            name,
            Section,
            says,
            Instead(
                ask => IsFiltered(ask) && which(Words(Parameter(ask, "filter")!)),
                () => Refused(400, "invalidFilter", "That filter is not supported.")
            )
        );

    private static Detour Without(Func<Ask, bool> when) =>
        Asks(ask => IsFiltered(ask) && when(ask), ask => Breakage.With(ask, "filter", null));

    // Filters of lists, and those within the path of a PATCH.
    private static Detour Filter(Func<string, string> change)
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

    private static Detour Invalid(Detour otherwise) =>
        (ask, scim) =>
            scim.Handle(ask) is var answer
            && IsFiltered(ask)
            && answer.Status == 400
            && answer.Body!["scimType"].Text() == "invalidFilter"
                ? otherwise(ask, scim)
                : answer;

    private static Answer Shorter(Ask ask, SoundScim scim)
    {
        for (var words = Words(Parameter(ask, "filter")!); words.Count > 0; words = [.. words.SkipLast(1)])
            if (scim.Handle(Breakage.With(ask, "filter", string.Join(' ', words))) is { IsFine: true } answer)
                return answer;
        return scim.Handle(ask);
    }

    private static bool IsFiltered(Ask ask) => IsList(ask) && Parameter(ask, "filter") is not null;

    private static bool Combines(IReadOnlyList<string> words) => words.Any(word => Is(word, "and") || Is(word, "or"));

    private static Func<IReadOnlyList<string>, bool> Has(params string[] operators) =>
        words => words.Any(word => operators.Contains(word.ToLowerInvariant()));

    private static Func<IReadOnlyList<string>, bool> Named(string urn) =>
        words => words.Any(word => word.StartsWith(urn, StringComparison.OrdinalIgnoreCase));

    private static Func<IReadOnlyList<string>, bool> Texts(Func<string, bool> which) =>
        words => words.Any(word => IsText(word) && which(word));

    private static bool IsName(string word) =>
        char.IsAsciiLetter(word[0])
        && !_operators.Contains(word.ToLowerInvariant())
        && word.ToLowerInvariant() is not ("and" or "or" or "not" or "true" or "false" or "null");

    private static bool Known(string word) =>
        Sound.Known.Types.All(type =>
            Name.Of(type, word) is not { } name
            || (
                word.EndsWith(name.Last.Name, StringComparison.Ordinal)
                && word.Contains(name.Attribute.Name, StringComparison.Ordinal)
            )
        );

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

    private static void Joined(Ask ask, Answer answer)
    {
        if (answer.Body is not JsonObject list || list["Resources"] is not JsonArray found)
            return;
        foreach (var name in Words(Parameter(ask, "filter")!).Where(IsName).Select(word => word.Split('.')[0]))
        foreach (var one in answer.Shown.Where(one => one[name] is JsonArray { Count: > 1 }).ToList())
        {
            found.Insert(found.IndexOf(one), one.DeepClone());
            list["totalResults"] = found.Count;
            list["itemsPerPage"] = found.Count;
        }
    }

    [GeneratedRegex(@"\[([^\]]+)\]")]
    private static partial Regex InPath();

    [GeneratedRegex(@"^[A-Za-z][\w:.$-]*\.[A-Za-z$]+$")]
    private static partial Regex Sub();

    [GeneratedRegex(@"(?<=^[\w.:]+) (?!eq|ne|co|sw|ew|gt|ge|lt|le|pr)\w+ (?="")", RegexOptions.IgnoreCase)]
    private static partial Regex Unknown();
}
