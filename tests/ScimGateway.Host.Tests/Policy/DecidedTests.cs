using System.Net;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Policy;

/// <summary>What was let through, or an operator has decided, before Slack has heard of it.</summary>
public class DecidedTests
{
    private static readonly Preferences _guarded = new()
    {
        GuardedAccounts = 1,
        GuardedAddresses = 1,
        WaitBudget = TimeSpan.FromMilliseconds(300),
        WhenSlackIsSlow = WhenSlow.Accept,
    };

    [Theory]
    [InlineData("another title")]
    [InlineData("inactive, with another title")]
    [InlineData("deleted")]
    public async Task Who_was_released_leaves_whatever_the_provider_writes_before_Slack_has_heard(string write)
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _guarded });
        var people = await PeopleAsync(gateway, 4);
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "false");
        Assert.Equal(3, gateway.Holds.List().Count);
        await gateway.WeatherAsync("""{"path":"/Users/{id}","status":429,"retryAfter":1}""");
        await Meeting.ReleaseAllAsync(gateway);

        foreach (var person in people[1..])
            Assert.InRange((int)await WriteAsync(person), 200, 204);

        Assert.Empty(gateway.Holds.List());
        gateway.Slack.Faults.Clear();
        await gateway.QuietAsync();
        Assert.DoesNotContain(await gateway.AccountsAsync("@corp.example"), Active);

        Task<HttpStatusCode> WriteAsync(string person) =>
            write switch
            {
                "deleted" => DeleteAsync(person),
                "another title" => PatchAsync(gateway, person, "title", "\"gone\""),
                _ => PutAsync(person),
            };

        async Task<HttpStatusCode> DeleteAsync(string person) =>
            (await gateway.SendAsync(HttpMethod.Delete, $"Users/{person}")).Status;

        async Task<HttpStatusCode> PutAsync(string person)
        {
            var (_, user, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{person}");
            (user!["active"], user["title"]) = (false, "gone");
            return (await gateway.SendAsync(HttpMethod.Put, $"Users/{person}", user.ToJsonString())).Status;
        }
    }

    [Fact]
    public async Task Who_was_let_through_leaves_with_another_title_beside_others_who_left_since()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _guarded with { GuardedAccounts = 2 } }
        );
        var people = await PeopleAsync(gateway, 3);
        await gateway.WeatherAsync("""{"path":"/Users/{id}","status":429,"retryAfter":1}""");
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "false");
        var held = Assert.Single(gateway.Holds.List());

        await PatchAsync(gateway, people[0], "title", "\"gone\"");

        Assert.Equal(held.Id, Assert.Single(gateway.Holds.List()).Id);
        gateway.Slack.Faults.Clear();
        await gateway.QuietAsync();
        Assert.Single(await gateway.AccountsAsync("@corp.example"), Active);
    }

    [Fact]
    public async Task Who_is_held_as_a_leaver_and_comes_back_with_another_address_is_asked_about_once()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _guarded });
        var people = await PeopleAsync(gateway, 2);
        var (_, eve, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Eve("eve@corp.example"));
        await PatchAsync(gateway, people[0], "active", "false");
        await PatchAsync(gateway, people[1], "emails", """[{"value":"other@corp.example","primary":true}]""");
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{eve!["id"]}");
        Assert.Equal(ReasonCode.GuardAccounts, Assert.Single(gateway.Holds.List()).Reason.Code);

        var (status, answer, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Eve("new@corp.example"));

        Assert.True(status == HttpStatusCode.Created, $"{answer}");
        Assert.NotEqual(ReasonCode.GuardAccounts, Assert.Single(gateway.Holds.List()).Reason.Code);
        await Meeting.ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Empty(gateway.Holds.List());
        Assert.Contains(await gateway.AccountsAsync("new@corp.example"), Active);

        static string Eve(string address) =>
            $$"""{"userName":"eve","externalId":"17","active":true,"emails":[{"value":"{{address}}","primary":true}]}""";
    }
}
