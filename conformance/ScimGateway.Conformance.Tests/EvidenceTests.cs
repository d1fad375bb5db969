using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ScimGateway.Conformance.Reports;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>What is found can be seen again by anybody: by lines of a shell, and in an archive of all that was sent.</summary>
public sealed class EvidenceTests
{
    [Fact]
    public async Task The_lines_of_a_finding_are_a_script_that_shows_it_again_and_leaves_nothing()
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
                ask.IsOne("PATCH", "Groups") && ask.Body?["Operations"]?[0]?["op"]?.ToString() == "remove"
                    ? new Answer(200, new JsonObject { ["detail"] = "nothing was removed" })
                    : scim.Handle(ask)
        );
        var findings = await Asking.AllAsync(sound.Url, "RFC7644-3.5.2.2-remove-member");
        var lines = findings.Results.Single(one => one.Requirement.Id == "RFC7644-3.5.2.2-remove-member").Repeat;
        var asked = sound.Asked;

        // Two users, the group, its PATCH, the look at it; and what removes the three.
        Assert.Equal(8, lines.Count);
        using var shell = Process.Start(
            new ProcessStartInfo("bash", ["-c", string.Join('\n', lines)])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["TOKEN"] = SoundServer.Token },
            }
        )!;
        var error = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();

        Assert.True(output.Contains("nothing was removed", StringComparison.Ordinal), $"{output}{await error}");
        Assert.Equal(asked + 8, sound.Asked);
        Assert.Empty(sound.Scim.Resources);
        Assert.DoesNotContain(lines, line => line.Contains(SoundServer.Token, StringComparison.Ordinal));
    }

    [Fact]
    public void An_id_that_is_a_number_is_taken_where_it_stands_for_a_resource_alone()
    {
        var lines = Repeat.Of(
            [
                Sent(HttpMethod.Post, "Users", """{"userName":"scimc1-1"}""", """{"id":"1"}"""),
                Sent(HttpMethod.Put, "Groups/21?count=1", """{"count":1,"members":[{"value":"1"}]}""", "{}"),
            ],
            1
        );

        Assert.Equal(3, lines.Count);
        Assert.Contains("""--data-binary '{"userName":"scimc1-1"}'""", lines[0], StringComparison.Ordinal);
        Assert.Contains("'http://scim.example.com/Groups/21?count=1'", lines[1], StringComparison.Ordinal);
        Assert.Contains("""'{"count":1,"members":[{"value":"'"$ID1"'"}]}'""", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_server_makes_by_a_query_is_removed_where_its_users_are_and_nothing_needless_is_quoted()
    {
        var lines = Repeat.Of(
            [
                Sent(HttpMethod.Post, "Users/.search", """{"filter":"active pr"}""", """{"id":"u-1"}"""),
                Sent(HttpMethod.Get, "Users/u-1", null, "{}"),
            ],
            1
        );

        Assert.Equal(
            [
                "curl -i 'http://scim.example.com/Users/'\"$ID1\"",
                "curl -s -X DELETE 'http://scim.example.com/Users/'\"$ID1\"",
            ],
            lines.Skip(1)
        );
    }

    [Theory]
    [InlineData("RFC7643-3.1-meta", "without meta.location: {")]
    [InlineData("RFC7643-4.1.1-user-name", "{\"name\":{")]
    public async Task A_finding_says_what_is_missing_and_shows_whom_it_is_missing_of(string id, string says)
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                foreach (var user in answer.Shown)
                {
                    (user["meta"] as JsonObject)?.Remove("location");
                    if (ask is { Method: "GET", Path: "Users" })
                        user.Remove("userName");
                }
                return answer;
            }
        );

        var failed = Assert.Single(
            (await Asking.AllAsync(sound.Url, id)).Failed(),
            one => one.StartsWith($"{id}:", StringComparison.Ordinal)
        );

        Assert.StartsWith($"{id}: {says}", failed, StringComparison.Ordinal);
    }

    private static Exchange Sent(HttpMethod method, string path, string? body, string answer) =>
        new(
            method,
            new Uri($"http://scim.example.com/{path}"),
            [],
            body,
            System.Net.HttpStatusCode.OK,
            [],
            System.Text.Encoding.UTF8.GetBytes(answer),
            TimeSpan.Zero,
            new Secrets([])
        );

    [Fact]
    public async Task An_archive_has_each_request_with_its_requirement_and_no_credential()
    {
        await using var sound = await SoundServer.StartAsync();
        var har = new Har();
        var options = new Options
        {
            Url = sound.Url,
            Token = SoundServer.Token,
            Only = ["RFC7644-3.6"],
        };
        using var server = new Server(options);
        await Run.AllAsync(server, Inventory.Of(options), Weighing.Strict, _ => { }, har.Add);
        var text = har.Text(new Heading(DateTimeOffset.UnixEpoch, "1", "--only RFC7644-3.6"));
        var entries = JsonNode.Parse(text)!["log"]!["entries"]!.AsArray();

        Assert.True(entries.Count > 10, text);
        Assert.All(
            entries,
            entry => Assert.StartsWith("RFC7644-3.6", (string?)entry!["comment"], StringComparison.Ordinal)
        );
        var made = entries.First(entry => (string?)entry!["request"]!["method"] == "POST")!;
        Assert.Contains("userName", (string?)made["request"]!["postData"]!["text"], StringComparison.Ordinal);
        Assert.Equal(201, (int)made["response"]!["status"]!);
        Assert.Contains("Bearer $TOKEN", text, StringComparison.Ordinal);
        Assert.DoesNotContain(SoundServer.Token, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RFC7644-3.6-gone", "2 passed")]
    [InlineData("RFC7644-3.3", "failed")]
    public async Task A_badge_is_a_picture_that_says_how_many(string only, string says)
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (ask is { Method: "POST", Path: "Users" })
                    answer.Headers.Remove("Location");
                return answer;
            }
        );
        var badge = XDocument.Parse(Badge.Svg(await Asking.AllAsync(sound.Url, only)));

        Assert.Equal("svg", badge.Root!.Name.LocalName);
        Assert.Contains(says, badge.Root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_run_has_left_is_removed_by_the_next_and_nobody_elses()
    {
        await using var sound = await SoundServer.StartAsync();
        var options = new Options { Url = sound.Url, Token = SoundServer.Token };
        using (var killed = new Server(options))
        {
            for (var i = 0; i < 55; i++)
                await killed.MadeUserAsync();
            await killed.MadeGroupAsync();
            await killed.PostAsync("Users", killed.User($"nadia.{killed.ShortName()}@crew.example"));
        }
        using var other = new Server(options);
        foreach (var name in new[] { "scimcity", "ada@scimc.example", "scimc", "scimconf1", "xscimc1a2b3" })
            await other.PostAsync("Users", other.User(name));
        var said = new List<string>();

        using var next = new Server(options);
        Assert.Null(await Run.RefusalAsync(next, force: false, said.Add));

        Assert.Equal(["57 resources were removed that a former run had left."], said);
        Assert.Equal(5, sound.Scim.Resources.Count);
    }

    [Theory]
    [InlineData(302, "text/html", "", "The server is elsewhere: GET /scim/v2/Users?count=1 → 302")]
    [InlineData(500, "text/html", "<html>oops</html>", "The server is not well: GET /scim/v2/Users?count=1 → 500")]
    [InlineData(200, "text/html", "<html>Sign in</html>", "That is no SCIM server: GET /scim/v2/Users?count=1 → 200")]
    public async Task What_is_no_SCIM_server_is_said_before_anything_is_made(
        int status,
        string type,
        string body,
        string says
    )
    {
        await using var sound = await SoundServer.StartAsync(
            (_, _) =>
                new Answer(status)
                {
                    Bytes = System.Text.Encoding.UTF8.GetBytes(body),
                    Headers = { ["Content-Type"] = type, ["Location"] = "https://scim.example.com/elsewhere" },
                }
        );
        using var server = new Server(new Options { Url = sound.Url, Token = SoundServer.Token });

        var refusal = await Run.RefusalAsync(server, force: true, _ => { });

        Assert.StartsWith(says, refusal, StringComparison.Ordinal);
        Assert.Equal(1, sound.Asked);
        if (status == 302)
            Assert.Contains("Location: https://scim.example.com/elsewhere", refusal, StringComparison.Ordinal);
    }
}
