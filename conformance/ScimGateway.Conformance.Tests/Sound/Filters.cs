using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>Whether a resource has a value of an attribute that compares so; no attribute where the name is unknown.</summary>
internal delegate bool Comparing(Name? name, string op, JsonNode? value, JsonObject resource);

/// <summary>A filter (RFC 7644 §3.4.2.2), read by the rules of its grammar into what it lets through.</summary>
internal sealed partial class Filters
{
    private const int MostDepth = 20;

    private readonly IReadOnlyList<string> _words;
    private readonly Func<string, Name?> _names;
    private readonly Comparing _compares;
    private int _at;
    private int _depth;

    private Filters(string text, Func<string, Name?> names, Comparing compares)
    {
        if (Word().Replace(text, "").Trim().Length > 0)
            throw Refusal.Filter("The filter has characters that no filter has.");
        (_words, _names, _compares) = ([.. Word().Matches(text).Select(word => word.Value)], names, compares);
    }

    /// <summary>What a filter of a type's resources lets through.</summary>
    public static Func<JsonObject, bool> Of(ResourceType type, string text, Comparing compares) =>
        Read(text, name => Name.Of(type, name), compares);

    /// <summary>What a filter of an attribute's values lets through.</summary>
    public static Func<JsonObject, bool> Of(Definition attribute, string text, Comparing compares) =>
        Read(text, name => attribute.SubOf(name) is { } sub ? new Name(null, sub, null) : null, compares);

    private static Func<JsonObject, bool> Read(string text, Func<string, Name?> names, Comparing compares)
    {
        var filters = new Filters(text, names, compares);
        var all = filters.Or();
        return filters.Peek is { } more ? throw Refusal.Filter($"'{more}' is not expected.") : all;
    }

    private string? Peek => _at < _words.Count ? _words[_at] : null;

    // or = and *("or" and)
    private Func<JsonObject, bool> Or()
    {
        if (++_depth > MostDepth)
            throw Refusal.Filter("The filter is too deep.");
        var left = And();
        while (Took("or"))
        {
            var (one, other) = (left, And());
            left = resource => one(resource) || other(resource);
        }
        _depth--;
        return left;
    }

    // and = term *("and" term)
    private Func<JsonObject, bool> And()
    {
        var left = Term();
        while (Took("and"))
        {
            var (one, other) = (left, Term());
            left = resource => one(resource) && other(resource);
        }
        return left;
    }

    // term = ["not"] "(" or ")" / name "[" or "]" / name "pr" / name op value
    private Func<JsonObject, bool> Term()
    {
        if (Took("not"))
        {
            var inner = Within("(", ")");
            return resource => !inner(resource);
        }
        if (Peek == "(")
            return Within("(", ")");
        var word = Next("the name of an attribute");
        if (!Attribute().IsMatch(word))
            throw Refusal.Filter($"'{word}' is no name of an attribute.");
        if (Peek == "[")
            return ValuePath(word);
        var (name, op) = (_names(word), Next("an operator").ToLowerInvariant());
        if (op == "pr")
            return resource => _compares(name, op, null, resource);
        if (op is not ("eq" or "ne" or "co" or "sw" or "ew" or "gt" or "ge" or "lt" or "le"))
            throw Refusal.Filter($"There is no operator '{op}'.");
        var value = Literal(Next("a value"));
        if (name?.Last.Type is "boolean" or "binary" && op is "gt" or "ge" or "lt" or "le")
            throw Refusal.Filter($"{word} has no order.");
        return resource => _compares(name, op, value, resource);
    }

    private Func<JsonObject, bool> ValuePath(string word)
    {
        if (_names(word) is not { Attribute: { Type: "complex" } attribute } name)
            throw Refusal.Filter($"{word} has no sub-attributes.");
        var to = 0;
        var depth = 0;
        for (var i = _at; i < _words.Count && to == 0; i++)
            if (_words[i] == "[")
                depth++;
            else if (_words[i] == "]" && --depth == 0)
                to = i;
        if (to == 0)
            throw Refusal.Filter("A bracket is not closed.");
        var inner = Of(attribute, string.Join(' ', _words.Skip(_at + 1).Take(to - _at - 1)), _compares);
        _at = to + 1;
        return resource => Documents.Objects(name.Container(resource)?[attribute.Name]).Any(inner);
    }

    private Func<JsonObject, bool> Within(string open, string close)
    {
        if (!Took(open))
            throw Refusal.Filter($"'{open}' is expected.");
        var inner = Or();
        return Took(close) ? inner : throw Refusal.Filter($"'{close}' is expected.");
    }

    private bool Took(string word)
    {
        if (!word.Equals(Peek, StringComparison.OrdinalIgnoreCase))
            return false;
        _at++;
        return true;
    }

    private string Next(string what) =>
        _at < _words.Count ? _words[_at++] : throw Refusal.Filter($"{what} is expected at the end.");

    private static JsonNode? Literal(string word)
    {
        try
        {
            return JsonNode.Parse(word);
        }
        catch (JsonException)
        {
            throw Refusal.Filter($"'{word}' is no value.");
        }
    }

    /// <summary>As RFC 7644 has it.</summary>
    public static bool Compare(Name? name, string op, JsonNode? value, JsonObject resource)
    {
        var values = name?.Values(resource).ToList() ?? [];
        return op switch
        {
            "pr" => values.Any(IsThere),
            "ne" => !Compare(name, "eq", value, resource),
            "eq" when value is null => !values.Any(IsThere),
            _ => values.Any(one => Holds(name!.Last, one, op, value)),
        };
    }

    private static bool Holds(Definition attribute, JsonNode one, string op, JsonNode? value)
    {
        if (one.GetValueKind() == JsonValueKind.Number && value?.GetValueKind() == JsonValueKind.Number)
            return Ordered(op, Number(one).CompareTo(Number(value)));
        if (one.GetValueKind() != JsonValueKind.String || value.Text() is not { } text)
            return op == "eq" && JsonNode.DeepEquals(one, value);
        var own = one.GetValue<string>();
        if (attribute.Type == "dateTime")
            return Instant(own) is { } at
                && Instant(text) is { } other
                && Ordered(op, DateTimeOffset.Compare(at, other));
        if (!attribute.CaseExact)
            (own, text) = (Texts.Folded(own), Texts.Folded(text));
        return op switch
        {
            "co" => own.Contains(text, StringComparison.Ordinal),
            "sw" => own.StartsWith(text, StringComparison.Ordinal),
            "ew" => own.EndsWith(text, StringComparison.Ordinal),
            _ => Ordered(op, string.CompareOrdinal(own, text)),
        };
    }

    private static decimal Number(JsonNode one) => decimal.Parse(one.ToJsonString(), CultureInfo.InvariantCulture);

    private static bool Ordered(string op, int order) =>
        op switch
        {
            "eq" => order == 0,
            "gt" => order > 0,
            "ge" => order >= 0,
            "lt" => order < 0,
            "le" => order <= 0,
            _ => false,
        };

    private static DateTimeOffset? Instant(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null;

    private static bool IsThere(JsonNode value) => value.Text() != "";

    [GeneratedRegex(
        """
            "(?:[^"\\]|\\.)*"|[()\[\]]|[^\s()\[\]"]+
            """
    )]
    private static partial Regex Word();

    [GeneratedRegex(@"^[A-Za-z][\w:.$-]*$")]
    private static partial Regex Attribute();
}
