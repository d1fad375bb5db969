using System.Text.Json.Nodes;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Lane;

/// <summary>What a script may not do, though Slack would let it.</summary>
public sealed class LaneRuleTests
{
    // It is over.
    private const string GuestsEnd =
        """{"schemas":["urn:scim:schemas:core:1.0","urn:scim:schemas:extension:slack:guest:1.0"],"urn:scim:schemas:extension:slack:guest:1.0":{"type":"multi","expiration":"2020-11-30T23:59:59Z"}}""";

    private static readonly Setting _two = new() { Preferences = Script.Writes, OtherToken = "token-of-another" };

    [Theory]
    [InlineData("PATCH", """{"active":false}""")]
    [InlineData("PATCH", """{"Active":"FALSE"}""")]
    [InlineData(
        "PUT",
        """{"schemas":["urn:scim:schemas:core:1.0"],"userName":"ada","emails":[{"value":"ada.lovelace@corp.example"}],"active":false}"""
    )]
    [InlineData("DELETE", null)]
    public async Task Whom_a_source_wants_another_s_script_does_not_let_out(string method, string? body)
    {
        await using var gateway = await Gateway.StartAsync(_two);
        using var others = await Script.OfAsync(gateway, source: 2);
        var path = $"Users/{SlackId(gateway, await CreateAsync(gateway))}";

        var (status, words) = await others.RefusedAsync(method, path, body);

        Assert.Equal(403, status);
        Assert.Contains("'demo'", words, StringComparison.Ordinal);
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        var line = Assert.Single(Script.Lines(gateway));
        Assert.Equal(("refused", "refuse", 403), (line.Outcome, line.Verdict, line.Status));
        // Its own source's does; Slack, or the pretended one, knows active by that name alone.
        using var own = await Script.OfAsync(gateway);
        Assert.Equal(
            200,
            await own.StatusAsync(method, path, body?.Replace("Active", "active", StringComparison.Ordinal))
        );
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Theory]
    [InlineData("""{"active":true}""")]
    [InlineData("""{"urn:scim:schemas:extension:slack:guest:1.0":{"type":"multi"}}""")]
    [InlineData("""{"meta":{"attributes":["urn:scim:schemas:extension:slack:guest:1.0"]}}""")]
    public async Task Whom_a_source_has_let_out_another_s_script_does_not_let_in(string body)
    {
        await using var gateway = await Gateway.StartAsync(_two);
        using var others = await Script.OfAsync(gateway, source: 2);
        var ada = await CreateAsync(gateway);
        await PatchAsync(gateway, ada, "active", "false");

        Assert.Equal(403, (await others.RefusedAsync("PATCH", $"Users/{SlackId(gateway, ada)}", body)).Status);
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Theory]
    [InlineData("""{"meta":[{"attributes":["emails"]}],"title":"t"}""")]
    [InlineData("""{"meta":"emails","title":"t"}""")]
    [InlineData("""{"id":"U0EMUOWNER","title":"t"}""")]
    public async Task What_Slack_might_read_of_another_account_or_as_cleared_is_not_sent_on(string body)
    {
        await using var gateway = await Gateway.StartAsync(_two);
        using var own = await Script.OfAsync(gateway);
        var account = SlackId(gateway, await CreateAsync(gateway));
        var calls = gateway.Slack.Calls.Total;

        Assert.Equal(400, (await own.RefusedAsync("PATCH", $"Users/{account}", body)).Status);
        Assert.Equal(calls, gateway.Slack.Calls.Total);
        // The same id is what a script sends that has read the account.
        Assert.Equal(200, await own.StatusAsync("PATCH", $"Users/{account}", $$"""{"id":"{{account}}","title":"t"}"""));
    }

    [Theory]
    [InlineData("""{"emails":[{"value":"eve@corp.example","primary":true}]}""")]
    [InlineData("""{"Emails":["eve@corp.example"]}""")]
    [InlineData("""{"emails":[{"value":"ada.lovelace@corp.example","operation":"delete"}]}""")]
    [InlineData("""{"emails":[{"value":"ada.lovelace@corp.example","primary":false}]}""")]
    [InlineData("""{"meta":{"attributes":["emails"]}}""")]
    [InlineData("""{"emails":null}""")]
    [InlineData("""{"emails":[]}""")]
    [InlineData("""{"userName":"eve"}""")]
    [InlineData("""{"nickName":"eve"}""")]
    public async Task Another_s_script_or_one_for_nobody_s_account_does_not_say_how_somebody_signs_in(string body)
    {
        await using var gateway = await Gateway.StartAsync(_two);
        using var others = await Script.OfAsync(gateway, source: 2);
        var ada = $"Users/{SlackId(gateway, await CreateAsync(gateway))}";
        var made = await others.SendAsync("POST", "Users", Script.User("grace"));
        var nobodys = $"Users/{(string)made.Body!["id"]!}";

        var (status, words) = await others.RefusedAsync("PATCH", ada, body);
        Assert.Equal((403, true), (status, words.Contains("writeSignIn", StringComparison.Ordinal)));
        Assert.Equal(403, (await others.RefusedAsync("PATCH", nobodys, body)).Status);
        Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Single(await gateway.AccountsAsync("grace@corp.example"));

        // What else it says goes on, also beside the address and name as they are.
        var same =
            """{"userName":"grace","emails":[{"value":"Grace@corp.example","primary":true}],"title":"Admiral"}""";
        Assert.Equal(200, await others.StatusAsync("PATCH", nobodys, same));
    }

    [Theory]
    [InlineData(403, """{"userName":"ada","active":true}""")]
    [InlineData(
        403,
        """{"userName":"ada","active":true,"emails":[{"value":"ada.lovelace@corp.example","primary":true}]}"""
    )]
    public async Task Another_s_PUT_takes_no_second_address_away(int expected, string body)
    {
        await using var gateway = await Gateway.StartAsync(_two);
        using var others = await Script.OfAsync(gateway, source: 2);
        var id = await CreateAsync(gateway);
        const string Both = """
            [{"value":"ada.lovelace@corp.example","type":"work","primary":true},{"value":"ada@home.example","type":"home"}]
            """;
        Assert.Equal(System.Net.HttpStatusCode.OK, await PatchAsync(gateway, id, "emails", Both));

        Assert.Equal(expected, (await others.RefusedAsync("PUT", $"Users/{SlackId(gateway, id)}", body)).Status);

        Assert.Equal(2, Assert.Single(await gateway.AccountsAsync(Address))["emails"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("urn:scim:schemas:core:2.0:emails", """{"urn:scim:schemas:core:2.0:emails":["eve@corp.example"]}""")]
    [InlineData(
        "urn:ietf:params:scim:schemas:core:2.0:User",
        """{"urn:ietf:params:scim:schemas:core:2.0:User":{"userName":"eve"}}"""
    )]
    [InlineData(" emails", """{" emails":["eve@corp.example"]}""")]
    [InlineData("emails.value", """{"emails.value":"eve@corp.example"}""")]
    [InlineData("userName ", """{"title":"Sir","userName ":"eve"}""")]
    [InlineData(" emails", """{"meta":{"attributes":[" emails"]}}""")]
    [InlineData("value ", """{"emails":[{"value":"ada.lovelace@corp.example","value ":"eve@corp.example"}]}""")]
    public async Task What_Slack_does_not_document_is_not_sent_on_be_it_by_a_source_s_own_script(
        string name,
        string body
    )
    {
        await using var gateway = await Gateway.StartAsync(_two);
        using var others = await Script.OfAsync(gateway, source: 2);
        using var own = await Script.OfAsync(gateway);
        var ada = $"Users/{SlackId(gateway, await CreateAsync(gateway))}";
        await gateway.CallsAsync();

        foreach (var script in (Script[])[others, own])
        {
            var (status, words) = await script.RefusedAsync("PATCH", ada, body);
            Assert.Equal((400, true), (status, words.Contains($"'{name}'", StringComparison.Ordinal)));
        }
        Assert.Equal(0, await gateway.CameAsync("PATCH /Users/{id}"));
    }

    [Fact]
    public async Task A_source_s_own_script_says_how_its_people_sign_in_and_any_script_where_that_is_allowed_by_name()
    {
        await using var gateway = await Gateway.StartAsync(_two);
        var ada = $"Users/{SlackId(gateway, await CreateAsync(gateway))}";
        using var own = await Script.OfAsync(gateway);
        Assert.Equal(200, await own.StatusAsync("PATCH", ada, To("ada@corp.example")));

        await using var open = await Gateway.StartAsync(
            _two with
            {
                Preferences = Script.Writes with { V1Lane = V1Lane.WriteSignIn },
            }
        );
        ada = $"Users/{SlackId(open, await CreateAsync(open))}";
        using var others = await Script.OfAsync(open, source: 2);
        Assert.Equal(200, await others.StatusAsync("PATCH", ada, To("eve@corp.example")));
        Assert.Single(await open.AccountsAsync("eve@corp.example"));
    }

    [Fact]
    public async Task Other_sign_in_addresses_are_counted_by_the_guard()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes with { GuardedAddresses = 1, V1Lane = V1Lane.WriteSignIn } }
        );
        using var script = await Script.OfAsync(gateway);
        var statuses = new List<int>();
        foreach (var name in (string[])["ada", "eve"])
        {
            var made = await script.SendAsync("POST", "Users", Script.User(name));
            var path = $"Users/{(string)made.Body!["id"]!}";
            statuses.Add(await script.StatusAsync("PATCH", path, To($"{name}.other@corp.example")));
            statuses.Add(await script.StatusAsync("PATCH", path, """{"title":"Countess"}"""));
        }

        Assert.Equal([200, 200, 403, 200], statuses);
        Assert.Single(await gateway.AccountsAsync("eve@corp.example"));
    }

    private static string To(string address) => $$"""{"emails":[{"value":"{{address}}","primary":true}]}""";

    [Theory]
    [InlineData("PATCH", """{"members":[{"value":"ADA","operation":"delete"}]}""", 403)]
    [InlineData("PATCH", """{"members":[{"value":"ADA","OPERATION":"Remove"}]}""", 403)]
    [InlineData("PATCH", """{"members":{"value":"ADA","operation":"delete"}}""", 403)]
    [InlineData("PATCH", """{"meta":{"attributes":["members"]},"members":[]}""", 403)]
    [InlineData("PUT", """{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"Poets","members":[]}""", 403)]
    [InlineData("PUT", """{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"Poets"}""", 403)]
    [InlineData("DELETE", null, 403)]
    [InlineData(
        "PUT",
        """{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"Poets","members":[{"value":"ADA"}]}""",
        200
    )]
    [InlineData("PATCH", """{"displayName":"Singers"}""", 204)]
    public async Task Whom_a_source_wants_in_a_group_another_s_script_does_not_take_out(
        string method,
        string? body,
        int status
    )
    {
        await using var gateway = await Gateway.StartAsync(_two);
        using var others = await Script.OfAsync(gateway, source: 2);
        var ada = await CreateAsync(gateway);
        var group = SlackId(gateway, await GroupAsync(gateway, "Poets", ada));

        Assert.Equal(
            status,
            await others.StatusAsync(
                method,
                $"Groups/{group}",
                body?.Replace("ADA", SlackId(gateway, ada), StringComparison.Ordinal)
            )
        );

        Assert.Equal(
            ["ada"],
            await InSlackAsync(
                gateway,
                body?.Contains("Singers", StringComparison.Ordinal) == true ? "Singers" : "Poets"
            )
        );
    }

    [Theory]
    [InlineData("""{"members":[{"value":"ADA","operation":"delete"}]}""")]
    [InlineData("""{"meta":{"attributes":["members"]},"members":[]}""")]
    public async Task Whom_a_source_wants_in_a_group_by_one_in_it_another_s_script_does_not_take_out(string body)
    {
        await using var gateway = await Gateway.StartAsync(
            _two with
            {
                Preferences = Script.Writes with { NestedGroups = NestedGroups.Flatten },
            }
        );
        var ada = await CreateAsync(gateway);
        var outer = await GroupAsync(gateway, "Poets", await GroupAsync(gateway, "Inner", ada));
        await gateway.QuietAsync();
        var path = $"Groups/{SlackId(gateway, outer)}";
        body = body.Replace("ADA", SlackId(gateway, ada), StringComparison.Ordinal);

        using var others = await Script.OfAsync(gateway, source: 2);
        var (status, words) = await others.RefusedAsync("PATCH", path, body);
        Assert.Equal(403, status);
        Assert.Contains("'demo'", words, StringComparison.Ordinal);
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Poets"));
        // Its own source's does, as of a member of the group itself.
        using var own = await Script.OfAsync(gateway);
        Assert.Equal(204, await own.StatusAsync("PATCH", path, body));
        Assert.Empty(await InSlackAsync(gateway, "Poets"));
    }

    [Fact]
    public async Task Whom_a_source_wants_another_s_script_makes_no_guest_who_leaves_groups()
    {
        await using var gateway = await Gateway.StartAsync(_two);
        using var others = await Script.OfAsync(gateway, source: 2);
        var path = $"Users/{SlackId(gateway, await CreateAsync(gateway))}";

        var guest = GuestsEnd.Replace(",\"expiration\":\"2020-11-30T23:59:59Z\"", "", StringComparison.Ordinal);
        Assert.Equal(403, await others.StatusAsync("PATCH", path, guest));
        Assert.Equal(403, await others.StatusAsync("PATCH", path, GuestsEnd));
        Assert.Equal(
            400,
            await others.StatusAsync("PATCH", path, """{"groups":[{"value":"S1","operation":"delete"}]}""")
        );
        using var own = await Script.OfAsync(gateway);
        Assert.Equal(200, await own.StatusAsync("PATCH", path, guest));
    }

    [Fact]
    public async Task Guests_whose_end_is_set_are_counted_by_the_guard()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes with { GuardedAccounts = 1 } }
        );
        using var script = await Script.OfAsync(gateway);
        var statuses = new List<int>();
        foreach (var name in (string[])["ada", "eve"])
        {
            var made = await script.SendAsync("POST", "Users", Script.User(name));
            statuses.Add(await script.StatusAsync("PATCH", $"Users/{(string)made.Body!["id"]!}", GuestsEnd));
        }

        Assert.Equal([200, 403], statuses);
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("eve@corp.example"))));
    }

    [Fact]
    public async Task Beyond_the_guard_s_limit_it_is_refused_and_people_are_told()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes with { GuardedAccounts = 2 } }
        );
        using var script = await Script.OfAsync(gateway);
        var users = new List<string>();
        foreach (var name in (string[])["ada", "eve", "ian"])
            users.Add((string)(await script.SendAsync("POST", "Users", Script.User(name))).Body!["id"]!);

        Assert.Equal(200, await script.StatusAsync("DELETE", $"Users/{users[0]}"));
        Assert.Equal(200, await script.StatusAsync("PATCH", $"Users/{users[1]}", """{"active":false}"""));
        var (status, words) = await script.RefusedAsync("DELETE", $"Users/{users[2]}");

        Assert.Equal(403, status);
        Assert.Contains("guard", words, StringComparison.Ordinal);
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ian@corp.example"))));
        using var kept = gateway.Kept();
        Assert.Single(kept.Outbox, notice => notice.Cause == Cause.LaneGuarded);
        // It changes something else of hers all the same, and a provider's requests count with it.
        Assert.Equal(200, await script.StatusAsync("PATCH", $"Users/{users[2]}", """{"title":"Sir"}"""));
        var (_, found, _) = await gateway.SendAsync(HttpMethod.Get, "Users?filter=userName%20eq%20%22ian%22");
        var ian = (string)found!["Resources"]![0]!["id"]!;
        await PatchAsync(gateway, ian, "active", "false");
        Assert.Equal("Held", gateway.State(ian));
        Assert.Contains(
            "decide",
            (await script.RefusedAsync("PATCH", $"Users/{users[2]}", """{"title":"Dr"}""")).Words,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_token_s_owner_bots_and_whom_an_operator_protects_are_left_alone()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes },
            ready: slack => slack.Workspace.MakeUser(Account("U0ROBOT", "robot", "robot@slack-bots.com"))
        );
        using var script = await Script.OfAsync(gateway);
        var owner = (string)JsonNode.Parse(await gateway.Control.GetStringAsync("users"))!["users"]![0]!["id"]!;
        var ada = await CreateAsync(gateway);
        using (var kept = gateway.Kept())
            await gateway.Home.Links.ProtectAsync(kept.Of(ada).Id);

        foreach (var id in (string[])[owner, "U0ROBOT", SlackId(gateway, ada)])
            Assert.Equal(403, (await script.RefusedAsync("PATCH", $"Users/{id}", """{"title":"Sir"}""")).Status);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task What_a_provider_s_user_is_about_to_have_is_not_made_by_a_script()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var eve = (string)(await script.SendAsync("POST", "Users", Script.User("eve"))).Body!["id"]!;
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","times":1,"status":503}""");
        await gateway.SendAsync(HttpMethod.Post, "Users", User());

        Assert.Equal(409, (await script.RefusedAsync("POST", "Users", Script.User("lady", Address))).Status);
        Assert.Equal(
            409,
            (await script.RefusedAsync("POST", "Users", Script.User("ada", "other@corp.example"))).Status
        );
        Assert.Equal(
            409,
            (
                await script.RefusedAsync(
                    "PATCH",
                    $"Users/{eve}",
                    $$"""{"emails":[{"value":"{{Address.ToUpperInvariant()}}"}]}"""
                )
            ).Status
        );
    }

    [Fact]
    public async Task Of_whom_the_gateway_has_not_met_it_asks_Slack_first()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        gateway.Slack.Workspace.MakeUser(Account("U0NEW", "new", "new@corp.example"));
        gateway.Slack.Workspace.MakeUser(Account("U0ROBOT", "robot", "robot@slack-bots.com"));

        Assert.Equal(200, await script.StatusAsync("DELETE", "Users/U0NEW"));
        Assert.Equal(403, await script.StatusAsync("DELETE", "Users/U0ROBOT"));
        Assert.Equal(404, (await script.RefusedAsync("DELETE", "Users/U0NOBODY")).Status);
        Assert.Equal(404, (await script.RefusedAsync("DELETE", "Groups/U0NEW")).Status);
        Assert.Equal(0, await gateway.CameAsync("DELETE /Groups/{id}"));
    }

    [Fact]
    public async Task In_a_shadow_run_it_reads_and_while_disabled_nothing()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        await gateway.Connection.BeginShadowAsync();

        Assert.Equal(200, await script.StatusAsync("GET", "Users"));
        var (status, _, answer) = await script.SendAsync("POST", "Users", Script.User("grace"));
        Assert.Equal((503, "30"), (status, string.Join(' ', answer.Headers.GetValues("Retry-After"))));
        await gateway.Connection.DisableAsync();
        await gateway.CallsAsync();
        Assert.Equal(503, (await script.RefusedAsync("GET", "Users")).Status);
        Assert.Equal(503, (await script.RefusedAsync("POST", "Users", Script.User("grace"))).Status);
        Assert.Empty(await gateway.CallsAsync());
    }

    [Theory]
    [InlineData("read", 200, 403, 403)]
    [InlineData("users", 200, 201, 403)]
    [InlineData("full", 200, 201, 201)]
    public async Task Its_credential_s_scope_counts(string scope, int reads, int makesUser, int makesGroup)
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        var (_, made) = await gateway.MakeAsync(new NewCredential { Kind = "slackV1", Scope = scope });
        using var client = new HttpClient { BaseAddress = new Uri(gateway.Base, "/demo/slack/v1/") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", made.Secret);
        using var script = new Script(client);

        Assert.Equal(reads, await script.StatusAsync("GET", "Users"));
        Assert.Equal(200, await script.StatusAsync("GET", "ServiceProviderConfigs"));
        Assert.Equal(makesUser, await script.StatusAsync("POST", "Users", Script.User("grace")));
        Assert.Equal(
            makesGroup,
            await script.StatusAsync(
                "POST",
                "Groups",
                """{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"Navy"}"""
            )
        );
    }

    [Fact]
    public async Task Another_tenant_s_script_is_nobody_here()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes, Tenants = 2 });
        var source =
            gateway.Count(kept => kept.Sources.Where(one => one.TenantId == new Provisioning.Model.TenantId(1))) + 1;
        using var others = await Script.OfAsync(gateway, source, "demo2");

        Assert.Equal(200, await others.StatusAsync("GET", "Users"));
        Assert.Equal(401, (await others.RefusedAsync("GET", "/demo/slack/v1/Users")).Status);
        Assert.Equal(201, await others.StatusAsync("POST", "Users", Script.User("grace")));
        Assert.Empty(await gateway.AccountsAsync("grace@corp.example"));
    }
}
