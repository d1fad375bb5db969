using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage.Tables;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>The life of a group: made, changed, renamed and deleted, with its members as rows.</summary>
public class GroupTests
{
    [Fact]
    public async Task A_group_is_made_with_its_members_in_one_call()
    {
        await using var gateway = await Gateway.StartAsync();
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        await gateway.CallsAsync();

        var group = await GroupAsync(gateway, "Crew", ada, bob);

        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal([ada, bob], await MembersAsync(gateway, group));
        Assert.Equal(1, (await CallsAsync(gateway))["POST /Groups"]);
    }

    [Fact]
    public async Task Members_come_and_go_by_one_call_each_and_what_is_so_already_costs_none()
    {
        await using var gateway = await Gateway.StartAsync();
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var group = await GroupAsync(gateway, "Crew", ada);
        await gateway.CallsAsync();

        await MembersAsync(gateway, group, Add(bob));
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(1, (await CallsAsync(gateway))["PATCH /Groups/{id}"]);

        await MembersAsync(gateway, group, Add(bob));
        await MembersAsync(gateway, group, $$"""{"op":"remove","path":"members[value eq \"{{ada}}\"]"}""");
        Assert.Equal(["bob"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(1, (await CallsAsync(gateway))["PATCH /Groups/{id}"]);
        Assert.Equal([bob], await MembersAsync(gateway, group));
    }

    [Fact]
    public async Task A_group_is_renamed_and_deleted()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await UserAsync(gateway, "ada");
        var group = await GroupAsync(gateway, "Crew", ada);

        await MembersAsync(gateway, group, """{"op":"replace","value":{"displayName":"Sailors"}}""");
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Sailors"));

        var (status, _, _) = await gateway.SendAsync(HttpMethod.Delete, $"Groups/{group}");
        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Empty(await GroupsAsync(gateway));
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Status);

        // The name is free again.
        await GroupAsync(gateway, "Sailors", ada);
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Sailors"));
    }

    [Fact]
    public async Task A_name_that_another_group_has_is_a_conflict()
    {
        await using var gateway = await Gateway.StartAsync();
        await GroupAsync(gateway, "Crew");
        var group = await GroupAsync(gateway, "Sailors");

        var (status, error, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group("crew"));
        Assert.Equal((HttpStatusCode.Conflict, "uniqueness"), (status, (string?)error!["scimType"]));

        (status, _, _) = await gateway.SendAsync(HttpMethod.Patch, $"Groups/{group}", Patch("displayName", "\"CREW\""));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(
            "Sailors",
            (string?)(await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Body!["displayName"]
        );
    }

    [Fact]
    public async Task A_name_that_Slack_refuses_is_taken_back()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.WeatherAsync(
            """{"method":"POST","path":"/Groups","description":"groups_invalid","status":400}"""
        );
        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        await using var kept = gateway.Kept();
        Assert.Empty(kept.Resources.Where(one => one.Kind == Kind.Group));
        Assert.Empty(kept.Links.Where(link => link.Kind == Kind.Group));

        var group = await GroupAsync(gateway, "Crew");
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Groups/{id}","description":"name_already_exists","status":400}"""
        );
        (status, _, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Groups/{group}",
            Patch("displayName", "\"Sailors\"")
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(
            "Crew",
            (string?)(await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Body!["displayName"]
        );
        Assert.Equal("Crew", (string?)Assert.Single(await GroupsAsync(gateway))["displayName"]);
    }

    [Fact]
    public async Task A_member_without_an_account_waits_and_goes_in_by_itself()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await UserAsync(gateway, "ada", active: false);
        var group = await GroupAsync(gateway, "Crew", ada);
        Assert.Equal([ada], await MembersAsync(gateway, group));
        Assert.Empty(await InSlackAsync(gateway, "Crew"));

        await PatchAsync(gateway, ada, "active", "true");
        await Gateway.UntilAsync(async () => (await InSlackAsync(gateway, "Crew")).Count == 1);

        // Who goes leaves Slack's groups, and is in them again when he comes back.
        await PatchAsync(gateway, ada, "active", "false");
        await PatchAsync(gateway, ada, "active", "true");
        await Gateway.UntilAsync(async () => (await InSlackAsync(gateway, "Crew")).Count == 1);
        Assert.Equal([ada], await MembersAsync(gateway, group));
    }

    [Fact]
    public async Task One_member_that_Slack_does_not_take_keeps_nobody_else_out()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = new List<string>();
        for (var i = 0; i < 9; i++)
            people.Add(await UserAsync(gateway, $"person{i}"));
        // Somebody deactivates one in Slack by hand, which nobody here has seen yet.
        var victim = Assert.Single(await gateway.AccountsAsync("person5@corp.example"));
        victim["active"] = false;
        await gateway.Control.PutAsJsonAsync($"users/{victim["id"]}", victim);

        var group = await GroupAsync(gateway, "Crew", [.. people]);

        Assert.Equal(8, (await InSlackAsync(gateway, "Crew")).Count);
        Assert.Equal(9, (await MembersAsync(gateway, group)).Count);
        await using var kept = gateway.Kept();
        Assert.Single(kept.Members.Where(row => row.Blocked != null));
    }

    [Fact]
    public async Task Of_a_group_that_was_deleted_nobody_is_told_to_rename_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var (crew, other) = (await GroupAsync(gateway, "Crew"), await GroupAsync(gateway, "Sailors"));
        await gateway.WeatherAsync("""{"method":"DELETE","path":"/Groups/{id}","status":429,"times":0}""");
        var deleting = gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");
        await gateway.Life.ReachedAsync(ScimGateway.Provisioning.Executing.Step.Recorded, times: 3);

        var (status, body, _) = await PatchGroupAsync(gateway, other, Rename("Crew"));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Matches(
            "^Another group has the name: its Slack group is S[A-Z0-9]+. It was deleted, so try again later; it is free",
            (string?)body!["detail"]
        );
        gateway.GiveUp();
        await deleting;
    }

    [Fact]
    public async Task Of_groups_a_refusal_speaks_of_groups()
    {
        await using var gateway = await Gateway.StartAsync();
        var crew = await GroupAsync(gateway, "Crew");
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Groups/{id}","status":429,"times":0}""");
        var renaming = PatchGroupAsync(gateway, crew, Rename("Sailors"));
        await gateway.Life.ReachedAsync(ScimGateway.Provisioning.Executing.Step.Recorded, times: 2);

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew"));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Another group has the name", (string)body!["detail"]!, StringComparison.Ordinal);
        gateway.GiveUp();
        await renaming;
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await gateway.SendAsync(HttpMethod.Post, "Groups", Group(" "))).Status
        );
    }

    [Theory]
    [InlineData(null, null, HttpStatusCode.NoContent)]
    [InlineData("If-Match", "W/\"1\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("If-None-Match", "*", HttpStatusCode.PreconditionFailed)]
    [InlineData("If-None-Match", "W/\"7\"", HttpStatusCode.NoContent)]
    public async Task A_group_is_deleted_however_fast_its_members_move_its_version(
        string? header,
        string? version,
        HttpStatusCode said
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var group = await GroupAsync(gateway, "Crew");
        gateway.Life.Meanwhile(
            Step.WritingDown,
            () =>
                gateway.Store.WriteAsync(
                    session =>
                    {
                        Resources.Touch(session, ResourceId.Parse(group)!.Value, new Instant(1));
                        return true;
                    },
                    CancellationToken.None,
                    Gateway.Tenant
                )
        );
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"Groups/{group}");
        if (header is not null)
            request.Headers.TryAddWithoutValidation(header, version);

        Assert.Equal(said, (await gateway.Client.SendAsync(request)).StatusCode);
    }
}
