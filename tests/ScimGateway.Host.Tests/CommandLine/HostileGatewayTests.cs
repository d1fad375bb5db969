using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.Cli;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>A gateway, or whoever answers in its place, that means harm to the terminal and the machine of its users.</summary>
[UnsupportedOSPlatform("windows")] // as its neighbour, whose gateway it takes
public class HostileGatewayTests
{
    // C1, DEL, a change of direction, one of the unseen tags, a line separator; each may stand unescaped in a JSON string.
    private const string Orders = "\u009b31mred\u007f\u202ecod.exe\U000e0041\u2028é😀";

    [Theory]
    [InlineData("tenant list --json")]
    [InlineData("tenant list -o yaml")]
    [InlineData("tenant list -o csv")]
    [InlineData("tenant list --all --json")]
    [InlineData("tenant show nobody --json")]
    public async Task A_scripts_output_has_nothing_that_a_terminal_obeys(string line)
    {
        var page = $$"""{"items":[{"slug":"{{Orders}}","{{Orders}}":1}],"next":null,"detail":"{{Orders}}"}""";
        await using var other = await AnswerTests.LikeGatewayAsync(context =>
        {
            if (context.Request.Path.Value!.EndsWith("/nobody", StringComparison.Ordinal))
                (context.Response.StatusCode, context.Response.ContentType) = (404, "application/problem+json");
            return context.Response.WriteAsync(page.Replace(",", ",\r\n", StringComparison.Ordinal));
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");

        await entered.RunAsync(line);

        AssertTame(entered.Out);
        AssertTame(entered.Error);
        Assert.Contains("é", entered.Out.Replace("\\u00E9", "é", StringComparison.Ordinal), StringComparison.Ordinal);
        if (line == "tenant list --json")
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(page), JsonNode.Parse(entered.Out)), entered.Out);
    }

    [Theory]
    [InlineData("tenant list")]
    [InlineData("tenant show nobody -o json")]
    public async Task What_is_no_answer_at_all_is_told_without_what_a_terminal_obeys(string line)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await other.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await client
                .GetStream()
                .WriteAsync(
                    Encoding.UTF8.GetBytes($"\u001b]0;evil\u0007{Orders}\r\n\r\n"),
                    TestContext.Current.CancellationToken
                );
        });
        using var entered = new TerminalSession(new Uri($"http://{other.LocalEndpoint}"), "sga_any");

        Assert.Equal(Exit.NotReachable, await entered.RunAsync(line));
        await answering;

        AssertTame(entered.Error);
    }

    [Fact]
    public async Task A_line_of_the_live_stream_has_nothing_that_a_terminal_obeys()
    {
        using var stop = new CancellationTokenSource();
        await using var other = await AnswerTests.LikeGatewayAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"data: {{\"name\":\"{Orders}\"}}\n\ndata: \u001b[2J\n\n");
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");
        using var printed = new StringWriter { NewLine = "\n" };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            entered.RunAsync(
                ["operation", "tail", "acme", "--json"],
                printed: new Until(printed, stop),
                gone: stop.Token
            )
        );

        AssertTame(printed.ToString());
        Assert.Equal(Orders, (string?)JsonNode.Parse(printed.ToString().Split('\n')[0])!["name"]);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("tenant list --all --json", Exit.NotReachable, "named a page twice")]
    [InlineData("audit export --file {0}", Exit.NotReachable, "named a page twice")]
    [InlineData("tenant list --all", Exit.Refused, "longer than 10000 pages", true)]
    [InlineData("audit export --file {0}", Exit.Refused, "longer than 10000 pages", true)]
    public async Task A_list_without_end_is_not_read_for_ever(string line, int exit, string says, bool isNew = false)
    {
        var asked = 0;
        await using var other = await AnswerTests.LikeGatewayAsync(context =>
        {
            var next = Interlocked.Increment(ref asked) is var count && isNew ? count : count % 3;
            return context.Response.WriteAsync($$"""{"items":[{"slug":"acme"}],"next":"{{next}}"}""");
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");
        var file = Path.Combine(entered.Home, "audit");

        Assert.Equal(exit, await entered.RunAsync(string.Format(null, line, file)));

        Assert.Equal("", entered.Out);
        Assert.Contains(says, entered.Error, StringComparison.Ordinal);
        Assert.InRange(asked, 3, 10_001);
        Assert.False(File.Exists(file)); // what is not whole is not kept
    }

    private static void AssertTame(string said) =>
        Assert.DoesNotContain(
            said.EnumerateRunes(),
            rune => rune.Value is not '\n' && Shown.Line(rune.ToString()) != rune.ToString()
        );

    // Stops when two lines are there.
    private sealed class Until(StringWriter into, CancellationTokenSource stop) : StringWriter
    {
        private int _lines;

        public override void WriteLine(string? value)
        {
            into.WriteLine(value);
            if (++_lines == 2)
                stop.Cancel();
        }
    }
}
