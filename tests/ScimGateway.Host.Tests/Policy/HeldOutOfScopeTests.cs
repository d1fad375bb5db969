using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Policy;

/// <summary>Rules no longer admit who is held, as the account there may be another person's.</summary>
public class HeldOutOfScopeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_held_as_another_person_and_no_longer_admitted_is_out_of_scope_and_back_with_the_rules(
        bool leaves
    )
    {
        await using var gateway = await StartAsync(new Preferences { DeprovisionOnRuleDeletion = leaves });
        var former = await PostAsync(gateway, "17");
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{former}");
        var ada = await PostAsync(gateway, "18");
        Assert.Equal("Held", gateway.State(ada));

        await gateway.ChangeAsync(
            new TenantChange.OtherRules([new Rule { Name = "crew", Filter = "title eq \"crew\"" }])
        );
        await gateway.QuietAsync();
        Assert.Equal(("Blocked", "OutOfScope"), StateOf(gateway, ada));

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"crew\""));
        await gateway.QuietAsync();
        Assert.Equal(("Held", "AnotherPerson"), StateOf(gateway, ada));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    private static (string State, string? Reason) StateOf(Gateway gateway, string id)
    {
        var link = Assert.Single(gateway.Links(new LinkQuery { Resource = ResourceId.Parse(id) })).Link;
        return ($"{link.State}", $"{link.Reason?.Code}");
    }

    private static async Task<string> PostAsync(Gateway gateway, string externalId)
    {
        var user = JsonNode.Parse(User())!;
        user["externalId"] = externalId;
        var (status, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)made!["id"]!;
    }
}
