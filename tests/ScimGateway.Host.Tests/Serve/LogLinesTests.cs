using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ScimGateway.Host.Serve;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Slack.Http;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Serve;

/// <summary>How an event becomes a line of the log, and which events there are.</summary>
public class LogLinesTests
{
    [Fact]
    public void An_event_is_one_line_whatever_is_in_it()
    {
        var line = Printed(isJson: false, new EventId(7, "store.away"), "first\nsecond");

        Assert.Equal("2026-03-01T12:00:00.000Z warning store.away: first\\nsecond\n", line);
    }

    [Fact]
    public void As_JSON_it_has_the_name_of_the_event_and_each_value_by_itself()
    {
        var line = JsonNode.Parse(
            Printed(isJson: true, new EventId(7, "store.away"), "first\nsecond", ("Why", "no \"room\""))
        )!;

        Assert.Equal("2026-03-01T12:00:00.000Z", (string?)line["time"]);
        Assert.Equal("warning", (string?)line["level"]);
        Assert.Equal("store.away", (string?)line["event"]);
        Assert.Equal("first\nsecond", (string?)line["message"]);
        Assert.Equal("no \"room\"", (string?)line["why"]);
    }

    [Fact]
    public void An_event_of_ASP_NET_has_its_category_for_a_name()
    {
        var line = Printed(isJson: false, new EventId(7, "ApplicationError"), "it broke");

        Assert.Equal("2026-03-01T12:00:00.000Z warning Some.Category: it broke\n", line);
    }

    [Fact]
    public async Task What_a_tenant_s_home_says_names_the_tenant_as_the_path_does()
    {
        var printed = new Printing();
        await using var served = await ServedGateway.StartAsync(services =>
            services.AddSingleton<ILoggerProvider>(printed)
        );
        await served.SetUpAsync();
        served.Slack.Knobs.Set("auth.tokens", new JsonArray()); // revoked
        await served.RestartAsync();

        await Gateway.UntilAsync(() =>
            Task.FromResult(
                printed.All.Any(line => line.Contains(" connection.lost tenant=acme: ", StringComparison.Ordinal))
            )
        );
    }

    [Fact]
    public async Task That_Slack_refuses_the_token_while_it_is_used_is_said_once_and_that_it_takes_it_again()
    {
        var (printed, clock) = (new Printing(), new ManualClock());
        await using var served = await ServedGateway.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(printed),
            0,
            clock
        );
        using var provider = await LinkRequests.SetUpAsync(served, """{"whileSlackCannotBeWritten":"queue"}""");
        await served.EnableAsync();
        served.Slack.Faults.Add(new Fault { Description = "invalid_authentication", Times = 0 });
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Requests.User("ada", "ada@corp.example"));
        await ForAsync(() => Count("connection.lost") == 1);
        for (var i = 0; i < 3; i++)
            await ForAsync(() => true);

        served.Slack.Faults.Clear();
        await ForAsync(() => Count("connection.restored") == 1);

        Assert.Equal(1, Count("connection.lost"));
        Assert.All(
            printed.All.Where(line => line.Contains(" Slack can", StringComparison.Ordinal)),
            line => Assert.Matches(" connection.(lost|restored) tenant=acme: ", line)
        );

        int Count(string name) => printed.All.Count(line => line.Contains($" {name} ", StringComparison.Ordinal));

        Task ForAsync(Func<bool> isSo) =>
            Gateway.UntilAsync(() =>
            {
                clock.Advance(TimeSpan.FromSeconds(31));
                return Task.FromResult(isSo());
            });
    }

    [Fact]
    public async Task What_Slack_did_not_do_is_said_with_why_and_without_Slacks_words_which_may_name_a_person()
    {
        var printed = new Printing();
        await using var served = await ServedGateway.StartAsync(services =>
            services.AddSingleton<ILoggerProvider>(printed)
        );
        using var provider = await LinkRequests.SetUpAsync(served, "{}");
        await served.EnableAsync();
        served.Slack.Faults.Add(
            new Fault
            {
                Status = 500,
                Description = "ada@corp.example broke it",
                Times = 1,
            }
        );

        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Requests.User("ada", "ada@corp.example"));

        await Gateway.UntilAsync(() =>
            Task.FromResult(
                printed.All.Any(line =>
                    line.Contains(" slack.call-not-done tenant=acme: Slack PostUser: ", StringComparison.Ordinal)
                    && line.Contains("HTTP 500", StringComparison.Ordinal)
                )
            )
        );
        Assert.DoesNotContain(printed.All, line => line.Contains("ada@", StringComparison.Ordinal));
    }

    // An alert goes by the name: it is one event's alone, and stands in the page.
    [Fact]
    public void Each_event_has_a_name_of_its_own_and_stands_in_the_page()
    {
        var events = new[] { typeof(LogLines).Assembly, typeof(TenantHome).Assembly, typeof(SlackScimClient).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type =>
                type.GetMethods(
                    BindingFlags.Static
                        | BindingFlags.Instance
                        | BindingFlags.Public
                        | BindingFlags.NonPublic
                        | BindingFlags.DeclaredOnly
                )
            )
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .OrderBy(one => one.EventName, StringComparer.Ordinal)
            .ToList();

        Assert.All(events, one => Assert.Matches(@"^[a-z-]+\.[a-z-]+$", one.EventName));
        Assert.Equal(events.Count, events.Select(one => one.EventName).Distinct().Count());
        var page = new StringBuilder(
            """
            # Events of the log

            Printed from the code by a test. Each line of the log has the name of its event, so that an alert need not match on
            a sentence, which may be reworded. With `Log=json` a line is a JSON object: `time` (UTC), `level`, `event`, `tenant`
            where it is about one, `message`, and each value in braces by itself. What ASP.NET itself logs has its category for
            a name.

            | event | level | message |
            | --- | --- | --- |

            """.ReplaceLineEndings("\n")
        );
        foreach (var one in events)
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{one.EventName}` | {$"{one.Level}".ToLowerInvariant()} | {one.Message} |\n"
            );
        GeneratedPage.AssertFresh("events.md", page.ToString());
    }

    private static string Printed(bool isJson, EventId id, string message, params (string, object?)[] values)
    {
        var written = new StringWriter();
        var state = values.Select(value => KeyValuePair.Create(value.Item1, value.Item2)).ToList();
        new LogLines(isJson, new ManualClock()).Write(
            new LogEntry<List<KeyValuePair<string, object?>>>(
                LogLevel.Warning,
                "Some.Category",
                id,
                state,
                null,
                (_, _) => message
            ),
            null,
            written
        );
        return written.ToString();
    }

    // What the console would show.
    private sealed class Printing : ILoggerProvider, ISupportExternalScope
    {
        private readonly LogLines _lines = new(isJson: false, TimeProvider.System);
        private IExternalScopeProvider? _scopes;

        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Of(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose() { }

        private sealed class Of(Printing printing, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => printing._scopes?.Push(state);

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

            public void Log<TState>(
                LogLevel logLevel,
                EventId eventId,
                TState state,
                Exception? exception,
                Func<TState, Exception?, string> formatter
            )
            {
                var written = new StringWriter();
                printing._lines.Write(
                    new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter),
                    printing._scopes,
                    written
                );
                printing.All.Enqueue(written.ToString());
            }
        }
    }
}
