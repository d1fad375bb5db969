using System.Net;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>A tenant is deleted once what is kept of it was exported, and leaves Slack ids and hashes.</summary>
public class DeletionTests
{
    private const string Delete = "tenants/acme?confirm=acme";

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Nobody_loses_a_tenant_that_was_not_exported_within_the_hour()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        await served.TenantAsync();

        await RefusedAsync();
        // What was begun, and not heard to its end, is none.
        using (var head = new HttpRequestMessage(HttpMethod.Head, "tenants/acme/export"))
            Assert.Equal(HttpStatusCode.OK, (await served.Client.SendAsync(head)).StatusCode);
        await RefusedAsync();
        await ExportAsync(served);
        _clock.Advance(TimeSpan.FromMinutes(61));
        await RefusedAsync();
        await ExportAsync(served);
        _clock.Advance(TimeSpan.FromMinutes(59));
        var (wrong, _, _) = await served.SendAsync(HttpMethod.Delete, "tenants/acme?confirm=acm&withoutExport=true");
        Assert.Equal(HttpStatusCode.BadRequest, wrong);
        var (gone, _, _) = await served.SendAsync(HttpMethod.Delete, Delete);
        Assert.Equal(HttpStatusCode.NoContent, gone);

        await served.TenantAsync();
        await RefusedAsync();
        var (lost, _, _) = await served.SendAsync(HttpMethod.Delete, Delete + "&withoutExport=true");
        Assert.Equal(HttpStatusCode.NoContent, lost);

        async Task RefusedAsync()
        {
            var (status, problem, _) = await served.SendAsync(HttpMethod.Delete, Delete);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains(
                "GET /admin/api/v1/tenants/acme/export",
                (string?)problem!["detail"],
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task What_stays_is_the_Slack_id_of_who_was_provisioned_and_hashes_by_which_he_is_found()
    {
        await using var served = await ServedGateway.StartAsync(seed: 30);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var (status, _, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());
        Assert.Equal(HttpStatusCode.Created, status);
        byte[] key;
        using (var kept = StoreTables.Open(served.Data))
            key = kept.Tenants.Single().CursorKey;

        await ExportAsync(served);
        await served.AskAsync(HttpMethod.Delete, Delete);

        using var left = StoreTables.Open(served.Data);
        Assert.Empty(left.Tenants);
        Assert.Empty(left.Links);
        Assert.Empty(left.Resources);
        var tenant = Assert.Single(left.FormerTenants);
        var ada = Assert.Single(
            served.Slack.Workspace.Users(),
            one => one.ToJsonString().Contains(Address, StringComparison.Ordinal)
        );
        // Not whom only Slack had.
        var link = Assert.Single(left.FormerLinks);
        Assert.Equal((tenant.TenantId, Kind.User, (string?)ada["id"]), (link.TenantId, link.Kind, link.SlackId));
        Assert.Contains(ForgottenKey.Of(key, KeyKind.Address, Fold.Key(Address)), link.Hashes.Split(' '));
        Assert.Equal(key, tenant.Key);
        Assert.All(link.Hashes.Split(' '), hash => Assert.Matches("^erased:[0-9a-f]{64}$", hash));

        // The organization is free for another tenant.
        await served.SetUpAsync("globex");
    }

    [Fact]
    public async Task What_a_tenant_has_accepted_and_Slack_does_not_have_is_dropped_only_if_somebody_says_so()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var token = await served.SetUpAsync();
        using var provider = served.Provider("acme", token);
        // It is in its shadow run.
        foreach (var name in new[] { "ada", "bob" })
        {
            var user = User(name, $"{name}@corp.example");
            var (status, _, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user);
            Assert.Equal(HttpStatusCode.Created, status);
        }
        await ExportAsync(served);

        var (kept, problem, _) = await served.SendAsync(HttpMethod.Delete, Delete);
        Assert.Equal(HttpStatusCode.Conflict, kept);
        Assert.Contains("changes that wait for Slack: 2;", (string?)problem!["detail"], StringComparison.Ordinal);

        await served.AskAsync(HttpMethod.Delete, Delete + "&withoutSlack=true");
        var line = (await served.AskAsync(HttpMethod.Get, "audit"))!["items"]![0]!;
        Assert.Equal(("deleteTenant", 2), ((string?)line["action"], (int?)line["before"]!["waiting"]));
    }

    [Fact]
    public async Task A_member_whose_removal_is_held_is_not_dropped_with_the_tenant_unsaid()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        using var provider = await LinkRequests.SetUpAsync(served, """{"guardedMembers":1}""");
        await served.EnableAsync();
        string[] crew =
        [
            await CreateAsync(provider, "ada", "ada@corp.example"),
            await CreateAsync(provider, "bob", "bob@corp.example"),
            await CreateAsync(provider, "eve", "eve@corp.example"),
        ];
        var (_, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            GroupRequests.Group("Crew", crew)
        );
        await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Groups/{made!["id"]}",
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"members"}]}"""
        );
        var holds = (int)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))!["open"]!["holds"]!;
        Assert.True(holds > 0);
        await ExportAsync(served);

        var (kept, problem, _) = await served.SendAsync(HttpMethod.Delete, Delete);
        Assert.Equal(HttpStatusCode.Conflict, kept);
        Assert.Contains($"wait for a decision: {holds};", (string?)problem!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leaver_who_is_held_counts_among_the_holds_and_not_as_refused_by_Slack()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        using var provider = await LinkRequests.SetUpAsync(served, """{"guardedAccounts":1}""");
        await served.EnableAsync();
        foreach (var name in (string[])["ada", "bob", "eve"])
        {
            var user = await CreateAsync(provider, name, $"{name}@corp.example");
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{user}", Patch("active", "false"));
        }
        await ExportAsync(served);

        var (kept, problem, _) = await served.SendAsync(HttpMethod.Delete, Delete);

        Assert.Equal(HttpStatusCode.Conflict, kept);
        Assert.Contains("wait for a decision: 2;", (string?)problem!["detail"], StringComparison.Ordinal);
        Assert.Contains("though they are to be out: 0.", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leaver_whom_Slack_has_refused_to_deactivate_is_not_dropped_with_the_tenant_unsaid()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        using var provider = await LinkRequests.SetUpAsync(served, """{"waitBudgetSeconds":1}""");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "PATCH",
                Status = 400,
                Description = "user_update_failed",
                DelayMs = 300,
            }
        );
        var leaving = Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", Patch("active", "false"));
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1)); // so that nobody waits for Slack's refusal
            return Task.FromResult(leaving.IsCompleted);
        });
        Assert.Equal(HttpStatusCode.OK, (await leaving).Status);
        await Gateway.UntilAsync(async () =>
            (int)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))!["open"]!["failed"]! == 1
        );
        await ExportAsync(served);

        var (kept, problem, _) = await served.SendAsync(HttpMethod.Delete, Delete);
        Assert.Equal(HttpStatusCode.Conflict, kept);
        Assert.Contains("though they are to be out: 1.", (string?)problem!["detail"], StringComparison.Ordinal);
    }

    private static async Task ExportAsync(ServedGateway served) =>
        Assert.EndsWith("}\n", await served.Client.GetStringAsync("tenants/acme/export"), StringComparison.Ordinal);
}
