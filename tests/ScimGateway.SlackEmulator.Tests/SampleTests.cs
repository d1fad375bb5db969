using System.Text.Json.Nodes;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>What was recorded from Slack comes out of the emulator: byte for byte where the recording is
/// whole, in shape where it is masked.</summary>
public sealed class SampleTests
{
    private static readonly (string, string) _slack = ("Host", "api.slack.com");

    // The recordings were taken down by tools that did not keep the escaped slash; one file did.
    private static async Task<string> AsSlackAsync(Emulated slack, string path)
    {
        var answer = await slack.ScimAsync("GET", path, headers: _slack);
        Assert.Equal(200, answer.Status);
        return answer.Text.Replace("\\/", "/", StringComparison.Ordinal);
    }

    private static string Bytes(JsonNode sample) =>
        sample.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    [Theory]
    [InlineData("v1_user_1.json", "short", """{"bot":true}""")]
    [InlineData("v1_user_2.json", "long", "{}")]
    public async Task A_recorded_user_comes_out_byte_for_byte(string file, string form, string more)
    {
        var sample = Shared.Sample("python-slack-scim/" + file);
        await using var slack = await StartAsync(("user.form", form));
        var id = slack.Server.Workspace.MakeUser(Described(sample, Body(more)));
        Assert.Equal(Bytes(sample), await AsSlackAsync(slack, "Users/" + id));
    }

    [Theory]
    [InlineData("v1_group_1.json")]
    [InlineData("v1_group_2.json")]
    [InlineData("v1_group_3.json")]
    public async Task A_recorded_group_comes_out_byte_for_byte(string file)
    {
        var sample = Shared.Sample("python-slack-scim/" + file);
        await using var slack = await StartAsync();
        MakeGroup(slack, sample);
        Assert.Equal(Bytes(sample), await AsSlackAsync(slack, "Groups/" + (string)sample["id"]!));
    }

    [Theory]
    [InlineData("v1_groups_1.json", "Groups")]
    [InlineData("v1_groups_2.json", "Groups?startIndex=2&count=2")]
    public async Task A_recorded_list_of_groups_comes_out_byte_for_byte(string file, string path)
    {
        var sample = Shared.Sample("python-slack-scim/" + file);
        await using var slack = await StartAsync();
        foreach (var group in Shared.Sample("python-slack-scim/v1_groups_1.json")["Resources"]!.AsArray())
            MakeGroup(slack, group!.AsObject());
        Assert.Equal(Bytes(sample), await AsSlackAsync(slack, path));
    }

    [Theory]
    [InlineData("v1_users_1.json", "Users?startIndex=1&count=3")]
    [InlineData("v1_users_2.json", "Users?startIndex=2&count=2")]
    public async Task A_recorded_page_of_users_comes_out_byte_for_byte_with_short_and_long_forms_mixed(
        string file,
        string path
    )
    {
        var sample = Shared.Sample("python-slack-scim/" + file);
        await using var slack = await StartAsync(("profile_fields.preexisting", 3));
        slack.Server.Workspace.RemoveUser(OwnerId);
        foreach (var user in Shared.Sample("python-slack-scim/v1_users_1.json")["Resources"]!.AsArray())
            slack.Server.Workspace.MakeUser(
                Described(
                    user!.AsObject(),
                    new() { ["bot"] = Bytes(user!).Contains("slack-bots.com", StringComparison.Ordinal) }
                )
            );
        for (var i = 4; i <= 359; i++)
            slack.Server.Workspace.MakeUser(new() { ["userName"] = "user" + i });
        // The owner was in the way of the first page; another account takes the token over, the last one.
        slack.Turn("auth.tokens", JsonNode.Parse("""[{"token":"xoxp-emulator","owner":"U0LAST"}]"""));
        Assert.Equal(Bytes(sample), await AsSlackAsync(slack, path));
    }

    [Fact]
    public async Task The_recorded_exchange_of_2020_comes_out_with_its_headers()
    {
        var sample = Shared.Sample("python-slack-scim/http_exchange_search_users_2020-04.json");
        await using var slack = await StartAsync(("user.form", "short"));
        foreach (var user in sample["response"]!["body"]!["Resources"]!.AsArray())
            slack.Server.Workspace.MakeUser(Described(user!.AsObject(), Body("""{"guest":{"type":"multi"}}""")));

        var answer = await slack.SendAsync(
            "GET",
            (string)sample["request"]!["path"]!,
            body: "",
            token: SlackEmulatorServer.Token,
            contentType: (string)sample["request"]!["headers"]!["content-type"]!,
            headers: _slack
        );

        // "on the wire the body was compact JSON with solidus escaped"
        Assert.Equal(Bytes(sample["response"]!["body"]!).Replace("/", "\\/", StringComparison.Ordinal), answer.Text);
        var own = new[] { "date", "server", "connection", "transfer-encoding", "x-slack-backend" };
        foreach (var (name, value) in sample["response"]!["headers"]!.AsObject().Where(h => !own.Contains(h.Key)))
            Assert.Equal((string?)value, answer.Header(name));
    }

    [Fact]
    public async Task ServiceProviderConfigs_of_2020_comes_out_byte_for_byte_and_that_of_2019_by_its_knob()
    {
        await using var slack = await StartAsync();
        Assert.Equal(
            Bytes(Shared.Sample("python-slack-scim/v1_service_provider_configs.json")),
            await AsSlackAsync(slack, "ServiceProviderConfigs")
        );
        slack.Turn("spc.patch_supported", false);
        Assert.Equal(
            Bytes(Shared.Sample("go-slack-scimapi/ServiceProviderConfigs.json")),
            await AsSlackAsync(slack, "ServiceProviderConfigs")
        );
    }

    [Theory]
    [InlineData("Users")]
    [InlineData("Groups")]
    public async Task The_recorded_schemas_come_out_but_for_the_words_of_their_descriptions(string schema)
    {
        var sample = Shared.Sample($"go-slack-scimapi/Schemas_{schema}.json");
        await using var slack = await StartAsync(("schemas.include_extensions", false));

        var answer = (await slack.GetAsync("Schemas/" + schema)).Json;

        Assert.Equal(Bytes(WithoutWords(sample)), Bytes(WithoutWords(answer)));

        static JsonNode WithoutWords(JsonNode node)
        {
            if (node is JsonObject members)
                foreach (var (name, value) in members.ToArray())
                    if (name == "description" && value is JsonValue)
                        members[name] = "";
                    else if (value is not null)
                        WithoutWords(value);
            if (node is JsonArray items)
                foreach (var item in items)
                    WithoutWords(item!);
            return node;
        }
    }

    [Theory]
    [InlineData("create_user__email_as_userName.json")]
    [InlineData("create_user__userName_and_email_only.json")]
    public async Task A_recorded_create_gives_the_recorded_user(string file)
    {
        var sample = Shared.Sample("xsoar/" + file);
        await using var slack = await StartAsync();
        var request = sample["request"]!.AsObject();
        request["schemas"] ??= new JsonArray(Core, Enterprise);

        var answer = await slack.ScimAsync("POST", "Users", request.ToJsonString(), headers: _slack);

        Assert.Equal(201, answer.Status);
        Assert.Equal(Masked(sample["response"]!), Masked(answer.Json));
    }

    [Fact]
    public async Task A_recorded_deactivation_without_schemas_gives_the_recorded_user()
    {
        var sample = Shared.Sample("xsoar/patch_user__active_false.json");
        await using var slack = await StartAsync();
        var active = sample["response"]!.DeepClone().AsObject();
        active["active"] = true;
        var id = slack.Server.Workspace.MakeUser(Described(active, []));
        slack.Server.Workspace.MakeGroup(new() { ["displayName"] = "Crew", ["members"] = new JsonArray(id) });

        var answer = await slack.ScimAsync(
            "PATCH",
            "Users/" + id,
            sample["request"]!["body"]!.ToJsonString(),
            headers: _slack
        );

        Assert.Equal(200, answer.Status);
        Assert.Equal(Masked(sample["response"]!), Masked(answer.Json));
        Assert.Equal((string?)sample["response"]!["id"], (string?)answer.Json["id"]);
    }

    [Fact]
    public async Task A_recorded_PUT_of_a_group_gives_the_recorded_group()
    {
        var sample = Shared.Sample("xsoar/put_group.json");
        await using var slack = await StartAsync();
        var member = (string)sample["response"]!["members"]![0]!["value"]!;
        slack.Server.Workspace.MakeUser(
            new()
            {
                ["id"] = member,
                ["userName"] = "testuser7",
                ["givenName"] = "Example",
                ["familyName"] = "Test",
            }
        );
        slack.Server.Workspace.MakeGroup(
            new()
            {
                ["id"] = (string)sample["response"]!["id"]!,
                ["created"] = (string)sample["response"]!["meta"]!["created"]!,
                ["displayName"] = "Before",
                ["members"] = new JsonArray(OwnerId),
            }
        );

        var answer = await slack.ScimAsync(
            "PUT",
            "Groups/" + (string)sample["response"]!["id"]!,
            sample["request"]!["body"]!.ToJsonString(),
            headers: _slack
        );

        Assert.Equal(200, answer.Status);
        Assert.Equal(Bytes(sample["response"]!), answer.Text.Replace("\\/", "/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Users/00000000000.json", true)]
    [InlineData("Users.json", true)]
    [InlineData("Groups/00000000000.json", false)]
    [InlineData("Groups.json", false)]
    [InlineData("ServiceProviderConfigs.json", false)]
    public async Task The_masked_shapes_of_the_Java_SDK_hold_every_member_the_emulator_writes(string file, bool ofUser)
    {
        var sample = Shared.Sample("java-slack-sdk/v1/" + file);
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync(
            "ada",
            (Profile, Body("""{"startDate":"2026-01-01"}""")),
            ("locale", "en_US"),
            (Enterprise, Body($$$"""{"manager":{"managerId":"{{{OwnerId}}}"}}"""))
        );
        var guest = await slack.MakeAsync(
            "guest",
            (Guest, Body("""{"type":"multi","expiration":"2040-01-01T00:00:00Z"}"""))
        );
        await slack.MakeGroupAsync("Crew", id, guest);
        var path = file switch
        {
            "Users/00000000000.json" => "Users/" + id,
            "Groups/00000000000.json" => "Groups/"
                + (string)(await slack.GetAsync("Groups")).Json["Resources"]![0]!["id"]!,
            _ => file[..^5],
        };

        var shown = (await slack.GetAsync(path)).Json;

        // The single user of that folder was read before the profile extension existed; its null members are dropped.
        Within(
            shown,
            ofUser
                ? Shared.Sample("java-slack-sdk/v1/Users.json") is var all && path == "Users"
                    ? all
                    : all["Resources"]![0]!
                : sample,
            path
        );
    }

    // Every member is in the shape; elements are held against the first element, and what a
    // model class adds in a second one.
    private static void Within(JsonNode shown, JsonNode shape, string where)
    {
        if (shown is JsonObject members)
            foreach (var (name, value) in members)
            {
                // Masked samples drop what was null: these hold nothing to compare with.
                if (
                    value is null
                    || where.EndsWith("manager", StringComparison.Ordinal)
                    || name is "honorificPrefix" or "userType" or "preferredLanguage" or "locale"
                )
                    continue;
                Assert.True(shape.AsObject().ContainsKey(name), $"{where}.{name}");
                Within(value, shape[name]!, $"{where}.{name}");
            }
        if (shown is JsonArray items && shape is JsonArray { Count: > 0 } shapes)
            foreach (var item in items)
            {
                var merged = shapes[0]!.DeepClone();
                if (shapes.Count > 1 && merged is JsonObject one)
                    foreach (var (name, value) in shapes[1]!.AsObject())
                        one[name] ??= value?.DeepClone();
                Within(item!, merged, where + "[]");
            }
    }

    private static void MakeGroup(Emulated slack, JsonObject sample)
    {
        var members = new JsonArray();
        foreach (var member in sample["members"]!.AsArray())
        {
            var names = ((string)member!["display"]!).Split(' ');
            var id = (string)member["value"]!;
            slack.Server.Workspace.MakeUser(
                new()
                {
                    ["id"] = id,
                    ["userName"] = "m" + id,
                    ["givenName"] = names[0],
                    ["familyName"] = names[1],
                }
            );
            members.Add(id);
        }
        slack.Server.Workspace.MakeGroup(
            new()
            {
                ["id"] = (string)sample["id"]!,
                ["displayName"] = (string)sample["displayName"]!,
                ["created"] = (string)sample["meta"]!["created"]!,
                ["members"] = members,
            }
        );
    }

    // A user as Slack shows it, described as if made by hand.
    private static JsonObject Described(JsonObject sample, JsonObject more)
    {
        var described = new JsonObject
        {
            ["id"] = (string)sample["id"]!,
            ["created"] = (string)sample["meta"]!["created"]!,
            ["userName"] = (string)sample["userName"]!,
            ["displayName"] = (string)sample["displayName"]!,
            ["givenName"] = (string)sample["name"]!["givenName"]!,
            ["familyName"] = (string)sample["name"]!["familyName"]!,
            ["profileUrl"] = (string)sample["profileUrl"]!,
            ["title"] = (string)sample["title"]!,
            ["timezone"] = (string)sample["timezone"]!,
            ["active"] = (bool)sample["active"]!,
            ["emails"] = sample["emails"]!.DeepClone(),
            ["photo"] = (string)sample["photos"]![0]!["value"]!,
        };
        foreach (var (name, value) in more)
            described[name] = value?.DeepClone();
        return described;
    }

    // What the emulator decides by itself: the id, the moment, the organization's domain, the picture.
    private static string Masked(JsonNode user)
    {
        var copy = user.DeepClone().AsObject();
        copy["id"] = "";
        copy["meta"]!["created"] = "";
        copy["meta"]!["location"] = "";
        copy["profileUrl"] = ((string)copy["profileUrl"]!).Split("/team/")[1];
        copy["photos"]![0]!["value"] = "";
        return Bytes(copy);
    }
}
