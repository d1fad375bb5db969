using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>What a command says of what goes wrong, how it ends, and what it never does.</summary>
[UnsupportedOSPlatform("windows")] // files have modes
public class AnswerTests
{
    [Fact]
    public async Task A_wrong_key_and_a_tenant_that_is_not_there_are_the_gateways_no()
    {
        await using var served = await ServedGateway.StartAsync();
        using var stranger = new TerminalSession(served.Base, "sga_wrong");
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.Refused, await stranger.RunAsync("tenant list"));
        Assert.Equal(Exit.Refused, await entered.RunAsync("tenant show nobody --json"));
        Assert.Equal("urn:scimgateway:problem:not-found", (string?)JsonNode.Parse(entered.Out)!["type"]);
        Assert.Contains("There is no tenant nobody", entered.Error, StringComparison.Ordinal);
        Assert.Contains("'tenant list'", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.RunAsync("tenant create 'not a slug' Acme"));
        Assert.Contains("slug", entered.Error, StringComparison.Ordinal);
        Assert.EndsWith("Next: 'tenant create --help'\n", entered.Error, StringComparison.Ordinal);
        Assert.Equal("", entered.Out);
    }

    [Fact]
    public async Task A_gateway_that_does_not_answer_is_not_reachable()
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any");
        Assert.Equal(Exit.NotReachable, await entered.RunAsync("tenant list"));
        Assert.Contains("http://127.0.0.1:1/", entered.Error, StringComparison.Ordinal);
        Assert.EndsWith("Next: 'healthcheck --url http://127.0.0.1:1/'\n", entered.Error, StringComparison.Ordinal);

        var asked = new List<string>();
        await using var other = await OtherAsync(context =>
        {
            asked.Add($"{context.Request.Path} {context.Request.Headers.Authorization}");
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        using var redirected = new TerminalSession(new Uri(other.Urls.First()), "sga_any");
        Assert.Equal(Exit.NotReachable, await redirected.RunAsync("tenant list"));
        Assert.Contains("redirect", redirected.Error, StringComparison.Ordinal);
        Assert.Equal(["/admin/api/v1/tenants Bearer sga_any"], asked);
    }

    [Theory]
    [InlineData(502, "text/html", "<html>\u001b[31mBad gateway</html>")]
    [InlineData(404, "application/json", """{"error":"none"}""")]
    [InlineData(403, "application/problem+json", """{"detail":"Log in first."}""")]
    [InlineData(200, "text/html", "<html>Log in</html>")]
    [InlineData(200, "application/json", """{"error":"login"}""")]
    [InlineData(200, "application/json; charset=none", "\u00ff")]
    [InlineData(200, "application/x-ndjson", """{"kind":"end","count":0}""")]
    [InlineData(204, null, "")]
    public async Task What_is_no_gateway_is_not_reachable_and_has_done_nothing(int status, string? type, string page)
    {
        await using var other = await OtherAsync(context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            return page == "" ? Task.CompletedTask : context.Response.WriteAsync(page, Encoding.Latin1);
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");
        var file = Path.Combine(entered.Home, "export");

        foreach (
            var line in new[]
            {
                "tenant list",
                "tenant list --json",
                "key delete 5",
                "tenant disable acme",
                "operation tail acme",
                $"tenant export acme --file {file}",
                $"profile save default --admin-key sga_any",
            }
        )
        {
            Assert.Equal((Exit.NotReachable, ""), (await entered.RunAsync(line), entered.Out));
            Assert.Contains($"no admin API ({status})", entered.Error, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetFiles(entered.Home));
    }

    [Theory]
    [InlineData("application/json", "\u00ff")]
    [InlineData("application/json", "")]
    [InlineData("application/json", "[", 200_000)]
    [InlineData("text/html", "<html>Log in</html>")]
    public async Task What_came_otherwise_than_the_gateway_sent_it_has_done_nothing(
        string type,
        string page,
        int times = 1
    )
    {
        await using var other = await LikeGatewayAsync(context =>
        {
            context.Response.ContentType = type;
            return context.Response.WriteAsync(string.Concat(Enumerable.Repeat(page, times)), Encoding.Latin1);
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        Assert.Equal((Exit.NotReachable, ""), (await entered.RunAsync("key delete 5"), entered.Out));
        Assert.Contains("no admin API (200)", entered.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"items":[],"items":[]}""", "no admin API (200)")]
    [InlineData("[]", "could not be read")]
    [InlineData("null", "could not be read")]
    [InlineData("{}", "could not be read")]
    [InlineData("""{"items":[{"slug":"\ud800","id":"\udc00"}]}""", "could not be read")]
    [InlineData("""{"items":[],"next":5}""", "could not be read")]
    [InlineData("""{"items":{"slug":"acme"}}""", "could not be read")]
    public async Task JSON_of_another_shape_ends_no_command_with_its_stack(string page, string says)
    {
        await using var other = await LikeGatewayAsync(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(page);
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");
        var said = new List<string>();

        foreach (
            var line in "tenant list|tenant show acme|key list|hold list acme|link list acme|operation list acme|source list acme|preferences get acme".Split(
                '|'
            )
        )
            if (await entered.RunAsync(line) is not Exit.Done and var exit)
            {
                Assert.Equal((line, Exit.NotReachable), (line, exit));
                said.Add(entered.Error);
            }

        Assert.Contains(said, error => error.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read()
    {
        var some = new string('x', 1 << 16);
        await using var other = await OtherAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.WriteAsync(some, context.RequestAborted);
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        Assert.Equal(Exit.NotReachable, await entered.RunAsync("tenant list"));
        Assert.Equal(Exit.NotReachable, await entered.RunAsync("operation tail acme"));
    }

    [Theory]
    [InlineData("tenant", "usage: tenant COMMAND")]
    [InlineData("tenant create acme", "Next: 'tenant create --help'")]
    [InlineData("key create ana", "--role")]
    [InlineData("token create acme 1 --expires soon", "wants a time to come such as")]
    [InlineData("preferences set acme removeAction", "is not NAME=VALUE")]
    [InlineData("tenant show ..", "is the name of nothing")]
    [InlineData("tenant show 'Acme Europe'", "'acme europe' is the name of nothing")]
    [InlineData("tenant show m\u00fcller", "Next: 'tenant list'")]
    [InlineData("tenant enable a%2Fb", "is the name of nothing")]
    [InlineData("hold choose acme nine U1", "Next: 'hold choose --help'")]
    [InlineData("tenant list --url ftp://gateway.example.org", "The address of a gateway is a URL such as")]
    [InlineData(
        "tenant list --url https://ana:secret@gateway.example.org",
        "The address of a gateway is a URL such as"
    )]
    [InlineData("tenant list --profile nobody", "There is no profile 'nobody'")]
    [InlineData("tenant list --admin-key 'sga with blanks'", "That is no admin key")]
    [InlineData("profile save ../../elsewhere --admin-key sga_any", "", Exit.NotReachable)]
    [InlineData("demo --tenants 0", "usage: demo [--urls URL]")]
    [InlineData("healthcheck --url nonsense", "usage: healthcheck [--url URL] [--health-url URL]")]
    [InlineData("audit list --since banana", "--since wants a time such as")]
    [InlineData("audit list --from banana", "--from wants a time such as")]
    public async Task What_is_not_understood_is_said_with_the_next_command(
        string line,
        string says,
        int exit = Exit.WrongUse
    )
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any");

        Assert.Equal(exit, await entered.RunAsync(line));
        Assert.Equal("", entered.Out);
        Assert.Contains(says, entered.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ana:secret", entered.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenant list --help", "help tenant list")]
    [InlineData("--help", "help")]
    [InlineData("link show --help", "link get --help")]
    [InlineData("hold list --help", "hold ls --help")]
    [InlineData("--version", "version")]
    public async Task What_other_programs_call_so_is_understood(string line, string other)
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any");

        Assert.Equal(Exit.Done, await entered.RunAsync(line));
        var said = entered.Out;
        Assert.Equal(Exit.Done, await entered.RunAsync(other));
        Assert.Equal(said, entered.Out);
        Assert.NotEqual("", said);
    }

    [Theory]
    [InlineData("okta", "Okta")]
    [InlineData("okta", "OKTA")]
    public async Task A_word_is_sent_as_it_is_spelled_whatever_the_case(string sent, string said)
    {
        var body = "";
        await using var other = await LikeGatewayAsync(async context =>
        {
            body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            await context.Response.WriteAsync("{}");
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        Assert.Equal(Exit.Done, await entered.RunAsync($"source create acme Here --preset {said}"));
        Assert.Equal($$"""{"name":"Here","preset":"{{sent}}"}""", body);
    }

    [Fact]
    public async Task A_secret_that_was_entered_in_the_wrong_place_is_not_repeated()
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any");

        Assert.Equal(Exit.WrongUse, await entered.RunAsync("tenant connect acme xoxp-1234-secret"));
        Assert.DoesNotContain("ana:secret", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("tenant connect acme", input: ""));
        Assert.Contains("first line of standard input", entered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_typed_unseen()
    {
        var sent = "";
        await using var other = await LikeGatewayAsync(async context =>
        {
            sent += await new StreamReader(context.Request.Body).ReadToEndAsync();
            if (context.Request.Path.Value!.EndsWith("/connection", StringComparison.Ordinal))
                await context.Response.WriteAsync("""{"state":"valid","checks":[]}""");
            else // what comes next, without which it is done all the same
                context.Response.StatusCode = 503;
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        Assert.Equal(Exit.Done, await entered.AnswerAsync("tenant connect acme", "xoxp-typed"));
        Assert.Equal("""{"token":"xoxp-typed"}""", sent);
        Assert.Equal("Slack token (xoxp-…): \n", entered.Error);
        Assert.DoesNotContain("typed", entered.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_neither_markup_nor_orders_to_a_terminal()
    {
        const string Name =
            "[red]Eve[/] [link=https://evil.example]\\u001b[2J\\u0007\\u009b31m\\u202eecnalab\\r\\nsecond [";
        await using var other = await LikeGatewayAsync(context =>
            context.Response.WriteAsync(
                $$"""{"items":[{"id":1,"name":"{{Name}}"}],"next":null,"slug":"{{Name}}","counts":{"{{Name}}": {"{{Name}}":1} },"todo":"{{Name}}"}"""
            )
        );
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        foreach (var line in new[] { "link list acme", "tenant show acme", "job show acme 1", "source list acme" })
        {
            Assert.Equal(Exit.Done, await entered.RunAsync(line));
            Assert.Contains("[red]Eve[/] [link=https://evil.example]", entered.Out, StringComparison.Ordinal);
            Assert.DoesNotContain(entered.Out, c => (char.IsControl(c) && c != '\n') || c == '\u202e');
            Assert.DoesNotContain("\nsecond", entered.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Json_is_the_answer_as_it_is()
    {
        const string Said = """{ "items" : [ {"id":1, "new":true} ],  "next":null }""";
        await using var other = await LikeGatewayAsync(context => context.Response.WriteAsync(Said));
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        Assert.Equal(Exit.Done, await entered.RunAsync("source list acme --json"));
        Assert.Equal(Said + "\n", entered.Out);
        Assert.Equal("", entered.Error);
    }

    [Fact]
    public async Task A_list_says_how_to_go_on()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        foreach (var slug in new[] { "a", "b", "c" })
            await entered.RunAsync($"tenant create {slug} Tenant");

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant list --limit 2"));
        Assert.Equal(3, entered.Out.TrimEnd().Split('\n').Length);
        var more = entered.Error.Trim();
        Assert.StartsWith("There is more: --all, or --cursor ", more, StringComparison.Ordinal);
        Assert.Equal(
            Exit.Done,
            await entered.RunAsync($"tenant list --limit 2 {more["There is more: --all, or ".Length..]}")
        );
        Assert.Matches("^c ", entered.Out.Split('\n')[1]);
        Assert.Equal("", entered.Error);
    }

    [Fact]
    public async Task A_profile_has_the_key_that_was_entered_whatever_the_environment_has()
    {
        await using var served = await ServedGateway.StartAsync();
        var other = (string)
            (await served.AskAsync(HttpMethod.Post, "keys", """{"label":"a viewer","role":"viewer"}"""))["secret"]!;
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.Refused, await entered.RunAsync("profile save viewer", "sga_wrong\n"));
        Assert.Equal(Exit.Done, await entered.RunAsync("profile save viewer", other + "\n"));
        Assert.Equal(other, Profiles.Find(entered.Home, "viewer")!.Key);
        Assert.Equal(Exit.Done, await entered.RunAsync("profile save owner"));
        Assert.Equal(served.Key, Profiles.Find(entered.Home, "owner")!.Key);
    }

    [Fact]
    public async Task A_profile_is_private_and_its_key_goes_to_its_gateway_alone()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession();

        Assert.Equal(Exit.Refused, await entered.RunAsync($"profile save default --url {served.Base}", "sga_wrong\n"));
        Assert.Empty(Directory.GetFiles(entered.Home));
        Assert.Equal(Exit.Done, await entered.RunAsync($"profile save default --url {served.Base}", served.Key + "\n"));
        Assert.DoesNotContain(served.Key, entered.Out + entered.Error, StringComparison.Ordinal);
        var file = Assert.Single(Directory.GetFiles(entered.Home));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant list"));
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant list --profile default"));
        Assert.Equal(Exit.Done, await entered.RunAsync("profile list"));
        Assert.Matches($"default +{served.Base}", entered.Out);
        Assert.DoesNotContain("sga_", entered.Out, StringComparison.Ordinal);

        var seen = new List<string>();
        await using var other = await OtherAsync(context =>
        {
            seen.Add(context.Request.Headers.Authorization.ToString());
            return Task.CompletedTask;
        });
        foreach (var profile in new[] { "", " --profile default" })
            Assert.Equal(Exit.WrongUse, await entered.RunAsync($"tenant list --url {other.Urls.First()}{profile}"));
        Assert.Contains("No admin key for", entered.Error, StringComparison.Ordinal);
        Assert.Empty(seen);

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("tenant list"));
        Assert.Contains($"chmod 600 {file}", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("profile delete default"));
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("tenant list"));
        Assert.EndsWith("Next: 'profile save default'\n", entered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_profiles_that_others_may_change_is_refused()
    {
        await using var other = await OtherAsync(_ => throw new UnreachableException());
        using var entered = new TerminalSession();
        var file = Path.Combine(entered.Home, "default.json");
        await File.WriteAllTextAsync(file, $$"""{"url":"{{other.Urls.First()}}","adminKey":"sga_any"}""");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        File.SetUnixFileMode(
            entered.Home,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite
        );

        foreach (var line in new[] { "tenant list", "tenant list --profile default", "profile list" })
        {
            Assert.Equal(Exit.WrongUse, await entered.RunAsync(line));
            Assert.Contains($"chmod 700 {entered.Home}", entered.Error, StringComparison.Ordinal);
        }

        await using var gateway = await LikeGatewayAsync(context => context.Response.WriteAsync("""{"items":[]}"""));
        var save = $"profile save more --url {gateway.Urls.First()} --admin-key sga_any";
        Assert.Equal(Exit.WrongUse, await entered.RunAsync(save));
        Assert.Equal([file], Directory.GetFiles(entered.Home));
        File.SetUnixFileMode(entered.Home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal(Exit.Done, await entered.RunAsync(save));
    }

    [Fact]
    public async Task A_profile_that_cannot_be_read_keeps_no_other_from_the_list()
    {
        using var entered = new TerminalSession();
        foreach (
            var (name, text) in new[]
            {
                ("a", "{"),
                ("b", """{"url":"http://127.0.0.1:9","adminKey":"sga_any"}"""),
                ("c", """{"url":"file:///etc/passwd","adminKey":"sga_any"}"""),
            }
        )
        {
            var file = Path.Combine(entered.Home, name + ".json");
            await File.WriteAllTextAsync(file, text);
            File.SetUnixFileMode(file, UnixFileMode.UserRead);
        }

        Assert.Equal(Exit.Done, await entered.RunAsync("profile list"));
        Assert.Matches("a *\nb +http://127.0.0.1:9/", entered.Out);
        foreach (var name in (string[])["a", "c"])
            Assert.Contains($"The profile {name} cannot be read at", entered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_of_another_user_and_a_pipe_in_its_place_are_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root gives files away");
        using var entered = new TerminalSession();
        var file = Path.Combine(entered.Home, "default.json");
        await File.WriteAllTextAsync(file, """{"url":"http://127.0.0.1:9","adminKey":"sga_any"}""");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        using (var chown = Process.Start("chown", ["1654", file]))
            await chown.WaitForExitAsync();

        Assert.Equal(Exit.WrongUse, await entered.RunAsync("tenant list"));
        Assert.Contains(
            $"{file}, which has an admin key, belongs to user 1654",
            entered.Error,
            StringComparison.Ordinal
        );

        File.Delete(file);
        using (var make = Process.Start("mkfifo", ["-m", "600", file]))
            await make.WaitForExitAsync();
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("tenant list"));
        Assert.Contains($"cannot be read at {file}; save it anew", entered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_and_budget_are_shown()
    {
        await using var other = await LikeGatewayAsync(context =>
            context.Response.WriteAsync(
                context.Request.Path.Value!.Split('/')[^1] switch
                {
                    "budget" =>
                        """{"buckets":[{"bucket":"writeUser","rest":40,"burst":60,"perMinute":180,"pace":1,"frozenUntil":null}],"queue":{"joiner":120},"pending":126,"estimatedEnd":"2026-11-22T09:42:00Z","outage":{"since":"2026-11-22T09:39:00Z","why":"HTTP 503"}}""",
                    "operations" =>
                        """{"items":[{"id":"0199aa11","at":"2026-11-22T09:40:00Z","actor":"PingOne","request":"POST /Users","what":"create","outcome":"refused","error":"The title is too long."}],"next":null}""",
                    _ =>
                        """{"id":"0199aa11","outcome":"refused","verdict":"allowed","commands":[{"call":"PATCH","fields":"title","result":"refused","says":"too long","at":"1"}]}""",
                }
            )
        );
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        await entered.RunAsync("budget acme");
        Assert.Matches(@"writeUser +40 +60 +180 +1", entered.Out);
        Assert.EndsWith(
            "Waiting: joiner 120\nPending in all: 126, see 'link list --state pending'\nUntil about 2026-11-22 09:42:00Z\nNo call has got through since 2026-11-22 09:39:00Z: HTTP 503\n",
            entered.Out,
            StringComparison.Ordinal
        );
        await entered.RunAsync("operation list acme --outcome refused");
        Assert.Matches(@"PingOne +create +POST /Users +refused +The title is too long\.", entered.Out);
        await entered.RunAsync("operation show acme 0199aa11-0000-7000-8000-000000000002");
        Assert.Matches(@"PATCH +title +refused +too long", entered.Out);
    }

    [Fact]
    public async Task Of_holds_that_are_not_all_open_the_rest_is_said()
    {
        await using var other = await LikeGatewayAsync(context => context.Response.WriteAsync("""{"decided":1}"""));
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        Assert.Equal(Exit.Done, await entered.RunAsync("hold release acme 9 9"));
        Assert.Equal(("One hold was released.\n", ""), (entered.Out, entered.Error));
        Assert.Equal(Exit.Refused, await entered.RunAsync("hold release acme 8 9 10"));
        Assert.Equal("One hold was released.\n", entered.Out);
        Assert.Equal("2 of the 3 are not open; 'hold list acme' lists those that are.\n", entered.Error);
    }

    [Theory]
    [InlineData("gateway", "tenant sho", "show")]
    [InlineData("gateway", "token create acme 1 --ki", "--kind")]
    [InlineData("scim-gateway", "token create acme 1 --kind oau", "oauthClient")]
    [InlineData("gateway", "hold ", "choose dismiss list ls release reopen")]
    [InlineData("gateway", "tenant nothing", "")]
    public async Task Bash_completes_what_is_typed(string name, string typed, string expected)
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any");
        Assert.Equal(Exit.Done, await entered.RunAsync($"completion bash {name}"));
        var program = Path.Combine(AppContext.BaseDirectory, "ScimGateway.Host");
        var line = $"{name} {typed}";

        using var bash = Process.Start(
            new ProcessStartInfo(
                "bash",
                [
                    "-c",
                    $$"""
                    {{name}}() { "{{program}}" "$@"; }
                    {{entered.Out}}
                    COMP_LINE='{{line}}' COMP_POINT={{line.Length}} _complete_{{name.Replace('-', '_')}}
                    printf '%s ' "${COMPREPLY[@]}"
                    """,
                ]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        var said = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();

        Assert.Equal(
            expected,
            string.Join(' ', said.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal))
        );
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("completion bash 'a;b'"));
    }

    [Fact]
    public async Task The_process_itself_ends_as_scripts_expect()
    {
        await using var served = await ServedGateway.StartAsync();

        var (exit, said, error) = await ProcessAsync(
            served.Base,
            served.Key,
            "tenant",
            "create",
            "acme",
            "Acme",
            "--json"
        );
        Assert.Equal((Exit.Done, ""), (exit, error));
        Assert.Equal("acme", (string?)JsonNode.Parse(said)!["slug"]);
        (exit, said, _) = await ProcessAsync(served.Base, served.Key, "tenant", "list");
        Assert.Equal(Exit.Done, exit);
        Assert.DoesNotContain('\u001b', said); // nobody watches
        (exit, said, error) = await ProcessAsync(served.Base, served.Key, "tenant", "delete", "acme");
        Assert.Equal((Exit.NotConfirmed, ""), (exit, said));
        Assert.Contains("'tenant delete acme --confirm acme'", error, StringComparison.Ordinal);
        (exit, said, _) = await ProcessAsync(served.Base, served.Key, "--help");
        Assert.Equal((Exit.Done, Help.Of(Commands.Root)), (exit, said));
        (exit, said, _) = await ProcessAsync(served.Base, served.Key, "demo", "--help");
        Assert.Equal((Exit.Done, Help.Of(Programs.Demo)), (exit, said));
        (_, said, _) = await ProcessAsync(served.Base, served.Key, "[suggest:20]", "token create --kind ");
        Assert.Contains("oauthClient", said.Split('\n').Select(line => line.TrimEnd()));
    }

    [Fact]
    public async Task A_healthcheck_says_whether_a_gateway_is_ready()
    {
        var served = await ServedGateway.StartAsync();
        var here = served.Base;
        try
        {
            var (exit, said, error) = await ProcessAsync(here, null, "healthcheck", "--url", here.ToString());
            Assert.Equal((0, "", ""), (exit, said, error));
            // Where 'serve' would listen, on all addresses of this machine.
            (exit, _, _) = await ProcessAsync(here, null, ["healthcheck"], ("Gateway__Urls", $"http://+:{here.Port}"));
            Assert.Equal(0, exit);
            (exit, _, _) = await ProcessAsync(
                here,
                null,
                ["healthcheck"],
                ("Gateway__Health__Url", $"http://+:{here.Port}")
            );
            Assert.Equal(0, exit);
        }
        finally
        {
            await served.DisposeAsync();
        }
        var (stopped, _, why) = await ProcessAsync(here, null, "healthcheck", "--url", here.ToString());
        Assert.Equal(1, stopped);
        Assert.Contains("cannot be reached", why, StringComparison.Ordinal);

        await using var ill = await OtherAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        using var error503 = new StringWriter();
        Assert.Equal(1, await HealthCheck.RunAsync(new Uri(ill.Urls.First()), error503));
        Assert.Contains("503", error503.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Log in</html>")]
    [InlineData("""{"status":"ok"}""")]
    [InlineData("")]
    public async Task What_is_no_gateway_is_not_ready(string page)
    {
        await using var other = await OtherAsync(context => context.Response.WriteAsync(page));
        using var error = new StringWriter();

        Assert.Equal(1, await HealthCheck.RunAsync(new Uri(other.Urls.First()), error));
        Assert.Contains("something else than a gateway's health", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080/", "http://127.0.0.1:5080/")]
    [InlineData("http://+:8080;https://+:8443", "http://127.0.0.1:8080/")]
    [InlineData("http://*:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://[::]:8080", "http://[::1]:8080/")]
    [InlineData("unix:/tmp/socket", null)]
    public void A_healthcheck_asks_where_serve_listens(string urls, string? asked) =>
        Assert.Equal(asked, HealthCheck.AddressOf([], () => urls)?.ToString());

    [Theory]
    [InlineData("--health-url http://+:9464", "http://127.0.0.1:9464/")]
    [InlineData("--health-url=http://+:9464", "http://127.0.0.1:9464/")]
    [InlineData("--url http://127.0.0.1:5080 --health-url http://127.0.0.1:9464", "http://127.0.0.1:9464/")]
    [InlineData("--url http://127.0.0.1:5080", "http://127.0.0.1:5080/")]
    [InlineData("--health-url", null)]
    [InlineData("--url http://127.0.0.1:5080 --url http://127.0.0.1:5081", null)]
    [InlineData("--admin-url http://127.0.0.1:5080", null)]
    public void A_healthcheck_asks_where_health_has_an_address_of_its_own(string arguments, string? asked) =>
        Assert.Equal(asked, HealthCheck.AddressOf(arguments.Split(' '), () => "http://127.0.0.1:1")?.ToString());

    private static Task<(int Exit, string Said, string Error)> ProcessAsync(
        Uri gateway,
        string? key,
        params string[] arguments
    ) => ProcessAsync(gateway, key, arguments, more: null);

    private static Task<(int Exit, string Said, string Error)> ProcessAsync(
        Uri gateway,
        string? key,
        string[] arguments,
        (string Name, string? Value)? more
    ) =>
        Started.RunAsync(
            arguments,
            [
                (Connection.UrlVariable, gateway.ToString()),
                (Connection.KeyVariable, key),
                .. more is { } variable ? [variable] : Array.Empty<(string, string?)>(),
            ]
        );

    // Answers as the admin API does, of a gateway that has just this to say.
    internal static Task<WebApplication> LikeGatewayAsync(RequestDelegate answer) =>
        OtherAsync(context =>
        {
            context.Response.Headers["ScimGateway-Admin"] = "v1";
            context.Response.ContentType = "application/json";
            return answer(context);
        });

    private static async Task<WebApplication> OtherAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
