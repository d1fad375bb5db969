using System.Net;
using System.Text.Json.Nodes;
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

/// <summary>
/// What else becomes of a user who exchanges addresses with others: nobody is left on a spare address, which leads to
/// another one's mailbox.
/// </summary>
public class HalfExchangeTests
{
    [Fact]
    [Trait("speed", "slow")]
    public async Task A_user_whom_rules_freeze_amid_an_exchange_gets_the_address_that_was_wanted()
    {
        await using var gateway = await Gateway.StartAsync();
        var (a, b, c) = await AmidAsync(gateway, "b");

        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await c.Request;
        await gateway.QuietAsync();

        Assert.Equal("a@x.example", Primary(await RawUserAsync(gateway, c.Id)));
        Assert.Equal("b@x.example", Primary(await RawUserAsync(gateway, a)));
        var frozen = await RawUserAsync(gateway, b);
        Assert.Equal(("c@x.example", true), (Primary(frozen), Active(frozen)));
        Assert.StartsWith("Blocked OutOfScope", Why(gateway, b), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("release")]
    [InlineData("dismiss")]
    public async Task A_user_whose_deletion_the_guard_holds_amid_an_exchange_is_not_left_on_a_spare_address(string end)
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
        await DeleteAsync(gateway, await UserAsync(gateway, "d"));
        var (_, b, c) = await AmidAsync(gateway, "b");

        await DeleteAsync(gateway, b);
        Assert.Equal("Held", gateway.State(b));
        await c.Request;
        if (end == "release")
            await ReleaseAllAsync(gateway);
        else
            await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        var left = await RawUserAsync(gateway, b);
        Assert.Equal(end == "dismiss", Active(left));
        // Who stays has the former address, so that the others wait for it.
        if (end == "dismiss")
            Assert.Equal("b@x.example", Primary(left));
        Assert.Equal(end == "dismiss" ? "c@x.example" : "a@x.example", Primary(await RawUserAsync(gateway, c.Id)));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_leaver_on_a_spare_address_who_is_hired_again_is_not_let_in_by_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var (a, b, c) = await AmidAsync(gateway, "b");
        await DeleteAsync(gateway, b);
        await c.Request;
        await gateway.QuietAsync();
        var dan = await MakeAsync(gateway, "dan", "c@x.example");

        var again = await MakeAsync(gateway, "b", "b@x.example", "b");
        await gateway.QuietAsync();

        Assert.StartsWith("Blocked AddressTaken", Why(gateway, again), StringComparison.Ordinal);
        var account = await RawUserAsync(gateway, again);
        Assert.False(Active(account), account.ToJsonString());
        Assert.Equal("c@x.example", Primary(await RawUserAsync(gateway, dan)));
        // The address is free when the one who has it gets another: then the user is in by it.
        await AddressAsync(gateway, a, "a2@x.example");
        await gateway.QuietAsync();
        account = await RawUserAsync(gateway, again);
        Assert.Equal(("b@x.example", true), (Primary(account), Active(account)));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_account_that_exchanges_addresses_is_protected_when_that_is_done()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, b, c) = await AmidAsync(gateway, "b");
        var link = LinkOf(gateway, b);

        await Assert.ThrowsAsync<NotReadyException>(() => gateway.Home.Links.ProtectAsync(link));
        await c.Request;
        await gateway.QuietAsync();
        await gateway.Home.Links.ProtectAsync(link);

        Assert.Equal("c@x.example", Primary(await RawUserAsync(gateway, b)));
    }

    // Three users, of whom each wants the next one's address; one has stepped aside, and Slack takes its time with another.
    private static async Task<(string A, string B, (string Id, Task<HttpStatusCode> Request) C)> AmidAsync(
        Gateway gateway,
        string aside
    )
    {
        var people = new List<string>();
        foreach (var name in (string[])["a", "b", "c"])
            people.Add(await MakeAsync(gateway, name, $"{name}@x.example", name));
        await AddressAsync(gateway, people[0], "b@x.example");
        await AddressAsync(gateway, people[1], "c@x.example");
        await gateway.WeatherAsync(
            $$"""{"method":"PATCH","path":"/Users/{{SlackId(gateway, people[0])}}","times":1,"delayMs":3000}"""
        );
        var request = AddressAsync(gateway, people[2], "a@x.example");
        await Gateway.UntilAsync(async () =>
            Primary(await RawUserAsync(gateway, people["abc".IndexOf(aside[0], StringComparison.Ordinal)]))!
                .Contains('+')
        );
        return (people[0], people[1], (people[2], request));
    }

    private static LinkId LinkOf(Gateway gateway, string id)
    {
        using var kept = gateway.Kept();
        return kept.Of(id).Id;
    }
}
