using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>A connection to a SQLite file, with its commands prepared once for each text.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : StoreSession
{
    // Texts that depend on what clients ask for are many; beyond these all are forgotten.
    private const int MostPrepared = 256;

    private readonly Dictionary<string, Prepared> _prepared = [];

    /// <inheritdoc/>
    public override SqlDialect Sql => SqliteDialect.One;

    /// <inheritdoc/>
    public override int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = Command(sql, parameters);
        try
        {
            return command.ExecuteNonQuery();
        }
        catch (DbException e) when (SqliteErrors.Violation(e) is { } violation)
        {
            throw violation;
        }
    }

    /// <summary>Forgets what was prepared, once it is too much. No command may be under way.</summary>
    public void Tidy()
    {
        if (_prepared.Count <= MostPrepared)
            return;
        foreach (var prepared in _prepared.Values)
            prepared.Command.Dispose();
        _prepared.Clear();
    }

    private protected override void Interrupt() => SqliteInterrupt.Of(connection);

    private protected override Rows Rows(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = Command(sql, parameters);
        try
        {
            return new Rows(command.ExecuteReader());
        }
        catch (DbException e) when (SqliteErrors.Violation(e) is { } violation)
        {
            throw violation;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var prepared in _prepared.Values)
            prepared.Command.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_prepared.TryGetValue(sql, out var prepared))
            _prepared[sql] = prepared = Prepare(sql, parameters);
        HasWritten |= prepared.Writes;
        prepared.Bind(parameters);
        return prepared.Command;
    }

    private Prepared Prepare(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        KeepApart(sql);
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts are constants of the gateway
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, _) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }
        return new Prepared(command, Writes(sql));
    }

    private sealed class Prepared(SqliteCommand command, bool writes)
    {
        private readonly DbParameter[] _parameters = [.. command.Parameters.Cast<DbParameter>()];
        private readonly string[] _names = [.. command.Parameters.Cast<DbParameter>().Select(p => p.ParameterName)];

        public SqliteCommand Command => command;

        public bool Writes => writes;

        public void Bind(ReadOnlySpan<(string Name, object? Value)> parameters)
        {
            // What is not given would keep the value of the call before.
            if (parameters.Length != _parameters.Length)
                throw new ArgumentException(
                    $"The statement has {_parameters.Length} parameters, and is given {parameters.Length}."
                );
            for (var i = 0; i < parameters.Length; i++)
                _parameters[Place(parameters[i].Name, i)].Value = parameters[i].Value switch
                {
                    IEnumerable<ResourceId> listed => Listed(listed),
                    var value => Plain(value),
                };
        }

        // As json_each reads it, each spelled as the driver writes a UUID.
        private static string Listed(IEnumerable<ResourceId> ids)
        {
            var json = new StringBuilder("[");
            foreach (var id in ids)
                json.Append(json.Length > 1 ? ",\"" : "\"").Append(id.Value.ToString().ToUpperInvariant()).Append('"');
            return json.Append(']').ToString();
        }

        // Mostly where it stood in the first call.
        private int Place(string name, int likely)
        {
            var place = _names[likely] == name ? likely : Array.IndexOf(_names, name);
            return place >= 0 ? place : throw new ArgumentException($"The statement has no parameter {name}.");
        }
    }
}
