using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Operating;

/// <summary>
/// What an administrator fears most. Of others of its kind: a filter that goes wrong and a partial list of members are
/// in <see cref="GuardTests"/>, a token of another organization in <see cref="AtHome.StartTests"/>, names that are swapped in
/// <see cref="GroupRecoveryTests"/>.
/// </summary>
public class DisasterTests
{
    private const string Shared = "john@corp.example";

    [Fact]
    public async Task Who_is_deleted_and_made_again_while_Slack_is_down_keeps_the_account_and_is_in_no_group_of_before()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var group = await GroupAsync(gateway, "Crew", ada, bob);
        var account = SlackId(gateway, ada);
        gateway.Slack.Faults.Add(new Fault { Status = 503, Times = 0 });

        var (deleted, _, _) = await PatientAsync(clock, gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}"));
        var (made, again, _) = await PatientAsync(
            clock,
            gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"))
        );
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Created), (deleted, made));

        gateway.Slack.Faults.Clear();
        await gateway.CallsAsync();
        await PassAsync(
            clock,
            () =>
            {
                using var kept = gateway.Kept();
                return Task.FromResult(!kept.Links.Any(link => link.State == LinkState.Pending));
            }
        );

        Assert.NotEqual(ada, (string?)again!["id"]);
        Assert.Equal(account, SlackId(gateway, (string)again["id"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal(0, await gateway.CameAsync("POST /Users"));
        Assert.Equal([bob], await MembersAsync(gateway, group));
        Assert.Equal(["bob"], await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task An_owner_is_neither_adopted_nor_deactivated_however_often_it_is_tried(string method)
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
        {
            slack.Knobs.Set(
                "auth.tokens",
                new JsonArray(
                    new JsonObject
                    {
                        ["token"] = SlackEmulator.SlackEmulatorServer.Token,
                        ["rank"] = "admin",
                        ["scopes"] = new JsonArray("admin"),
                    }
                )
            );
            slack.Workspace.MakeUser(
                new JsonObject
                {
                    ["userName"] = "boss",
                    ["emails"] = new JsonArray("boss@corp.example"),
                    ["active"] = true,
                    ["rank"] = "owner",
                }
            );
        });
        var before = Assert.Single(await gateway.AccountsAsync("boss@corp.example"));
        var shown = (await gateway.SendAsync(HttpMethod.Get, "Users?filter=userName%20eq%20%22boss%22")).Body![
            "Resources"
        ]![0]!;
        var off = JsonNode.Parse(User("boss", "boss@corp.example"))!;
        off["active"] = false;

        for (var i = 0; i < 3; i++)
        {
            var (status, _, _) = method switch
            {
                "POST" => await gateway.SendAsync(HttpMethod.Post, "Users", off.ToJsonString()),
                "PATCH" => await gateway.SendAsync(HttpMethod.Patch, $"Users/{shown["id"]}", Patch("active", "false")),
                _ => await gateway.SendAsync(HttpMethod.Delete, $"Users/{shown["id"]}"),
            };
            // Once it is known whose account it is, nobody is to be made with its address.
            Assert.Equal(method == "POST" && i > 0 ? HttpStatusCode.Conflict : HttpStatusCode.Forbidden, status);
        }

        Assert.True(JsonNode.DeepEquals(before, Assert.Single(await gateway.AccountsAsync("boss@corp.example"))));
        // Slack said it once, and that is known; but whether a leaver has to stay it is asked each time.
        Assert.Equal(method == "POST" ? 1 : 3, await gateway.CameAsync("PATCH /Users/{id}"));
        Assert.True((bool)(await gateway.SendAsync(HttpMethod.Get, $"Users/{shown["id"]}")).Body!["active"]!);
    }

    [Fact]
    public async Task An_address_that_another_John_gets_does_not_give_him_the_account_and_the_groups_of_the_first()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = new Preferences() });
        var first = await JohnAsync(gateway, "john", "1");
        var group = await GroupAsync(gateway, "Board", (string)first.Body!["id"]!);

        // While the first one is there, his address is his.
        Assert.Equal(HttpStatusCode.Conflict, (await JohnAsync(gateway, "john.b", "2")).Status);

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first.Body["id"]}");
        var left = Assert.Single(await gateway.AccountsAsync(Shared));
        var second = await JohnAsync(gateway, "john.b", "2");

        // Whose account it is to be is for an operator to say: until then nothing of it is touched.
        Assert.Equal(HttpStatusCode.Created, second.Status);
        Assert.Equal("Held", gateway.State((string)second.Body!["id"]!));
        Assert.False(Active(left));
        Assert.True(JsonNode.DeepEquals(left, Assert.Single(await gateway.AccountsAsync(Shared))));

        Assert.Equal(1, await gateway.Holds.ReleaseAsync([Assert.Single(gateway.Holds.List()).Id]));
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Shared))));
        Assert.Empty(await MembersAsync(gateway, group));
        Assert.Empty(await InSlackAsync(gateway, "Board"));
    }

    private static async Task<(HttpStatusCode Status, JsonObject? Body)> JohnAsync(
        Gateway gateway,
        string name,
        string externalId
    )
    {
        var john = JsonNode.Parse(User(name, Shared))!;
        john["externalId"] = externalId;
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", john.ToJsonString());
        return (status, body);
    }

    // Slack is asked again and again, and time goes on until the provider has its answer.
    private static async Task<T> PatientAsync<T>(ManualClock clock, Task<T> answering)
    {
        await PassAsync(clock, () => Task.FromResult(answering.IsCompleted));
        return await answering;
    }

    private static Task PassAsync(ManualClock clock, Func<Task<bool>> isSo) =>
        Gateway.UntilAsync(async () =>
        {
            if (await isSo())
                return true;
            clock.Advance(TimeSpan.FromSeconds(1));
            return false;
        });
}
