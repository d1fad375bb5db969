using System.Net;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>How often a write goes to the server and back, from the request to its answer.</summary>
public class WayTests
{
    private const int Most = 12;

    [Fact]
    public async Task A_write_goes_to_the_server_twelve_times_at_most_whatever_the_number_of_members()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var people = new List<string>();
        for (var i = 0; i < 60; i++)
            people.Add(await UserAsync(gateway, $"person{i}"));
        var groups = new List<string>();
        for (var i = 0; i < 5; i++)
            groups.Add(await GroupAsync(gateway, $"crew{i}"));

        var made = await FewestAsync(i =>
            gateway.SendAsync(HttpMethod.Post, "Users", User($"new{i}", $"new{i}@corp.example"))
        );
        var changed = await FewestAsync(i =>
            gateway.SendAsync(HttpMethod.Patch, $"Users/{people[i]}", Patch("title", "\"Countess\""))
        );
        var left = await FewestAsync(i =>
            gateway.SendAsync(HttpMethod.Patch, $"Users/{people[50 + i]}", Patch("active", "false"))
        );
        var deleted = await FewestAsync(i => gateway.SendAsync(HttpMethod.Delete, $"Users/{people[40 + i]}"));
        var one = await FewestAsync(i =>
            gateway.SendAsync(HttpMethod.Patch, $"Groups/{groups[i]}", PatchOf(Add(people[0])))
        );
        var many = await FewestAsync(i =>
            gateway.SendAsync(HttpMethod.Patch, $"Groups/{groups[i]}", PatchOf(Add([.. people[1..40]])))
        );

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"POST {made}, PATCH {changed}, deactivation {left}, DELETE {deleted}, one member {one}, forty {many}"
        );
        Assert.All([made, changed, left, deleted, one, many], ways => Assert.InRange(ways, 1, Most));

        // What is asked for the first time is described first, and the lock is looked at now and then.
        async Task<int> FewestAsync(
            Func<
                int,
                Task<(HttpStatusCode Status, System.Text.Json.Nodes.JsonObject? Body, HttpResponseMessage Response)>
            > write
        )
        {
            var fewest = int.MaxValue;
            for (var i = 0; i < 5; i++)
            {
                await gateway.QuietAsync();
                var before = proxy.Ways;
                var (status, body, _) = await write(i);
                fewest = Math.Min(fewest, proxy.Ways - before);
                Assert.True((int)status < 300, $"{status} {body}");
            }
            return fewest;
        }
    }
}
