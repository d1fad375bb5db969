using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Tests.Http;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Importing;

/// <summary>
/// What Slack has before the gateway comes: it is there, and shown as it is, when the first request is answered.
/// </summary>
public class ImportTests
{
    [Fact]
    public async Task All_accounts_of_several_pages_are_there_when_the_gateway_answers()
    {
        await using var gateway = await Gateway.StartAsync(seed: 2_300);

        Assert.Equal(2_300, (await ListAsync(gateway, "count=1")).Total);
        var last = Assert.Single((await ListAsync(gateway, "startIndex=2300")).Users);
        Assert.Equal(1, (await ListAsync(gateway, $"filter=userName eq \"{last["userName"]}\"")).Total);
    }

    [Fact]
    public async Task The_owner_of_the_token_is_not_shown_and_cannot_be_taken()
    {
        await using var gateway = await Gateway.StartAsync();

        Assert.Equal(0, (await ListAsync(gateway)).Total);
        var (status, error, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"boss","emails":[{"value":"emulator.owner@example.com"}]}"""
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("protected", (string)error!["detail"]!, StringComparison.Ordinal);
        Assert.Equal(0, (await ListAsync(gateway)).Total);
        Assert.Empty(await gateway.CallsAsync());
    }

    [Fact]
    public async Task Bots_are_not_shown()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            Make(slack, """{"userName":"helper","bot":true,"email":"botuser-T1-A1@slack-bots.com"}""")
        );

        Assert.Equal(0, (await ListAsync(gateway)).Total);
    }

    [Fact]
    public async Task Who_is_deactivated_in_Slack_is_shown_so_and_found()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack => Make(slack, Person("ola", active: false)));

        var user = Assert.Single((await ListAsync(gateway, "filter=active eq false")).Users);

        Assert.Equal("ola", (string?)user["userName"]);
        Assert.False((bool)user["active"]!);
    }

    [Fact]
    public async Task An_account_is_found_by_its_work_address()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack => Make(slack, Person("ola")));

        Assert.Equal(
            1,
            (await ListAsync(gateway, "filter=emails[type eq \"work\"].value eq \"ola@corp.example\"")).Total
        );
    }

    [Fact]
    public async Task A_manager_is_named_by_the_id_that_the_gateway_shows_even_if_Slack_lists_the_manager_later()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
        {
            Make(slack, """{"id":"UREPORT","userName":"report","email":"report@corp.example","managerId":"UCHIEF"}""");
            Make(slack, """{"id":"UCHIEF","userName":"chief","email":"chief@corp.example","managerId":"U0EMUOWNER"}""");
        });

        var (report, chief) = (await UserAsync(gateway, "report"), await UserAsync(gateway, "chief"));

        Assert.Equal((string?)chief["id"], (string?)report[Enterprise]!["manager"]!["value"]);
        Assert.Null(chief[Enterprise]); // the owner is not shown, so nobody can be sent there
    }

    [Fact]
    public async Task A_second_import_follows_what_changed_in_Slack_and_moves_nothing_else()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
        {
            Make(slack, """{"id":"U1","userName":"moved","email":"moved@corp.example"}""");
            Make(slack, Person("stayed"));
        });
        var (moved, stayed) = (await UserAsync(gateway, "moved"), await UserAsync(gateway, "stayed"));

        await ChangeAsync(gateway, "U1", """{"title":"Chief"}""");
        await gateway.RestartAsync();

        var after = await UserAsync(gateway, "moved");
        Assert.Equal((string?)moved["id"], (string?)after["id"]);
        Assert.Equal("Chief", (string?)after["title"]);
        Assert.NotEqual((string?)moved["meta"]!["version"], (string?)after["meta"]!["version"]);
        Assert.Equal((string?)moved["meta"]!["created"], (string?)after["meta"]!["created"]);
        Assert.True(JsonNode.DeepEquals(stayed, Rebased(gateway, await UserAsync(gateway, "stayed"), stayed)));
    }

    [Fact]
    public async Task A_second_import_leaves_what_a_provider_has_claimed_as_the_provider_wants_it()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            Make(slack, """{"id":"U1","userName":"ola","email":"ola@corp.example"}""")
        );
        var id = (string)(await UserAsync(gateway, "ola"))["id"]!;
        await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Pilot\""));
        var (_, before, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");

        await ChangeAsync(gateway, "U1", """{"title":"Chief","displayName":"Changed by hand"}""");
        await gateway.RestartAsync();

        var (_, after, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
        Assert.True(JsonNode.DeepEquals(before, Rebased(gateway, after!, before!)), after!.ToJsonString());
        Assert.Empty(await gateway.CallsAsync()); // nor is Slack told anything
    }

    [Fact]
    public async Task An_account_whose_name_a_user_has_is_not_shown_until_the_name_is_free()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            Make(slack, Person("slack.name", "ada@corp.example"))
        );
        var (_, claimed, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada"));
        await gateway.Control.PostAsync("users", Json("""{"id":"U9","userName":"ada","email":"other@corp.example"}"""));

        await gateway.RestartAsync();
        Assert.Equal((string?)claimed!["id"], (string?)Assert.Single((await ListAsync(gateway)).Users)["id"]);

        await gateway.SendAsync(HttpMethod.Patch, $"Users/{claimed["id"]}", Patch("userName", "\"ada.two\""));
        await gateway.RestartAsync();
        Assert.Equal(2, (await ListAsync(gateway)).Total);
        Assert.Equal("other@corp.example", (string?)(await UserAsync(gateway, "ada"))["emails"]![0]!["value"]);
    }

    [Fact]
    public async Task An_account_that_may_be_one_that_is_just_being_made_is_not_shown_twice()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { SlackTimeLimit = TimeSpan.FromMilliseconds(500) }
        );
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","drop":"after"}""");
        using var client = gateway.NewClient();
        using var content = new StringContent(User("ada"), Encoding.UTF8, "application/scim+json");
        var creating = client.PostAsync("Users", content);
        await Gateway.UntilAsync(async () => (await gateway.AccountsAsync("ada@corp.example")).Count == 1);

        await gateway.RestartAsync();

        Assert.Equal(HttpStatusCode.Created, (await creating).StatusCode);
        Assert.Equal(1, (await ListAsync(gateway)).Total);
        await Gateway.UntilAsync(async () =>
            (
                await gateway.SendAsync(
                    HttpMethod.Patch,
                    $"Users/{(await UserAsync(gateway, "ada"))["id"]}",
                    Patch("title", "\"A\"")
                )
            ).Status == HttpStatusCode.OK
        );
        Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
    }

    [Fact]
    public async Task Who_was_deleted_while_Slack_did_not_know_the_account_is_deactivated_when_it_knows_it_again()
    {
        const string Account = """{"id":"U1","userName":"ada","email":"ada@corp.example","title":"Countess"}""";
        await using var gateway = await Gateway.StartAsync(ready: slack => Make(slack, Account));
        var id = (string)(await UserAsync(gateway, "ada"))["id"]!;
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Captain\"")); // a provider claims it
        gateway.Slack.Workspace.RemoveUser("U1");

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status);

        Make(gateway.Slack, Account);
        await gateway.RestartAsync();
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal(0, (await ListAsync(gateway)).Total);
    }

    [Fact]
    public async Task A_deleted_users_account_that_Slack_knows_again_goes_though_the_user_has_another_one_by_then()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            Make(slack, """{"id":"U1","userName":"ada","email":"ada@corp.example","title":"Countess"}""")
        );
        var id = (string)(await UserAsync(gateway, "ada"))["id"]!;
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Captain\"")); // a provider claims it
        gateway.Slack.Workspace.RemoveUser("U1");
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");
        var (status, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada"));
        Assert.Equal(HttpStatusCode.Created, status);

        Make(gateway.Slack, """{"id":"U1","userName":"countess","email":"countess@corp.example"}""");
        await gateway.RestartAsync();
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("countess@corp.example"))));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal("Settled", gateway.State((string)made!["id"]!));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whether_a_lost_create_was_made_is_asked_before_the_import_asks_for_its_next_page()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock }, seed: 2_300);
        // Three reads a minute and no more than two at once; the list has three pages and an empty one.
        gateway.Slack.Knobs.Set("ratelimit.mode", "bucket");
        gateway.Slack.Knobs.Set("ratelimit.scale", 0.003);
        var before = gateway.Base;
        var restarting = gateway.RestartCountingAsync();
        await Gateway.UntilAsync(() =>
            Task.FromResult(gateway.Base != before && gateway.Import()!.Progress.Place?.Next == 2_001)
        );

        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","drop":"after"}""");
        using var client = gateway.NewClient();
        using var content = Json(User("ada"));
        var creating = client.PostAsync("Users", content);
        await Gateway.UntilAsync(() => Task.FromResult(gateway.NextDue() > clock.GetUtcNow()));
        clock.Advance(TimeSpan.FromSeconds(11)); // from now on it waits to be asked about, but for room
        var answer = await creating;
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var ada = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Schedule.CountOf(SlackPriority.Joiner) == 1));
        while (!restarting.IsCompleted)
        {
            // Room for one call at a time; what it brought is written down before the clock goes on. Of the empty page
            // nothing is.
            var (state, place) = (gateway.State(ada), gateway.Import()!.Progress.Place);
            var since = Stopwatch.StartNew();
            clock.Advance(TimeSpan.FromSeconds(21));
            await Gateway.UntilAsync(() =>
            {
                if (since.Elapsed > TimeSpan.FromSeconds(2))
                {
                    clock.Advance(TimeSpan.FromSeconds(21));
                    since.Restart();
                }
                return Task.FromResult(
                    restarting.IsCompleted || gateway.State(ada) != state || gateway.Import()!.Progress.Place != place
                );
            });
        }
        await restarting;

        Assert.Equal(
            [false, false, true, false],
            gateway
                .Slack.Calls.Last.Where(call => call.Operation == "GET /Users")
                .Take(4)
                .Select(call => call.Path.Contains("filter=", StringComparison.Ordinal))
        );
        Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
    }

    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Fact]
    public async Task An_account_that_Slack_got_of_a_user_who_is_disabled_is_deactivated()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = (string)
            (
                await gateway.SendAsync(
                    HttpMethod.Post,
                    "Users",
                    """
                    {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","active":false,"emails":[{"value":"ada@corp.example","primary":true}]}
                    """
                )
            ).Body!["id"]!;
        Assert.Equal("Blocked", gateway.State(id));

        Make(gateway.Slack, Person("ada"));
        await gateway.ImportAsync();
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal("Settled", gateway.State(id));
    }

    private static void Make(SlackEmulatorServer slack, string person) =>
        slack.Workspace.MakeUser(JsonNode.Parse(person)!.AsObject());

    private static string Person(string name, string? address = null, bool active = true) =>
        new JsonObject
        {
            ["userName"] = name,
            ["email"] = address ?? $"{name}@corp.example",
            ["active"] = active,
        }.ToJsonString();

    private static string User(string name) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{name}}","emails":[{"value":"{{name}}@corp.example","primary":true}]}
            """;

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task ChangeAsync(Gateway gateway, string slackId, string change) =>
        (await gateway.Control.PutAsync($"users/{slackId}", Json(change))).EnsureSuccessStatusCode();

    private static async Task<(int Total, List<JsonObject> Users)> ListAsync(Gateway gateway, string query = "")
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, "Users?" + query);
        Assert.Equal(HttpStatusCode.OK, status);
        return ((int)body!["totalResults"]!, [.. (body["Resources"] as JsonArray ?? []).OfType<JsonObject>()]);
    }

    private static async Task<JsonObject> UserAsync(Gateway gateway, string userName) =>
        Assert.Single((await ListAsync(gateway, $"filter=userName eq \"{userName}\"")).Users);

    // A restart listens on another port, which is part of each location.
    private static JsonObject Rebased(Gateway gateway, JsonObject user, JsonObject former)
    {
        Assert.StartsWith(gateway.Base.ToString(), (string)user["meta"]!["location"]!, StringComparison.Ordinal);
        user["meta"]!["location"] = (string)former["meta"]!["location"]!;
        return user;
    }
}
