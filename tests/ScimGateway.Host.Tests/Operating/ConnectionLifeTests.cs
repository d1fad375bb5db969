using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Operating;

/// <summary>A tenant that Slack does not hear of, and how it does again: shadow run, disabled, enabled.</summary>
public class ConnectionLifeTests
{
    private static readonly string[] _reads = ["GET /Users", "GET /Groups", "POST /api/auth.test"];

    private static readonly TenantChange _live = new TenantChange.GoOn(EndsShadow: true);
    private static readonly TenantChange _enabled = new TenantChange.GoOn(EndsShadow: false);

    private static readonly Preferences _queueing = new()
    {
        WhileSlackCannotBeWritten = CannotWrite.Queue,
        GuardedAccounts = 2,
        GuardedGroups = 1,
    };

    [Fact]
    public async Task What_was_imported_once_is_served_at_once_though_Slack_does_not_answer_and_goes_on_when_it_does()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync("""{"path":"/api/auth.test","times":0,"status":503}""");
        await gateway.WeatherAsync("""{"path":"*","times":0,"status":503}""");

        await gateway.RestartAloneAsync();

        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
        var (status, body, response) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            Patch("title", "\"Pilot\"")
        );
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("Slack does not answer", (string)body!["detail"]!, StringComparison.Ordinal);
        Assert.True(response.Headers.Contains("Retry-After"));
        Assert.Equal(0, await gateway.CameAsync("PATCH /Users/{id}"));

        gateway.Slack.Faults.Clear();
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(gateway.Home.Executor.Gate.Closed is null);
        });
        Assert.Null(gateway.Connection.Read().Problem);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
    }

    [Fact]
    public async Task What_was_imported_once_is_served_though_the_token_was_revoked()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        using var slack = new HttpClient { BaseAddress = gateway.Slack.BaseUrl };
        slack.DefaultRequestHeaders.Authorization = new("Bearer", SlackEmulator.SlackEmulatorServer.Token);
        (await slack.PostAsync("api/auth.revoke", null)).EnsureSuccessStatusCode();

        await gateway.RestartAloneAsync();

        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Pilot\""));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("token_revoked", (string)body!["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_let_go_of_in_a_shadow_run_is_free_when_the_tenant_is_live_and_the_refusal_says_so()
    {
        await using var gateway = await Gateway.StartAsync();
        var group = await GroupRequests.GroupAsync(gateway, "Crew");
        await gateway.QuietAsync();
        await gateway.Connection.BeginShadowAsync();
        await gateway.SendAsync(HttpMethod.Patch, $"Groups/{group}", Patch("displayName", "\"Band\""));

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", GroupRequests.Group("Crew"));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains(
            "until the tenant is live. The tenant is in its shadow run.",
            (string?)body!["detail"],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_waits_says_where_the_tenant_stands_by_now()
    {
        await using var served = await Admin.ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"whileSlackCannotBeWritten":"queue"}"""
        );
        var (_, ada, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("ada", "ada@corp.example"));

        await StandAsync("disable");
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada!["id"]}", Patch("title", "\"Countess\""));
        Assert.Equal("tenantDisabled", await WhyAsync());
        await StandAsync("shadow");
        Assert.Equal("shadowRun", await WhyAsync());
        await StandAsync("disable");
        Assert.Equal("tenantDisabled", await WhyAsync());
        await StandAsync("shadow");
        await served.EnableAsync();
        await Gateway.UntilAsync(async () => await WhyAsync() is null);

        Task StandAsync(string word) => served.AskAsync(HttpMethod.Post, $"tenants/acme/{word}");
        async Task<string?> WhyAsync() =>
            (string?)
                (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ada@"))["items"]![0]!["reason"]?[
                    "code"
                ];
    }

    [Fact]
    public async Task A_tenant_that_was_disabled_while_Slack_was_down_can_be_enabled_once_it_is_back()
    {
        await using var served = await Admin.ServedGateway.StartAsync();
        await served.SetUpAsync();
        await served.EnableAsync();
        served.Slack.Faults.Add(new Fault { Drop = Drop.Before, Times = 0 });
        await served.RestartAsync();
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme/connection"))["state"] == "invalid"
        );
        await served.AskAsync(HttpMethod.Post, "tenants/acme/disable");
        Assert.Equal(HttpStatusCode.Conflict, await EnableAsync());

        served.Slack.Faults.Clear();

        Assert.Equal(HttpStatusCode.Accepted, await EnableAsync());

        async Task<HttpStatusCode> EnableAsync() =>
            (await served.SendAsync(HttpMethod.Post, "tenants/acme/enable?preview=true")).Status;
    }

    [Fact]
    public async Task In_a_shadow_run_everything_is_accepted_at_once_and_planned_and_Slack_hears_of_it_when_it_goes_live()
    {
        // A clock that stands still: whoever waited would wait for ever.
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = new ManualClock(), Preferences = new() }
        );
        var bob = await NewAsync(gateway, "bob");
        var group = await GroupAsync(gateway, "Crew", bob);
        await gateway.CallsAsync();
        await gateway.Connection.BeginShadowAsync();

        var ada = await NewAsync(gateway, "ada");
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Countess\""));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Enchantress\""));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, bob, "title", "\"Baron\""));
        // On and off again, and there and back: nothing in the end.
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, bob, "active", "false"));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, bob, "active", "true"));
        var gone = await NewAsync(gateway, "gone");
        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Users/{gone}")).Status);
        foreach (var name in (string[])["Band", "Crew"])
            Assert.Equal(
                HttpStatusCode.NoContent,
                (
                    await gateway.SendAsync(HttpMethod.Patch, $"Groups/{group}", Patch("displayName", $"\"{name}\""))
                ).Status
            );
        var band = await GroupAsync(gateway, "Band of two", bob);

        var link = await LinkAsync(gateway, ada);
        Assert.Equal("pending", (string?)link["state"]);
        Assert.Equal("The tenant is in its shadow run.", (string?)link["reason"]);
        Assert.Equal("Enchantress", (string?)(await gateway.SendAsync(HttpMethod.Get, $"Users/{ada}")).Body!["title"]);
        var operation = gateway.Operation((string)link["operationId"]!)!;
        Assert.Equal("accepted", operation.Outcome);
        var planned = JsonNode.Parse(operation.Commands)!;
        Assert.Equal("PostUser", (string?)planned["call"]);
        Assert.Contains("title", (string?)planned["fields"], StringComparison.Ordinal);
        Assert.Empty(await gateway.CallsAsync());

        // A restart reads Slack and writes nothing.
        await gateway.RestartCountingAsync();
        Assert.All((await gateway.CallsAsync()).Select(call => call.Key), call => Assert.Contains(call, _reads));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "nickName", "\"ada\""));

        var preview = await gateway.Changes.PreviewAsync(_live);
        // The owner of the token is left alone, as ever.
        Assert.Equal("Changed 1, Created 1, LeftAlone 1", Of(preview, "Users"));
        Assert.Equal("Created 1, LeftAlone 1", Of(preview, "Groups")); // the one that has its name again
        Assert.Equal("TokenOwner 1, UpToDate 1", Of(preview, "LeftAlone"));
        Assert.Equal(3, preview.All);
        Assert.Equal(
            new[] { ada, bob, band }.Order(StringComparer.Ordinal),
            preview.Links.Select(one => one.Resource.ToString()!).Order(StringComparer.Ordinal)
        );
        Assert.Empty(await gateway.CallsAsync());

        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();

        var calls = await CallsAsync(gateway);
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["PATCH /Users/{id}"] = 1,
                ["POST /Groups"] = 1,
                ["POST /Users"] = 1,
            },
            calls.OrderBy(call => call.Key).ToDictionary()
        );
        Assert.Equal("Enchantress", (string?)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["title"]);
        var account = Assert.Single(await gateway.AccountsAsync("bob@corp.example"));
        Assert.Equal("Baron", (string?)account["title"]);
        Assert.True(Active(account));
        Assert.Empty(await gateway.AccountsAsync("gone@corp.example"));
        Assert.Null((await LinkAsync(gateway, ada))["reason"]);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Who_may_have_an_account_that_nobody_saw_is_in_the_preview_also_if_inactive_by_now()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","drop":"after"}""");
        await gateway.WeatherAsync("""{"method":"GET","path":"*","times":0,"status":500}""");
        var making = NewAsync(gateway, "bob");
        await gateway.Life.ReachedAsync(Step.Recorded);
        await gateway.Connection.BeginShadowAsync();
        var bob = await making;
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, bob, "active", "false"));
        gateway.Slack.Faults.Clear();

        var preview = await gateway.ChangeAsync(_live);
        await gateway.QuietAsync();

        Assert.Equal("LeftAlone 1, LookedFor 1", Of(preview, "Users"));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("bob@corp.example"))));
    }

    [Fact]
    public async Task A_crash_in_a_shadow_run_has_Slack_asked_nothing()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.Connection.BeginShadowAsync();
        await NewAsync(gateway, "ada");
        var gone = await NewAsync(gateway, "gone");

        await gateway.CrashAsync();
        await gateway.CallsAsync(); // of the import
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{gone}");
        await gateway.ChangeAsync(_live);
        await gateway.QuietAsync();

        Assert.Equal(new Dictionary<string, int> { ["POST /Users"] = 1 }, await CallsAsync(gateway));
    }

    [Fact]
    public async Task What_was_confirmed_passes_the_guard_and_what_comes_after_the_preview_is_counted()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _queueing });
        var people = new List<string>();
        for (var i = 0; i < 10; i++)
            people.Add(await NewAsync(gateway, $"person{i}"));
        await gateway.Connection.BeginShadowAsync();
        foreach (var person in people[..5])
            await PatchAsync(gateway, person, "active", "false");

        var preview = await gateway.Changes.PreviewAsync(_live);
        Assert.Equal("Deactivated 5, LeftAlone 6", Of(preview, "Users"));
        foreach (var person in people[5..8])
            await PatchAsync(gateway, person, "active", "false");
        Assert.Single(gateway.Holds.List());
        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();

        Assert.Equal(3, (await gateway.AccountsAsync("@corp.example")).Count(Active));
        Assert.Equal("Held", gateway.State(people[7]));
    }

    [Theory]
    [InlineData(Standing.Shadow, "e1", "e1")]
    [InlineData(Standing.Shadow, null, null)]
    [InlineData(Standing.Shadow, null, "e1")]
    [InlineData(Standing.Disabled, "e1", "e1")]
    public async Task A_user_who_is_deleted_and_posted_again_while_nothing_is_sent_keeps_the_account(
        Standing standing,
        string? before,
        string? after
    )
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _queueing });
        var (_, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("ada", before));
        await StopAsync(gateway, standing);

        for (var round = 0; round < 2; round++)
        {
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{made!["id"]}");
            HttpStatusCode status;
            (status, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("ada", after));
            Assert.Equal(HttpStatusCode.Created, status);
        }
        await gateway.ChangeAsync(standing == Standing.Shadow ? _live : _enabled);
        await gateway.QuietAsync();

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal("Settled", gateway.State((string)made!["id"]!));
        Assert.Empty(gateway.Holds.List());
    }

    [Theory]
    [InlineData(Standing.Shadow, "DELETE")]
    [InlineData(Standing.Shadow, "PATCH")]
    [InlineData(Standing.Disabled, "DELETE")]
    public async Task What_was_taken_back_while_nothing_is_sent_is_not_sent_by_an_executor_that_is_behind(
        Standing standing,
        string method
    )
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _queueing });
        var (_, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("ada", "e1"));
        await StopAsync(gateway, standing);
        await gateway.CallsAsync();
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Weighing, go.Task);
        gateway.Life.Watch();

        // The executor has read that she is to leave, and goes on when she is to stay.
        var id = (string)made!["id"]!;
        if (method == "DELETE")
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");
        else
            await PatchAsync(gateway, id, "active", "false");
        await gateway.Life.ReachedAsync(Step.Weighing);
        if (method == "DELETE")
            await gateway.SendAsync(HttpMethod.Post, "Users", Known("ada", "e1"));
        else
            await PatchAsync(gateway, id, "active", "true");
        await gateway.ChangeAsync(standing == Standing.Shadow ? _live : _enabled);
        go.SetResult();
        await NewAsync(gateway, "bob"); // whose turn comes behind hers
        await gateway.QuietAsync();
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Home.Executor.Flights.Count == 0));

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal(new Dictionary<string, int> { ["POST /Users"] = 1 }, await CallsAsync(gateway));
    }

    [Theory]
    [InlineData(Standing.Shadow)]
    [InlineData(Standing.Disabled)]
    public async Task Somebody_else_gets_no_deleted_users_account_before_the_removal_is_sent_and_is_told_when_that_is(
        Standing standing
    )
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _queueing });
        var (_, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("ada", "e1"));
        await StopAsync(gateway, standing);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{made!["id"]}");

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("ada", "e2"));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains(
            "The gateway sends the removal when the tenant is live again",
            (string?)body!["detail"],
            StringComparison.Ordinal
        );
        await gateway.ChangeAsync(standing == Standing.Shadow ? _live : _enabled);
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("ada", "e2"));
        Assert.Equal((HttpStatusCode.Created, "Held"), (status, gateway.State((string)body!["id"]!)));
    }

    [Theory]
    [InlineData(Standing.Shadow, "The tenant is in its shadow run.")]
    [InlineData(Standing.Disabled, "The tenant is disabled; an operator has to enable it.")]
    public async Task What_is_released_while_nothing_is_sent_waits_for_that_and_not_for_the_guard(
        Standing standing,
        string reason
    )
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _queueing });
        var people = new List<string>();
        foreach (var name in (string[])["ada", "bob", "carl"])
            people.Add(await NewAsync(gateway, name));
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "false");
        Assert.Equal("Held", gateway.State(people[2]));
        await StopAsync(gateway, standing);

        await gateway.Holds.ReleaseAsync([Assert.Single(gateway.Holds.List()).Id]);

        var link = await LinkAsync(gateway, people[2]);
        Assert.Equal(("pending", reason), ((string?)link["state"], (string?)link["reason"]));
        await gateway.ChangeAsync(standing == Standing.Shadow ? _live : _enabled);
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("carl@corp.example"))));
        Assert.Null((await LinkAsync(gateway, people[2]))["reason"]);
    }

    [Fact]
    public async Task Who_comes_into_scope_in_a_shadow_run_waits_for_its_end_and_not_for_a_rule()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _queueing });
        await gateway.ChangeAsync(
            new TenantChange.OtherRules([new Rule { Name = "crew", Filter = "title eq \"crew\"" }])
        );
        var ada = await NewAsync(gateway, "ada");
        Assert.Equal("Blocked", gateway.State(ada));
        await gateway.Connection.BeginShadowAsync();

        await gateway.ChangeAsync(new TenantChange.OtherRules([], LastRule.Everybody));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(ada) == "Pending"));

        Assert.Equal("The tenant is in its shadow run.", (string?)(await LinkAsync(gateway, ada))["reason"]);
    }

    [Fact]
    public async Task Only_the_newest_preview_counts_and_only_for_an_hour()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        await gateway.Connection.BeginShadowAsync();
        await NewAsync(gateway, "ada");
        var first = await gateway.Changes.PreviewAsync(_live);
        clock.Advance(TimeSpan.FromMinutes(1));
        var second = await gateway.Changes.PreviewAsync(_live);
        await Assert.ThrowsAsync<NotReadyException>(() => gateway.Changes.ConfirmAsync(first.Id));

        clock.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<NotReadyException>(() => gateway.Changes.ConfirmAsync(second.Id));
        Assert.Empty(await gateway.CallsAsync());
        await gateway.ChangeAsync(_live);
        await gateway.QuietAsync();
        Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
    }

    [Theory]
    [InlineData(CannotWrite.Refuse, HttpStatusCode.ServiceUnavailable)]
    [InlineData(CannotWrite.Queue, HttpStatusCode.OK)]
    public async Task A_disabled_tenant_calls_Slack_no_more_and_its_writes_are_refused_or_taken_on(
        CannotWrite preference,
        HttpStatusCode expected
    )
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { WhileSlackCannotBeWritten = preference } }
        );
        var id = await NewAsync(gateway, "ada");
        await gateway.CallsAsync();
        var before = await gateway.Changes.PreviewAsync(_enabled);
        await gateway.Connection.DisableAsync();

        Assert.Equal(expected, await PatchAsync(gateway, id, "title", "\"Countess\""));
        await gateway.RestartCountingAsync();
        Assert.Equal(expected, await PatchAsync(gateway, id, "title", "\"Enchantress\""));
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
        Assert.Empty(await gateway.CallsAsync());
        Assert.Equal(preference == CannotWrite.Queue ? 1 : 0, gateway.Notices.List(Gateway.Tenant).Count);

        if (preference == CannotWrite.Queue)
        {
            // What was looked at before it was disabled says nothing of what came since.
            await Assert.ThrowsAsync<NotReadyException>(() => gateway.Changes.ConfirmAsync(before.Id));
            await gateway.ChangeAsync(_enabled);
            await gateway.QuietAsync();
            // This process has not asked before whose the token is.
            Assert.Equal(
                ["POST /api/auth.test", "PATCH /Users/{id}"],
                gateway.Slack.Calls.Last.Select(c => c.Operation)
            );
        }
        else
        {
            await gateway.ChangeAsync(_enabled);
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Enchantress\""));
        }
        Assert.Equal("Enchantress", (string?)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["title"]);
    }

    [Fact]
    public async Task A_call_that_is_under_way_has_its_outcome_before_the_tenant_counts_as_disabled_and_the_next_is_not_made()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _queueing });
        var (ada, bob) = (await NewAsync(gateway, "ada"), await NewAsync(gateway, "bob"));
        await gateway.CallsAsync();
        var (called, calling) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Called, called.Task);
        var first = PatchAsync(gateway, ada, "title", "\"Countess\"");
        await gateway.Life.ReachedAsync(Step.Called);
        gateway.Life.HoldAt(Step.Calling, calling.Task);
        var second = PatchAsync(gateway, bob, "title", "\"Baron\"");
        await gateway.Life.ReachedAsync(Step.Calling, 2);

        var disabling = gateway.Connection.DisableAsync();
        Assert.False(disabling.IsCompleted);
        calling.SetResult();
        called.SetResult();
        await disabling;

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await Task.WhenAll(first, second));
        Assert.Equal("Settled", gateway.State(ada));
        Assert.Equal("Pending", gateway.State(bob));
        Assert.Equal(new Dictionary<string, int> { ["PATCH /Users/{id}"] = 1 }, await CallsAsync(gateway));
    }

    [Fact]
    public async Task Only_a_valid_connection_can_be_enabled()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = new() });
        var id = await NewAsync(gateway, "ada");
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","status":401,"description":"token_revoked"}"""
        );
        await PatchAsync(gateway, id, "title", "\"Countess\"");
        await gateway.Connection.DisableAsync();

        var e = await Assert.ThrowsAsync<NotReadyException>(() => gateway.ChangeAsync(_enabled));
        Assert.Contains("token_revoked", e.Message, StringComparison.Ordinal);

        await using (var kept = gateway.Kept())
            await kept.Tenants.ExecuteUpdateAsync(tenant =>
                tenant
                    .SetProperty(one => one.Problem, (string?)null)
                    .SetProperty(one => one.OrganizationId, (string?)null)
            );
        await Assert.ThrowsAsync<NotReadyException>(() => gateway.ChangeAsync(_enabled));
        Assert.False(gateway.Connection.Read().Enabled);
    }

    private static Task StopAsync(Gateway gateway, Standing standing) =>
        standing == Standing.Shadow ? gateway.Connection.BeginShadowAsync() : gateway.Connection.DisableAsync();

    private static string Known(string name, string? externalId)
    {
        var user = JsonNode.Parse(User(name, $"{name}@corp.example"))!;
        if (externalId is not null)
            user["externalId"] = externalId;
        return user.ToJsonString();
    }

    private static async Task<string> NewAsync(Gateway gateway, string name)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User(name, $"{name}@corp.example"));
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    private static async Task<string> GroupAsync(Gateway gateway, string name, string member)
    {
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Groups",
            $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{{name}}","members":[{"value":"{{member}}"}]}
            """
        );
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    private static async Task<JsonNode> LinkAsync(Gateway gateway, string id)
    {
        const string Link = "urn:scimgateway:schemas:link:1.0";
        return (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}?attributes={Link}")).Body![Link]!;
    }

    private static string Of(Preview preview, string about) =>
        string.Join(
            ", ",
            preview.Outlooks[about].Select(count => $"{count.Key} {count.Value}").Order(StringComparer.Ordinal)
        );
}
