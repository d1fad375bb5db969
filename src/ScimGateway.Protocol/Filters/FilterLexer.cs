using System.Buffers;
using System.Text;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Protocol.Filters;

internal enum TokenKind
{
    End,
    Word,
    Quoted,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
}

/// <summary>
/// A piece of a filter: its kind, its text (of a quoted one, the string it stands for), where it starts, and whether
/// blanks stand before and after it.
/// </summary>
internal readonly record struct Token(TokenKind Kind, string Text, int At, bool BlankBefore, bool BlankAfter)
{
    public bool Is(string word) => Kind == TokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Kind == TokenKind.End ? "the end" : $"'{Text}'";
}

/// <summary>Cuts a filter into words, quoted strings, parentheses and brackets.</summary>
internal sealed class FilterLexer(string text)
{
    private static readonly SearchValues<char> _endsWord = SearchValues.Create(" ()[]\"");

    private int _at;

    public Token Next()
    {
        var start = _at;
        while (_at < text.Length && text[_at] == ' ')
            _at++;
        var blankBefore = _at > start;
        var at = _at;
        if (at == text.Length)
            return new Token(TokenKind.End, "", at, blankBefore, false);

        var (kind, word) = text[at] switch
        {
            '(' => (TokenKind.OpenParenthesis, One()),
            ')' => (TokenKind.CloseParenthesis, One()),
            '[' => (TokenKind.OpenBracket, One()),
            ']' => (TokenKind.CloseBracket, One()),
            '"' => (TokenKind.Quoted, Quoted()),
            _ => (TokenKind.Word, Word()),
        };
        return new Token(kind, word, at, blankBefore, _at < text.Length && text[_at] == ' ');
    }

    private string One() => text[_at++].ToString();

    private string Word()
    {
        var rest = text.AsSpan(_at);
        var length = rest.IndexOfAny(_endsWord);
        var word = length < 0 ? rest : rest[..length];
        _at += word.Length;
        return word.ToString();
    }

    // A JSON string, RFC 8259 §7.
    private string Quoted()
    {
        var opened = _at++;
        var value = new StringBuilder();
        while (_at < text.Length)
        {
            var c = text[_at++];
            if (c == '"')
                return Unicode(value.ToString(), opened);
            if (c < ' ')
                throw ScimException.InvalidFilter(
                    $"Expected \\u{(int)c:x4} for the control character at position {_at - 1}."
                );
            value.Append(c == '\\' ? Escaped() : c);
        }
        throw ScimException.InvalidFilter(
            $"Expected a closing quotation mark for the one at position {opened}, found the end."
        );
    }

    private char Escaped()
    {
        var at = _at - 1;
        var c = _at < text.Length ? text[_at++] : '\0';
        return c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' when _at + 4 <= text.Length && Hex(text.AsSpan(_at, 4)) is { } code => Advance(code),
            _ => throw ScimException.InvalidFilter(
                $"Expected a JSON escape at position {at}, found '{text[at.._at]}'."
            ),
        };

        char Advance(char code)
        {
            _at += 4;
            return code;
        }
    }

    private static char? Hex(ReadOnlySpan<char> digits)
    {
        var code = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit))
                return null;
            code = (code << 4) | Convert.ToInt32(digit.ToString(), 16);
        }
        return (char)code;
    }

    // Half a surrogate pair would fail later, in the first place that writes it.
    internal static string Unicode(string value, int at)
    {
        for (var i = 0; i < value.Length; i++)
            if (i + 1 < value.Length && char.IsSurrogatePair(value[i], value[i + 1]))
                i++;
            else if (char.IsSurrogate(value[i]))
                throw ScimException.InvalidFilter(
                    $"Expected Unicode in the string at position {at}, found half a surrogate pair."
                );
        return value;
    }
}
