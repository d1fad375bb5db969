using System.Data.Common;
using Npgsql;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// A connection to PostgreSQL. What begins a transaction, and what nobody waits for, goes with the statement that
/// follows: each is a way to the server and back.
/// </summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : StoreSession
{
    private readonly List<NpgsqlBatchCommand> _ahead = [];
    private NpgsqlBatch? _underWay;
    private bool _asksNumber;

    /// <summary>The number that the server gave the transaction; null before it answered, or if it is none that writes.</summary>
    public string? Number { get; private set; }

    /// <summary>Ways to the server and back.</summary>
    public int Ways { get; private set; }

    /// <summary>The server's process for it.</summary>
    public int Process => connection.ProcessID;

    /// <summary>Whether the server has answered since this was last set to false.</summary>
    public bool HasAnswered { get; set; }

    /// <summary>Whether the server can be asked by it.</summary>
    public bool IsOpen => connection.State == System.Data.ConnectionState.Open;

    /// <summary>Begins a transaction that writes, and whose outcome can be asked for later by its number.</summary>
    public void Begin()
    {
        _ahead.Clear();
        _ahead.Add(new NpgsqlBatchCommand("begin"));
        _ahead.Add(new NpgsqlBatchCommand("select pg_current_xact_id()::text"));
        (Number, _asksNumber, HasWritten) = (null, true, false);
    }

    /// <summary>Begins one whose statements all see the same.</summary>
    public void BeginReading()
    {
        _ahead.Clear();
        _ahead.Add(new NpgsqlBatchCommand("begin isolation level repeatable read read only"));
        _asksNumber = false;
    }

    /// <summary>Ends the transaction; what it wrote is on the disk then.</summary>
    public void Commit() => End("commit");

    /// <summary>Undoes the transaction, as far as there is a server to undo it.</summary>
    public void RollBack()
    {
        try
        {
            if (IsOpen)
                End("rollback");
        }
        catch (NpgsqlException)
        {
            // without a connection there is no transaction either
        }
    }

    /// <inheritdoc/>
    public override int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = Command(sql, parameters);
        using (Send(command)) { }
        return (int)command.RecordsAffected;
    }

    private protected override DbDataReader Reader(string sql, ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Send(Command(sql, parameters));

    // Without a server there is nothing that could be interrupted.
    private protected override void Interrupt()
    {
        try
        {
            _underWay?.Cancel();
        }
        catch (Exception e) when (PostgresErrors.IsAway(e) || e is IOException or ObjectDisposedException) { }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => connection.Dispose();

    private NpgsqlBatchCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (PostgresText.Known(sql) is not { } text)
        {
            Require(sql);
            text = PostgresText.Of(sql, Writes(sql), parameters.Length > 0, connection);
        }
        HasWritten |= text.Writes;
        return text.With(parameters);
    }

    private void End(string how)
    {
        if (_ahead.Count > 0 && !_asksNumber)
            _ahead.Clear(); // it never began
        else
            using (Send(new NpgsqlBatchCommand(how))) { }
    }

    private NpgsqlDataReader Send(NpgsqlBatchCommand command)
    {
        var batch = connection.CreateBatch();
        foreach (var before in _ahead)
            batch.BatchCommands.Add(before);
        batch.BatchCommands.Add(command);
        _ahead.Clear();
        Ways++;
        _underWay = batch;
        try
        {
            var reader = batch.ExecuteReader();
            HasAnswered = true;
            if (!_asksNumber)
                return reader;
            _asksNumber = false;
            reader.Read();
            Number = reader.GetString(0);
            reader.NextResult();
            return reader;
        }
        catch (PostgresException e) when (PostgresErrors.Violation(e) is { } violation)
        {
            throw violation;
        }
    }
}
