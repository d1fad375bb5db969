using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>
/// A request is one whole (RFC 7644 §3.5.2): what it says of a group's members is taken back with the group's name, if
/// Slack refuses that while it waits. What others have said since stays.
/// </summary>
public class GroupWholeTests
{
    private const string Refused =
        """{"method":"PATCH","path":"/Groups/{id}","description":"name_already_exists","status":400}""";

    public enum Way
    {
        Patch,
        NameLast,
        Replace,
        Put,
        PutNobody,
        Bulk,
    }

    [Theory]
    [InlineData(Way.Patch)]
    [InlineData(Way.NameLast)]
    [InlineData(Way.Replace)]
    [InlineData(Way.Put)]
    [InlineData(Way.PutNobody)]
    [InlineData(Way.Bulk)]
    public async Task Nothing_remains_of_a_request_whose_name_Slack_refuses(Way way)
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 4);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        await gateway.CallsAsync();
        await gateway.WeatherAsync(Refused);

        var status = await AskAsync(gateway, group, people, way);

        Assert.Equal(HttpStatusCode.Conflict, status);
        await gateway.QuietAsync();
        await AssertUnchangedAsync(gateway, group, people[..2]);
        Assert.Equal(1, (await CallsAsync(gateway))["PATCH /Groups/{id}"]);
        using var kept = gateway.Kept();
        Assert.Empty(kept.FormerMembers);
        Assert.All(kept.Members, row => Assert.Null(row.Blocked));
    }

    [Theory]
    [InlineData("""{"CORE":{"displayName":"Crew","members":[MEMBER]}}""")]
    [InlineData("""{"displayName":"Crew","CORE:members":[MEMBER]}""")]
    public async Task Members_under_the_URN_of_the_core_schema_are_members(string body)
    {
        const string Core = "urn:ietf:params:scim:schemas:core:2.0:Group";
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);

        var (status, made, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Saying(people[0]));
        Assert.Equal(HttpStatusCode.Created, status);
        var crew = (string)made!["id"]!;
        await gateway.QuietAsync();
        Assert.Equal([people[0]], await MembersAsync(gateway, crew));
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));

        await MembersAsync(gateway, crew, $$"""{"op":"replace","value":{{Saying(people[1])}}}""");
        await gateway.QuietAsync();
        Assert.Equal([people[1]], await MembersAsync(gateway, crew));
        Assert.Equal(["person001"], await InSlackAsync(gateway, "Crew"));

        string Saying(string member) =>
            body.Replace("CORE", Core, StringComparison.Ordinal)
                .Replace("MEMBER", $$"""{"value":"{{member}}"}""", StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_request_that_Slack_takes_is_done_as_a_whole()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 4);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);

        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(gateway, group, people, Way.Patch));

        Assert.Equal(["person001", "person002", "person003"], await InSlackAsync(gateway, "Sailors"));
        Assert.Equal(3, (await MembersAsync(gateway, group)).Count);
        using var kept = gateway.Kept();
        Assert.Empty(kept.FormerMembers);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Others_who_came_since_keep_what_they_said_of_members(int lap)
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 6);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        await gateway.WeatherAsync(Refused);
        var calling = new TaskCompletionSource();
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Called, calling.Task);
        var whole = PatchGroupAsync(
            gateway,
            group,
            Remove(people[0]),
            Remove(people[1]),
            Add(people[2], people[3]),
            Rename("Sailors")
        );
        await gateway.Life.ReachedAsync(Step.Called);

        // The same once more, the contrary, and somebody else.
        Task<(HttpStatusCode Status, JsonObject?, HttpResponseMessage)>[] others =
            lap == 0
                ?
                [
                    PatchGroupAsync(gateway, group, Remove(people[0])),
                    PatchGroupAsync(gateway, group, Add(people[2])),
                    PatchGroupAsync(gateway, group, Add(people[4])),
                ]
                :
                [
                    PatchGroupAsync(
                        gateway,
                        group,
                        $$"""{"op":"replace","path":"members","value":[{{Member(people[2])}},{{Member(people[4])}}]}"""
                    ),
                ];
        await gateway.Life.ReachedAsync(Step.WrittenDown, 1 + others.Length);
        calling.SetResult();

        Assert.Equal(HttpStatusCode.Conflict, (await whole).Status);
        foreach (var other in others)
            Assert.Equal(HttpStatusCode.NoContent, (await other).Status);
        await gateway.QuietAsync();
        await AssertUnchangedAsync(
            gateway,
            group,
            lap == 0 ? [people[1], people[2], people[4]] : [people[2], people[4]]
        );
    }

    [Fact]
    public async Task Who_was_only_in_Slack_is_that_again()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 3);
        var group = await GroupAsync(gateway, "Crew", people[0]);
        gateway.Slack.Workspace.ChangeGroup(
            SlackId(gateway, group),
            new JsonObject { ["members"] = new JsonArray(SlackId(gateway, people[0]), SlackId(gateway, people[1])) }
        );
        await gateway.ImportAsync();
        await gateway.WeatherAsync(Refused);

        Assert.Equal(
            HttpStatusCode.Conflict,
            (await PatchGroupAsync(gateway, group, Add(people[1], people[2]), Rename("Sailors"))).Status
        );

        await gateway.QuietAsync();
        Assert.Equal(["person000", "person001"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal([people[0]], await MembersAsync(gateway, group));
        await MembersAsync(gateway, group, Add(people[1]));
        Assert.Equal(2, (await MembersAsync(gateway, group)).Count);
    }

    [Fact]
    public async Task Who_waited_waits_again_and_who_was_held_is_held_again()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = new() { GuardedMembers = 1 } });
        var people = await PeopleAsync(gateway, 3);
        var idle = await UserAsync(gateway, "idle", active: false);
        var group = await GroupAsync(gateway, "Crew", [.. people, idle]);
        await MembersAsync(gateway, group, Remove(people[0]));
        await MembersAsync(gateway, group, Remove(people[1]));
        await MembersAsync(gateway, group, Remove(people[2]));
        var held = gateway.Holds.List().Count;
        Assert.NotEqual(0, held);
        var (members, inSlack) = (await MembersAsync(gateway, group), await InSlackAsync(gateway, "Crew"));
        await gateway.WeatherAsync(Refused);

        Assert.Equal(
            HttpStatusCode.Conflict,
            (await PatchGroupAsync(gateway, group, Add([.. people]), Remove(idle), Rename("Sailors"))).Status
        );

        await gateway.QuietAsync();
        Assert.Equal(members, await MembersAsync(gateway, group));
        Assert.Equal(inSlack, await InSlackAsync(gateway, "Crew"));
        Assert.Equal(held, gateway.Holds.List().Count);
    }

    [Fact]
    public async Task Leavers_of_a_refused_request_are_not_counted()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = new() { GuardedMembers = 1 } });
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        await gateway.WeatherAsync(Refused);

        Assert.Equal(
            HttpStatusCode.Conflict,
            (await PatchGroupAsync(gateway, group, Remove(people[0]), Remove(people[1]), Rename("Sailors"))).Status
        );

        Assert.Empty(gateway.Holds.List());
        await MembersAsync(gateway, group, Remove(people[1]));
        Assert.Empty(gateway.Holds.List());
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task The_groups_around_it_go_back_too()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new() { NestedGroups = NestedGroups.Flatten } }
        );
        var people = await PeopleAsync(gateway, 3);
        var inner = await GroupAsync(gateway, "Crew", people[0]);
        var other = await GroupAsync(gateway, "Cooks", people[2]);
        await GroupAsync(gateway, "Ship", inner);
        await gateway.WeatherAsync(
            Refused.Replace("/Groups/{id}", $"/Groups/{SlackId(gateway, inner)}", StringComparison.Ordinal)
        );

        Assert.Equal(
            HttpStatusCode.Conflict,
            (await PatchGroupAsync(gateway, inner, Remove(people[0]), Add(people[1], other), Rename("Sailors"))).Status
        );

        await gateway.QuietAsync();
        await AssertUnchangedAsync(gateway, inner, [people[0]]);
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Ship"));
    }

    [Fact]
    public async Task What_was_withdrawn_as_too_slow_leaves_the_members_too()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new() { WhenSlackIsSlow = WhenSlow.Refuse, WaitBudget = TimeSpan.FromSeconds(1) },
            }
        );
        var people = await PeopleAsync(gateway, 4);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Groups/{id}","status":429,"retryAfter":3,"description":"ratelimited"}"""
        );

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(gateway, group, people, Way.Patch));

        await gateway.QuietAsync();
        await AssertUnchangedAsync(gateway, group, people[..2]);
    }

    [Fact]
    public async Task A_refusal_after_the_acknowledgement_takes_nothing_back()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 4);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        await gateway.WeatherAsync(Refused);
        var calling = new TaskCompletionSource();
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Called, calling.Task);
        var whole = AskAsync(gateway, group, people, Way.Patch);
        await gateway.Life.ReachedAsync(Step.Called);
        gateway.GiveUp();

        Assert.Equal(HttpStatusCode.NoContent, await whole);
        calling.SetResult();

        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(group) == "Failed"));
        Assert.Equal(3, (await MembersAsync(gateway, group)).Count);
        Assert.Equal(["person001", "person002", "person003"], await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(Step.WritingDown)]
    [InlineData(Step.WrittenDown)]
    [InlineData(Step.Calling)]
    [InlineData(Step.Called)]
    [InlineData(Step.Recorded)]
    [InlineData(Step.Accepting)]
    [InlineData(Step.Accepted)]
    public async Task Whatever_step_a_process_dies_at_the_request_is_done_as_a_whole_or_not_at_all(Step step)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { SlackTimeLimit = TimeSpan.FromMilliseconds(500) }
        );
        var people = await PeopleAsync(gateway, 4);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);

        await gateway.DieAtAsync(step, () => AskAsync(gateway, group, people, Way.Patch));

        if (step == Step.WritingDown)
            await AssertUnchangedAsync(gateway, group, people[..2]);
        else
        {
            Assert.Equal(["person001", "person002", "person003"], await InSlackAsync(gateway, "Sailors"));
            Assert.Equal(people.Skip(1).Order(StringComparer.Ordinal), await MembersAsync(gateway, group));
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_refusal_that_the_process_dies_of_leaves_all_or_nothing()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { SlackTimeLimit = TimeSpan.FromMilliseconds(500) }
        );
        var people = await PeopleAsync(gateway, 4);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        await gateway.WeatherAsync(Refused);

        await gateway.DieAtAsync(Step.Recorded, () => AskAsync(gateway, group, people, Way.Patch));

        await AssertUnchangedAsync(gateway, group, people[..2]);
    }

    // One goes, two come, and another name.
    private static async Task<HttpStatusCode> AskAsync(Gateway gateway, string group, List<string> people, Way way)
    {
        string[] members = [Remove(people[0]), Add(people[2], people[3])];
        var full = $$"""{"op":"replace","value":{"displayName":"Sailors","members":[{{Member(people[3])}}] } }""";
        var (status, body, _) = way switch
        {
            Way.Patch => await PatchGroupAsync(gateway, group, [Rename("Sailors"), .. members]),
            Way.NameLast => await PatchGroupAsync(gateway, group, [.. members, Rename("Sailors")]),
            Way.Replace => await PatchGroupAsync(gateway, group, full),
            Way.Put => await gateway.SendAsync(HttpMethod.Put, $"Groups/{group}", Group("Sailors", people[2])),
            Way.PutNobody => await gateway.SendAsync(HttpMethod.Put, $"Groups/{group}", Group("Sailors")),
            _ => await gateway.SendAsync(
                HttpMethod.Post,
                "Bulk",
                $$"""
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
                {"method":"PATCH","path":"/Groups/{{group}}","data":{{PatchOf([.. members, Rename("Sailors")])}} }]}
                """
            ),
        };
        return way == Way.Bulk
            ? (HttpStatusCode)
                int.Parse(
                    (string)body!["Operations"]![0]!["status"]!,
                    System.Globalization.CultureInfo.InvariantCulture
                )
            : status;
    }

    private static async Task AssertUnchangedAsync(Gateway gateway, string group, IEnumerable<string> people)
    {
        var (_, shown, _) = await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}");
        Assert.Equal("Crew", (string?)shown!["displayName"]);
        List<string> expected = [.. people.Order(StringComparer.Ordinal)];
        Assert.Equal(expected, await MembersAsync(gateway, group));
        Assert.Equal(
            expected.ConvertAll(id => SlackId(gateway, id)).Order(StringComparer.Ordinal),
            gateway.Slack.Workspace.Group(SlackId(gateway, group))!["members"]!
                .AsArray()
                .Select(member => (string)(member as JsonObject)?["value"]! ?? (string)member!)
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal("Settled", gateway.State(group));
    }
}
