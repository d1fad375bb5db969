using System.Text;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Messages;
using Xunit;

namespace ScimGateway.Protocol.Tests.Messages;

public class BulkOrderTests
{
    [Fact]
    public void Operations_on_different_resources_come_in_the_order_of_the_request_and_wait_for_nobody() =>
        Assert.Equal(["0", "1", "2"], Order(Post("a"), Delete("7"), Post("b")));

    [Fact]
    public void What_is_done_to_one_resource_is_done_in_the_order_of_the_request() =>
        Assert.Equal(["0", "1", "2 after 0", "3 after 2"], Order(Delete("7"), Delete("8"), Delete("7"), Delete("7")));

    [Fact]
    public void One_resource_may_be_spelt_in_two_ways() =>
        Assert.Equal(["0", "1 after 0"], Order(Delete("ab"), """{"method":"DELETE","path":"/users/AB"}"""));

    [Fact]
    public void Who_refers_to_a_POST_waits_for_it_wherever_it_stands()
    {
        Assert.Equal(["0", "1 after 0"], Order(Post("a"), Post("b", "a")));
        Assert.Equal(["1", "0 after 1"], Order(Post("b", "a"), Post("a")));
        Assert.Equal(["1", "0 after 1", "2 after 1,0"], Order(Delete("bulkId:a"), Post("a"), Delete("bulkId:a")));
    }

    [Fact]
    public void Of_a_circle_one_goes_ahead_and_the_rest_waits() =>
        Assert.Equal(["2", "1 after 2", "0 after 1"], Order(Post("a", "b"), Post("b", "c"), Post("c", "a")));

    [Fact]
    public void A_chain_as_long_as_a_request_can_be_is_no_trouble()
    {
        var order = Order([.. Enumerable.Range(0, 999).Select(i => Post($"p{i}", $"p{i + 1}")), Post("p999")]);

        Assert.Equal(("999", "0 after 1"), (order[0], order[^1]));
    }

    private static List<string> Order(params string[] operations) =>
        [
            .. BulkRequest
                .Read(
                    Encoding.UTF8.GetBytes($$"""{"Operations": [{{string.Join(',', operations)}}]}"""),
                    new BulkLimits(1_000, 1 << 20),
                    Reading.Everything()
                )
                .InOrder()
                .Select(turn =>
                    turn.After.Count == 0 ? $"{turn.At}" : $"{turn.At} after {string.Join(',', turn.After)}"
                ),
        ];

    private static string Post(string bulkId, string? manager = null) =>
        $$"""{"method":"POST","path":"/Users","bulkId":"{{bulkId}}","data":{"manager":"{{(manager is null ? "none" : $"bulkId:{manager}")}}"} }""";

    private static string Delete(string id) => $$"""{"method":"DELETE","path":"/Users/{{id}}"}""";
}
