using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Policy;

/// <summary>Other preferences in place of the present ones: shown first, then confirmed.</summary>
public class PreferenceTests
{
    private static readonly Preferences _usual = DemoTenant.Lenient;

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task What_other_preferences_mean_is_shown_without_being_done_and_done_when_it_is_confirmed()
    {
        await using var gateway = await StartAsync(_usual);
        var bob = await UserAsync(gateway, "bob", active: false);
        await UserAsync(gateway, "ada");
        var versions = gateway.Wishes();
        var operations = gateway.Count(kept => kept.Operations);
        await gateway.CallsAsync();

        var preview = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(_usual with { ProvisionDisabledUsers = true })
        );

        Assert.Equal(new Dictionary<string, int> { ["CreateUser"] = 1 }, preview.Counts.ToDictionary());
        Assert.Equal(new ResourceId(Guid.Parse(bob)), Assert.Single(preview.Links).Resource);
        Assert.Empty(await gateway.CallsAsync());
        Assert.Equal((versions, operations), (gateway.Wishes(), gateway.Count(kept => kept.Operations)));

        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("bob@corp.example"))));
        Assert.Equal(
            new Dictionary<string, int> { ["POST /Users"] = 1, ["PATCH /Users/{id}"] = 1 },
            await CallsAsync(gateway)
        );
        // They count for who asks from now on, and after a restart.
        await UserAsync(gateway, "eve", active: false);
        Assert.Single(await gateway.AccountsAsync("eve@corp.example"));
        await gateway.RestartAsync();
        await UserAsync(gateway, "ida", active: false);
        Assert.Single(await gateway.AccountsAsync("ida@corp.example"));
    }

    [Fact]
    public async Task What_they_change_nothing_of_is_left_alone_and_what_waits_is_named_where_it_is_told_otherwise()
    {
        await using var gateway = await StartAsync(_usual with { GuardedAccounts = 1 });
        await gateway.WeatherAsync("""{"description":"bad_email_address","times":1}""");
        await gateway.SendAsync(HttpMethod.Post, "Users", User("ida", "ida@corp.example"));
        var people = new List<string>();
        foreach (var name in (string[])["ada", "bob"])
            people.Add(await UserAsync(gateway, name));
        foreach (var id in people)
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");
        Assert.Single(gateway.Holds.List());
        await gateway.QuietAsync();
        await gateway.CallsAsync();

        foreach (
            var next in (Preferences[])
                [
                    gateway.Home.Preferences.Now,
                    gateway.Home.Preferences.Now with
                    {
                        CreateUsers = false,
                    },
                    gateway.Home.Preferences.Now with
                    {
                        GuardedMembers = 7,
                    },
                ]
        )
        {
            var alike = await gateway.Changes.PreviewAsync(new TenantChange.OtherPreferences(next));
            Assert.Empty(alike.Counts);
            await gateway.Changes.ConfirmAsync(alike.Id);
        }
        await gateway.QuietAsync();
        Assert.Empty(await gateway.CallsAsync());

        var preview = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(gateway.Home.Preferences.Now with { RemoveAction = RemoveAction.Delete })
        );
        Assert.Equal(["WhenReleased", "DeleteUser"], Assert.Single(preview.Links).What);
    }

    [Fact]
    public async Task What_was_left_out_is_told_if_the_operator_says_so_and_only_what_is_allowed_now()
    {
        var closed = _usual with
        {
            CreateUsers = false,
            UpdateUsers = false,
            DisableUsers = false,
            UpdateGroups = false,
            WhenNotAllowed = NotAllowed.Skip,
        };
        await using var gateway = await StartAsync(_usual);
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var ida = await UserAsync(gateway, "ida");
        var crew = await GroupAsync(gateway, "Crew", ada);
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(closed));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Countess\""));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, bob, "active", "false"));
        await UserAsync(gateway, "eve");
        await MembersAsync(gateway, crew, Add(ida), Rename("Band"));
        await gateway.QuietAsync();
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));

        // Without being asked for nothing comes by itself.
        var opened = closed with
        {
            CreateUsers = true,
            UpdateUsers = true,
            UpdateGroups = true,
        };
        Assert.Empty((await gateway.Changes.PreviewAsync(new TenantChange.OtherPreferences(opened))).Counts);
        var preview = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(opened, ReleasesLeftOut: true)
        );
        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();

        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["title"]);
        Assert.Single(await gateway.AccountsAsync("eve@corp.example"));
        Assert.Equal(["ada", "ida"], await InSlackAsync(gateway, "Band"));
        // To deactivate is not allowed still.
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("bob@corp.example"))));
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["ChangeMembers"] = 1,
                ["CreateUser"] = 1,
                ["PatchUser"] = 1,
                ["RenameGroup"] = 1,
            },
            preview.Counts.ToDictionary()
        );

        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_usual, ReleasesLeftOut: true));
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("bob@corp.example"))));
    }

    [Fact]
    public async Task The_preview_names_groups_and_reports_of_who_gets_an_account()
    {
        await using var gateway = await StartAsync(_usual);
        var report = await UserAsync(gateway, "ada");
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_usual with { CreateUsers = false, WhenNotAllowed = NotAllowed.Skip })
        );
        var boss = await UserAsync(gateway, "eve");
        await GroupAsync(gateway, "Crew", boss);
        await GroupAsync(gateway, "Band", report);
        await PatchAsync(
            gateway,
            report,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
            $$"""{"value":"{{boss}}"}"""
        );
        await gateway.QuietAsync();

        var preview = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(_usual, ReleasesLeftOut: true)
        );

        Assert.Equal(
            new Dictionary<string, int> { ["CreateUser"] = 1, ["FollowsOn"] = 2 },
            preview.Counts.ToDictionary()
        );
        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();
        Assert.Equal(["eve"], await InSlackAsync(gateway, "Crew"));
        var account = Assert.Single(await gateway.AccountsAsync("eve@corp.example"));
        Assert.Equal(
            (string?)account["id"],
            (string?)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["managerId"]
        );
    }

    [Fact]
    public async Task By_another_identifier_users_without_an_account_find_theirs_and_no_claim_moves()
    {
        await using var gateway = await StartAsync(_usual);
        await AccountAsync(gateway, "UBOB", "bob", "robert@corp.example");
        await gateway.ImportAsync();
        var ada = await UserAsync(gateway, "ada"); // has her account
        var bob = await UserAsync(gateway, "bob", active: false); // has none yet
        var crew = await GroupAsync(gateway, "Crew", bob);
        await gateway.CallsAsync();
        var accounts = gateway.Count(kept => kept.Links);

        var preview = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(_usual with { UniqueUserIdentifier = Identifier.UserName })
        );
        Assert.Equal(1, preview.Counts["Claim"]);
        Assert.Equal(new ResourceId(Guid.Parse(bob)), Assert.Single(preview.Links).Resource);
        Assert.Equal(accounts, gateway.Count(kept => kept.Links));
        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();

        // He is inactive as his provider wants it, has the address that the provider says, and no second account when
        // he comes.
        Assert.Equal("UBOB", SlackId(gateway, bob));
        var account = Assert.Single(await gateway.AccountsAsync("bob@corp.example"));
        Assert.Equal(("UBOB", false), ((string)account["id"]!, Active(account)));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, bob, "active", "true"));
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("bob@corp.example"))));
        Assert.Equal(["bob"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal([bob], await MembersAsync(gateway, crew));
        Assert.Equal(2, await TotalAsync(gateway));
        Assert.DoesNotContain("POST /Users", (await CallsAsync(gateway)).Keys);
        Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
        Assert.Equal("Settled", gateway.State(ada));
    }

    [Fact]
    public async Task Of_who_comes_back_as_another_person_a_preview_says_that_an_operator_is_asked_first()
    {
        var skipping = _usual with { WhenNotAllowed = NotAllowed.Skip };
        await using var gateway = await StartAsync(skipping);
        var (_, former, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("e1"));
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{former!["id"]}");
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(skipping with { CreateUsers = false }));
        var (status, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("e2"));
        Assert.Equal(HttpStatusCode.Created, status);
        await GroupAsync(gateway, "Crew", (string)made!["id"]!);
        await gateway.QuietAsync();
        await gateway.CallsAsync();

        var preview = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(skipping, ReleasesLeftOut: true)
        );
        Assert.Equal(["WhenReleased", "ReactivateUser"], Assert.Single(preview.Links).What);
        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();

        Assert.Equal("Held", gateway.State((string)made["id"]!));
        Assert.Empty(await gateway.CallsAsync());

        static string Known(string externalId)
        {
            var user = JsonNode.Parse(User("ada", "ada@corp.example"))!.AsObject();
            user["externalId"] = externalId;
            return user.ToJsonString();
        }
    }

    [Fact]
    public async Task Who_claims_an_account_by_another_identifier_comes_into_his_groups_by_the_same_change()
    {
        await using var gateway = await StartAsync(_usual);
        await AccountAsync(gateway, "UBOB", "bob", "robert@corp.example");
        await gateway.ImportAsync();
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob"}"""
        );
        Assert.Equal(HttpStatusCode.Created, status); // Slack makes nobody without an address
        await GroupAsync(gateway, "Crew", (string)body!["id"]!);

        var preview = await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_usual with { UniqueUserIdentifier = Identifier.UserName })
        );
        await gateway.QuietAsync();

        Assert.Equal(1, preview.Counts["Claim"]);
        Assert.Equal("UBOB", SlackId(gateway, (string)body["id"]!));
        Assert.Equal(["bob"], await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [InlineData(Standing.Shadow)]
    [InlineData(Standing.Disabled)]
    public async Task By_another_identifier_who_waits_for_a_tenant_that_stands_still_finds_an_account_too(
        Standing standing
    )
    {
        await using var gateway = await StartAsync(_usual with { WhileSlackCannotBeWritten = CannotWrite.Queue });
        await AccountAsync(gateway, "UBOB", "bob", "robert@corp.example");
        await gateway.ImportAsync();
        await (standing == Standing.Shadow ? gateway.Connection.BeginShadowAsync() : gateway.Connection.DisableAsync());
        var bob = await UserAsync(gateway, "bob");

        var preview = await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(
                _usual with
                {
                    UniqueUserIdentifier = Identifier.UserName,
                    WhileSlackCannotBeWritten = CannotWrite.Queue,
                }
            )
        );

        Assert.Equal(1, preview.Counts["Claim"]);
        Assert.Equal("UBOB", SlackId(gateway, bob));
        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: true));
        await gateway.QuietAsync();
        Assert.Equal(0, await gateway.CameAsync("POST /Users"));
        Assert.Equal("UBOB", (string?)Assert.Single(await gateway.AccountsAsync("bob@corp.example"))["id"]);
        Assert.Equal(0, gateway.Count(kept => kept.Operations.Where(one => one.Outcome == "accepted")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_preview_of_another_identifier_names_the_reports_of_who_gets_an_account_and_of_who_had_it(
        bool isDeletedUsers
    )
    {
        var byName = _usual with { UniqueUserIdentifier = Identifier.UserName, UserSlackCannotHold = Unholdable.Keep };
        await using var gateway = await StartAsync(byName);
        var (sue, rex) = (await UserAsync(gateway, "sue"), await UserAsync(gateway, "rex"));
        var boss = isDeletedUsers ? await UserAsync(gateway, "boss") : null;
        if (boss is null)
        {
            await AccountAsync(gateway, "UBOSS", "chief", "boss@corp.example");
            await gateway.ImportAsync();
        }
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "boss@corp.example"));
        Assert.Equal(HttpStatusCode.Created, status);
        var ada = (string)body!["id"]!;
        await ManagerAsync(sue, ada);
        if (boss is not null)
        {
            await ManagerAsync(rex, boss);
            await gateway.QuietAsync();
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{boss}");
        }
        await gateway.QuietAsync();
        var account = boss is null ? "UBOSS" : SlackId(gateway, boss);

        var preview = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(byName with { UniqueUserIdentifier = Identifier.PrimaryEmail })
        );

        Assert.Equal(
            Ids(boss is null ? [sue] : [sue, rex]),
            preview.Links.Where(link => link.What is ["FollowsOn"]).Select(link => $"{link.Resource}").Order()
        );
        Assert.Equal(1, preview.Counts["Claim"]);
        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();
        Assert.Equal(account, SlackId(gateway, ada));
        Assert.Equal(account, await ManagerOfAsync("sue"));
        Assert.Null(await ManagerOfAsync("rex"));

        static IEnumerable<string> Ids(string[] users) => users.Order();

        Task ManagerAsync(string user, string manager) =>
            PatchAsync(
                gateway,
                user,
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
                $$"""{"value":"{{manager}}"}"""
            );

        async Task<string?> ManagerOfAsync(string user) =>
            (string?)Assert.Single(await gateway.AccountsAsync($"{user}@corp.example"))["managerId"];
    }

    [Fact]
    public async Task One_account_is_claimed_by_one_user_though_two_have_its_address()
    {
        var byName = _usual with { UniqueUserIdentifier = Identifier.UserName, UserSlackCannotHold = Unholdable.Keep };
        await using var gateway = await StartAsync(byName);
        // An account that is hidden, as somebody has its name.
        var carol = await UserAsync(gateway, "xavier");
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, carol, "userName", "\"carol\""));
        await AccountAsync(gateway, "UCAROL", "carol", "shared@corp.example");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await gateway.ImportAsync();
        var two = new List<string>();
        foreach (var name in (string[])["one", "two"])
        {
            var user = JsonNode.Parse(User(name, "shared@corp.example"))!;
            user["active"] = false;
            var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
            Assert.Equal(HttpStatusCode.Created, status);
            two.Add((string)body!["id"]!);
        }

        var preview = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(byName with { UniqueUserIdentifier = Identifier.PrimaryEmail })
        );
        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();

        foreach (var user in two)
            Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{user}")).Status);
        Assert.True(preview.Counts.GetValueOrDefault("Claim") <= 1);
    }

    [Fact]
    public async Task What_was_left_out_is_released_with_groups_that_are_flattened_at_once()
    {
        var off = _usual with { UpdateGroups = false, WhenNotAllowed = NotAllowed.Skip };
        await using var gateway = await StartAsync(off);
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var outer = await GroupAsync(gateway, "Outer", await GroupAsync(gateway, "Inner", ada));
        await MembersAsync(gateway, outer, Add(bob));
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Outer"));

        var both = off with { UpdateGroups = true, NestedGroups = NestedGroups.Flatten };
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(both, ReleasesLeftOut: true));
        await gateway.QuietAsync();

        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task Groups_in_groups_are_flattened_by_a_change_of_preferences()
    {
        await using var gateway = await StartAsync(_usual);
        var inner = await GroupAsync(gateway, "Inner", await UserAsync(gateway, "ada"));
        await GroupAsync(gateway, "Outer", inner);

        var preview = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(_usual with { NestedGroups = NestedGroups.Flatten })
        );
        Assert.Equal(new Dictionary<string, int> { ["ChangeMembers"] = 1 }, preview.Counts.ToDictionary());
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Outer"));
        await gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.QuietAsync();

        Assert.Equal(["ada"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task Only_the_newest_preview_counts_for_an_hour_and_what_contradicts_itself_is_refused_with_the_field_named()
    {
        await using var gateway = await StartAsync(_usual);
        var first = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(_usual with { DeleteGroups = false })
        );
        _clock.Advance(TimeSpan.FromSeconds(1));
        var second = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(_usual with { DeleteGroups = false })
        );
        await Assert.ThrowsAsync<NotReadyException>(() => gateway.Changes.ConfirmAsync(first.Id));
        _clock.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<NotReadyException>(() => gateway.Changes.ConfirmAsync(second.Id));

        var refused = await Assert.ThrowsAsync<PreferencesException>(() =>
            gateway.Changes.PreviewAsync(new TenantChange.OtherPreferences(_usual with { UpdateUsers = false }))
        );
        Assert.Equal(["DisableUsers"], refused.Problems.Keys);

        var group = await GroupAsync(gateway, "Crew");
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_usual with { DeleteGroups = false }));
        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{group}")).Status);
    }

    // Somebody makes it in Slack.
    private static async Task AccountAsync(Gateway gateway, string id, string userName, string email) =>
        (
            await gateway.Control.PostAsJsonAsync(
                "users",
                new JsonObject
                {
                    ["id"] = id,
                    ["userName"] = userName,
                    ["email"] = email,
                }
            )
        ).EnsureSuccessStatusCode();

    private Task<Gateway> StartAsync(Preferences preferences) =>
        Gateway.StartAsync(new Setting { Clock = _clock, Preferences = preferences });
}
