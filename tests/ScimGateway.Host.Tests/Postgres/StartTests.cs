using System.Diagnostics;
using ScimGateway.Provisioning.Storage;
using Xunit;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>A start takes as long as it takes, and says what is wrong in a sentence.</summary>
public class StartTests
{
    [Fact]
    [Trait("speed", "slow")]
    public async Task Bringing_the_tables_up_to_date_may_take_longer_than_a_statement_otherwise_may()
    {
        var name = $"slow-{Environment.ProcessId}";
        var database = TestStore.Database(name);
        TestStore.RunIn(name, "drop trigger count_shown on resources");
        Hinder(name, "perform pg_sleep(13)");

        var begun = Stopwatch.GetTimestamp();
        await (await Store.OpenAsync(database, CancellationToken.None)).DisposeAsync();

        Assert.True(Stopwatch.GetElapsedTime(begun) > TimeSpan.FromSeconds(13));
        TestStore.Run($"drop database \"{name}\" with (force)");
    }

    [Fact]
    public async Task Another_start_of_the_same_build_counts_nothing_and_one_that_has_to_and_fails_says_so()
    {
        var name = $"hindered-{Environment.ProcessId}";
        var database = TestStore.Database(name);
        Hinder(name, "raise exception 'no room for it'");

        await (await Store.OpenAsync(database, CancellationToken.None)).DisposeAsync();
        TestStore.RunIn(name, "drop trigger count_shown on resources");
        var e = await Assert.ThrowsAsync<StoreServerException>(() => Store.OpenAsync(database, CancellationToken.None));

        Assert.Matches(
            $"^The PostgreSQL database {name} at .* could not be made ready to be the store \\(no room for it\\): see to that, and start again.$",
            e.Message
        );
        TestStore.Run($"drop database \"{name}\" with (force)");
    }

    [Fact]
    public async Task A_database_of_a_version_that_is_not_known_is_refused_with_what_to_do()
    {
        var name = $"newer-{Environment.ProcessId}";
        var database = TestStore.Database(name);
        TestStore.RunIn(name, "update schema_stamp set build = 'another'");
        await (await Store.OpenAsync(database, CancellationToken.None)).DisposeAsync(); // another one of the same tables

        TestStore.RunIn(name, "update schema_stamp set build = 'another'");
        TestStore.RunIn(name, "insert into \"__EFMigrationsHistory\" values ('20990101000000_Future', '10.0')");
        var refusal = await Assert.ThrowsAsync<StoreUnknownException>(() =>
            Store.OpenAsync(database, CancellationToken.None)
        );

        Assert.Matches(
            $"^The store {name} at .* was made by another version of the gateway \\(20990101000000_Future\\), .* or give this one a data folder or database of its own.$",
            refusal.Message
        );
        TestStore.Run($"drop database \"{name}\" with (force)");
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Of_several_servers_the_one_that_can_be_written_is_the_store()
    {
        await using var server = await OwnServer.StartAsync();
        await server.DatabaseAsync("gateway");
        await using var standby = await server.CopyAsync(asStandby: true);
        var hosts = (await standby.UrlAsync(), await server.UrlAsync());

        await using var store = await Store.OpenAsync(
            $"Host={At(hosts.Item1)},{At(hosts.Item2)};Username=gateway;Database=gateway",
            CancellationToken.None
        );

        Assert.Equal(
            "off",
            await store.ReadAsync(session =>
                session.First("select current_setting('in_hot_standby')", row => row.Text())
            )
        );

        static string At(string url)
        {
            var parts = new Npgsql.NpgsqlConnectionStringBuilder(url);
            return $"{parts.Host}:{parts.Port}";
        }
    }

    // What is counted is written after what was is taken away.
    private static void Hinder(string name, string how) =>
        TestStore.RunIn(
            name,
            $$"""
            create function hinder() returns trigger language plpgsql as $body$ begin {{how}}; return null; end $body$;
            create trigger hinder before delete on shown_totals for each statement execute function hinder()
            """
        );
}
