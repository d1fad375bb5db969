using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Consequences;

/// <summary>
/// Nobody gets another person's account: one is taken over by the chosen identifier alone, and whatever else agrees is a
/// conflict that names who is in the way.
/// </summary>
public class IdentityTests
{
    private const string Other = "token-of-the-other-source";

    private static readonly Preferences _strict = DemoTenant.Lenient with { UserSlackCannotHold = Unholdable.Refuse };

    private static readonly Preferences _byName = _strict with { UniqueUserIdentifier = Identifier.UserName };

    [Theory]
    [InlineData("17", "17", false)]
    [InlineData(null, null, false)]
    [InlineData(null, null, true)] // the account got the next best name
    public async Task Who_comes_back_gets_the_former_account_by_a_userName_that_is_an_address(
        string? was,
        string? now,
        bool hasNamesake
    )
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _byName });
        if (hasNamesake)
            await PostAsync(gateway, Person("upn@y.example", "other@y.example"));
        await DeleteAsync(gateway, await PostAsync(gateway, Person("upn@x.example", "ann@x.example", externalId: was)));
        await gateway.QuietAsync();
        var former = Assert.Single(await gateway.AccountsAsync("ann@x.example"));
        Assert.Equal(hasNamesake ? "upn2" : "upn", (string?)former["userName"]);

        var (_, back) = await PostAsync(gateway, Person("upn@x.example", "ann2@x.example", externalId: now));
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State((string)back!["id"]!));
        var account = Assert.Single(await gateway.AccountsAsync("ann2@x.example"));
        Assert.Equal((string?)former["id"], (string?)account["id"]);
        Assert.True(Active(account));
        Assert.Empty(await gateway.AccountsAsync("ann@x.example"));
    }

    [Theory]
    [InlineData("ada@x.example", "family@x.example")]
    [InlineData("ada@x.example", "bob@x.example")]
    public async Task Whose_account_Slack_has_unseen_stays_his_when_somebody_else_brings_one_of_his_addresses(
        string primary,
        string secondary
    )
    {
        await using var gateway = await Gateway.StartAsync();
        gateway.Slack.Workspace.MakeUser(Account("UBOB", "bob", "bob@x.example", "family@x.example", "admin"));

        var answer = await PostAsync(gateway, Person("ada", primary, secondary));

        AssertConflict(answer, "UBOB");
        var bob = await AccountAsync(gateway, "UBOB");
        Assert.Equal(("bob", "bob@x.example"), ((string?)bob["userName"], PrimaryOf(bob)));
        Assert.Equal(0, await NamedAsync(gateway, "ada"));
    }

    [Fact]
    public async Task Who_is_in_the_way_unseen_is_listed_and_shown_from_then_on()
    {
        await using var gateway = await Gateway.StartAsync();
        gateway.Slack.Workspace.MakeUser(Account("UBOB", "bob", "bob@x.example", "family@x.example"));

        await PostAsync(gateway, Person("ada", "ada@x.example", "family@x.example"));

        Assert.Equal(["UBOB"], Listed(gateway));
        Assert.Equal(1, await NamedAsync(gateway, "bob"));
    }

    [Fact]
    public async Task An_unseen_account_is_adopted_by_its_user_name_where_that_is_the_identifier_and_only_then()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _byName });
        gateway.Slack.Workspace.MakeUser(Account("UBOB", "bob", "bob@x.example"));
        gateway.Slack.Workspace.MakeUser(Account("UEVE", "eve", "eve@x.example"));

        var bob = await PostAsync(gateway, Person("bob", "bob@x.example"));
        var other = await PostAsync(gateway, Person("evelyn", "eve@x.example"));

        Assert.Equal(HttpStatusCode.Created, bob.Status);
        Assert.Equal("UBOB", await SlackIdAsync(gateway, bob));
        AssertConflict(other, "UEVE");
    }

    [Theory]
    [InlineData("ada2nd@x.example", null)]
    [InlineData("ada@x.example", "lead@x.example")]
    [InlineData("ada@x.example", "ada2nd@x.example")]
    public async Task An_account_that_nobody_claims_is_nobodys_whose_primary_address_is_not_its_own(
        string primary,
        string? secondary
    )
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _strict },
            ready: slack => slack.Workspace.MakeUser(Account("ULEAD", "lead", "lead@x.example", "ada2nd@x.example"))
        );

        var ada = await PostAsync(gateway, Person("ada", primary, secondary));
        AssertConflict(ada, "ULEAD");
        Assert.Equal(["ULEAD"], Listed(gateway));

        var lead = await PostAsync(gateway, Person("lead", "lead@x.example"));

        Assert.Equal("ULEAD", await SlackIdAsync(gateway, lead));
        Assert.Equal("lead@x.example", PrimaryOf(await AccountAsync(gateway, "ULEAD")));
    }

    [Fact]
    public async Task A_user_whom_Slack_cannot_hold_beside_an_account_that_nobody_claims_is_kept_and_that_is_listed()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            slack.Workspace.MakeUser(Account("ULEAD", "lead", "lead@x.example", "ada2nd@x.example"))
        );

        var ada = await PostAsync(gateway, Person("ada", "ada2nd@x.example"));

        Assert.Equal(HttpStatusCode.Created, ada.Status);
        Assert.Equal("Blocked", gateway.State((string)ada.Body!["id"]!));
        Assert.Equal(["ULEAD"], Listed(gateway));
        Assert.Null(await SlackIdAsync(gateway, ada));
    }

    [Fact]
    public async Task A_change_to_the_address_of_an_account_that_nobody_claims_names_it_and_lists_it()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _strict },
            ready: slack => slack.Workspace.MakeUser(Account("ULEAD", "lead", "lead@x.example"))
        );
        var id = await CreateAsync(gateway);

        var answer = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            Patch("emails[type eq \\\"work\\\"].value", "\"lead@x.example\"")
        );

        AssertConflict((answer.Status, answer.Body), "ULEAD");
        Assert.Equal(["ULEAD"], Listed(gateway));
    }

    [Fact]
    public async Task An_operator_says_whose_account_it_is_and_the_next_try_gets_it()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _strict },
            ready: slack => slack.Workspace.MakeUser(Account("ULEAD", "lead", "lead@x.example", "ada2nd@x.example"))
        );
        AssertConflict(await PostAsync(gateway, Person("ada", "ada2nd@x.example")), "ULEAD");
        var hold = Assert.Single(gateway.Holds.List());

        Assert.True(await gateway.Holds.MeanAsync(hold.Id, "ULEAD"));
        var ada = await PostAsync(gateway, Person("ada", "ada2nd@x.example"));

        Assert.Equal("ULEAD", await SlackIdAsync(gateway, ada));
        Assert.Equal("ada2nd@x.example", PrimaryOf(await AccountAsync(gateway, "ULEAD")));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task An_address_that_Slack_shows_to_be_free_goes_to_whoever_waits_for_it()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            slack.Workspace.MakeUser(Account("ULEAD", "lead", "lead@x.example", "ada2nd@x.example"))
        );
        var ada = await PostAsync(gateway, Person("ada", "ada2nd@x.example"));
        Assert.Equal("Blocked", gateway.State((string)ada.Body!["id"]!));
        (
            await gateway.Control.PutAsync(
                "users/ULEAD",
                new StringContent("""{"emails":[{"value":"lead@x.example","primary":true}]}""")
            )
        ).EnsureSuccessStatusCode();

        await gateway.ImportAsync();
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State((string)ada.Body["id"]!));
        Assert.NotEqual("ULEAD", await SlackIdAsync(gateway, ada));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("DELETE, POST, DELETE")]
    public async Task Who_may_be_another_person_stays_held_whatever_the_provider_repeats(string what)
    {
        await using var gateway = await Gateway.StartAsync();
        var first = await PostAsync(gateway, Person("ada", "ada@x.example", externalId: "e1"));
        await DeleteAsync(gateway, first);
        var second = await PostAsync(gateway, Person("ada", "ada@x.example", externalId: "e2"));
        Assert.Equal("Held", gateway.State((string)second.Body!["id"]!));

        if (what == "PATCH")
        {
            await PatchAsync(gateway, (string)second.Body!["id"]!, "active", "false");
            await PatchAsync(gateway, (string)second.Body!["id"]!, "active", "true");
        }
        else
            foreach (var step in what.Split(", "))
                if (step == "DELETE")
                {
                    await DeleteAsync(gateway, second);
                    await gateway.QuietAsync(); // before that the account is still being given back
                }
                else
                    second = await PostAsync(gateway, Person("ada", "ada@x.example", externalId: "e2"));
        if (what != "PATCH")
            second = await PostAsync(gateway, Person("ada", "ada@x.example", externalId: "e2"));

        Assert.Equal("Held", gateway.State((string)second.Body!["id"]!));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        var hold = Assert.Single(gateway.Holds.List());
        await gateway.Holds.ReleaseAsync([hold.Id]);
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
    }

    [Fact]
    public async Task Who_has_the_user_name_of_somebody_deleted_and_another_address_is_held()
    {
        await using var gateway = await Gateway.StartAsync();
        await DeleteAsync(gateway, await PostAsync(gateway, Person("jsmith", "john@x.example")));

        var jane = await PostAsync(gateway, Person("jsmith", "jane@x.example"));

        Assert.Equal("Held", gateway.State((string)jane.Body!["id"]!));
        var john = Assert.Single(await gateway.AccountsAsync("john@x.example"));
        Assert.False(Active(john));
        Assert.Empty(await gateway.AccountsAsync("jane@x.example"));
    }

    [Fact]
    public async Task An_externalId_of_another_source_is_nobodys_account()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { OtherToken = Other });
        await DeleteAsync(gateway, await PostAsync(gateway, Person("jsmith", "john@x.example", externalId: "17")));

        var jane = await PostByOtherAsync(gateway, Person("jsmith", "jane@x.example", externalId: "17"));

        Assert.Equal("Held", gateway.State((string)jane.Body!["id"]!));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("john@x.example"))));
        Assert.Empty(await gateway.AccountsAsync("jane@x.example"));
    }

    [Fact]
    public async Task An_externalId_of_a_deleted_user_is_not_handed_over()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { OtherToken = Other });
        await DeleteAsync(gateway, await PostAsync(gateway, Person("jsmith", "john@x.example", externalId: "17")));
        await gateway.ChangeAsync(new TenantChange.Transfer(1, 2));

        var jane = await PostByOtherAsync(gateway, Person("jsmith", "jane@x.example", externalId: "17"));

        Assert.Equal("Held", gateway.State((string)jane.Body!["id"]!));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("john@x.example"))));
        Assert.Empty(await gateway.AccountsAsync("jane@x.example"));
    }

    [Fact]
    public async Task Who_was_handed_over_keeps_the_externalId_while_there_and_is_found_by_it()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { OtherToken = Other });
        var bob = (string)(await PostAsync(gateway, Person("bob", "bob@x.example", externalId: "17"))).Body!["id"]!;
        await gateway.ChangeAsync(new TenantChange.Transfer(1, 2));

        using var client = gateway.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Other);
        var (_, found, _) = await Gateway.SendAsync(client, HttpMethod.Get, "Users?filter=externalId%20eq%20%2217%22");

        Assert.Equal(bob, (string?)Assert.Single(found!["Resources"]!.AsArray())!["id"]);
    }

    [Fact]
    public async Task Who_moves_to_another_source_is_the_same_whatever_externalId_that_gives()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { OtherToken = Other });
        await DeleteAsync(gateway, await PostAsync(gateway, Person("bob", "bob@x.example", externalId: "17")));

        var bob = await PostByOtherAsync(gateway, Person("bob", "bob@x.example", externalId: "b-4711"));

        Assert.Equal("Settled", gateway.State((string)bob.Body!["id"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("bob@x.example"))));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task Who_waits_for_the_address_of_another_sources_user_gets_the_account_by_the_address_alone()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { OtherToken = Other });
        var first = await PostAsync(gateway, Person("bob", "bob@x.example", externalId: "17"));
        var other = await PostByOtherAsync(gateway, Person("robert", "bob@x.example", externalId: "b-4711"));
        Assert.Equal("Blocked", gateway.State((string)other.Body!["id"]!));

        await DeleteAsync(gateway, first);
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State((string)other.Body!["id"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("bob@x.example"))));
    }

    [Fact]
    public async Task Who_comes_back_has_nothing_that_the_provider_said_of_the_former_employment_and_all_that_is_Slacks_own()
    {
        var account = Account("U0ADA", "ada", Address);
        account["timezone"] = "Europe/London";
        await using var gateway = await Requests.StartAsync(new Preferences(), account);
        var first = JsonNode.Parse(User())!;
        (first["title"], first["preferredLanguage"]) = ("Countess", "en-GB");
        var (_, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", first.ToJsonString());
        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{made!["id"]}");

        var (status, again, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User());
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("Settled", gateway.State((string)again!["id"]!));
        var there = Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal(("", "Europe/London"), ((string?)there["title"] ?? "", (string?)there["timezone"]));
        Assert.True(Active(there));
        Assert.Equal(0, await RepeatedAsync(gateway, User()));
    }

    // How many calls a PUT of the same costs.
    private static async Task<int> RepeatedAsync(Gateway gateway, string user)
    {
        var id = (await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["Resources"]![0]!["id"];
        await gateway.CallsAsync();
        await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", user);
        return (await gateway.CallsAsync()).Count;
    }

    [Fact]
    public async Task Who_comes_back_with_another_address_is_the_same_where_the_user_name_identifies()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _byName });
        await DeleteAsync(gateway, await PostAsync(gateway, Person("jsmith", "john@x.example")));

        var again = await PostAsync(gateway, Person("jsmith", "jsmith@x.example"));

        Assert.Equal("Settled", gateway.State((string)again.Body!["id"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("jsmith@x.example"))));
    }

    [Fact]
    public async Task Who_has_the_address_of_somebody_deleted_and_another_user_name_is_in_conflict_where_that_identifies()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _byName });
        await DeleteAsync(gateway, await PostAsync(gateway, Person("jsmith", "js@x.example")));

        var other = await PostAsync(gateway, Person("jsanders", "js@x.example"));

        Assert.Equal(HttpStatusCode.Conflict, other.Status);
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("js@x.example"))));
        Assert.Single(gateway.Holds.List());
    }

    [Fact]
    public async Task An_account_that_is_hidden_for_its_name_is_found_by_its_address_also_after_an_import()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            slack.Workspace.MakeUser(Account("UX", "x", "x@x.example"))
        );
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(gateway, Person("x", "other@x.example"))).Status);
        await gateway.RestartAsync();

        var adopted = await PostAsync(gateway, Person("xx", "x@x.example"));

        Assert.Equal(HttpStatusCode.Created, adopted.Status);
        Assert.Equal("UX", await SlackIdAsync(gateway, adopted));
    }

    [Fact]
    public async Task The_same_letters_are_the_same_however_they_are_composed()
    {
        await using var gateway = await Gateway.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(gateway, Person("jose\\u0301", "j@x.example"))).Status);

        var twice = await PostAsync(gateway, Person("jos\\u00e9", "k@x.example"));

        Assert.Equal(HttpStatusCode.Conflict, twice.Status);
        Assert.Equal(1, await NamedAsync(gateway, "jos\u00e9"));
        Assert.Equal(1, await NamedAsync(gateway, "JOSE\u0301"));
    }

    private static JsonObject Account(
        string id,
        string name,
        string address,
        string? secondary = null,
        string rank = "member"
    )
    {
        var emails = new JsonArray(new JsonObject { ["value"] = address, ["primary"] = true });
        if (secondary is not null)
            emails.Add((JsonNode)new JsonObject { ["value"] = secondary, ["primary"] = false });
        return new JsonObject
        {
            ["id"] = id,
            ["userName"] = name,
            ["rank"] = rank,
            ["emails"] = emails,
        };
    }

    private static string Person(string name, string address, string? secondary = null, string? externalId = null) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{name}}",
             "emails":[{"value":"{{address}}","type":"work","primary":true}{{(
                secondary is null ? "" : $$""",{"value":"{{secondary}}","type":"home"}"""
            )}}]{{(externalId is null ? "" : $",\"externalId\":\"{externalId}\"")}}}
            """;

    private static async Task<(HttpStatusCode Status, JsonObject? Body)> PostAsync(Gateway gateway, string user)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user);
        return (status, body);
    }

    // By the second source of the tenant.
    private static async Task<(HttpStatusCode Status, JsonObject? Body)> PostByOtherAsync(Gateway gateway, string user)
    {
        using var other = gateway.NewClient();
        other.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Other);
        var (status, body, _) = await Gateway.SendAsync(other, HttpMethod.Post, "Users", user);
        Assert.Equal(HttpStatusCode.Created, status);
        return (status, body);
    }

    private static async Task DeleteAsync(Gateway gateway, (HttpStatusCode Status, JsonObject? Body) made)
    {
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var (status, _, _) = await gateway.SendAsync(HttpMethod.Delete, $"Users/{made.Body!["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, status);
    }

    private static void AssertConflict((HttpStatusCode Status, JsonObject? Body) answer, string account)
    {
        Assert.Equal((HttpStatusCode.Conflict, "uniqueness"), (answer.Status, (string?)answer.Body!["scimType"]));
        Assert.Contains(account, (string)answer.Body["detail"]!, StringComparison.Ordinal);
    }

    private static async Task<JsonObject> AccountAsync(Gateway gateway, string slackId) =>
        JsonNode.Parse(await gateway.Control.GetStringAsync($"users/{slackId}"))!.AsObject();

    private static string? PrimaryOf(JsonObject account) =>
        (string?)account["emails"]!.AsArray().Single(email => (bool?)email!["primary"] == true)!["value"];

    private static Task<string?> SlackIdAsync(Gateway gateway, (HttpStatusCode Status, JsonObject? Body) made)
    {
        Assert.Equal(HttpStatusCode.Created, made.Status);
        using var kept = gateway.Kept();
        return Task.FromResult(kept.Of((string)made.Body!["id"]!).SlackId);
    }

    private static async Task<int> NamedAsync(Gateway gateway, string name) =>
        (int)
            (
                await gateway.SendAsync(
                    HttpMethod.Get,
                    $"Users?filter={Uri.EscapeDataString($"userName eq \"{name}\"")}"
                )
            ).Body!["totalResults"]!;

    // The accounts that an operator finds among what is to be decided.
    private static List<string?> Listed(Gateway gateway)
    {
        using var kept = gateway.Kept();
        return [.. gateway.Holds.List().Select(hold => kept.Links.Single(link => link.Id == hold.LinkId).SlackId)];
    }
}
