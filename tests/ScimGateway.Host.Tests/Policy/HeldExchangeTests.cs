using System.Net;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Policy;

/// <summary>Two people who get each other's address, beyond what the guard lets through.</summary>
public class HeldExchangeTests
{
    [Fact]
    public async Task A_held_exchange_of_addresses_says_that_a_release_changes_how_people_sign_in()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await LinkRequests.SetUpAsync(
            served,
            """{"userSlackCannotHold":"keep","guardedAddresses":1}"""
        );
        await served.EnableAsync();
        var (ada, bob) = (
            await CreateAsync(provider, "ada", "ada@corp.example"),
            await CreateAsync(provider, "bob", "bob@corp.example")
        );

        foreach (var (user, address) in ((string, string)[])[(ada, "bob@corp.example"), (bob, "ada@corp.example")])
            Assert.Equal(
                HttpStatusCode.OK,
                (
                    await Gateway.SendAsync(
                        provider,
                        HttpMethod.Patch,
                        $"Users/{user}",
                        Patch("emails", $$"""[{"value":"{{address}}","type":"work","primary":true}]""")
                    )
                ).Status
            );

        var hold = Assert.Single((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray())!;
        Assert.Equal("change the sign-in address, together with that of whoever has it now", (string?)hold["would"]);
    }
}
