using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Architecture.Tests;

/// <summary>
/// What tests/mutants.sh switches off is still there: it is run now and then, and a text that has moved on since would be
/// found only then.
/// </summary>
public sealed class MutantTests
{
    private static readonly Lazy<string> _tests = new(() =>
        string.Join(
            '\n',
            Directory
                .EnumerateFiles(
                    Path.Combine(GeneratedPage.Root(), "tests", "ScimGateway.Host.Tests"),
                    "*.cs",
                    SearchOption.AllDirectories
                )
                .Select(File.ReadAllText)
        )
    );

    public static TheoryData<string> Mutants =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(GeneratedPage.Root(), "tests", "mutants"), "*.txt")
                .Select(path => Path.GetFileNameWithoutExtension(path)!)
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_mutant_finds_each_of_its_texts_once_and_names_a_test_that_is_there(string name)
    {
        var (file, test, changes) = Read(File.ReadAllLines(Path.Combine(Folder, $"{name}.txt")));
        var text = File.ReadAllText(Path.Combine(GeneratedPage.Root(), file));

        Assert.NotEmpty(changes);
        foreach (var (from, to) in changes)
        {
            var at = text.IndexOf(from, StringComparison.Ordinal);
            Assert.True(at >= 0, $"{file} has no longer: {from}");
            Assert.True(at == text.LastIndexOf(from, StringComparison.Ordinal), $"{file} has twice: {from}");
            Assert.NotEqual(from, to);
            text = text[..at] + to + text[(at + from.Length)..];
        }
        var begins = test.EndsWith('*') ? $" {test.TrimEnd('*')}" : $" {test}(";
        Assert.Contains(begins, _tests.Value, StringComparison.Ordinal);
    }

    private static string Folder => Path.Combine(GeneratedPage.Root(), "tests", "mutants");

    // As tests/mutants.sh reads it.
    private static (string File, string Test, List<(string From, string To)> Changes) Read(string[] lines)
    {
        var (file, test) = ("", "");
        List<string> from = [],
            to = [];
        List<string>? part = null;
        var changes = new List<(string, string)>();
        foreach (var line in lines)
            switch (line)
            {
                case "<<<<" when part is null:
                    part = from = [];
                    break;
                case "====" when part == from:
                    part = to = [];
                    break;
                case ">>>>" when part == to:
                    changes.Add((string.Join('\n', from), string.Join('\n', to)));
                    part = null;
                    break;
                case var _ when part is not null:
                    part.Add(line);
                    break;
                case var _ when line.StartsWith("file ", StringComparison.Ordinal):
                    file = line["file ".Length..];
                    break;
                case var _ when line.StartsWith("test ", StringComparison.Ordinal):
                    test = line["test ".Length..];
                    break;
            }
        Assert.Null(part);
        return (file, test, changes);
    }
}
