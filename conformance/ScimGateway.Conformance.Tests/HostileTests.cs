using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>Whatever a server answers, there are findings, and an end.</summary>
public sealed class HostileTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    private static string[] Some => ["RFC7643-3", "RFC7643-7", "RFC7644-3.3", "RFC7644-3.4.1", "RFC7644-4", "RFC9865"];

    public static TheoryData<string, string> Rubbish =>
        new()
        {
            { "no JSON", "<html><body>Welcome</body></html>" },
            { "half of it", "{\"schemas\": [\"urn:ietf" },
            { "a text", "\"hello\"" },
            { "a list", "[[],[{}]]" },
            { "names twice", "{\"id\":\"1\",\"id\":\"2\",\"schemas\":[],\"schemas\":[]}" },
            { "half a letter", "{\"id\":\"\\ud800\",\"schemas\":[\"\\udc00\"],\"Resources\":[{\"id\":\"\\ud800\"}]}" },
            { "other types", "{\"id\":1,\"schemas\":{},\"Resources\":{},\"meta\":[],\"totalResults\":\"many\"}" },
            { "deep", new string('[', 5_000) + new string(']', 5_000) },
            { "deep attributes", Deep() },
        };

    [Theory]
    [MemberData(nameof(Rubbish))]
    public async Task Rubbish_is_a_finding(string _, string body)
    {
        var findings = await OfAsync((_, _) => new Answer(200) { Bytes = Encoding.UTF8.GetBytes(body) });

        Assert.True(findings.Count(Outcome.Failed) >= 5, findings.Closing);
        Assert.DoesNotContain(
            findings.Skipped(),
            one => one.Contains("this check has a mistake", StringComparison.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Rubbish))]
    public async Task Rubbish_is_a_finding_of_a_provider_as_well(string _, string body)
    {
        await using var sound = await SoundServer.StartAsync(
            (_, _) => new Answer(200) { Bytes = Encoding.UTF8.GetBytes(body) }
        );
        var findings = await Asking.AllAsync(new Options { Url = sound.Url, Profiles = ["okta", "pingone"] });
        Assert.True(findings.Count(Outcome.Failed) > 0, findings.Closing);
        Assert.DoesNotContain(
            findings.Skipped(),
            one => one.Contains("this check has a mistake", StringComparison.Ordinal)
        );

        using var server = new Server(new Options { Url = sound.Url, Token = SoundServer.Token });
        var load = await FirstSync.RunAsync(server, new FirstSync.Size { Provider = "pingone" }, _ => { });
        Assert.Single(load.Failed());
    }

    [Fact]
    public async Task What_is_no_text_at_all_is_a_finding()
    {
        var findings = await OfAsync((_, _) => new Answer(200) { Bytes = [0xff, 0xfe, 0x00, 0x1b, 0xc3, 0x28] });

        Assert.True(findings.Count(Outcome.Failed) >= 5, findings.Closing);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Ten_megabytes_are_read_and_are_a_finding()
    {
        var many = Encoding.UTF8.GetBytes($"{{\"id\":\"{new string('x', 10_000_000)}\"}}");
        var findings = await OfAsync(
            (_, _) => new Answer(200) { Bytes = many },
            "RFC7644-3.4.1",
            "RFC7644-3.3-created"
        );

        Assert.Equal(3, findings.Count(Outcome.Failed)); // and one that rests on them
        Assert.All(findings.Results, result => Assert.True(result.Verdict.Says.Length < 2_000));
    }

    [Fact]
    public async Task Who_closes_the_connection_is_told_so_and_asked_no_more()
    {
        var asked = 0;
        var findings = await OfAsync(
            (_, _) => Interlocked.Increment(ref asked) > 0 ? new Answer(0) { Hangs = true } : null!
        );

        Assert.Contains(findings.Failed(), one => one.Contains("had no answer", StringComparison.Ordinal));
        Assert.Contains(findings.Skipped(), one => one.Contains("does not answer any more", StringComparison.Ordinal));
        Assert.True(asked < 20, $"It was asked {asked} times.");
    }

    [Fact]
    public async Task One_answer_that_does_not_come_is_a_finding_of_its_own()
    {
        var findings = await OfAsync(
            (ask, scim) => ask.Text == "[]" ? new Answer(0) { Hangs = true } : scim.Handle(ask),
            "RFC7644-3.12"
        );

        Assert.StartsWith(
            "RFC7644-3.12-no-5xx: POST /scim/v2/Users had no answer",
            Assert.Single(findings.Failed()),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_never_answers_is_waited_for_as_long_as_was_said()
    {
        await using var sound = await SoundServer.StartAsync((_, _) => new Answer(0) { IsLate = true });
        var options = new Options { Url = sound.Url, TimeLimit = TimeSpan.FromMilliseconds(200) };
        using var server = new Server(options);

        Assert.Contains(
            "the time was over",
            await Run.RefusalAsync(server, force: false, _ => { }),
            StringComparison.Ordinal
        );
        var findings = await Run.AllAsync(server, Inventory.Rfc, Weighing.Strict, _ => { });
        Assert.Equal(3, findings.Count(Outcome.Failed));
    }

    [Fact]
    public async Task The_credential_goes_to_no_other_server()
    {
        await using var other = await SoundServer.StartAsync();
        var findings = await OfAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (ask.Method == "POST" && answer.IsFine)
                    answer.Headers["Location"] = answer
                        .Headers["Location"]
                        .Replace(scim.Base, other.Url, StringComparison.Ordinal);
                return answer;
            },
            "RFC7644-3.3-found"
        );

        Assert.Contains("is another server", Assert.Single(findings.Skipped()), StringComparison.Ordinal);
        Assert.Equal(0, other.Asked);
    }

    [Theory]
    [InlineData(Echo.Plain)]
    [InlineData(Echo.Escaped)]
    [InlineData(Echo.Cut)]
    [InlineData(Echo.NoJson)]
    [InlineData(Echo.Header)]
    public async Task A_token_that_a_server_sends_back_is_not_shown(Echo how)
    {
        var escaped = string.Concat(SoundServer.Token.Select(letter => $"\\u{(int)letter:x4}"));
        var body = how switch
        {
            Echo.Plain => $$"""{"detail":"Bearer {{SoundServer.Token}} is right","id":"{{SoundServer.Token}}"}""",
            Echo.Escaped => $$"""{"detail":"Bearer {{escaped}} is right","id":"{{escaped}}"}""",
            Echo.Cut => $$"""{"detail":"{{new string('x', 580)}}{{SoundServer.Token}}"}""",
            Echo.NoJson => $"<p>{SoundServer.Token}</p>",
            _ => "",
        };
        var findings = await OfAsync(
            (_, _) =>
                new Answer(200)
                {
                    Bytes = Encoding.UTF8.GetBytes(body),
                    Headers = { ["ETag"] = SoundServer.Token, ["Content-Type"] = SoundServer.Token },
                },
            "RFC7644-3",
            "RFC7643"
        );

        var said = findings.Results.SelectMany(result => result.Repeat.Append(result.Verdict.Says)).ToList();
        Assert.All(said, one => Assert.DoesNotContain(SoundServer.Token[..8], one, StringComparison.Ordinal));
        Assert.Contains(said, one => one.Contains("$TOKEN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_credential_that_is_given_as_a_header_is_not_shown_in_whichever_letters_its_name_is()
    {
        await using var sound = await SoundServer.StartAsync(
            (_, _) => new Answer(400, new JsonObject { ["detail"] = "key-of-these-tests is not right" })
        );
        var options = new Options { Url = sound.Url, Headers = [("authorization", "Key key-of-these-tests")] };
        using var server = new Server(options);

        var answer = await server.GetAsync("Users");

        Assert.DoesNotContain("key-of-these-tests", $"{answer} {answer.Curl()}", StringComparison.Ordinal);
        Assert.Contains("$AUTHORIZATION is not right", answer.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("PATCH", 1)]
    [InlineData("PUT", 2)]
    [InlineData("GET", 2)]
    public async Task What_may_have_been_done_is_asked_for_once_though_no_answer_comes(string method, int times)
    {
        var asked = 0;
        await using var sound = await SoundServer.StartAsync(
            (_, _) =>
            {
                asked++;
                return new Answer(0) { Hangs = true };
            }
        );
        using var server = new Server(new Options { Url = sound.Url });

        await Assert.ThrowsAsync<NoAnswerException>(() =>
            server.SendAsync(new HttpMethod(method), "Users", method == "GET" ? null : "{}")
        );

        Assert.Equal(times, asked);
    }

    [Fact]
    public async Task What_a_terminal_would_obey_is_not_shown()
    {
        var findings = await OfAsync(
            (_, _) => new Answer(400, new JsonObject { ["detail"] = "\u001b[2J\u202egnp.exe\r\nok RFC7644" }),
            "RFC7644-3.3"
        );

        Assert.NotEmpty(findings.Failed());
        Assert.All(
            findings.Results.SelectMany(result => result.Repeat.Append(result.Verdict.Says)),
            said => Assert.DoesNotContain(said, letter => char.IsControl(letter) || letter == '\u202e')
        );
    }

    /// <summary>In which way a server sends a token back.</summary>
    public enum Echo
    {
        Plain,
        Escaped,
        Cut,
        NoJson,
        Header,
    }

    private static async Task<Findings> OfAsync(Detour detour, params string[] only)
    {
        await using var sound = await SoundServer.StartAsync(detour);
        return await Asking.AllAsync(sound.Url, only.Length > 0 ? only : Some).WaitAsync(_limit, TimeProvider.System);
    }

    private static string Deep() =>
        string.Concat(Enumerable.Repeat("{\"Resources\":[{\"attributes\":[{\"subAttributes\":[", 12))
        + string.Concat(Enumerable.Repeat("]}]}]}", 12));
}
