using System.Globalization;
using System.Text.RegularExpressions;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Architecture.Tests;

/// <summary>Pages name files and what is in them: whoever moves or renames one moves the pages with it.</summary>
public partial class PageTests
{
    /// <summary>The front page, those beside it, the conformance suite's, and all of docs/.</summary>
    public static TheoryData<string> Pages =>
        [
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "conformance/README.md",
            .. Directory
                .EnumerateFiles(Path.Combine(GeneratedPage.Root(), "docs"), "*.md", SearchOption.AllDirectories)
                .Select(page => Path.GetRelativePath(GeneratedPage.Root(), page))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void What_a_page_points_to_is_there(string page)
    {
        var path = Path.Combine(GeneratedPage.Root(), page);
        var text = Code().Replace(File.ReadAllText(path), "");
        var links = Inline().Matches(text).Concat(Definition().Matches(text));
        Assert.Empty(links.Where(link => !IsThere(path, text, link)).Select(link => link.Value));
    }

    // A class with all its tests is named by a star.
    [Fact]
    public void The_tests_that_the_page_of_security_names_are_there()
    {
        var all = Directory
            .EnumerateFiles(Path.Combine(GeneratedPage.Root(), "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        var named = NamedTest()
            .Matches(File.ReadAllText(Path.Combine(GeneratedPage.Root(), "docs", "security.md")))
            .Select(match => (Class: match.Groups["class"].Value, Test: match.Groups["test"].Value))
            .Distinct()
            .ToList();

        Assert.True(named.Count > 60, $"{named.Count} are not all");
        Assert.DoesNotContain(
            named,
            one =>
                one.Test == "*"
                    ? !all.Contains(one.Class)
                    : !all[one.Class].Any(text => text.Contains($" {one.Test}(", StringComparison.Ordinal))
        );
    }

    // OWASP's own numbers of requirements: 70 of level 1, 183 of level 2.
    [Fact]
    public void The_page_of_security_has_each_requirement_once()
    {
        var rows = Requirements().Matches(File.ReadAllText(Path.Combine(GeneratedPage.Root(), "docs", "security.md")));
        var numbers = rows.SelectMany(row => row.Groups["numbers"].Value.Split(", ")).SelectMany(Each).ToList();

        Assert.Equal(253, numbers.Count);
        Assert.Equal(253, numbers.Distinct().Count());
    }

    private static IEnumerable<string> Each(string numbers)
    {
        if (numbers.Split('–') is not [var from, var to])
            return [numbers];
        var section = from[..(from.LastIndexOf('.') + 1)];
        var first = int.Parse(from[section.Length..], CultureInfo.InvariantCulture);
        var last = int.Parse(to[section.Length..], CultureInfo.InvariantCulture);
        return Enumerable.Range(first, last - first + 1).Select(number => $"{section}{number}");
    }

    // A file, with the names that the link shows in it, or a heading of a page.
    private static bool IsThere(string page, string text, Match link)
    {
        if (link.Groups["to"].Value.StartsWith("http", StringComparison.Ordinal))
            return true;
        var (to, heading) = link.Groups["to"].Value.Split('#') is [var file, var anchor]
            ? (file, anchor)
            : (link.Groups["to"].Value, null);
        var path = to.Length == 0 ? page : Path.GetFullPath(to, Path.GetDirectoryName(page)!);
        if (!File.Exists(path))
            return Directory.Exists(path);
        var there = path == page ? text : File.ReadAllText(path);
        var names = link.Groups["name"].Success ? link.Groups["name"].Value.Split('.') : [];
        return Array.TrueForAll(names, name => there.Contains(name, StringComparison.Ordinal))
            && (
                heading is null || Heading().Matches(there).Any(match => Anchor(match.Groups["says"].Value) == heading)
            );
    }

    // As GitHub makes it.
    private static string Anchor(string heading) =>
        NoWord().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Inline();

    [GeneratedRegex(@"^\[`(?<name>[^`\]]+)`\]: (?<to>\S+)", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex("^#+ (?<says>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<test>\w+|\*)`")]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"^\| (?<numbers>\d+\.\d+\.\d+[^|]*?) \|", RegexOptions.Multiline)]
    private static partial Regex Requirements();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoWord();
}
