using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// Slack says once, or for a while, that it does not know a group that it has: nobody stays in the group by that, no
/// deleted group stays, and no second one is made.
/// </summary>
public class GroupPassingTests
{
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData("PATCH", 1)]
    [InlineData("PATCH", 2)]
    [InlineData("PUT", 1)]
    [InlineData("PUT", 2)]
    public async Task A_member_leaves_though_Slack_said_that_it_does_not_know_the_group(string method, int times)
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        var slackId = SlackId(gateway, group);
        await gateway.WeatherAsync(Unknown("*", times));

        var (status, _, _) = await gateway.SendAsync(
            new HttpMethod(method),
            $"Groups/{group}",
            method == "PATCH" ? PatchOf(Remove(people[1])) : Group("Crew", people[0])
        );
        await gateway.QuietAsync();

        Assert.Equal(method == "PATCH" ? HttpStatusCode.NoContent : HttpStatusCode.OK, status);
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal((slackId, "Settled"), (SlackId(gateway, group), gateway.State(group)));
    }

    [Theory]
    [InlineData(1, Existing.Adopt)]
    [InlineData(2, Existing.Adopt)]
    [InlineData(2, Existing.Refuse)]
    public async Task A_renamed_group_is_no_second_one(int times, Existing existing)
    {
        await using var gateway = await StartAsync(DemoTenant.Lenient with { WhenAccountExists = existing });
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        var slackId = SlackId(gateway, group);
        await gateway.WeatherAsync(Unknown("*", times));

        await HurryAsync(PatchGroupAsync(gateway, group, Rename("Sailors"), Remove(people[0])));
        await gateway.QuietAsync();

        Assert.Equal(slackId, (string?)Assert.Single(await GroupsAsync(gateway))["id"]);
        Assert.Equal(["person001"], await InSlackAsync(gateway, "Sailors"));
        Assert.Equal((slackId, "Settled"), (SlackId(gateway, group), gateway.State(group)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Who_leaves_an_inner_group_leaves_the_outer_one(int times)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = DemoTenant.Lenient with { NestedGroups = NestedGroups.Flatten } }
        );
        var people = await PeopleAsync(gateway, 2);
        var inner = await GroupAsync(gateway, "Inner", [.. people]);
        await GroupAsync(gateway, "Outer", inner);
        await gateway.WeatherAsync(Unknown("*", times));

        await MembersAsync(gateway, inner, Remove(people[1]));
        await gateway.QuietAsync();

        Assert.Equal(["person000"], await InSlackAsync(gateway, "Inner"));
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task A_deleted_group_goes_though_Slack_said_once_that_it_does_not_know_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var group = await GroupAsync(gateway, "Crew", [.. await PeopleAsync(gateway, 2)]);
        await gateway.WeatherAsync(Unknown("*", 1));

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(gateway, group));
        await gateway.QuietAsync();

        Assert.Empty(await GroupsAsync(gateway));
    }

    [Fact]
    public async Task A_deleted_group_that_Slack_denied_twice_goes_when_an_import_shows_it()
    {
        await using var gateway = await StartAsync();
        var group = await GroupAsync(gateway, "Crew", [.. await PeopleAsync(gateway, 2)]);
        await gateway.WeatherAsync(Unknown("*", 2));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(gateway, group));
        await gateway.QuietAsync();
        Assert.Single(await GroupsAsync(gateway));

        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Empty(await GroupsAsync(gateway));
        using var kept = gateway.Kept();
        Assert.DoesNotContain(kept.Resources, one => one.Kind == Kind.Group && one.Deleted == null);
    }

    [Fact]
    public async Task A_new_group_by_the_name_of_a_deleted_one_that_Slack_denied_twice_is_made_when_that_one_is_gone()
    {
        await using var gateway = await StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var former = await DeletedAndDeniedAsync(gateway, people);

        var (status, _, _) = await HurryAsync(gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew", people[0])));

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.NotEqual(former, (string?)Assert.Single(await GroupsAsync(gateway))["id"]);
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Another_group_gets_the_name_of_a_deleted_one_that_Slack_denied_twice_when_that_one_is_gone()
    {
        await using var gateway = await StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var other = await GroupAsync(gateway, "Sailors", people[0]);
        await DeletedAndDeniedAsync(gateway, people);

        var (status, _, _) = await HurryAsync(PatchGroupAsync(gateway, other, Rename("Crew")));

        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal(SlackId(gateway, other), (string?)Assert.Single(await GroupsAsync(gateway))["id"]);
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal("Settled", gateway.State(other));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_deleted_group_that_Slack_goes_on_denying_keeps_its_name_and_the_new_one_is_refused()
    {
        await using var gateway = await StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var former = await DeletedAndDeniedAsync(gateway, people);
        await gateway.WeatherAsync(Unknown("*", 0));

        var (status, body, _) = await HurryAsync(gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew")));

        Assert.Equal(
            (HttpStatusCode.Conflict, former),
            (status, (string?)Assert.Single(await GroupsAsync(gateway))["id"])
        );
        Assert.Contains("or had before it was deleted", (string?)body!["detail"], StringComparison.Ordinal);
        gateway.Slack.Faults.Clear();
        Assert.Equal(
            HttpStatusCode.Created,
            (await HurryAsync(gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew")))).Status
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_Slack_that_goes_on_denying_a_group_that_it_shows_fails_the_change_and_says_why()
    {
        await using var gateway = await StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        await gateway.WeatherAsync(Unknown("PATCH", 0));

        var (status, body, _) = await HurryAsync(PatchGroupAsync(gateway, group, Rename("Sailors"), Remove(people[1])));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("but shows it", (string?)body!["detail"], StringComparison.Ordinal);
        Assert.Equal(2, (await InSlackAsync(gateway, "Crew")).Count);

        Assert.Equal(HttpStatusCode.NoContent, (await HurryAsync(RemoveAsync())).Status);
        Assert.Equal("Failed", gateway.State(group));
        gateway.Slack.Faults.Clear();
        await Gateway.UntilAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            return (await InSlackAsync(gateway, "Crew")).SequenceEqual(["person000"]);
        });

        Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)> RemoveAsync() =>
            PatchGroupAsync(gateway, group, Remove(people[1]));
    }

    [Fact]
    public async Task Of_a_group_that_somebody_has_made_again_nothing_is_known_so_all_is_told()
    {
        await using var gateway = await StartAsync();
        var people = await PeopleAsync(gateway, 3);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        var again = MakeAgain(gateway, group, people.Skip(1));

        await MembersAsync(gateway, group, Remove(people[1]));
        await gateway.QuietAsync();

        Assert.Equal((again, "Settled"), (SlackId(gateway, group), gateway.State(group)));
        Assert.Equal(["person000", "person002"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task A_group_that_somebody_has_made_again_and_an_import_has_seen_is_the_providers_with_its_next_write()
    {
        await using var gateway = await StartAsync();
        var people = await PeopleAsync(gateway, 3);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        // That the second member leaves Slack does not take for now.
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Groups/{id}","times":0,"status":400,"description":"something_new"}"""
        );
        await PatchGroupAsync(gateway, group, Remove(people[1]));
        Assert.Equal("Failed", gateway.State(group));
        var former = SlackId(gateway, group);
        var again = MakeAgain(gateway, group, people);
        await LookAsync(gateway, TimeSpan.FromSeconds(30)); // before it is tried again by itself
        gateway.Slack.Faults.Clear();
        Assert.NotEqual(former, SlackId(gateway, group));

        await MembersAsync(gateway, group, Add(people[2]));
        await gateway.QuietAsync();

        Assert.Equal((again, "Settled"), (SlackId(gateway, group), gateway.State(group)));
        Assert.Equal(["person000", "person002"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(2, (await MembersAsync(gateway, group)).Count);
        using var kept = gateway.Kept();
        Assert.Single(kept.Resources, one => one.Kind == Kind.Group);
    }

    [Fact]
    public async Task A_group_that_is_gone_and_unknown_to_any_list_is_made_again_with_nobody_who_left()
    {
        await using var gateway = await StartAsync();
        var people = await PeopleAsync(gateway, 3);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        var former = SlackId(gateway, group);
        gateway.Slack.Workspace.RemoveGroup(former);
        await gateway.CallsAsync();

        await MembersAsync(gateway, group, Remove(people[1]), Add(people[2]));
        await gateway.QuietAsync();

        Assert.NotEqual(former, SlackId(gateway, group));
        Assert.Equal(["person000", "person002"], await InSlackAsync(gateway, "Crew"));
        var calls = await gateway.CallsAsync();
        Assert.Equal((1, 1), ((int)calls["POST /Groups"]!, (int)calls["PATCH /Groups/{id}"]!));
    }

    // Slack has it still, and its link is broken.
    private static async Task<string> DeletedAndDeniedAsync(Gateway gateway, IEnumerable<string> people)
    {
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        var slackId = SlackId(gateway, group);
        await gateway.WeatherAsync(Unknown("*", 2));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(gateway, group));
        await gateway.QuietAsync();
        return slackId;
    }

    private static string Unknown(string method, int times) =>
        $$"""{"method":"{{method}}","path":"/Groups/{id}","times":{{times}},"status":404,"description":"no_such_group"}""";

    private Task<Gateway> StartAsync(Preferences? preferences = null) =>
        Gateway.StartAsync(new Setting { Clock = _clock, Preferences = preferences ?? DemoTenant.Lenient });

    private static async Task<HttpStatusCode> DeleteAsync(Gateway gateway, string group) =>
        (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{group}")).Status;

    // By hand, by the same name.
    private static string MakeAgain(Gateway gateway, string group, IEnumerable<string> people)
    {
        gateway.Slack.Workspace.RemoveGroup(SlackId(gateway, group));
        var members = people.Select(one => (JsonNode?)SlackId(gateway, one)).ToArray();
        gateway.Slack.Workspace.MakeGroup(
            new JsonObject
            {
                ["id"] = "SAGAIN",
                ["displayName"] = "Crew",
                ["created"] = "2020-01-01T00:00:00Z",
                ["members"] = new JsonArray(members),
            }
        );
        return "SAGAIN";
    }

    // What waits for its next try has it.
    private async Task<T> HurryAsync<T>(Task<T> request)
    {
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(request.IsCompleted);
        });
        return await request;
    }

    private async Task LookAsync(Gateway gateway, TimeSpan? after = null)
    {
        _clock.Advance(after ?? TimeSpan.FromMinutes(2));
        await gateway.ImportAsync();
    }
}
