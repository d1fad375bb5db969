using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Reads;
using Xunit;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>
/// What only a look at each user could tell is refused where there are too many of them; it is never answered in part.
/// </summary>
[Trait("speed", "slow")]
public class BoundedListTests
{
    [Fact]
    public async Task Whoever_would_have_to_be_looked_at_one_by_one_is_counted_first()
    {
        await using var gateway = await Gateway.StartAsync();
        await Crowd.WriteAsync(gateway.Store, Enumerable.Range(0, ResourceList.MostLookedAt).Select(Crowd.Member));

        Assert.Equal(ResourceList.MostLookedAt, await TotalAsync(gateway, "filter=title eq \"engineer\""));
        Assert.Equal(ResourceList.MostLookedAt, await TotalAsync(gateway, "sortBy=title"));

        await Crowd.WriteAsync(gateway.Store, [Crowd.Member(ResourceList.MostLookedAt)]);
        foreach (
            var query in new[]
            {
                "filter=title eq \"engineer\"",
                "filter=not (userName eq \"user1@crew.example\")",
                "filter=userName pr",
                "filter=userName eq \"user1@crew.example\" or title eq \"x\"",
                "filter=active eq true or active eq false and title eq \"x\"",
                "sortBy=title",
                "sortBy=title&cursor=",
            }
        )
        {
            var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users?{query}");
            Assert.Equal((HttpStatusCode.BadRequest, "tooMany"), (status, (string?)body!["scimType"]));
        }

        // What SQL tells is answered however many they are, and so is a rest of few.
        Assert.Equal(ResourceList.MostLookedAt + 1, await TotalAsync(gateway, "filter=userName co \"CREW\""));
        Assert.Equal(1_001, await TotalAsync(gateway, "filter=active eq false"));
        Assert.Equal(1_001, await TotalAsync(gateway, "filter=active eq false and title eq \"engineer\""));
        Assert.Equal(1_001, await TotalAsync(gateway, "filter=active eq false&sortBy=title"));
        Assert.Equal(10, await TotalAsync(gateway, "filter=urn:scimgateway:schemas:link:1.0:state eq \"failed\""));
        Assert.Equal(
            2,
            await TotalAsync(
                gateway,
                "filter=userName eq \"user1@crew.example\" or emails.value eq \"VERA77@home.example\""
            )
        );
    }

    [Fact]
    public async Task Few_users_with_large_documents_are_too_many_as_well()
    {
        await using var gateway = await Gateway.StartAsync();
        var large = new string('x', 900_000);
        await Crowd.WriteAsync(
            gateway.Store,
            Enumerable
                .Range(0, 40)
                .Select(i => new Person(
                    $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u{{i}}","title":"{{large}}"}"""
                ))
        );

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, "Users?filter=nickName pr");

        Assert.Equal((HttpStatusCode.BadRequest, "tooMany"), (status, (string?)body!["scimType"]));
    }

    private static async Task<int> TotalAsync(Gateway gateway, string query)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users?{query}&count=5");
        Assert.True(status == HttpStatusCode.OK, $"{query}: {status} {body}");
        return (int)body!["totalResults"]!;
    }
}
