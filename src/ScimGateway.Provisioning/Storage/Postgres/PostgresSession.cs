using Npgsql;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// A connection to PostgreSQL. Each statement alone would be a way to the server and back: what begins a transaction,
/// what nobody waits for, and what is prefetched goes with the statement that is waited for, in the order in which it was
/// said.
/// </summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : StoreSession
{
    private readonly List<Sending> _ahead = [];
    private readonly Dictionary<Query, PostgresRows?> _prefetched = []; // null while it is on its way
    private NpgsqlBatch? _underWay;
    private bool _keepsRows;
    private Receipt? _receipt;
    private bool _hasBegun;
    private bool _prefetches;

    /// <summary>Whether the server has answered since this was last set to false.</summary>
    public bool HasAnswered { get; set; }

    /// <summary>Whether the server can be asked by it.</summary>
    public bool IsOpen => connection.State == System.Data.ConnectionState.Open;

    /// <summary>Begins a transaction that writes.</summary>
    public void Begin()
    {
        Forget();
        _ahead.Add(new Sending(new NpgsqlBatchCommand("begin")));
        (HasWritten, _keepsRows) = (false, true);
    }

    /// <summary>The same, and what became of it can be asked for later by a receipt.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="waits">Whether other processes write for the same tenant, so that it waits for its turn at the server.</param>
    public void Begin(Receipt receipt, bool waits)
    {
        Begin();
        if (waits)
            _ahead.Add(new Sending(receipt.Turn()) { Arrived = _ => { } });
        _ahead.Add(new Sending(receipt.Beginning()) { Arrived = receipt.Begun });
        _receipt = receipt;
    }

    /// <summary>Begins one whose statements all see the same.</summary>
    public void BeginReading()
    {
        Forget();
        _ahead.Add(new Sending(new NpgsqlBatchCommand("begin isolation level repeatable read read only")));
    }

    /// <summary>
    /// Has the transaction leave its receipt with the commit; null if it wrote nothing. The server has begun it by then:
    /// what nobody has seen begin could begin later.
    /// </summary>
    public Receipt? LeaveReceipt()
    {
        if (!HasWritten || _receipt is not { } receipt)
            return null;
        if (!receipt.HasBegun)
            SendAhead();
        _ahead.Add(new Sending(receipt.Leaving()));
        return receipt;
    }

    /// <summary>Ends the transaction; what it wrote is on the disk then.</summary>
    public void Commit() => End("commit");

    /// <summary>Undoes the transaction, as far as there is a server to undo it.</summary>
    public void RollBack()
    {
        _ahead.Clear();
        try
        {
            if (IsOpen)
                End("rollback");
        }
        catch (Exception e) when (e is NpgsqlException || PostgresErrors.IsAway(e))
        {
            // without a connection there is no transaction either
        }
    }

    /// <inheritdoc/>
    public override SqlDialect Sql => PostgresDialect.One;

    /// <inheritdoc/>
    public override int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var text = Text(sql, parameters);
        var sending = new Sending(text.With(parameters));
        Spoil(text);
        Send(sending);
        return (int)sending.Command.RecordsAffected;
    }

    /// <inheritdoc/>
    public override void Put(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var text = Text(sql, parameters);
        Add(new Sending(text.With(parameters)), text);
    }

    /// <inheritdoc/>
    public override void PutOne(
        string sql,
        Func<Exception> otherwise,
        params ReadOnlySpan<(string Name, object? Value)> parameters
    )
    {
        var text = Text(sql, parameters);
        Add(Sending.OrElse(text.Must(parameters), otherwise), text);
    }

    /// <inheritdoc/>
    internal override void Require(
        string sql,
        Func<Exception> otherwise,
        params ReadOnlySpan<(string Name, object? Value)> parameters
    ) => PutOne(sql, otherwise, parameters); // whether it touches or finds it is the statement's

    /// <inheritdoc/>
    internal override void Prefetch(Action<StoreSession> asking)
    {
        _prefetches = true;
        try
        {
            asking(this);
        }
        finally
        {
            _prefetches = false;
        }
    }

    // Without a server there is nothing that could be interrupted.
    private protected override void Interrupt()
    {
        try
        {
            _underWay?.Cancel();
        }
        catch (Exception e) when (PostgresErrors.IsAway(e) || e is ObjectDisposedException) { }
    }

    private protected override Rows Rows(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var text = Text(sql, parameters);
        var asked = _prefetches || _prefetched.Count > 0 ? new Query(text, parameters) : null;
        if (_prefetches)
        {
            if (_prefetched.TryAdd(asked!, null))
                _ahead.Add(new Sending(text.With(parameters)) { Arrived = rows => Keep(asked!, rows) });
            return new Rows(PostgresRows.None.Again());
        }
        if (asked is not null && _prefetched.TryGetValue(asked, out var prefetched))
        {
            if (prefetched is null)
                SendAhead();
            return new Rows(_prefetched[asked]!.Again());
        }
        var result = PostgresRows.None;
        var sending = new Sending(text.With(parameters)) { Arrived = rows => result = rows };
        Spoil(text);
        var reader = Send(sending);
        return new Rows(reader is null ? result.Again() : new PostgresRows(reader));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => connection.Dispose();

    private PostgresText Text(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (PostgresText.Known(sql) is { } known)
            return known;
        KeepApart(sql);
        return PostgresText.Of(sql, Writes(sql), parameters.Length > 0, connection);
    }

    private void Add(Sending sending, PostgresText text)
    {
        Spoil(text);
        _ahead.Add(sending);
    }

    // What comes back of a table that is to be written meanwhile is of before that.
    private void Keep(Query asked, PostgresRows rows)
    {
        if (_prefetched.ContainsKey(asked))
            _prefetched[asked] = rows;
    }

    // What was prefetched holds until its table is written.
    private void Spoil(PostgresText text)
    {
        if (!text.Writes)
            return;
        HasWritten = true;
        foreach (var asked in _prefetched.Keys.Where(asked => asked.Text.Reads(text)).ToList())
            _prefetched.Remove(asked);
    }

    private void Forget()
    {
        _ahead.Clear();
        _prefetched.Clear();
        (_hasBegun, _keepsRows, _receipt) = (false, false, null);
    }

    private void End(string how)
    {
        if (_hasBegun || _ahead.Exists(sending => sending.Command.CommandText is not "begin"))
            Send(new Sending(new NpgsqlBatchCommand(how)));
        Forget();
    }

    // Sends all that is to go, and reads what comes back; of a session that keeps no rows its caller reads.
    private NpgsqlDataReader? Send(Sending sending)
    {
        _ahead.Add(sending);
        return SendAhead(streams: sending.Arrived is not null);
    }

    private NpgsqlDataReader? SendAhead(bool streams = false)
    {
        var batch = connection.CreateBatch();
        List<Sending> all = [.. _ahead];
        foreach (var one in all)
            batch.BatchCommands.Add(one.Command);
        _ahead.Clear();
        _hasBegun = true;
        _underWay = batch;
        NpgsqlDataReader? reader = null;
        try
        {
            reader = batch.ExecuteReader();
            HasAnswered = true;
            var streamed = _keepsRows || !streams ? null : all[^1];
            foreach (var one in all)
                if (one == streamed)
                    return Interlocked.Exchange(ref reader, null);
                else if (one.Arrived is { } arrived)
                {
                    arrived(PostgresRows.Keep(reader));
                    one.IsAwaited = false;
                    reader.NextResult();
                }
            return null;
        }
        catch (PostgresException e) when (PostgresErrors.Violation(e) is { } violation)
        {
            throw violation;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DivisionByZero)
        {
            // What stands before it in the batch has come back.
            throw all.Find(one => one is { IsAwaited: true, Arrived: not null })?.Otherwise?.Invoke() ?? e;
        }
        finally
        {
            reader?.Dispose();
        }
    }

    /// <summary>A statement on its way.</summary>
    private sealed class Sending(NpgsqlBatchCommand command)
    {
        /// <summary>What is sent.</summary>
        public NpgsqlBatchCommand Command => command;

        /// <summary>Takes what it brings; null of a statement that brings nothing.</summary>
        public Action<PostgresRows>? Arrived { get; init; }

        /// <summary>Whether what it brings has not come yet.</summary>
        public bool IsAwaited { get; set; } = true;

        /// <summary>What it means if the server has to divide by zero for it.</summary>
        public Func<Exception>? Otherwise { get; private init; }

        /// <summary>One that fails at the server, before a commit that goes with it, unless there is a row.</summary>
        public static Sending OrElse(NpgsqlBatchCommand command, Func<Exception> otherwise) =>
            new(command) { Arrived = _ => { }, Otherwise = otherwise };
    }

    /// <summary>A query with its values.</summary>
    private sealed class Query : IEquatable<Query>
    {
        private readonly object[] _values;

        public Query(PostgresText text, ReadOnlySpan<(string Name, object? Value)> values)
        {
            Text = text;
            _values = new object[values.Length];
            for (var i = 0; i < values.Length; i++)
                _values[i] = Plain(values[i].Value) is IEnumerable<ResourceId> ids
                    ? string.Join(' ', ids)
                    : Plain(values[i].Value);
        }

        public PostgresText Text { get; }

        public bool Equals(Query? other) =>
            other is not null && other.Text == Text && other._values.SequenceEqual(_values);

        public override bool Equals(object? obj) => Equals(obj as Query);

        public override int GetHashCode() => Text.GetHashCode();
    }
}
