using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>Where a database is, and what each connection to it is to be like.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    // Which 'create or replace trigger' is of.
    private const int LeastVersion = 14;

    /// <summary>How long opening a session may take.</summary>
    public static readonly TimeSpan UntilOpen = TimeSpan.FromSeconds(6);

    // A statement that hangs must not hold its tenant for ever; nor may one of ours that stands still. What a gateway holds
    // that is gone without a word, its lock above all, the server lets go of in some 25 seconds.
    private const string Settings =
        "set synchronous_commit = on; set statement_timeout = '10s'; set lock_timeout = '3s'; set idle_in_transaction_session_timeout = '10s'; set idle_session_timeout = 0; "
        + "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set tcp_user_timeout = '25s'; "
        + "set default_transaction_isolation = 'read committed'";

    // One of several that stands still in a transaction keeps the tenant from the one that takes it over.
    private const string SettingsOfCluster = Settings + "; set idle_in_transaction_session_timeout = '3s'";

    // A start has as long as it takes to bring large tables up to date.
    private const string SettingsOfStart = Settings + "; set statement_timeout = 0; set lock_timeout = '30s'";

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _patient;
    private readonly string _name;
    private readonly string _settings;

    private PostgresServer(NpgsqlDataSource source, NpgsqlDataSource patient, string name, string settings) =>
        (_source, _patient, _name, _settings) = (source, patient, name, settings);

    /// <summary>What people call it.</summary>
    public string Name => _name;

    /// <summary>A server of which nothing is known yet.</summary>
    /// <exception cref="StoreAddressException">The connection string has a key that there is not, or a value that none can be.</exception>
    public static PostgresServer Of(string connection, bool isOfCluster = false)
    {
        try
        {
            var asked = new NpgsqlConnectionStringBuilder(connection);
            return MayBeTold(asked) ? Of(asked, isOfCluster ? SettingsOfCluster : Settings) : throw Unreadable();
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw Unreadable();
        }
    }

    // What was read as a keyword or value may be a piece of a password, so that neither it nor Npgsql's exception is told.
    private static StoreAddressException Unreadable() =>
        new(
            "The connection string of the store cannot be read: look at its keywords and values, and put a value that has a ';' between quotes."
        );

    // Whoever writes it as other programs have it ('host=… password=…', 'postgres://user:password@…') gets all of it as the
    // value of one keyword, which would be told as the name of a host, user or database.
    private static bool MayBeTold(NpgsqlConnectionStringBuilder asked) =>
        asked.Host?.IndexOf('@', 1) is null or < 0 // at its beginning it is a socket's
        && !$"{asked.Host}{asked.Username}{asked.Database}".Any(letter => letter is '=' || char.IsControl(letter));

    private static PostgresServer Of(NpgsqlConnectionStringBuilder asked, string settings)
    {
        // The store keeps its own connections: one that is let go of in a transaction would be handed out with it.
        asked.Pooling = false;
        asked.TcpKeepAlive = true;
        asked.Timeout = 5;
        asked.CommandTimeout = 12; // a server that is there has ended the statement before
        asked.CancellationTimeout = -1; // and one that is not is not asked to
        asked.MaxAutoPrepare = 256;
        asked.AutoPrepareMinUsages = 2;
        asked.ApplicationName ??= "ScimGateway";
        asked.IncludeErrorDetail = false; // it may name people
        if (asked.Host?.Contains(',', StringComparison.Ordinal) == true)
            asked.TargetSessionAttributes = "primary"; // the others can only be read, and say what was
        var name = $"{asked.Database ?? asked.Username} at {asked.Host}:{asked.Port}";
        var source = NpgsqlDataSource.Create(asked);
        asked.CommandTimeout = 0;
        return new PostgresServer(source, NpgsqlDataSource.Create(asked), name, settings);
    }

    /// <summary>An open connection, within the time that opening may take.</summary>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancel) => OpenAsync(_source, _settings, cancel);

    /// <summary>The same for a start, whose statements take as long as they take.</summary>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public Task<NpgsqlConnection> OpenToPrepareAsync(CancellationToken cancel) =>
        OpenAsync(_patient, SettingsOfStart, cancel);

    private static async Task<NpgsqlConnection> OpenAsync(
        NpgsqlDataSource source,
        string settings,
        CancellationToken cancel
    )
    {
        // Npgsql's own limit is for each step of opening, and has been seen to be passed by a minute; nor does each step
        // end when it is to. What is given up ends by itself, and blocks no thread.
        var opening = OpenAsync(source, settings);
        try
        {
            return await opening.WaitAsync(UntilOpen, TimeProvider.System, cancel);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _ = EndAsync(opening);
            throw;
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, string settings)
    {
        var connection = await ConnectAsync(source);
        try
        {
            await AskAsync(connection, settings, CancellationToken.None);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Files that are named are read each time, and may be out of reach as a server may: then it is tried again, too.
    private static async Task<NpgsqlConnection> ConnectAsync(NpgsqlDataSource source)
    {
        try
        {
            return await source.OpenConnectionAsync();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or CryptographicException)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static async Task EndAsync(Task<NpgsqlConnection> opening)
    {
        try
        {
            await (await opening).DisposeAsync();
        }
        catch (Exception e) when (PostgresErrors.IsAway(e) || e is InvalidOperationException)
        {
            // it never opened
        }
    }

    /// <summary>The same for a program that only looks on, and whose thread nobody else needs.</summary>
    public NpgsqlConnection Open()
    {
        var connection = _source.OpenConnection();
        using var command = new NpgsqlCommand(_settings, connection);
        command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>A first connection, to a server that can be the gateway's store.</summary>
    /// <exception cref="StoreServerException">It cannot be.</exception>
    public async Task<NpgsqlConnection> OpenFirstAsync(CancellationToken cancel)
    {
        NpgsqlConnection connection;
        try
        {
            connection = await OpenAsync(cancel);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedObject) // a setting that it has not
        {
            throw new StoreServerException(
                $"The PostgreSQL database {_name} does not know what it is asked for ({e.MessageText}): it has to be of version {LeastVersion} or newer, and to know the Options in its connection string.",
                e
            );
        }
        catch (PostgresException e)
        {
            throw new StoreServerException(
                $"The PostgreSQL database {_name} refuses the gateway ({e.MessageText}): look at user, password and database in its connection string.",
                e
            );
        }
        catch (Exception e) when (PostgresErrors.IsUnreachable(e))
        {
            throw new StoreServerException(
                $"The PostgreSQL database {_name} cannot be reached ({PostgresErrors.Words(e)}): see that the server runs, and look at host and port in its connection string.",
                e
            );
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            throw new StoreServerException(
                $"The PostgreSQL database {_name} cannot be connected with ({PostgresErrors.Words(e)}): look at Password or Passfile, and at SSL Mode and Root Certificate, in its connection string.",
                e
            );
        }
        catch (Exception e) when (e is ArgumentException or FormatException) // as of a port that none can be
        {
            throw Unreadable();
        }
        try
        {
            Require(
                _name,
                connection.PostgreSqlVersion,
                await AskAsync(connection, "show server_encoding", cancel),
                await AskAsync(connection, "show transaction_read_only", cancel)
            );
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first thing that one statement says; null if nothing.</summary>
    public static async Task<string?> AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command)
            return (string?)await command.ExecuteScalarAsync(cancel);
    }

    /// <summary>The sessions of this database that hold an advisory lock, to be selected from.</summary>
    public static string Held(long key) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"pg_locks where locktype = 'advisory' and granted and objsubid = 1 and database = (select oid from pg_database where datname = current_database()) and classid::bigint = {(uint)(key >> 32)} and objid::bigint = {(uint)key}"
        );

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _patient.DisposeAsync();
    }

    /// <summary>Requires what a store needs of a server.</summary>
    /// <exception cref="StoreServerException">It is not so.</exception>
    internal static void Require(string name, Version version, string? encoding, string? isReadOnly)
    {
        var wrong =
            version.Major < LeastVersion ? $"is of version {version}; {LeastVersion} or newer is needed"
            : encoding != "UTF8" ? $"keeps texts as {encoding}; make one with encoding 'UTF8'"
            : isReadOnly != "off"
                ? "can only be read; connect to the primary if it is a standby, else see that default_transaction_read_only is off for it and its user"
            : null;
        if (wrong is not null)
            throw new StoreServerException($"The PostgreSQL database {name} {wrong}.");
    }
}
