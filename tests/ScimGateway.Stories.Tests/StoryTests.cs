using Xunit;

namespace ScimGateway.Stories.Tests;

/// <summary>Random stories; <c>tests/stories.sh --stories N</c> tells a million.</summary>
public class StoryTests(ITestOutputHelper output)
{
    [Fact]
    public Task Some_hundred_stories_end_as_they_have_to() => TellAsync(200);

    [Fact]
    [Trait("speed", "slow")]
    public Task Thousands_of_stories_end_as_they_have_to() => TellAsync(2_000);

    private async Task TellAsync(int many)
    {
        var said = new List<string>();

        var isRight = await Crew.RunAsync(new Options { Stories = many, Seed = 1 }, said.Add);

        said.ForEach(output.WriteLine);
        Assert.True(isRight, string.Join('\n', said));
    }
}
