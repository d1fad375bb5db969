using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>What comes before anybody knows who asks for what: how requests are framed, and what all answers say.</summary>
public sealed class FrontDoorTests
{
    private const string Json = "Content-Type: application/scim+json";
    private const string Chunked = "Transfer-Encoding: chunked";
    private const string User = """{"userName":"eve"}""";

    public static TheoryData<string, string, int> Framings() =>
        new()
        {
            { Chunked, "FFFFFFFF\r\n", 400 },
            { Chunked, "FFFFFFFFFFFFFFFFFF\r\n", 400 },
            { Chunked, "-1\r\n", 400 },
            { Chunked, "no number\r\n", 400 },
            { Chunked, "12\r\n" + User + "and more without a line's end", 400 },
            { Chunked, "0\r\n\r\n", 400 }, // an end and no body
            { "Transfer-Encoding: gzip", User, 400 },
            { "Transfer-Encoding: chunked, gzip", "12\r\n" + User + "\r\n0\r\n\r\n", 400 },
            { Chunked, "12\r\n" + User + "\r\n0\r\n\r\n", 201 },
            { "Content-Length: 18\r\nExpect: 100-continue", User, 201 },
            // RFC 9112 §6.3: the chunks count, and the length is ignored.
            { "Content-Length: 3\r\n" + Chunked, "12\r\n" + User + "\r\n0\r\n\r\n", 201 },
        };

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task A_body_that_does_not_come_as_HTTP_has_it_is_the_clients_fault(
        string framing,
        string body,
        int expected
    )
    {
        await using var gateway = await Gateway.StartAsync();

        var answer = await SendAsync(gateway, "POST", "Users", framing, body);

        Assert.True(answer.Status == expected, $"{answer.Status} {answer.Text}");
        if (answer.Text.Length > 0 && expected == 400)
            Assert.Equal("400", (string)answer.Json!["status"]!);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "Users")).Status);
    }

    [Theory]
    [Trait("speed", "slow")] // as slow as the time of grace
    [InlineData(Chunked, "12\r\n" + User)] // and no last chunk
    [InlineData(Chunked, "64\r\n" + User)] // fewer bytes than the chunk has
    [InlineData(Chunked, "")]
    [InlineData("Content-Length: 100", User)] // fewer bytes than it says
    public async Task A_body_that_stops_half_way_is_not_waited_for_without_end(string framing, string body)
    {
        await using var gateway = await Gateway.StartAsync();

        var answer = await SendAsync(gateway, "POST", "Users", framing, body);

        Assert.Equal(408, answer.Status);
        Assert.Equal("408", (string)answer.Json!["status"]!);
        Assert.StartsWith(
            "The body came too slowly. Send the request again, without pauses. (operation ",
            (string?)answer.Json["detail"],
            StringComparison.Ordinal
        );
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("Content-Length: 9437184", 9 << 20)]
    [InlineData("Content-Length: 33554432", 32 << 20)]
    public async Task A_body_that_is_far_too_long_is_answered_and_the_connection_not_broken(string framing, int length)
    {
        await using var gateway = await Gateway.StartAsync();

        foreach (var path in new[] { "Users", "Bulk" })
        {
            var answer = await SendAsync(gateway, "POST", path, framing, new string(' ', length));

            Assert.Equal(413, answer.Status);
            Assert.Equal("413", (string)answer.Json!["status"]!);
        }
    }

    [Fact]
    public async Task A_body_in_chunks_that_is_far_too_long_is_answered_too()
    {
        await using var gateway = await Gateway.StartAsync();
        var chunks = new StringBuilder().Insert(0, $"10000\r\n{new string(' ', 0x10000)}\r\n", 300).Append("0\r\n\r\n");

        var answer = await SendAsync(gateway, "POST", "Users", Chunked, chunks.ToString());

        Assert.Equal(413, answer.Status);
        Assert.Equal("413", (string)answer.Json!["status"]!);
    }

    [Fact]
    public async Task No_answer_may_be_kept_or_taken_for_something_else()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await Requests.CreateAsync(gateway);
        var tag = (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Response.Headers.ETag;
        (string Method, string Path, string Header, string? Body, int Status)[] requests =
        [
            ("GET", $"Users/{id}", "", null, 200),
            ("HEAD", $"Users/{id}", "", null, 200),
            ("GET", $"Users/{id}", $"If-None-Match: {tag}", null, 304),
            ("GET", "Users", "", null, 200),
            ("GET", "Groups", "", null, 200),
            ("GET", "Schemas", "", null, 200),
            ("POST", "Users", Json, User, 201),
            ("POST", "Users", Json, "{", 400),
            ("POST", "Users", "Content-Type: text/plain", User, 415),
            ("GET", "Users/no-id", "", null, 404),
            ("GET", "Nothing", "", null, 404),
            ("GET", "../../../Users", "", null, 401),
            ("PUT", "Users", Json, User, 405),
            ("GET", "Me", "", null, 501),
            ("DELETE", $"Users/{id}", "", null, 204),
        ];

        foreach (var (method, path, header, body, status) in requests)
        {
            var answer = await RawRequest.SendAsync(
                gateway,
                method,
                "/demo/scim/v2/" + path,
                body is null ? null : Encoding.UTF8.GetBytes(body),
                header
            );

            Assert.Equal(
                (path, status, "no-store", "nosniff"),
                (path, answer.Status, answer.Header("Cache-Control"), answer.Header("X-Content-Type-Options"))
            );
            Assert.Equal("", answer.Header("Access-Control-Allow-Origin")); // no page of elsewhere reads it
        }
    }

    [Fact]
    public async Task Who_is_refused_again_and_again_is_told_a_line_of_the_journal_that_is_there()
    {
        var clock = new ManualClock(); // one hour for all
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        for (var i = 0; i < OperationJournal.MostRefusals; i++)
            await gateway.SendAsync(HttpMethod.Delete, "Users/nobody");

        var alone = await gateway.SendAsync(HttpMethod.Delete, "Users/nobody");
        var bulk = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            """{"Operations":[{"method":"DELETE","path":"/Users/nobody"}]}"""
        );

        var named = alone.Response.Headers.GetValues("X-Operation-Id").Single();
        Assert.Equal(2, gateway.Operation(named)!.Counted);
        Assert.EndsWith($"(operation {named})", (string)alone.Body!["detail"]!, StringComparison.Ordinal);
        Assert.EndsWith(
            $"(operation {named})",
            (string)bulk.Body!["Operations"]![0]!["response"]!["detail"]!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_is_not_let_in_is_counted_and_told_of_without_a_word_of_the_credential()
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, More = services => services.AddSingleton<ILoggerProvider>(log) }
        );
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (
                instrument.Name == "scim.credentials.refused"
                && instrument.Meter.Scope == gateway.Part<IMeterFactory>()
            )
                all.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(
            (_, value, tags, _) => counted.AddOrUpdate($"{tags[0].Value}", value, (_, before) => before + value)
        );
        listener.Start();

        for (var i = 0; i < 20; i++) // after ten of them whoever it is has to wait, which is counted as well
            await RefusedAsync("Bearer secret-of-someone", i < 10 ? 401 : 429);
        await RefusedAsync(null);
        clock.Advance(TimeSpan.FromMinutes(1));
        await RefusedAsync("Basic secret-of-someone");
        await gateway.SendAsync(HttpMethod.Get, "Users");

        Assert.Equal((21, 1), (counted["wrong"], counted["missing"]));
        Assert.Equal(
            [
                .. Enumerable.Repeat(Told("bearer: it is not known"), 20),
                "1 more credentials were refused in the minute that was last told of. If they are a provider's, its token or the tenant in its URL is wrong.",
                Told("basic: it is not known"),
            ],
            log.All
        );
        Assert.DoesNotContain(log.All, line => line.Contains("secret", StringComparison.Ordinal));

        static string Told(string why) => $"A credential was refused: tenant demo, from 127.0.0.1, kind {why}";

        async Task RefusedAsync(string? credential, int status = 401)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"Users/secret-of-someone");
            using var client = new HttpClient { BaseAddress = gateway.Base };
            if (credential is not null)
                request.Headers.TryAddWithoutValidation("Authorization", credential);
            Assert.Equal(status, (int)(await client.SendAsync(request)).StatusCode);
        }
    }

    [Theory]
    [InlineData("demo", null, "tenant demo, from 127.0.0.1, kind none: missing")]
    [InlineData(
        "nobody",
        "Bearer x",
        "tenant unknown, from 127.0.0.1, kind bearer: there is no such tenant, or it has no credential yet"
    )]
    [InlineData("demo", "Word x", "tenant demo, from 127.0.0.1, kind raw: it is not known")]
    [InlineData("demo", "Bearer ey.J.x", "tenant demo, from 127.0.0.1, kind jwt: it is not known")]
    [InlineData(
        "demo",
        "Bearer Bearer x",
        "tenant demo, from 127.0.0.1, kind bearer: it is not known, and the word Bearer stands twice"
    )]
    [InlineData(
        "demo",
        "Bearer \"x\"",
        "tenant demo, from 127.0.0.1, kind bearer: it is not known, and there are quotation marks around it"
    )]
    [InlineData(
        "demo",
        "Bearer sga_x",
        "tenant demo, from 127.0.0.1, kind bearer: it is not known, and it is an admin key"
    )]
    [InlineData(
        "demo",
        "Bearer xoxp-x",
        "tenant demo, from 127.0.0.1, kind bearer: it is not known, and it is a token of Slack's"
    )]
    [InlineData("demo", "Bearer sgt_x", "tenant demo, from 127.0.0.1, kind bearer: it is not known, and it is cut off")]
    [InlineData(
        "demo",
        "Bearer sgt_0123456789012345678901234567890123456789012.",
        "tenant demo, from 127.0.0.1, kind bearer: it is not known, and something stands behind it"
    )]
    [InlineData(
        "demo",
        "Bearer sgt_0123456789012345678901234567890123456789012",
        "tenant demo, from 127.0.0.1, kind bearer: it is not known"
    )]
    [InlineData(
        "admin/api/v1/tenants?",
        "Bearer sgt_x",
        "tenant none, from 127.0.0.1, kind adminKey: it is not known, and it is the credential of a provider"
    )]
    [InlineData("a%0d%0aerror:%20b", null, "tenant unknown, from 127.0.0.1, kind none: missing")]
    [InlineData("sgt_a-token-that-was-pasted-into-the-url", null, "tenant unknown, from 127.0.0.1, kind none: missing")]
    [InlineData("%e2%80%ae%1b[2J", null, "tenant unknown, from 127.0.0.1, kind none: missing")]
    public async Task What_a_client_has_chosen_cannot_be_a_line_of_its_own(string word, string? shown, string told)
    {
        var log = new Lines();
        await using var gateway = await Gateway.StartAsync(
            new Setting { More = services => services.AddSingleton<ILoggerProvider>(log) }
        );

        await RawRequest.SendAsync(
            gateway.Base,
            Encoding.ASCII.GetBytes(
                $"GET /{word}/scim/v2/Users HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{(shown is null ? "" : $"Authorization: {shown}\r\n")}\r\n"
            )
        );

        Assert.Equal($"A credential was refused: {told}", Assert.Single(log.All));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task The_log_is_as_long_as_it_may_be_whatever_is_tried()
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, More = services => services.AddSingleton<ILoggerProvider>(log) }
        );
        using var client = new HttpClient { BaseAddress = gateway.Base };
        for (var minute = 0; minute < 3; minute++)
        {
            for (var i = 0; i < 500; i++)
                using (await client.GetAsync($"/{new string('a', 1_000)}{i}/scim/v2/Users")) { }
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((3 * LogMinute.Most) + 2, log.All.Count());
        Assert.All(log.All, line => Assert.True(line.Length < 200, line));
    }

    [Fact]
    public void Of_requests_that_fail_a_minute_has_so_many_lines_and_one_for_the_others()
    {
        var (clock, log) = (new ManualClock(), new Lines());
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        var failures = new FailedRequests(clock, logs.CreateLogger<FailedRequests>());

        for (var i = 0; i < 500; i++)
            failures.Tell("A request", new InvalidOperationException("words of somebody"));
        clock.Advance(TimeSpan.FromMinutes(1));
        failures.Tell("A request", new InvalidOperationException("words of somebody"));

        Assert.Equal(LogMinute.Most + 2, log.All.Count());
        Assert.Contains("480 more requests failed in the minute that was last told of.", log.All);
        Assert.DoesNotContain(log.All, line => line.Contains("words", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_rows_that_cannot_be_read_a_minute_has_so_many_lines_and_one_for_the_others()
    {
        var (clock, log) = (new ManualClock(), new Lines());
        var lines = new LogMinute(clock);

        for (var i = 0; i < 500; i++)
            log.NotRead(lines, new InvalidOperationException("words of somebody"));
        clock.Advance(TimeSpan.FromMinutes(1));
        log.NotRead(lines, new InvalidOperationException("words of somebody"));

        Assert.Equal(LogMinute.Most + 2, log.All.Count());
        Assert.Contains("The store could not be read 480 more times in the minute that was last told of.", log.All);
        Assert.DoesNotContain(log.All, line => line.Contains("words", StringComparison.Ordinal));
    }

    // Kestrel refuses these before there is a request that could be answered; nothing can be said of them beside the
    // status.
    [Theory]
    [InlineData("GET /{9000} HTTP/1.1\r\nHost: a\r\n\r\n", 414)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: {33000}\r\n\r\n", 431)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n{101}\r\n", 431)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    public async Task What_is_no_request_at_all_has_a_status_and_no_body(string request, int expected)
    {
        await using var gateway = await Gateway.StartAsync();
        request = request
            .Replace("{9000}", new string('a', 9_000), StringComparison.Ordinal)
            .Replace("{33000}", new string('a', 33_000), StringComparison.Ordinal)
            .Replace("{101}", new StringBuilder().Insert(0, "X: 1\r\n", 101).ToString(), StringComparison.Ordinal);

        var answer = await RawRequest.SendAsync(gateway.Base, Encoding.ASCII.GetBytes(request));

        Assert.Equal((expected, ""), (answer.Status, answer.Text));
    }

    private static Task<RawAnswer> SendAsync(
        Gateway gateway,
        string method,
        string path,
        string framing,
        string body
    ) =>
        RawRequest.SendAsync(
            gateway.Base,
            Encoding.UTF8.GetBytes(
                $"{method} /demo/scim/v2/{path} HTTP/1.1\r\nHost: {gateway.Base.Authority}\r\nAuthorization: Bearer {Gateway.Token}\r\nConnection: close\r\n{Json}\r\n{framing}\r\n\r\n{body}"
            )
        );
}
