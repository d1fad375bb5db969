using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>
/// The server is gone, full, slow, or stands still: whoever asks is told to come back, in time, and all goes on by itself.
/// </summary>
public class OutageTests
{
    [Fact]
    [Trait("speed", "slow")]
    public async Task A_server_that_crashes_while_requests_come_costs_nothing_that_was_acknowledged()
    {
        await using var server = await OwnServer.StartAsync();
        await using var proxy = new StoreProxy(await server.UrlAsync());
        var connection = await server.DatabaseAsync("gateway");
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy, Database = connection });
        var done = new ConcurrentDictionary<string, HttpStatusCode>();
        using var stop = new CancellationTokenSource();
        var writing = Enumerable
            .Range(0, 4)
            .Select(async writer =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    var name = $"ada{writer}-{i}";
                    var (status, _, response) = await gateway.SendAsync(
                        HttpMethod.Post,
                        "Users",
                        User(name, $"{name}@corp.example")
                    );
                    done[name] = status;
                    if (status != HttpStatusCode.Created)
                        Assert.NotNull(response.Headers.RetryAfter);
                }
            })
            .ToList();
        await Gateway.UntilAsync(() => Task.FromResult(done.Count >= 8));

        await server.CrashAsync();
        proxy.CutAll();
        await Gateway.UntilAsync(() => Task.FromResult(done.Values.Contains(HttpStatusCode.ServiceUnavailable)));
        await server.StartAgainAsync();
        proxy.LeadTo(await server.UrlAsync());
        var soFar = done.Count(one => one.Value == HttpStatusCode.Created);
        await Gateway.UntilAsync(() =>
            Task.FromResult(done.Count(one => one.Value == HttpStatusCode.Created) > soFar + 4)
        );
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        Assert.All(
            done.Values,
            status => Assert.Contains(status, new[] { HttpStatusCode.Created, HttpStatusCode.ServiceUnavailable })
        );
        var acknowledged = done.Where(one => one.Value == HttpStatusCode.Created).Select(one => one.Key).ToList();
        await Gateway.UntilAsync(async () =>
        {
            var there = await TogetherAsync(gateway);
            return acknowledged.TrueForAll(name => there.GetValueOrDefault(name) == 1);
        });
        Assert.All(await TogetherAsync(gateway), account => Assert.Equal(1, account.Value));
    }

    [Fact]
    public async Task What_was_written_is_not_said_to_be_nothing_where_its_answer_cannot_be_read()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var id = await CreateAsync(gateway);
        await gateway.QuietAsync();
        ShutOnceRecorded(gateway, proxy);

        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            Patch("title", "\"Countess\"")
        );

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("may be done", (string?)body!["detail"], StringComparison.Ordinal);
        await BecomesCountessAsync(gateway, proxy, id);
    }

    [Fact]
    public async Task What_a_Bulk_did_is_answered_where_the_store_is_away_at_its_end()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var id = await CreateAsync(gateway);
        await gateway.QuietAsync();
        ShutOnceRecorded(gateway, proxy);

        var (status, body, response) = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
             "Operations":[{"method":"PATCH","path":"/Users/{{id}}","data":{{Patch("title", "\"Countess\"")}}}]}
            """
        );

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("200", (string?)body!["Operations"]![0]!["status"]);
        Assert.False(response.Headers.Contains("X-Operation-Id")); // the journal has no line of the Bulk itself
        await BecomesCountessAsync(gateway, proxy, id);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_server_that_stands_still_costs_requests_their_time_and_the_gateway_nothing()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var id = await CreateAsync(gateway);
        await gateway.QuietAsync();
        proxy.StandStill();

        var begun = Stopwatch.GetTimestamp();
        var requests = Enumerable
            .Range(0, 30)
            .Select(i =>
                i % 2 == 0
                    ? gateway.SendAsync(HttpMethod.Post, "Users", User($"bob{i}", $"bob{i}@corp.example"))
                    : gateway.SendAsync(HttpMethod.Get, $"Users/{id}")
            )
            .ToList();
        var answers = await Task.WhenAll(requests);
        var took = Stopwatch.GetElapsedTime(begun);
        proxy.GoOn();

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status));
        Assert.InRange(took, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(29));
        await Gateway.UntilAsync(async () =>
            (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status == HttpStatusCode.OK
            && (await PatchAsync(gateway, id, "title", "\"Countess\"")) == HttpStatusCode.OK
        );
        await gateway.QuietAsync();
        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    public async Task A_slow_server_makes_slow_answers_and_no_errors()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        proxy.Delay = TimeSpan.FromMilliseconds(50);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(i => gateway.SendAsync(HttpMethod.Post, "Users", User($"bob{i}", $"bob{i}@corp.example")))
        );

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Equal(3, await TotalAsync(gateway));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Where_the_server_has_no_room_for_all_some_wait_and_some_are_told_so_and_none_hangs()
    {
        await using var server = await OwnServer.StartAsync("-c max_connections=5");
        await using var store = await Store.OpenAsync(await server.DatabaseAsync("full"), CancellationToken.None);

        var (done, away) = (0, 0);
        async Task Count(Func<Task> ask)
        {
            try
            {
                await ask();
                Interlocked.Increment(ref done);
            }
            catch (StoreAwayException)
            {
                Interlocked.Increment(ref away);
            }
        }
        var all = Enumerable
            .Range(0, 200)
            .Select(i =>
                Task.Run(() =>
                    Count(async () =>
                    {
                        if (i % 2 == 0)
                            await store.ReadAsync(session => session.First("select 1", row => row.Int()));
                        else
                            await store.WriteAsync(
                                session => session.First("select 1", row => row.Int()),
                                CancellationToken.None,
                                new TenantId(i % 20)
                            );
                    })
                )
            );
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(40), TimeProvider.System);

        Assert.Equal(200, done + away);
        Assert.True(done > 50, $"{done} of 200 were served");
        await store.WriteAsync(session => session.First("select 1", row => row.Int()), CancellationToken.None);
    }

    [Fact]
    public async Task The_log_says_once_why_the_store_cannot_be_used_and_once_that_it_can()
    {
        var log = new Lines();
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Proxy = proxy, More = services => services.AddLogging(logs => Listen(logs, log)) }
        );
        proxy.IsShut = true;
        proxy.CutAll();
        await Gateway.UntilAsync(() => Task.FromResult(Count("The store cannot be used (") == 1));
        var (status, _, _) = await gateway.SendAsync(HttpMethod.Get, "Users");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);

        proxy.IsShut = false;
        await Gateway.UntilAsync(() => Task.FromResult(Count("The store can be used again") == 1));

        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "Users")).Status);
        Assert.Equal(1, Count("The store cannot be used ("));

        int Count(string says) => log.All.Count(line => line.StartsWith(says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_says_that_another_process_has_the_store()
    {
        var log = new Lines();
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Proxy = proxy, More = services => services.AddLogging(logs => Listen(logs, log)) }
        );
        proxy.IsShut = true;
        proxy.CutAll();
        Store? other = null;
        await Gateway.UntilAsync(async () =>
        {
            try
            {
                other = await Store.OpenAsync(TestStore.Of(gateway.Data), CancellationToken.None);
            }
            catch (StoreInUseException)
            {
                // the server notices a moment later that the first is gone
            }
            return other is not null;
        });
        proxy.IsShut = false;

        await Gateway.UntilAsync(() =>
            Task.FromResult(
                log.All.Any(line =>
                    line.StartsWith("The store cannot be used (another process has it): ", StringComparison.Ordinal)
                )
            )
        );
        await other!.DisposeAsync();
        await Gateway.UntilAsync(() => Task.FromResult(log.All.Contains("The store can be used again")));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_password_file_that_cannot_be_read_for_a_while_is_an_outage_that_ends()
    {
        await using var server = await OwnServer.StartAsync();
        await server.RunAsync("create role guest login password 'word'");
        await server.RunAsync("create database guest owner guest");
        await server.WantPasswordsAsync();
        await using var proxy = new StoreProxy(await server.UrlAsync());
        var folder = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        var file = Path.Combine(folder, "pgpass");
        await File.WriteAllTextAsync(file, "*:*:*:*:word");
        await using var store = await Store.OpenAsync(
            proxy.To($"Username=guest;Database=guest;Passfile={file}"),
            CancellationToken.None
        );

        File.Delete(file);
        Directory.CreateDirectory(file); // which nobody may read as a file, whoever runs the test
        proxy.CutAll();

        await Gateway.UntilAsync(() =>
            Task.FromResult(store.WhyAway?.EndsWith("is denied", StringComparison.Ordinal) == true)
        );
        await Assert.ThrowsAsync<StoreAwayException>(async () => await store.ReadAsync(Ones));

        Directory.Delete(file);
        await File.WriteAllTextAsync(file, "*:*:*:*:word");

        await Gateway.UntilAsync(() => Task.FromResult(store.WhyAway is null));
        Assert.Equal(1, await store.ReadAsync(Ones));
        Directory.Delete(folder, recursive: true);

        static int Ones(StoreSession session) => session.First("select 1", row => row.Int());
    }

    [Fact]
    public async Task A_server_whose_disk_is_full_is_told_of_and_nothing_is_written()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        TestStore.RunIn(
            gateway.Data,
            """
            create function fill() returns trigger language plpgsql as $body$ begin
                raise exception 'could not extend file' using errcode = '53100';
            end $body$;
            create trigger fill before insert on resources for each row execute function fill()
            """
        );

        var (status, body, response) = await gateway.SendAsync(HttpMethod.Post, "Users", User());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.StartsWith(
            "The disk of the gateway's store is full, so that nothing was written.",
            (string?)body!["detail"],
            StringComparison.Ordinal
        );
        Assert.Empty(await gateway.AccountsAsync(Address));
        TestStore.RunIn(gateway.Data, "drop function fill() cascade");
        Assert.Equal(HttpStatusCode.Created, (await gateway.SendAsync(HttpMethod.Post, "Users", User())).Status);
    }

    [Theory]
    [InlineData("allow_connections false", "allow_connections true")]
    [InlineData("set default_transaction_read_only = on", "reset default_transaction_read_only")]
    public async Task A_database_that_takes_no_connections_or_no_writes_is_an_outage_that_ends(string ill, string mend)
    {
        var log = new Lines();
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Proxy = proxy, More = services => services.AddLogging(logs => Listen(logs, log)) }
        );
        var database = Path.GetFileName(gateway.Data);
        TestStore.Run($"alter database \"{database}\" {ill}");
        try
        {
            EndAll();
            await Gateway.UntilAsync(async () =>
            {
                Assert.Equal(
                    HttpStatusCode.ServiceUnavailable,
                    (await gateway.SendAsync(HttpMethod.Post, "Users", User())).Status
                );
                return log.All.Any(line => line.StartsWith("The store cannot be used (", StringComparison.Ordinal));
            });
            Assert.NotEqual(
                HttpStatusCode.InternalServerError,
                (await gateway.SendAsync(HttpMethod.Get, "Users")).Status
            );
            Assert.NotNull(gateway.Store.WhyAway);
            using var anybody = new HttpClient();
            using var ready = await anybody.GetAsync(new Uri(gateway.Base, "/health/ready"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        }
        finally
        {
            TestStore.Run($"alter database \"{database}\" {mend}");
        }
        EndAll();

        await Gateway.UntilAsync(async () =>
            (await gateway.SendAsync(HttpMethod.Post, "Users", User())).Status == HttpStatusCode.Created
        );
        Assert.DoesNotContain(log.All, line => line.Contains("failed with", StringComparison.Ordinal));

        void EndAll() =>
            TestStore.Run($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'");
    }

    // The store goes away as soon as Slack's answer is written down.
    private static void ShutOnceRecorded(Gateway gateway, StoreProxy proxy) =>
        gateway.Life.Meanwhile(
            Step.Recorded,
            () =>
            {
                proxy.IsShut = true;
                proxy.CutAll();
                return Task.CompletedTask;
            }
        );

    private static async Task BecomesCountessAsync(Gateway gateway, StoreProxy proxy, string id)
    {
        gateway.Life.Meanwhile(Step.Recorded, () => Task.CompletedTask);
        proxy.IsShut = false;
        await Gateway.UntilAsync(async () =>
            (string?)(await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!["title"] == "Countess"
        );
    }

    private static void Listen(ILoggingBuilder logs, Lines log) =>
        logs.AddProvider(log).AddFilter("ScimGateway", LogLevel.Information);

    private static async Task<Dictionary<string, int>> TogetherAsync(Gateway gateway) =>
        (await gateway.AccountsAsync("@corp.example"))
            .GroupBy(account => ((string)account["emails"]![0]!["value"]!).Split('@')[0])
            .ToDictionary(same => same.Key, same => same.Count());
}
