using System.Diagnostics;
using System.Net;
using Npgsql;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>
/// One process has a database: a second one is kept out, and one that has lost it writes nothing and tells Slack nothing.
/// </summary>
public class LockTests
{
    [Fact]
    public async Task A_second_process_is_kept_out_and_told_what_to_do()
    {
        await using var at = await Base.OpenAsync();

        var e = await Assert.ThrowsAsync<StoreInUseException>(() =>
            Store.OpenAsync(at.Connection, CancellationToken.None)
        );

        Assert.Equal(
            $"Another process has the store {at.Name} at {Server.Host}:{Server.Port} open: stop it, or give this one a store of its own.",
            e.Message
        );
    }

    [Fact]
    public async Task A_lock_whose_session_was_ended_is_taken_again_and_writes_wait_for_it()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var former = Holder(gateway.Data);
        EndLock(gateway.Data);
        await Gateway.UntilAsync(() => Task.FromResult(Holder(gateway.Data) is { } holder && !holder.Equals(former)));

        EndLock(gateway.Data);
        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User());
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Single(await gateway.AccountsAsync(Address));
    }

    [Fact]
    public async Task A_home_that_another_process_has_taken_over_tells_Slack_nothing_and_writes_nothing()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var id = await CreateAsync(gateway);
        await gateway.QuietAsync();
        await gateway.CallsAsync();
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Calling, go.Task);
        gateway.Life.Watch();
        var answer = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""));
        await gateway.Life.ReachedAsync(Step.Calling);

        proxy.IsShut = true;
        proxy.CutAll();
        await using var other = await OpenAsync(TestStore.Of(gateway.Data));
        await new HomeStore(other, Gateway.Tenant).TakeAsync(session =>
            Recovery.TakeOver(session, Gateway.Tenant, new Instant(0))
        );
        proxy.IsShut = false;
        go.SetResult();
        gateway.GiveUp();
        var (status, _, _) = await answer;
        var later = await gateway.SendAsync(HttpMethod.Post, "Users", User("bob", "bob@corp.example"));

        // The other one has taken it on; whether that could still be read is as it was.
        Assert.Contains(status, new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, later.Status);
        Assert.Empty(await gateway.CallsAsync());
        using var kept = gateway.Kept();
        Assert.Equal(LinkState.Pending, kept.Of(id).State);
        Assert.Single(kept.Resources, one => one.SourceId is not null);
    }

    [Fact]
    public async Task A_lock_that_was_another_processs_for_a_moment_ends_no_home()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var (id, home) = (await CreateAsync(gateway), gateway.Home);
        await gateway.QuietAsync();
        proxy.IsShut = true;
        proxy.CutAll();
        var other = await OpenAsync(TestStore.Of(gateway.Data));
        proxy.IsShut = false;

        var meanwhile = await PatchAsync(gateway, id, "title", "\"Countess\"");
        await other.DisposeAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, meanwhile);
        await Gateway.UntilAsync(async () =>
            await PatchAsync(gateway, id, "title", "\"Duchess\"") == HttpStatusCode.OK
        );
        await gateway.QuietAsync();
        Assert.Equal("Duchess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
        Assert.Same(home, gateway.Home);
    }

    [Fact]
    public async Task A_home_whose_tenant_another_process_had_for_a_while_comes_back_by_itself()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var id = await CreateAsync(gateway);
        await gateway.QuietAsync();
        proxy.IsShut = true;
        proxy.CutAll();
        await using (var other = await OpenAsync(TestStore.Of(gateway.Data)))
            await new HomeStore(other, Gateway.Tenant).TakeAsync(session =>
                Recovery.TakeOver(session, Gateway.Tenant, new Instant(0))
            );
        proxy.IsShut = false;

        await Gateway.UntilAsync(async () =>
            await PatchAsync(gateway, id, "title", "\"Duchess\"") == HttpStatusCode.OK
        );

        await gateway.QuietAsync();
        Assert.Equal("Duchess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    public async Task While_a_home_writes_nobody_takes_its_tenant()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = new StoreProxy() });
        var home = new HomeStore(gateway.Store, Gateway.Tenant);
        await home.TakeAsync(_ => { });

        var refused = await home.WriteAsync(
            session =>
            {
                session.First("select 1", row => row.Int()); // what a write begins with goes with what it asks first
                return Assert
                    .Throws<PostgresException>(() =>
                        TestStore.RunIn(gateway.Data, "set lock_timeout = '300ms'; update tenants set epoch = 7")
                    )
                    .SqlState;
            },
            CancellationToken.None
        );

        Assert.Equal(PostgresErrorCodes.LockNotAvailable, refused);
        TestStore.RunIn(gateway.Data, "update tenants set epoch = 7");
        await Assert.ThrowsAsync<HomeEndedException>(() => home.WriteAsync(_ => true, CancellationToken.None));
    }

    [Fact]
    public async Task A_session_of_its_own_that_the_server_holds_to_be_alive_is_not_taken_for_another_process()
    {
        await using var at = await Base.OpenAsync();
        var former = Holder(at.Name);

        at.Proxy.CutUnnoticed();

        await Gateway.UntilAsync(async () =>
        {
            Assert.True(await at.Store.WriteAsync(_ => true, CancellationToken.None));
            return Holder(at.Name) is { } holder && !holder.Equals(former);
        });
        Assert.True(await at.Store.WriteAsync(_ => true, CancellationToken.None));
    }

    [Fact]
    public async Task While_the_lock_is_taken_again_of_a_server_that_stands_still_nobody_waits_for_it()
    {
        var name = $"still-{Environment.ProcessId}";
        await using var proxy = new StoreProxy();
        var store = await Store.OpenAsync(proxy.To(TestStore.Database(name)), CancellationToken.None);
        var connections = proxy.Connections;
        proxy.StandStill();
        proxy.CutAll();
        await Gateway.UntilAsync(() => Task.FromResult(proxy.Connections > connections));

        var begun = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<StoreAwayException>(async () => await store.ReadAloneAsync(_ => true));
        await store.DisposeAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        TestStore.Run($"drop database \"{name}\" with (force)");
    }

    [Fact]
    public async Task A_pooler_that_shares_sessions_is_refused_though_nobody_else_uses_it()
    {
        var name = $"pooled-{Environment.ProcessId}";
        var database = TestStore.Database(name);
        await using var pooler = new Pooler();
        for (var i = 0; i < 2; i++) // the first leaves nothing behind
        {
            var e = await Assert.ThrowsAsync<StoreServerException>(() =>
                Store.OpenAsync(pooler.To(database), CancellationToken.None)
            );
            Assert.EndsWith(
                "is behind a pooler that shares sessions: name the server itself in --store, or have the pooler keep sessions.",
                e.Message
            );
        }
        TestStore.Run($"drop database \"{name}\" with (force)");
    }

    [Fact]
    public async Task The_server_is_told_to_notice_that_a_gateway_is_gone()
    {
        await using var at = await Base.OpenAsync();

        var said = await at.Store.ReadAsync(session =>
            session.First(
                "select concat_ws(' ', current_setting('tcp_keepalives_idle'), current_setting('tcp_keepalives_interval'), current_setting('tcp_keepalives_count'), current_setting('tcp_user_timeout'))",
                row => row.Text()
            )
        );

        Assert.Equal("10 5 3 25000", said);
    }

    [Fact]
    public async Task A_server_that_ends_sessions_that_are_idle_keeps_the_locks()
    {
        var name = $"idle-{Environment.ProcessId}";
        var database = TestStore.Database(name) + ";Options=-c idle_session_timeout=300";
        await using (var store = await Store.OpenAsync(database, CancellationToken.None))
            Assert.Equal(
                "0",
                await store.ReadAloneAsync(session =>
                    session.First("select current_setting('idle_session_timeout')", row => row.Text())
                )
            );
        TestStore.Run($"drop database \"{name}\" with (force)");
    }

    private static NpgsqlConnectionStringBuilder Server => new(TestStore.Server);

    // The server notices a moment later that a connection is gone.
    private static async Task<Store> OpenAsync(string connection)
    {
        Store? store = null;
        await Gateway.UntilAsync(async () =>
        {
            try
            {
                store = await Store.OpenAsync(connection, CancellationToken.None);
            }
            catch (StoreInUseException) { }
            return store is not null;
        });
        return store!;
    }

    // "scimgate" in two halves.
    private const string Held =
        "from pg_locks where locktype = 'advisory' and granted and classid = 1935894893 and objid = 1734440037 and database = (select oid from pg_database where datname = current_database())";

    private static object? Holder(string folder) => TestStore.RunIn(folder, $"select pid {Held}");

    private static object? EndLock(string folder) =>
        TestStore.RunIn(folder, $"select pg_terminate_backend(pid) {Held}");
}
