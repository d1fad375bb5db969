using System.Text.Json.Nodes;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests.Users;

/// <summary>Phones, photos, postal addresses, roles, managers, guests, and the form they are shown in
/// (docs/slack.md 4.4, 4.5, 4.7).</summary>
public sealed class UserFieldTests
{
    private static JsonNode List(string json) => JsonNode.Parse(json)!;

    // What a reply shows as {type:mobile} and {primary:true}.
    private static (string? Mobile, string? Primary) Phones(JsonObject user) =>
        ((string?)user["phoneNumbers"]![0]!["value"], (string?)user["phoneNumbers"]![1]!["value"]);

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
                (
                    await slack.PatchAsync(
                        "Users/" + id,
                        Body("""{"phoneNumbers":[{"value":"A","operation":"delete"}]}""")
                    )
                ).Json
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
        var id = await slack.MakeAsync(
            "ada",
            ("photos", List("""{"value":"https://a.example/1.png","type":"photo"}"""))
        );
        Assert.Equal(
            """[{"value":"https://a.example/1.png","type":"photo"}]""",
            (await slack.ReadAsync(id))["photos"]!.ToJsonString()
        );
        await slack.PatchAsync("Users/" + id, Body("""{"photos":[{"value":"data:image/png;base64,AAAA"}]}"""));
        Assert.Equal("data:image/png;base64,AAAA", (string?)(await slack.ReadAsync(id))["photos"]![0]!["value"]);
        await slack.PatchAsync("Users/" + id, Body("""{"meta":{"attributes":["photos"]}}"""));
        Assert.Contains(
            "gravatar",
            (string?)(await slack.ReadAsync(id))["photos"]![0]!["value"],
            StringComparison.Ordinal
        );
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
        var less = await slack.PatchAsync(
            "Users/" + id,
            Body("""{"addresses":[{"operation":"delete","locality":"L"}]}""")
        );
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
        await slack.PatchAsync(
            "Users/" + id,
            Body("""{"roles":[{"value":"chief","operation":"delete"}],"locale":"en_US"}""")
        );
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
        Assert.Contains(
            (await slack.GetAsync("Users?count=100")).Json["Resources"]!.AsArray(),
            u => (string?)u!["id"] == bot
        );
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

        var endless = await slack.PatchAsync(
            "Users/" + id,
            Body($$$"""{"meta":{"attributes":["{{{Guest}}}.expiration"]}}""")
        );
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
        Assert.Equal(
            "invalid_request_payload",
            (await slack.PostAsync("Users", User("ada", (Guest, Body(guest))))).Code
        );
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
    public async Task Of_photos_and_roles_the_primary_counts_or_the_first_whatever_its_type()
    {
        await using var slack = await StartAsync(("user.form", "long"));
        var made = await slack.PostAsync(
            "Users",
            User(
                "ada",
                (
                    "photos",
                    Body("""{"l":[{"value":"https://a.example/1"},{"value":"https://a.example/2","type":"work"}]}""")[
                        "l"
                    ]
                ),
                ("roles", Body("""{"l":[{"value":"first"},{"value":"second","type":"work"}]}""")["l"]),
                ("addresses", Body("""{"l":[{"country":"first"},{"country":"second","type":"work"}]}""")["l"])
            )
        );
        Assert.Equal("https://a.example/1", (string?)made.Json["photos"]![0]!["value"]);
        Assert.Equal("first", (string?)made.Json["roles"]![0]!["value"]);
        Assert.Equal("second", (string?)made.Json["addresses"]![0]!["country"]);
    }
}
