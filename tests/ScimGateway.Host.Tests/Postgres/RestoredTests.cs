using System.Net;
using Npgsql;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Postgres;
using ScimGateway.Provisioning.Storage.Tables;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>
/// A database that was restored, or whose standby took over without what was written last, is known by what is outside of
/// it, and by what the process remembers.
/// </summary>
public class RestoredTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("speed", "slow")]
    public async Task A_standby_that_takes_over_is_as_good_as_the_former_only_if_it_has_all_that_was_acknowledged(
        bool isBehind
    )
    {
        await using var server = await OwnServer.StartAsync();
        await using var proxy = new StoreProxy(await server.UrlAsync());
        var connection = await server.DatabaseAsync("gateway");
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy, Database = connection });
        var id = await CreateAsync(gateway);
        // As it is until here; the server that it is a copy of comes back at another port.
        await using var standby = await server.CopyAsync(asStandby: true);
        proxy.LeadTo(await server.UrlAsync());
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Store.WhyAway is null));
        if (isBehind)
        {
            await Gateway.UntilAsync(async () => await PatchAsync(gateway, id, "active", "false") == HttpStatusCode.OK);
            Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        }

        await server.CrashAsync();
        await standby.PromoteAsync();
        proxy.LeadTo(await standby.UrlAsync());
        proxy.CutAll();

        if (!isBehind)
        {
            await Gateway.UntilAsync(async () =>
                await PatchAsync(gateway, id, "title", "\"Countess\"") == HttpStatusCode.OK
            );
            Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
            Assert.Equal((0, Standing.Live), (gateway.Store.Restorations, await StandingAsync(gateway)));
            return;
        }
        await Gateway.UntilAsync(async () =>
            gateway.Store.WhyAway is null && await StandingAsync(gateway) == Standing.Shadow
        );
        Assert.Equal(1, gateway.Store.Restorations);
        // Slack hears nothing of what the former server's successor takes for true.
        await Gateway.UntilAsync(async () =>
            await PatchAsync(gateway, id, "title", "\"Countess\"") == HttpStatusCode.OK
        );
        Assert.True((bool)(await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!["active"]!);
        var account = Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal((false, ""), (Active(account), (string?)account["title"]));
    }

    [Theory]
    [InlineData("a new database")]
    [InlineData("the same database")]
    [Trait("speed", "slow")]
    public async Task A_dump_that_was_restored_is_known_at_the_start(string into)
    {
        await using var server = await OwnServer.StartAsync();
        var connection = await server.DatabaseAsync("gateway");
        await OpenAsync(
            connection,
            expected: 0,
            session =>
                session.Execute(
                    "insert into tenants (slug, name, enabled, shadow, preferences, epoch, stopped_cleanly, still, cursor_key) values ('acme', 'Acme', true, false, '{}', 0, true, false, '')"
                )
        );
        var at = new NpgsqlConnectionStringBuilder(connection);
        var dump = Path.Combine(Directory.CreateTempSubdirectory("scimgateway-tests-").FullName, "dump");
        await RunAsync("pg_dump", "--format=custom", $"--file={dump}", "--dbname=gateway");
        if (into == "a new database")
        {
            at.Database = "restored";
            await server.DatabaseAsync("restored");
            await RunAsync("pg_restore", "--exit-on-error", "--dbname=restored", dump);
        }
        else
        {
            await OpenAsync(connection, expected: 0); // the same server, history, database and tables
            await RunAsync("pg_restore", "--exit-on-error", "--clean", "--dbname=gateway", dump);
        }

        await OpenAsync(at.ConnectionString, expected: 1);
        await OpenAsync(at.ConnectionString, expected: 0);
        // What the server's disks are restored by does not change; then an operator takes the row away.
        await OpenAsync(at.ConnectionString, expected: 0, session => session.Execute("delete from store_origin"));
        await OpenAsync(at.ConnectionString, expected: 1);

        Task RunAsync(string program, params string[] arguments) =>
            ServerProgram.RunAsync(at.ConnectionString, program, "", arguments);
    }

    [Theory]
    [InlineData("7 00000001 5 9", "7 00000001 5 9", true)]
    [InlineData("7 00000001 5 9", "8 00000001 5 9", false)]
    [InlineData("7 00000001 5 9", "7 00000002 5 9", false)]
    [InlineData("7 00000001 5 9", "7 00000001 6 9", false)]
    [InlineData("7 00000001 5 9", "7 00000001 5 8", false)]
    [InlineData("- 00000001 5 9", "7 00000001 5 9", true)]
    [InlineData("- - 5 9", "- - 5 9", true)]
    [InlineData("- - 5 9", "- - 5 8", false)]
    public void What_a_server_keeps_to_itself_tells_nothing(string former, string now, bool isSame) =>
        Assert.Equal(isSame, new PostgresOrigin(former).IsSame(new PostgresOrigin(now)));

    private static async Task OpenAsync(string connection, int expected, Func<StoreSession, int>? work = null)
    {
        var restored = 0;
        await using var store = await Store.OpenAsync(connection, _ => ++restored > 0, CancellationToken.None);
        Assert.Equal((expected, expected), (restored, store.Restorations));
        if (work is not null)
            await store.WriteAsync(work, CancellationToken.None);
    }

    // As the store has it: its home may be another one by now.
    private static async Task<Standing> StandingAsync(Gateway gateway)
    {
        try
        {
            return await gateway.Store.ReadAsync(session => Tenants.Find(session, Gateway.Tenant).Standing);
        }
        catch (StoreAwayException)
        {
            return Standing.Disabled; // it is not known yet
        }
    }
}
