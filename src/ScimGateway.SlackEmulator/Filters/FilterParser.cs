using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;

namespace ScimGateway.SlackEmulator.Filters;

/// <summary>Reads a filter as Slack's page describes it (docs/slack.md 3): exactly one blank between the parts, words
/// of any case, values in double quotes, single quotes or none.</summary>
internal sealed class FilterParser
{
    private const int MostCharacters = 8_000;
    private const int MostNested = 32;

    // Each one is held against every account, under the gate.
    private const int MostComparisons = 30;

    private readonly string _text;
    private readonly Func<string, string?> _attribute;
    private int _at;
    private int _depth;
    private int _comparisons;

    /// <param name="text">The filter.</param>
    /// <param name="attribute">The canonical name of an attribute that may be filtered by, else null.</param>
    public FilterParser(string text, Func<string, string?> attribute)
    {
        if (text.Length > MostCharacters)
            throw new SlackRefusal("query_building_failed");
        _text = text;
        _attribute = attribute;
    }

    public Filter Parse()
    {
        // One word alone compares nothing, as was seen of filter=foo (docs/slack.md 3).
        if (!_text.Contains(' ', StringComparison.Ordinal))
            throw new SlackRefusal("no_filters", ("is_aggregate_call", "1"));
        var filter = Or();
        if (_at < _text.Length)
            throw new SlackRefusal(_text[_at] is ')' ? "invalid_filter_group" : "incomplete_filter");
        return filter;
    }

    // or = and *(" or " and)
    private Filter Or()
    {
        var left = And();
        while (TakeJoin("or"))
            left = new Filter.Or(left, And());
        return left;
    }

    // and = term *(" and " term)
    private Filter And()
    {
        var left = Term();
        while (TakeJoin("and"))
            left = new Filter.And(left, Term());
        return left;
    }

    // term = "(" or ")" / attribute " pr" / attribute " " operator " " value
    private Filter Term()
    {
        if (_at < _text.Length && _text[_at] == '(')
            return InBrackets();
        if (++_comparisons > MostComparisons)
            throw new SlackRefusal("query_building_failed");
        var spelled = Attribute();
        Blank();
        var word = Word();
        if (spelled.Length == 0 || word.Length == 0)
            throw new SlackRefusal("incomplete_filter");
        var attribute = _attribute(spelled) ?? throw new SlackRefusal("invalid_query");
        if (word.Equals("pr", StringComparison.OrdinalIgnoreCase))
            return new Filter.Present(attribute);
        var comparison = ParseOperator(word) ?? throw new SlackRefusal("invalid_query");
        Blank();
        return new Filter.Compare(attribute, comparison, Value());
    }

    private Filter InBrackets()
    {
        if (++_depth > MostNested)
            throw new SlackRefusal("query_building_failed");
        _at++;
        var inner = Or();
        if (_at >= _text.Length || _text[_at] != ')')
            throw new SlackRefusal("invalid_filter_group");
        _at++;
        _depth--;
        return inner;
    }

    // An attribute reads up to a blank; inside [ ] blanks belong to it: emails[type eq "work"].value
    private string Attribute()
    {
        var start = _at;
        var inside = false;
        while (_at < _text.Length && (inside || _text[_at] is not (' ' or '(' or ')')))
        {
            if (_text[_at] is '[' or ']')
                inside = _text[_at] is '[';
            _at++;
        }
        return _text[start.._at];
    }

    private string Word()
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] is not (' ' or '(' or ')'))
            _at++;
        return _text[start.._at];
    }

    private string Value()
    {
        if (_at >= _text.Length)
            throw new SlackRefusal("incomplete_filter");
        if (_text[_at] is '"' or '\'')
            return Quoted(_text[_at]);
        var value = Word();
        return value.Length > 0 ? value : throw new SlackRefusal("incomplete_filter");
    }

    private string Quoted(char quote)
    {
        var start = _at++;
        while (_at < _text.Length && _text[_at] != quote)
            _at += _text[_at] is '\\' && quote is '"' ? 2 : 1;
        if (_at >= _text.Length)
            throw new SlackRefusal("incomplete_filter");
        _at++;
        if (quote is '\'')
            return _text[(start + 1)..(_at - 1)];
        try
        {
            using var json = JsonDocument.Parse(_text.AsMemory(start, _at - start));
            return json.RootElement.GetString()!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new SlackRefusal("invalid_query");
        }
    }

    private void Blank()
    {
        if (_at >= _text.Length || _text[_at] != ' ' || (_at + 1 < _text.Length && _text[_at + 1] == ' '))
            throw new SlackRefusal("incomplete_filter");
        _at++;
    }

    private bool TakeJoin(string word)
    {
        var end = _at + word.Length + 2;
        if (
            end > _text.Length
            || _text[_at] != ' '
            || _text[end - 1] != ' '
            || !_text.AsSpan(_at + 1, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase)
        )
            return false;
        _at = end;
        return true;
    }

    private static Operator? ParseOperator(string word) =>
        word.ToLowerInvariant() switch
        {
            "eq" => Operator.Equal,
            "co" => Operator.Contains,
            "sw" => Operator.StartsWith,
            "gt" => Operator.Greater,
            "ge" => Operator.GreaterOrEqual,
            "lt" => Operator.Less,
            "le" => Operator.LessOrEqual,
            _ => null,
        };
}
