using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Meeting;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Consequences;

/// <summary>Somebody new who may be another person than the one who had the account.</summary>
[Trait("speed", "slow")]
public class AnotherPersonTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Dismissed_as_another_person_the_account_of_the_deleted_one_is_told_nothing()
    {
        await using var gateway = await StartAsync(Lenient);
        var john = await MakeAsync(gateway, "jsmith", "john@x.example", "e1");
        await DeleteAsync(gateway, john);
        var jane = await MakeAsync(gateway, "jsmith", "jane@x.example", "e2");
        Assert.Equal("Held", gateway.State(jane));
        var slack = SlackId(gateway, jane);
        var before = await RawAsync(gateway, slack);
        await gateway.CallsAsync();

        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal(before, await RawAsync(gateway, slack));
        Assert.Empty(await gateway.CallsAsync());
    }

    [Fact]
    public async Task A_leaver_let_in_by_hand_while_another_person_is_held_on_the_account_is_told_when_that_is_dismissed()
    {
        await using var gateway = await StartAsync(Lenient with { Drift = DriftHandling.Report });
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        gateway.Slack.Workspace.ChangeUser(SlackId(gateway, second), new JsonObject { ["active"] = true });
        await gateway.ImportAsync();

        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_account_that_another_person_is_held_on_and_that_is_gone_is_nothing_to_decide_about(
        bool isGone
    )
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = _clock, Preferences = Lenient with { Drift = DriftHandling.Report } }
        );
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        var former = SlackId(gateway, second);
        if (isGone)
            gateway.Slack.Workspace.RemoveUser(former);
        _clock.Advance(TimeSpan.FromMinutes(2));

        await gateway.ImportAsync();
        await gateway.QuietAsync();

        Assert.Equal(isGone ? 0 : 1, gateway.Holds.List().Count);
        var there = Assert.Single(await gateway.AccountsAsync("ada@x.example"));
        Assert.Equal((isGone, isGone), ((string?)there["id"] != former, Active(there)));
        Assert.Equal(isGone ? "Settled" : "Held", gateway.State(second));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_never_had_an_account_is_nobody_whose_account_another_one_could_take(bool isWithAddress)
    {
        await using var gateway = await StartAsync(Lenient with { UserSlackCannotHold = Unholdable.Keep });
        var first = JsonNode.Parse(User("ada", "ada@x.example"))!.AsObject();
        (first["active"], first["externalId"]) = (!isWithAddress, "e1");
        if (!isWithAddress)
            first.Remove("emails");
        var made = await gateway.SendAsync(HttpMethod.Post, "Users", first.ToJsonString());
        await DeleteAsync(gateway, (string)made.Body!["id"]!);

        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State(second));
        var there = Assert.Single(await gateway.AccountsAsync("ada@x.example"));
        Assert.Equal(("ada", true), ((string?)there["userName"], Active(there)));
    }

    [Fact]
    public async Task Dismissed_as_another_person_the_new_user_has_an_account_once_Slack_has_freed_the_address()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = _clock, Preferences = Lenient });
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        var former = SlackId(gateway, second);
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        await PatchAsync(gateway, second, "title", "\"Countess\"");
        await gateway.QuietAsync();
        using (var kept = gateway.Kept())
            Assert.Contains("an administrator of Slack", kept.Of(second).Reason!.Remedy, StringComparison.Ordinal);

        gateway.Slack.Workspace.ChangeUser(
            former,
            new JsonObject
            {
                ["userName"] = "ada.former",
                ["emails"] = new JsonArray(new JsonObject { ["value"] = "former@x.example", ["primary"] = true }),
            }
        );
        for (var look = 0; look < 2; look++)
        {
            _clock.Advance(TimeSpan.FromMinutes(2));
            await gateway.ImportAsync();
            await gateway.QuietAsync();
        }

        Assert.Equal("Settled", gateway.State(second));
        Assert.NotEqual(former, (string?)Assert.Single(await gateway.AccountsAsync("ada@x.example"))["id"]);
    }

    [Fact]
    public async Task Dismissed_as_another_person_off_and_on_does_not_give_the_account()
    {
        await using var gateway = await StartAsync(Lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        Assert.Equal("Held", gateway.State(second));
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        await PatchAsync(gateway, second, "active", "false");
        await PatchAsync(gateway, second, "active", "true");
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
    }

    [Fact]
    public async Task Dismissed_as_another_person_another_title_and_address_do_not_give_the_account()
    {
        await using var gateway = await StartAsync(Lenient);
        var john = await MakeAsync(gateway, "jsmith", "john@x.example", "e1");
        var slack = SlackId(gateway, john);
        await DeleteAsync(gateway, john);
        var jane = await MakeAsync(gateway, "jsmith", "jane@x.example", "e2");
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        await PatchAsync(gateway, jane, "title", "\"Pilot\"");
        await AddressAsync(gateway, jane, "jane.smith@x.example");
        await gateway.QuietAsync();

        var raw = await RawAsync(gateway, slack);
        Assert.Contains("john@x.example", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("jane", raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada", "ada@x.example")]
    [InlineData("ada", "other@x.example")]
    [InlineData("augusta", "ada@x.example")]
    public async Task Dismissed_as_another_person_the_same_words_ask_no_operator_again(string name, string address)
    {
        await using var gateway = await StartAsync(Lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, name, address, "e2");
        Assert.Equal("Held", gateway.State(second));
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        await PatchAsync(gateway, second, "title", "\"Pilot\"");
        await PatchAsync(gateway, second, "active", "false");
        await PatchAsync(gateway, second, "active", "true");
        await gateway.QuietAsync();

        Assert.Empty(gateway.Holds.List());
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        // Other words are a new question.
        await PatchAsync(gateway, second, "externalId", "\"e3\"");
        await gateway.QuietAsync();
        Assert.Equal(address == "ada@x.example" ? 1 : 0, gateway.Holds.List().Count);
    }

    // The leaver's provider had given him another address, which Slack was never told.
    [Theory]
    [InlineData("frozen", null)]
    [InlineData("frozen", "2")]
    [InlineData("left out", null)]
    [InlineData("dismissed", null)]
    [InlineData("frozen, waits", null)]
    public async Task Who_asks_for_an_address_that_a_leaver_had_given_up_may_be_another_person(
        string why,
        string? externalId
    )
    {
        var preferences = why switch
        {
            "left out" => Skipping,
            "dismissed" => Lenient with { GuardedAddresses = 1 },
            _ => Lenient,
        };
        await using var gateway = await StartAsync(preferences);
        var ben = await PostAsync(gateway, With(User("ben", "ben@c.example"), "title", "C"));
        var slack = SlackId(gateway, ben);
        if (why.StartsWith("frozen", StringComparison.Ordinal))
            await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("E")]));
        if (why == "left out")
            await gateway.ChangeAsync(
                new TenantChange.OtherPreferences(preferences with { UpdateUsers = false, DisableUsers = false })
            );
        if (why == "dismissed")
            await AddressAsync(gateway, await MakeAsync(gateway, "ida", "ida@c.example"), "ida.k@c.example");
        await PatchAsync(gateway, ben, "userName", "\"ben.m\"");
        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, ben, "ben.m@c.example"));
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal("ben@c.example", Primary(await RawUserAsync(gateway, ben)));

        var benjamin = With(User("benjamin", "ben@c.example"), "title", "E");
        if (externalId is not null)
            benjamin = With(benjamin, "externalId", externalId);
        var waits = why.EndsWith("waits", StringComparison.Ordinal) ? await PostAsync(gateway, benjamin) : null;
        await DeleteAsync(gateway, ben);
        await gateway.QuietAsync();
        var joiner = waits ?? await PostAsync(gateway, benjamin);
        await gateway.QuietAsync();

        Assert.Equal(("Held", slack), (gateway.State(joiner), SlackId(gateway, joiner)));
        Assert.Equal(ReasonCode.AnotherPerson, Assert.Single(gateway.Holds.List()).Reason.Code);
        Assert.False(Active(await RawUserAsync(gateway, joiner)));
    }

    [Fact]
    public async Task Who_comes_back_by_an_address_given_up_is_the_same_by_the_externalId()
    {
        await using var gateway = await StartAsync(Skipping);
        var ben = await MakeAsync(gateway, "ben", "ben@c.example", "1");
        var slack = SlackId(gateway, ben);
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(Skipping with { UpdateUsers = false, DisableUsers = false })
        );
        await AddressAsync(gateway, ben, "ben.m@c.example");
        await DeleteAsync(gateway, ben);
        await gateway.QuietAsync();

        var back = await MakeAsync(gateway, "ben", "ben@c.example", "1");
        await gateway.QuietAsync();

        Assert.Equal(("Settled", slack), (gateway.State(back), SlackId(gateway, back)));
        Assert.True(Active(await RawUserAsync(gateway, back)));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    public async Task Dismissed_as_another_person_it_is_so_by_user_names_too(string method)
    {
        await using var gateway = await StartAsync(ByName);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "other@x.example", "e2");
        Assert.Equal("Held", gateway.State(second));
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        await PatchAsync(gateway, second, "title", "\"Pilot\"");
        if (method == "PATCH")
            await PatchAsync(gateway, second, "userName", "\"ADA\"");
        await gateway.QuietAsync();

        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task A_preference_that_left_another_person_out_and_lets_in_again_asks_an_operator()
    {
        await using var gateway = await StartAsync(Skipping);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(Skipping with { CreateUsers = false }));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.QuietAsync();

        await gateway.ChangeAsync(new TenantChange.OtherPreferences(Skipping, ReleasesLeftOut: true));
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
    }

    [Fact]
    public async Task A_preference_that_left_another_person_out_and_a_PATCH_asks_an_operator()
    {
        await using var gateway = await StartAsync(Skipping);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(Skipping with { CreateUsers = false }));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(Skipping));
        await gateway.QuietAsync();

        await PatchAsync(gateway, second, "title", "\"Pilot\"");
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
    }

    [Fact]
    public async Task Another_person_out_of_scope_who_comes_into_scope_asks_an_operator()
    {
        await using var gateway = await StartAsync(Lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.QuietAsync();

        await PatchAsync(gateway, second, "title", "\"crew\"");
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
    }

    [Fact]
    public async Task Another_person_out_of_scope_whom_a_rule_admits_asks_an_operator()
    {
        await using var gateway = await StartAsync(Lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.QuietAsync();

        await gateway.ChangeAsync(new TenantChange.OtherRules([], LastRule.Everybody));
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
    }

    [Fact]
    public async Task Another_person_who_is_held_and_a_rule_that_freezes_and_admits_again_stays_an_operators()
    {
        await using var gateway = await StartAsync(Lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        Assert.Equal("Held", gateway.State(second));

        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();
        await gateway.ChangeAsync(new TenantChange.OtherRules([], LastRule.Everybody));
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
    }

    [Fact]
    public async Task Another_person_who_is_held_stays_so_over_resync_restart_import_and_transfer()
    {
        await using var gateway = await StartAsync(Lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");

        await gateway.Home.Resync.AllAsync();
        await gateway.RestartAsync();
        await gateway.ImportAsync();
        await gateway.Home.OnDemand.ProvisionAsync(new(Guid.Parse(second)), Lenient);
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
        Assert.Single(gateway.Holds.List());
    }

    [Fact]
    public async Task Another_person_who_is_held_and_renamed_away_from_the_address_gets_an_account_of_his_own_or_stays_held()
    {
        await using var gateway = await StartAsync(Lenient);
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var slack = SlackId(gateway, first);
        await DeleteAsync(gateway, first);
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await AddressAsync(gateway, second, "ida@x.example");
        await PatchAsync(gateway, second, "userName", "\"ida\"");
        await gateway.QuietAsync();

        var raw = await RawAsync(gateway, slack);
        Assert.DoesNotContain("ida@", raw, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "\"active\":true",
            raw.Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("ada@x.example")]
    [InlineData("ada.king@x.example")]
    public async Task The_first_person_has_the_account_again_when_others_who_were_held_on_it_are_gone(string address)
    {
        await using var gateway = await StartAsync(Lenient);
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var slack = SlackId(gateway, first);
        await DeleteAsync(gateway, first);
        foreach (var externalId in (string[])["e2", "e3"])
        {
            var other = await MakeAsync(gateway, "ada", "ada@x.example", externalId);
            Assert.Equal("Held", gateway.State(other));
            await DeleteAsync(gateway, other);
            await gateway.QuietAsync();
            Assert.Empty(gateway.Holds.List());
            Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        }

        var back = await MakeAsync(gateway, "ada", address, "e1");
        await gateway.QuietAsync();

        Assert.Equal(("Settled", slack), (gateway.State(back), SlackId(gateway, back)));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(address))));
    }

    [Fact]
    public async Task Who_was_held_as_another_person_and_deleted_is_asked_about_when_he_comes_again()
    {
        await using var gateway = await StartAsync(Lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e2"));
        await gateway.QuietAsync(); // the account is the deleted user's again

        var again = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.QuietAsync();

        Assert.Equal("Held", gateway.State(again));
        Assert.Single(gateway.Holds.List());
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
    }

    [Fact]
    public async Task A_leaver_let_in_by_hand_while_another_person_is_held_on_the_account_is_reported_and_told_when_that_one_is_deleted()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = _clock, Preferences = Lenient with { Drift = DriftHandling.Report } }
        );
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        gateway.Slack.Workspace.ChangeUser(SlackId(gateway, second), new JsonObject { ["active"] = true });
        for (var looks = 0; looks < 2; looks++)
        {
            _clock.Advance(TimeSpan.FromMinutes(2));
            await gateway.ImportAsync();
        }
        Assert.Contains("changed in Slack: Active", gateway.OwnDoings());
        Assert.Equal("Held", gateway.State(second));

        await DeleteAsync(gateway, second);
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
    }

    [Fact]
    public async Task Disabled_tenant_queues_a_leaver_who_comes_back_as_another()
    {
        var queue = Lenient with { WhileSlackCannotBeWritten = CannotWrite.Queue };
        await using var gateway = await StartAsync(queue);
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await gateway.Connection.DisableAsync();
        await gateway.CallsAsync();
        await DeleteAsync(gateway, ada);
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            With(User("ada", "ada@x.example"), "externalId", "e2")
        );
        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: false));
        await gateway.QuietAsync();
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal(1, (await CallsAsync(gateway)).Values.Sum());
        Assert.NotNull(body);
    }

    [Fact]
    public async Task A_held_one_whom_an_operator_takes_to_another_source_goes_on_there()
    {
        const string other = "token-of-the-other-source";
        await using var gateway = await Gateway.StartAsync(new Setting { OtherToken = other });
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await DeleteAsync(gateway, ada);
        using var client = gateway.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", other);
        var response = await client.PostAsync(
            "Users",
            new StringContent(
                With(User("ada", "ada.king@x.example"), "externalId", "e9"),
                System.Text.Encoding.UTF8,
                "application/scim+json"
            )
        );
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var made = (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!;
        Assert.Equal("Held", gateway.State(made));
        // the first source asks again for its user: 409, as another has the name
        Assert.Equal(
            HttpStatusCode.Conflict,
            (
                await gateway.SendAsync(
                    HttpMethod.Post,
                    "Users",
                    With(User("ada", "ada@x.example"), "externalId", "e1")
                )
            ).Status
        );
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, made, "active", "false"));
        await ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada.king@x.example"))));
    }

    [Fact]
    public async Task Who_waited_is_another_person_is_dismissed_and_the_account_is_told_nothing()
    {
        await using var gateway = await StartAsync(Lenient);
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var slack = SlackId(gateway, first);
        var second = await MakeAsync(gateway, "augusta", "ada@x.example", "e2");
        await DeleteAsync(gateway, first);
        await gateway.QuietAsync();
        Assert.Equal("Held", gateway.State(second));
        var before = await RawAsync(gateway, slack);
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal(before, await RawAsync(gateway, slack));
    }

    [Fact]
    public async Task Who_was_dismissed_as_another_person_can_get_an_account_of_his_own_with_another_address()
    {
        await using var gateway = await StartAsync(Lenient);
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var slack = SlackId(gateway, first);
        await DeleteAsync(gateway, first);
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await DismissAllAsync(gateway);
        await DeleteAsync(gateway, second);
        var third = await MakeAsync(gateway, "ida", "ida@x.example", "e2");
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(third));
        Assert.NotEqual(slack, SlackId(gateway, third));
        Assert.DoesNotContain("ida@", await RawAsync(gateway, slack), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_erased_while_held_as_another_persons_is_let_go_of_and_made_anew_on_release()
    {
        await using var gateway = await StartAsync(Lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await EraseAsync(gateway, "ada@x.example");
        await gateway.ImportAsync();
        await ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.True(gateway.State(second) == "Settled", Why(gateway, second));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
    }

    [Fact]
    public async Task Dismissed_as_another_person_an_account_that_was_left_in_is_told_nothing_of_the_new_one()
    {
        await using var gateway = await StartAsync(Skipping with { DeprovisionUsers = false });
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var slack = SlackId(gateway, first);
        await DeleteAsync(gateway, first);
        var user = JsonNode.Parse(With(User("ada", "ada@x.example"), "externalId", "e2"))!.AsObject();
        user["title"] = "Impostor";
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("Held", gateway.State((string)body!["id"]!));
        var before = await RawAsync(gateway, slack);
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal(before, await RawAsync(gateway, slack));
    }

    [Fact]
    public async Task Who_is_held_as_another_person_is_in_no_group_by_the_account_of_the_first()
    {
        await using var gateway = await StartAsync(Skipping with { DeprovisionUsers = false });
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        Assert.Equal("Held", gateway.State(second));
        await GroupAsync(gateway, "Crew", second);
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Another_person_in_a_shadow_run_stays_an_operators_when_it_ends()
    {
        await using var gateway = await StartAsync(Lenient);
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await DeleteAsync(gateway, first);
        await gateway.Connection.BeginShadowAsync();
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: true));
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.True(gateway.State(second) == "Held", Why(gateway, second));
    }

    [Fact]
    public async Task Held_as_another_person_by_another_source_and_transferred_is_the_same()
    {
        await using var gateway = await StartAsync(Lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        var other = await gateway.HandOverAsync(second);
        await gateway.ChangeAsync(new TenantChange.Transfer(other, 1));
        await gateway.QuietAsync();
        Assert.Equal("Held", gateway.State(second));
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(Lenient with { Drift = DriftHandling.Restore }, ReleasesLeftOut: true)
        );
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(ByName));
        await gateway.QuietAsync();
        Assert.Equal("Held", gateway.State(second));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
    }

    [Fact]
    public async Task Who_is_dismissed_as_another_person_does_not_come_into_groups_or_leave_those_of_the_first()
    {
        await using var gateway = await StartAsync(Lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        var crew = await GroupAsync(gateway, "Crew", second);
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Crew"));
        await gateway.CallsAsync();
        await gateway.SendAsync(HttpMethod.Put, $"Groups/{crew}", Group("Crew", second));
        await gateway.QuietAsync();
        Assert.Empty(await gateway.CallsAsync());
    }

    [Fact]
    public async Task Namesake_out_of_scope_who_comes_into_scope_does_not_get_the_account_of_the_first()
    {
        await using var gateway = await StartAsync(Lenient);
        var john = await MakeAsync(gateway, "jsmith", "john@x.example");
        var slack = SlackId(gateway, john);
        await DeleteAsync(gateway, john);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var jane = await MakeAsync(gateway, "jsmith", "jane@x.example");
        await PatchAsync(gateway, jane, "title", "\"crew\"");
        await gateway.QuietAsync();
        var raw = JsonNode.Parse(await RawAsync(gateway, slack))!.AsObject();
        Assert.True(
            !Active(raw) && Primary(raw) == "john@x.example",
            $"{raw["active"]} {Primary(raw)} {Why(gateway, jane)}"
        );
    }

    [Fact]
    public async Task While_another_person_is_held_the_first_stays_in_the_groups_of_before()
    {
        await using var gateway = await StartAsync(Skipping with { DeprovisionUsers = false });
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var crew = await GroupAsync(gateway, "Crew", first, await MakeAsync(gateway, "bob", "bob@x.example"));
        await DeleteAsync(gateway, first);
        await gateway.QuietAsync();
        Assert.Equal(2, (await InSlackAsync(gateway, "Crew")).Count);
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        Assert.Equal("Held", gateway.State(second));
        await MembersAsync(gateway, crew, Rename("Band"));
        await gateway.QuietAsync();
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Band"));
    }

    private static async Task<string> PostAsync(Gateway gateway, string user)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user);
        Assert.True(status == HttpStatusCode.Created, body?.ToJsonString());
        return (string)body!["id"]!;
    }
}
