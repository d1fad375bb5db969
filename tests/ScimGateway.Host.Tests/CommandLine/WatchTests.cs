using System.Runtime.Versioning;
using Microsoft.AspNetCore.Http;
using ScimGateway.Cli;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>What somebody sees at a terminal alone: colours, and a list that is printed again and again.</summary>
[UnsupportedOSPlatform("windows")] // as its neighbour, whose gateway it takes
public class WatchTests
{
    private const string Links = """
        {"items":[{"id":1,"kind":"user","name":"settled","state":"settled"},{"id":2,"name":"bob","state":"held"}],"next":null}
        """;

    [Theory]
    [InlineData("--watch", 5, true)]
    [InlineData("--watch=60", 60, true)]
    [InlineData("--watch 60 -o json", 60, false)]
    public async Task A_list_is_printed_again_until_it_is_stopped(string option, int seconds, bool isCleared)
    {
        await using var other = await AnswerTests.LikeGatewayAsync(context => context.Response.WriteAsync(Links));
        var clock = new ManualClock();
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any")
        {
            IsWatched = true,
            Clock = clock,
            ["TERM"] = "xterm",
        };
        using var stop = new CancellationTokenSource();
        using var printed = new StringWriter();

        var running = entered.RunAsync(
            TerminalSession.Words($"link list acme {option}"),
            printed: printed,
            gone: stop.Token
        );
        await Gateway.UntilAsync(() => Task.FromResult(clock.Waiting == 1));
        Assert.Equal(1, Times(printed, "bob"));
        clock.Advance(seconds - 1);
        Assert.Equal(1, clock.Waiting);
        clock.Advance(1);
        await Gateway.UntilAsync(() => Task.FromResult(clock.Waiting == 1 && Times(printed, "bob") == 2));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(isCleared ? 2 : 0, Times(printed, "\e[2J"));
    }

    [Theory]
    [InlineData("link list acme --watch 0")]
    [InlineData("link list acme --watch soon")]
    public async Task What_is_no_time_is_refused(string line)
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any");

        Assert.Equal(Exit.WrongUse, await entered.RunAsync(line));
        Assert.StartsWith("--watch wants seconds", entered.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xterm", null, true, true)]
    [InlineData("xterm", "1", true, false)]
    [InlineData("dumb", null, true, false)]
    [InlineData("xterm", null, false, false)]
    public async Task A_state_has_a_colour_on_a_terminal_alone(string term, string? noColor, bool isWatched, bool isSo)
    {
        await using var other = await AnswerTests.LikeGatewayAsync(context => context.Response.WriteAsync(Links));
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any")
        {
            IsWatched = isWatched,
            ["TERM"] = term,
        };
        if (noColor is not null)
            entered["NO_COLOR"] = noColor;

        Assert.Equal(Exit.Done, await entered.RunAsync("link list acme"));

        Assert.Equal(isSo, entered.Out.Contains('\e'));
        Assert.Equal(isSo ? 1 : 0, entered.Out.Split("\e[32msettled").Length - 1); // the state, not the name
        Assert.Equal(isSo ? 1 : 0, entered.Out.Split("\e[35mheld").Length - 1);
        Assert.Equal(Exit.Done, await entered.RunAsync("link list acme --json"));
        Assert.DoesNotContain('\e', entered.Out);
    }

    private static int Times(StringWriter printed, string text) => printed.ToString().Split(text).Length - 1;
}
