using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>How often a request goes to the server and back until its answer.</summary>
public class WayTests
{
    private const int Most = 12;

    [Fact]
    public async Task A_write_goes_to_the_server_twelve_times_at_most_whatever_the_number_of_members()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var (people, groups) = await CrowdAsync(gateway);

        var made = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Post, "Users", User($"new{i}", $"new{i}@corp.example"))
        );
        var changed = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Patch, $"Users/{people[i]}", Patch("title", "\"Countess\""))
        );
        var left = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Patch, $"Users/{people[50 + i]}", Patch("active", "false"))
        );
        var deleted = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Delete, $"Users/{people[40 + i]}")
        );
        var back = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Post, "Users", User($"person{40 + i}", $"person{40 + i}@corp.example"))
        );
        var one = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Patch, $"Groups/{groups[i]}", PatchOf(Add(people[0])))
        );
        var many = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Patch, $"Groups/{groups[i]}", PatchOf(Add([.. people[1..40]])))
        );

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"POST {made}, PATCH {changed}, deactivation {left}, DELETE {deleted}, POST of who was deleted {back}, one member {one}, forty {many}"
        );
        Assert.All([made, changed, left, deleted, back, one, many], ways => Assert.InRange(ways, 1, Most));
    }

    [Fact]
    public async Task A_whole_group_and_another_name_cost_no_more()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var (people, groups) = await CrowdAsync(gateway);

        Task<int> MadeAsync(int members) =>
            FewestAsync(
                gateway,
                proxy,
                i => gateway.SendAsync(HttpMethod.Post, "Groups", Group($"team{members}-{i}", [.. people[..members]]))
            );
        await MadeAsync(1); // what is asked for the first time is described first
        var (few, many) = (await MadeAsync(2), await MadeAsync(40));
        var full = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Put, $"Groups/{groups[i]}", Group($"crew{i}", [.. people[10..30]]))
        );
        var listed = string.Join(',', people[20..35].Select(Member));
        var others = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Patch, $"Groups/{groups[i]}", Patch("members", $"[{listed}]"))
        );
        var none = await FewestAsync(
            gateway,
            proxy,
            i =>
                gateway.SendAsync(
                    HttpMethod.Put,
                    $"Groups/{groups[i]}",
                    $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"crew{{i}}"}"""
                )
        );
        var name = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Patch, $"Groups/{groups[i]}", Patch("displayName", $"\"guild{i}\""))
        );
        var gone = await FewestAsync(gateway, proxy, i => gateway.SendAsync(HttpMethod.Delete, $"Groups/{groups[i]}"));
        var person = await FewestAsync(
            gateway,
            proxy,
            i => gateway.SendAsync(HttpMethod.Put, $"Users/{people[40 + i]}", User($"new{i}", $"new{i}@corp.example"))
        );

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"POST of a group of two {few}, of forty {many}, PUT {full}, other members {others}, PUT without members {none}, another name {name}, DELETE {gone}; PUT of a user with another name and address {person}"
        );
        Assert.Equal(few, many);
        Assert.All([few, full, others, none, name, gone, person], ways => Assert.InRange(ways, 1, Most));
    }

    [Fact]
    public async Task A_page_and_a_user_who_is_looked_for_are_one_way()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        foreach (var name in new[] { "ada", "grace", "joan" })
            await UserAsync(gateway, name);

        foreach (var asked in new[] { "Users?count=2", "Users?filter=userName eq \"grace\"", "Users?count=0" })
            Assert.Equal(
                (asked, 1),
                (asked, await FewestAsync(gateway, proxy, _ => gateway.SendAsync(HttpMethod.Get, asked)))
            );
    }

    private static async Task<(List<string> People, List<string> Groups)> CrowdAsync(Gateway gateway)
    {
        var people = new List<string>();
        for (var i = 0; i < 60; i++)
            people.Add(await UserAsync(gateway, $"person{i}"));
        var groups = new List<string>();
        for (var i = 0; i < 5; i++)
            groups.Add(await GroupAsync(gateway, $"crew{i}"));
        return (people, groups);
    }

    // What is asked for the first time is described first, and the lock is looked at now and then.
    private static async Task<int> FewestAsync(
        Gateway gateway,
        StoreProxy proxy,
        Func<int, Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)>> ask
    )
    {
        var fewest = int.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            await gateway.QuietAsync();
            var before = proxy.Ways;
            var (status, body, _) = await ask(i);
            fewest = Math.Min(fewest, proxy.Ways - before);
            Assert.True((int)status < 300, $"{status} {body}");
        }
        return fewest;
    }
}
