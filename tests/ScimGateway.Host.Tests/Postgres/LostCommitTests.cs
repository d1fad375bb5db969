using System.Net;
using Npgsql;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>
/// The answer to a commit is lost: whether it went through is looked up, and what cannot be known is not claimed.
/// </summary>
public class LostCommitTests
{
    private const string Insert =
        "insert into guarded_changes (tenant_id, what, group_id, subject, at) values (@tenant, 0, '00000000-0000-0000-0000-000000000000', @subject, 0)";

    private static readonly TenantId _tenant = new(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // what is written goes with the commit
    public async Task A_commit_whose_answer_was_lost_is_looked_up_and_not_repeated(bool isWaitedFor)
    {
        await using var at = await Base.OpenAsync();
        var runs = 0;
        at.Proxy.LoseCommit();

        var written = await at.Store.WriteAsync(
            session =>
            {
                runs++;
                if (isWaitedFor)
                    return Write(session, "once");
                session.Put(Insert, ("@tenant", _tenant), ("@subject", "once"));
                return 1;
            },
            CancellationToken.None,
            _tenant
        );

        Assert.Equal((1, 1, 1), (at.Proxy.Lost, written, runs));
        Assert.Equal(1, await CountAsync(at.Store));
    }

    [Fact]
    public async Task A_commit_that_did_not_arrive_is_repeated()
    {
        await using var at = await Base.OpenAsync();
        await at.Store.WriteAsync(session => Write(session, "before"), CancellationToken.None, _tenant);
        var runs = 0;

        // The work's own way, then the commit's; the watch of the lock may come between.
        for (var way = 1; runs < 2 && way < 10; way++)
        {
            runs = 0;
            at.Proxy.CutAt(2, Cut.Before);
            await at.Store.WriteAsync(
                session =>
                {
                    runs++;
                    return Write(session, $"again {way}");
                },
                CancellationToken.None,
                _tenant
            );
            Assert.Equal(way + 1, await CountAsync(at.Store));
        }

        Assert.Equal(2, runs);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task What_cannot_be_known_in_time_is_not_claimed_and_the_next_write_comes_after_it()
    {
        await using var at = await Base.OpenAsync();
        at.Proxy.LoseCommit(andShut: true);

        var doubt = await Assert.ThrowsAsync<StoreAwayException>(() =>
            at.Store.WriteAsync(session => Write(session, "perhaps"), CancellationToken.None, _tenant)
        );
        var next = at.Store.WriteAsync(
            session =>
                session.First(
                    "select count(*) from guarded_changes where tenant_id = @tenant",
                    row => row.Int(),
                    ("@tenant", _tenant)
                ),
            CancellationToken.None,
            _tenant
        );
        Assert.True(doubt.IsInDoubt);
        Assert.False(next.IsCompleted);
        at.Proxy.IsShut = false;

        Assert.Equal(1, await next);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_create_of_which_it_is_not_known_whether_it_was_written_arrives_at_Slack_once_the_store_is_back()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        proxy.LoseCommit(Address, andShut: true);

        var (status, body, response) = await gateway.SendAsync(HttpMethod.Post, "Users", User());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("may be done", (string?)body!["detail"]);
        proxy.IsShut = false;
        await Gateway.UntilAsync(async () => (await gateway.AccountsAsync(Address)).Count > 0);
        await gateway.QuietAsync();

        Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal(1, await gateway.CameAsync("POST /Users"));
        Assert.Equal(1, await TotalAsync(gateway));
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(0)] // its number is of the future there
    [InlineData(500)] // its number is another's there
    public async Task A_commit_that_whoever_took_over_has_not_heard_of_is_done_again(int othersSince)
    {
        await using var server = await OwnServer.StartAsync();
        var connection = await server.DatabaseAsync("gateway");
        await (await Store.OpenAsync(connection, CancellationToken.None)).DisposeAsync();
        await using var successor = await server.CopyAsync();
        for (var i = 0; i < othersSince; i++)
            await RunAsync(successor, "select pg_current_xact_id()::text");
        await using var proxy = new StoreProxy(await server.UrlAsync());
        var runs = 0;
        await using var store = await Store.OpenAsync(
            proxy.To($"{await server.UrlAsync()};Database=gateway"),
            CancellationToken.None
        );
        proxy.LoseCommit(andShut: true);

        var writing = store.WriteAsync(
            session =>
            {
                runs++;
                return Write(session, "kept");
            },
            CancellationToken.None,
            _tenant
        );
        await Gateway.UntilAsync(() => Task.FromResult(proxy.Lost == 1));
        proxy.LeadTo(await successor.UrlAsync());
        proxy.IsShut = false;

        Assert.Equal(1, await writing);
        Assert.Equal(2, runs);
        Assert.Equal("1", await RunAsync(successor, "select count(*)::text from guarded_changes"));
    }

    [Fact]
    public async Task A_commit_that_is_still_under_way_is_ended_and_done_again()
    {
        await using var at = await Base.OpenAsync();
        TestStore.RunIn(
            at.Name,
            """
            create sequence tries;
            create function dawdle() returns trigger language plpgsql as $body$ begin
                if nextval('tries') = 1 then perform pg_sleep(8); end if;
                return new;
            end $body$;
            create constraint trigger dawdle after insert on guarded_changes deferrable initially deferred
                for each row execute function dawdle()
            """
        );
        var runs = 0;

        var writing = at.Store.WriteAsync(
            session =>
            {
                runs++;
                return Write(session, "once");
            },
            CancellationToken.None,
            _tenant
        );
        await Gateway.UntilAsync(() =>
            Task.FromResult(
                TestStore.RunIn(
                    at.Name,
                    "select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
                )
                    is not null
            )
        );
        at.Proxy.CutAll();

        Assert.Equal(1, await writing);
        Assert.Equal(2, runs);
        Assert.Equal(1, await CountAsync(at.Store));
    }

    [Fact]
    public async Task Of_what_another_process_has_written_over_nothing_is_claimed()
    {
        await using var at = await Base.OpenAsync();
        await at.Store.WriteAsync(session => Write(session, "before"), CancellationToken.None, _tenant);
        at.Proxy.LoseCommit(andShut: true);
        var runs = 0;

        var writing = at.Store.WriteAsync(
            session =>
            {
                runs++;
                return Write(session, "perhaps");
            },
            CancellationToken.None,
            _tenant
        );
        await Gateway.UntilAsync(() => Task.FromResult(at.Proxy.Lost == 1));
        TestStore.RunIn(at.Name, $"update receipts set number = 7 where tenant_id = {_tenant.Value}");
        at.Proxy.IsShut = false;

        Assert.True((await Assert.ThrowsAsync<StoreAwayException>(() => writing)).IsInDoubt);
        await at.Store.WriteAsync(session => Write(session, "after"), CancellationToken.None, _tenant);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_tenant_has_one_receipt_however_much_is_written_and_none_once_it_is_gone()
    {
        var name = $"receipts-{Environment.ProcessId}";
        var connection = TestStore.Database(name);
        await using (var store = await Store.OpenAsync(connection, CancellationToken.None))
        {
            for (var i = 0; i < 3; i++)
                await store.WriteAsync(session => Write(session, $"{i}"), CancellationToken.None, _tenant);
            await store.WriteAsync(
                session => session.First("select 1", row => row.Int()),
                CancellationToken.None,
                new TenantId(2)
            );
            Assert.Equal("1", TestStore.RunIn(name, "select string_agg(tenant_id::text, ' ') from receipts"));
        }

        await using (await Store.OpenAsync(connection, CancellationToken.None))
            Assert.Equal(0L, TestStore.RunIn(name, "select count(*) from receipts"));
        TestStore.Run($"drop database \"{name}\" with (force)");
    }

    private static async Task<string?> RunAsync(OwnServer server, string sql)
    {
        await using var connection = new NpgsqlConnection($"{await server.UrlAsync()};Database=gateway;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    }

    private static int Write(StoreSession session, string subject) =>
        session.Execute(Insert, ("@tenant", _tenant), ("@subject", subject));

    private static async Task<int> CountAsync(Store store) =>
        await store.ReadAsync(session =>
            session.First(
                "select count(*) from guarded_changes where tenant_id = @tenant",
                row => row.Int(),
                ("@tenant", _tenant)
            )
        );
}
