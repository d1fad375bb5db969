using ScimGateway.Stories.Believing;
using Xunit;

namespace ScimGateway.Stories.Tests;

/// <summary>Stories that were found, cut down and named. What was mended stays mended; what is open is known.</summary>
public class NamedStoryTests
{
    public static TheoryData<string> Mended => [.. Stories("Mended")];

    [Theory]
    [MemberData(nameof(Mended))]
    public async Task What_was_mended_ends_as_it_has_to(string story)
    {
        var said = new List<string>();

        Assert.True(
            await Crew.RunAsync(
                new Options { File = Path.Combine(AppContext.BaseDirectory, "Mended", story + ".story") },
                said.Add
            ),
            string.Join('\n', said)
        );
    }

    /// <summary>Once this fails a fault is mended: its line in Known goes, and its story is moved to Mended.</summary>
    [Fact]
    public async Task What_is_open_is_found_still()
    {
        foreach (var story in Stories("Open"))
        {
            var said = new List<string>();
            await Crew.RunAsync(
                new Options { File = Path.Combine(AppContext.BaseDirectory, "Open", story + ".story") },
                said.Add
            );
            Assert.Contains(said, line => line.Contains($"KNOWN {story}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Whatever_is_known_has_its_story() =>
        Assert.Equal(Known.Names.Order(StringComparer.Ordinal), Stories("Open").Order(StringComparer.Ordinal));

    private static IEnumerable<string> Stories(string folder)
    {
        var path = Path.Combine(AppContext.BaseDirectory, folder);
        return Directory.Exists(path)
            ? Directory.GetFiles(path, "*.story").Select(file => Path.GetFileNameWithoutExtension(file)!)
            : [];
    }
}
