using System.Net;
using Orleans.Runtime;
using ScimGateway.Host.Cluster;
using Xunit;

namespace ScimGateway.Host.Tests.Cluster;

/// <summary>
/// Of two instances that do not reach each other, one leaves, and no third one does. <c>a-b</c>: a does not reach b; a is the
/// oldest.
/// </summary>
public class BrokenPairsTests
{
    [Theory]
    [InlineData("", "")]
    // One pair: the younger leaves, whichever of the two reports it.
    [InlineData("a-b", "b")]
    [InlineData("b-a", "b")]
    [InlineData("a-b b-a", "b")]
    [InlineData("b-c", "c")]
    // The instance in two pairs leaves, even if it is the oldest, and whether it or the others report them.
    [InlineData("a-b a-c", "a")]
    [InlineData("b-a c-a", "a")]
    [InlineData("a-b c-a", "a")]
    [InlineData("b-a b-c", "b")]
    [InlineData("c-a c-b", "c")]
    // Nobody reaches anybody: the oldest stays.
    [InlineData("a-b b-c a-c", "b c")]
    // Two and two.
    [InlineData("a-c a-d b-c b-d", "c d")]
    public void Of_each_pair_the_one_that_is_ill_leaves_or_the_younger(string broken, string leave)
    {
        var pairs = broken
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => (Silo(pair[0]), Silo(pair[2])))
            .ToList();

        Assert.Equal(leave, string.Join(' ', "abcd".Where(one => BrokenPairs.MustLeave(Silo(one), pairs))));
    }

    [Fact]
    public void Of_two_that_began_in_the_same_second_one_leaves()
    {
        var (one, other) = (SiloAddress.New(IPAddress.Loopback, 1, 7), SiloAddress.New(IPAddress.Loopback, 2, 7));

        Assert.NotEqual(
            BrokenPairs.MustLeave(one, [(one, other), (other, one)]),
            BrokenPairs.MustLeave(other, [(one, other), (other, one)])
        );
    }

    // The addresses are in another order than the ages.
    private static SiloAddress Silo(char name) => SiloAddress.New(IPAddress.Loopback, 100 - name % 50, name);
}
