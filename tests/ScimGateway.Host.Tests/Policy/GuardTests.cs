using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Policy;

/// <summary>
/// A provider that has gone wrong changes accounts and sign-in addresses: what is beyond the limits of an hour is held,
/// everything else goes on.
/// </summary>
public class GuardTests
{
    private static readonly Preferences _guarded = new() { GuardedAccounts = 3 };

    [Fact]
    public async Task When_a_filter_goes_wrong_and_many_disappear_only_the_excess_is_held()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _guarded });
        var people = await PeopleAsync(gateway, 8);

        foreach (var person in people)
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, "active", "false"));

        Assert.Equal(5, await ActiveAsync(gateway));
        Assert.Equal(5, gateway.Holds.List().Count);
        Assert.Equal("Held", gateway.State(people[^1]));

        // What is no deactivation goes on, also of others.
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[0], "title", "\"Countess\""));
        Assert.Equal(
            HttpStatusCode.Created,
            (await gateway.SendAsync(HttpMethod.Post, "Users", User("new", "new@corp.example"))).Status
        );

        // The provider tries again, and deletes: nothing changes at Slack.
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[^1], "active", "false"));
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await gateway.SendAsync(HttpMethod.Delete, $"Users/{people[^2]}")).Status
        );
        Assert.Equal(6, await ActiveAsync(gateway));
    }

    // Accounts that no import has shown yet were turned by the dozen, as nothing was known to count.
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Accounts_that_are_found_and_turned_are_counted_as_well(bool isActive, bool isImported)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _guarded with { ProvisionDisabledUsers = !isImported } }
        );
        for (var i = 0; i < 6; i++)
        {
            var account = Account($"U9{i}", $"p{i}", $"p{i}@corp.example");
            account["active"] = isActive;
            gateway.Slack.Workspace.MakeUser(account);
        }

        for (var i = 0; i < 6; i++)
        {
            var user = User($"p{i}", $"p{i}@corp.example");
            if (isActive)
                user = user.Replace("\"active\":true", "\"active\":false", StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Created, (await gateway.SendAsync(HttpMethod.Post, "Users", user)).Status);
        }
        if (isImported)
            await gateway.ImportAsync();
        await gateway.QuietAsync();

        Assert.Equal(3, await ActiveAsync(gateway));
        Assert.All(gateway.Holds.List(), hold => Assert.Equal(ReasonCode.GuardAccounts, hold.Reason.Code));
        Assert.Equal(3, gateway.Holds.List().Count);
        await Meeting.ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal(isActive ? 0 : 6, await ActiveAsync(gateway));
    }

    [Fact]
    public async Task A_guest_whose_end_is_set_to_have_come_counts_as_deactivated()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedAccounts = 1 } }
        );
        var people = await PeopleAsync(gateway, 2);
        foreach (var person in people)
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, $"{Guest}:type", "\"multi\""));

        foreach (var person in people)
            Assert.Equal(
                HttpStatusCode.OK,
                await PatchAsync(gateway, person, $"{Guest}:expiration", "\"2026-01-31T00:00:00Z\"")
            );

        Assert.Equal(ReasonCode.GuardAccounts, Assert.Single(gateway.Holds.List()).Reason.Code);
        await gateway.ImportAsync(); // the emulator ends a guest when somebody looks
        Assert.Equal(1, await ActiveAsync(gateway));
        await Meeting.ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        await gateway.ImportAsync();
        Assert.Equal(0, await ActiveAsync(gateway));
    }

    [Fact]
    public async Task A_guest_whose_end_comes_before_anybody_notices_counts_as_deactivated()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedAccounts = 1 } }
        );
        var soon = TimeProvider
            .System.GetUtcNow()
            .AddHours(1)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var people = await PeopleAsync(gateway, 3);
        foreach (var person in people)
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, $"{Guest}:type", "\"multi\""));

        foreach (var person in people)
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, $"{Guest}:expiration", $"\"{soon}\""));

        Assert.Equal(2, gateway.Holds.List().Count(hold => hold.Reason.Code == ReasonCode.GuardAccounts));
    }

    [Theory]
    [InlineData("the provider changes the title")]
    [InlineData("the provider says all of it again")]
    [InlineData("an import")]
    [InlineData("other rules")]
    [InlineData("left out is let in")]
    public async Task A_guests_end_that_is_held_is_told_by_nothing_but_its_release_and_not_once_it_is_dismissed(
        string what
    )
    {
        var preferences = new Preferences { GuardedAccounts = 1 };
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = preferences });
        var people = await PeopleAsync(gateway, 2);
        foreach (var person in people)
        {
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, $"{Guest}:type", "\"multi\""));
            Assert.Equal(
                HttpStatusCode.OK,
                await PatchAsync(gateway, person, $"{Guest}:expiration", "\"2026-01-31T00:00:00Z\"")
            );
        }
        var held = people.Single(person => gateway.State(person) == "Held");

        await DoAsync();

        await gateway.ImportAsync(); // the emulator ends a guest when somebody looks
        Assert.Equal(("Held", 1), (gateway.State(held), await ActiveAsync(gateway)));
        var hold = Assert.Single(gateway.Holds.List());
        await gateway.Holds.DismissAsync([hold.Id]);
        await gateway.QuietAsync();
        for (var times = 0; times < 2; times++)
        {
            await gateway.ImportAsync();
            Assert.Equal(("Blocked", 1), (gateway.State(held), await ActiveAsync(gateway)));
            Assert.Empty(gateway.Holds.List());
            await DoAsync();
        }

        await gateway.Home.Links.ReopenAsync(hold.LinkId);
        var again = Assert.Single(gateway.Holds.List());
        Assert.Equal(("Held", ReasonCode.Reopened), (gateway.State(held), again.Reason.Code));
        await gateway.Holds.ReleaseAsync([again.Id]);
        await gateway.QuietAsync();
        await gateway.ImportAsync();
        Assert.Equal(0, await ActiveAsync(gateway));

        async Task DoAsync()
        {
            switch (what)
            {
                case "the provider changes the title":
                    var title = $"\"{Guid.NewGuid()}\"";
                    Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, held, "title", title));
                    break;
                case "the provider says all of it again":
                    var (_, shown, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{held}");
                    await gateway.SendAsync(HttpMethod.Put, $"Users/{held}", shown!.ToJsonString());
                    break;
                case "an import":
                    await gateway.ImportAsync();
                    break;
                case "other rules":
                    await gateway.ChangeAsync(
                        new TenantChange.OtherRules([
                            new Rule { Name = "All", Filter = $"not (title eq \"{Guid.NewGuid()}\")" },
                        ])
                    );
                    break;
                default:
                    await gateway.ChangeAsync(new TenantChange.OtherPreferences(preferences, ReleasesLeftOut: true));
                    break;
            }
            await gateway.QuietAsync();
        }
    }

    [Theory]
    [InlineData("disabled and enabled")]
    [InlineData("disabled and enabled, a member before")]
    [InlineData("put out in Slack, and said again")]
    [InlineData("disabled and enabled after another end")]
    [InlineData("put out in Slack, and another end is said")]
    public async Task Who_comes_back_after_an_end_was_dismissed_comes_back_as_the_guest_whom_the_provider_wants(
        string how
    )
    {
        const string Later = "\"2031-01-31T00:00:00Z\"";
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedAccounts = 1 } }
        );
        var soon = TimeProvider
            .System.GetUtcNow()
            .AddHours(6)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var people = await PeopleAsync(gateway, 2);
        foreach (var person in people)
        {
            if (!how.Contains("member", StringComparison.Ordinal))
                Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, $"{Guest}:type", "\"multi\""));
            var guest = $$"""{"type":"multi","expiration":"{{soon}}"}""";
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, Guest, guest));
        }
        var held = people.Single(person => gateway.State(person) == "Held");
        await gateway.Holds.DismissAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(new Preferences()));
        await gateway.QuietAsync();
        Assert.Equal((true, false), await SeenAsync());
        if (how.Contains("after another end", StringComparison.Ordinal))
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, held, $"{Guest}:expiration", Later));

        if (how.Contains("Slack", StringComparison.Ordinal))
        {
            var account = await AccountAsync();
            account["active"] = false;
            (await gateway.Control.PutAsJsonAsync($"users/{account["id"]}", account)).EnsureSuccessStatusCode();
            await gateway.ImportAsync();
        }
        else
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, held, "active", "false"));
        await gateway.QuietAsync();
        Assert.False((await SeenAsync()).Active);
        if (how.Contains("is said", StringComparison.Ordinal))
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, held, $"{Guest}:expiration", Later));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, held, "active", "true"));
        await gateway.QuietAsync();

        Assert.Equal((true, true), await SeenAsync());
        Assert.Equal("Settled", gateway.State(held));

        async Task<(bool Active, bool Ends)> SeenAsync()
        {
            var account = await AccountAsync();
            return (Active(account), account["guest"]?["expiration"] is not null);
        }

        async Task<JsonObject> AccountAsync() =>
            (await gateway.AccountsAsync("@corp.example")).Single(one => (string?)one["id"] == SlackId(gateway, held));
    }

    [Theory]
    [InlineData("unclaimed")]
    [InlineData("deleted before")]
    public async Task Whoever_gets_an_account_as_a_guest_whose_time_is_over_counts_as_deactivated(string account)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedAccounts = 2 } }
        );
        var people = await PeopleAsync(gateway, 2);
        if (account == "unclaimed")
        {
            foreach (var name in (string[])["ada", "bob", "cyd"])
                gateway.Slack.Workspace.MakeUser(Account($"U{name}", name, $"{name}@corp.example"));
            await gateway.ImportAsync();
        }
        else
            foreach (var name in (string[])["ada", "bob", "cyd"])
                await UserAsync(gateway, name);
        foreach (var person in people)
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, "active", "false"));
        if (account != "unclaimed")
            foreach (var user in (await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["Resources"]!.AsArray())
                if ((bool)user!["active"]!)
                    await gateway.SendAsync(HttpMethod.Delete, $"Users/{user["id"]}"); // held, and the account stays

        Assert.Equal(account == "unclaimed" ? 0 : 3, gateway.Holds.List().Count);
        foreach (var name in (string[])["ada", "bob", "cyd"])
        {
            var guest = JsonNode.Parse(User(name, $"{name}@corp.example"))!;
            guest[Guest] = new JsonObject { ["type"] = "multi", ["expiration"] = "2026-01-31T00:00:00Z" };
            var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", guest.ToJsonString());
            Assert.Equal(HttpStatusCode.Created, status);
        }
        await gateway.QuietAsync();
        await gateway.ImportAsync(); // the emulator ends a guest when somebody looks

        Assert.Equal(3, await ActiveAsync(gateway));
        Assert.Equal(3, gateway.Holds.List().Count);
    }

    [Theory]
    [InlineData(NotAllowed.Refuse, HttpStatusCode.Forbidden)]
    [InlineData(NotAllowed.Skip, HttpStatusCode.OK)]
    public async Task Where_nobody_may_be_deactivated_no_guest_ends_at_once(NotAllowed how, HttpStatusCode answered)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new Preferences { DisableUsers = false, WhenNotAllowed = how },
            }
        );
        var person = (await PeopleAsync(gateway, 1))[0];
        await PatchAsync(gateway, person, $"{Guest}:type", "\"multi\"");

        Assert.Equal(answered, await PatchAsync(gateway, person, $"{Guest}:expiration", "\"2026-01-31T00:00:00Z\""));

        Assert.Equal(1, await ActiveAsync(gateway));
        var isLeftOut = how == NotAllowed.Skip; // the account stays, which somebody has to know
        Assert.Equal(isLeftOut ? "Blocked" : "Settled", gateway.State(person));
        Assert.Equal(isLeftOut ? "blocked" : "refused", gateway.Operations()[^1].Outcome);
        Assert.Equal(
            HttpStatusCode.OK,
            await PatchAsync(gateway, person, $"{Guest}:expiration", "\"2999-01-31T00:00:00Z\"")
        );
        Assert.Equal(1, await ActiveAsync(gateway));
        Assert.Equal("Settled", gateway.State(person));
    }

    [Fact]
    public async Task Holds_survive_a_restart_and_are_released_or_dismissed()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _guarded });
        var people = await PeopleAsync(gateway, 6);
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "false");
        await gateway.RestartAsync();

        var holds = gateway.Holds.List();
        Assert.Equal(3, holds.Count);
        Assert.Equal(1, await gateway.Holds.ReleaseAsync([holds[0].Id]));
        await Gateway.UntilAsync(async () => await ActiveAsync(gateway) == 2);
        Assert.Equal(0, await gateway.Holds.ReleaseAsync([holds[0].Id]));

        // What is dismissed says so, and is an operator's again when the provider says again that the user leaves.
        await gateway.Holds.DismissAsync([holds[1].Id]);
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(people[4]) == "Blocked"));
        await PatchAsync(gateway, people[4], "title", "\"Pilot\"");
        Assert.Equal(2, await ActiveAsync(gateway));
        Assert.Single(gateway.Holds.List());
        await PatchAsync(gateway, people[4], "active", "false");
        Assert.Equal(2, await ActiveAsync(gateway));
        Assert.Equal(2, gateway.Holds.List().Count);

        // Who is wanted again after all is no more held.
        await PatchAsync(gateway, people[5], "active", "true");
        Assert.Equal("Settled", gateway.State(people[5]));
        Assert.Equal(people[4], await ClaimantOfOnlyHoldAsync(gateway));
    }

    [Fact]
    public async Task Reactivations_count_as_well_and_what_was_an_hour_ago_does_not()
    {
        var clock = new SlackEmulator.Tests.ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _guarded, Clock = clock });
        var people = await PeopleAsync(gateway, 4);
        foreach (var person in people[..3])
            await PatchAsync(gateway, person, "active", "false");
        // The same accounts again: each counts once.
        foreach (var person in people[..3])
            await PatchAsync(gateway, person, "active", "true");
        Assert.Empty(gateway.Holds.List());

        await PatchAsync(gateway, people[3], "active", "false");
        Assert.Single(gateway.Holds.List());

        clock.Advance(TimeSpan.FromMinutes(61));
        await PatchAsync(gateway, people[0], "active", "false");
        Assert.Single(gateway.Holds.List());
        Assert.Equal(3, await ActiveAsync(gateway));
    }

    [Fact]
    public async Task Sign_in_addresses_that_change_one_after_the_other_are_held_beyond_the_limit()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedAddresses = 2 } }
        );
        var people = await PeopleAsync(gateway, 6);

        foreach (var person in people)
            Assert.Equal(HttpStatusCode.OK, await ReaddressAsync(gateway, person, "other"));
        // The same accounts again: each counts once.
        Assert.Equal(HttpStatusCode.OK, await ReaddressAsync(gateway, people[0], "yet.another"));

        Assert.Equal(4, (await gateway.AccountsAsync("@corp.example")).Count);
        Assert.Equal(4, gateway.Holds.List().Count);

        // Neither another word nor leaving and coming back gets one past it, and a leaver leaves.
        await PatchAsync(gateway, people[2], "title", "\"Countess\"");
        Assert.Equal("Held", gateway.State(people[2]));
        await PatchAsync(gateway, people[2], "active", "false");
        Assert.Equal("Settled", gateway.State(people[2]));
        Assert.Equal(3, gateway.Holds.List().Count);
        // Who is wanted as Slack has him is held no longer.
        await PatchAsync(gateway, people[3], "emails", Work("person003@corp.example"));
        Assert.Equal("Settled", gateway.State(people[3]));

        // Released it goes on, dismissed it is left out until the provider wants yet another one.
        var holds = gateway.Holds.List();
        await gateway.Holds.ReleaseAsync([holds[0].Id]);
        await gateway.Holds.DismissAsync([holds[1].Id]);
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(people[5]) == "Blocked"));
        Assert.Single(gateway.Links(new LinkQuery { Reason = ReasonCode.Dismissed }));
        await PatchAsync(gateway, people[5], "emails", Work("other.5@elsewhere.example"));
        await PatchAsync(gateway, people[5], "title", "\"Countess\"");
        await gateway.QuietAsync();
        Assert.Empty(gateway.Holds.List());
        Assert.Equal(
            ["person002@corp.example", "person003@corp.example", "person005@corp.example"],
            (await gateway.AccountsAsync("@corp.example")).Select(user => (string?)user["emails"]![0]!["value"]).Order()
        );
        await PatchAsync(gateway, people[5], "emails", Work("third@elsewhere.example"));
        Assert.Equal("Held", gateway.State(people[5]));

        async Task<HttpStatusCode> ReaddressAsync(Gateway gateway, string person, string name) =>
            await PatchAsync(gateway, person, "emails", Work($"{name}.{people.IndexOf(person)}@elsewhere.example"));
        static string Work(string address) => $$"""[{"value":"{{address}}","type":"work","primary":true}]""";
    }

    [Fact]
    public async Task Who_comes_back_into_the_scope_with_another_address_is_held_beside_too_many_such_changes()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedAddresses = 1 } }
        );
        var people = await CrewAsync(gateway, 3);

        foreach (var person in people)
        {
            await PatchAsync(gateway, person, "title", "\"guest\"");
            await Meeting.AddressAsync(gateway, person, $"{person}@elsewhere.example");
            await PatchAsync(gateway, person, "title", "\"crew\"");
        }

        Assert.Equal(["Settled", "Held", "Held"], people.Select(gateway.State));
        Assert.Equal(2, (await gateway.AccountsAsync("@corp.example")).Count);
    }

    [Fact]
    public async Task Who_comes_back_into_the_scope_is_not_held_for_an_address_that_was_dismissed()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedAddresses = 1 } }
        );
        var people = await CrewAsync(gateway, 2);
        foreach (var person in people)
            await Meeting.AddressAsync(gateway, person, $"{person}@elsewhere.example");
        var dismissed = people.Single(person => gateway.State(person) == "Held");
        await gateway.Holds.DismissAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.QuietAsync();

        await PatchAsync(gateway, dismissed, "title", "\"guest\"");
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("@corp.example"))));
        await PatchAsync(gateway, dismissed, "title", "\"crew\"");
        await gateway.QuietAsync();

        Assert.Empty(gateway.Holds.List());
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("@corp.example"))));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task A_leaver_whose_sign_in_address_changes_with_it_is_counted_as_both(string method)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedAddresses = 2 } }
        );
        var people = await PeopleAsync(gateway, 4);

        for (var i = 0; i < 3; i++)
            await LeaveAsync(i);
        await gateway.QuietAsync();

        // All have left, and no more than two of them have another address.
        Assert.Equal(1, await ActiveAsync(gateway));
        Assert.Equal(
            ["person002@corp.example", "person003@corp.example"],
            (await gateway.AccountsAsync("@corp.example")).Select(user => (string?)user["emails"]![0]!["value"]).Order()
        );
        Assert.Empty(gateway.Holds.List());

        // What was left out is wanted again with the user, and an operator's.
        await PatchAsync(gateway, people[2], "title", "\"Countess\"");
        Assert.Empty(gateway.Holds.List());
        await PatchAsync(gateway, people[2], "active", "true");
        Assert.Equal("Held", gateway.State(people[2]));
        await gateway.Holds.ReleaseAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("other.2@elsewhere.example"))));

        async Task LeaveAsync(int i)
        {
            var document = JsonNode.Parse(User($"person{i:d3}", $"other.{i}@elsewhere.example"))!.AsObject();
            document["active"] = false;
            var change = PatchOf(
                """{"op":"replace","path":"active","value":false}""",
                $$"""{"op":"replace","path":"emails","value":[{"value":"other.{{i}}@elsewhere.example","primary":true}]}"""
            );
            var (status, _, _) = await gateway.SendAsync(
                new HttpMethod(method),
                $"Users/{people[i]}",
                method == "PUT" ? document.ToJsonString() : change
            );
            Assert.Equal(HttpStatusCode.OK, status);
        }
    }

    [Fact]
    public async Task Who_comes_back_with_another_sign_in_address_is_counted_as_both()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new Preferences { GuardedAccounts = 4, GuardedAddresses = 1 },
            }
        );
        var people = await PeopleAsync(gateway, 3);
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "false");
        for (var i = 0; i < 3; i++)
            await gateway.SendAsync(
                HttpMethod.Patch,
                $"Users/{people[i]}",
                PatchOf(
                    """{"op":"replace","path":"active","value":true}""",
                    $$"""{"op":"replace","path":"emails","value":[{"value":"other.{{i}}@elsewhere.example","primary":true}]}"""
                )
            );

        Assert.Equal(["Settled", "Held", "Held"], people.Select(gateway.State));
        Assert.Equal(2, gateway.Holds.List().Count);
    }

    [Fact]
    public async Task A_hold_for_something_else_hides_no_other_sign_in_address()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new Preferences { GuardedAccounts = 1, GuardedAddresses = 1 },
            }
        );
        var people = await PeopleAsync(gateway, 3);
        await PatchAsync(gateway, people[0], "active", "false");
        await PatchAsync(gateway, people[1], "emails", To("other.1@elsewhere.example"));
        await PatchAsync(gateway, people[2], "active", "false");
        await PatchAsync(gateway, people[2], "emails", To("other.2@elsewhere.example"));

        await PatchAsync(gateway, people[2], "active", "true");

        Assert.Equal("Held", gateway.State(people[2]));
        Assert.Single(await gateway.AccountsAsync("person002@corp.example"));

        static string To(string address) => $$"""[{"value":"{{address}}","primary":true}]""";
    }

    private static async Task<int> ActiveAsync(Gateway gateway) =>
        (await gateway.AccountsAsync("@corp.example")).Count(Active);

    // People whom a rule admits by their title.
    private static async Task<List<string>> CrewAsync(Gateway gateway, int count)
    {
        var people = await PeopleAsync(gateway, count);
        foreach (var person in people)
            await PatchAsync(gateway, person, "title", "\"crew\"");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Meeting.Titled("crew")]));
        return people;
    }

    private static Task<string> ClaimantOfOnlyHoldAsync(Gateway gateway)
    {
        using var kept = gateway.Kept();
        var hold = Assert.Single(gateway.Holds.List());
        return Task.FromResult($"{kept.Links.Single(link => link.Id == hold.LinkId).ClaimantId}");
    }
}
