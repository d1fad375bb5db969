using ScimGateway.Provisioning.Model;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Model;

/// <summary>Operations stand in the order of their ids.</summary>
public class OperationIdTests
{
    private static readonly DateTimeOffset _noon = new(2026, 3, 9, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Those_of_one_millisecond_stand_in_the_order_of_their_times()
    {
        var times = Enumerable.Range(1, 999).Select(step => _noon.AddTicks(step * 10)).ToList();

        var ids = times.ConvertAll(time => OperationId.New(time).ToString());

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9_999)]
    public void Each_is_a_UUIDv7_of_its_time(long ticks)
    {
        var id = OperationId.New(_noon.AddTicks(ticks)).Value;

        Assert.Equal((7, true), (id.Version, id.Variant is >= 8 and <= 0xb));
        Assert.StartsWith(_noon.ToUnixTimeMilliseconds().ToString("x12"), id.ToString("N"), StringComparison.Ordinal);
    }
}
