using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Consequences;

/// <summary>Users who want each other's addresses: Slack lets nobody be without, so one of them steps aside.</summary>
public class ExchangeTests
{
    private static readonly Preferences _strict = DemoTenant.Lenient with { UserSlackCannotHold = Unholdable.Refuse };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(25)]
    public async Task Users_who_want_each_others_addresses_get_them(int many)
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, many);

        for (var i = 0; i < many; i++)
            Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, people[i], Address((i + 1) % many)));
        await gateway.QuietAsync();

        for (var i = 0; i < many; i++)
        {
            Assert.Equal("Settled", gateway.State(people[i]));
            Assert.Equal(Address((i + 1) % many), await AtSlackAsync(gateway, $"person{i}"));
        }
    }

    [Fact]
    public async Task Who_wants_the_primary_address_of_whom_wants_his_as_the_second_one_gets_it_over_nothing()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await AddressAsync(gateway, people[0], Address(0), "home@corp.example");

        await AddressAsync(gateway, people[0], Address(0), Address(1));
        await AddressAsync(gateway, people[1], "home@corp.example");
        await gateway.QuietAsync();

        Assert.All(people, person => Assert.Equal("Settled", gateway.State(person)));
        Assert.Equal("home@corp.example", await AtSlackAsync(gateway, "person1"));
    }

    [Fact]
    public async Task An_exchange_goes_on_where_a_process_that_died_left_it()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { SlackTimeLimit = TimeSpan.FromSeconds(1) });
        var people = await PeopleAsync(gateway, 2);
        await AddressAsync(gateway, people[0], Address(1));

        var dead = gateway.Life.DieAt(Step.Called);
        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, people[1], Address(0)));
        await dead;
        await gateway.CrashAsync();
        await gateway.QuietAsync();

        Assert.All(people, person => Assert.Equal("Settled", gateway.State(person)));
        Assert.Equal(Address(1), await AtSlackAsync(gateway, "person0"));
        Assert.Equal(Address(0), await AtSlackAsync(gateway, "person1"));
    }

    [Theory]
    [InlineData("active", "false", "Disabled")]
    [InlineData("title", "\"Countess\"", "Countess")]
    public async Task Who_waits_for_an_address_by_a_former_preference_may_leave_and_be_changed(
        string path,
        string value,
        string seen
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, people[0], Address(1)));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_strict));

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[0], path, value));
        await gateway.QuietAsync();

        var account = (await gateway.AccountsAsync(Address(0))).Single();
        Assert.Equal(seen, (bool)account["active"]! ? (string?)account["title"] : "Disabled");
        // Nobody else is given the address by that, and who asks for it again is refused as ever.
        Assert.Equal(
            HttpStatusCode.Conflict,
            await PatchAsync(gateway, people[1], "emails", $$"""[{"value":"{{Address(0)}}","primary":true}]""")
        );
    }

    [Fact]
    public async Task Who_has_no_address_by_a_former_preference_may_leave()
    {
        await using var gateway = await Gateway.StartAsync();
        var person = (await PeopleAsync(gateway, 1))[0];
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, "emails", "[]"));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_strict));

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, person, "active", "false"));
        await gateway.QuietAsync();

        Assert.False((bool)(await gateway.AccountsAsync(Address(0))).Single()["active"]!);
    }

    [Fact]
    public async Task Where_nobody_waits_for_an_address_the_exchange_is_refused_with_what_helps_and_that_does_it()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _strict });
        var people = await PeopleAsync(gateway, 2);

        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{people[0]}",
            Patch("emails", Emails(Address(1)))
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains(people[1], (string?)body!["detail"], StringComparison.Ordinal);
        Assert.Contains("an address that nobody has", (string?)body!["detail"], StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, people[0], "spare@corp.example"));
        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, people[1], Address(0)));
        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, people[0], Address(1)));

        Assert.Equal(Address(1), await AtSlackAsync(gateway, "person0"));
        Assert.Equal(Address(0), await AtSlackAsync(gateway, "person1"));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    public async Task Whoever_waits_for_an_exchange_of_which_Slack_refuses_one_goes_back_to_his_own_address(
        int many,
        int refused
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, many);
        await RefuseAsync(gateway, $"person{refused}", "bad_email_address", 1);

        for (var i = 0; i < many; i++)
            Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, people[i], Address((i + 1) % many)));
        await gateway.QuietAsync();

        for (var i = 0; i < many; i++)
        {
            Assert.Equal(Address(i), await AtSlackAsync(gateway, $"person{i}"));
            Assert.Equal(Address((i + 1) % many), await ShownAsync(gateway, people[i]));
            Assert.Equal(i == refused ? "Failed" : "Blocked", gateway.State(people[i]));
        }
        // What was in the way goes: each gets what it waits for.
        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, people[refused], "new@corp.example"));
        await gateway.QuietAsync();

        Assert.Equal("new@corp.example", await AtSlackAsync(gateway, $"person{refused}"));
        Assert.All(people, person => Assert.Equal("Settled", gateway.State(person)));
        for (var i = 0; i < many; i++)
            if (i != refused)
                Assert.Equal(Address((i + 1) % many), await AtSlackAsync(gateway, $"person{i}"));
    }

    [Fact]
    public async Task Whoever_stepped_aside_when_the_process_died_goes_back_if_Slack_refuses_another()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { SlackTimeLimit = TimeSpan.FromSeconds(1) });
        var people = await PeopleAsync(gateway, 3);
        await RefuseAsync(gateway, "person1", "bad_email_address", 1, times: 0);
        await AddressAsync(gateway, people[0], Address(1));
        await AddressAsync(gateway, people[1], Address(2));

        var dead = gateway.Life.DieAt(Step.Called);
        var last = AddressAsync(gateway, people[2], Address(0));
        await dead;
        await gateway.CrashAsync();
        await gateway.QuietAsync();

        await last.ContinueWith(_ => { }, TaskScheduler.Default); // answered, or cut off with the process
        for (var i = 0; i < 3; i++)
            Assert.Equal(Address(i), await AtSlackAsync(gateway, $"person{i}"));
        Assert.Equal(["Blocked", "Failed", "Blocked"], people.Select(gateway.State));
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Who_has_stepped_aside_for_somebody_who_wants_nothing_any_more_has_what_there_is(string method)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var people = await PeopleAsync(gateway, 2);
        await RefuseAsync(gateway, "person0", "internal_error", 1, times: 0, status: 503);
        await AddressAsync(gateway, people[0], Address(1));
        await AddressAsync(gateway, people[1], Address(0));
        await IsAsideAsync(gateway, "person1");

        gateway.Slack.Faults.Clear();
        Task answered =
            method == "PATCH"
                ? AddressAsync(gateway, people[0], Address(0))
                : gateway.SendAsync(HttpMethod.Delete, $"Users/{people[0]}");
        await InTimeAsync(gateway, clock);
        await answered;

        Assert.Equal(Address(1), await AtSlackAsync(gateway, "person1"));
        Assert.Equal("Blocked", gateway.State(people[1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Whom_Slack_denies_for_a_moment_as_the_exchange_ends_gets_no_second_account(int denied)
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await AddressAsync(gateway, people[0], Address(1));
        await DenyAsync(gateway, $"person{denied}", call: 2);

        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, people[1], Address(0)));
        await gateway.QuietAsync();

        await HaveExchangedAsync(gateway, people);
        foreach (var person in people)
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{person}");
        await gateway.QuietAsync();
        Assert.DoesNotContain(await gateway.AccountsAsync("person"), Active);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whom_Slack_denies_after_a_lost_answer_in_an_exchange_gets_no_second_account(int lost)
    {
        await using var gateway = await Gateway.StartAsync(new Setting { SlackTimeLimit = TimeSpan.FromSeconds(1) });
        var people = await PeopleAsync(gateway, 2);
        await AddressAsync(gateway, people[0], Address(1));
        await gateway.WeatherAsync(
            $$"""{"method":"PATCH","path":"/Users/{{await SlackIdAsync(gateway, "person0")}}","nth":{{lost}},"times":1,"drop":"after"}"""
        );
        await DenyAsync(gateway, "person0", call: lost + 1);

        await AddressAsync(gateway, people[1], Address(0));
        await gateway.QuietAsync();

        await HaveExchangedAsync(gateway, people);
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Who_leaves_while_Slack_is_asked_for_the_account_with_the_spare_address_is_deactivated(
        string method
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await AddressAsync(gateway, people[0], Address(1));
        await DenyAsync(gateway, "person0", call: 2);
        await gateway.WeatherAsync("""{"method":"GET","path":"/Users","times":0,"status":503}""");
        var exchanged = AddressAsync(gateway, people[1], Address(0));
        await Gateway.UntilAsync(async () => await gateway.SearchesAsync() > 0);

        Task leaving =
            method == "PATCH"
                ? PatchAsync(gateway, people[0], "active", "false")
                : gateway.SendAsync(HttpMethod.Delete, $"Users/{people[0]}");
        await Gateway.UntilAsync(async () => !await IsThereAsync(gateway, people[0]));
        gateway.Slack.Faults.Clear();
        await Task.WhenAll(exchanged, leaving);
        await gateway.QuietAsync();

        var accounts = await gateway.AccountsAsync("person");
        Assert.Equal(2, accounts.Count);
        Assert.False(Active(accounts.Single(account => (string?)account["userName"] == "person0")));
        Assert.Equal(Address(0), await AtSlackAsync(gateway, "person1"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Who_is_given_a_free_address_while_the_call_for_the_spare_one_is_out_has_it_to_keep(int who)
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await AddressAsync(gateway, people[0], Address(1));
        var answers = new TaskCompletionSource();
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Called, answers.Task);
        await AddressAsync(gateway, people[1], Address(0));
        await gateway.Life.ReachedAsync(Step.Called, times: 2);

        var rewriting = AddressAsync(gateway, people[who], "new@corp.example");
        await Gateway.UntilAsync(async () => await ShownAsync(gateway, people[who]) == "new@corp.example");
        answers.SetResult();
        Assert.Equal(HttpStatusCode.OK, await rewriting);
        await gateway.QuietAsync();

        Assert.All(people, person => Assert.Equal("Settled", gateway.State(person)));
        Assert.Equal("new@corp.example", await AtSlackAsync(gateway, $"person{who}"));
        Assert.Equal(Address(who), await AtSlackAsync(gateway, $"person{1 - who}"));
    }

    [Fact]
    public async Task Who_goes_back_while_the_wanted_address_becomes_free_by_a_deletion_gets_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 3);
        await AddressAsync(gateway, people[0], Address(1));
        await AddressAsync(gateway, people[1], Address(2));
        await gateway.WeatherAsync(
            $$"""{"method":"PATCH","path":"/Users/{{await SlackIdAsync(gateway, "person0")}}","nth":2,"times":1,"delayMs":1000}"""
        );
        var answers = new TaskCompletionSource();
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Called, answers.Task);
        await AddressAsync(gateway, people[2], Address(0));
        await gateway.Life.ReachedAsync(Step.Called, times: 3);

        var deleting = gateway.SendAsync(HttpMethod.Delete, $"Users/{people[1]}");
        await Gateway.UntilAsync(async () => !await IsThereAsync(gateway, people[1]));
        answers.SetResult();
        await deleting;
        await gateway.QuietAsync();

        Assert.Equal(Address(1), await AtSlackAsync(gateway, "person0"));
        Assert.Equal(Address(0), await AtSlackAsync(gateway, "person2"));
        Assert.Equal("Settled", gateway.State(people[0]));
        Assert.Equal("Settled", gateway.State(people[2]));
    }

    // A call that changes the account, and the look for the account after it, are answered as if Slack did not know it.
    private static async Task DenyAsync(Gateway gateway, string name, int call)
    {
        var account = await SlackIdAsync(gateway, name);
        await gateway.WeatherAsync(
            $$"""{"method":"PATCH","path":"/Users/{{account}}","nth":{{call}},"times":1,"status":404,"description":"no_such_user"}"""
        );
        await gateway.WeatherAsync(
            $$"""{"method":"GET","path":"/Users/{{account}}","times":1,"status":404,"description":"no_such_user"}"""
        );
    }

    private static async Task HaveExchangedAsync(Gateway gateway, List<string> people)
    {
        Assert.Equal(2, (await gateway.AccountsAsync("person")).Count);
        Assert.Equal(Address(1), await AtSlackAsync(gateway, "person0"));
        Assert.Equal(Address(0), await AtSlackAsync(gateway, "person1"));
        Assert.All(people, person => Assert.Equal("Settled", gateway.State(person)));
    }

    // Whether the user is there, and to be active.
    private static async Task<bool> IsThereAsync(Gateway gateway, string id) =>
        (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body is { } user && (bool?)user["active"] == true;

    private static string Address(int i) => $"person{i}@corp.example";

    private static async Task<List<string>> PeopleAsync(Gateway gateway, int many)
    {
        var people = new List<string>();
        for (var i = 0; i < many; i++)
            people.Add(
                (string)(await gateway.SendAsync(HttpMethod.Post, "Users", User($"person{i}", Address(i)))).Body!["id"]!
            );
        return people;
    }

    private static string Emails(params string[] addresses) =>
        new JsonArray([
            .. addresses.Select(address =>
                (JsonNode)
                    new JsonObject
                    {
                        ["value"] = address,
                        ["type"] = address == addresses[0] ? "work" : "home",
                        ["primary"] = address == addresses[0],
                    }
            ),
        ]).ToJsonString();

    private static Task<HttpStatusCode> AddressAsync(Gateway gateway, string id, params string[] addresses) =>
        PatchAsync(gateway, id, "emails", Emails(addresses));

    private static async Task<string> AtSlackAsync(Gateway gateway, string name)
    {
        var account = JsonNode.Parse(await gateway.Control.GetStringAsync("users"))!["users"]!
            .AsArray()
            .Single(one => (string?)one!["userName"] == name)!;
        return (string)account["emails"]!.AsArray().Single(email => (bool?)email!["primary"] == true)!["value"]!;
    }

    private static async Task<string> ShownAsync(Gateway gateway, string id)
    {
        var user = (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!;
        return (string)user["emails"]!.AsArray().Single(email => (bool?)email!["primary"] == true)!["value"]!;
    }

    // What is tried again later is tried.
    private static async Task InTimeAsync(Gateway gateway, ManualClock clock)
    {
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            using var kept = gateway.Kept();
            return Task.FromResult(!kept.Links.Any(link => link.State == LinkState.Pending));
        });
        await gateway.QuietAsync();
    }

    private static Task IsAsideAsync(Gateway gateway, string name) =>
        Gateway.UntilAsync(async () => (await AtSlackAsync(gateway, name)).Contains('+', StringComparison.Ordinal));

    private static async Task<string> SlackIdAsync(Gateway gateway, string name) =>
        (string)
            JsonNode.Parse(await gateway.Control.GetStringAsync("users"))!["users"]!
                .AsArray()
                .Single(one => (string?)one!["userName"] == name)!["id"]!;

    // From a call that changes an account on.
    private static async Task RefuseAsync(
        Gateway gateway,
        string name,
        string why,
        int call,
        int times = 1,
        int status = 400
    ) =>
        await gateway.WeatherAsync(
            $$"""{"method":"PATCH","path":"/Users/{{await SlackIdAsync(gateway, name)}}","nth":{{call}},"times":{{times}},"status":{{status}},"description":"{{why}}"}"""
        );
}
