using Npgsql;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Provisioning.Storage;
using Xunit;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>A store that cannot be one is told in one sentence, without the password.</summary>
public class WrongServerTests
{
    private const string Secret = "hunter2-secret";

    [Theory]
    [InlineData(
        "Host=127.0.0.1;Password=ab;hunter2-secret=ef",
        "The connection string of the store cannot be read: look at its keywords and values, and put a value that has a ';' between quotes."
    )] // a piece of a password
    [InlineData(
        "Host=127.0.0.1;Port=1",
        "The PostgreSQL database nobody at 127.0.0.1:1 cannot be reached (*): see that the server runs, and look at host and port in its connection string."
    )]
    [InlineData(
        "Host=127.0.0.1;Colour=blue",
        "The connection string of the store cannot be read: look at its keywords and values, and put a value that has a ';' between quotes."
    )]
    [InlineData(
        "Host=127.0.0.1;Port=many",
        "The connection string of the store cannot be read: look at its keywords and values, and put a value that has a ';' between quotes."
    )]
    [InlineData(
        "Host=127.0.0.1;Port=99999",
        "The connection string of the store cannot be read: look at its keywords and values, *"
    )]
    [InlineData("Host=127.0.0.1:many", "The connection string of the store cannot be read: *")]
    [InlineData("Host=127.0.0.1;Multiplexing=true", "The connection string of the store cannot be read: *")]
    [InlineData(
        "Server=127.0.0.1",
        "The store is named by a connection string: 'Data Source=PATH' for a SQLite file, *"
    )]
    [InlineData("Host=127.0.0.1;;=;", "The store is named by a connection string: *")]
    [InlineData("gateway.db", "The store is named by a connection string: *")]
    public async Task What_leads_nowhere_is_told_in_a_sentence(string connection, string sentence) =>
        await IsToldAsync($"{connection};Username=nobody;Database=nobody;Password={Secret}", sentence);

    [Theory]
    [InlineData($"host=127.0.0.1 port=1 user=gateway password={Secret}")] // as psql has it
    [InlineData($"Host=postgres://gateway:{Secret}@127.0.0.1:1/gateway")]
    [InlineData($"Host={Secret}@127.0.0.1;Port=1")]
    [InlineData($"Host=127.0.0.1;Port=1;Username=gateway;Database=gateway password={Secret}")]
    [InlineData($"Host=127.0.0.1;Port=1;Username=gateway password={Secret}")]
    [InlineData($"Host=127.0.0.1\nPassword={Secret}")]
    public async Task A_password_that_was_read_into_another_value_is_not_told(string connection) =>
        await IsToldAsync(
            connection,
            "The connection string of the store cannot be read: look at its keywords and values, and put a value that has a ';' between quotes."
        );

    [Fact]
    public async Task A_database_that_is_not_named_is_its_users() =>
        await IsToldAsync(
            $"Host=127.0.0.1;Port=1;Username=nobody;Password={Secret}",
            "The PostgreSQL database nobody at 127.0.0.1:1 cannot be reached *"
        );

    [Fact]
    public async Task What_the_server_refuses_is_told_in_a_sentence()
    {
        var database = TestStore.Database($"wrong-{Environment.ProcessId}");
        var server = new NpgsqlConnectionStringBuilder(database);
        var name = $"{server.Database} at {server.Host}:{server.Port}";
        await IsToldAsync(
            With(database, one => one.Username = "stranger"),
            $"The PostgreSQL database {name} refuses the gateway (role \"stranger\" does not exist): look at user, password and database in its connection string."
        );
        await IsToldAsync(
            With(database, one => one.Database = "nowhere"),
            $"The PostgreSQL database nowhere at {server.Host}:{server.Port} refuses the gateway (database \"nowhere\" does not exist): look at user, password and database in its connection string."
        );
        await IsToldAsync(
            With(database, one => one.Encoding = "none"),
            "The connection string of the store cannot be read: look at its keywords and values, and put a value that has a ';' between quotes."
        );
        await IsToldAsync( // as of a server that is too old for a setting
            With(database, one => one.Options = "-c no_such_setting=1"),
            $"The PostgreSQL database {name} does not know what it is asked for (unrecognized configuration parameter \"no_such_setting\"): it has to be of version 14 or newer, and to know the Options in its connection string."
        );
        TestStore.Run($"alter database \"{server.Database}\" set default_transaction_read_only = on");
        await IsToldAsync(
            database,
            $"The PostgreSQL database {name} can only be read; connect to the primary if it is a standby, else see that default_transaction_read_only is off for it and its user."
        );
        TestStore.Run($"drop database \"{server.Database}\" with (force)");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_start_that_is_no_first_one_makes_nothing_where_there_is_no_store(bool isDatabase)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-empty-");
        if (isDatabase)
        {
            _ = TestStore.Database("postgres");
            TestStore.Run($"create database \"{folder.Name}\" template template0");
        }
        var (file, key) = (Path.Combine(folder.FullName, "other.db"), Path.Combine(folder.FullName, "master.key"));
        await File.WriteAllTextAsync(key, Convert.ToBase64String(new byte[32]), TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var store = isDatabase ? $"{TestStore.Server};Database={folder.Name}" : $"Data Source={file}";

        var (code, _, error) = await Started.RunAsync(["serve", "--data", folder.FullName, "--store", store]);

        Assert.NotEqual(0, code);
        Assert.Contains("Begin with 'serve --init'", error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        if (isDatabase)
        {
            const string all = "select count(*) from pg_class where relnamespace = 'public'::regnamespace";
            Assert.Equal(0L, TestStore.RunIn(folder.Name, all));
            TestStore.Run($"drop database \"{folder.Name}\" with (force)");
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Whoever_may_make_no_tables_is_told_what_he_wants()
    {
        var name = $"poor-{Environment.ProcessId}";
        _ = TestStore.Database("postgres");
        TestStore.Run($"create database \"{name}\" template template0");
        TestStore.RunIn(name, "revoke create on schema public from public");
        TestStore.Run($"create role \"{name}\" login");
        var connection = With(TestStore.Database(name), one => one.Username = name);
        var server = new NpgsqlConnectionStringBuilder(connection);

        await IsToldAsync(
            connection,
            $"The PostgreSQL database {name} at {server.Host}:{server.Port} could not be made ready to be the store (permission denied for schema public): have the user of --store own the database, or the schema and the tables in it, and start again."
        );
        TestStore.Run($"drop database \"{name}\" with (force)");
        TestStore.Run($"drop role \"{name}\"");
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task What_comes_to_no_agreement_with_the_server_is_told_in_a_sentence()
    {
        await using var server = await OwnServer.StartAsync();
        var database = await server.DatabaseAsync("gateway");
        await server.WantPasswordsAsync();
        var at = new NpgsqlConnectionStringBuilder(database);
        foreach (
            var (more, why) in new[]
            {
                ("SSL Mode=Disable", "No password has been provided *"),
                ("Passfile=/nowhere/pgpass", "Could not find *"),
                ("SSL Mode=Require", "*SSL*"), // which this server has not
            }
        )
            await IsToldAsync(
                $"{database};{more}",
                $"The PostgreSQL database gateway at {at.Host}:{at.Port} cannot be connected with ({why}): look at Password or Passfile, and at SSL Mode and Root Certificate, in its connection string."
            );
        await IsToldAsync(
            $"{database};Password={Secret}",
            $"The PostgreSQL database gateway at {at.Host}:{at.Port} refuses the gateway (password authentication failed for user \"gateway\"): look at user, password and database in its connection string."
        );
    }

    [Fact]
    public async Task A_database_that_is_not_named_is_told_of_by_the_name_that_it_has_then()
    {
        var server = new NpgsqlConnectionStringBuilder(TestStore.Database("postgres")) { Database = null };

        await IsToldAsync(
            With(server.ConnectionString, one => one.Username = "stranger"),
            $"The PostgreSQL database stranger at {server.Host}:{server.Port} refuses the gateway (role \"stranger\" does not exist): look at user, password and database in its connection string."
        );
    }

    [Theory]
    [InlineData("SQL_ASCII")]
    [InlineData("LATIN1")]
    public async Task A_database_of_another_encoding_is_told_of(string encoding)
    {
        var name = $"{encoding.ToLowerInvariant()}-{Environment.ProcessId}";
        _ = TestStore.Database("postgres");
        TestStore.Run($"create database \"{name}\" template template0 encoding '{encoding}' locale 'C'");
        var connection = With(TestStore.Database(name), _ => { });
        var server = new NpgsqlConnectionStringBuilder(connection);

        await IsToldAsync(
            connection,
            $"The PostgreSQL database {name} at {server.Host}:{server.Port} keeps texts as {encoding}; make one with encoding 'UTF8'."
        );
        TestStore.Run($"drop database \"{name}\" with (force)");
    }

    [Theory]
    [InlineData(12, 9)]
    [InlineData(13, 22)]
    public void A_server_that_is_too_old_is_told_of(int major, int minor)
    {
        var e = Assert.Throws<StoreServerException>(() =>
            Provisioning.Storage.Postgres.PostgresServer.Require(
                "gateway at db:5432",
                new Version(major, minor),
                "UTF8",
                "off"
            )
        );

        Assert.Equal(
            $"The PostgreSQL database gateway at db:5432 is of version {major}.{minor}; 14 or newer is needed.",
            e.Message
        );
    }

    private static string With(string connection, Action<NpgsqlConnectionStringBuilder> change)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection) { Password = Secret };
        change(parts);
        return parts.ConnectionString;
    }

    // As the demo says it: the message alone, and exit code 1.
    private static async Task IsToldAsync(string connection, string sentence)
    {
        var e = await Assert.ThrowsAnyAsync<IOException>(() => Store.OpenAsync(connection, CancellationToken.None));
        Assert.Matches(
            "^"
                + System
                    .Text.RegularExpressions.Regex.Escape(sentence)
                    .Replace("\\*", "[^\\n]*", StringComparison.Ordinal)
                + "$",
            e.Message
        );
        Assert.DoesNotContain(Secret, e.Message);
        Assert.DoesNotContain("\n", e.Message);
        Assert.Equal(
            1,
            await DemoCommand.RunAsync(
                new DemoOptions
                {
                    Urls = new Uri("http://127.0.0.1:0"),
                    Slack = new Uri("http://127.0.0.1:1"),
                    Store = connection,
                },
                TimeProvider.System
            )
        );
    }
}
