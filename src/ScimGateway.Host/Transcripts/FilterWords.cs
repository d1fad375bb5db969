using System.Text;
using System.Text.RegularExpressions;

namespace ScimGateway.Host.Transcripts;

/// <summary>
/// The words of a filter or of a PATCH's path: attributes and operators, which stay, and values. It need be none that can be
/// read: whatever does not stand where an attribute or an operator stands is a value.
/// </summary>
internal static partial class FilterWords
{
    // What is longer is no provider's, and looked at word by word alone.
    private const int Longest = 4_000;

    private static readonly HashSet<string> _comparing = new(StringComparer.OrdinalIgnoreCase)
    {
        "eq",
        "ne",
        "co",
        "sw",
        "ew",
        "gt",
        "ge",
        "lt",
        "le",
        "pr",
    };

    private static readonly HashSet<string> _joining = new(StringComparer.OrdinalIgnoreCase) { "and", "or", "not" };

    /// <summary>The text with other values in it.</summary>
    /// <param name="text">A filter, or a path.</param>
    /// <param name="isPath">Whether it is a path: then what stands outside of brackets is the attribute.</param>
    /// <param name="value">The other value for a value of an attribute.</param>
    /// <param name="words">Other words for what is neither.</param>
    public static string In(string text, bool isPath, Func<string, string, string> value, Disguise words)
    {
        if (text.Length > Longest)
            return words.Words(text);
        var parts = Part().Matches(text).Select(match => match.Value).ToList();
        var (made, depth, attribute) = (new StringBuilder(), 0, "");
        var isWholePath = isPath && !IsSpread(text);
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            depth +=
                part == "[" ? 1
                : part == "]" ? -1
                : 0;
            var before = Beside(parts, i, -1);
            if (part[0] is '"' or '\'')
                made.Append(Quoted(part, text => value(text, attribute)));
            else if (part is "(" or ")" or "[" or "]" || string.IsNullOrWhiteSpace(part))
                made.Append(part);
            else if (before is not null && before != "pr" && _comparing.Contains(before))
                made.Append(value(part, attribute));
            else if (
                (isWholePath && depth == 0)
                || Beside(parts, i, +1) is { } after && (after == "[" || _comparing.Contains(after))
            )
            {
                attribute = Disguised.LastOf(part);
                made.Append(part.Contains('@', StringComparison.Ordinal) ? words.Words(part) : Disguise.Parted(part));
            }
            else if (_joining.Contains(part) || (_comparing.Contains(part) && before is not null))
                made.Append(part);
            else
                made.Append(words.Words(part));
        }
        return made.ToString();
    }

    private static string? Beside(List<string> parts, int at, int step)
    {
        do at += step;
        while (at >= 0 && at < parts.Count && string.IsNullOrWhiteSpace(parts[at]));
        return at >= 0 && at < parts.Count ? parts[at] : null;
    }

    // Whether there are several words outside of brackets.
    private static bool IsSpread(string path)
    {
        var depth = 0;
        foreach (var letter in path)
            if (letter is '[')
                depth++;
            else if (letter is ']')
                depth--;
            else if (depth == 0 && (char.IsWhiteSpace(letter) || letter is '"' or '\''))
                return true;
        return false;
    }

    private static string Quoted(string part, Func<string, string> value)
    {
        var quote = part[0];
        var isClosed = part.Length > 1 && part[^1] == quote;
        var inner = part[1..(isClosed ? ^1 : ^0)];
        return quote + Escaped(value(Unescaped(inner))) + (isClosed ? quote : "");
    }

    private static string Unescaped(string text) =>
        text.Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);

    private static string Escaped(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    [GeneratedRegex(
        @"""([^""\\]|\\.)*""?|'[^']*'?|[()\[\]]|\s+|[^\s""'()\[\]]+|\\",
        RegexOptions.NonBacktracking | RegexOptions.Singleline
    )]
    private static partial Regex Part();
}
