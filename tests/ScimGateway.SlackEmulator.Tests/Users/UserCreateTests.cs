using System.Text.Json.Nodes;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests.Users;

/// <summary>What a new user is like: names, defaults, and what a create leaves out (docs/slack.md 4.1, 4.2).</summary>
public sealed class UserCreateTests
{
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
        Assert.Equal(
            "ada",
            (string?)(await slack.PatchAsync("Users/" + id, Body("""{"userName":"ada"}"""))).Json["nickName"]
        );
        // The trap: the old nickName rides along and wins.
        Assert.Equal(
            "ada",
            (string?)
                (await slack.PatchAsync("Users/" + id, Body("""{"userName":"new","nickName":"ada"}"""))).Json[
                    "userName"
                ]
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
        Assert.Equal(
            name,
            (string?)(await slack.PostAsync("Users", User("ada", ("displayName", name)))).Json["displayName"]
        );
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
        Assert.StartsWith(
            "https://secure.gravatar.com/avatar/",
            (string?)user["photos"]![0]!["value"],
            StringComparison.Ordinal
        );
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
            Spelling.PacificTime.Write(DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture))
        );

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
    public async Task An_unknown_manager_is_refused_on_create_too()
    {
        await using var slack = await StartAsync();
        var manager = Body("""{"manager":{"managerId":"U0NOBODY"}}""");
        Assert.Equal("unknown_user", (await slack.PostAsync("Users", User("ada", (Enterprise, manager)))).Code);
        Assert.Contains("on create, too", Tuning.KnobTable.UnknownManager.Meaning, StringComparison.Ordinal);
    }
}
