using System.CommandLine;
using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Http;
using ScimGateway.Cli;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>What the program says of itself, and the words by which others call the same.</summary>
[UnsupportedOSPlatform("windows")] // as its neighbour, whose gateway it takes
public class HelpTests
{
    [Fact]
    public void Each_help_has_each_option_by_each_of_its_names()
    {
        foreach (var verb in Commands.Root.Subcommands.SelectMany(All).Where(verb => verb.Usage is null))
        foreach (var option in verb.Options.Concat(Commands.Root.Options.Where(option => option.Recursive)))
        foreach (var name in option.Aliases.Append(option.Name).Where(name => name is ['-', ..] && name != "-?"))
            Assert.True(
                Help.Of(verb).Split([' ', ',', '\n']).Contains(name),
                $"'{Help.NameOf(verb)} --help' has no {name}:\n{Help.Of(verb)}"
            );
    }

    [Theory]
    [InlineData("tenants list --help", "tenant list --help")]
    [InlineData("keys rm --help", "key delete --help")]
    public async Task Other_words_for_the_same_are_understood(string line, string same)
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any");

        Assert.Equal(Exit.Done, await entered.RunAsync(line));
        var said = entered.Out;
        Assert.Equal(Exit.Done, await entered.RunAsync(same));
        Assert.Equal(entered.Out, said);
    }

    [Fact]
    public async Task Wide_is_a_word_of_its_own()
    {
        await using var other = await AnswerTests.LikeGatewayAsync(context =>
            context.Response.WriteAsync($$"""{"items":[{"slug":"acme","organization":"{{new string('o', 90)}}"}]}""")
        );
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any") { IsWatched = true };

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant list"));
        Assert.DoesNotContain("ooo", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant list --wide"));
        Assert.Contains("ooo", entered.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_has_its_help_also_by_the_short_word()
    {
        var (exit, said, _) = await Started.RunAsync(["serve", "-h"], []);
        Assert.Equal((Exit.Done, "usage: serve "), (exit, said[..13]));
    }

    [Fact]
    public async Task Who_may_not_is_sent_to_an_owner()
    {
        await using var other = await AnswerTests.LikeGatewayAsync(context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (403, "application/problem+json");
            return context.Response.WriteAsync("""{"detail":"A viewer changes nothing."}""");
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        Assert.Equal(Exit.Refused, await entered.RunAsync("tenant disable acme"));
        Assert.Equal(
            "A viewer changes nothing.\nAsk an owner of the gateway to do it, or for a key with a higher role.\n",
            entered.Error
        );
    }

    [Fact]
    public async Task A_variable_that_nobody_knows_is_refused()
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any")
        {
            ["SCIMGATEWAY_ADMINKEY"] = "sga_other",
        };

        Assert.Equal(Exit.WrongUse, await entered.RunAsync("tenant list"));
        Assert.StartsWith(
            "There is no variable SCIMGATEWAY_ADMINKEY. Did you mean SCIMGATEWAY_ADMIN_KEY?",
            entered.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Blanks_around_a_secret_are_left_out_and_said()
    {
        var sent = "";
        await using var other = await AnswerTests.LikeGatewayAsync(async context =>
        {
            sent += await new StreamReader(context.Request.Body).ReadToEndAsync();
            await context.Response.WriteAsync("""{"state":"valid","checks":[]}""");
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant connect acme", " xoxp-1\t\r\n"));
        Assert.Equal("""{"token":"xoxp-1"}""", sent);
        Assert.Equal("The blanks around the secret were left out.\n", entered.Error);
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant connect acme", "xoxp-1\r\n"));
        Assert.Equal("", entered.Error);
    }

    // Where there is no fish, its script is at least the words that the program suggests for what fish has typed.
    [Theory]
    [InlineData("tenant sho", "show")]
    [InlineData("token create acme 1 --kind oau", "oauthClient")]
    [InlineData("hold re", "release reopen")]
    public async Task Fish_completes_what_is_typed(string typed, string expected)
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any");
        Assert.Equal(Exit.Done, await entered.RunAsync("completion fish"));
        Assert.Contains("complete --command gateway --no-files", entered.Out, StringComparison.Ordinal);
        var program = Path.Combine(AppContext.BaseDirectory, "ScimGateway.Host");

        string[] words;
        if (File.Exists("/usr/bin/fish"))
        {
            using var fish = Process.Start(
                new ProcessStartInfo(
                    "/usr/bin/fish",
                    [
                        "--no-config",
                        "-c",
                        $"function gateway; '{program}' $argv; end\n{entered.Out}\ncomplete -C 'gateway {typed}'",
                    ]
                )
                {
                    RedirectStandardOutput = true,
                }
            )!;
            words = (await fish.StandardOutput.ReadToEndAsync()).Split('\n');
            await fish.WaitForExitAsync();
        }
        else
        {
            var (_, said, _) = await Started.RunAsync([$"[suggest:{typed.Length}]", typed], []);
            words =
            [
                .. said.Split('\n').Where(word => word.StartsWith(typed.Split(' ')[^1], StringComparison.Ordinal)),
            ];
        }

        Assert.Equal(
            expected.Split(' '),
            words.Select(word => word.Trim()).Where(word => word.Length > 0).Order(StringComparer.Ordinal)
        );
    }

    private static IEnumerable<Verb> All(Command command) =>
        command is Verb verb ? [verb] : command.Subcommands.Cast<Verb>();
}
