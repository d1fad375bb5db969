using System.Globalization;
using System.Text;

namespace ScimGateway.Basics.Spelling;

/// <summary>
/// Texts from outside in a table for a spreadsheet, which takes one that begins with a sign for a formula, and that may
/// call a program or send the table away (https://owasp.org/www-community/attacks/CSV_Injection).
/// </summary>
public static class SpreadsheetText
{
    /// <summary>
    /// The text with an apostrophe wherever a formula could begin: at its start, and behind what some spreadsheets take
    /// for the end of a cell.
    /// </summary>
    public static string Of(string text)
    {
        StringBuilder? safe = null;
        var begins = true;
        for (var i = 0; i < text.Length; i++)
        {
            var one = text[i];
            if (begins && IsSign(one))
                (safe ??= new StringBuilder(text, 0, i, text.Length + 1)).Append('\'');
            // Some spreadsheets take these for the sign of a formula themselves, where they come first.
            else if (i == 0 && one is '\t' or '\r' or '\n')
                (safe ??= new StringBuilder(text.Length + 1)).Append('\'');
            begins = one is ';' or '\t' or '\r' or '\n' || (begins && IsPassedOver(one));
            safe?.Append(one);
        }
        return safe?.ToString() ?? text;
    }

    /// <summary>The text as a cell of a table in CSV (RFC 4180); nothing where there is none.</summary>
    public static string Cell(string? text) =>
        text is null ? "" : $"\"{Of(text).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool IsSign(char one) =>
        one is '=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20';

    // What is not seen, and the quotation mark that opens a cell.
    private static bool IsPassedOver(char one) =>
        one is '"' or '\0' || char.IsWhiteSpace(one) || char.GetUnicodeCategory(one) == UnicodeCategory.Format;
}
