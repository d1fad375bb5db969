using ScimGateway.Stories.Believing;
using Xunit;

namespace ScimGateway.Stories.Tests;

/// <summary>Stories that were found, cut down and named. What was mended stays mended; what is open is known.</summary>
public class NamedStoryTests
{
    [Fact]
    public async Task What_was_mended_ends_as_it_has_to()
    {
        var (isRight, said) = await TellAsync("Mended");

        Assert.True(isRight, said);
    }

    /// <summary>Once this fails a fault is mended: its line in Known goes, and its story is moved to Mended.</summary>
    [Fact]
    public async Task What_is_open_is_found_still()
    {
        var (_, said) = await TellAsync("Open");

        Assert.All(Stories("Open"), story => Assert.Contains($"KNOWN {story}", said, StringComparison.Ordinal));
    }

    [Fact]
    public void Whatever_is_known_has_its_story() =>
        Assert.Equal(Known.Names.Order(StringComparer.Ordinal), Stories("Open").Order(StringComparer.Ordinal));

    // All in one process: to start one takes longer than a story.
    private static async Task<(bool IsRight, string Said)> TellAsync(string folder)
    {
        var said = new List<string>();
        var files = Stories(folder).Select(story => Path.Combine(AppContext.BaseDirectory, folder, story + ".story"));
        var options = new Options { Files = [.. files] };
        return (options.Files.Count == 0 || await Crew.RunAsync(options, said.Add), string.Join('\n', said));
    }

    private static IEnumerable<string> Stories(string folder)
    {
        var path = Path.Combine(AppContext.BaseDirectory, folder);
        return Directory.Exists(path)
            ? Directory.GetFiles(path, "*.story").Select(file => Path.GetFileNameWithoutExtension(file)!)
            : [];
    }
}
