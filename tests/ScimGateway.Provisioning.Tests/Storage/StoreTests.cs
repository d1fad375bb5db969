using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Storage;

/// <summary>The SQLite file: what shares a commit, and when its tables are looked after.</summary>
public sealed class StoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;

    private string File => Path.Combine(_folder, "gateway.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_query_ends_where_it_is_when_nobody_waits_for_it_and_the_next_one_is_sound()
    {
        await using var store = await OpenAsync();
        for (var round = 0; round < 20; round++)
        {
            using var gone = new CancellationTokenSource();
            using var begun = new ManualResetEventSlim();
            // One row, and then none without an end.
            var reading = Task.Factory.StartNew(
                () =>
                    store.Read(
                        session =>
                            session.All(
                                "select x from (with recursive n(x) as (select 1 union all select x + 1 from n) select x from n) where x = 1 or x < 0",
                                row =>
                                {
                                    begun.Set();
                                    return row.Int();
                                }
                            ),
                        gone.Token
                    ),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            begun.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

            await gone.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                reading.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)
            );
            Assert.Equal([7], store.Read(session => session.All("select 7", row => row.Int())));
        }
    }

    [Fact]
    public async Task Whoever_has_gone_before_is_read_nothing_and_who_goes_afterwards_harms_nobody()
    {
        await using var store = await OpenAsync();
        using var gone = new CancellationTokenSource();
        Assert.Equal(7, store.Read(session => session.First("select 7", row => row.Int()), gone.Token));

        await gone.CancelAsync();

        Assert.Equal(8, store.Read(session => session.First("select 8", row => row.Int())));
        Assert.ThrowsAny<OperationCanceledException>(() => store.Read(_ => true, gone.Token));
        Assert.Equal(9, store.Read(session => session.First("select 9", row => row.Int())));
    }

    [Fact]
    public async Task Work_that_breaks_after_it_has_written_takes_none_of_its_neighbours_with_it()
    {
        await using var store = await OpenAsync();
        await store.WriteAsync(
            session => session.Execute("create table words (word integer not null)"),
            CancellationToken.None
        );

        // The first one holds the writer until the others have gathered behind it.
        var all = new List<Task<int>>();
        var isFull = false;
        var first = store.WriteAsync(
            _ =>
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref isFull));
                return true;
            },
            CancellationToken.None
        );
        for (var i = 0; i < 30; i++)
        {
            var word = i;
            all.Add(store.WriteAsync(session => Write(session, word), CancellationToken.None));
        }
        Volatile.Write(ref isFull, true);
        await first;

        for (var i = 0; i < all.Count; i++)
            if (i % 10 == 9)
                Assert.Equal($"{i}", (await Assert.ThrowsAsync<InvalidOperationException>(() => all[i])).Message);
            else
                Assert.Equal(i, await all[i]);
        Assert.Equal(
            Enumerable.Range(0, 30).Where(i => i % 10 != 9),
            store.Read(session => session.All("select word from words order by word", row => row.Int()))
        );

        static int Write(StoreSession session, int word)
        {
            session.Execute("insert into words (word) values (@word)", ("@word", word));
            return word % 10 == 9 ? throw new InvalidOperationException($"{word}") : word;
        }
    }

    [Fact]
    public async Task A_new_file_is_what_the_migrations_would_have_made_of_an_empty_one()
    {
        var empty = Path.Combine(_folder, "empty.db");
        System.IO.File.WriteAllBytes(empty, []);
        await using var migrated = await SqliteStore.OpenAsync(empty, _ => false, CancellationToken.None);
        await using var made = await OpenAsync();

        var tables = Tables(made);
        Assert.Equal(Tables(migrated), tables);
        Assert.Contains(
            tables,
            sql => sql.Contains("create unique index \"IX_tenants_slug\"", StringComparison.OrdinalIgnoreCase)
        );
        Assert.Equal(Migrations(migrated), Migrations(made));

        static List<string> Tables(Store store) =>
            store.Read(session =>
                session.All(
                    "select sql from sqlite_master where sql is not null and name <> '__EFMigrationsLock' order by type, name",
                    row => row.Text()
                )
            );

        static List<string> Migrations(Store store) =>
            store.Read(session =>
                session.All("select \"MigrationId\" from \"__EFMigrationsHistory\" order by 1", row => row.Text())
            );
    }

    [Fact]
    public async Task A_file_that_this_build_has_brought_up_to_date_is_opened_as_it_is()
    {
        await MakeAsync("delete from \"__EFMigrationsHistory\"");

        await using var store = await OpenAsync(); // else the tables would be made again, and are there
    }

    [Fact]
    public async Task A_file_of_another_build_is_brought_up_to_date_once()
    {
        await MakeAsync("update schema_stamp set build = 'another'");

        await using var store = await OpenAsync();

        Assert.True(store.Read(session => SchemaStamp.IsOurs(session, SqliteSchema.Tables)));
    }

    [Fact]
    public async Task The_migrations_of_a_file_of_another_build_are_run()
    {
        await MakeAsync("update schema_stamp set build = 'another'", "delete from \"__EFMigrationsHistory\"");

        var clash = await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(OpenAsync);

        Assert.Contains("already exists", clash.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_version_that_is_not_known_is_refused_with_what_to_do()
    {
        await MakeAsync(
            "update schema_stamp set build = 'another'",
            "insert into \"__EFMigrationsHistory\" values ('20990101000000_Future', '10.0')"
        );

        var refusal = await Assert.ThrowsAsync<StoreUnknownException>(OpenAsync);

        Assert.Contains("20990101000000_Future", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("data folder or database of its own", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_takes_its_parameters_by_their_names_in_whatever_order_each_call_gives_them()
    {
        const string Minus = "select @of - @what";
        await using var store = await OpenAsync();

        var (one, other) = store.Read(session =>
            (
                session.First(Minus, row => row.Int(), ("@of", 5), ("@what", 2)),
                session.First(Minus, row => row.Int(), ("@what", 2), ("@of", 5))
            )
        );

        Assert.Equal((3, 3), (one, other));
    }

    [Fact]
    public async Task A_parameter_that_is_not_given_does_not_keep_its_value_from_before()
    {
        const string Minus = "select @of - @what";
        await using var store = await OpenAsync();
        store.Read(session => session.First(Minus, row => row.Int(), ("@of", 5), ("@what", 2)));

        Assert.Throws<ArgumentException>(() =>
            store.Read(session => session.First(Minus, row => row.Int(), ("@of", 5)))
        );
        Assert.Throws<ArgumentException>(() =>
            store.Read(session => session.First(Minus, row => row.Int(), ("@of", 5), ("@that", 2)))
        );
    }

    // As where a store is closed while somebody reads still, and the next one opens the same file.
    [Fact]
    public async Task A_connection_that_is_let_go_of_in_a_transaction_leaves_none_open_for_the_next_one()
    {
        await MakeAsync("delete from \"__EFMigrationsHistory\"");
        using (var session = new SqliteSession(SqliteFile.OpenReader(File)))
        {
            session.Execute("begin");
            SchemaStamp.IsOurs(session, SqliteSchema.Tables);
        }

        using var next = new SqliteSession(SqliteFile.OpenReader(File));

        Assert.Equal(0, next.Execute("begin"));
    }

    private Task<Store> OpenAsync() => SqliteStore.OpenAsync(File, _ => false, CancellationToken.None);

    private async Task MakeAsync(params string[] statements)
    {
        await using var store = await OpenAsync();
        await store.WriteAsync(session => statements.Sum(sql => session.Execute(sql)), CancellationToken.None);
    }
}
