using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// Groups whose calls are lost, whose process dies, that somebody deletes in Slack; and writes to one group that meet.
/// </summary>
public class GroupRecoveryTests
{
    // Short, so that what Slack may still do is soon over.
    private static readonly Setting _hasty = new() { SlackTimeLimit = TimeSpan.FromMilliseconds(500) };

    public enum Writing
    {
        Create,
        Rename,
        Add,
        Remove,
        Delete,
    }

    public static TheoryData<Writing, Step> EveryStep()
    {
        var all = new TheoryData<Writing, Step>();
        foreach (var writing in Enum.GetValues<Writing>())
        foreach (var step in Enum.GetValues<Step>().Where(step => step < Step.Confirmed))
            all.Add(writing, step);
        return all;
    }

    [Theory]
    [Trait("speed", "slow")]
    [MemberData(nameof(EveryStep))]
    public async Task Whatever_step_a_process_dies_at_the_write_happens_once_or_not_at_all(Writing writing, Step step)
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var people = await PeopleAsync(gateway, 3);
        var id = writing == Writing.Create ? null : await GroupAsync(gateway, "Crew", people[0], people[1]);
        await gateway.CallsAsync();

        var calls = await gateway.DieAtAsync(step, () => WriteAsync(gateway, writing, id, people));

        await AssertAsync(
            gateway,
            step == Step.WritingDown ? null : writing,
            id,
            people,
            wasThere: writing != Writing.Create
        );
        calls["POST /Groups"] = ((int?)calls["POST /Groups"] ?? 0) + await gateway.CameAsync("POST /Groups");
        Assert.Equal(writing == Writing.Create && step != Step.WritingDown ? 1 : 0, (int)calls["POST /Groups"]!);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(Writing.Create, "before")]
    [InlineData(Writing.Create, "after")]
    [InlineData(Writing.Rename, "before")]
    [InlineData(Writing.Rename, "after")]
    [InlineData(Writing.Add, "before")]
    [InlineData(Writing.Add, "after")]
    [InlineData(Writing.Remove, "before")]
    [InlineData(Writing.Remove, "after")]
    [InlineData(Writing.Delete, "before")]
    [InlineData(Writing.Delete, "after")]
    public async Task A_lost_answer_changes_nothing_in_the_end(Writing writing, string when)
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var people = await PeopleAsync(gateway, 3);
        var id = writing == Writing.Create ? null : await GroupAsync(gateway, "Crew", people[0], people[1]);
        await gateway.WeatherAsync($$"""{"drop":"{{when}}"}""");

        var (status, _, _) = await WriteAsync(gateway, writing, id, people);

        Assert.Equal(writing == Writing.Create ? HttpStatusCode.Created : HttpStatusCode.NoContent, status);
        await gateway.QuietAsync();
        await AssertAsync(gateway, writing, id, people, wasThere: true);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("after", 2)]
    [InlineData("before", 1)]
    public async Task Of_groups_with_one_name_the_one_that_was_made_since_the_wish_is_ours(string when, int groups)
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var people = await PeopleAsync(gateway, 2);
        await gateway.KnobAsync("group.duplicate_name", "allow");
        gateway.Slack.Workspace.MakeGroup(
            new JsonObject
            {
                ["id"] = "SOLD",
                ["displayName"] = "Crew",
                ["created"] = "2020-01-01T00:00:00Z",
            }
        );
        await gateway.WeatherAsync($$"""{"method":"POST","path":"/Groups","drop":"{{when}}"}""");

        var (_, body, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew", [.. people]));
        await gateway.QuietAsync();

        // Where ours came into being, the older one stays as it is; else it is adopted, as the tenant prefers.
        var slackId = SlackId(gateway, (string)body!["id"]!);
        Assert.Equal(groups == 1, slackId == "SOLD");
        Assert.Equal(groups, (await GroupsAsync(gateway)).Count);
    }

    private static Task<(HttpStatusCode, JsonObject?, HttpResponseMessage)> WriteAsync(
        Gateway gateway,
        Writing writing,
        string? id,
        List<string> people
    ) =>
        writing switch
        {
            Writing.Create => gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew", people[0], people[1])),
            Writing.Rename => PatchGroupAsync(gateway, id!, Rename("Sailors")),
            Writing.Add => PatchGroupAsync(gateway, id!, Add(people[2])),
            Writing.Remove => PatchGroupAsync(gateway, id!, Remove(people[0])),
            _ => gateway.SendAsync(HttpMethod.Delete, $"Groups/{id}"),
        };

    private static async Task AssertAsync(
        Gateway gateway,
        Writing? done,
        string? id,
        List<string> people,
        bool wasThere
    )
    {
        if (done == Writing.Delete || (done is null && !wasThere))
        {
            Assert.Empty(await GroupsAsync(gateway));
            // A deletion that was sent twice, and is denied the second time, leaves nothing to look after.
            using var left = gateway.Kept();
            Assert.DoesNotContain(left.Links, link => link is { Kind: Kind.Group, State: LinkState.Broken });
            return;
        }
        Assert.Single(await GroupsAsync(gateway));
        List<string> expected = done switch
        {
            Writing.Add => ["person000", "person001", "person002"],
            Writing.Remove => ["person001"],
            _ => ["person000", "person001"],
        };
        Assert.Equal(expected, await InSlackAsync(gateway, done == Writing.Rename ? "Sailors" : "Crew"));
        using var kept = gateway.Kept();
        id ??= $"{kept.Resources.Single(one => one.Kind == Kind.Group).Id}";
        Assert.Equal(
            expected.Select(name => people[name[^1] - '0']).Order(StringComparer.Ordinal),
            await MembersAsync(gateway, id)
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_group_that_somebody_deleted_in_Slack_is_made_again_with_all_its_members()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 4);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        gateway.Slack.Workspace.RemoveGroup(SlackId(gateway, group));

        var (status, _, response) = await PatchGroupAsync(gateway, group, Add(people[2]), Remove(people[1]));

        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal(["person000", "person002"], await InSlackAsync(gateway, "Crew"));
        Assert.Contains(
            "made again",
            gateway.Operation(response.Headers.GetValues("X-Operation-Id").Single())!.Notes,
            StringComparison.Ordinal
        );
        await MembersAsync(gateway, group, Add(people[3]));
        Assert.Equal(3, (await InSlackAsync(gateway, "Crew")).Count);
    }

    [Fact]
    public async Task A_name_comes_back_while_its_group_is_being_deleted()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 3);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        await gateway.WeatherAsync("""{"method":"DELETE","path":"/Groups/{id}","delayMs":400}""");
        gateway.Life.Watch();
        var deleting = gateway.SendAsync(HttpMethod.Delete, $"Groups/{group}");
        await gateway.Life.ReachedAsync(Step.Calling);

        var again = await GroupAsync(gateway, "Crew", people[1], people[2]);

        Assert.Equal(HttpStatusCode.NoContent, (await deleting).Status);
        await gateway.QuietAsync();
        Assert.NotEqual(group, again);
        Assert.Equal(["person001", "person002"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(people.Skip(1).Order(StringComparer.Ordinal), await MembersAsync(gateway, again));
    }

    [Fact]
    public async Task Two_groups_swap_names()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var (one, two) = (
            await GroupAsync(gateway, "Crew", people[0]),
            await GroupAsync(gateway, "Sailors", people[1])
        );
        Assert.Equal(HttpStatusCode.Conflict, (await PatchGroupAsync(gateway, one, Rename("Sailors"))).Status);

        await MembersAsync(gateway, one, Rename("In between"));
        await MembersAsync(gateway, two, Rename("Crew"));
        await MembersAsync(gateway, one, Rename("Sailors"));

        Assert.Equal(["person000"], await InSlackAsync(gateway, "Sailors"));
        Assert.Equal(["person001"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task A_rename_that_Slack_refuses_is_the_renamers_alone()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 4);
        var group = await GroupAsync(gateway, "Crew", people[0]);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Groups/{id}","nth":2,"description":"name_already_exists","status":400}"""
        );
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Life.HoldAt(Step.Calling, all.Task);
        gateway.Life.Watch();
        var first = PatchGroupAsync(gateway, group, Add(people[1]));
        await gateway.Life.ReachedAsync(Step.Calling);
        // These gather while the first is under way, so that one plan holds them all.
        var before = PatchGroupAsync(gateway, group, Add(people[2]));
        await gateway.Life.ReachedAsync(Step.WrittenDown, 2);
        var rename = PatchGroupAsync(gateway, group, Rename("Sailors"));
        await gateway.Life.ReachedAsync(Step.WrittenDown, 3);
        var after = PatchGroupAsync(gateway, group, Add(people[3]));
        await gateway.Life.ReachedAsync(Step.WrittenDown, 4);
        var started = TimeProvider.System.GetTimestamp();
        all.SetResult();

        Assert.Equal(HttpStatusCode.Conflict, (await rename).Status);
        foreach (var other in new[] { first, before, after })
            Assert.Equal(HttpStatusCode.NoContent, (await other).Status);
        Assert.True(
            TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5),
            "somebody was not told, and waited in vain"
        );
        Assert.Equal(4, (await InSlackAsync(gateway, "Crew")).Count);
        await gateway.QuietAsync();
        Assert.Equal(
            "Crew",
            (string?)(await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Body!["displayName"]
        );
        Assert.Single(gateway.Operations(), operation => operation.Outcome == "refused");
    }

    [Fact]
    public async Task A_member_stays_in_its_groups_when_Slack_refuses_that_the_user_goes()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        var tag = (await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Response.Headers.ETag;
        await gateway.WeatherAsync(
            """{"method":"*","path":"/Users/{id}","description":"cannot_modify_owner","times":0}"""
        );

        var (status, _, _) = await gateway.SendAsync(HttpMethod.Delete, $"Users/{people[0]}");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(2, (await MembersAsync(gateway, group)).Count);
        Assert.NotEqual(tag, (await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Response.Headers.ETag);
        await gateway.QuietAsync();
        Assert.Equal(2, (await InSlackAsync(gateway, "Crew")).Count);
    }

    [Fact]
    public async Task Who_was_to_be_deactivated_and_may_not_goes_into_the_groups_that_left_him_out()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 1);
        var group = await GroupAsync(gateway, "Crew");
        await gateway.WeatherAsync(
            """{"method":"*","path":"/Users/{id}","description":"cannot_modify_owner","times":0}"""
        );
        var added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Life.HoldAt(Step.Calling, added.Task);
        gateway.Life.Watch();
        var leaving = gateway.SendAsync(HttpMethod.Patch, $"Users/{people[0]}", Patch("active", "false"));
        await gateway.Life.ReachedAsync(Step.Calling);
        await MembersAsync(gateway, group, Add(people[0]));
        Assert.Empty(await InSlackAsync(gateway, "Crew"));
        added.SetResult();

        Assert.Equal(HttpStatusCode.Forbidden, (await leaving).Status);
        await gateway.QuietAsync();
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task A_deleted_member_is_shown_no_longer_and_comes_back_as_nobodys()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        var tag = (await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Response.Headers.ETag;

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{people[0]}");
        var (_, _, response) = await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}");
        Assert.NotEqual(tag, response.Headers.ETag);
        Assert.Equal([people[1]], await MembersAsync(gateway, group));

        await UserAsync(gateway, "person000");
        await gateway.QuietAsync();
        Assert.Equal(["person001"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal([people[1]], await MembersAsync(gateway, group));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_turned_back_while_its_call_is_under_way_is_told_after_it(bool comesBack)
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var group = comesBack
            ? await GroupAsync(gateway, "Crew", people[0], people[1])
            : await GroupAsync(gateway, "Crew", people[1]);
        var called = new TaskCompletionSource();
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Called, called.Task);
        var first = PatchGroupAsync(gateway, group, comesBack ? Remove(people[0]) : Add(people[0]));
        await gateway.Life.ReachedAsync(Step.Called); // Slack has done it, and nobody here knows

        var second = PatchGroupAsync(gateway, group, comesBack ? Add(people[0]) : Remove(people[0]));
        await gateway.Life.ReachedAsync(Step.WrittenDown, 2);
        called.SetResult();

        Assert.Equal(HttpStatusCode.NoContent, (await first).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await second).Status);
        List<string> expected = comesBack ? ["person000", "person001"] : ["person001"];
        Assert.Equal(expected, await InSlackAsync(gateway, "Crew"));
        Assert.Equal(expected.Count, (await MembersAsync(gateway, group)).Count);
    }

    [Fact]
    public async Task Who_came_after_a_call_had_begun_is_answered_by_the_next_one()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew");
        var (called, calling) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Called, called.Task);
        var first = PatchGroupAsync(gateway, group, Add(people[0]));
        await gateway.Life.ReachedAsync(Step.Called);
        gateway.Life.HoldAt(Step.Calling, calling.Task);
        var second = PatchGroupAsync(gateway, group, Add(people[1]));
        await gateway.Life.ReachedAsync(Step.WrittenDown, 2);
        called.SetResult();

        Assert.Equal(HttpStatusCode.NoContent, (await first).Status);
        await gateway.Life.ReachedAsync(Step.Calling, 2);
        await InSlackAsync(gateway, "Crew"); // time enough for an answer that should not be
        await MembersAsync(gateway, group);
        Assert.False(second.IsCompleted, "answered before Slack has heard of it");
        calling.SetResult();
        Assert.Equal(HttpStatusCode.NoContent, (await second).Status);
        Assert.Equal(2, (await InSlackAsync(gateway, "Crew")).Count);
    }

    [Fact]
    public async Task A_hundred_members_at_once_are_a_few_calls_and_each_is_answered_when_it_is_in()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 100);
        var group = await GroupAsync(gateway, "Crew");
        await gateway.KnobAsync("lock.hold_ms", 50);
        await gateway.KnobAsync("latency_ms", 50);
        await gateway.CallsAsync();
        var slackGroup = SlackId(gateway, group);

        var operations = await Task.WhenAll(
            people.Select(async person =>
            {
                var (status, _, response) = await PatchGroupAsync(gateway, group, Add(person));
                Assert.Equal(HttpStatusCode.NoContent, status);
                Assert.Contains(
                    SlackId(gateway, person),
                    gateway.Slack.Workspace.Group(slackGroup)!["members"]!.ToJsonString(),
                    StringComparison.Ordinal
                );
                return response.Headers.GetValues("X-Operation-Id").Single();
            })
        );

        Assert.Equal(100, (await InSlackAsync(gateway, "Crew")).Count);
        Assert.InRange((await CallsAsync(gateway))["PATCH /Groups/{id}"], 1, 20);
        await gateway.QuietAsync();
        foreach (var id in operations)
        {
            var operation = gateway.Operation(id)!;
            Assert.Equal("done", operation.Outcome);
            Assert.Contains("WriteGroup", operation.Commands, StringComparison.Ordinal);
        }
    }
}
