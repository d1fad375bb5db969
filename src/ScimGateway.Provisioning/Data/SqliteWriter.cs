using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace ScimGateway.Provisioning.Data;

/// <summary>The one writer of a SQLite file: what queues up while a commit is on its way shares the next one.</summary>
public sealed class SqliteWriter : IAsyncDisposable
{
    private const int MostPerCommit = 512;

    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Dictionary<string, SqliteCommand> _prepared = [];
    private readonly SqliteConnection _connection;
    private readonly Task _loop;

    /// <param name="connection">Open, with synchronous=full: a task completes when its work is on the disk.</param>
    public SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Runs the work in a transaction of its own or shared; returns once that is durable. The work must not wait for anything.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteWriter, T> work, CancellationToken ct)
    {
        var item = new Work<T>(work);
        await _queue.Writer.WriteAsync(item, ct);
        return await item.Done.Task;
    }

    /// <summary>A command of the writing connection, prepared once for each text. Only inside work.</summary>
    public SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            _prepared[sql] = command = _connection.CreateCommand();
#pragma warning disable CA2100 // the texts are constants of the gateway
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, _) in parameters)
                command.Parameters.Add(new SqliteParameter(name, null));
        }

        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        return command;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        foreach (var command in _prepared.Values)
            await command.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task LoopAsync()
    {
        var batch = new List<Work>(MostPerCommit);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            try
            {
                Command("begin immediate").ExecuteNonQuery();
                while (batch.Count < MostPerCommit && _queue.Reader.TryRead(out var work))
                {
                    batch.Add(work);
                    Command("savepoint work").ExecuteNonQuery();
                    if (!work.Try(this))
                        Command("rollback to work").ExecuteNonQuery();
                    Command("release work").ExecuteNonQuery();
                }

                Command("commit").ExecuteNonQuery();
                batch.ForEach(work => work.Succeed());
            }
            catch (SqliteException e)
            {
                // a full disk, a busy file: nobody's work counts, and the next batch begins afresh
                RollBack();
                if (batch.Count == 0 && _queue.Reader.TryRead(out var first))
                    batch.Add(first);
                batch.ForEach(work => work.Fail(e));
            }
        }
    }

    private void RollBack()
    {
        try
        {
            Command("rollback").ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // the transaction never began, or SQLite ended it by itself
        }
    }

    private abstract class Work
    {
        public abstract bool Try(SqliteWriter writer);

        public abstract void Succeed();

        public abstract void Fail(Exception e);
    }

    private sealed class Work<T>(Func<SqliteWriter, T> work) : Work
    {
        private T _result = default!;
        private Exception? _refused;

        public TaskCompletionSource<T> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool Try(SqliteWriter writer)
        {
            try
            {
                _result = work(writer);
            }
#pragma warning disable CA1031 // whatever it is, it is this caller's, not its neighbours'
            catch (Exception e)
#pragma warning restore CA1031
            {
                _refused = e;
            }

            return _refused is null;
        }

        public override void Succeed()
        {
            if (_refused is null)
                Done.SetResult(_result);
            else
                Done.SetException(_refused);
        }

        public override void Fail(Exception e) => Done.SetException(_refused ?? e);
    }
}
