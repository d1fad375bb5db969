namespace ScimGateway.Basics.Spelling;

/// <summary>Which word was meant by one that there is not.</summary>
public static class Nearest
{
    private const int MostWrong = 2;

    private const int Telling = 3;

    /// <summary>
    /// The word with the fewest letters wrong, two at most and not all, or else the only one that begins so, whatever
    /// their case; null for none.
    /// </summary>
    public static string? To(string entered, IEnumerable<string> words)
    {
        var all = words.ToList();
        return Misspelled(entered, all) ?? Begun(entered, all);
    }

    private static string? Begun(string entered, List<string> words) =>
        entered.Length >= Telling
        && words.FindAll(word => word.StartsWith(entered, StringComparison.OrdinalIgnoreCase)) is [var only]
            ? only
            : null;

    private static string? Misspelled(string entered, List<string> words) =>
        words
            .Where(word => Math.Abs(word.Length - entered.Length) <= MostWrong)
            .Select(word => (Word: word, Wrong: Wrong(entered, word)))
            .Where(one => one.Wrong <= MostWrong && one.Wrong < one.Word.Length - 1)
            .OrderBy(one => one.Wrong)
            .Select(one => one.Word)
            .FirstOrDefault();

    // How many letters are to be put in, left out or changed (Levenshtein).
    private static int Wrong(string entered, string word)
    {
        var row = Enumerable.Range(0, word.Length + 1).ToArray();
        for (var i = 1; i <= entered.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= word.Length; j++)
                (before, row[j]) = (
                    row[j],
                    Math.Min(Math.Min(row[j], row[j - 1]) + 1, before + (IsSame(entered[i - 1], word[j - 1]) ? 0 : 1))
                );
        }
        return row[^1];
    }

    private static bool IsSame(char one, char other) => char.ToLowerInvariant(one) == char.ToLowerInvariant(other);
}
