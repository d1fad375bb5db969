using System.Text.Json.Nodes;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>What becomes of a user: names, addresses, phones, extensions, life cycle,
/// PATCH and PUT (docs/slack.md 4).</summary>
public sealed class UserTests
{
    private static JsonNode List(string json) => JsonNode.Parse(json)!;

    private static string Emails(JsonObject user) =>
        string.Join(' ', user["emails"]!.AsArray().Select(e => (string)e!["value"]! + ((bool)e["primary"]! ? "*" : "")));

    // What a reply shows as {type:mobile} and {primary:true}.
    private static (string? Mobile, string? Primary) Phones(JsonObject user) =>
        ((string?)user["phoneNumbers"]![0]!["value"], (string?)user["phoneNumbers"]![1]!["value"]);

    [Theory]
    [InlineData("guestUser", "guestuser")]
    [InlineData("testuser7@example.com", "testuser7")]
    [InlineData("Ada Lovelace", "ada_lovelace")]
    [InlineData("a+b/c", "a_b_c")]
    [InlineData("jörg", "j_rg")]
    [InlineData("a.b-c_d", "a.b-c_d")]
    [InlineData("abcdefghijklmnopqrstu", "abcdefghijklmnopqrstu")]
    public async Task A_user_name_is_made_to_fit(string sent, string stored)
    {
        await using var slack = await StartAsync();
        var answer = await slack.PostAsync("Users", User(sent, ("emails", new JsonArray("a@b.c"))));
        Assert.Equal(stored, (string?)answer.Json["userName"]);
        Assert.Equal(stored, (string?)answer.Json["nickName"]);
    }

    [Fact]
    public async Task User_name_and_nickname_are_one_field()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");

        Assert.Equal(
            "countess",
            (string?)(await slack.PatchAsync("Users/" + id, Body("""{"nickName":"countess"}"""))).Json["userName"]
        );
        Assert.Equal("ada", (string?)(await slack.PatchAsync("Users/" + id, Body("""{"userName":"ada"}"""))).Json["nickName"]);
        // The trap: the old nickName rides along and wins.
        Assert.Equal(
            "ada",
            (string?)(await slack.PatchAsync("Users/" + id, Body("""{"userName":"new","nickName":"ada"}"""))).Json["userName"]
        );
        Assert.Equal("username_empty", (await slack.PatchAsync("Users/" + id, Body("""{"nickName":" "}"""))).Code);
    }

    [Fact]
    public async Task A_user_name_is_unique_also_against_channels_and_deactivated_users()
    {
        await using var slack = await StartAsync(("tenant.channels", new JsonArray("lounge")));
        var ada = await slack.MakeAsync("ada");
        await slack.DeleteAsync("Users/" + ada);
        Assert.Equal(
            "username_taken (username=ada)",
            (await slack.PostAsync("Users", User("ADA", ("emails", new JsonArray("a@b.c"))))).Error
        );
        Assert.Equal("username_taken (username=lounge)", (await slack.PostAsync("Users", User("lounge"))).Error);
    }

    [Fact]
    public async Task Without_names_a_user_is_called_by_its_user_name()
    {
        await using var slack = await StartAsync();
        var user = (await slack.PostAsync("Users", User("ada"))).Json;
        Assert.Equal("""{"givenName":"ada","familyName":""}""", user["name"]!.ToJsonString());
        Assert.Equal("ada", (string?)user["displayName"]);
        var shown = (await slack.PostAsync("Users", User("bea", ("displayName", "Bea B.")))).Json;
        Assert.Equal("""{"givenName":"Bea B.","familyName":""}""", shown["name"]!.ToJsonString());
    }

    [Theory]
    [InlineData("Zoë (O'Hara), Dr. [x] {y} a/b;c - d_e")]
    [InlineData("李小龍")]
    public async Task A_display_name_keeps_letters_of_any_script_and_the_punctuation_Microsoft_lists(string name)
    {
        await using var slack = await StartAsync();
        Assert.Equal(name, (string?)(await slack.PostAsync("Users", User("ada", ("displayName", name)))).Json["displayName"]);
    }

    [Fact]
    public async Task Defaults_of_a_new_user_are_those_of_the_recordings()
    {
        await using var slack = await StartAsync();
        var user = (
            await slack.PostAsync(
                "Users",
                User(
                    "ada",
                    ("externalId", "42"),
                    ("id", "U123"),
                    ("meta", Body("""{"created":"x"}""")),
                    ("password", "first-secret")
                )
            )
        ).Json;
        Assert.Equal("", (string?)user["externalId"]);
        Assert.NotEqual("U123", (string?)user["id"]);
        Assert.False(user.ContainsKey("password"));
        Assert.Equal("", (string?)user["title"]);
        Assert.Equal("America/Los_Angeles", (string?)user["timezone"]);
        Assert.True((bool?)user["active"]);
        Assert.Equal("https://emulator.enterprise.slack.com/team/ada", (string?)user["profileUrl"]);
        Assert.StartsWith("https://secure.gravatar.com/avatar/", (string?)user["photos"]![0]!["value"], StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00$", (string)user["meta"]!["created"]!);
    }

    [Theory]
    [InlineData("2026-03-08T09:59:59Z", "2026-03-08T01:59:59-08:00")]
    [InlineData("2026-03-08T10:00:00Z", "2026-03-08T03:00:00-07:00")]
    [InlineData("2026-11-01T08:59:59Z", "2026-11-01T01:59:59-07:00")]
    [InlineData("2026-11-01T09:00:00Z", "2026-11-01T01:00:00-08:00")]
    public void Created_is_Pacific_time_of_the_season(string utc, string shown) =>
        Assert.Equal(
            shown,
            Dialect.PacificTime.Write(DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture))
        );

    [Theory]
    [InlineData("""["Two@X.org","one@x.org"]""", "two@x.org* one@x.org")]
    [InlineData("""[{"value":"h@x.org","type":"home"},{"value":"w@x.org","type":"work"}]""", "w@x.org* h@x.org")]
    [InlineData(
        """[{"value":"w@x.org","type":"work"},{"value":"p@x.org","primary":true},{"value":"third@x.org"}]""",
        "p@x.org* w@x.org"
    )]
    [InlineData("""[{"value":"p@x.org","primary":"true","type":null},{"value":"","primary":false}]""", "p@x.org*")]
    [InlineData("""{"value":"one@x.org"}""", "one@x.org*")]
    public async Task Two_addresses_are_kept_and_the_primary_is_marked_else_work_else_first(string emails, string kept)
    {
        await using var slack = await StartAsync();
        Assert.Equal(kept, Emails((await slack.PostAsync("Users", User("ada", ("emails", List(emails))))).Json));
    }

    [Theory]
    [InlineData("""[{"value":"new@x.org","primary":true}]""", "new@x.org* two@x.org")]
    [InlineData("""[{"value":"new@x.org","type":"work"}]""", "new@x.org* two@x.org")]
    [InlineData("""[{"value":"new@x.org","type":"home"}]""", "one@x.org* new@x.org")]
    [InlineData("""[{"value":"new@x.org"}]""", "one@x.org* new@x.org")]
    [InlineData("""[{"value":"ONE@x.org"}]""", "one@x.org* two@x.org")]
    [InlineData("""[{"value":"two@x.org","operation":"delete"}]""", "one@x.org*")]
    [InlineData("""[{"value":"two@x.org","primary":true}]""", "two@x.org*")]
    [InlineData("""[{"value":"one@x.org","operation":"delete"},{"value":"new@x.org","primary":true}]""", "new@x.org* two@x.org")]
    [InlineData("""[{"value":"nobody@x.org","operation":"delete"}]""", "one@x.org* two@x.org")]
    [InlineData("""[]""", "one@x.org* two@x.org")]
    public async Task PATCH_of_addresses(string emails, string kept)
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada", ("emails", new JsonArray("one@x.org", "two@x.org")));
        Assert.Equal(kept, Emails((await slack.PatchAsync("Users/" + id, new() { ["emails"] = List(emails) })).Json));
    }

    [Fact]
    public async Task An_address_belongs_to_its_holder_until_the_holder_gives_it_away()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada", ("emails", new JsonArray("a@x.org", "b@x.org")));
        await slack.DeleteAsync("Users/" + ada);
        Assert.Equal(
            $"bad_email_address (reason=email_taken, existing_user={ada})",
            (await slack.PostAsync("Users", User("bea", ("emails", new JsonArray("B@X.org"))))).Error
        );

        await slack.PatchAsync("Users/" + ada, Body("""{"emails":[{"value":"b@x.org","operation":"delete"}]}"""));
        Assert.Equal(201, (await slack.PostAsync("Users", User("bea", ("emails", new JsonArray("b@x.org"))))).Status);
        // A create over a deactivated account never reactivates (docs/slack.md 4.6).
        Assert.False((bool?)(await slack.ReadAsync(ada))["active"]);
    }

    [Fact]
    public async Task Where_name_and_address_both_clash_the_address_is_told_with_its_holder()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada");
        await slack.DeleteAsync("Users/" + ada);
        Assert.Equal(
            $"bad_email_address (reason=email_taken, existing_user={ada})",
            (await slack.PostAsync("Users", User("ada"))).Error
        );
    }

    // The swap of phones (docs/slack.md 4.4); "sets" is what the reply shows as mobile / primary.
    [Theory]
    [InlineData("""[{"value":"1"}]""", null, "1")]
    [InlineData("""[{"value":"1","primary":true}]""", null, "1")]
    [InlineData("""[{"value":"1","primary":false}]""", null, "1")]
    [InlineData("""[{"value":"1","type":"mobile"}]""", null, "1")]
    [InlineData("""[{"value":"1","type":"work"}]""", "1", null)]
    [InlineData("""[{"value":"1","primary":true},{"value":"2","primary":false}]""", "2", "1")]
    [InlineData("""[{"value":"1","type":"mobile"},{"value":"2","type":"work"}]""", "2", "1")]
    [InlineData("""[{"value":"1","primary":true},{"value":"2"}]""", "2", "1")]
    [InlineData("""[{"value":"1"},{"value":"2"},{"value":"3"}]""", "2", "1")]
    [InlineData("""[{"value":"1","type":"fax"}]""", null, "1")]
    public async Task Phones_are_swapped(string phones, string? mobile, string? primary)
    {
        await using var slack = await StartAsync(("user.form", "long"));
        var user = (await slack.PostAsync("Users", User("ada", ("phoneNumbers", List(phones))))).Json;
        Assert.Equal((mobile, primary), Phones(user));
        Assert.Equal("mobile", (string?)user["phoneNumbers"]![0]!["type"]);
        Assert.True((bool?)user["phoneNumbers"]![1]!["primary"]);
    }

    [Fact]
    public async Task The_worked_example_of_Slack_sent_work_A_and_mobile_B_shows_A_as_mobile_and_B_as_primary()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            ("phoneNumbers", List("""[{"value":"A","type":"work"},{"value":"B","type":"mobile"}]"""))
        );
        Assert.Equal(("A", "B"), Phones(await slack.ReadAsync(id)));
        // What GET shows, PUT back, stays where it is.
        var shown = await slack.ReadAsync(id);
        Assert.Equal(("A", "B"), Phones((await slack.PutAsync("Users/" + id, shown)).Json));
        Assert.Equal(
            (null, "B"),
            Phones(
                (await slack.PatchAsync("Users/" + id, Body("""{"phoneNumbers":[{"value":"A","operation":"delete"}]}"""))).Json
            )
        );
        Assert.Equal(
            (null, null),
            Phones((await slack.PatchAsync("Users/" + id, Body("""{"meta":{"attributes":["phoneNumbers"]}}"""))).Json)
        );
    }

    [Fact]
    public async Task A_photo_is_a_public_or_a_data_URL_and_clears_to_a_Gravatar()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada", ("photos", List("""{"value":"https://a.example/1.png","type":"photo"}""")));
        Assert.Equal(
            """[{"value":"https://a.example/1.png","type":"photo"}]""",
            (await slack.ReadAsync(id))["photos"]!.ToJsonString()
        );
        await slack.PatchAsync("Users/" + id, Body("""{"photos":[{"value":"data:image/png;base64,AAAA"}]}"""));
        Assert.Equal("data:image/png;base64,AAAA", (string?)(await slack.ReadAsync(id))["photos"]![0]!["value"]);
        await slack.PatchAsync("Users/" + id, Body("""{"meta":{"attributes":["photos"]}}"""));
        Assert.Contains("gravatar", (string?)(await slack.ReadAsync(id))["photos"]![0]!["value"], StringComparison.Ordinal);
        Assert.Equal(
            "photos_invalid",
            (await slack.PatchAsync("Users/" + id, Body("""{"photos":[{"value":"nowhere"}]}"""))).Code
        );
    }

    [Fact]
    public async Task One_address_is_kept_without_type_and_deleted_only_if_all_five_values_match()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            (
                "addresses",
                List(
                    """[{"type":"home","locality":"Home"},{"type":"work","streetAddress":"S","locality":"L","region":"R","postalCode":"P","country":"C"}]"""
                )
            )
        );
        Assert.Equal(
            """[{"streetAddress":"S","locality":"L","region":"R","postalCode":"P","country":"C"}]""",
            (await slack.ReadAsync(id))["addresses"]!.ToJsonString()
        );
        var less = await slack.PatchAsync("Users/" + id, Body("""{"addresses":[{"operation":"delete","locality":"L"}]}"""));
        Assert.Equal("L", (string?)less.Json["addresses"]![0]!["locality"]);
        var all = await slack.PatchAsync(
            "Users/" + id,
            Body(
                """{"addresses":[{"operation":"delete","streetAddress":"S","locality":"L","region":"R","postalCode":"P","country":"C"}]}"""
            )
        );
        Assert.Null(all.Json["addresses"]![0]!["locality"]);
    }

    [Theory]
    [InlineData("""["chief","deputy"]""")]
    [InlineData("""[{"value":"deputy"},{"value":"chief","primary":"true"}]""")]
    [InlineData("""[{"value":"chief","primary":true}]""")]
    public async Task One_role_is_kept_from_texts_or_objects(string roles)
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada", ("roles", List(roles)));
        Assert.Equal("""[{"value":"chief","primary":true}]""", (await slack.ReadAsync(id))["roles"]!.ToJsonString());
        await slack.PatchAsync("Users/" + id, Body("""{"roles":[{"value":"chief","operation":"delete"}],"locale":"en_US"}"""));
        Assert.Null((await slack.ReadAsync(id))["roles"]![0]!["value"]);
    }

    [Theory]
    [InlineData("ID")]
    [InlineData("boss@example.com")]
    [InlineData("boss")]
    public async Task A_manager_is_named_by_id_primary_address_or_user_name_and_shown_by_id(string named)
    {
        await using var slack = await StartAsync();
        var boss = await slack.MakeAsync("boss");
        var answer = await slack.PostAsync(
            "Users",
            User(
                "ada",
                (
                    Enterprise,
                    new JsonObject
                    {
                        ["department"] = "D",
                        ["manager"] = new JsonObject { ["managerId"] = named is "ID" ? boss : named },
                    }
                )
            )
        );
        Assert.Equal(boss, (string?)answer.Json[Enterprise]!["manager"]!["managerId"]);
        Assert.Equal("D", (string?)answer.Json[Enterprise]!["department"]);
        var patched = await slack.PatchAsync(
            "Users/" + (string)answer.Json["id"]!,
            Body($$$"""{"{{{Enterprise}}}":{"costCenter":"C"}}""")
        );
        Assert.Equal(boss, (string?)patched.Json[Enterprise]!["manager"]!["managerId"]);
        Assert.Equal("C", (string?)patched.Json[Enterprise]!["costCenter"]);
        Assert.Equal("D", (string?)patched.Json[Enterprise]!["department"]);
    }

    [Fact]
    public async Task The_long_form_comes_with_the_first_profile_field_and_shows_unset_values_as_null()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada");
        Assert.False((await slack.ReadAsync(ada)).ContainsKey("userType"));

        await slack.MakeAsync("bea", ("userType", "Employee"));

        var user = await slack.ReadAsync(ada);
        Assert.Equal(
            [
                "schemas",
                "id",
                "externalId",
                "meta",
                "userName",
                "nickName",
                "name",
                "displayName",
                "profileUrl",
                "title",
                "timezone",
                "active",
                "emails",
                "photos",
                "addresses",
                "phoneNumbers",
                "userType",
                "roles",
                "preferredLanguage",
                "locale",
                Enterprise,
                "groups",
            ],
            user.Select(m => m.Key)
        );
        Assert.True(user.ContainsKey("userType") && user["userType"] is null);
        Assert.Equal(
            """{"employeeNumber":null,"costCenter":null,"organization":null,"division":null,"department":null,"manager":{"managerId":null}}""",
            user[Enterprise]!.ToJsonString()
        );
        Assert.Equal(2, user["emails"]!.AsArray().Count);
    }

    [Fact]
    public async Task Bots_and_guests_stay_in_the_short_form()
    {
        await using var slack = await StartAsync(("profile_fields.preexisting", 1));
        var bot = slack.Server.Workspace.MakeUser(
            Body("""{"userName":"robot","bot":true,"email":"botuser-T1-A1@slack-bots.com"}""")
        );
        var guest = await slack.MakeAsync("guest", (Guest, Body("""{"type":"multi"}""")));

        Assert.False((await slack.ReadAsync(bot)).ContainsKey("locale"));
        var shown = await slack.ReadAsync(guest);
        Assert.False(shown.ContainsKey("locale"));
        Assert.Equal("""{"type":"multi","expiration":null,"channels":[]}""", shown[Guest]!.ToJsonString());
        Assert.Contains((await slack.GetAsync("Users?count=100")).Json["Resources"]!.AsArray(), u => (string?)u!["id"] == bot);
    }

    [Fact]
    public async Task A_member_becomes_a_guest_and_a_member_again_and_both_ways_reactivate()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");
        await slack.DeleteAsync("Users/" + id);

        var guest = await slack.PatchAsync(
            "Users/" + id,
            Body(
                $$$"""{"schemas":["{{{Core}}}","{{{Guest}}}"],"{{{Guest}}}":{"type":"multi","expiration":"2040-01-01T00:00:00Z"}}"""
            )
        );
        Assert.True((bool?)guest.Json["active"]);
        Assert.Equal("2040-01-01T00:00:00Z", (string?)guest.Json[Guest]!["expiration"]);

        var endless = await slack.PatchAsync("Users/" + id, Body($$$"""{"meta":{"attributes":["{{{Guest}}}.expiration"]}}"""));
        Assert.Null(endless.Json[Guest]!["expiration"]);

        await slack.DeleteAsync("Users/" + id);
        var member = await slack.PatchAsync("Users/" + id, Body($$$"""{"meta":{"attributes":["{{{Guest}}}"]}}"""));
        Assert.True((bool?)member.Json["active"]);
        Assert.False(member.Json.ContainsKey(Guest));
    }

    [Fact]
    public async Task A_guests_channels_are_shown_and_survive_a_change()
    {
        await using var slack = await StartAsync();
        var id = slack.Server.Workspace.MakeUser(
            Body("""{"userName":"guest","guest":{"type":"multi","channels":[{"value":"C1","display":"lounge"}]}}""")
        );
        var guest = await slack.PatchAsync(
            "Users/" + id,
            Body($$$"""{"schemas":["{{{Guest}}}"],"{{{Guest}}}":{"type":"multi","expiration":"2040-01-01"}}""")
        );
        Assert.Equal(
            """{"type":"multi","expiration":"2040-01-01","channels":[{"value":"C1","display":"lounge"}]}""",
            guest.Json[Guest]!.ToJsonString()
        );
    }

    [Theory]
    [InlineData("""{"type":"single"}""")]
    [InlineData("""{"expiration":"2040-01-01"}""")]
    [InlineData("""{"type":"multi","expiration":"soon"}""")]
    public async Task Only_multi_channel_guests_with_a_real_date_can_be_made(string guest)
    {
        await using var slack = await StartAsync();
        Assert.Equal("invalid_request_payload", (await slack.PostAsync("Users", User("ada", (Guest, Body(guest))))).Code);
    }

    [Fact]
    public async Task Guests_are_for_Enterprise_only()
    {
        await using var slack = await StartAsync(("tenant.kind", "business_plus"));
        Assert.Equal(
            "invalid_request_payload",
            (await slack.PostAsync("Users", User("ada", (Guest, Body("""{"type":"multi"}"""))))).Code
        );
    }

    [Fact]
    public async Task A_start_date_shows_the_profile_extension_for_everybody()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada", (Profile, Body("""{"startDate":"2024-04-10T00:00:00+0000"}""")));
        var bea = await slack.MakeAsync("bea");
        Assert.Equal(
            """{"startDate":"2024-04-10T00:00:00+0000"}""".Replace("+", "\\u002B", StringComparison.Ordinal),
            (await slack.ReadAsync(ada))[Profile]!.ToJsonString()
        );
        Assert.Equal("""{"startDate":null}""", (await slack.ReadAsync(bea))[Profile]!.ToJsonString());
        Assert.Contains(Profile, (await slack.ReadAsync(bea))["schemas"]!.AsArray().Select(s => (string)s!));
    }

    [Fact]
    public async Task On_create_one_invalid_profile_field_drops_all_of_them_and_the_user_is_created()
    {
        await using var slack = await StartAsync(("user.form", "long"));
        var user = (
            await slack.PostAsync(
                "Users",
                User("ada", ("userType", "x"), ("title", "T"), (Profile, Body("""{"startDate":"tomorrow"}""")))
            )
        ).Json;
        Assert.Null(user["userType"]);
        Assert.Equal("T", (string?)user["title"]);
        Assert.Equal(
            "invalid_request_payload",
            (
                await slack.PatchAsync(
                    "Users/" + (string)user["id"]!,
                    Body($$$"""{"schemas":["{{{Profile}}}"],"{{{Profile}}}":{"startDate":"tomorrow"}}""")
                )
            ).Code
        );
    }

    [Fact]
    public async Task DELETE_deactivates_may_be_repeated_and_PATCH_or_PUT_reactivates()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");
        Assert.Equal(200, (await slack.DeleteAsync("Users/" + id)).Status);
        Assert.Equal(200, (await slack.DeleteAsync("Users/" + id)).Status);
        Assert.False((bool?)(await slack.ReadAsync(id))["active"]);
        Assert.True((bool?)(await slack.PatchAsync("Users/" + id, Body("""{"active":true}"""))).Json["active"]);
        await slack.PatchAsync("Users/" + id, Body("""{"active":"False"}"""));
        Assert.True((bool?)(await slack.PutAsync("Users/" + id, User("ada", ("active", true)))).Json["active"]);
    }

    [Fact]
    public async Task Deactivation_ends_the_memberships_and_reactivation_does_not_bring_them_back()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");
        var group = await slack.MakeGroupAsync("Crew", id);
        Assert.Equal($$"""[{"value":"{{group}}","display":"Crew"}]""", (await slack.ReadAsync(id))["groups"]!.ToJsonString());
        await slack.PatchAsync("Users/" + id, Body("""{"active":false}"""));
        await slack.PatchAsync("Users/" + id, Body("""{"active":true}"""));
        Assert.Equal("[]", (await slack.ReadAsync(id))["groups"]!.ToJsonString());
        Assert.Empty(await slack.MembersAsync(group));
    }

    [Fact]
    public async Task PATCH_changes_what_it_names_and_nothing_else()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            ("title", "T"),
            ("locale", "en_US"),
            ("name", Body("""{"givenName":"Ada","familyName":"L"}"""))
        );
        var before = await slack.ReadAsync(id);
        var after = (
            await slack.PatchAsync(
                "Users/" + id,
                Body(
                    """{"name":{"familyName":"King"},"id":"U1","groups":[{"value":"S1"}],"externalId":"x","profileUrl":"https://x.example"}"""
                )
            )
        ).Json;
        Assert.Equal("King", (string?)after["name"]!["familyName"]);
        after["name"]!["familyName"] = "L";
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
    }

    [Theory]
    [InlineData("""{"title":" "}""", "title", "\"\"")]
    [InlineData("""{"title":""}""", "title", "\"\"")]
    [InlineData("""{"title":null}""", "title", "\"T\"")]
    [InlineData("""{"meta":{"attributes":["title"]}}""", "title", "\"\"")]
    [InlineData("""{"meta":{"attributes":["title"]},"title":"New"}""", "title", "\"New\"")]
    [InlineData(
        """{"meta":{"attributes":["name.familyName"]}}""",
        "name",
        """{"givenName":"Ada","familyName":"","honorificPrefix":"Dr."}"""
    )]
    [InlineData("""{"meta":{"attributes":["name"]}}""", "name", """{"givenName":"","familyName":"","honorificPrefix":null}""")]
    [InlineData("""{"meta":{"attributes":["userType"]}}""", "userType", "null")]
    [InlineData("""{"userType":" "}""", "userType", "null")]
    [InlineData("""{"timezone":" "}""", "timezone", "\"America/Los_Angeles\"")]
    [InlineData(
        """{"meta":{"attributes":["urn:scim:schemas:extension:enterprise:1.0"]}}""",
        Enterprise,
        """{"employeeNumber":null,"costCenter":null,"organization":null,"division":null,"department":null,"manager":{"managerId":null}}"""
    )]
    [InlineData(
        """{"meta":{"attributes":["urn:scim:schemas:extension:enterprise:1.0.department"]}}""",
        Enterprise,
        """{"employeeNumber":"7","costCenter":null,"organization":null,"division":null,"department":null,"manager":{"managerId":"U0EMUOWNER"}}"""
    )]
    [InlineData(
        """{"meta":{"attributes":["urn:scim:schemas:extension:enterprise:1.0.manager.managerId"]}}""",
        Enterprise,
        """{"employeeNumber":"7","costCenter":null,"organization":null,"division":null,"department":"D","manager":{"managerId":null}}"""
    )]
    [InlineData(
        """{"meta":{"attributes":["emails"]}}""",
        "emails",
        """[{"value":"one@x.org","primary":true},{"value":"","primary":false}]"""
    )]
    [InlineData("""{"meta":{"attributes":["nothing.of.the.kind"]}}""", "title", "\"T\"")]
    public async Task Clearing(string body, string attribute, string value)
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            ("title", "T"),
            ("userType", "x"),
            ("timezone", "Asia/Tokyo"),
            ("name", Body("""{"givenName":"Ada","familyName":"L","honorificPrefix":"Dr."}""")),
            ("emails", new JsonArray("one@x.org", "two@x.org")),
            (Enterprise, Body("""{"employeeNumber":7,"department":"D","manager":{"managerId":"U0EMUOWNER"}}"""))
        );
        Assert.Equal(value, (await slack.PatchAsync("Users/" + id, Body(body))).Json[attribute]?.ToJsonString() ?? "null");
    }

    [Theory]
    [InlineData("userName", "username_empty")]
    [InlineData("nickName", "username_empty")]
    public async Task Some_attributes_cannot_be_cleared(string attribute, string code)
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");
        Assert.Equal(
            code,
            (
                await slack.PatchAsync(
                    "Users/" + id,
                    new() { ["meta"] = new JsonObject { ["attributes"] = new JsonArray(attribute) } }
                )
            ).Code
        );
    }

    [Fact]
    public async Task PUT_blanks_what_it_leaves_out_keeps_active_and_needs_addresses()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            ("title", "T"),
            ("userType", "x"),
            ("timezone", "Asia/Tokyo"),
            ("profileUrl", "https://x.example/ada"),
            ("photos", new JsonArray("https://x.example/p")),
            ("emails", new JsonArray("one@x.org", "two@x.org"))
        );
        await slack.DeleteAsync("Users/" + id);

        var user = (await slack.PutAsync("Users/" + id, User("ada2", ("emails", new JsonArray("one@x.org"))))).Json;

        Assert.Equal("ada2", (string?)user["userName"]);
        Assert.Equal("ada2", (string?)user["displayName"]);
        Assert.Equal("", (string?)user["title"]);
        Assert.Null(user["userType"]);
        Assert.Equal("America/Los_Angeles", (string?)user["timezone"]);
        Assert.EndsWith("/team/ada2", (string?)user["profileUrl"], StringComparison.Ordinal);
        Assert.Contains("gravatar", (string?)user["photos"]![0]!["value"], StringComparison.Ordinal);
        Assert.Equal("one@x.org* ", Emails(user));
        Assert.False((bool?)user["active"]);
        Assert.Equal("missing_primary_email", (await slack.PutAsync("Users/" + id, User("ada2", ("emails", null)))).Code);
        Assert.Equal("username_empty", (await slack.PutAsync("Users/" + id, User("ada2", ("userName", null)))).Code);
        Assert.Equal("password_change_not_allowed", (await slack.PutAsync("Users/" + id, User("ada2", ("password", "x")))).Code);
    }

    [Fact]
    public async Task What_GET_shows_can_be_PUT_back_and_changes_nothing()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            ("title", "T"),
            ("userType", "x"),
            (Profile, Body("""{"startDate":"2026-01-01"}""")),
            ("addresses", List("""[{"locality":"L"}]"""))
        );
        await slack.MakeGroupAsync("Crew", id);
        var shown = await slack.ReadAsync(id);
        var answer = await slack.PutAsync("Users/" + id, shown);
        Assert.Equal(200, answer.Status);
        Assert.Equal(shown.ToJsonString(), answer.Json.ToJsonString());
    }

    [Fact]
    public async Task A_refused_write_changes_nothing()
    {
        await using var slack = await StartAsync();
        await slack.MakeAsync("bea");
        var id = await slack.MakeAsync("ada", ("title", "T"));
        var before = (await slack.ReadAsync(id)).ToJsonString();
        Assert.Equal(
            400,
            (
                await slack.PatchAsync(
                    "Users/" + id,
                    Body("""{"title":"New","active":false,"emails":[{"value":"bea@example.com","primary":true}]}""")
                )
            ).Status
        );
        Assert.Equal(before, (await slack.ReadAsync(id)).ToJsonString());
    }

    [Fact]
    public async Task The_id_in_the_path_wins_over_the_one_in_the_body()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada");
        var bea = await slack.MakeAsync("bea");
        await slack.PatchAsync("Users/" + ada, new() { ["id"] = bea, ["title"] = "T" });
        Assert.Equal("T", (string?)(await slack.ReadAsync(ada))["title"]);
        Assert.Equal("", (string?)(await slack.ReadAsync(bea))["title"]);
    }

    [Theory]
    [InlineData("owner", "owner", 200)]
    [InlineData("owner", "admin", 200)]
    [InlineData("owner", "primary_owner", 400)]
    [InlineData("admin", "owner", 400)]
    [InlineData("admin", "primary_owner", 400)]
    [InlineData("admin", "admin", 200)]
    [InlineData("admin", "member", 200)]
    public async Task A_token_acts_on_accounts_of_its_own_or_lower_rank(string caller, string target, int status)
    {
        await using var slack = await StartAsync(
            ("auth.tokens", JsonNode.Parse($$"""[{"token":"xoxp-emulator"},{"token":"xoxp-2","rank":"{{caller}}"}]"""))
        );
        var id = target is "primary_owner"
            ? OwnerId
            : slack.Server.Workspace.MakeUser(new() { ["userName"] = "target", ["rank"] = target });
        var answer = await slack.ScimAsync("PATCH", "Users/" + id, """{"title":"x"}""", token: "xoxp-2");
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? null : "cannot_modify_owner", answer.Code);
    }

    [Fact]
    public async Task The_primary_owner_cannot_be_disabled_by_anybody_or_anyhow()
    {
        await using var slack = await StartAsync();
        Assert.Equal("cannot_disable_primary_owner", (await slack.DeleteAsync("Users/" + OwnerId)).Code);
        Assert.Equal(
            "cannot_disable_primary_owner",
            (await slack.PatchAsync("Users/" + OwnerId, Body("""{"active":false}"""))).Code
        );
        Assert.Equal(
            "cannot_disable_primary_owner",
            (await slack.PutAsync("Users/" + OwnerId, User("o", ("active", false)))).Code
        );
        Assert.Equal(200, (await slack.PatchAsync("Users/" + OwnerId, Body("""{"title":"Boss"}"""))).Status);
    }

    [Theory]
    [InlineData("xoxb-emulator")]
    public async Task No_bot_token_works(string token)
    {
        await using var slack = await StartAsync(("auth.tokens", new JsonArray(new JsonObject { ["token"] = token })));
        Assert.Equal("permission_denied", (await slack.ScimAsync("GET", "Users", token: token)).Code);
    }

    [Theory]
    [InlineData("bearer xoxp-emulator")]
    [InlineData("Basic eDp5")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    public async Task The_word_Bearer_is_case_sensitive_and_an_empty_token_is_none(string header)
    {
        await using var slack = await StartAsync();
        Assert.Equal(
            "invalid_authentication",
            (await slack.ScimAsync("GET", "Users", token: null, headers: ("Authorization", header))).Code
        );
    }

    [Fact]
    public async Task Of_photos_and_roles_the_primary_counts_or_the_first_whatever_its_type()
    {
        await using var slack = await StartAsync(("user.form", "long"));
        var made = await slack.PostAsync(
            "Users",
            User(
                "ada",
                (
                    "photos",
                    Body("""{"l":[{"value":"https://a.example/1"},{"value":"https://a.example/2","type":"work"}]}""")["l"]
                ),
                ("roles", Body("""{"l":[{"value":"first"},{"value":"second","type":"work"}]}""")["l"]),
                ("addresses", Body("""{"l":[{"country":"first"},{"country":"second","type":"work"}]}""")["l"])
            )
        );
        Assert.Equal("https://a.example/1", (string?)made.Json["photos"]![0]!["value"]);
        Assert.Equal("first", (string?)made.Json["roles"]![0]!["value"]);
        Assert.Equal("second", (string?)made.Json["addresses"]![0]!["country"]);
    }

    [Theory]
    [InlineData("""["name.givenName"]""", """{"givenName":"Eva"}""", "Eva|")]
    [InlineData("""["name.givenName","name.familyName"]""", """{"familyName":"King"}""", "|King")]
    [InlineData("""["name"]""", """{"givenName":"Eva"}""", "Eva|")]
    [InlineData("""["name"]""", "{}", "|")]
    [InlineData("""["name.familyName"]""", "{}", "Ada|")]
    [InlineData("""["name.givenName"]""", "{}", "invalid_name_required")]
    [InlineData("""["name.givenName","name.familyName"]""", "{}", "invalid_name_required")]
    [InlineData("""["name.givenName"]""", """{"givenName":" "}""", "invalid_name_required")]
    public async Task A_name_may_be_cleared_and_given_anew_in_one_PATCH(string cleared, string name, string becomes)
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada", ("name", Body("""{"givenName":"Ada"}""")));
        var answer = await slack.PatchAsync("Users/" + ada, Body($$"""{"meta":{"attributes":{{cleared}}},"name":{{name}}}"""));
        Assert.Equal(
            becomes,
            answer.Code ?? $"{(string?)answer.Json["name"]!["givenName"]}|{(string?)answer.Json["name"]!["familyName"]}"
        );
    }

    [Fact]
    public async Task Where_the_whole_name_cannot_be_cleared_it_can_be_replaced()
    {
        await using var slack = await StartAsync(("name.clear_all", "refused"));
        var ada = await slack.MakeAsync("ada");
        var replaced = await slack.PatchAsync(
            "Users/" + ada,
            Body("""{"meta":{"attributes":["name"]},"name":{"familyName":"King"}}""")
        );
        Assert.Equal("King", (string?)replaced.Json["name"]!["familyName"]);
    }

    [Fact]
    public async Task An_unknown_manager_is_refused_on_create_too()
    {
        await using var slack = await StartAsync();
        var manager = Body("""{"manager":{"managerId":"U0NOBODY"}}""");
        Assert.Equal("unknown_user", (await slack.PostAsync("Users", User("ada", (Enterprise, manager)))).Code);
        Assert.Contains("on create, too", Tuning.KnobTable.UnknownManager.Meaning, StringComparison.Ordinal);
    }
}
