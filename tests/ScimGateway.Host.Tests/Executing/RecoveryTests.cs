using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// The process dies at each step of each write, and another goes on with its store: what was acknowledged is there,
/// what was written down arrives, and Slack gets nothing twice.
/// </summary>
public class RecoveryTests
{
    private const string Other = "ada@home.example";

    // Short, so that what Slack may still do is soon over.
    private static readonly Setting _hasty = new() { SlackTimeLimit = TimeSpan.FromMilliseconds(500) };

    // Long enough for a call to land after the next process has started.
    private static readonly Setting _slow = new() { SlackTimeLimit = TimeSpan.FromSeconds(3) };

    public enum Writing
    {
        Create,
        Change,
        Rename,
        Disable,
        Enable,
        Delete,
        Return,
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
        var id = writing == Writing.Create ? null : await CreateAsync(gateway);
        if (writing == Writing.Enable)
            await PatchAsync(gateway, id!, "active", "false");
        if (writing == Writing.Return)
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");
        await gateway.CallsAsync();

        var calls = await gateway.DieAtAsync(step, () => WriteAsync(gateway, writing, id));

        var searches = await gateway.SearchesAsync();
        foreach (var (call, times) in await gateway.CallsAsync())
            calls[call] = (int)times! + ((int?)calls[call] ?? 0);
        if (step == Step.WritingDown)
        {
            await AssertBeforeAsync(gateway, writing, id);
            Assert.DoesNotContain(
                calls,
                call => call.Key is "POST /Users" or "PATCH /Users/{id}" or "DELETE /Users/{id}"
            );
            return;
        }
        await AssertAfterAsync(gateway, writing, id);
        // A create is made once, whatever happens; all else may be told twice, where nobody knows whether it was.
        Assert.Equal(writing == Writing.Create ? 1 : 0, (int?)calls["POST /Users"] ?? 0);
        Assert.InRange(
            (int?)calls["PATCH /Users/{id}"] ?? 0,
            writing == Writing.Create ? 0 : 1,
            writing == Writing.Create ? 0 : 2
        );
        if (step == Step.Called && writing == Writing.Create)
            Assert.Equal(1, searches); // it was asked for
    }

    private static Task<(HttpStatusCode, JsonObject?, HttpResponseMessage)> WriteAsync(
        Gateway gateway,
        Writing writing,
        string? id
    ) =>
        writing switch
        {
            Writing.Create or Writing.Return => gateway.SendAsync(HttpMethod.Post, "Users", User()),
            Writing.Change => gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\"")),
            Writing.Rename => gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("emails", Emails(Other))),
            Writing.Disable => gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("active", "false")),
            Writing.Enable => gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("active", "true")),
            _ => gateway.SendAsync(HttpMethod.Delete, $"Users/{id}"),
        };

    private static async Task AssertBeforeAsync(Gateway gateway, Writing writing, string? id)
    {
        if (writing is Writing.Create or Writing.Return)
            Assert.Equal(0, await TotalAsync(gateway));
        else
        {
            var (status, user, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Null(user!["title"]);
            Assert.Equal(Address, (string?)user["emails"]![0]!["value"]);
            Assert.Equal(writing != Writing.Enable, (bool)user["active"]!);
        }
    }

    private static async Task AssertAfterAsync(Gateway gateway, Writing writing, string? id)
    {
        Assert.Equal(writing == Writing.Delete ? 0 : 1, await TotalAsync(gateway));
        Assert.Empty(await gateway.AccountsAsync(writing == Writing.Rename ? Address : Other));
        var account = Assert.Single(await gateway.AccountsAsync(writing == Writing.Rename ? Other : Address));
        Assert.Equal(writing is not (Writing.Disable or Writing.Delete), Active(account));
        Assert.Equal(writing == Writing.Change ? "Countess" : "", (string?)account["title"] ?? "");
        if (writing == Writing.Delete)
            Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_create_that_lands_after_its_process_has_died_is_waited_for_and_found()
    {
        // Longer than another process takes to start on a busy machine: else it asks only when the create has landed.
        await using var gateway = await Gateway.StartAsync(_slow with { SlackTimeLimit = TimeSpan.FromSeconds(6) });
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","delayMs":5000}""");
        var answer = gateway.SendAsync(HttpMethod.Post, "Users", User());
        await Gateway.UntilAsync(async () => await gateway.CameAsync("POST /Users") == 1);

        gateway.Life.End();
        Assert.Empty(await gateway.AccountsAsync(Address)); // before another process starts, which takes its time
        await gateway.CrashAsync();
        Assert.False(answer.IsCompletedSuccessfully);
        await gateway.QuietAsync();

        Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal(0, await gateway.CameAsync("POST /Users")); // none by the new process
        Assert.Equal(1, await gateway.SearchesAsync());
    }

    [Fact]
    public async Task Who_got_the_second_address_in_Slack_meanwhile_is_not_taken_for_whom_the_create_made()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var dead = gateway.Life.DieAt(Step.Calling);
        _ = gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","title":"Countess",
             "emails":[{"value":"{{Address}}","primary":true},{"value":"{{Other}}"}]}
            """
        );
        await dead;
        gateway.Slack.Workspace.MakeUser(Account("UGRACE", "grace", Other));

        await gateway.CrashAsync(imports: false);
        await gateway.QuietAsync();

        var grace = Assert.Single(await gateway.AccountsAsync(Other));
        Assert.Equal(("UGRACE", Other), ((string?)grace["id"], (string?)grace["emails"]![0]!["value"]));
        Assert.Equal("", (string?)grace["title"] ?? "");
    }

    [Fact]
    public async Task A_create_that_never_left_does_not_take_whose_second_address_it_is()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var dead = gateway.Life.DieAt(Step.Calling);
        _ = gateway.SendAsync(HttpMethod.Post, "Users", User());
        await dead;
        gateway.Slack.Workspace.MakeUser(Account("UGRACE", "ada", "grace@corp.example", Address)); // the same name

        await gateway.CrashAsync(imports: false);
        await gateway.QuietAsync();

        Assert.Null(Assert.Single(gateway.Links(new LinkQuery()), one => one.Name == "ada").Link.SlackId);
        Assert.Equal(0, await gateway.CameAsync("PATCH /Users/{id}"));
    }

    [Fact]
    public async Task Whose_account_stood_in_the_way_of_a_create_is_nobodys_after_a_crash()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        gateway.Slack.Workspace.MakeUser(Account("UHAND", "ada", Address)); // by hand, just now
        await gateway.WeatherAsync(
            """{"method":"GET","status":401,"description":"invalid_authentication","times":1}"""
        );
        var (refused, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused);

        await gateway.CrashAsync();
        await gateway.QuietAsync();

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_change_that_lands_after_its_process_has_died_does_not_undo_a_later_one()
    {
        await using var gateway = await Gateway.StartAsync(_slow);
        var id = await CreateAsync(gateway);
        await gateway.KnobAsync("lock.enabled", "false");
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","delayMs":2000}""");
        var answer = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""));
        await Gateway.UntilAsync(async () => await gateway.CameAsync("PATCH /Users/{id}") == 1);

        var crashed = TimeProvider.System.GetUtcNow();
        await gateway.CrashAsync();
        Assert.False(answer.IsCompletedSuccessfully);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Admiral\""));
        await gateway.QuietAsync();
        await gateway.LandedAsync("PATCH /Users/{id}", crashed);

        Assert.Equal("Admiral", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_change_that_lands_after_its_answer_was_given_up_does_not_undo_a_later_one()
    {
        await using var gateway = await Gateway.StartAsync(_slow with { SlackTimeLimit = TimeSpan.FromSeconds(1.5) });
        var id = await CreateAsync(gateway);
        await gateway.KnobAsync("lock.enabled", "false");
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","delayMs":2400}""");
        await AcceptedAsync(gateway, id, "title", "\"Countess\"");
        await Gateway.UntilAsync(async () => await gateway.CameAsync("PATCH /Users/{id}") == 1);
        var accepted = TimeProvider.System.GetUtcNow();

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Admiral\""));
        await gateway.QuietAsync();
        await gateway.LandedAsync("PATCH /Users/{id}", accepted);

        Assert.Equal("Admiral", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
        Assert.Equal(2, await gateway.CameAsync("PATCH /Users/{id}"));
    }

    [Theory]
    [InlineData(Step.Calling)]
    [InlineData(Step.Called)]
    public async Task A_wish_that_is_turned_back_after_a_crash_is_told_to_Slack_again(Step step)
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var id = await CreateAsync(gateway);
        await PatchAsync(gateway, id, "title", "\"Countess\"");
        var dead = gateway.Life.DieAt(step);
        _ = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Admiral\""));
        await dead;
        await gateway.CrashAsync();

        // What is wanted is what was delivered before: only that it is unknown now makes it be sent.
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Countess\""));
        await gateway.QuietAsync();

        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_wish_that_is_turned_back_in_a_shadow_run_after_a_crash_is_told_to_Slack_again()
    {
        await using var gateway = await Gateway.StartAsync(_slow);
        var id = await CreateAsync(gateway);
        await PatchAsync(gateway, id, "title", "\"Countess\"");
        var dead = gateway.Life.DieAt(Step.Called);
        _ = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Admiral\""));
        await dead;
        await gateway.CrashAsync();
        await gateway.Connection.BeginShadowAsync();

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Countess\""));
        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: true));
        await gateway.QuietAsync();

        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whoever_has_the_second_address_the_account_that_a_crash_left_is_found_by_the_first()
    {
        await using var gateway = await Gateway.StartAsync(_slow);
        var dead = gateway.Life.DieAt(Step.Called);
        _ = gateway.SendAsync(HttpMethod.Post, "Users", User());
        await dead;
        gateway.Slack.Workspace.MakeUser(Account("UGRACE", "grace", Other));
        await gateway.CrashAsync(imports: false);
        var (_, listed, _) = await gateway.SendAsync(HttpMethod.Get, "Users?filter=userName eq \"ada\"");
        var id = (string)listed!["Resources"]![0]!["id"]!;

        var answer = PatchAsync(
            gateway,
            id,
            "emails",
            $$"""[{"value":"{{Address}}","type":"work","primary":true},{"value":"{{Other}}","type":"home"}]"""
        );
        // Slack is not asked before the call of the dead process can land no more.
        while (!answer.IsCompleted)
            await GiveUpAsync(gateway, answer);
        Assert.Equal(HttpStatusCode.OK, await answer);
        await gateway.QuietAsync();

        Assert.Equal(
            (string?)Assert.Single(await gateway.AccountsAsync(Address))["id"],
            GroupRequests.SlackId(gateway, id)
        );
    }

    [Fact]
    public async Task A_wish_that_is_turned_back_while_its_answer_is_being_lost_is_told_to_Slack_again()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var id = await CreateAsync(gateway);
        await PatchAsync(gateway, id, "title", "\"Countess\"");
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","drop":"after","delayMs":200}""");
        await AcceptedAsync(gateway, id, "title", "\"Admiral\"");

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Countess\""));
        await gateway.QuietAsync();

        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    public async Task What_was_planned_at_a_write_down_is_not_sent_once_another_call_for_the_account_has_ended()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var (record, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Life.HoldAt(Step.Called, record.Task);
        gateway.Life.Watch();
        var creating = gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","emails":{{Emails(Address)}}}"""
        );
        await gateway.Life.ReachedAsync(Step.Called);
        gateway.GiveUp();
        var id = (string?)(await creating).Body!["id"];

        // Slack has made the account, and nobody knows: the next write is planned as a create, too.
        gateway.Life.HoldAt(Step.Called, record.Task, (Step.WrittenDown, go.Task));
        gateway.Life.Watch();
        var changing = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""));
        await gateway.Life.ReachedAsync(Step.WrittenDown);
        record.SetResult();
        await gateway.QuietAsync();
        go.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await changing).Status);
        await gateway.QuietAsync();
        Assert.Equal(1, (int)(await gateway.CallsAsync())["POST /Users"]!);
        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    public async Task What_was_acknowledged_before_Slack_refused_it_is_never_taken_back()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(RefusedTitle);
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Called, go.Task);

        await AcceptedAsync(gateway, id, "title", "\"Countess\"");
        go.SetResult();
        await gateway.QuietAsync();

        Assert.Equal("failed", gateway.Operations()[^1].Outcome);
        Assert.Equal("Countess", await TitleAsync(gateway, id));
    }

    [Fact]
    public async Task A_refusal_that_was_recorded_first_is_the_answer_though_the_request_waits_no_longer()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(RefusedTitle);
        var (accept, tell) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Life.HoldAt(Step.Accepting, accept.Task, (Step.Recorded, tell.Task));
        gateway.Life.Watch();
        var answer = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""));
        await gateway.Life.ReachedAsync(Step.Recorded);

        gateway.GiveUp();
        await gateway.Life.ReachedAsync(Step.Accepting);
        accept.SetResult();
        Assert.Equal(HttpStatusCode.BadRequest, (await answer).Status);
        tell.SetResult();

        await gateway.QuietAsync();
        Assert.Null(await TitleAsync(gateway, id));
    }

    [Fact]
    public async Task What_Slack_refuses_after_a_crash_is_not_taken_back_since_nobody_can_be_told()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(RefusedTitle);
        var dead = gateway.Life.DieAt(Step.Calling);
        var answer = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""));
        await dead;

        await gateway.CrashAsync();
        await gateway.QuietAsync();

        Assert.False(answer.IsCompletedSuccessfully);
        Assert.Equal("failed", gateway.Operations()[^1].Outcome);
        Assert.Equal("Countess", await TitleAsync(gateway, id));
    }

    [Fact]
    public async Task A_refusal_to_a_home_that_another_has_replaced_counts_for_nothing_and_is_told_to_nobody()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(RefusedTitle);
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Called, go.Task);
        gateway.Life.Watch();
        var answer = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""));
        await gateway.Life.ReachedAsync(Step.Called);

        var another = new HomeStore(gateway.Store, Gateway.Tenant);
        await another.TakeAsync(session => Recovery.TakeOver(session, Gateway.Tenant, new Instant(0)));
        go.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await answer).Status); // the other one has taken it on
        Assert.Equal("Countess", await TitleAsync(gateway, id));
        Assert.Equal("accepted", gateway.Operations()[^1].Outcome);
    }

    [Fact]
    public async Task After_a_clean_stop_nothing_is_asked_for_and_nothing_waits()
    {
        await using var gateway = await Gateway.StartAsync(_slow);
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","status":429,"retryAfter":1}""");
        gateway.Life.Watch();
        var answer = gateway.SendAsync(HttpMethod.Post, "Users", User());
        await gateway.Life.ReachedAsync(Step.Recorded); // Slack did not take it, and it will be tried again
        gateway.GiveUp();
        Assert.Equal(HttpStatusCode.Created, (await answer).Status);
        await gateway.CallsAsync();

        await gateway.RestartCountingAsync();
        await gateway.QuietAsync();

        Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal(0, await gateway.SearchesAsync());
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_outcome_that_the_store_did_not_take_is_told_to_nobody_and_a_stop_after_that_is_no_clean_one()
    {
        await using var gateway = await Gateway.StartAsync(_slow);
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Called, go.Task);
        gateway.Life.Watch();
        var answer = gateway.SendAsync(HttpMethod.Post, "Users", User());
        await gateway.Life.ReachedAsync(Step.Called);
        await StoreTables.LoseAsync(gateway.Store, "operations"); // without which nothing is recorded
        LinkId link;
        await using (var kept = gateway.Kept())
            link = kept.Links.Single(one => one.SlackId == null).Id;
        var before = gateway.Home.Executor.Due.Stamp(link);
        go.SetResult();
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Home.Executor.Due.Stamp(link) != before));
        Assert.False(answer.IsCompleted, "an outcome was told that is not on the disk");
        await StoreTables.FindAsync(gateway.Store, "operations");
        gateway.GiveUp();
        Assert.Equal(HttpStatusCode.Created, (await answer).Status);
        // Who waited until then is written down as such, if it has not been recorded by now.
        Assert.Contains(gateway.Operations()[^1].Outcome, (string[])["accepted", "done"]);
        await gateway.CallsAsync();

        await gateway.RestartCountingAsync(imports: false);
        await gateway.QuietAsync();

        Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal(0, await gateway.CameAsync("POST /Users"));
        Assert.Equal(1, await gateway.SearchesAsync());
    }

    [Fact]
    public async Task A_crash_after_a_clean_stop_is_no_clean_stop()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await gateway.RestartAsync();
        var dead = gateway.Life.DieAt(Step.Called);
        var answer = gateway.SendAsync(HttpMethod.Post, "Users", User());
        await dead;

        await gateway.CrashAsync();
        await gateway.QuietAsync();

        Assert.False(answer.IsCompletedSuccessfully);
        Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal(0, await gateway.CameAsync("POST /Users"));
    }

    [Fact]
    public async Task A_refusal_of_an_older_wish_does_not_settle_the_newer_one()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await gateway.WeatherAsync(
            """{"method":"POST","path":"/Users","status":400,"description":"invalid_emoji_not_allowed"}"""
        );
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Called, go.Task);
        gateway.Life.Watch();
        var answer = gateway.SendAsync(HttpMethod.Post, "Users", User());
        await gateway.Life.ReachedAsync(Step.Called);
        gateway.GiveUp();
        var (status, user, _) = await answer;
        Assert.Equal(HttpStatusCode.Created, status);

        gateway.Life.Watch();
        var change = gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{(string)user!["id"]!}",
            Patch("title", "\"Countess\"")
        );
        await gateway.Life.ReachedAsync(Step.WrittenDown);
        go.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await change).Status);
        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    public async Task An_address_is_free_only_when_Slack_has_confirmed_it()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await gateway.SendAsync(HttpMethod.Post, "Users", User("grace", "grace@corp.example"));
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","drop":"before","delayMs":200}""");
        await AcceptedAsync(gateway, id, "emails", Emails(Other));

        // Nobody knows which of the two it has: a user who is made with the former one waits for it.
        await gateway.SendAsync(HttpMethod.Post, "Users", User("ada.two", Address));
        await gateway.QuietAsync();

        Assert.Equal("ada", (string?)Assert.Single(await gateway.AccountsAsync(Other))["userName"]);
        Assert.Equal("ada.two", (string?)Assert.Single(await gateway.AccountsAsync(Address))["userName"]);
    }

    [Theory]
    [InlineData(RemoveAction.Disable, 200, "before", Address, "Held")] // the leaver was not to have it any more
    [InlineData(RemoveAction.Disable, 200, "after", Other, "Settled")]
    [InlineData(RemoveAction.Delete, 204, "before", Address, "Held")] // 204 shows nobody
    [InlineData(RemoveAction.Delete, 204, "after", Other, "Settled")]
    public async Task The_address_of_a_leaver_whose_last_change_was_lost_stays_the_accounts_and_leads_back_to_it(
        RemoveAction by,
        int answer,
        string lost,
        string address,
        string state
    )
    {
        await using var gateway = await Gateway.StartAsync(
            _hasty with
            {
                Preferences = DemoTenant.Lenient with { RemoveAction = by },
            }
        );
        await gateway.KnobAsync("users.delete_status", answer);
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync($$"""{"method":"PATCH","path":"/Users/{id}","drop":"{{lost}}"}""");
        await AcceptedAsync(gateway, id, "emails", Emails(Other));
        // The deactivation settles the wish while it is not known which address Slack has.
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");
        await gateway.QuietAsync();
        await gateway.CallsAsync();

        // Known by the address that Slack has; the name is another.
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada.again", address));
        await gateway.QuietAsync();
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(state, gateway.State((string)body!["id"]!));
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(address))));
        Assert.Equal(0, await gateway.CameAsync("POST /Users"));
    }

    [Fact]
    public async Task Slack_never_has_two_calls_for_one_account_at_once()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var id = await CreateAsync(gateway);
        await gateway.KnobAsync("lock.hold_ms", 200);
        for (var i = 0; i < 3; i++)
            await AcceptedAsync(gateway, id, "title", $"\"Countess {i}\"");
        await gateway.QuietAsync();

        // It locks an account while it writes to it, and says so to whoever comes then.
        Assert.Equal(0, gateway.Slack.Calls.ByStatus.GetValueOrDefault(429));
        Assert.Equal("Countess 2", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    public async Task A_second_writer_waits_for_the_answer_to_the_first_so_that_a_refusal_takes_back_only_its_own()
    {
        var clock = new TurnClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = DemoTenant.Lenient with { WaitBudget = TurnClock.WaitBudget } }
        );
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(RefusedTitle);
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Called, go.Task);
        gateway.Life.Watch();
        var refused = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""));
        await gateway.Life.ReachedAsync(Step.Called);
        var other = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("nickName", "\"Ada\""));
        await clock.SomebodyWaits.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        go.SetResult();

        Assert.Equal(HttpStatusCode.BadRequest, (await refused).Status);
        var (status, user, _) = await other;
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("Ada", null), ((string?)user!["nickName"], (string?)user["title"]));
        Assert.Null(await TitleAsync(gateway, id));
    }

    [Fact]
    public async Task A_process_that_died_while_it_made_the_store_does_not_keep_the_next_one_out()
    {
        var data = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        var file = Path.Combine(data, "gateway.db");
        StoreTables.LeaveMigrationLock(file);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using (var store = await SqliteStore.OpenAsync(file, _ => false, limit.Token))
            Assert.Empty(new LinkReads(store).List(Gateway.Tenant, new LinkQuery { Kind = Kind.User }));

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Nobody_is_told_of_work_that_the_disk_did_not_take()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var write = StoreTables.FailAtTheCommitAsync(gateway.Store);
        var failure = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => write);
        Assert.Contains("foreign key constraint", failure.Message, StringComparison.OrdinalIgnoreCase);
        await CreateAsync(gateway); // and the next batch begins afresh
    }

    [Fact]
    public async Task What_is_committed_is_on_the_disk_and_not_with_the_system_alone()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        // SQLite's number for FULL
        Assert.Equal(TestStore.IsPostgres ? "on" : "2", await StoreTables.SynchronousAsync(gateway.Store));
    }

    /// <summary>
    /// Tells that a write waits for its turn. It does so for a little longer than any waits for Slack, since the one
    /// before it is answered first; nothing else waits just that long.
    /// </summary>
    private sealed class TurnClock : TimeProvider
    {
        public static readonly TimeSpan WaitBudget = TimeSpan.FromSeconds(20);

        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task SomebodyWaits => _waits.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > WaitBudget && dueTime <= WaitBudget + TimeSpan.FromSeconds(2))
                _waits.TrySetResult();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private const string RefusedTitle =
        """{"method":"PATCH","path":"/Users/{id}","status":400,"description":"invalid_emoji_not_allowed"}""";

    // A change that is answered while its call to Slack is under way.
    private static async Task AcceptedAsync(Gateway gateway, string id, string path, string value)
    {
        gateway.Life.Watch();
        var answer = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch(path, value));
        await gateway.Life.ReachedAsync(Step.WrittenDown);
        while (!answer.IsCompleted)
        {
            await gateway.Life.ReachedAsync(Step.Calling);
            await GiveUpAsync(gateway, answer);
        }
        Assert.Equal(HttpStatusCode.OK, (await answer).Status);
    }

    // Nobody waits for Slack any more, and the request may be answered.
    private static async Task GiveUpAsync(Gateway gateway, Task answer)
    {
        gateway.GiveUp();
        await Task.WhenAny(
            answer,
            Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None)
        );
    }

    private static async Task<string?> TitleAsync(Gateway gateway, string id) =>
        (string?)(await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!["title"];

    private static string Emails(string address) => $$"""[{"value":"{{address}}","type":"work","primary":true}]""";
}
