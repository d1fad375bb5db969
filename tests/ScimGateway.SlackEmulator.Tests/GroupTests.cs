using System.Text.Json.Nodes;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>What becomes of a group (docs/slack.md 5).</summary>
public sealed class GroupTests
{
    [Fact]
    public async Task A_group_shows_its_members_by_id_and_full_name()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada", ("name", Body("""{"givenName":"Ada","familyName":"Lovelace"}""")));
        var group = (await slack.PostAsync("Groups", Group("Crew", ada))).Json;
        Assert.Equal(["schemas", "id", "displayName", "members", "meta"], group.Select(m => m.Key));
        Assert.Equal($$"""[{"value":"{{ada}}","display":"Ada Lovelace"}]""", group["members"]!.ToJsonString());
        Assert.StartsWith("S", (string?)group["id"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task PATCH_adds_and_removes_in_one_call_and_forgives_what_is_so_already()
    {
        await using var slack = await StartAsync();
        var (ada, bea, cleo) = (
            await slack.MakeAsync("ada"),
            await slack.MakeAsync("bea"),
            await slack.MakeAsync("cleo")
        );
        var group = await slack.MakeGroupAsync("Crew", ada, bea);

        var answer = await slack.PatchAsync(
            "Groups/" + group,
            Body(
                $$"""{"members":[{"value":"{{cleo}}","operation":"add"},{"value":"{{bea}}"},{"value":"{{ada}}","operation":"delete"},{"value":"{{OwnerId}}","operation":"delete"},{"value":"U0NOBODY","operation":"delete"}]}"""
            )
        );

        Assert.Equal(204, answer.Status);
        Assert.Equal("", answer.Text);
        Assert.Equal(new[] { bea, cleo }.Order(), (await slack.MembersAsync(group)).Order());
    }

    [Fact]
    public async Task PATCH_renames_and_empties_by_meta_attributes_before_it_adds()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada");
        var group = await slack.MakeGroupAsync("Crew", OwnerId);
        await slack.PatchAsync(
            "Groups/" + group,
            Body($$"""{"displayName":"Team","meta":{"attributes":["members"]},"members":[{"value":"{{ada}}"}]}""")
        );
        var shown = (await slack.GetAsync("Groups/" + group)).Json;
        Assert.Equal("Team", (string?)shown["displayName"]);
        Assert.Equal([ada], await slack.MembersAsync(group));
        Assert.Equal(0, (int?)(await slack.FilterAsync("Groups", "displayName eq \"Crew\"")).Json["totalResults"]);
        Assert.Equal(1, (int?)(await slack.FilterAsync("Groups", "displayName eq \"team\"")).Json["totalResults"]);
    }

    [Fact]
    public async Task PUT_replaces_the_whole_list_and_without_members_the_group_is_empty()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada");
        var group = await slack.MakeGroupAsync("Crew", OwnerId);
        Assert.Equal(200, (await slack.PutAsync("Groups/" + group, Group("Crew", ada))).Status);
        Assert.Equal([ada], await slack.MembersAsync(group));
        await slack.PutAsync("Groups/" + group, Body($$"""{"schemas":["{{Core}}"],"displayName":"Crew"}"""));
        Assert.Empty(await slack.MembersAsync(group));
        Assert.Equal(
            "invalid_attribute_format",
            (await slack.PutAsync("Groups/" + group, Body($$"""{"schemas":["{{Core}}"]}"""))).Code
        );
        Assert.Equal(
            "missing_schema_element",
            (await slack.PutAsync("Groups/" + group, Body("""{"displayName":"Crew"}"""))).Code
        );
    }

    [Fact]
    public async Task DELETE_is_for_good_and_the_members_stay()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada");
        var group = await slack.MakeGroupAsync("Crew", ada);
        await slack.DeleteAsync("Groups/" + group);
        Assert.Equal(404, (await slack.GetAsync("Groups/" + group)).Status);
        Assert.Equal("[]", (await slack.ReadAsync(ada))["groups"]!.ToJsonString());
        Assert.Equal(201, (await slack.PostAsync("Groups", Group("Crew"))).Status);
    }

    [Fact]
    public async Task One_unknown_member_refuses_the_whole_call()
    {
        await using var slack = await StartAsync();
        var group = await slack.MakeGroupAsync("Crew");
        Assert.Equal(
            "no_such_group_members",
            (await slack.PatchAsync("Groups/" + group, Group("Team", OwnerId, "U0NOBODY"))).Code
        );
        Assert.Empty(await slack.MembersAsync(group));
        Assert.Equal(0, (int?)(await slack.FilterAsync("Groups", "displayName eq \"Team\"")).Json["totalResults"]);
    }

    [Fact]
    public async Task Multi_channel_guests_may_join_on_Grid_single_channel_guests_never()
    {
        await using var slack = await StartAsync();
        var multi = slack.Server.Workspace.MakeUser(Body("""{"userName":"multi","guest":{"type":"multi"}}"""));
        var single = slack.Server.Workspace.MakeUser(Body("""{"userName":"single","guest":{"type":"single"}}"""));
        Assert.Equal(201, (await slack.PostAsync("Groups", Group("Crew", multi))).Status);
        Assert.Equal(
            "unable_to_add_deleted_or_guest_to_group",
            (await slack.PostAsync("Groups", Group("Team", single))).Code
        );
    }

    [Theory]
    [InlineData("grid", 15_000)]
    [InlineData("business_plus", 5_000)]
    [Trait("speed", "slow")]
    public async Task A_group_holds_what_the_plan_allows_and_a_call_carries_15000(string plan, int most)
    {
        await using var slack = await StartSeededAsync(15_001, ("tenant.kind", plan));
        var ids = slack.Server.Workspace.Users().Select(u => (string)u["id"]!).ToArray();

        Assert.Equal("too_many_users", (await slack.PostAsync("Groups", Group("A", ids[..15_001]))).Code);
        Assert.Equal(201, (await slack.PostAsync("Groups", Group("B", ids[..most]))).Status);
        var group = (string)(await slack.FilterAsync("Groups", "displayName eq B")).Json["Resources"]![0]!["id"]!;
        Assert.Equal(
            "group_member_max_exceeded",
            (await slack.PatchAsync("Groups/" + group, Group("B", ids[15_001]))).Code
        );
        Assert.Equal(
            204,
            (
                await slack.PatchAsync(
                    "Groups/" + group,
                    Body($$"""{"members":[{"value":"{{ids[0]}}","operation":"delete"},{"value":"{{ids[15_001]}}"}]}""")
                )
            ).Status
        );
        Assert.Equal(most, (await slack.MembersAsync(group)).Length);
    }

    [Fact]
    public async Task Slacks_automatic_groups_cannot_be_changed()
    {
        await using var slack = await StartAsync();
        var group = slack.Server.Workspace.MakeGroup(Body("""{"displayName":"Team Admins","automatic":true}"""));
        Assert.Equal("permission_denied", (await slack.PatchAsync("Groups/" + group, Group("Mine"))).Code);
        Assert.Equal("permission_denied", (await slack.DeleteAsync("Groups/" + group)).Code);
    }

    [Fact]
    public async Task Renaming_a_group_to_its_own_name_in_other_case_is_no_clash()
    {
        await using var slack = await StartAsync();
        var group = await slack.MakeGroupAsync("Crew");
        Assert.Equal(204, (await slack.PatchAsync("Groups/" + group, Body("""{"displayName":"CREW"}"""))).Status);
        await slack.MakeGroupAsync("Team");
        Assert.Equal(
            "name_already_exists",
            (await slack.PatchAsync("Groups/" + group, Body("""{"displayName":"team"}"""))).Code
        );
    }
}
