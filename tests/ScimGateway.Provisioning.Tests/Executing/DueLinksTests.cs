using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Executing;

public class DueLinksTests
{
    private readonly ManualClock _clock = new();

    // To a timer -1 ms is for ever: a link that came to be due while others were looked at was never looked at itself.
    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    [InlineData(-60_000, 60_000)]
    public async Task What_became_due_meanwhile_is_due_at_once(int sinceMilliseconds, int inMilliseconds)
    {
        await using var links = new DueLinks(_clock);
        var due = _clock.Now() - TimeSpan.FromMilliseconds(sinceMilliseconds);
        links.Put(new LinkId(8), due + TimeSpan.FromHours(1));
        links.Put(new LinkId(7), due);

        Assert.Equal(TimeSpan.FromMilliseconds(inMilliseconds), links.NextIn());
        Assert.Equal(inMilliseconds == 0, links.TryTake(out var taken));
        Assert.Equal(inMilliseconds == 0 ? new LinkId(7) : default, taken.Link);
    }

    [Fact]
    public async Task Nothing_is_due_where_nothing_waits()
    {
        await using var links = new DueLinks(_clock);

        Assert.Null(links.NextIn());
        Assert.False(links.TryTake(out _));
    }

    [Fact]
    public async Task All_links_are_looked_for_again_a_second_after_the_store_could_not_name_them()
    {
        await using var links = new DueLinks(_clock);
        links.ConsiderAll();

        Assert.True(links.TryTakeAll());
        Assert.False(links.TryTakeAll());
        Assert.Null(links.NextIn());

        links.PutAllBack();
        Assert.Equal(TimeSpan.FromSeconds(1), links.NextIn());
        Assert.True(links.TryTakeAll());
    }
}
