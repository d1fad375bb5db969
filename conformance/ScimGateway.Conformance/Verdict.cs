using System.Globalization;
using System.Text;

namespace ScimGateway.Conformance;

/// <summary>What became of a check.</summary>
internal enum Outcome
{
    /// <summary>It is as it has to be.</summary>
    Passed,

    /// <summary>It is not, and ought to be: no reason to fail.</summary>
    Warned,

    /// <summary>It is not, and that was known before.</summary>
    Known,

    /// <summary>It is not.</summary>
    Failed,

    /// <summary>It was not looked at.</summary>
    Skipped,
}

/// <summary>What a check has found.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Says">What came back, or why it was not looked at.</param>
internal sealed record Verdict(Outcome Outcome, string Says)
{
    /// <summary>What came back, or why it was not looked at; on one line, whatever a server has put into it.</summary>
    public string Says { get; } = Plain.Line(Says);

    /// <summary>What stands behind it if it is one refusal, by which findings of one cause are told; null if it is not.</summary>
    public string? Cause { get; private init; }

    /// <summary>Whether it was looked at and is not as it has to be.</summary>
    public bool IsBroken => Outcome is Outcome.Failed or Outcome.Warned or Outcome.Known;

    /// <summary>It is as it has to be.</summary>
    public static Verdict Kept { get; } = new(Outcome.Passed, "");

    /// <summary>It is not, as what came back shows.</summary>
    public static Verdict Broken(string says) => new(Outcome.Failed, says);

    /// <summary>It is not: that is what came back.</summary>
    public static Verdict Broken(Exchange answer) => Broken(answer.ToString()) with { Cause = answer.Refusal };

    /// <summary>It is not, by a mistake that others may meet as well.</summary>
    public static Verdict Broken(string says, string cause) => Broken(says) with { Cause = cause };

    /// <summary>It was not looked at.</summary>
    public static Verdict Skipped(string why) => new(Outcome.Skipped, why);

    /// <summary>Kept, if it is so.</summary>
    public static Verdict Of(bool isSo, string says) => isSo ? Kept : Broken(says);

    /// <summary>Kept, if the answer is as it has to be; else the answer is what came back.</summary>
    public static Verdict Of(bool isSo, Exchange answer) => isSo ? Kept : Broken(answer);

    /// <summary>The first of several that is not kept.</summary>
    public static Verdict All(params IEnumerable<Verdict> verdicts) =>
        verdicts.FirstOrDefault(verdict => verdict.Outcome != Outcome.Passed) ?? Kept;
}

/// <summary>What a check needs first did not come about, so that nothing can be said; another requirement tells why.</summary>
internal sealed class NotPossibleException(string why) : Exception(why);

/// <summary>A server did not answer: it closed, said nothing within the time limit, or more than can be read.</summary>
internal sealed class NoAnswerException(string why) : Exception(why);

/// <summary>Words of a server as they are shown to people: what it sends is not trusted.</summary>
internal static class Plain
{
    private const int MostShown = 1_500;

    /// <summary>A text on one line, without what a terminal would obey, and not without end.</summary>
    public static string Line(string text) =>
        Whole(text.Length <= MostShown ? text : string.Concat(text.AsSpan(0, MostShown), "…"));

    /// <summary>The same, whole.</summary>
    public static string Whole(string text)
    {
        var shown = new StringBuilder();
        foreach (var letter in text.EnumerateRunes()) // half of a pair comes out as U+FFFD
            shown.Append(IsShown(letter) ? letter.ToString() : " ");
        return shown.ToString();
    }

    private static bool IsShown(Rune letter) =>
        Rune.GetUnicodeCategory(letter)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.OtherNotAssigned
            );
}
