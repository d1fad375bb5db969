using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// What is kept beyond the plain way of a write: refusals path by path, late managers, names that are taken, Slack that
/// is slow or shut.
/// </summary>
public class EngineTests
{
    private const string Ada = "ada@corp.example";

    // So short that a held call is always late.
    private static readonly Preferences _impatient = new()
    {
        UserSlackCannotHold = Unholdable.Keep,
        WaitBudget = TimeSpan.FromMilliseconds(300),
    };

    [Fact]
    public async Task A_link_that_was_changed_since_it_was_read_is_not_written_over()
    {
        await using var gateway = await Gateway.StartAsync();
        await CreateAsync(gateway, Ada);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            gateway.Store.WriteAsync(
                session =>
                {
                    var link = LinkLists.Claimed(session, tenantId: Gateway.Tenant, after: default, most: 1)[0];
                    Links.Save(session, link.Want(absent: true));
                    return Links.Save(session, link.Narrow(7));
                },
                CancellationToken.None
            )
        );

        // And nothing of it happened.
        var after = gateway.Store.Read(session =>
            LinkLists.Claimed(session, tenantId: Gateway.Tenant, after: default, most: 1)[0]
        );
        Assert.Equal((false, null), (after.Absent, after.Slice));
    }

    [Fact]
    public async Task A_derived_name_that_Slack_does_not_take_is_followed_by_the_next_one()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","description":"username_taken","times":2}""");

        await CreateAsync(gateway, Ada);

        Assert.Equal("ada3", (string)Assert.Single(await gateway.AccountsAsync(Ada))["userName"]!);
    }

    [Fact]
    public async Task What_Slack_refuses_late_is_left_aside_and_the_rest_goes_through()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _impatient });
        var id = await CreateAsync(gateway, Ada);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","description":"photos_invalid","delayMs":700}"""
        );

        var (status, _, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            PatchOf(
                """{"op":"replace","value":{"title":"Countess","photos":[{"value":"https://pictures.example/a.png","type":"photo"}]}}"""
            )
        );
        Assert.Equal(HttpStatusCode.OK, status);

        await Gateway.UntilAsync(async () => (string?)(await gateway.AccountsAsync(Ada))[0]["title"] == "Countess");
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(id) == "Failed"));
        Assert.Contains("photos_invalid", gateway.Operations()[^1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_path_is_tried_again_with_the_next_write_and_does_not_spoil_it()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _impatient });
        var id = await CreateAsync(gateway, Ada);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","description":"photos_invalid","delayMs":700}"""
        );
        var photo =
            """{"op":"add","path":"photos","value":[{"value":"https://pictures.example/a.png","type":"photo"}]}""";
        await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", PatchOf(photo));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(id) == "Failed"));

        // Slack still does not take it: the new path is done, the old one stays failed.
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"photos_invalid"}""");
        var (status, _, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            PatchOf("""{"op":"replace","path":"title","value":"Countess"}""")
        );
        Assert.Equal(HttpStatusCode.OK, status);
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(id) == "Failed"));
        Assert.Equal("Countess", (string?)(await gateway.AccountsAsync(Ada))[0]["title"]);

        // Slack takes it now.
        await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            PatchOf("""{"op":"replace","path":"title","value":"Lady"}""")
        );
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(id) == "Settled"));
    }

    [Fact]
    public async Task A_manager_who_comes_later_is_told_to_Slack_then()
    {
        await using var gateway = await Gateway.StartAsync();
        var boss = await CreateAsync(gateway, "boss@corp.example", """, "active": false""");
        await CreateAsync(
            gateway,
            Ada,
            $$$"""
            , "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "{{{boss}}}"}}
            """
        );
        Assert.Contains(
            "\"managerId\":null",
            (await gateway.AccountsAsync(Ada))[0].ToJsonString(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Slack is told no manager: no account belongs to the user who is named.",
            gateway.LastNotes(),
            StringComparison.Ordinal
        );

        await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{boss}",
            PatchOf("""{"op":"replace","path":"active","value":true}""")
        );

        var slackId = (string)(await gateway.AccountsAsync("boss@corp.example"))[0]["id"]!;
        await Gateway.UntilAsync(async () =>
            (await gateway.AccountsAsync(Ada))[0].ToJsonString().Contains(slackId, StringComparison.Ordinal)
        );
        Assert.Contains("the manager has an account now", gateway.OwnDoings());
    }

    [Fact]
    public async Task A_manager_who_is_replaced_by_somebody_without_an_account_is_so_no_longer()
    {
        await using var gateway = await Gateway.StartAsync();
        var first = await CreateAsync(gateway, "first@corp.example", "");
        var second = await CreateAsync(gateway, "second@corp.example", """, "active": false""");
        var ada = await CreateAsync(gateway, Ada, "");
        await ManagedByAsync(first);
        var firstId = (string)(await gateway.AccountsAsync("first@corp.example"))[0]["id"]!;
        Assert.Contains(firstId, (await gateway.AccountsAsync(Ada))[0].ToJsonString(), StringComparison.Ordinal);

        await ManagedByAsync(second);

        Assert.Contains(
            "\"managerId\":null",
            (await gateway.AccountsAsync(Ada))[0].ToJsonString(),
            StringComparison.Ordinal
        );
        Assert.Equal("Settled", gateway.State(ada));

        async Task ManagedByAsync(string manager)
        {
            await gateway.SendAsync(
                HttpMethod.Patch,
                $"Users/{ada}",
                PatchOf(
                    $$$"""{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"{{{manager}}}"}}"""
                )
            );
            await gateway.QuietAsync();
        }
    }

    [Fact]
    public async Task Who_is_his_own_manager_is_so_at_Slack_once_the_account_is_made()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await CreateAsync(gateway, Ada, """, "active": false""");
        Assert.Empty(await gateway.AccountsAsync(Ada));

        await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{ada}",
            PatchOf(
                $$$"""
                {"op":"replace","path":"active","value":true},
                {"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"{{{ada}}}"}}
                """
            )
        );

        var account = Assert.Single(await gateway.AccountsAsync(Ada));
        Assert.Contains($"\"managerId\":\"{account["id"]}\"", account.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("Settled", gateway.State(ada));
    }

    [Fact]
    public async Task An_address_of_another_user_is_waited_for_and_given_when_it_is_free()
    {
        await using var gateway = await Gateway.StartAsync();
        var first = await CreateAsync(gateway, Ada);
        var second = await CreateAsync(gateway, Ada, userName: "ada.the.second");
        Assert.Equal("Blocked", gateway.State(second));
        Assert.Single(await gateway.AccountsAsync(Ada));

        await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{first}",
            PatchOf("""{"op":"replace","path":"emails","value":[{"value":"ada.first@corp.example","primary":true}]}""")
        );

        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(second) == "Settled"));
        Assert.Equal("ada.the.second", (string)Assert.Single(await gateway.AccountsAsync(Ada))["userName"]!);
    }

    [Fact]
    public async Task By_preference_a_slow_write_is_withdrawn_and_the_provider_told_when_to_come_back()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = _impatient with { WhenSlackIsSlow = WhenSlow.Refuse } }
        );
        var id = await CreateAsync(gateway, Ada);
        // Slack turns the call away and asks for patience: nothing was done of it.
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","status":429,"retryAfter":30}""");

        var patch = gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            PatchOf("""{"op":"replace","path":"title","value":"Countess"}""")
        );
        await Gateway.UntilAsync(() => Task.FromResult(clock.RingingIn(TimeSpan.FromSeconds(30)) > 0));
        clock.Advance(_impatient.WaitBudget);
        var (status, _, response) = await patch;

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.True(response.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
        Assert.Null(body!["title"]);
        Assert.Equal("refused", gateway.Operations()[^1].Outcome);
    }

    [Theory]
    [InlineData(CannotWrite.Refuse, HttpStatusCode.ServiceUnavailable)]
    [InlineData(CannotWrite.Queue, HttpStatusCode.OK)]
    public async Task While_the_token_is_not_accepted_writes_are_refused_or_queued(
        CannotWrite preference,
        HttpStatusCode expected
    )
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                // Who is refused waits for Slack's word, however busy the machine is.
                Preferences = (preference == CannotWrite.Refuse ? new Preferences() : _impatient) with
                {
                    WhileSlackCannotBeWritten = preference,
                },
            }
        );
        var id = await CreateAsync(gateway, Ada);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","status":401,"description":"invalid_authentication"}"""
        );

        for (var i = 0; i < 2; i++)
        {
            var (status, body, _) = await gateway.SendAsync(
                HttpMethod.Patch,
                $"Users/{id}",
                PatchOf($$"""{"op":"replace","path":"title","value":"Countess {{i}}"}""")
            );
            Assert.Equal(expected, status);
            var (_, now, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
            Assert.Equal(preference == CannotWrite.Queue ? $"Countess {i}" : null, (string?)now!["title"]);
        }
    }

    [Fact]
    public async Task What_a_PUT_repeats_of_Slack_does_not_become_the_providers_wish()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway, Ada);
        await gateway.SendAsync(
            HttpMethod.Put,
            $"Users/{id}",
            $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","emails":[{"value":"{{Ada}}","primary":true}]}
            """
        );
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
        Assert.Null(body!["name"]); // it was asserted, and left out now
        Assert.True((bool)body["active"]!); // an absent active keeps its value
    }

    [Fact]
    public async Task What_a_preference_leaves_out_stays_left_out_when_it_is_said_again()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new Preferences
                {
                    UpdateUsers = false,
                    DisableUsers = false,
                    DeprovisionUsers = false,
                    WhenNotAllowed = NotAllowed.Skip,
                },
            }
        );
        var id = await CreateAsync(gateway, Ada);
        await gateway.CallsAsync();

        for (var i = 0; i < 2; i++) // PingOne and PingFederate send everything again and again
        {
            foreach (var change in (string[])["\"title\",\"value\":\"Countess\"", "\"active\",\"value\":false"])
                Assert.Equal(
                    HttpStatusCode.OK,
                    (
                        await gateway.SendAsync(
                            HttpMethod.Patch,
                            $"Users/{id}",
                            PatchOf($$"""{"op":"replace","path":{{change}}}""")
                        )
                    ).Status
                );
        }
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");

        Assert.Empty(await gateway.CallsAsync());
        Assert.True((bool)(await gateway.AccountsAsync(Ada))[0]["active"]!);
    }

    [Fact]
    public async Task Who_waits_for_a_write_that_is_taken_on_late_is_not_turned_away()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, SlackTimeLimit = TimeSpan.FromSeconds(20) }
        );
        var id = await CreateAsync(gateway, Ada);
        await gateway.CallsAsync();
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","delayMs":9000}""");

        // What the creation left waiting rings at another time than what is waited for here.
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var (patience, delay) = (new Preferences().WaitBudget, TimeSpan.FromSeconds(9));
        // The first waits for its answer, and Slack holds its call; the second waits for its turn, until the first's answer
        // is out.
        var first = ChangeAsync(gateway, id, "title");
        await Gateway.UntilAsync(() => Task.FromResult(clock.RingingIn(patience) == 1 && clock.RingingIn(delay) == 1));
        var second = ChangeAsync(gateway, id, "nickName");
        await Gateway.UntilAsync(() => Task.FromResult(clock.RingingIn(patience + TimeSpan.FromSeconds(2)) == 1));
        clock.Advance(patience);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await Task.WhenAll(first, second));
    }

    private static async Task<HttpStatusCode> ChangeAsync(Gateway gateway, string id, string path) =>
        (
            await gateway.SendAsync(
                HttpMethod.Patch,
                $"Users/{id}",
                PatchOf($$"""{"op":"replace","path":"{{path}}","value":"Countess"}""")
            )
        ).Status;

    [Fact]
    public async Task A_tenant_whose_token_was_refused_is_open_again_once_it_is_accepted()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var id = await CreateAsync(gateway, Ada);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","status":401,"description":"invalid_authentication"}"""
        );
        var patch = PatchOf("""{"op":"replace","path":"title","value":"Countess"}""");
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", patch)).Status
        );

        // Nothing waits that could find it out by itself: the gateway asks.
        clock.Advance(TimeSpan.FromSeconds(31));
        await Gateway.UntilAsync(async () =>
            (await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", patch)).Status == HttpStatusCode.OK
        );
        Assert.Equal("Countess", (string?)(await gateway.AccountsAsync(Ada))[0]["title"]);
    }

    [Fact]
    public async Task What_failed_is_tried_again_by_itself_though_the_store_failed_then()
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                Preferences = _impatient,
                More = services => services.AddSingleton<ILoggerProvider>(log),
            }
        );
        var id = await CreateAsync(gateway, Ada);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","description":"title_too_long","delayMs":700}"""
        );
        var (patience, delay) = (_impatient.WaitBudget, TimeSpan.FromMilliseconds(700));
        var patch = ChangeAsync(gateway, id, "title");
        await Gateway.UntilAsync(() => Task.FromResult(clock.RingingIn(patience) > 0 && clock.RingingIn(delay) > 0));
        clock.Advance(patience);
        Assert.Equal(HttpStatusCode.OK, await patch);
        clock.Advance(delay - patience);
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(id) == "Failed"));

        await StoreTables.LoseAsync(gateway.Store, "operations");
        clock.Advance(gateway.NextDue()!.Value - clock.GetUtcNow());
        await Gateway.UntilAsync(() =>
            Task.FromResult(log.All.Any(line => line.StartsWith("An outcome could not be", StringComparison.Ordinal)))
        );
        await StoreTables.FindAsync(gateway.Store, "operations");
        clock.Advance(TimeSpan.FromSeconds(1));

        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(id) == "Settled"));
        Assert.Equal("Countess", (string?)(await gateway.AccountsAsync(Ada))[0]["title"]);
    }

    [Fact]
    public async Task Why_Slack_cannot_be_written_is_kept_with_the_tenant_until_it_can()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var id = await CreateAsync(gateway, Ada);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","status":401,"description":"token_revoked"}"""
        );
        Assert.Null(Problem());

        await PatchAsync(gateway, id, "title", "\"Countess\"");

        Assert.Contains("token_revoked", Problem(), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(31));
        await Gateway.UntilAsync(() => Task.FromResult(Problem() is null));

        string? Problem() => gateway.Store.Read(session => Tenants.Find(session, Gateway.Tenant)).Problem;
    }

    [Fact]
    public async Task A_user_whose_name_is_the_address_gets_the_account_after_a_lost_create()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { SlackTimeLimit = TimeSpan.FromMilliseconds(300) }
        );
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","drop":"before"}""");

        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{Ada}}"}"""
        );

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("Settled", gateway.State((string)body!["id"]!));
        Assert.Single(await gateway.AccountsAsync(Ada));
    }

    [Fact]
    public async Task The_primary_address_is_asked_about_though_there_is_a_second_one()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { SlackTimeLimit = TimeSpan.FromMilliseconds(300) }
        );
        gateway.Slack.Knobs.Set("filter.email_matches", "primary");
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","drop":"after"}""");

        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada",
             "emails":[{"value":"{{Ada}}","primary":true},{"value":"aa@corp.example","type":"home"}]}
            """
        );

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("Settled", gateway.State((string)body!["id"]!));
        Assert.Equal(1, (int)(await gateway.CallsAsync())["POST /Users"]!);
    }

    [Theory]
    [InlineData("""{"method":"POST","path":"/Users","status":500,"effect":true}""")]
    [InlineData("""{"method":"POST","path":"/Users","description":"invited_user_not_created","effect":true}""")]
    [InlineData("""{"method":"POST","path":"/Users","status":423,"description":"resource_locked","effect":true}""")]
    public async Task An_account_that_Slack_made_and_yet_answered_with_a_fault_is_ours(string fault)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                SlackTimeLimit = TimeSpan.FromMilliseconds(300),
                Preferences = new Preferences { WhenAccountExists = Existing.Refuse },
            }
        );
        await gateway.WeatherAsync(fault);

        await CreateAsync(gateway, Ada);

        Assert.Single(await gateway.AccountsAsync(Ada));
        Assert.Equal(1, await gateway.CameAsync("POST /Users"));
    }

    [Fact]
    public async Task An_account_that_was_there_before_is_not_taken_for_ours_because_the_user_is_older()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = _impatient with
                {
                    WhenAccountExists = Existing.Refuse,
                    WaitBudget = TimeSpan.FromSeconds(8),
                },
            }
        );
        var id = await CreateAsync(gateway, Ada, """, "active": false""");
        gateway.Slack.Workspace.MakeUser(
            new JsonObject
            {
                ["userName"] = "by.hand",
                ["emails"] = new JsonArray(new JsonObject { ["value"] = Ada, ["primary"] = true }),
            }
        );

        var (status, _, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            PatchOf("""{"op":"replace","path":"active","value":true}""")
        );

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("by.hand", (string)Assert.Single(await gateway.AccountsAsync(Ada))["userName"]!);
    }

    [Fact]
    public async Task An_account_that_was_hidden_by_a_namesake_is_shown_when_it_is_adopted()
    {
        await using var gateway = await WithAnAccountAsync();
        await CreateAsync(gateway, Ada); // the same userName hides the account that nobody claims

        var second = await CreateAsync(gateway, "other@corp.example", userName: "other");

        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{second}")).Status);
    }

    [Theory]
    [InlineData("created in vain")]
    [InlineData("renamed in vain")]
    [InlineData("renamed")]
    [InlineData("deleted")]
    public async Task An_account_that_was_hidden_by_a_namesake_is_shown_as_soon_as_the_name_is_free(string how)
    {
        await using var gateway = await WithAnAccountAsync();
        var before = await ShownAsync(gateway, "ada");

        switch (how)
        {
            case "created in vain":
                await gateway.WeatherAsync(
                    """{"method":"POST","path":"/Users","description":"invalid_emoji_not_allowed"}"""
                );
                Assert.Equal(
                    HttpStatusCode.BadRequest,
                    (await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", Ada))).Status
                );
                break;
            case "renamed in vain":
                var other = await CreateAsync(gateway, Ada, userName: "lovelace");
                await gateway.WeatherAsync(
                    """{"method":"PATCH","path":"/Users/{id}","description":"username_not_allowed","times":0}"""
                );
                Assert.Equal(HttpStatusCode.BadRequest, await PatchAsync(gateway, other, "userName", "\"ada\""));
                break;
            default:
                var id = await CreateAsync(gateway, Ada);
                Assert.NotEqual((string?)before["id"], (string?)(await ShownAsync(gateway, "ada"))["id"]);
                if (how == "renamed")
                    Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "userName", "\"ada.king\""));
                else
                    await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");
                break;
        }

        Assert.True(JsonNode.DeepEquals(before, await ShownAsync(gateway, "ada")));
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task A_user_whose_going_Slack_refuses_has_the_name_alone_again(string method)
    {
        await using var gateway = await WithAnAccountAsync();
        var id = await CreateAsync(gateway, Ada);
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"cannot_modify_owner"}""");

        var (status, _, _) = await gateway.SendAsync(
            new HttpMethod(method),
            $"Users/{id}",
            method == "DELETE" ? null : Patch("userName", "\"ada.king\"")
        );

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(id, (string?)(await ShownAsync(gateway, "ada"))["id"]);
    }

    private static Task<Gateway> WithAnAccountAsync() =>
        Gateway.StartAsync(ready: slack =>
            slack.Workspace.MakeUser(
                new JsonObject
                {
                    ["userName"] = "ada",
                    ["emails"] = new JsonArray(new JsonObject { ["value"] = "other@corp.example", ["primary"] = true }),
                }
            )
        );

    private static async Task<JsonObject> ShownAsync(Gateway gateway, string userName) =>
        Assert
            .Single(
                (await gateway.SendAsync(HttpMethod.Get, $"Users?filter=userName eq \"{userName}\"")).Body![
                    "Resources"
                ]!.AsArray()
            )!
            .AsObject();

    [Fact]
    public async Task A_refusal_after_the_old_name_was_given_away_leaves_two_users_with_two_names()
    {
        await using var gateway = await Gateway.StartAsync();
        var first = await CreateAsync(gateway, Ada);
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"photos_invalid"}""");
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Life.HoldAt(Step.Called, given.Task);
        gateway.Life.Watch();
        var renaming = gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{first}",
            PatchOf(
                """{"op":"replace","value":{"userName":"ada.first","photos":[{"value":"https://pictures.example/a.png","type":"photo"}]}}"""
            )
        );
        await Gateway.UntilAsync(async () =>
            (string?)(await gateway.SendAsync(HttpMethod.Get, $"Users/{first}")).Body!["userName"] == "ada.first"
        );

        var creating = CreateAsync(gateway, "second@corp.example", userName: "ada");
        await gateway.Life.ReachedAsync(Step.WrittenDown, 2);
        given.SetResult();
        var second = await creating;
        await renaming;
        await gateway.QuietAsync();

        var names = new List<string>();
        foreach (var id in new[] { first, second })
            names.Add((string)(await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!["userName"]!);
        Assert.Equal(["ada.first", "ada"], names);
    }

    private static async Task<string> CreateAsync(
        Gateway gateway,
        string address,
        string more = "",
        string? userName = null
    )
    {
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{userName
                ?? address[..address.IndexOf('@')]}}",
             "name":{"givenName":"Ada","familyName":"King"},"active":true,"emails":[{"value":"{{address}}","primary":true}]{{more}}}
            """.Replace(
                "\"active\":true",
                more.Contains("active", StringComparison.Ordinal) ? "\"nickName\":\"x\"" : "\"active\":true",
                StringComparison.Ordinal
            )
        );
        Assert.True(status == HttpStatusCode.Created, body?.ToJsonString());
        return (string)body!["id"]!;
    }
}
