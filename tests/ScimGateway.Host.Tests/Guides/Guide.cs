using System.Text.RegularExpressions;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>A page of docs/providers, as who follows it reads it: part by part, commands, what they print, tables.</summary>
internal sealed partial class Guide
{
    private readonly string[] _lines;

    private Guide(string text) => (Text, _lines) = (text, text.Split('\n'));

    /// <summary>The folder of the guides.</summary>
    public static string Folder { get; } = Path.Combine(GeneratedPage.Root(), "docs", "providers");

    /// <summary>All of it.</summary>
    public string Text { get; }

    public static Guide Read(string name) => new(File.ReadAllText(Path.Combine(Folder, name + ".md")));

    /// <summary>The page of test suites.</summary>
    public static Guide Suites() => new(File.ReadAllText(Path.Combine(GeneratedPage.Root(), "docs", "suites.md")));

    /// <summary>The headings of its parts, in order.</summary>
    public IReadOnlyList<string> Headings =>
        [.. _lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..])];

    /// <summary>All that stands in no block.</summary>
    public string Prose => Fence().Replace(Text, "");

    /// <summary>The blocks of JSON.</summary>
    public IEnumerable<string> Templates => Json().Matches(Text).Select(match => match.Groups[1].Value);

    /// <summary>What is quoted in a part.</summary>
    public IReadOnlyList<string> QuotedIn(string heading) =>
        Quoted(Fence().Replace(string.Join('\n', Part(heading)), ""));

    /// <summary>The first paragraph of a part.</summary>
    public string Paragraph(string heading) =>
        string.Join(' ', Part(heading).SkipWhile(line => line.Length == 0).TakeWhile(line => line.Length > 0));

    /// <summary>The blocks of commands of a part, each with what it is said to print last, if anything.</summary>
    public IEnumerable<(IReadOnlyList<string> Commands, string? Prints)> Blocks(string heading)
    {
        var part = string.Join('\n', Part(heading));
        foreach (Match block in Block().Matches(part))
            yield return (
                [.. block.Groups["sh"].Value.Split('\n').Where(line => line.Trim().Length > 0)],
                block.Groups["text"].Success ? block.Groups["text"].Value.TrimEnd('\n') : null
            );
    }

    /// <summary>The rows of the tables of a part whose head begins with a word; cells as they are written.</summary>
    public IReadOnlyList<string[]> Table(string heading, string first) => Rows(first, Part(heading));

    /// <summary>The same of all parts.</summary>
    public IReadOnlyList<string[]> Rows(string first) => Rows(first, _lines);

    private static List<string[]> Rows(string first, IEnumerable<string> lines)
    {
        var rows = new List<string[]>();
        var inside = false;
        foreach (var line in lines)
            if (!line.StartsWith('|'))
                inside = false;
            else if (line.StartsWith($"| {first} |", StringComparison.Ordinal))
                inside = true;
            else if (inside && !line.StartsWith("| ---", StringComparison.Ordinal))
                rows.Add(Cells(line));
        return rows;
    }

    /// <summary>What stands in backticks in a cell.</summary>
    public static IReadOnlyList<string> Quoted(string cell) =>
        [.. Backticks().Matches(cell).Select(match => match.Groups[1].Value.ReplaceLineEndings(" "))];

    /// <summary>Whether words are as a guide has them, where … stands for anything.</summary>
    public static bool Fits(string said, string guide) =>
        Regex.IsMatch(
            said,
            "^" + Regex.Escape(guide).Replace("…", ".*", StringComparison.Ordinal) + "$",
            RegexOptions.Singleline
        );

    private IEnumerable<string> Part(string heading) =>
        _lines
            .SkipWhile(line => line != "## " + heading)
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));

    // A bar inside a cell is written \|.
    private static string[] Cells(string line) =>
        [
            .. Bars()
                .Split(line.Trim().Trim('|'))
                .Select(cell => cell.Trim().Replace("\\|", "|", StringComparison.Ordinal)),
        ];

    [GeneratedRegex(@"```sh\n(?<sh>.*?)```\n(\n```text\n(?<text>.*?)```\n)?", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticks();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bars();
}
