using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>No user grows so large, in one step or in many, that it could not be read any more.</summary>
public class LargeUserTests
{
    [Fact]
    public async Task A_user_that_would_be_longer_written_than_is_read_is_refused_and_not_kept()
    {
        await using var gateway = await Gateway.StartAsync();
        // Four bytes each on the way in, twelve as "\ud83d\ude00".
        var faces = new StringBuilder().Insert(0, "😀", 60_000).ToString();
        var photos = string.Join(',', Enumerable.Range(0, 4).Select(i => $$"""{"value":"{{i}}{{faces}}"}"""));

        var answer = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            $$"""{"userName":"ada","photos":[{{photos}}]}"""
        );

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Equal(0, (int)(await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["totalResults"]!);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Changes_that_would_make_it_so_are_refused_and_it_stays_as_it_was()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = $"{(await gateway.SendAsync(HttpMethod.Post, "Users", """{"userName":"ada"}""")).Body!["id"]}";

        Assert.Equal(HttpStatusCode.OK, await AddAsync(gateway, id, "photos", Photos(1, 2, 3)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await AddAsync(gateway, id, "photos", Photos(4, 5, 6)));
        Assert.Equal(HttpStatusCode.OK, await AddAsync(gateway, id, "ims", Values(0)));
        Assert.Equal(HttpStatusCode.BadRequest, await AddAsync(gateway, id, "ims", Values(900)));

        var user = (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!;
        Assert.Equal(900, user["ims"]!.AsArray().Count);
        Assert.Equal(3, user["photos"]!.AsArray().Count);
        Assert.Equal(HttpStatusCode.OK, await AddAsync(gateway, id, "userType", "\"x\""));
    }

    private static string Photos(params int[] many) =>
        $"[{string.Join(',', many.Select(i => $$"""{"value":"{{i}}{{new string('x', 200_000)}}"}"""))}]";

    private static string Values(int from) =>
        $"[{string.Join(',', Enumerable.Range(from, 900).Select(i => $$"""{"value":"{{i}}"}"""))}]";

    private static async Task<HttpStatusCode> AddAsync(Gateway gateway, string id, string path, string value) =>
        (
            await gateway.SendAsync(
                HttpMethod.Patch,
                $"Users/{id}",
                $$"""{"Operations":[{"op":"add","path":"{{path}}","value":{{value}}}]}"""
            )
        ).Status;
}
