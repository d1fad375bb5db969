using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Lane;
using ScimGateway.Provisioning.Lane;
using ScimGateway.Slack.Http;
using Xunit;

namespace ScimGateway.Host.Tests.Lane;

/// <summary>What goes out to Slack and what comes back, against a server that keeps what it was asked.</summary>
public sealed class LaneForwarderTests
{
    [Fact]
    public async Task The_words_behind_Slack_s_status_stay_where_they_are()
    {
        await using var way = await Way.StartAsync(async context =>
        {
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = "xoxp-of-slack";
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"id":"U1"}""");
        });

        using var read = await way.Client.GetAsync(
            new Uri(way.Front + "Users/U1"),
            TestContext.Current.CancellationToken
        );

        Assert.Equal((HttpStatusCode.OK, "OK"), (read.StatusCode, read.ReasonPhrase));
    }

    [Fact]
    public async Task Nothing_that_the_client_says_by_headers_goes_out_and_only_a_few_of_Slack_s_come_back()
    {
        await using var way = await Way.StartAsync(async context =>
        {
            context.Response.Headers["Set-Cookie"] = "d=xoxd";
            context.Response.Headers["X-Slack-Secret"] = "xoxp-secret";
            context.Response.Headers["X-OAuth-Scopes"] = "admin";
            context.Response.Headers.Server = "slack";
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"id":"U1"}""");
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, way.Front + "Users/U1");
        foreach (
            var (name, value) in ((string, string)[])
                [
                    ("Authorization", "Bearer sgt_lane"),
                    ("Cookie", "a=b"),
                    ("X-HTTP-Method-Override", "DELETE"),
                    ("X-Forwarded-Host", "evil.example"),
                    ("Forwarded", "for=evil"),
                    ("Accept-Encoding", "gzip"),
                    ("Connection", "keep-alive, X-Secret"),
                    ("X-Secret", "1"),
                    ("Upgrade", "websocket"),
                    ("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEC=="),
                    ("Proxy-Authorization", "Basic x"),
                    ("TE", "trailers"),
                    ("Expect", "100-continue"),
                    ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                    ("Range", "bytes=0-1"),
                    ("If-Match", "W/\"1\""),
                ]
        )
            request.Headers.TryAddWithoutValidation(name, value);

        var answer = await way.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var asked = Assert.Single(way.Asked);
        Assert.Equal(
            ["Accept: application/json", "Authorization: Bearer xoxp-of-slack", $"Host: {way.Slack.Authority}"],
            asked.Headers.Order(StringComparer.Ordinal)
        );
        Assert.Equal(("GET", "/scim/v1/Users/U1"), (asked.Method, asked.Path));
        Assert.Equal(
            ["Date", "Transfer-Encoding"],
            answer.Headers.Select(header => header.Key).Where(name => name != "Server").Order(StringComparer.Ordinal)
        );
        Assert.False(answer.Headers.Contains("X-Slack-Secret"));
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task A_write_is_sent_once_with_its_body_alone_and_a_delete_with_an_empty_one()
    {
        await using var way = await Way.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        var lost = await way.Client.PatchAsync(
            way.Front + "Users/U1",
            new StringContent("""{"title":"x"}""", Encoding.UTF8, "text/plain"),
            TestContext.Current.CancellationToken
        );
        await way.Client.DeleteAsync(way.Front + "Users/U1", TestContext.Current.CancellationToken);

        Assert.Equal("Lost", await lost.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["""{"title":"x"}""", ""], way.Asked.Select(asked => asked.Body));
        Assert.Contains("Content-Type: application/json; charset=utf-8", way.Asked[0].Headers);
        Assert.Contains("Content-Length: 0", way.Asked[1].Headers);
    }

    [Fact]
    public async Task Slack_is_not_followed_elsewhere_and_its_pages_are_no_answers()
    {
        await using var way = await Way.StartAsync(async context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "http://127.0.0.1:9/";
            await context.Response.WriteAsync("<html>");
        });

        var answer = await way.Client.GetAsync(way.Front + "Users", TestContext.Current.CancellationToken);

        Assert.Equal("Answered 302", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Null(answer.Headers.Location);
    }

    [Fact]
    public async Task An_answer_that_has_no_end_is_broken_off()
    {
        await using var way = await Way.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            var piece = new byte[1 << 20];
            for (var sent = 0; sent < 100 && !context.RequestAborted.IsCancellationRequested; sent++)
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        });

        await Assert.ThrowsAnyAsync<Exception>(() =>
            way.Client.GetByteArrayAsync(way.Front + "Users", TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData("Users/xoxp-of-slack")]
    [InlineData("Users/xoxp%2Dof%2Dslack")]
    [InlineData("Users/U1/xoxp-of-slack")]
    [InlineData("Users/..%2f..%2fU1")]
    [InlineData("Users//evil.example/")]
    [InlineData("xoxp-of-slack")]
    public async Task Where_an_account_is_goes_on_only_if_its_path_is_that_of_an_account_or_group(string path)
    {
        await using var way = await Way.StartAsync(context =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers.Location = $"http://{context.Request.Host}/scim/v1/{path}";
            return Task.CompletedTask;
        });

        var answer = await way.Client.PostAsync(
            way.Front + "Users",
            new StringContent("{}"),
            TestContext.Current.CancellationToken
        );

        Assert.Null(answer.Headers.Location);
    }

    [Fact]
    public async Task Of_where_an_account_is_only_the_path_goes_on()
    {
        await using var way = await Way.StartAsync(context =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers.Location =
                $"http://{context.Request.Host}/scim/v1/Users/U1?token=xoxp-of-slack#xoxp";
            return Task.CompletedTask;
        });

        var answer = await way.Client.PostAsync(
            way.Front + "Users",
            new StringContent("{}"),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(way.Front + "Users/U1", answer.Headers.Location!.AbsoluteUri);
    }

    [Fact]
    public async Task What_comes_packed_unasked_does_not_go_on()
    {
        await using var way = await Way.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync("""{"token":"xoxp-of-slack"}"""u8.ToArray());
        });

        Assert.Equal(
            "Answered 200",
            await way.Client.GetStringAsync(way.Front + "Users", TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_was_sent()
    {
        await using var way = await Way.StartAsync(_ => Task.CompletedTask, elsewhere: true);

        Assert.Equal(
            "NotSent",
            await way.Client.GetStringAsync(way.Front + "Users", TestContext.Current.CancellationToken)
        );
    }

    // A front that forwards as the lane does, and a server in Slack's place.
    private sealed class Way(WebApplication front, WebApplication slack) : IAsyncDisposable
    {
        public List<(string Method, string Path, List<string> Headers, string Body)> Asked { get; } = [];

        public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(20) };

        public string Front => front.Urls.First() + "/demo/slack/v1/";

        public Uri Slack => new(slack.Urls.First());

        public static async Task<Way> StartAsync(RequestDelegate answers, bool elsewhere = false)
        {
            var (front, slack) = (New(), New());
            var forwarder = front.Services.GetRequiredService<LaneForwarder>();
            var way = new Way(front, slack);
            slack.Run(async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                way.Asked.Add(
                    (
                        context.Request.Method,
                        context.Request.Path.Value! + context.Request.QueryString,
                        [.. context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")],
                        await reader.ReadToEndAsync()
                    )
                );
                await answers(context);
            });
            await slack.StartAsync();
            var to = new SlackConnection(
                new Uri(elsewhere ? "http://127.0.0.1:1/scim/v1/" : slack.Urls.First() + "/scim/v1/"),
                "xoxp-of-slack"
            );
            front.Map(
                "/{tenant}/slack/v1/{**path}",
                async (HttpContext context, string path) =>
                {
                    LaneAnswer answer;
                    if (context.Request.Method == "GET")
                        answer = await forwarder.ReadAsync(context, to, path);
                    else
                    {
                        using var body = new MemoryStream();
                        await context.Request.Body.CopyToAsync(body);
                        answer = await forwarder.WriteAsync(context, to, path, body.ToArray());
                    }
                    if (context.Response.HasStarted)
                        return;
                    context.Response.StatusCode = 200;
                    await context.Response.WriteAsync(
                        answer is LaneAnswer.Answered done ? $"Answered {done.Status}" : answer.GetType().Name
                    );
                }
            );
            await front.StartAsync();
            return way;
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await front.DisposeAsync();
            await slack.DisposeAsync();
        }

        private static WebApplication New()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(new SlackClientOptions()).AddSingleton(TimeProvider.System).AddLane();
            return builder.Build();
        }
    }
}
