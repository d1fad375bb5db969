using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Consequences;

/// <summary>
/// What SCIM shows as a user's addresses is what Slack has, whatever a new primary address makes of the former one
/// there; and what is no longer shown is free for others.
/// </summary>
public class FormerAddressTests
{
    private const string Second = "second@corp.example";
    private const string Third = "third@corp.example";

    // An address that is not free is a conflict.
    private static readonly Preferences _strict = DemoTenant.Lenient with { UserSlackCannotHold = Unholdable.Refuse };

    // Short, so that what Slack may still do is soon over.
    private static readonly Setting _hasty = new()
    {
        Preferences = _strict,
        SlackTimeLimit = TimeSpan.FromMilliseconds(400),
    };

    public static TheoryData<string> Habits => ["replace", "demote-old-to-secondary"];

    [Theory]
    [MemberData(nameof(Habits))]
    public async Task A_former_primary_address_is_free_for_others(string habit)
    {
        await using var gateway = await StartAsync(habit);
        var id = await CreateAsync(gateway);

        await SetAsync(gateway, id, (Second, true));
        await SetAsync(gateway, id, (Third, true));

        await AssertAddressesAsync(gateway, id, Third);
        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "grace", Address));
        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "hedy", Second));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(gateway, "mary", Third));
        Assert.Equal("Settled", gateway.State(id));
    }

    [Fact]
    public async Task A_new_primary_address_costs_one_call_where_Slack_replaces_and_two_where_it_keeps()
    {
        await using var gateway = await StartAsync("replace");
        var id = await CreateAsync(gateway);
        await CallsAsync(gateway);
        await SetAsync(gateway, id, (Second, true));
        Assert.Equal(1, (await CallsAsync(gateway))["PATCH /Users/{id}"]);

        await gateway.KnobAsync("emails.patch_primary", "demote-old-to-secondary");
        await SetAsync(gateway, id, (Third, true));
        Assert.Equal(2, (await CallsAsync(gateway))["PATCH /Users/{id}"]);
    }

    [Theory]
    [MemberData(nameof(Habits))]
    public async Task A_second_address_that_becomes_the_primary_leaves_none_behind(string habit)
    {
        await using var gateway = await StartAsync(habit);
        var id = await CreateAsync(gateway);
        await SetAsync(gateway, id, (Address, true), (Second, false));
        await AssertAddressesAsync(gateway, id, Address, Second);

        await SetAsync(gateway, id, (Second, true));

        await AssertAddressesAsync(gateway, id, Second);
        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "grace", Address));
    }

    [Theory]
    [MemberData(nameof(Habits))]
    public async Task A_former_primary_address_that_is_to_stay_does_until_it_is_taken_away(string habit)
    {
        await using var gateway = await StartAsync(habit);
        var id = await CreateAsync(gateway);

        await SetAsync(gateway, id, (Second, true), (Address, false));
        await AssertAddressesAsync(gateway, id, Second, Address);
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(gateway, "grace", Address));

        await SetAsync(gateway, id, (Second, true));
        await AssertAddressesAsync(gateway, id, Second);
        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "grace", Address));
    }

    [Theory]
    [MemberData(nameof(Habits))]
    public async Task Who_waits_for_an_address_gets_it_once_Slack_has_let_go_of_it(string habit)
    {
        await using var gateway = await StartAsync(
            habit,
            new Setting { Preferences = DemoTenant.Lenient with { UserSlackCannotHold = Unholdable.Keep } }
        );
        var id = await CreateAsync(gateway);
        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "grace", Address));

        await SetAsync(gateway, id, (Second, true));

        await Gateway.UntilAsync(async () => (await gateway.AccountsAsync("\"grace\"")).Count == 1);
        await AssertAddressesAsync(gateway, id, Second);
    }

    [Theory]
    [MemberData(nameof(Habits))]
    public async Task A_userName_that_is_the_only_address_leaves_none_behind_when_it_changes(string habit)
    {
        await using var gateway = await StartAsync(habit);
        var (_, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{Address}}"}"""
        );
        var id = (string)body!["id"]!;

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "userName", $"\"{Second}\""));

        Assert.Equal([Second], await AtSlackAsync(gateway, Second));
        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "grace", Address));
    }

    [Theory]
    [MemberData(nameof(Habits))]
    public async Task Who_is_deleted_has_the_last_address_alone(string habit)
    {
        await using var gateway = await StartAsync(habit);
        var id = await CreateAsync(gateway);
        await SetAsync(gateway, id, (Second, true));
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");

        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "grace", Address));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Second))));
    }

    [Fact]
    public async Task Who_is_inactive_lets_go_of_a_former_address_as_well()
    {
        await using var gateway = await StartAsync("demote-old-to-secondary");
        var id = await CreateAsync(gateway);
        await PatchAsync(gateway, id, "active", "false");

        await SetAsync(gateway, id, (Second, true));

        await AssertAddressesAsync(gateway, id, Second);
        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "grace", Address));
    }

    [Theory]
    [InlineData("\"drop\":\"after\"")]
    [InlineData("\"body\":\"truncated\"")]
    [InlineData("\"body\":\"cut\"")]
    public async Task A_former_address_goes_though_nobody_saw_that_it_stayed(string weather)
    {
        await using var gateway = await StartAsync("demote-old-to-secondary", _hasty);
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync($$"""{"method":"PATCH","path":"/Users/{id}",{{weather}}}""");

        await SetAsync(gateway, id, (Second, true));

        await gateway.QuietAsync();
        await AssertAddressesAsync(gateway, id, Second);
        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "grace", Address));
    }

    [Fact]
    public async Task A_former_address_that_Slack_does_not_let_go_of_takes_the_change_back()
    {
        await using var gateway = await StartAsync("demote-old-to-secondary");
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","nth":2,"description":"emails_invalid"}"""
        );

        Assert.Equal(
            HttpStatusCode.BadRequest,
            await PatchAsync(gateway, id, "emails", $$"""[{"value":"{{Second}}","primary":true}]""")
        );

        await gateway.QuietAsync();
        await AssertAddressesAsync(gateway, id, Address);
    }

    [Fact]
    public async Task A_second_address_that_somebody_gave_in_Slack_stays()
    {
        await using var gateway = await StartAsync("replace");
        var id = await CreateAsync(gateway);
        gateway.Slack.Workspace.ChangeUser(
            (string)Assert.Single(await gateway.AccountsAsync(Address))["id"]!,
            new JsonObject
            {
                ["emails"] = new JsonArray(
                    new JsonObject { ["value"] = Address, ["primary"] = true },
                    new JsonObject { ["value"] = Third }
                ),
            }
        );
        await PatchAsync(gateway, id, "title", "\"Pilot\"");

        await SetAsync(gateway, id, (Second, true));

        Assert.Equal([Second, Third], await AtSlackAsync(gateway, Second));
    }

    private static async Task<Gateway> StartAsync(string habit, Setting? setting = null)
    {
        var gateway = await Gateway.StartAsync(setting ?? new Setting { Preferences = _strict });
        await gateway.KnobAsync("emails.patch_primary", habit);
        return gateway;
    }

    private static async Task SetAsync(Gateway gateway, string id, params (string Value, bool IsPrimary)[] emails)
    {
        var list = new JsonArray([
            .. emails.Select(email => new JsonObject
            {
                ["value"] = email.Value,
                ["type"] = email.IsPrimary ? "work" : "other",
                ["primary"] = email.IsPrimary,
            }),
        ]);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "emails", list.ToJsonString()));
    }

    private static async Task<HttpStatusCode> PostAsync(Gateway gateway, string name, string address) =>
        (await gateway.SendAsync(HttpMethod.Post, "Users", User(name, address))).Status;

    private static async Task AssertAddressesAsync(Gateway gateway, string id, params string[] addresses)
    {
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
        Assert.Equal(addresses, body!["emails"]!.AsArray().Select(email => (string)email!["value"]!));
        Assert.Equal(addresses, await AtSlackAsync(gateway, addresses[0]));
    }

    private static async Task<IEnumerable<string>> AtSlackAsync(Gateway gateway, string address) =>
        Assert.Single(await gateway.AccountsAsync(address))["emails"]!
            .AsArray()
            .Select(email => (string)email!["value"]!);
}
