using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.SlackEmulator.Tuning;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>The table of knobs: for each value that is not the default a request
/// that tells it from the default.</summary>
public sealed partial class KnobTests
{
    private const string LongName = "a.name.with.many.letters";

    /// <param name="Knob">Its name.</param>
    /// <param name="Value">Another value than the default, as JSON.</param>
    /// <param name="Untouched">What the probe sees by default.</param>
    /// <param name="Turned">What it sees with the value.</param>
    /// <param name="Probe">The request, and what is looked at.</param>
    private sealed record Row(
        string Knob,
        string Value,
        string Untouched,
        string Turned,
        Func<Emulated, Task<string>> Probe
    );

    // csharpier-ignore-start
    private static readonly Row[] _rows =
    [
        new("tenant.kind", "\"business_plus\"", "https://emulator.enterprise.slack.com/team/ada", "https://emulator.slack.com/team/ada", async e => Of(await e.PostAsync("Users", User("ada")), "profileUrl")),
        new("tenant.kind", "\"free\"", "200", "plus_teams_only", async e => Told(await e.GetAsync("Users"))),
        new("tenant.channels", "[\"random\"]", "201", "username_taken", async e => Told(await e.PostAsync("Users", User("random")))),
        new("tenant.reserved_names", "[\"ada\"]", "201", "username_not_allowed", async e => Told(await e.PostAsync("Users", User("ada")))),
        new("tenant.ids", "\"equal\"", OwnerId + "2", OwnerId, async e => Of(await e.SendAsync("POST", "api/auth.test", token: "xoxp-emulator-2"), "user_id")),
        new("auth.tokens", "[{\"token\":\"xoxp-other\"}]", "200", "invalid_authentication", async e => Told(await e.GetAsync("Users"))),
        new("auth.tokens", "[{\"token\":\"xoxp-emulator\",\"scopes\":[\"users:read\"]}]", "200", "permission_denied", async e => Told(await e.GetAsync("Users"))),
        new("auth.tokens", "[{\"token\":\"xoxp-emulator\",\"level\":\"workspace\"}]", "200", "non_org_teams_only", async e => Told(await e.GetAsync("Users"))),
        new("auth.tokens", "[{\"token\":\"xoxp-emulator\",\"rank\":\"member\"}]", "200", "permission_denied", async e => Told(await e.PatchAsync("Users/" + OwnerId, Body("""{"title":"x"}""")))),
        new("auth.tokens", "[{\"token\":\"xoxp-emulator\",\"rank\":\"admin\"}]", "200", "cannot_modify_owner", async e => Told(await e.PatchAsync("Users/" + OwnerId, Body("""{"title":"x"}""")))),
        new("auth.tokens", "[{\"token\":\"xoxp-emulator\",\"expires\":\"2026-01-01T00:00:00Z\"}]", "200", "invalid_authentication", async e => Told(await e.GetAsync("Users"))),
        new("auth.tokens", "[{\"token\":\"xoxp-emulator\",\"owner\":\"U0ELSE\",\"rank\":\"owner\"}]", OwnerId, "U0ELSE", async e => Of(await e.SendAsync("POST", "api/auth.test", token: SlackEmulatorServer.Token), "user_id")),
        new("auth.schemas_public", "true", "missing_authentication", "200", async e => Told(await e.ScimAsync("GET", "Schemas/Users", token: null))),
        new("auth.token_elsewhere", "true", "missing_authentication", "200", async e => Told(await e.ScimAsync("GET", "Users?token=xoxp-emulator", token: null))),
        new("auth.ip_allowlist", "[\"10.0.0.0/8\"]", "200", "invalid_authentication", async e => Told(await e.GetAsync("Users"))),
        new("auth.revoke_when_owner_deactivated", "false", "invalid_authentication", "200", async e =>
        {
            e.Server.Workspace.ChangeUser(OwnerId, Body("""{"active":false}"""));
            return Told(await e.GetAsync("Users"));
        }),
        new("oauth.org_install_team", "\"object\"", "null", "{\"id\":\"T0EMULATOR\",\"name\":\"Emulator\"}", async e => (await OAuthTests.InstallAsync(e)).Json["team"]?.ToJsonString() ?? "null"),
        new("oauth.client_id", "\"other\"", "invalid_code", "invalid_client_id", async e => Of(await OAuthTests.RedeemAsync(e, "nonsense"), "error")),
        new("oauth.client_secret", "\"other\"", "invalid_code", "bad_client_secret", async e => Of(await OAuthTests.RedeemAsync(e, "nonsense"), "error")),
        new("oauth.redirect_uris", "[\"https://app.example/back\"]", "200", "400", async e => Told(await e.SendAsync("GET", OAuthTests.AuthorizePath))),
        new("oauth.rotation", "true", "xoxp-", "xoxe.", async e => ((string)(await OAuthTests.InstallAsync(e)).Json["authed_user"]!["access_token"]!)[..5]),
        new("oauth.distributed", "false", "code", "error", async e => OAuthTests.Returned(await OAuthTests.DecideAsync(e))),
        new("content_type.strict", "true", "201", "invalid_request_payload", async e => Told(await e.ScimAsync("POST", "Users", User("ada").ToJsonString(), contentType: "application/scim+json"))),
        new("headers.location", "false", "True", "False", async e => (await e.PostAsync("Users", User("ada"))).Headers.ContainsKey("Location").ToString()),
        new("json.escape_slash", "false", "True", "False", async e => (await e.GetAsync("Users")).Text.Contains("\\/", StringComparison.Ordinal).ToString()),
        new("http.method_override", "\"on\"", "method_not_allowed", "200", async e => Told(await e.ScimAsync("POST", "Users/" + await e.MakeAsync("ada"), "{}", headers: ("X-HTTP-Method-Override", "PATCH")))),
        new("users.delete_status", "204", "200", "204", async e => Told(await e.DeleteAsync("Users/" + await e.MakeAsync("ada")))),
        new("spc.patch_supported", "false", "true", "false", async e => (await e.GetAsync("ServiceProviderConfigs")).Json["patch"]!["supported"]!.ToJsonString()),
        new("schemas.include_extensions", "false", "True", "False", async e => (await e.GetAsync("Schemas/Users")).Text.Contains(Guest, StringComparison.Ordinal).ToString()),

        new("paging.lenient", "false", "200", "invalid_query", async e => Told(await e.GetAsync("Users?count=many"))),
        new("paging.order", "\"newest\"", "emulator.owner", "ada", async e => { await e.MakeAsync("ada"); return (string)(await e.GetAsync("Users")).Json["Resources"]![0]!["userName"]!; }),
        new("paging.omit_items_per_page", "true", "True", "False", async e => (await e.GetAsync("Users")).Json.ContainsKey("itemsPerPage").ToString()),
        new("sort.mode", "\"ignore\"", "invalid_sort_order", "200", async e => Told(await e.GetAsync("Users?sortOrder=upwards"))),
        new("sort.mode", "\"sort\"", "emulator.owner", "ada", async e => { await e.MakeAsync("ada"); return (string)(await e.GetAsync("Users?sortBy=userName")).Json["Resources"]![0]!["userName"]!; }),
        new("attributes_param", "\"honoured\"", "15", "3", async e => (await e.GetAsync("Users/" + OwnerId + "?attributes=userName")).Json.Count.ToString(Invariant)),

        new("filter.email_matches", "\"primary\"", "1", "0", async e => { await e.MakeAsync("ada", ("emails", new JsonArray("a@b.c", "second@b.c"))); return Of(await e.FilterAsync("Users", "email eq \"second@b.c\""), "totalResults"); }),
        new("filter.accept_emails_alias", "true", "invalid_query", "200", async e => Told(await e.FilterAsync("Users", "emails[type eq \"work\"].value eq \"a@b.c\""))),
        new("filter.extra_attributes", "[\"active\"]", "invalid_query", "200", async e => Told(await e.FilterAsync("Users", "active eq true"))),

        new("username.too_long", "\"truncate\"", "username_too_long", "a.name.with.many.lett", async e => Of(await e.PostAsync("Users", User(LongName)), "userName")),
        new("username.precedence", "\"userName\"", "nick", "ada", async e => Of(await e.PostAsync("Users", User("ada", ("nickName", "nick"))), "userName")),
        new("username.free_on_deactivate", "true", "username_taken", "201", async e => { await e.DeleteAsync("Users/" + await e.MakeAsync("ada")); return Told(await e.PostAsync("Users", User("ada", ("emails", new JsonArray("a@b.c"))))); }),
        new("displayname.sanitise", "\"underscore\"", "invalid_name_specials", "Ada _ work", async e => Of(await e.PostAsync("Users", User("ada", ("displayName", "Ada @ work"))), "displayName")),
        new("displayname.update", "\"refused\"", "200", "invalid_display_name", async e => Told(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"displayName":"Ada"}""")))),
        new("externalid.store", "true", "", "42", async e => Of(await e.PostAsync("Users", User("ada", ("externalId", "42"))), "externalId")),
        new("active.accept_string", "false", "200", "invalid_attribute_format", async e => Told(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"active":"False"}""")))),
        new("put.missing_active", "\"deactivate\"", "true", "false", async e => Of(await e.PutAsync("Users/" + await e.MakeAsync("ada"), User("ada")), "active")),
        new("patch.missing_active", "\"deactivate\"", "true", "false", async e => Of(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"title":"x"}""")), "active")),
        new("patch.active", "\"ignored\"", "true", "false", async e =>
        {
            var id = await e.MakeAsync("ada");
            await e.DeleteAsync("Users/" + id);
            return Of(await e.PatchAsync("Users/" + id, Body("""{"active":true}""")), "active");
        }),
        new("post.inactive", "\"ignored\"", "false", "true", async e => Of(await e.PostAsync("Users", User("ada", ("active", false))), "active")),
        new("timezone.validate", "true", "201", "invalid_request_payload", async e => Told(await e.PostAsync("Users", User("ada", ("timezone", "Mars/Olympus"))))),
        new("phones.validate", "true", "201", "phoneNumbers_invalid", async e => Told(await e.PostAsync("Users", User("ada", ("phoneNumbers", new JsonArray("call me")))))),
        new("unknown_attributes", "\"reject\"", "201", "invalid_request_payload", async e => Told(await e.PostAsync("Users", User("ada", ("fields", new JsonObject()))))),
        new("schemas.required_on", "[]", "missing_schema_element", "201", async e => Told(await e.PostAsync("Users", Body("""{"userName":"ada","emails":["a@b.c"]}""")))),
        new("schemas.required_on", "[\"PATCH\"]", "200", "missing_schema_element", async e => Told(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"title":"x"}""")))),
        new("schemas.check_content", "true", "201", "missing_schema_element", async e => Told(await e.PostAsync("Users", User("ada", ("schemas", new JsonArray("urn:other")))))),
        new("schemas.require_profile_urn", "false", "missing_schema_element", "200", async e => Told(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), new() { [Profile] = new JsonObject { ["startDate"] = "2026-01-01" } }))),
        new("schemas.require_guest_urn", "false", "missing_schema_element", "200", async e => Told(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), new() { [Guest] = new JsonObject { ["type"] = "multi" } }))),
        new("users.groups_write", "\"applied\"", "0", "1", async e => { var group = await e.MakeGroupAsync("Crew"); await e.PatchAsync("Users/" + await e.MakeAsync("ada"), new() { ["groups"] = new JsonArray(new JsonObject { ["value"] = group }) }); return (await e.MembersAsync(group)).Length.ToString(Invariant); }),

        new("emails.lowercase", "false", "ada@b.c", "Ada@B.c", async e => Emails(await e.PostAsync("Users", User("ada", ("emails", new JsonArray("Ada@B.c")))))),
        new("emails.blank_secondary", "\"always\"", "ada@example.com", "ada@example.com,", async e => Emails(await e.PostAsync("Users", User("ada")))),
        new("emails.blank_secondary", "\"never\"", "ada@example.com,", "ada@example.com", async e => { e.Turn("user.form", "long"); return Emails(await e.PostAsync("Users", User("ada"))); }),
        new("emails.patch_primary", "\"demote-old-to-secondary\"", "new@b.c", "new@b.c,ada@example.com", async e => Emails(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"emails":[{"value":"new@b.c","primary":true}]}""")))),
        new("emails.patch_untyped", "\"primary\"", "ada@example.com,new@b.c", "new@b.c", async e => Emails(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"emails":[{"value":"new@b.c"}]}""")))),
        new("phones.unknown_type", "\"ignore\"", "5", "", async e => Phones(await e.PostAsync("Users", User("ada", ("userType", "x"), ("phoneNumbers", Body("""{"l":[{"value":"5","type":"fax"}]}""")["l"]))))),
        new("multivalued.accept_object", "false", "201", "emails_invalid", async e => Told(await e.PostAsync("Users", User("ada", ("emails", new JsonObject { ["value"] = "a@b.c" }))))),
        new("photos.delay_ms", "5000", "https://a.example/p.jpg", "gravatar", async e =>
        {
            var id = await e.MakeAsync("ada");
            await e.PatchAsync("Users/" + id, Body("""{"photos":[{"value":"https://a.example/p.jpg"}]}"""));
            var first = Photo(await e.ReadAsync(id));
            e.Clock.Advance(6);
            Assert.Equal("https://a.example/p.jpg", Photo(await e.ReadAsync(id)));
            return first;
        }),
        new("manager.unknown", "\"store-as-is\"", "unknown_user", "somebody@else.example", async e => Sub(await e.PostAsync("Users", User("ada", (Enterprise, Body("""{"manager":{"managerId":"somebody@else.example"}}""")))), Enterprise, "manager", "managerId")),
        new("guest.conversion_drops_groups", "true", "1", "0", async e => { var id = await e.MakeAsync("ada"); var group = await e.MakeGroupAsync("Crew", id); await e.PatchAsync("Users/" + id, new() { ["schemas"] = new JsonArray(Guest), [Guest] = new JsonObject { ["type"] = "multi" } }); return (await e.MembersAsync(group)).Length.ToString(Invariant); }),
        new("guest.expiry_sweep", "\"hourly\"", "false", "true", GuestAfterExpiryAsync),
        new("guest.expiry_sweep", "\"never\"", "false", "true", GuestAfterExpiryAsync),
        new("profile_fields.limit", "0", "200", "unable_to_create_team_profile_fields", async e => Told(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"locale":"en_US"}""")))),
        new("profile_fields.preexisting", "50", "200", "unable_to_create_team_profile_fields", async e => Told(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"locale":"en_US"}""")))),

        new("deactivate.group_membership", "\"kept\"", "0", "1", async e =>
        {
            var id = await e.MakeAsync("ada");
            var group = await e.MakeGroupAsync("Crew", id);
            await e.DeleteAsync("Users/" + id);
            Assert.Empty(await e.MembersAsync(group));
            await e.PatchAsync("Users/" + id, Body("""{"active":true}"""));
            return (await e.MembersAsync(group)).Length.ToString(Invariant);
        }),
        new("conflict.status", "409", "400", "409", async e => { await e.MakeAsync("ada"); return (await e.PostAsync("Users", User("bea", ("emails", new JsonArray("ada@example.com"))))).Status.ToString(Invariant); }),
        new("user.form", "\"long\"", "False", "True", async e => (await e.ReadAsync(OwnerId)).ContainsKey("addresses").ToString()),
        new("user.form", "\"short\"", "True", "False", async e => (await e.PostAsync("Users", User("ada", ("locale", "en_US")))).Json.ContainsKey("locale").ToString()),
        new("clear.empty_string", "false", "", "Clerk", async e => Of(await e.PatchAsync("Users/" + await e.MakeAsync("ada", ("title", "Clerk")), Body("""{"title":""}""")), "title")),
        new("clear.null", "\"always\"", "Clerk", "", async e => Of(await e.PatchAsync("Users/" + await e.MakeAsync("ada", ("title", "Clerk")), Body("""{"title":null}""")), "title")),
        new("clear.null", "\"never\"", "", "Clerk", async e => Of(await e.PutAsync("Users/" + await e.MakeAsync("ada", ("title", "Clerk")), User("ada", ("title", null))), "title")),
        new("name.clear_all", "\"refused\"", "200", "invalid_name_required", async e => Told(await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"meta":{"attributes":["name"]}}""")))),

        new("group.duplicate_name", "\"allow\"", "name_already_exists", "201", async e => { await e.MakeGroupAsync("Crew"); return Told(await e.PostAsync("Groups", Group("Crew"))); }),
        new("group.name_max", "3", "201", "invalid_name_maxlength", async e => Told(await e.PostAsync("Groups", Group("Crew")))),
        new("group.max_members", "0", "201", "group_member_max_exceeded", async e => Told(await e.PostAsync("Groups", Group("Crew", OwnerId)))),
        new("group.max_per_call", "0", "201", "too_many_users", async e => Told(await e.PostAsync("Groups", Group("Crew", OwnerId)))),
        new("group.add_inactive", "\"skip\"", "unable_to_add_deleted_or_guest_to_group", "201 0", AddInactiveAsync),
        new("group.add_inactive", "\"add\"", "unable_to_add_deleted_or_guest_to_group", "201 1", AddInactiveAsync),
        new("group.add_mcg", "\"never\"", "201", "unable_to_add_deleted_or_guest_to_group", AddGuestAsync),
        new("group.add_mcg", "\"always\"", "unable_to_add_deleted_or_guest_to_group", "201", async e => { e.Turn("tenant.kind", "business_plus"); return await AddGuestAsync(e); }),
        new("group.unknown_member", "\"skip\"", "no_such_group_members", "201", async e => Told(await e.PostAsync("Groups", Group("Crew", OwnerId, "U0NOBODY")))),
        new("group.meta_members", "false", "0", "1", async e => { var group = await e.MakeGroupAsync("Crew", OwnerId); await e.PatchAsync("Groups/" + group, Body("""{"meta":{"attributes":["members"]}}""")); return (await e.MembersAsync(group)).Length.ToString(Invariant); }),
        new("groups.list_members", "false", "True", "False", async e => { await e.MakeGroupAsync("Crew"); return (await e.GetAsync("Groups")).Json["Resources"]![0]!.AsObject().ContainsKey("members").ToString(); }),

        new("consistency.deactivate_lag_ms", "5000", "false", "true", async e =>
        {
            var id = await e.MakeAsync("ada");
            await e.DeleteAsync("Users/" + id);
            var first = (await e.ReadAsync(id))["active"]!.ToJsonString();
            e.Clock.Advance(6);
            Assert.Equal("false", (await e.ReadAsync(id))["active"]!.ToJsonString());
            return first;
        }),
        new("consistency.group_lag_ms", "3000", "Team 1", "Crew 0", async e =>
        {
            var group = await e.MakeGroupAsync("Crew");
            await e.PatchAsync("Groups/" + group, Group("Team", OwnerId));
            var first = await NameAndSizeAsync(e, group);
            e.Clock.Advance(4);
            Assert.Equal("Team 1", await NameAndSizeAsync(e, group));
            return first;
        }),
        new("ratelimit.mode", "\"bucket\"", "201", "too_many_requests", TwentyOneCreatesAsync),
        new("ratelimit.scale", "2", "too_many_requests", "201", async e => { e.Turn("ratelimit.mode", "bucket"); return await TwentyOneCreatesAsync(e); }),
        new("ratelimit.body", "\"webapi\"", "{\"Errors\":{\"description\":\"too_many_requests\",\"code\":429}}", "{\"ok\":false,\"error\":\"ratelimited\"}", async e => (await OverTheLimitAsync(e)).Text),
        new("ratelimit.send_retry_after", "false", "1", "", async e => (await OverTheLimitAsync(e)).Header("Retry-After") ?? ""),
        new("lock.enabled", "false", "200 429", "200 200", async e => { e.Turn("lock.hold_ms", 200); return await TwoWritesAsync(e); }),
        new("lock.hold_ms", "200", "200 200", "200 429", TwoWritesAsync),
        new("lock.retry_after", "7", "1", "7", async e => { e.Turn("lock.hold_ms", 200); return (await TwoAnswersAsync(e))[1].Header("Retry-After")!; }),

        new("errors.suffix", "\"never\"", "no_filters (is_aggregate_call=1)", "no_filters", async e => (await e.FilterAsync("Users", "foo")).Error!),
        new("errors.pair_separator", "\" \"", "(reason=email_taken, existing_user=U)", "(reason=email_taken existing_user=U)", async e => { await e.MakeAsync("ada"); return Id().Replace((await e.PostAsync("Users", User("bea", ("emails", new JsonArray("ada@example.com"))))).Error!["bad_email_address ".Length..], "U)"); }),
        new("errors.status.no_such_user", "410", "404", "410", async e => (await e.GetAsync("Users/U0NOBODY")).Status.ToString(Invariant)),

        new("latency_ms", "60000", "200", "held", HeldAsync),
        new("faults.drop_rate", "1", "200", "dropped", DroppedAsync),
        new("faults.hold_rate", "1", "200", "held", async e => { e.Turn("faults.hold_ms", 60_000); return await HeldAsync(e); }),
        new("faults.hold_ms", "60000", "200", "held", async e => { e.Turn("faults.hold_rate", 1); return await HeldAsync(e); }),
        new("faults.seed", "2", "x-x-x--x-x-x----xxxx", "---xxx-x---x-xx-x--x", async e => { e.Turn("faults.drop_rate", 0.5); return await WeatherAsync(e, 20); }),
        new("faults.create_flaky", "\"on\"", "201", "invited_user_not_created", async e =>
        {
            var first = Told(await e.PostAsync("Users", User("ada")));
            e.Clock.Advance(1.1);
            if (first is not "201")
                Assert.Equal(201, (await e.PostAsync("Users", User("ada"))).Status);
            return first;
        }),
    ];
    // csharpier-ignore-end

    private static IFormatProvider Invariant => System.Globalization.CultureInfo.InvariantCulture;

    public static IEnumerable<TheoryDataRow<int>> Rows =>
        _rows.Select((row, i) => new TheoryDataRow<int>(i) { TestDisplayName = $"{row.Knob} = {row.Value}" });

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Knob(int row)
    {
        var (knob, value, untouched, turned, probe) = _rows[row];
        await using (var slack = await StartAsync(new ManualClock()))
            Assert.Equal(untouched, await probe(slack));
        await using (var slack = await StartAsync(new ManualClock(), (knob, JsonNode.Parse(value))))
            Assert.Equal(turned, await probe(slack));
    }

    [Fact]
    public void Every_knob_has_a_row()
    {
        // Each code's status is tested beside the code itself.
        var knobs = Knobs.Names.Where(name => !name.StartsWith("errors.status.", StringComparison.Ordinal));
        Assert.Empty(knobs.Except(_rows.Select(r => r.Knob)));
    }

    [Fact]
    public void Every_word_a_knob_may_be_turned_to_has_a_row()
    {
        var missing =
            from knob in KnobTable.All
            where knob.GetType().Name.StartsWith("Choice", StringComparison.Ordinal)
            from word in knob.Values.Split(", ").Skip(1)
            where !_rows.Any(r => r.Knob == knob.Name && r.Value.Trim('"') == word)
            select $"{knob.Name}={word}";
        Assert.Empty(missing);
    }

    [Fact]
    public async Task Every_knob_of_the_fact_sheet_is_there_with_its_default()
    {
        var facts = await File.ReadAllTextAsync(
            Shared.File("slack-v1/FACTS.md"),
            TestContext.Current.CancellationToken
        );
        var table = facts[
            facts.IndexOf("## 10.", StringComparison.Ordinal)..facts.IndexOf("## 11.", StringComparison.Ordinal)
        ];
        var names = table
            .Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Quoted().Matches(line.Split('|')[1]))
            .Select(m => m.Groups[1].Value)
            .Where(name => name is not ("faults.*" or "errors.status.<code>"))
            .ToArray();

        Assert.True(names.Length > 70);
        Assert.Empty(names.Except(Knobs.Names));
        var knobs = new Knobs().Read();
        Assert.Equal("grid", (string?)knobs["tenant.kind"]);
        Assert.Equal("as-observed", (string?)knobs["errors.suffix"]);
        Assert.Equal("off", (string?)knobs["http.method_override"]);
        Assert.Equal("[\"POST\",\"PUT\"]", knobs["schemas.required_on"]!.ToJsonString());
    }

    [Fact]
    public void Values_are_understood_in_every_spelling_of_the_fact_sheet()
    {
        var knobs = new Knobs();
        knobs.Set("guest.expiry_sweep", "on read");
        knobs.Set("errors.suffix", "as observed");
        knobs.Set("http.method_override", true);
        knobs.Set("auth.ip_allowlist", "off");
        knobs.Set("oauth.org_install_team", null);
        Assert.Equal("on-read", (string?)knobs.Read()["guest.expiry_sweep"]);
        Assert.Equal("on", (string?)knobs.Read()["http.method_override"]);
    }

    [Fact]
    public void Unknown_knobs_and_wrong_values_are_refused_all_by_name_and_nothing_is_set()
    {
        var knobs = new Knobs();
        var refusal = Assert.Throws<KnobRefusedException>(() =>
            knobs.Set(
                new JsonObject
                {
                    ["users.delete_status"] = 204,
                    ["users.delete_stats"] = 204,
                    ["ratelimit.scale"] = "fast",
                    ["conflict.status"] = 410,
                    ["auth.tokens"] = new JsonArray(new JsonObject { ["tken"] = "x" }),
                }
            )
        );
        Assert.Contains("users.delete_stats: there is no such knob", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ratelimit.scale: \"fast\"", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("conflict.status: 410 is not one of: 400, 409", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("auth.tokens: ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(200, (int?)knobs.Read()["users.delete_status"]);
    }

    [Fact]
    public void What_GET_shows_can_be_PUT_back()
    {
        var knobs = new Knobs();
        var all = knobs.Read();
        knobs.Set(all);
        Assert.Equal(all.ToJsonString(), knobs.Read().ToJsonString());
    }

    [Theory]
    [InlineData(null, 409)]
    [InlineData(400, 400)]
    [InlineData(418, 418)]
    public async Task The_status_of_a_clash_that_is_set_wins_over_conflict_status(int? set, int status)
    {
        await using var slack = await StartAsync(
            ("conflict.status", 409),
            ("errors.status.username_taken", set),
            ("errors.status.bad_email_address", set)
        );
        // What GET shows can be put back and changes nothing.
        slack.Server.Knobs.Set(slack.Server.Knobs.Read());
        await slack.MakeAsync("ada");
        var taken = await slack.PostAsync("Users", User("ada", ("emails", new JsonArray("other@b.c"))));
        Assert.Equal(("username_taken", status), (taken.Code, taken.Status));
        var held = await slack.PostAsync("Users", User("bea", ("emails", new JsonArray("ada@example.com"))));
        Assert.Equal(("bad_email_address", status), (held.Code, held.Status));
        var malformed = await slack.PostAsync("Users", User("cleo", ("emails", new JsonArray("nonsense"))));
        Assert.Equal(("bad_email_address", set ?? 400), (malformed.Code, malformed.Status));
    }

    [Fact]
    public async Task The_README_lists_every_knob()
    {
        const string from = "<!-- knobs: written by the test The_README_lists_every_knob -->\n";
        const string to = "<!-- end of knobs -->";
        var path = Path.Combine(Shared.Root, "src/ScimGateway.SlackEmulator/README.md");
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var rows = KnobTable.All.Where(k =>
            !KnobTable.Statuses.ContainsKey(k.Name.Replace("errors.status.", "", StringComparison.Ordinal))
        );
        var table =
            "| knob | values, default first | changes | [docs/slack.md](../../docs/slack.md) |\n| --- | --- | --- | --- |\n"
            + string.Concat(
                rows.Select(k =>
                    $"| `{k.Name}` | {k.Values.Replace("|", "\\|", StringComparison.Ordinal)} | {k.Meaning} | {k.Section} |\n"
                )
            );
        var start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
        var end = text.IndexOf(to, StringComparison.Ordinal);
        var isFresh = text[start..end] == table;
        if (!isFresh)
            await File.WriteAllTextAsync(
                path,
                text[..start] + table + text[end..],
                TestContext.Current.CancellationToken
            );
        Assert.True(isFresh, "README.md was stale and has been written anew; look at it and commit it");
    }

    private static string Told(Answer answer) =>
        answer.Status >= 400 && answer.Text.StartsWith('{')
            ? answer.Code ?? answer.Text
            : answer.Status.ToString(Invariant);

    private static string Of(Answer answer, string member) =>
        answer.Code
        ?? (
            answer.Json[member] is JsonValue value && value.TryGetValue<string>(out var text)
                ? text
                : answer.Json[member]!.ToJsonString()
        );

    private static string Sub(Answer answer, params string[] path) =>
        answer.Code ?? (string)path.Aggregate((JsonNode)answer.Json, (node, name) => node[name]!)!;

    private static string Emails(Answer answer) =>
        string.Join(',', answer.Json["emails"]!.AsArray().Select(e => (string)e!["value"]!));

    private static string Phones(Answer answer) =>
        string.Join(
            ',',
            answer.Json["phoneNumbers"]!.AsArray().Select(e => (string?)e!["value"]).Where(v => v is not null)
        );

    private static string Photo(JsonObject user) =>
        (string)user["photos"]![0]!["value"]! is var url && url.Contains("gravatar", StringComparison.Ordinal)
            ? "gravatar"
            : url;

    private static async Task<string> NameAndSizeAsync(Emulated slack, string group)
    {
        var shown = (await slack.GetAsync("Groups/" + group)).Json;
        return $"{(string?)shown["displayName"]} {shown["members"]!.AsArray().Count}";
    }

    private static async Task<string> AddInactiveAsync(Emulated slack)
    {
        var id = await slack.MakeAsync("ada");
        await slack.DeleteAsync("Users/" + id);
        var group = await slack.PostAsync("Groups", Group("Crew", id));
        if (group.Code is { } refused)
            return refused;
        await slack.PatchAsync("Users/" + id, Body("""{"active":true}"""));
        return $"{group.Status} {(await slack.MembersAsync((string)group.Json["id"]!)).Length}";
    }

    private static async Task<string> AddGuestAsync(Emulated slack)
    {
        var id = slack.Server.Workspace.MakeUser(Body("""{"userName":"guest","guest":{"type":"multi"}}"""));
        return Told(await slack.PostAsync("Groups", Group("Crew", id)));
    }

    private static async Task<string> GuestAfterExpiryAsync(Emulated slack)
    {
        var guest = new JsonObject { ["type"] = "multi", ["expiration"] = "2026-03-01T12:10:00Z" };
        var id = await slack.MakeAsync("ada", (Guest, guest));
        Assert.True((bool?)(await slack.ReadAsync(id))["active"]);
        slack.Clock.Advance(TimeSpan.FromMinutes(11));
        return (await slack.ReadAsync(id))["active"]!.ToJsonString();
    }

    // The burst of POST user is 20 (docs/slack.md 6).
    private static async Task<string> TwentyOneCreatesAsync(Emulated slack)
    {
        for (var i = 0; i < 20; i++)
            await slack.MakeAsync("user" + i);
        return Told(await slack.PostAsync("Users", User("ada")));
    }

    private static async Task<Answer> OverTheLimitAsync(Emulated slack)
    {
        slack.Turn("ratelimit.mode", "bucket");
        for (var i = 0; i < 20; i++)
            await slack.MakeAsync("user" + i);
        return await slack.PostAsync("Users", User("ada"));
    }

    private static async Task<string> TwoWritesAsync(Emulated slack) =>
        string.Join(' ', (await TwoAnswersAsync(slack)).Select(a => a.Status));

    // The second comes while the first runs, if it takes time at all.
    private static async Task<Answer[]> TwoAnswersAsync(Emulated slack)
    {
        var hold = (int)slack.Server.Knobs.Get("lock.hold_ms")!;
        slack.Turn("lock.hold_ms", 0);
        var id = await slack.MakeAsync("ada");
        slack.Turn("lock.hold_ms", hold);
        var first = slack.PatchAsync("Users/" + id, []);
        await Until(() => first.IsCompleted || slack.Clock.Waiting > 0);
        var second = slack.PatchAsync("Users/" + id, []);
        await Until(() => second.IsCompleted || slack.Clock.Waiting > 1);
        slack.Clock.Advance(1);
        return [await first, await second];
    }

    private static async Task<string> DroppedAsync(Emulated slack)
    {
        try
        {
            return Told(await slack.GetAsync("Users"));
        }
        catch (HttpRequestException)
        {
            return "dropped";
        }
    }

    private static async Task<string> WeatherAsync(Emulated slack, int calls)
    {
        var seen = "";
        for (var i = 0; i < calls; i++)
            seen += await DroppedAsync(slack) is "dropped" ? "x" : "-";
        return seen;
    }

    private static async Task<string> HeldAsync(Emulated slack)
    {
        var call = slack.GetAsync("Users");
        await Until(() => call.IsCompleted || slack.Clock.Waiting > 0);
        if (call.IsCompleted)
            return Told(await call);
        slack.Clock.Advance(61);
        Assert.Equal(200, (await call).Status);
        return "held";
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"U[A-Z0-9]{5,}\)")]
    private static partial Regex Id();
}
