using System.Text.RegularExpressions;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Filters;

/// <summary>
/// Reads a filter by the grammar of RFC 7644 figure 1: one method for one rule. Blanks: one or more where the grammar
/// has one.
/// </summary>
internal sealed partial class FilterParser
{
    private readonly FilterLexer _lexer;
    private readonly ResourceTypeDefinition? _type;
    private readonly Reading _reading;
    private Token _token;
    private int _depth;

    /// <param name="text">The filter.</param>
    /// <param name="type">The type whose extensions a deviating spelling may mean; null for none.</param>
    /// <param name="reading">Which deviations are understood.</param>
    public FilterParser(string text, ResourceTypeDefinition? type, Reading reading)
    {
        if (text.Length > Filter.MostCharacters)
            throw ScimException.InvalidFilter(
                $"The filter has {text.Length} characters; at most {Filter.MostCharacters} are read."
            );
        _lexer = new FilterLexer(text);
        _type = type;
        _reading = reading;
        _token = _lexer.Next();
    }

    /// <summary>Reads a whole filter.</summary>
    public Filter Parse() => Whole(insideBrackets: false);

    /// <summary>Reads what stands inside the brackets of a value path.</summary>
    public Filter ParseElement() => Whole(insideBrackets: true);

    private Filter Whole(bool insideBrackets)
    {
        NoBlankBefore(_token.Kind);
        var filter = Or(insideBrackets);
        NoBlankBefore(TokenKind.End);
        return _token.Kind == TokenKind.End ? filter : throw Unexpected("'and', 'or' or the end");
    }

    // FILTER = and *("or" and)
    private Filter Or(bool insideBrackets)
    {
        var left = And(insideBrackets);
        while (TakeJoin("or"))
            left = new Filter.Or(left, And(insideBrackets));
        return left;
    }

    // and = term *("and" term)
    private Filter And(bool insideBrackets)
    {
        var left = Term(insideBrackets);
        while (TakeJoin("and"))
            left = new Filter.And(left, Term(insideBrackets));
        return left;
    }

    // term = ["not"] "(" FILTER ")" / valuePath / attrExp
    private Filter Term(bool insideBrackets)
    {
        if (_token.Kind == TokenKind.OpenParenthesis)
            return Group(insideBrackets);
        var word = TakeWord("an attribute name");
        if (word.Is("not") && _token.Kind == TokenKind.OpenParenthesis)
            return new Filter.Not(Group(insideBrackets));
        var path = Path(word);
        return _token.Kind == TokenKind.OpenBracket && !_token.BlankBefore && !insideBrackets
            ? ValuePath(path)
            : Comparison(path);
    }

    private Filter Group(bool insideBrackets)
    {
        Enter();
        Take(TokenKind.OpenParenthesis, "'('");
        NoBlankBefore(_token.Kind);
        var inner = Or(insideBrackets);
        NoBlankBefore(TokenKind.CloseParenthesis);
        Take(TokenKind.CloseParenthesis, "')'");
        _depth--;
        return inner;
    }

    // valuePath = attrPath "[" valFilter "]"; a value path inside another is not in the grammar.
    private Filter.Where ValuePath(AttributePath path)
    {
        Enter();
        Take(TokenKind.OpenBracket, "'['");
        NoBlankBefore(_token.Kind);
        var element = Or(insideBrackets: true);
        NoBlankBefore(TokenKind.CloseBracket);
        var close = _token;
        Take(TokenKind.CloseBracket, "']'");
        _depth--;
        return ComparedValuePath(path, element, close) ?? new Filter.Where(path, element);
    }

    // emails[type eq "work"].value eq "…": Entra ID's match by e-mail. All of it is asked of one element.
    private Filter.Where? ComparedValuePath(AttributePath path, Filter element, Token close)
    {
        if (close.BlankAfter || _token.Kind != TokenKind.Word || !_token.Text.StartsWith('.'))
            return null;
        var word = _token;
        if (!AttributePath.IsName(word.Text.AsSpan(1)) || !_reading.Takes(Deviation.ComparedValuePath, path.ToString()))
            return null;
        _token = _lexer.Next();
        return new Filter.Where(path, new Filter.And(element, Comparison(new AttributePath(word.Text[1..]))));
    }

    // attrExp = attrPath SP ("pr" / compareOp SP compValue)
    private Filter Comparison(AttributePath path)
    {
        var word = TakeWord("an operator");
        if (word.Is("pr"))
            return new Filter.Present(path);
        var op =
            CompareOps.Named(word.Text)
            ?? throw Unexpected("an operator (eq, ne, co, sw, ew, gt, ge, lt, le, pr)", word);
        if (!_token.BlankBefore)
            throw Unexpected("a blank and a value");
        return new Filter.Compare(path, op, Value());
    }

    // compValue = false / null / true / number / string
    private Literal Value()
    {
        var token = _token;
        if (token.Kind == TokenKind.Quoted)
        {
            _token = _lexer.Next();
            return new Literal.Text(token.Text);
        }

        var word = TakeWord("a value");
        return word.Text switch
        {
            "true" => new Literal.Flag(true),
            "false" => new Literal.Flag(false),
            "null" => new Literal.Null(),
            var digits when Number().IsMatch(digits) => new Literal.Number(digits),
            _ => Unquoted(word),
        };
    }

    // userName eq bjensen: authentik, old Entra documentation; the filter PingFederate prints has no quotation marks
    // either.
    private Literal.Text Unquoted(Token word) =>
        word.Text[0] != '\'' && _reading.Takes(Deviation.UnquotedValue, "filter")
            ? new Literal.Text(FilterLexer.Unicode(word.Text, word.At))
            : throw Unexpected("a value (a string in quotation marks, a number, true, false or null)", word);

    private AttributePath Path(Token word)
    {
        var text = _type is null ? word.Text : NameHabits.Spelling(word.Text, _type, _reading);
        return AttributePath.TryParse(text, out var path) ? path : throw Unexpected("an attribute name", word);
    }

    // SP "and" SP: the grammar joins nothing without blanks.
    private bool TakeJoin(string word)
    {
        if (!_token.Is(word))
            return false;
        var join = _token;
        _token = _lexer.Next();
        if (!join.BlankBefore || (!join.BlankAfter && _token.Kind != TokenKind.End))
            throw Unexpected($"blanks around '{word}'", join);
        return true;
    }

    // filter=userName eq "vera" , ( title pr ): blanks where the grammar has none, left over from templates.
    private void NoBlankBefore(TokenKind kind)
    {
        if (_token.Kind == kind && _token.BlankBefore && !_reading.Takes(Deviation.StrayBlank, "filter"))
            throw ScimException.InvalidFilter($"Expected no blank at position {_token.At - 1}.");
    }

    private Token TakeWord(string expected)
    {
        var word = _token;
        Take(TokenKind.Word, expected);
        return word;
    }

    private void Take(TokenKind kind, string expected)
    {
        if (_token.Kind != kind)
            throw Unexpected(expected);
        _token = _lexer.Next();
    }

    private void Enter()
    {
        if (++_depth > Filter.MostDepth)
            throw ScimException.InvalidFilter(
                $"The filter nests deeper than {Filter.MostDepth} levels at position {_token.At}."
            );
    }

    private ScimException Unexpected(string expected) => Unexpected(expected, _token);

    private static ScimException Unexpected(string expected, Token found) =>
        ScimException.InvalidFilter($"Expected {expected} at position {found.At}, found {found}.");

    // number of RFC 8259 §6
    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
