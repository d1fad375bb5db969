using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>Two sources in one tenant, and what the tenant's preferences let them do with groups.</summary>
public class GroupSourceTests
{
    private const string Other = "token-of-the-other-source";

    [Fact]
    public async Task Another_source_writes_its_own_members_and_nothing_else()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { OtherToken = Other });
        var people = await PeopleAsync(gateway, 3);
        var (_, made, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Groups",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew","externalId":"mine","members":[{{Member(people[0])}},{{Member(people[1])}}]}"""
        );
        var group = (string)made!["id"]!;

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await OtherAsync(gateway, HttpMethod.Patch, group, PatchOf(Add(people[1], people[2])))).Status
        );
        var (_, shown) = await OtherAsync(gateway, HttpMethod.Get, group);
        Assert.Null(shown!["externalId"]);
        Assert.Equal("mine", (string?)(await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Body!["externalId"]);
        Assert.Equal(3, (await MembersAsync(gateway, group)).Count);

        // Its full list is a list of its own.
        await OtherAsync(
            gateway,
            HttpMethod.Patch,
            group,
            PatchOf($$"""{"op":"replace","path":"members","value":[{{Member(people[2])}}]}""")
        );
        Assert.Equal(["person000", "person001", "person002"], await InSlackAsync(gateway, "Crew"));
        // Whom both want stays until neither does.
        await MembersAsync(gateway, group, Add(people[2]));
        await OtherAsync(gateway, HttpMethod.Patch, group, PatchOf(Remove(people[2])));
        Assert.Equal("1 of the members stay: another source, or a group within, has them too\n", gateway.LastNotes());
        Assert.Equal(3, (await InSlackAsync(gateway, "Crew")).Count);
        await MembersAsync(gateway, group, Remove(people[2]));
        Assert.Equal(["person000", "person001"], await InSlackAsync(gateway, "Crew"));

        foreach (
            var (method, body) in new[]
            {
                (HttpMethod.Patch, PatchOf(Rename("Pirates"))),
                (HttpMethod.Put, Group("Pirates", people[2])),
                (HttpMethod.Delete, null),
            }
        )
        {
            var (status, error) = await OtherAsync(gateway, method, group, body);
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.Contains("'demo'", (string?)error!["detail"], StringComparison.Ordinal);
        }
        Assert.Equal(["person000", "person001"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Whom_a_full_group_had_no_room_for_is_tried_again_when_another_source_names_him_too()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { OtherToken = Other });
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", people[0]);
        await gateway.KnobAsync("group.max_members", 1);
        await OtherAsync(gateway, HttpMethod.Patch, group, PatchOf(Add(people[1])));
        await gateway.QuietAsync();
        await gateway.KnobAsync("group.max_members", 10);

        await MembersAsync(gateway, group, Add(people[1]));
        await gateway.QuietAsync();

        Assert.Equal(["person000", "person001"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Whom_a_preference_left_out_is_left_out_as_well_when_another_source_names_him()
    {
        await using var gateway = await StartAsync(
            new Preferences { UpdateGroups = false, WhenNotAllowed = When(true) },
            Other
        );
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", people[0]);
        await MembersAsync(gateway, group, Add(people[1]));

        await OtherAsync(gateway, HttpMethod.Patch, group, PatchOf(Add(people[1])));
        await PatchAsync(gateway, people[1], "active", "false");
        await PatchAsync(gateway, people[1], "active", "true");
        await gateway.QuietAsync();

        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Creating_groups_may_be_switched_off(bool skip)
    {
        await using var gateway = await StartAsync(
            new Preferences { CreateGroups = false, WhenNotAllowed = When(skip) }
        );
        var ada = await UserAsync(gateway, "ada");
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew", ada));

        Assert.Equal(skip ? HttpStatusCode.Created : HttpStatusCode.Forbidden, status);
        if (skip)
            Assert.Equal("Blocked", gateway.State((string)body!["id"]!));
        Assert.Empty(await GroupsAsync(gateway));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changing_groups_may_be_switched_off(bool skip)
    {
        await using var gateway = await StartAsync(
            new Preferences { UpdateGroups = false, WhenNotAllowed = When(skip) }
        );
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", people[0]);

        Assert.Equal(Status(skip), (await PatchGroupAsync(gateway, group, Add(people[1]))).Status);
        Assert.Equal(Status(skip), (await PatchGroupAsync(gateway, group, Rename("Sailors"))).Status);
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(skip ? 2 : 1, (await MembersAsync(gateway, group)).Count);
        // What changes nothing is no change.
        Assert.Equal(HttpStatusCode.NoContent, (await PatchGroupAsync(gateway, group, Add(people[0]))).Status);
        // Who comes back is in it as before, and who was left out is not.
        if (!skip)
            return;
        await PatchAsync(gateway, people[1], "active", "false");
        await PatchAsync(gateway, people[1], "active", "true");
        await gateway.QuietAsync();
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deleting_groups_may_be_switched_off(bool skip)
    {
        await using var gateway = await StartAsync(
            new Preferences { DeleteGroups = false, WhenNotAllowed = When(skip) }
        );
        var ada = await UserAsync(gateway, "ada");
        var group = await GroupAsync(gateway, "Crew", ada);

        Assert.Equal(Status(skip), (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{group}")).Status);
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
        var isThere = (await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Status == HttpStatusCode.OK;
        Assert.Equal(!skip, isThere);
    }

    [Fact]
    public async Task An_unknown_member_is_passed_over_or_refused()
    {
        const string Nobody = "01900000-0000-7000-8000-000000000000";
        await using var gateway = await StartAsync(new Preferences());
        var ada = await UserAsync(gateway, "ada");
        var (status, _, response) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew", ada, Nobody));
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
        Assert.Contains(
            Nobody,
            gateway.Operation(response.Headers.GetValues("X-Operation-Id").Single())!.Notes,
            StringComparison.Ordinal
        );

        await using var strict = await StartAsync(new Preferences { UnknownGroupMember = UnknownMember.Refuse });
        (status, _, _) = await strict.SendAsync(HttpMethod.Post, "Groups", Group("Crew", Nobody));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Empty(await GroupsAsync(strict));
    }

    [Fact]
    public async Task Groups_in_groups_are_shown_and_wait_and_a_circle_of_them_does_no_harm()
    {
        await using var gateway = await StartAsync(new Preferences());
        var ada = await UserAsync(gateway, "ada");
        var inner = await GroupAsync(gateway, "Inner", ada);
        var outer = await GroupAsync(gateway, "Outer", inner);
        await MembersAsync(gateway, inner, Add(outer));

        Assert.Equal([inner], await MembersAsync(gateway, outer));
        Assert.Empty(await InSlackAsync(gateway, "Outer"));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Inner"));
        using var kept = gateway.Kept();
        Assert.Equal(2, kept.Members.AsEnumerable().Count(row => row.Blocked?.Code == ReasonCode.NestedGroup));

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{inner}")).Status);
        Assert.Empty(await MembersAsync(gateway, outer));
    }

    [Fact]
    public async Task While_Slack_cannot_be_written_only_what_changes_something_is_refused()
    {
        await using var gateway = await StartAsync(new Preferences());
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", people[0]);
        await gateway.WeatherAsync("""{"status":401,"description":"invalid_authentication","times":1}""");
        // taken on: members are never taken back
        Assert.Equal(HttpStatusCode.NoContent, (await PatchGroupAsync(gateway, group, Add(people[1]))).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await PatchGroupAsync(gateway, group, Add(people[1]))).Status);
        var (status, _, response) = await PatchGroupAsync(gateway, group, Remove(people[1]));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(2, (await MembersAsync(gateway, group)).Count);
    }

    [Fact]
    public async Task If_Match_is_kept_by_changes_of_members_too()
    {
        await using var gateway = await StartAsync(new Preferences());
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew");
        var tag = (await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Response.Headers.ETag!.ToString();

        var answers = await Task.WhenAll(
            people.Select(person => MatchAsync(gateway, group, tag, PatchOf(Add(person))))
        );

        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.PreconditionFailed], answers.Order());
        Assert.Single(await InSlackAsync(gateway, "Crew"));
    }

    private static async Task<HttpStatusCode> MatchAsync(Gateway gateway, string group, string tag, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"Groups/{group}");
        request.Content = new StringContent(body, Encoding.UTF8, "application/scim+json");
        request.Headers.TryAddWithoutValidation("If-Match", tag);
        return (await gateway.Client.SendAsync(request)).StatusCode;
    }

    private static Task<Gateway> StartAsync(Preferences preferences, string? other = null) =>
        Gateway.StartAsync(
            new Setting { Preferences = preferences with { UserSlackCannotHold = Unholdable.Keep }, OtherToken = other }
        );

    private static NotAllowed When(bool skip) => skip ? NotAllowed.Skip : NotAllowed.Refuse;

    private static HttpStatusCode Status(bool skip) => skip ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden;

    private static async Task<(HttpStatusCode Status, JsonObject? Body)> OtherAsync(
        Gateway gateway,
        HttpMethod method,
        string group,
        string? body = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(gateway.Base, $"Groups/{group}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Other);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/scim+json");
        using var response = await gateway.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject());
    }
}
