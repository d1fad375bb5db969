using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>
/// Leavers leave: what Slack refused of an account once counts against what was asked then, and not against the account
/// for good.
/// </summary>
public class OffboardingTests
{
    private static readonly TimeSpan _limit = new Setting().SlackTimeLimit;

    [Fact]
    public async Task A_token_that_loses_its_rank_for_a_while_keeps_nobody_in()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var people = await PeopleAsync(gateway, 5);
        await gateway.WeatherAsync(
            """{"method":"*","path":"/Users/{id}","times":0,"status":403,"description":"permission_denied"}"""
        );
        var answers = new List<HttpStatusCode>();
        foreach (var person in people)
            answers.Add(await PatchAsync(gateway, person, "active", "false"));

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], answers.Take(2));
        Assert.All(answers.Skip(2), answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer));
        Assert.DoesNotContain(people, person => gateway.State(person) == "Protected");
        Assert.NotNull(Problem(gateway));

        gateway.Slack.Faults.Clear();
        await WritableAgainAsync(gateway, clock, people[0], "active", "false");
        foreach (var person in people)
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, "active", "false"));
        Assert.All(await gateway.AccountsAsync("person"), account => Assert.False(Active(account)));
    }

    [Fact]
    public async Task Who_is_unlinked_while_an_operator_deactivates_the_user_is_said_to_be_left_in_Slack()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new() { DisableUsers = false } }
        );
        var ada = await UserAsync(gateway, "ada");
        await gateway.QuietAsync();
        LinkId link;
        using (var kept = gateway.Kept())
            link = kept.Of(ada).Id;
        using var free = new ManualResetEventSlim();
        var busy = gateway.Store.WriteAsync(
            _ =>
            {
                free.Wait(TestContext.Current.CancellationToken);
                return true;
            },
            CancellationToken.None
        );
        // Both wait to write; the operator's request has found the user linked.
        var unlinking = gateway.Home.Links.UnlinkAsync(link);
        var deactivating = gateway.Home.Offboarding.DeactivateAsync(
            ResourceId.Parse(ada)!.Value,
            gateway.Home.Preferences.Now,
            "an operator"
        );
        await gateway.Store.ReadAsync(_ => true, TestContext.Current.CancellationToken);

        free.Set();

        await busy;
        await unlinking;
        var said = await Assert.ThrowsAsync<NotReadyException>(() => deactivating);
        Assert.StartsWith("An operator unlinked the user", said.Message, StringComparison.Ordinal);
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
    }

    [Theory]
    [InlineData("title", "By Hand")]
    [InlineData("active", true)]
    public async Task What_somebody_changed_by_hand_is_told_when_a_leaver_is_hired_again(string field, object value)
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await UserAsync(gateway, "ada");
        await PatchAsync(gateway, ada, "title", "\"Countess\"");
        var slackId = SlackId(gateway, ada);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}");
        gateway.Slack.Workspace.ChangeUser(slackId, new JsonObject { [field] = JsonValue.Create(value) });

        var user = JsonNode.Parse(User("ada", "ada@corp.example"))!;
        (user["title"], user["active"]) = ("Countess", field != "active");
        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.Created, status);
        var account = Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
        Assert.Equal(("Countess", field != "active"), ((string?)account["title"], Active(account)));
    }

    [Fact]
    public async Task One_account_that_ranks_as_high_as_the_token_stops_nobody_else()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 3);
        for (var i = 0; i < 4; i++)
        {
            await gateway.WeatherAsync(
                """{"method":"PATCH","path":"/Users/{id}","status":403,"description":"permission_denied"}"""
            );
            Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, people[0], "title", $"\"Chief {i}\""));
        }

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[1], "title", "\"Pilot\""));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[0], "active", "false"));
        Assert.Null(Problem(gateway));
    }

    [Fact]
    public async Task Who_cannot_become_a_guest_gets_another_title_and_leaves_all_the_same()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = (await PeopleAsync(gateway, 1))[0];
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","description":"cannot_make_user_guest"}"""
        );

        var guest = await PatchAsync(
            gateway,
            id,
            "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User:type",
            "\"multi\""
        );

        Assert.Equal(HttpStatusCode.BadRequest, guest);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "active", "false"));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("person000"))));
    }

    [Fact]
    public async Task Whom_Slack_calls_an_owner_is_asked_for_again_before_a_deactivation_is_refused()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = (await PeopleAsync(gateway, 1))[0];
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"cannot_modify_owner"}""");
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        Assert.Equal("Protected", gateway.State(id));
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, id, "title", "\"Cook\""));

        await gateway.WeatherAsync("""{"path":"/Users/{id}","description":"cannot_modify_owner"}""");
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, id, "active", "false"));
        Assert.Equal("Protected", gateway.State(id));

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "active", "false"));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("person000"))));
        Assert.Equal("Settled", gateway.State(id));
    }

    [Fact]
    public async Task Whom_Slack_called_an_owner_an_import_sets_free()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = (await PeopleAsync(gateway, 1))[0];
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"cannot_modify_owner"}""");
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, id, "title", "\"Pilot\""));

        await gateway.ImportAsync();
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Cook\""));
        Assert.Equal("Cook", (string?)Assert.Single(await gateway.AccountsAsync("person000"))["title"]);
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_leaver_goes_by_the_other_call_when_Slack_is_too_busy_for_the_own_one(string leave)
    {
        await using var gateway = await Gateway.StartAsync();
        var id = (await PeopleAsync(gateway, 1))[0];
        await gateway.WeatherAsync(
            $$"""{"method":"{{leave}}","path":"/Users/{id}","status":429,"retryAfter":3600,"times":0}"""
        );

        var left =
            leave == "PATCH"
                ? await PatchAsync(gateway, id, "active", "false")
                : (await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status;

        Assert.Equal(leave == "PATCH" ? HttpStatusCode.OK : HttpStatusCode.NoContent, left);
        await Gateway.UntilAsync(async () => !Active(Assert.Single(await gateway.AccountsAsync("person000"))));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_leaver_does_not_wait_as_long_as_a_change_that_Slack_was_too_busy_for(string leave)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var id = (await PeopleAsync(gateway, 1))[0];
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","status":429,"retryAfter":3600}""");
        var changing = PatchAsync(gateway, id, "title", "\"Pilot\"");
        await gateway.Life.ReachedAsync(Step.Recorded, times: 2);
        gateway.GiveUp();
        Assert.Equal(HttpStatusCode.OK, await changing);

        var leaving =
            leave == "PATCH"
                ? PatchAsync(gateway, id, "active", "false")
                : Task.FromResult((await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status);
        await Gateway.UntilAsync(async () => !Active(Assert.Single(await gateway.AccountsAsync("person000"))));
        gateway.GiveUp();

        Assert.Equal(leave == "PATCH" ? HttpStatusCode.OK : HttpStatusCode.NoContent, await leaving);
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_leaver_waits_until_what_was_lost_has_landed_and_not_until_it_would_be_tried_again(string leave)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var id = (await PeopleAsync(gateway, 1))[0];
        await LoseAsync(gateway, clock, () => PatchAsync(gateway, id, "title", "\"Pilot\""));
        clock.Advance(TimeSpan.FromSeconds(1));

        var leaving =
            leave == "PATCH"
                ? PatchAsync(gateway, id, "active", "false")
                : AnswerAsync(gateway.SendAsync(HttpMethod.Delete, $"Users/{id}"));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.NextDue() - clock.GetUtcNow() < _limit));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("person000"))));
        clock.Advance(_limit - TimeSpan.FromSeconds(1));

        await Gateway.UntilAsync(async () =>
        {
            // An alarm that is set only now has missed the time, and rings by a later one: the clock stands still.
            gateway.Home.Executor.Due.ConsiderAll();
            return !Active(Assert.Single(await gateway.AccountsAsync("person000")));
        });
        Assert.Equal(leave == "PATCH" ? HttpStatusCode.OK : HttpStatusCode.NoContent, await leaving);
    }

    [Theory]
    [InlineData("linkedToChannels")]
    [InlineData("automatic")]
    public async Task What_Slack_refuses_of_one_group_is_that_and_no_more(string mark)
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var id = await GroupAsync(gateway, "Crew", people[0]);
        var other = await GroupAsync(gateway, "Sailors", people[0]);
        await MarkAsync(gateway, id, mark, true);

        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{id}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await PatchGroupAsync(gateway, other, Add(people[1]))).Item1);
        Assert.Null(Problem(gateway));

        await MarkAsync(gateway, id, mark, false);
        Assert.Equal(HttpStatusCode.NoContent, (await PatchGroupAsync(gateway, id, Add(people[1]))).Item1);
        await gateway.QuietAsync();
        Assert.Equal(["person000", "person001"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{id}")).Status);
        Assert.Equal(["Sailors"], (await GroupsAsync(gateway)).Select(group => (string?)group["displayName"]));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("e1", "e1")]
    public async Task Who_was_erased_in_Slack_is_made_again(string? before, string? after)
    {
        await using var gateway = await Gateway.StartAsync();
        var made = await gateway.SendAsync(HttpMethod.Post, "Users", Named("ada", Address, before));
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{made.Body!["id"]}");
        await EraseAsync(gateway);

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Named("ada", Address, after));

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("Settled", gateway.State((string)body!["id"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Theory]
    [InlineData("e1", "ada")]
    [InlineData("e2", "ada")]
    [InlineData("e1", "ada.king")]
    public async Task Who_is_hired_again_and_whose_account_Slack_no_longer_knows_gets_another_one_at_once(
        string externalId,
        string name
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var made = await gateway.SendAsync(HttpMethod.Post, "Users", Named("ada", Address, "e1"));
        var former = SlackId(gateway, (string)made.Body!["id"]!);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{made.Body!["id"]}");
        gateway.Slack.Workspace.RemoveUser(former);

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Named(name, Address, externalId));
        if (externalId != "e1") // it may be another person's account
        {
            await gateway.Holds.ReleaseAsync([Assert.Single(gateway.Holds.List()).Id]);
            await gateway.QuietAsync();
        }
        else
            Assert.Equal(HttpStatusCode.Created, status);

        Assert.Equal("Settled", gateway.State((string)body!["id"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.NotEqual(former, SlackId(gateway, (string)body["id"]!));
        // Its next leave and return are as anybody's.
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{body["id"]}");
        await gateway.SendAsync(HttpMethod.Post, "Users", Named(name, Address, externalId));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Fact]
    public async Task Who_asks_for_an_account_that_Slack_has_no_more_since_the_import_gets_another_one_at_once()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            slack.Workspace.MakeUser(Account("U1", "ada", Address))
        );
        gateway.Slack.Workspace.RemoveUser("U1");

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User());

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("Settled", gateway.State((string)body!["id"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Fact]
    public async Task Whose_account_Slack_no_longer_knows_gets_another_one_with_the_same_write_and_stays_in_the_groups()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await GroupAsync(gateway, "Crew", id);
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, id));

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        await gateway.QuietAsync();

        Assert.Equal("Pilot", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
        Assert.Single(await InSlackAsync(gateway, "Crew"));
        Assert.Equal("Settled", gateway.State(id));
    }

    [Fact]
    public async Task A_leaver_whose_account_Slack_no_longer_knows_gets_none()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, id));

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "active", "false"));
        await gateway.QuietAsync();

        Assert.Empty(await gateway.AccountsAsync(Address));
    }

    [Fact]
    public async Task The_address_of_who_was_erased_in_Slack_is_anybodys_once_an_import_has_seen_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var made = await gateway.SendAsync(HttpMethod.Post, "Users", Named("ada", Address, "e1"));
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{made.Body!["id"]}");
        await EraseAsync(gateway);
        await gateway.ImportAsync();

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Named("ida", Address, "e2"));

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("Settled", gateway.State((string)body!["id"]!));
    }

    [Fact]
    public async Task A_user_who_was_erased_in_Slack_is_made_again_with_the_next_write_and_stays_in_the_groups()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await GroupAsync(gateway, "Crew", id);
        await EraseAsync(gateway);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        await gateway.QuietAsync();

        Assert.Equal("Pilot", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
        Assert.Single(await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [InlineData("PATCH", RemoveAction.Disable, "")]
    [InlineData("DELETE", RemoveAction.Disable, "")]
    [InlineData("DELETE", RemoveAction.Delete, "")]
    [InlineData("PATCH", RemoveAction.Disable, ",\"body\":\"cut\"")]
    [InlineData("DELETE", RemoveAction.Delete, ",\"body\":\"cut\"")]
    public async Task A_200_that_does_not_show_the_leaver_gone_lets_nobody_stay(
        string says,
        RemoveAction remove,
        string body
    )
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                Preferences = new() { RemoveAction = remove },
            }
        );
        var id = (await PeopleAsync(gateway, 1))[0];
        await gateway.WeatherAsync($$"""{"path":"/Users/{id}","status":200{{body}}}""");

        var leaving = says == "PATCH" ? PatchAsync(gateway, id, "active", "false") : DeleteAsync();
        await gateway.Life.ReachedAsync(Step.Recorded, times: 2);
        gateway.GiveUp();
        Assert.True((int)await leaving < 300);
        Assert.Contains(
            gateway.Links(new LinkQuery()),
            link => link.Link.State == LinkState.Pending || link.Link.State == LinkState.Unknown
        );

        await Gateway.UntilAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return !Active(Assert.Single(await gateway.AccountsAsync("person000")));
        });

        async Task<HttpStatusCode> DeleteAsync() => (await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status;
    }

    [Theory]
    [InlineData("""{"path":"*","times":0,"status":403,"body":"garbage"}""")]
    [InlineData("""{"path":"*","times":0,"status":302}""")]
    public async Task A_proxy_that_answers_in_Slacks_place_is_trouble_of_the_connection_and_told_of(string answer)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var people = await PeopleAsync(gateway, 4);
        await gateway.WeatherAsync(answer);

        var answers = await Task.WhenAll(people.Take(3).Select(one => PatchAsync(gateway, one, "title", "\"Pilot\"")));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        Assert.Contains(
            "cannot be reached: something between the gateway and Slack",
            Problem(gateway),
            StringComparison.Ordinal
        );
        await gateway.CallsAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PatchAsync(gateway, people[3], "title", "\"Pilot\""));
        Assert.Empty(await gateway.CallsAsync());

        gateway.Slack.Faults.Clear();
        await WritableAgainAsync(gateway, clock, people[3], "title", "\"Pilot\"");
    }

    // The gateway writes down first that Slack can be written, and takes the next write a moment later.
    private static async Task WritableAgainAsync(
        Gateway gateway,
        ManualClock clock,
        string person,
        string attribute,
        string value
    )
    {
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(Problem(gateway) is null);
        });
        await Gateway.UntilAsync(async () => await PatchAsync(gateway, person, attribute, value) == HttpStatusCode.OK);
    }

    private static string? Problem(Gateway gateway)
    {
        using var kept = gateway.Kept();
        return kept.Tenants.Single(tenant => tenant.Id == Gateway.Tenant).Problem;
    }

    private static string Named(string name, string address, string? externalId) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{name}}","emails":[{"value":"{{address}}","primary":true}]
             {{(externalId is null ? "" : $",\"externalId\":\"{externalId}\"")}}}
            """;

    private static async Task MarkAsync(Gateway gateway, string group, string mark, bool isSo) =>
        await gateway.Control.PutAsync(
            $"groups/{SlackId(gateway, group)}",
            new StringContent(new JsonObject { [mark] = isSo }.ToJsonString())
        );

    // What Slack does for who wants to be forgotten: the address is nobody's any more.
    private static async Task EraseAsync(Gateway gateway)
    {
        var account = Assert.Single(await gateway.AccountsAsync(Address));
        (
            await gateway.Control.PutAsync(
                $"users/{account["id"]}",
                new StringContent(
                    """{"erased":true,"active":false,"emails":[{"value":"erased@deleted.example","primary":true}],"userName":"erased0"}"""
                )
            )
        ).EnsureSuccessStatusCode();
    }

    // Slack fails until the pause between two tries is as long as it gets; it is well again then.
    private static async Task LoseAsync(Gateway gateway, ManualClock clock, Func<Task<HttpStatusCode>> change)
    {
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","times":0,"status":503,"description":"internal_error"}"""
        );
        var changing = change(); // not before Slack fails, or it may be done by then
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(gateway.NextDue() - clock.GetUtcNow() > TimeSpan.FromSeconds(45));
        });
        gateway.Slack.Faults.Clear();
        gateway.GiveUp();
        Assert.Equal(HttpStatusCode.OK, await changing);
    }

    private static async Task<HttpStatusCode> AnswerAsync(
        Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)> sent
    ) => (await sent).Status;
}
