using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Slack already has a group that a provider posts in a shadow run, and no import has shown it yet.</summary>
public class ExistingGroupTests
{
    private const string Crew =
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew","members":[{"value":"ADA"}]}""";

    [Fact]
    public async Task The_group_that_an_import_sees_is_the_providers_and_keeps_whom_it_has()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, """{"whenAccountExists":"adopt"}""");
        var (slackId, eve, group) = await BothAsync(served, provider);

        await served.ImportAsync();
        var preview = await served.AskAsync(HttpMethod.Post, "tenants/acme/enable");
        // Ada is in it once she has an account.
        Assert.Equal("""{"followsOn":1}""", preview["counts"]!["groups"]!.ToJsonString());
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{preview["id"]}/confirm");
        // It may be settled without ada, while her account is being made, and is so again with her.
        await Gateway.UntilAsync(() => Task.FromResult(Members().Count == 2));
        await SettledAsync(served, group);

        Assert.Equal(slackId, (string?)(await OfAsync(served, group))["slackId"]);
        Assert.Equal(0, served.Slack.Calls.ByOperation.GetValueOrDefault("POST /Groups"));
        Assert.Contains(eve, Members().ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(2, Members().Count);

        JsonArray Members() => served.Slack.Workspace.Group(slackId)!["members"]!.AsArray();
    }

    [Fact]
    public async Task A_group_that_is_deleted_before_the_tenant_goes_live_is_deleted_in_Slack()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, """{"whenAccountExists":"adopt"}""");
        var (slackId, _, group) = await BothAsync(served, provider);
        await served.ImportAsync();
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Groups/{group}");

        var preview = await served.AskAsync(HttpMethod.Post, "tenants/acme/enable");
        Assert.Equal(1, (int?)preview["counts"]!["groups"]!["deleted"]);
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{preview["id"]}/confirm");

        await Gateway.UntilAsync(() => Task.FromResult(served.Slack.Workspace.Group(slackId) is null));
    }

    // Slack's group, of an account that nobody claims, and the group of that name that is posted behind it.
    private static async Task<(string SlackId, string Eve, string Group)> BothAsync(
        ServedGateway served,
        HttpClient provider
    )
    {
        var eve = served.Slack.Workspace.MakeUser(JsonNode.Parse("""{"userName":"eve"}""")!.AsObject());
        await served.ImportAsync();
        var slackId = served.Slack.Workspace.MakeGroup(
            JsonNode.Parse($$"""{"displayName":"Crew","members":["{{eve}}"]}""")!.AsObject()
        );
        var ada = (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("ada"))).Body!["id"]!;
        var (status, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            Crew.Replace("ADA", (string)ada!, StringComparison.Ordinal)
        );
        Assert.Equal(HttpStatusCode.Created, status);
        return (slackId, eve, (string)made!["id"]!);
    }
}
