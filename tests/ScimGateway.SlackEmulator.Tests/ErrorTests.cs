using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.SlackEmulator.Errors;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>The errors of docs/slack.md 8.2 and 8.3: each code with a way to get it,
/// and the words it comes in.</summary>
public sealed partial class ErrorTests
{
    private const string LongName = "a.name.with.many.letters";

    // The description as it comes; * stands for what the run decides.
    private static readonly Dictionary<
        string,
        (string Description, int Status, Func<Emulated, Task<Answer>> Provoke)
    > _rows = new()
    {
        ["addresses_invalid"] = (
            "addresses_invalid",
            400,
            e => e.PostAsync("Users", User("ada", ("addresses", "Main Street")))
        ),
        ["emails_invalid"] = (
            "emails_invalid",
            400,
            e => e.PostAsync("Users", User("ada", ("emails", "ada@example.com")))
        ),
        ["groups_invalid"] = (
            "groups_invalid",
            400,
            e => Turned(e, "users.groups_write", "applied").PostAsync("Users", User("ada", ("groups", "S1")))
        ),
        ["phoneNumbers_invalid"] = (
            "phoneNumbers_invalid",
            400,
            e => e.PostAsync("Users", User("ada", ("phoneNumbers", "555")))
        ),
        ["photos_invalid"] = ("photos_invalid", 400, e => e.PostAsync("Users", User("ada", ("photos", "no list")))),
        ["roles_invalid"] = ("roles_invalid", 400, e => e.PostAsync("Users", User("ada", ("roles", "no list")))),
        ["invalid_attribute_format"] = (
            "invalid_attribute_format",
            400,
            e => e.PostAsync("Users", User("ada", ("title", new JsonArray("one", "two"))))
        ),
        ["invalid_request_payload"] = ("invalid_request_payload", 400, e => e.ScimAsync("POST", "Users", "{")),
        ["missing_schema_element"] = (
            "missing_schema_element",
            400,
            e => e.PostAsync("Users", Body("""{"userName":"ada"}"""))
        ),
        ["improper_enterprise_schema_format"] = (
            "improper_enterprise_schema_format",
            400,
            e => e.PostAsync("Users", User("ada", (Enterprise, Body("""{"manager":{}}"""))))
        ),
        ["bad_email_address"] = (
            "bad_email_address",
            400,
            e => e.PostAsync("Users", User("ada", ("emails", new JsonArray("nobody"))))
        ),
        ["email_empty"] = ("email_empty", 400, e => e.PostAsync("Users", User("ada", ("emails", new JsonArray())))),
        ["email_invalid"] = (
            "email_invalid",
            400,
            e => e.PostAsync("Users", User("ada", ("emails", Body("""{"l":[{"value":5}]}""")["l"])))
        ),
        ["email_taken"] = (
            "email_taken",
            400,
            async e =>
            {
                await e.MakeAsync("ada");
                return await e.PatchAsync(
                    "Users/" + await e.MakeAsync("bea"),
                    Body("""{"emails":[{"value":"ada@example.com","primary":true}]}""")
                );
            }
        ),
        ["missing_primary_email"] = (
            "missing_primary_email",
            400,
            async e =>
                await e.PatchAsync(
                    "Users/" + await e.MakeAsync("ada"),
                    Body("""{"emails":[{"value":"ada@example.com","operation":"delete"}]}""")
                )
        ),
        ["username_empty"] = (
            "username_empty",
            400,
            e => e.PostAsync("Users", User(" ", ("emails", new JsonArray("a@b.c"))))
        ),
        ["username_invalid"] = (
            "username_invalid",
            400,
            e => e.PostAsync("Users", User("ada", ("userName", new JsonArray("ada"))))
        ),
        ["username_not_allowed"] = ("username_not_allowed (user=here)", 400, e => e.PostAsync("Users", User("here"))),
        ["username_required"] = ByFault("username_required", 400),
        ["username_taken"] = (
            "username_taken (username=ada)",
            400,
            async e =>
            {
                await e.MakeAsync("ada");
                return await e.PostAsync("Users", User("ada", ("emails", new JsonArray("a@b.c"))));
            }
        ),
        ["nickname_taken"] = (
            "nickname_taken",
            400,
            async e =>
            {
                await e.MakeAsync("ada");
                return await e.PatchAsync("Users/" + await e.MakeAsync("bea"), Body("""{"nickName":"ada"}"""));
            }
        ),
        ["username_too_long"] = (
            $"username_too_long (username={LongName})",
            400,
            e => e.PostAsync("Users", User(LongName))
        ),
        ["long_username"] = (
            $"long_username (user={LongName})",
            400,
            async e => await e.PatchAsync("Users/" + await e.MakeAsync("ada"), new() { ["userName"] = LongName })
        ),
        ["long_nickname"] = (
            "long_nickname",
            400,
            async e => await e.PatchAsync("Users/" + await e.MakeAsync("ada"), new() { ["nickName"] = LongName })
        ),
        ["truncation_error"] = (
            "truncation_error",
            400,
            async e =>
            {
                await Turned(e, "username.too_long", "truncate").MakeAsync(LongName);
                return await e.PostAsync("Users", User(LongName + ".jr"));
            }
        ),
        ["invalid_display_name"] = (
            "invalid_display_name",
            400,
            async e =>
                await Turned(e, "displayname.update", "refused")
                    .PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"displayName":"Ada"}"""))
        ),
        ["invalid_name_maxlength"] = (
            "invalid_name_maxlength",
            400,
            e => e.PostAsync("Users", User("ada", ("displayName", new string('x', 81))))
        ),
        ["invalid_name_specials"] = (
            "invalid_name_specials (user=ada)",
            400,
            e => e.PostAsync("Users", User("ada", ("displayName", "Ada @ work")))
        ),
        ["invalid_name_required"] = (
            "invalid_name_required",
            400,
            e => e.PostAsync("Users", User("ada", ("name", Body("""{"givenName":" ","familyName":" "}"""))))
        ),
        ["invalid_starts_with_at"] = (
            "invalid_starts_with_at",
            400,
            e => e.PostAsync("Users", User("ada", ("displayName", "@ada")))
        ),
        ["invalid_emoji_not_allowed"] = (
            "invalid_emoji_not_allowed",
            400,
            e => e.PostAsync("Users", User("ada", ("displayName", "Ada 🚀")))
        ),
        ["invalid_reserved_word"] = (
            "invalid_reserved_word",
            400,
            e => e.PostAsync("Users", User("ada", ("displayName", "Everyone")))
        ),
        ["user_creation_failed"] = ByFault("user_creation_failed", 400),
        ["invited_user_not_created"] = (
            "invited_user_not_created",
            400,
            e => Turned(e, "faults.create_flaky", "on").PostAsync("Users", User("ada"))
        ),
        ["password_change_not_allowed"] = (
            "password_change_not_allowed",
            400,
            async e => await e.PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"password":"x"}"""))
        ),
        ["unable_to_create_team_profile_fields"] = (
            "unable_to_create_team_profile_fields",
            400,
            async e =>
                await Turned(e, "profile_fields.limit", 0)
                    .PatchAsync("Users/" + await e.MakeAsync("ada"), Body("""{"userType":"x"}"""))
        ),
        ["cannot_make_user_guest"] = (
            "cannot_make_user_guest",
            400,
            e =>
                e.PatchAsync(
                    "Users/" + OwnerId,
                    Body($$$"""{"schemas":["{{{Guest}}}"],"{{{Guest}}}":{"type":"multi"}}""")
                )
        ),
        ["cannot_modify_owner"] = (
            "cannot_modify_owner",
            400,
            e => e.ScimAsync("PATCH", "Users/" + OwnerId, """{"title":"x"}""", token: Given(e, "admin"))
        ),
        ["cannot_modify_gdpr"] = (
            "cannot_modify_gdpr",
            400,
            e =>
                e.PatchAsync(
                    "Users/" + e.Server.Workspace.MakeUser(Body("""{"userName":"gone","erased":true}""")),
                    Body("""{"title":"x"}""")
                )
        ),
        ["cannot_disable_bot_user_with_scim"] = (
            "cannot_disable_bot_user_with_scim",
            400,
            e => e.DeleteAsync("Users/" + e.Server.Workspace.MakeUser(Body("""{"userName":"robot","bot":true}""")))
        ),
        ["cannot_disable_primary_owner"] = (
            "cannot_disable_primary_owner",
            400,
            e => e.DeleteAsync("Users/" + OwnerId)
        ),
        ["primary_owner_check_failure"] = (
            "primary_owner_check_failure",
            400,
            e => e.ScimAsync("DELETE", "Users/" + OwnerId, token: Given(e, "owner"))
        ),
        ["missing_user_id"] = ("missing_user_id", 400, e => e.PatchAsync("Users", [])),
        ["missing_group_id"] = ("missing_group_id", 400, e => e.DeleteAsync("Groups/")),
        ["cannot_decode_user_id"] = ("cannot_decode_user_id", 404, e => e.GetAsync("Users/ada")),
        ["no_such_user"] = ("no_such_user", 404, e => e.GetAsync("Users/W0NOBODY")),
        ["unknown_user"] = (
            "unknown_user",
            400,
            e => e.PostAsync("Users", User("ada", (Enterprise, Body("""{"manager":{"managerId":"nobody"}}"""))))
        ),
        ["no_such_group"] = ("no_such_group", 404, e => e.GetAsync("Groups/S0NOTHING")),
        ["no_such_group_members"] = (
            "no_such_group_members",
            400,
            e => e.PostAsync("Groups", Group("Crew", "U0NOBODY"))
        ),
        ["unable_to_add_deleted_or_guest_to_group"] = (
            "unable_to_add_deleted_or_guest_to_group",
            400,
            async e =>
            {
                var id = await e.MakeAsync("ada");
                await e.DeleteAsync("Users/" + id);
                return await e.PostAsync("Groups", Group("Crew", id));
            }
        ),
        ["too_many_users"] = (
            "too_many_users",
            400,
            e => Turned(e, "group.max_per_call", 1).PostAsync("Groups", Group("Crew", OwnerId, OwnerId))
        ),
        ["group_member_max_exceeded"] = (
            "group_member_max_exceeded",
            400,
            e => Turned(e, "group.max_members", 0).PostAsync("Groups", Group("Crew", OwnerId))
        ),
        ["name_already_exists"] = (
            "name_already_exists",
            400,
            async e =>
            {
                await e.MakeGroupAsync("Crew");
                return await e.PostAsync("Groups", Group("CREW"));
            }
        ),
        ["group_creation_failed"] = ByFault("group_creation_failed", 500),
        ["group_members_create_failed"] = ByFault("group_members_create_failed", 500),
        ["failed_to_remove_users_for_linked_subteam"] = ByFault("failed_to_remove_users_for_linked_subteam", 500),
        ["idp_group_linked_to_channels"] = (
            "idp_group_linked_to_channels",
            400,
            e =>
                e.DeleteAsync(
                    "Groups/" + e.Server.Workspace.MakeGroup(Body("""{"displayName":"Crew","linkedToChannels":true}"""))
                )
        ),
        ["no_filters"] = ("no_filters (is_aggregate_call=1)", 400, e => e.FilterAsync("Users", "foo")),
        ["incomplete_filter"] = ("incomplete_filter", 400, e => e.FilterAsync("Users", "username  eq \"ada\"")),
        ["invalid_query"] = ("invalid_query", 400, e => e.FilterAsync("Users", "externalId eq \"1\"")),
        ["invalid_filter_group"] = ("invalid_filter_group", 400, e => e.FilterAsync("Users", "(username eq \"ada\"")),
        ["query_building_failed"] = (
            "query_building_failed",
            400,
            e => e.FilterAsync("Users", new string('(', 40) + "username eq \"ada\"")
        ),
        ["database_query_failure"] = ByFault("database_query_failure", 500),
        ["invalid_sort_order"] = (
            "invalid_sort_order",
            400,
            e => e.GetAsync("Users?sortBy=userName&sortOrder=upwards")
        ),
        ["invalid_authentication"] = ("invalid_authentication", 401, e => e.ScimAsync("GET", "Users", token: "dummy")),
        ["missing_authentication"] = ("missing_authentication", 401, e => e.ScimAsync("GET", "Users", token: null)),
        ["permission_denied"] = (
            "permission_denied",
            403,
            e => e.ScimAsync("POST", "Users", "{}", token: Given(e, "member"))
        ),
        ["plus_teams_only"] = ("plus_teams_only", 400, e => Turned(e, "tenant.kind", "free").GetAsync("Users")),
        ["non_org_teams_only"] = (
            "non_org_teams_only",
            400,
            e => e.ScimAsync("GET", "Users", token: Given(e, "owner", level: "workspace"))
        ),
        ["bad_endpoint"] = ("bad_endpoint", 404, e => e.GetAsync("Nowhere")),
        ["method_not_allowed"] = ("method_not_allowed", 405, e => e.ScimAsync("OPTIONS", "Users")),
        ["unsupported_version"] = (
            "unsupported_version",
            400,
            e => e.SendAsync("GET", "scim/v9/Users", token: SlackEmulatorServer.Token)
        ),
        ["too_many_requests"] = (
            "too_many_requests",
            429,
            async e =>
            {
                Turned(e, "ratelimit.mode", "bucket").Turn("ratelimit.scale", 0.05);
                await e.MakeAsync("ada");
                return await e.PostAsync("Users", User("bea"));
            }
        ),
        ["resource_locked"] = (
            "resource_locked",
            429,
            async e =>
            {
                var id = await e.MakeGroupAsync("Crew");
                var first = Turned(e, "lock.hold_ms", 1000).DeleteAsync("Groups/" + id);
                await Until(() => e.Clock.Waiting > 0);
                var second = await e.DeleteAsync("Groups/" + id);
                e.Clock.Advance(1);
                Assert.Equal(204, (await first).Status);
                return second;
            }
        ),
    };

    public static TheoryData<string> Codes => [.. _rows.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Code(string code)
    {
        await using var slack = await StartAsync(new ManualClock());
        var (description, status, provoke) = _rows[code];

        var answer = await provoke(slack);

        Assert.Equal(status, answer.Status);
        Assert.Equal(description, answer.Error);
        // Exactly two members, or Slack's own Python client breaks (docs/slack.md 8.1, 11).
        Assert.Equal(["Errors"], answer.Json.Select(m => m.Key));
        Assert.Equal(["description", "code"], answer.Json["Errors"]!.AsObject().Select(m => m.Key));
        Assert.Equal(status, (int?)answer.Json["Errors"]!["code"]);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Errors_status_of(string code)
    {
        await using var slack = await StartAsync(new ManualClock(), ("errors.status." + code, 418));
        Assert.Equal(418, (await _rows[code].Provoke(slack)).Status);
    }

    [Fact]
    public void Every_code_the_emulator_knows_has_a_row() =>
        Assert.Equal(ErrorCode.All.Select(c => c.Name).Order(), _rows.Keys.Order());

    [Fact]
    public async Task Every_code_of_the_fact_sheet_has_a_row()
    {
        var facts = await File.ReadAllTextAsync(
            Shared.File("slack-v1/FACTS.md"),
            TestContext.Current.CancellationToken
        );
        var section = facts[
            facts.IndexOf("### 8.3", StringComparison.Ordinal)..facts.IndexOf("Often guessed", StringComparison.Ordinal)
        ];
        var cells = section
            .Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1]);
        var codes = cells.SelectMany(cell => Word().Matches(cell)).Select(m => m.Groups[1].Value).ToArray();

        Assert.True(codes.Length > 60);
        Assert.Empty(codes.Except(_rows.Keys));
    }

    [Theory]
    [InlineData("invalid_authentication")]
    [InlineData("non_org_teams_only")]
    [InlineData("no_filters")]
    [InlineData("username_not_allowed")]
    [InlineData("long_username")]
    [InlineData("invalid_name_specials")]
    public async Task An_observed_error_comes_out_byte_for_byte(string code)
    {
        var sample = Shared.Sample($"observed-errors/{code}.json");
        await using var slack = await StartAsync();

        var answer = await _rows[code].Provoke(slack);

        // The user in the recordings is masked.
        var expected = sample["body"]!.ToJsonString().Replace("\\u003Cuser\\u003E", "*", StringComparison.Ordinal);
        Assert.Equal((int?)sample["httpStatus"], answer.Status);
        Assert.Equal(expected, UserPair().Replace(answer.Text, "user=*"));
    }

    [Fact]
    public async Task A_held_address_is_told_in_the_words_a_client_was_written_for()
    {
        var patterns = Shared.Sample("observed-errors/_partial_patterns.json");
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");
        await slack.DeleteAsync("Users/" + id);

        var taken = await slack.PostAsync("Users", User("bea", ("emails", new JsonArray("ADA@example.com"))));

        var email = patterns["email_already_used"]!;
        Assert.Equal(400, taken.Status);
        Assert.StartsWith((string)email["description_must_start_with"]!, taken.Error, StringComparison.Ordinal);
        Assert.Contains((string)email["description_must_contain"]!, taken.Error!, StringComparison.Ordinal);
        Assert.Equal(id, Regex.Match(taken.Error!, (string)email["existing_user_regex"]!).Groups[1].Value);
        foreach (var code in new[] { "username_too_long", "username_taken" })
        {
            await using var other = await StartAsync();
            Assert.Matches((string)patterns[code]!["description_regex"]!, (await _rows[code].Provoke(other)).Error!);
        }
    }

    private static (string, int, Func<Emulated, Task<Answer>>) ByFault(string code, int status) =>
        (
            code,
            status,
            async e =>
            {
                e.Server.Faults.Add(new() { Description = code });
                return await e.PostAsync("Groups", Group("Crew"));
            }
        );

    private static Emulated Turned(Emulated slack, string knob, JsonNode value)
    {
        slack.Turn(knob, value);
        return slack;
    }

    /// <summary>A second token, of an account of that rank.</summary>
    private static string Given(Emulated slack, string rank, string level = "org")
    {
        slack.Turn(
            "auth.tokens",
            JsonNode.Parse(
                $$"""[{"token":"xoxp-emulator"},{"token":"xoxp-{{rank}}","rank":"{{rank}}","level":"{{level}}"}]"""
            )
        );
        return "xoxp-" + rank;
    }

    [GeneratedRegex("`([A-Za-z_]+)`")]
    private static partial Regex Word();

    [GeneratedRegex("user=[^)\"]*")]
    private static partial Regex UserPair();
}
