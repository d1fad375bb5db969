using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Tests.Http;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Importing;

/// <summary>A Slack that does not answer, refuses to be read, or whose answers are too long.</summary>
public class HardToReadTests
{
    private static readonly Setting _hurried = new() { Clock = new HurriedClock() };

    [Theory]
    [InlineData("""{"status":503,"times":4}""")]
    [InlineData("""{"body":"garbage","times":4}""")]
    [InlineData("""{"body":"cut","times":4}""")]
    [InlineData("""{"drop":"after","times":4}""")]
    [InlineData("""{"status":429,"description":"ratelimited","retryAfter":2}""")]
    public async Task A_start_waits_until_Slack_can_be_read_and_misses_nobody(string fault)
    {
        await using var gateway = await Gateway.StartAsync(
            _hurried,
            seed: 1_100,
            ready: slack => Order(slack, fault, "/Users")
        );

        Assert.Equal(1_100, await TotalAsync(gateway));
    }

    [Fact]
    public async Task A_start_waits_until_Slack_says_whose_the_token_is()
    {
        await using var gateway = await Gateway.StartAsync(
            _hurried,
            ready: slack => Order(slack, """{"status":503,"times":3}""", "/api/auth.test")
        );

        Assert.Equal(0, await TotalAsync(gateway));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_start_does_not_wait_for_ever()
    {
        await using var slack = await SlackEmulatorServer.StartAsync();
        Order(slack, """{"status":503,"times":0}""", "/Users");

        Assert.Equal(1, await StartAsync(slack.BaseUrl, _hurried.Clock));
    }

    [Fact]
    public async Task A_start_ends_where_the_token_is_not_taken()
    {
        await using var slack = await SlackEmulatorServer.StartAsync();
        slack.Knobs.Set("auth.tokens", new JsonArray());
        slack.Reset();

        Assert.Equal(1, await StartAsync(slack.BaseUrl, TimeProvider.System));
    }

    [Fact]
    public async Task A_start_ends_where_Slack_shows_the_same_page_again_and_again()
    {
        await using var slack = WebApplication.CreateSlimBuilder().Build();
        slack.Urls.Add("http://127.0.0.1:0");
        slack.MapPost("/api/auth.test", () => Results.Text("""{"ok":true,"team_id":"T1","user_id":"U1"}"""));
        slack.MapGet(
            "/scim/v1/Users",
            () => Results.Text("""{"totalResults":2,"Resources":[{"id":"U1","userName":"one"}]}""")
        );
        await slack.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, await StartAsync(new Uri(slack.Urls.First()), TimeProvider.System));
    }

    [Fact]
    public async Task Pages_that_are_too_long_are_read_in_smaller_ones()
    {
        await using var slack = await SlackEmulatorServer.StartAsync(new SlackEmulatorOptions { Seed = 500 });

        await ImportAsync(
            slack,
            new SlackClientOptions { MostBytes = 20_000 },
            TimeProvider.System,
            NullLogger.Instance,
            async (import, folder) =>
            {
                var found = await import.RunAsync(TestContext.Current.CancellationToken);

                Assert.Equal(501, found.Of(Kind.User, Found.Added));
                Assert.Equal((5, 0), (found.Of(Kind.Group, Found.Added), found.Of(Kind.Group, Found.Unreadable)));
                await using var kept = StoreTables.Open(folder);
                var job = kept.Jobs.Single();
                Assert.Equal(
                    (found.ToJson(), true, false),
                    (job.Progress, job.Finished is not null, job.Error is not null)
                );
                var line = kept.Operations.Single();
                Assert.Equal(
                    ("import", "import of users and groups", "done"),
                    (line.Actor, line.Request, line.Outcome)
                );
            }
        );
    }

    [Fact]
    public async Task A_group_that_is_too_long_by_itself_is_told_of_and_keeps_no_other_one_out()
    {
        await using var slack = await SlackEmulatorServer.StartAsync();
        for (var i = 0; i < 400; i++)
            slack.Workspace.MakeUser(
                JsonNode.Parse($$"""{"id":"U{{i}}","userName":"u{{i}}","email":"u{{i}}@corp.example"}""")!.AsObject()
            );
        foreach (var (name, size) in new[] { ("Small", 3), ("All", 400), ("Last", 5) })
            slack.Workspace.MakeGroup(
                new JsonObject
                {
                    ["displayName"] = name,
                    ["members"] = new JsonArray([.. Enumerable.Range(0, size).Select(i => JsonValue.Create($"U{i}"))]),
                }
            );

        await ImportAsync(
            slack,
            new SlackClientOptions { MostBytes = 10_000 },
            TimeProvider.System,
            NullLogger.Instance,
            async (import, folder) =>
            {
                var found = await import.RunAsync(TestContext.Current.CancellationToken);

                Assert.Equal((2, 1), (found.Of(Kind.Group, Found.Added), found.Of(Kind.Group, Found.Unreadable)));
                await using var kept = StoreTables.Open(folder);
                Assert.Equal(8, kept.Members.Count());
            }
        );
    }

    [Fact]
    public async Task A_Slack_whose_answers_are_all_too_long_ends_the_import_and_nobody_is_passed_over()
    {
        await using var slack = await SlackEmulatorServer.StartAsync(new SlackEmulatorOptions { Seed = 500 });

        await ImportAsync(
            slack,
            new SlackClientOptions { MostBytes = 100 },
            TimeProvider.System,
            NullLogger.Instance,
            async (import, _) =>
            {
                var why = await Assert.ThrowsAsync<SlackUnreadableException>(() =>
                    import.RunAsync(TestContext.Current.CancellationToken)
                );

                Assert.StartsWith("Slack's answers are too long to be read", why.Message, StringComparison.Ordinal);
                Assert.Equal(0, (await import.LatestAsync())!.Progress.Of(Kind.User, Found.Unreadable));
            }
        );
    }

    [Theory]
    [InlineData("""{"status":503,"description":"internal_error (user=ada@corp.example)","times":3}""", "(HTTP 503)")]
    [InlineData("""{"status":400,"description":"no_filters (user=ada@corp.example)"}""", "no_filters")]
    // Whatever stands first counts as the code.
    [InlineData("""{"status":503,"description":"ada@corp.example is away","times":3}""", "(HTTP 503)")]
    [InlineData("""{"status":400,"description":"ada@corp.example is away"}""", "Slack refused")]
    public async Task What_is_said_of_a_Slack_that_cannot_be_read_has_its_code_and_not_its_words(
        string fault,
        string code
    )
    {
        await using var slack = await SlackEmulatorServer.StartAsync();
        Order(slack, fault, "/Users");
        var (log, said) = (new Lines(), new List<string>());
        string? kept = null;

        await ImportAsync(
            slack,
            new SlackClientOptions { ReadRetries = 0 },
            new HurriedClock(),
            log,
            async (import, folder) =>
            {
                try
                {
                    await import.RunAsync(TestContext.Current.CancellationToken);
                }
                catch (SlackUnreadableException e)
                {
                    said.Add(e.Message);
                    await using var there = StoreTables.Open(folder);
                    kept = there.Operations.Single().Error;
                }
            }
        );

        said.AddRange(log.All);
        Assert.NotEmpty(said);
        Assert.All(said, line => Assert.Contains(code, line, StringComparison.Ordinal));
        Assert.All(said, line => Assert.DoesNotContain("ada@corp.example", line, StringComparison.Ordinal));
        if (kept is not null)
            Assert.Contains("ada@corp.example", kept, StringComparison.Ordinal); // where operators look
    }

    // An import by itself, into a store of its own.
    private static async Task ImportAsync(
        SlackEmulatorServer slack,
        SlackClientOptions options,
        TimeProvider clock,
        ILogger log,
        Func<SlackImport, string, Task> run
    )
    {
        var data = Directory.CreateTempSubdirectory("scimgateway-tests-");
        var store = await TestStore.OpenAsync(data.FullName);
        try
        {
            var caller = await store.WriteAsync(
                session => Tenants.Open(session, "t", "T", "s", new Preferences()),
                TestContext.Current.CancellationToken
            );
            var home = new HomeStore(store, caller.TenantId);
            await home.TakeAsync(_ => { });
            var budget = new SlackBudget(SlackLimits.Documented, clock);
            using var http = SlackHttp.NewClient();
            var connection = new SlackConnection(slack.ScimUrl, SlackEmulatorServer.Token);
            var client = new SlackScimClient(http, connection, options, budget, clock, NullLogger.Instance);
            var schedule = new SlackSchedule<LinkId>(budget);
            await run(new SlackImport(home, client, schedule, clock, new Patience(clock, log)), data.FullName);
        }
        finally
        {
            await store.DisposeAsync();
            TestStore.Drop(data.FullName);
        }
    }

    private static void Order(SlackEmulatorServer slack, string fault, string path)
    {
        var json = JsonNode.Parse(fault)!;
        slack.Faults.Add(
            new Fault
            {
                Path = path,
                Times = (int?)json["times"] ?? 1,
                Status = (int?)json["status"],
                Description = (string?)json["description"],
                RetryAfter = (int?)json["retryAfter"],
                Body = Enum.TryParse<SpoiledBody>((string?)json["body"], ignoreCase: true, out var body) ? body : null,
                Drop = Enum.TryParse<Drop>((string?)json["drop"], ignoreCase: true, out var drop) ? drop : null,
            }
        );
    }

    private static async Task<int> TotalAsync(Gateway gateway)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, "Users?count=0");
        Assert.Equal(HttpStatusCode.OK, status);
        return (int)body!["totalResults"]!;
    }

    private static Task<int> StartAsync(Uri slack, TimeProvider clock) =>
        DemoCommand.RunAsync(new DemoOptions { Urls = new Uri("http://127.0.0.1:0"), Slack = slack }, clock);
}
