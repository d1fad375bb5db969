using ScimGateway.Stories.Telling;
using Xunit;

namespace ScimGateway.Stories.Tests;

/// <summary>Stories as data: made of a seed, printed and read, cut down.</summary>
public class TellingTests
{
    [Fact]
    public void A_seed_is_always_the_same_story_and_what_is_printed_can_be_read()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var printed = Generator.Of(seed).Print();
            Assert.Equal(printed, Generator.Of(seed).Print());
            Assert.Equal(printed, Story.Read(printed).Print());
        }
    }

    [Fact]
    public void Every_kind_of_step_comes_in_some_story()
    {
        var told = Enumerable.Range(1, 300).SelectMany(seed => Generator.Of(seed).Steps).Select(step => step.GetType());

        Assert.Equal(Step.Kinds.Order(), told.Select(type => type.Name).Distinct().Order());
    }

    [Fact]
    public async Task A_story_is_cut_down_to_the_steps_that_it_takes()
    {
        var story = Generator.Of(3) with { Steps = [.. Enumerable.Range(0, 40).Select(i => new Step.Wait(i))] };

        var less = await Shrinker.ShrinkAsync(
            story,
            some => Task.FromResult(some.Steps.Contains(new Step.Wait(7)) && some.Steps.Contains(new Step.Wait(31)))
        );

        Assert.Equal([new Step.Wait(7), new Step.Wait(31)], less.Steps);
        Assert.Empty(less.Preferences);
    }
}
