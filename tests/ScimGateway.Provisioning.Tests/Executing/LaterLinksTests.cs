using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Executing;

public class LaterLinksTests
{
    // To a timer -1 ms is for ever: a link that came to be due while others were looked at was never looked at itself.
    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    [InlineData(-60_000, 60_000)]
    public void What_became_due_meanwhile_is_due_at_once(int sinceMilliseconds, int inMilliseconds)
    {
        var later = new LaterLinks();
        var due = new Instant(1_795_000_000_000);
        later.Put(new LinkId(8), due + TimeSpan.FromHours(1));
        later.Put(new LinkId(7), due);

        Assert.Equal(
            TimeSpan.FromMilliseconds(inMilliseconds),
            later.NextIn(due + TimeSpan.FromMilliseconds(sinceMilliseconds))
        );
    }

    [Fact]
    public void Nothing_is_due_where_nothing_waits() => Assert.Null(new LaterLinks().NextIn(new Instant(1)));
}
