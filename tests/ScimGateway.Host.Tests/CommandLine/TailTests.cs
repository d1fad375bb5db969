using System.Runtime.Versioning;
using Microsoft.AspNetCore.Http;
using ScimGateway.Cli;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>The stream of operations that <c>operation tail</c> shows, and what breaks it off.</summary>
[UnsupportedOSPlatform("windows")] // as its neighbour, whose gateway it takes
public class TailTests
{
    [Fact]
    public async Task Operations_are_heard_as_they_come_and_again_where_it_broke_off()
    {
        const string Event =
            "id: 7\nevent: operation\ndata: {\"actor\":\"PingOne\",\"what\":\"create\",\"outcome\":\"done\"}\n\n";
        var asked = new List<string>();
        await using var other = await AnswerTests.LikeGatewayAsync(async context =>
        {
            asked.Add($"{context.Request.QueryString} {context.Request.Headers["Last-Event-ID"]}");
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(": \n\n" + Event);
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any");
        using var stop = new CancellationTokenSource();
        using var printed = new Stopping(stop, lines: 2);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            entered.RunAsync(["operation", "tail", "acme", "--outcome", "done"], printed: printed, gone: stop.Token)
        );
        Assert.Equal(["?outcome=done ", "?outcome=done 7"], asked);
        Assert.Equal(["PingOne  create  done", "PingOne  create  done"], printed.Lines);
    }

    [Fact]
    public async Task Operations_are_heard_on_once_the_gateway_is_back()
    {
        var (asked, clock) = (0, new ManualClock());
        using var printed = new Heard();
        await using var other = await AnswerTests.LikeGatewayAsync(async context =>
        {
            switch (++asked)
            {
                case 1 or 4:
                    context.Response.ContentType = "text/event-stream";
                    await context.Response.WriteAsync($"id: {asked}\ndata: {{\"actor\":\"PingOne {asked}\"}}\n\n");
                    await context.Response.Body.FlushAsync();
                    await printed.Lines.WaitAsync(context.RequestAborted);
                    context.Abort(); // as one that is killed
                    break;
                case 2:
                    context.Abort();
                    break;
                case 3: // a load balancer that has none
                    context.Response.Headers.Remove("ScimGateway-Admin");
                    context.Response.StatusCode = 503;
                    break;
                default:
                    context.Response.StatusCode = 403;
                    context.Response.ContentType = "application/problem+json";
                    await context.Response.WriteAsync("""{"detail":"The key was deleted."}""");
                    break;
            }
        });
        using var entered = new TerminalSession(new Uri(other.Urls.First()), "sga_any") { Clock = clock };

        var running = entered.RunAsync(["operation", "tail", "acme"], printed: printed);
        for (var times = 1; times <= 4; times++)
        {
            await Gateway.UntilAsync(() => Task.FromResult(clock.Waiting == 1));
            clock.Advance(1);
        }

        Assert.Equal(Exit.Refused, await running);
        Assert.Equal("PingOne 1\nPingOne 4\n", printed.ToString());
        Assert.Equal(2, entered.Error.Split("does not answer. This goes on").Length);
        Assert.Contains("The key was deleted.", entered.Error, StringComparison.Ordinal);
    }

    /// <summary>Says of each line that it is there.</summary>
    private sealed class Heard : StringWriter
    {
        public SemaphoreSlim Lines { get; } = new(0);

        public override void WriteLine(string? value)
        {
            Write($"{value}\n");
            Lines.Release();
        }

        protected override void Dispose(bool disposing)
        {
            Lines.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>Stops who writes to it when that has written so many lines.</summary>
    private sealed class Stopping(CancellationTokenSource stop, int lines) : StringWriter
    {
        public List<string> Lines { get; } = [];

        public override void WriteLine(string? value)
        {
            Lines.Add(value!);
            if (Lines.Count == lines)
                stop.Cancel();
        }
    }
}
