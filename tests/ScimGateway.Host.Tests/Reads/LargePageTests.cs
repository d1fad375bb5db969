using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Reads;
using Xunit;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>
/// A page has bounds in bytes too: of large users it shows fewer than were asked for, and says how to go on.
/// </summary>
public class LargePageTests
{
    private const int Users = 23;
    private const int DocumentBytes = 900_000;

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("")] // what SQL finds and orders
    [InlineData("&sortBy=userName")]
    [InlineData("&sortBy=userName&sortOrder=descending")]
    [InlineData("&sortBy=nickName")] // looked at one by one
    [InlineData("&filter=nickName pr")]
    [InlineData("&attributes=userName")]
    public async Task A_page_of_large_users_ends_early_and_whoever_goes_on_sees_each_once(string query)
    {
        await using var gateway = await WithLargeUsersAsync();
        var names = Enumerable.Range(0, Users).Select(i => $"u{i:00}").ToList();
        if (query.Contains("descending", StringComparison.Ordinal))
            names.Reverse();

        var byIndex = new List<string>();
        while (byIndex.Count < Users)
        {
            var page = await PageAsync(gateway, $"count=1000&startIndex={byIndex.Count + 1}{query}");
            Assert.Equal(byIndex.Count + 1, (int)page["startIndex"]!);
            byIndex.AddRange(Names(page));
        }
        Assert.Equal(names, byIndex);

        var byCursor = new List<string>();
        for (var cursor = ""; cursor is not null; )
        {
            var page = await PageAsync(gateway, $"count=1000&cursor={cursor}{query}");
            byCursor.AddRange(Names(page));
            cursor = (string?)page["nextCursor"];
            Assert.Equal(byCursor.Count < Users, cursor is not null);
        }
        Assert.Equal(names, byCursor);
    }

    [Fact]
    public async Task Small_users_before_and_behind_large_ones_are_counted_by_their_bytes()
    {
        await using var gateway = await Gateway.StartAsync();
        await Crowd.WriteAsync(
            gateway.Store,
            Enumerable.Range(0, 40).Select(i => Person(i, i is >= 10 and < 20 ? DocumentBytes : 10))
        );

        // Nine of the ten large ones, then all the rest.
        Assert.Equal(19, Names(await ListAsync(gateway, "count=40")).Count);
        Assert.Equal(21, Names(await ListAsync(gateway, "count=40&startIndex=20")).Count);
    }

    private static async Task<JsonObject> PageAsync(Gateway gateway, string query)
    {
        var page = await ListAsync(gateway, query);
        var names = Names(page);
        Assert.Equal(Users, (int)page["totalResults"]!);
        Assert.Equal(names.Count, (int)page["itemsPerPage"]!);
        Assert.InRange(names.Count, 1, ResourceList.MostBytesShown / DocumentBytes);
        return page;
    }

    private static async Task<JsonObject> ListAsync(Gateway gateway, string query)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users?{query}");
        Assert.True(status == HttpStatusCode.OK, $"{query}: {status} {body}");
        return body!;
    }

    private static List<string> Names(JsonObject page) =>
        [.. page["Resources"]!.AsArray().Select(user => (string)user!["userName"]!)];

    private static async Task<Gateway> WithLargeUsersAsync()
    {
        var gateway = await Gateway.StartAsync();
        await Crowd.WriteAsync(gateway.Store, Enumerable.Range(0, Users).Select(i => Person(i, DocumentBytes)));
        return gateway;
    }

    private static Person Person(int i, int bytes) =>
        new(
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u{{i:00}}","nickName":"{{i:00}}","title":"{{new string('x', bytes)}}"}"""
        )
        {
            Created = new Instant(1_700_000_000_000 + i),
        };
}
