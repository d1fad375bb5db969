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

namespace ScimGateway.Host.Tests;

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
    public async Task Where_nobody_waits_for_an_address_the_exchange_is_refused_with_what_helps_and_one_bulk_request_does_it()
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
        Assert.Contains("bulk", (string?)body!["detail"], StringComparison.Ordinal);

        Assert.Equal(["200", "200"], await BulkAsync(gateway, (people[0], Address(1)), (people[1], Address(0))));
        await gateway.QuietAsync();

        Assert.Equal(Address(1), await AtSlackAsync(gateway, "person0"));
        Assert.Equal(Address(0), await AtSlackAsync(gateway, "person1"));
    }

    [Fact]
    public async Task A_bulk_request_that_exchanges_with_somebody_who_is_not_in_it_is_refused()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _strict });
        var people = await PeopleAsync(gateway, 3);

        Assert.Equal(["409", "409"], await BulkAsync(gateway, (people[0], Address(1)), (people[1], Address(2))));
        await gateway.QuietAsync();

        Assert.All(people, person => Assert.Equal("Settled", gateway.State(person)));
        Assert.Equal(Address(0), await AtSlackAsync(gateway, "person0"));
    }

    // Of two and of three, whichever is refused; as it steps aside, and when the others have changed places already.
    public static TheoryData<int, int, int, string> Refusals()
    {
        var refusals = new TheoryData<int, int, int, string>();
        foreach (var why in (string[])["cannot_modify_owner", "bad_email_address", "profile_set_failed"])
            for (var many = 2; many <= 3; many++)
            for (var refused = 0; refused < many; refused++)
            for (var call = 1; call <= 2; call++)
                refusals.Add(many, refused, call, why);
        return refusals;
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task An_exchange_in_one_bulk_request_of_which_Slack_refuses_one_has_not_happened_for_anybody(
        int many,
        int refused,
        int call,
        string why
    )
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _strict });
        var people = await PeopleAsync(gateway, many);
        await RefuseAsync(gateway, $"person{refused}", why, call, status: why == "cannot_modify_owner" ? 403 : 400);

        var entries = await EntriesAsync(gateway, [.. people.Select((person, i) => (person, Address((i + 1) % many)))]);
        await gateway.QuietAsync();

        for (var i = 0; i < many; i++)
        {
            Assert.Equal(Address(i), await AtSlackAsync(gateway, $"person{i}"));
            Assert.Equal(Address(i), await ShownAsync(gateway, people[i]));
            var isOwner = i == refused && why == "cannot_modify_owner";
            Assert.Equal(isOwner ? "Protected" : "Settled", gateway.State(people[i]));
            var (status, detail) = entries[i];
            if (i == refused)
                Assert.NotEqual("200", status);
            else
                Assert.Equal("409", status);
            if (i != refused)
                Assert.Contains(people[refused], detail, StringComparison.Ordinal);
        }
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
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _strict, SlackTimeLimit = TimeSpan.FromSeconds(1) }
        );
        var people = await PeopleAsync(gateway, 3);
        await RefuseAsync(gateway, "person1", "bad_email_address", 1, times: 0);

        var dead = gateway.Life.DieAt(Step.Called);
        var bulk = EntriesAsync(gateway, [.. people.Select((person, i) => (person, Address((i + 1) % 3)))]);
        await dead;
        await gateway.CrashAsync();
        await gateway.QuietAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => bulk);
        for (var i = 0; i < 3; i++)
            Assert.Equal(Address(i), await AtSlackAsync(gateway, $"person{i}"));
        Assert.Equal(["Blocked", "Failed", "Blocked"], people.Select(gateway.State));
    }

    [Fact]
    public async Task A_request_of_which_Slack_refuses_something_else_takes_the_exchange_back_and_another_exchange_happens()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _strict });
        var people = await PeopleAsync(gateway, 4);
        await RefuseAsync(gateway, "person1", "phoneNumbers_invalid", 1);

        var entries = await EntriesAsync(
            gateway,
            (people[0], Address(1)),
            (people[1], Address(0)),
            (people[2], Address(3)),
            (people[3], Address(2))
        );
        await gateway.QuietAsync();

        Assert.Equal(["409", "400", "200", "200"], entries.Select(entry => entry.Status));
        Assert.Equal(
            [Address(0), Address(1), Address(3), Address(2)],
            await Task.WhenAll(Enumerable.Range(0, 4).Select(i => AtSlackAsync(gateway, $"person{i}")))
        );
        Assert.All(people, person => Assert.Equal("Settled", gateway.State(person)));
    }

    [Fact]
    public async Task Who_keeps_the_address_as_a_second_one_exchanges_nothing()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _strict });
        var people = await PeopleAsync(gateway, 2);
        var before = await gateway.CameAsync("PATCH /Users/{id}");

        var entries = await BulkOfAsync(gateway, (people[0], [Address(1)]), (people[1], [Address(0), Address(1)]));

        Assert.Equal(["409", "409"], entries.Select(entry => entry.Status));
        Assert.All(people, person => Assert.Equal("Settled", gateway.State(person)));
        Assert.Equal(before, await gateway.CameAsync("PATCH /Users/{id}"));
    }

    [Theory]
    [InlineData(WhenSlow.Refuse, "429", 0)]
    [InlineData(WhenSlow.Accept, "200", 1)]
    public async Task An_exchange_that_takes_too_long_is_taken_back_or_taken_on_as_a_whole(
        WhenSlow whenSlow,
        string status,
        int apart
    )
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _strict with { WhenSlackIsSlow = whenSlow }, Clock = clock }
        );
        var people = await PeopleAsync(gateway, 2);
        await RefuseAsync(gateway, "person0", "internal_error", 1, times: 0, status: 503);

        var bulk = EntriesAsync(gateway, (people[0], Address(1)), (people[1], Address(0)));
        await IsAsideAsync(gateway, "person1");
        gateway.GiveUp();
        var entries = await bulk;
        gateway.Slack.Faults.Clear();
        await InTimeAsync(gateway, clock);

        Assert.All(entries, entry => Assert.Equal(status, entry.Status));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("Settled", gateway.State(people[i]));
            Assert.Equal(Address((i + apart) % 2), await AtSlackAsync(gateway, $"person{i}"));
            Assert.Equal(Address((i + apart) % 2), await ShownAsync(gateway, people[i]));
        }
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

    [Fact]
    public async Task What_was_lost_of_an_exchange_that_came_to_nothing_is_told_again()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _strict, SlackTimeLimit = TimeSpan.FromSeconds(1) }
        );
        var people = await PeopleAsync(gateway, 2);
        await RefuseAsync(gateway, "person1", "bad_email_address", 1);
        await gateway.WeatherAsync(
            $$"""{"method":"PATCH","path":"/Users/{{await SlackIdAsync(gateway, "person0")}}","drop":"after"}"""
        );

        var entries = await BulkAsync(gateway, (people[0], Address(1)), (people[1], Address(0)));
        await gateway.QuietAsync();

        Assert.Equal(["409", "400"], entries);
        for (var i = 0; i < 2; i++)
            Assert.Equal(Address(i), await AtSlackAsync(gateway, $"person{i}"));
        Assert.All(people, person => Assert.Equal("Settled", gateway.State(person)));
    }

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

    private static async Task<List<string>> BulkAsync(Gateway gateway, params (string Id, string Address)[] changes) =>
        [.. (await EntriesAsync(gateway, changes)).Select(entry => entry.Status)];

    private static Task<List<(string Status, string Detail)>> EntriesAsync(
        Gateway gateway,
        params (string Id, string Address)[] changes
    ) => BulkOfAsync(gateway, [.. changes.Select(change => (change.Id, new[] { change.Address }))]);

    private static async Task<List<(string Status, string Detail)>> BulkOfAsync(
        Gateway gateway,
        params (string Id, string[] Addresses)[] changes
    )
    {
        var operations = changes.Select(change =>
            $$"""{"method":"PATCH","path":"/Users/{{change.Id}}","data":{{Patch("emails", Emails(change.Addresses))}}}"""
        );
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{{string.Join(
                ',',
                operations
            )}}]}
            """
        );
        Assert.Equal(HttpStatusCode.OK, status);
        return
        [
            .. body!["Operations"]!
                .AsArray()
                .Select(one => ((string)one!["status"]!, (string?)one["response"]?["detail"] ?? "")),
        ];
    }
}
