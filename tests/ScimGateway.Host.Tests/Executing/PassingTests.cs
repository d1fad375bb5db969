using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// Slack says once, or for a while, that it does not know an account that it has: nobody stays in Slack by that, and
/// nobody gets a second account.
/// </summary>
public class PassingTests
{
    private const string Once = """{"method":"*","path":"/Users/{id}","status":404,"description":"no_such_user"}""";
    private const string Always =
        """{"method":"*","path":"/Users/{id}","times":0,"status":404,"description":"no_such_user"}""";
    private const string Writes =
        """{"method":"PATCH","path":"/Users/{id}","times":0,"status":404,"description":"no_such_user"}""";

    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_leaver_leaves_though_Slack_said_once_that_it_does_not_know_the_account(string method)
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        var account = SlackId(gateway, id);
        await gateway.WeatherAsync(Once);

        var (status, _, _) = await LeaveAsync(gateway, method, id);
        await gateway.QuietAsync();

        Assert.Equal(method == "DELETE" ? HttpStatusCode.NoContent : HttpStatusCode.OK, status);
        var there = Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal((account, false), ((string)there["id"]!, Active(there)));
        if (method != "DELETE")
            Assert.Equal((account, "Settled"), (SlackId(gateway, id), gateway.State(id)));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_leaver_whom_Slack_seemed_to_know_no_more_leaves_when_an_import_shows_the_account_again(
        string method
    )
    {
        await using var gateway = await StartAsync();
        var id = await CreateAsync(gateway);
        var account = await LoseAsync(gateway, method, id);

        await LookAsync(gateway);
        await gateway.QuietAsync();

        await HasLeftAsync(gateway, account);
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("provision")]
    [InlineData("resync")]
    public async Task A_leaver_whom_Slack_seemed_to_know_no_more_leaves_with_what_is_said_next(string next)
    {
        await using var gateway = await StartAsync();
        var id = await CreateAsync(gateway);
        var account = await LoseAsync(gateway, "PATCH", id);
        Assert.Equal("Broken", gateway.State(id));

        if (next == "provision")
            await gateway.Home.OnDemand.ProvisionAsync(new(Guid.Parse(id)), DemoTenant.Lenient);
        else if (next == "resync")
            await gateway.Home.Resync.AllAsync();
        else
            await LeaveAsync(gateway, next, id);
        await gateway.QuietAsync();

        await HasLeftAsync(gateway, account);
        if (next != "DELETE")
            Assert.Equal((account, "Settled"), (SlackId(gateway, id), gateway.State(id)));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_leaver_whom_Slack_seemed_to_know_no_more_has_left_before_the_person_is_erased(string method)
    {
        await using var gateway = await StartAsync();
        var id = await CreateAsync(gateway);
        var link = LinkOf(gateway, id);
        var account = await LoseAsync(gateway, method, id);
        if (method != "DELETE")
        {
            await gateway.WeatherAsync(Always);
            await LeaveAsync(gateway, "DELETE", id);
            gateway.Slack.Faults.Clear();
        }

        await gateway.Home.Links.EraseAsync(link);

        await HasLeftAsync(gateway, account);
    }

    [Theory]
    [InlineData("17")]
    [InlineData(null)]
    public async Task Who_was_deleted_while_Slack_seemed_to_know_no_account_and_is_hired_again_has_it_again(
        string? externalId
    )
    {
        await using var gateway = await StartAsync();
        var account = await HireAndLoseAsync(gateway, externalId);

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known(externalId));
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.Created, status);
        var there = Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal((account, true), ((string)there["id"]!, Active(there)));
        Assert.Equal(
            (account, "Settled"),
            (SlackId(gateway, (string)body!["id"]!), gateway.State((string)body["id"]!))
        );
    }

    [Fact]
    public async Task Who_was_deleted_while_Slack_seemed_to_know_no_account_and_is_hired_again_is_out_of_the_former_groups()
    {
        await using var gateway = await StartAsync();
        var (ada, grace) = (await CreateAsync(gateway), await UserAsync(gateway, "grace"));
        await GroupAsync(gateway, "Crew", ada, grace);
        await LoseAsync(gateway, "DELETE", ada);

        await CreateAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal(["grace"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task A_lost_leaver_whom_somebody_elses_address_finds_leaves()
    {
        await using var gateway = await StartAsync();
        var account = await HireAndLoseAsync(gateway, "17");

        await gateway.SendAsync(HttpMethod.Post, "Users", Known("18"));
        await gateway.QuietAsync();

        await HasLeftAsync(gateway, account);
    }

    [Fact]
    public async Task Another_person_does_not_get_the_account_of_who_was_deleted_while_Slack_seemed_to_know_none()
    {
        await using var gateway = await StartAsync();
        var account = await HireAndLoseAsync(gateway, "17");

        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("18"));

        Assert.Equal(HttpStatusCode.Conflict, status);
        await LookAsync(gateway);
        await gateway.QuietAsync();
        await HasLeftAsync(gateway, account);
    }

    [Theory]
    [InlineData("17", "Settled")]
    [InlineData("18", "Held")]
    public async Task Who_was_deleted_while_Slack_seemed_to_know_no_account_has_it_when_another_person_has_asked_for_it(
        string externalId,
        string state
    )
    {
        await using var gateway = await StartAsync();
        var account = await HireAndLoseAsync(gateway, "17");
        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("18"));
        Assert.Equal(HttpStatusCode.Conflict, status);
        await gateway.QuietAsync();

        await IsHiredAgainAsync(gateway, account, externalId, state);
    }

    [Theory]
    [InlineData("17", "Settled")]
    [InlineData("18", "Held")]
    public async Task Who_was_deleted_while_Slack_seemed_to_know_no_account_and_has_left_since_has_it_when_hired_again(
        string externalId,
        string state
    )
    {
        await using var gateway = await StartAsync();
        var account = await HireAndLoseAsync(gateway, "17");
        await gateway.Home.Resync.AllAsync();
        await gateway.QuietAsync();
        await HasLeftAsync(gateway, account);

        await IsHiredAgainAsync(gateway, account, externalId, state);
    }

    [Fact]
    public async Task Whoever_gets_another_address_while_Slack_seems_not_to_know_the_account_keeps_it()
    {
        await using var gateway = await StartAsync();
        var id = await CreateAsync(gateway);
        var account = SlackId(gateway, id);
        await gateway.WeatherAsync(Always);
        const string Another = """[{"value":"ada.king@corp.example","type":"work","primary":true}]""";
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PatchAsync(gateway, id, "emails", Another));
        Assert.Empty(await gateway.AccountsAsync("ada.king@corp.example"));
        gateway.Slack.Faults.Clear();

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "emails", Another));
        await gateway.QuietAsync();

        Assert.Empty(await gateway.AccountsAsync(Address));
        var there = Assert.Single(await gateway.AccountsAsync("ada.king@corp.example"));
        Assert.Equal((account, true, "Settled"), ((string)there["id"]!, Active(there), gateway.State(id)));
    }

    [Fact]
    public async Task The_account_of_who_was_disabled_while_Slack_seemed_not_to_have_it_is_deactivated_when_it_is_seen()
    {
        await using var gateway = await StartAsync();
        var id = await CreateAsync(gateway);
        var account = SlackId(gateway, id);
        await gateway.WeatherAsync(Always);
        // The search finds nobody either: the account has another address for a while.
        Rename(gateway, account, "elsewhere@corp.example");
        Assert.Equal(HttpStatusCode.OK, (await LeaveAsync(gateway, "PATCH", id)).Status);
        await gateway.QuietAsync();
        Assert.Equal("Broken", gateway.State(id)); // an inactive user gets no account
        gateway.Slack.Faults.Clear();
        Rename(gateway, account, Address);

        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal((account, "Settled"), (SlackId(gateway, id), gateway.State(id)));
        await HasLeftAsync(gateway, account);
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("provision")]
    [InlineData("resync")]
    public async Task Whose_account_an_import_did_not_find_gets_another_one_with_what_is_said_next(string next)
    {
        await using var gateway = await StartAsync();
        var id = await CreateAsync(gateway);
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, id));
        await LookAsync(gateway);
        Assert.Equal("Broken", gateway.State(id));

        if (next == "provision")
            await gateway.Home.OnDemand.ProvisionAsync(new(Guid.Parse(id)), DemoTenant.Lenient);
        else if (next == "resync")
            await gateway.Home.Resync.AllAsync();
        else
            await PatchAsync(gateway, id, "active", "true");
        await gateway.QuietAsync();

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal("Settled", gateway.State(id));
    }

    [Fact]
    public async Task Who_goes_on_gets_no_second_account_and_what_was_wanted_is_told()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        var account = SlackId(gateway, id);
        await gateway.WeatherAsync(Once);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        await gateway.QuietAsync();

        var there = Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal((account, "Pilot", true), ((string)there["id"]!, (string?)there["title"], Active(there)));
    }

    [Fact]
    public async Task A_Slack_that_goes_on_saying_so_of_an_account_that_it_shows_is_told_of_and_asked_ever_more_rarely()
    {
        await using var gateway = await StartAsync();
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(Writes);
        await gateway.WeatherAsync(Writes.Replace("PATCH", "DELETE", StringComparison.Ordinal));
        await gateway.CallsAsync();

        var leaving = LeaveAsync(gateway, "DELETE", id);
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(leaving.IsCompleted && !IsPending(gateway));
        });
        Assert.InRange((await CallsAsync(gateway))["GET /Users/{id}"], 1, 10);
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        gateway.Slack.Faults.Clear();
        if ((await leaving).Status != HttpStatusCode.NoContent)
            await LeaveAsync(gateway, "DELETE", id);

        await Gateway.UntilAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            return !Active(Assert.Single(await gateway.AccountsAsync(Address)));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_that_Slack_denies_again_and_again_of_an_account_that_it_shows_is_refused_for_what_is_so(
        bool isAfterLosses
    )
    {
        var losses = isAfterLosses ? 2 : 0;
        await using var gateway = await StartAsync(TimeSpan.FromSeconds(30));
        var id = await CreateAsync(gateway);
        if (isAfterLosses)
            await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","times":2,"status":500}""");
        await gateway.WeatherAsync(
            Writes.Replace("\"times\":0", $"\"nth\":{losses + 1},\"times\":0", StringComparison.Ordinal)
        );
        await gateway.CallsAsync();

        var changing = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Pilot\""));
        // Little time passes while Slack is asked, or the request's own would be over before the fourth call.
        await Gateway.UntilAsync(() =>
        {
            using var kept = gateway.Kept();
            var now = _clock.GetUtcNow();
            if (
                kept.Links.Single(link => link.ClaimantId == ResourceId.Of(Guid.Parse(id))).Due?.ToTime() is { } due
                && due > now
            )
                _clock.Advance(due - now);
            else
                _clock.Advance(TimeSpan.FromMilliseconds(20));
            return Task.FromResult(changing.IsCompleted);
        });

        var (status, body, _) = await changing;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains(
            "with 404, as if the account or group did not exist, but shows it when asked. 4 calls for this change have failed, the last one so.",
            (string?)body!["detail"],
            StringComparison.Ordinal
        );
        Assert.Equal(4, (await CallsAsync(gateway))["PATCH /Users/{id}"]); // those that were lost among them
        Assert.DoesNotContain("no longer knows", (string?)body["detail"], StringComparison.Ordinal);
    }

    // A leaver whose account Slack denies as often as it is asked, until the answer is out.
    private static async Task<string> LoseAsync(Gateway gateway, string method, string id)
    {
        var account = SlackId(gateway, id);
        await gateway.WeatherAsync(Always);
        var (status, _, _) = await LeaveAsync(gateway, method, id);
        Assert.Equal(method == "DELETE" ? HttpStatusCode.NoContent : HttpStatusCode.OK, status);
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        gateway.Slack.Faults.Clear();
        return account;
    }

    private static async Task<string> HireAndLoseAsync(Gateway gateway, string? externalId)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known(externalId));
        Assert.Equal(HttpStatusCode.Created, status);
        return await LoseAsync(gateway, "DELETE", (string)body!["id"]!);
    }

    private static async Task IsHiredAgainAsync(Gateway gateway, string account, string externalId, string state)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known(externalId));
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.Created, status);
        var id = (string)body!["id"]!;
        Assert.Equal((account, state), (SlackId(gateway, id), gateway.State(id)));
        var there = Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal((account, state == "Settled"), ((string)there["id"]!, Active(there)));
        Assert.Equal(
            state == "Held" ? [ReasonCode.AnotherPerson] : [],
            gateway.Holds.List().Select(hold => hold.Reason.Code)
        );
    }

    private static string Known(string? externalId) =>
        externalId is null
            ? User()
            : User().Replace("\"active\":", $"\"externalId\":\"{externalId}\",\"active\":", StringComparison.Ordinal);

    private static async Task HasLeftAsync(Gateway gateway, string account)
    {
        var there = Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal((account, false), ((string)there["id"]!, Active(there)));
    }

    private static LinkId LinkOf(Gateway gateway, string id)
    {
        using var kept = gateway.Kept();
        return kept.Resources.Single(resource => resource.Id == new ResourceId(Guid.Parse(id))).LinkId!.Value;
    }

    private Task<Gateway> StartAsync(TimeSpan? waitBudget = null) =>
        Gateway.StartAsync(
            new Setting
            {
                Clock = _clock,
                Preferences = DemoTenant.Lenient with
                {
                    Drift = DriftHandling.Report,
                    WaitBudget = waitBudget ?? DemoTenant.Lenient.WaitBudget,
                },
            }
        );

    private static bool IsPending(Gateway gateway)
    {
        using var kept = gateway.Kept();
        return kept.Links.Any(link => link.State == Provisioning.Model.Links.LinkState.Pending);
    }

    private static Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)> LeaveAsync(
        Gateway gateway,
        string method,
        string id
    ) =>
        gateway.SendAsync(
            new HttpMethod(method),
            $"Users/{id}",
            method switch
            {
                "PATCH" => Patch("active", "false"),
                "PUT" => User().Replace("\"active\":true", "\"active\":false", StringComparison.Ordinal),
                _ => null,
            }
        );

    private async Task LookAsync(Gateway gateway)
    {
        await gateway.QuietAsync(); // a call under way would be late by the time that passes
        _clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ImportAsync();
    }

    private static void Rename(Gateway gateway, string account, string address) =>
        gateway.Slack.Workspace.ChangeUser(
            account,
            new JsonObject { ["emails"] = new JsonArray(new JsonObject { ["value"] = address, ["primary"] = true }) }
        );
}
