using System.Data.Common;
using System.Globalization;
using System.Text;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage;

/// <summary>A connection with its commands prepared once for each text. Used by one piece of work at a time.</summary>
public sealed class StoreSession(DbConnection connection) : IDisposable
{
    // Texts that depend on what clients ask for are many; beyond these all are forgotten.
    private const int MostPrepared = 256;

    private readonly Dictionary<string, Prepared> _prepared = [];

    /// <summary>Whether it refuses what goes over all tenants by mistake, as whatever works for them does.</summary>
    internal bool KeepsTenantsApart { get; init; }

    /// <summary>Whether anything but a query was run since it was last set to false.</summary>
    internal bool HasWritten { get; set; }

    /// <summary>Runs a statement and says how many rows it touched.</summary>
    /// <exception cref="UniqueViolationException">A unique index has the like of it already.</exception>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
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

    /// <summary>The first row, or null.</summary>
    /// <exception cref="UniqueViolationException">
    /// A unique index has the like of what was to be written already.
    /// </exception>
    public T? First<T>(string sql, Func<Row, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Reader(sql, parameters);
        return reader.Read() ? map(new Row(reader)) : default;
    }

    /// <summary>Whether there is any row.</summary>
    public bool Any(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Reader(sql, parameters);
        return reader.Read();
    }

    /// <summary>All rows.</summary>
    public List<T> All<T>(string sql, Func<Row, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Reader(sql, parameters);
        var rows = new List<T>();
        var row = new Row(reader);
        for (var any = reader.Read(); any; any = row.Next())
            rows.Add(map(row));
        return rows;
    }

    /// <summary>
    /// One row after the other, until enough have been taken. What is done with it must not ask this session again.
    /// </summary>
    internal void Each(string sql, Func<Row, bool> take, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Reader(sql, parameters);
        var row = new Row(reader);
        for (var any = reader.Read(); any && take(row); any = row.Next()) { }
    }

    /// <summary>
    /// Has the query under way end when the token fires, until what is given back is disposed of; no new one begins then.
    /// </summary>
    internal CancellationTokenRegistration InterruptedBy(CancellationToken gone)
    {
        gone.ThrowIfCancellationRequested();
        return gone.CanBeCanceled
            ? gone.UnsafeRegister(static one => SqliteInterrupt.Of((DbConnection)one!), connection)
            : default;
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

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var prepared in _prepared.Values)
            prepared.Command.Dispose();
        connection.Dispose();
    }

    private DbDataReader Reader(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = Command(sql, parameters);
        try
        {
            return command.ExecuteReader();
        }
        catch (DbException e) when (SqliteErrors.Violation(e) is { } violation)
        {
            throw violation;
        }
    }

    private DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_prepared.TryGetValue(sql, out var prepared))
            _prepared[sql] = prepared = Prepare(sql, parameters);
        HasWritten |= prepared.Writes;
        prepared.Bind(parameters);
        return prepared.Command;
    }

    private Prepared Prepare(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (KeepsTenantsApart)
            OneTenants.Require(sql);
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
        return new Prepared(command, !sql.StartsWith("select", StringComparison.Ordinal));
    }

    private sealed class Prepared(DbCommand command, bool writes)
    {
        private readonly DbParameter[] _parameters = [.. command.Parameters.Cast<DbParameter>()];
        private readonly string[] _names = [.. command.Parameters.Cast<DbParameter>().Select(p => p.ParameterName)];

        public DbCommand Command => command;

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
                    null => DBNull.Value,
                    INumbered numbered => numbered.Value,
                    IIdentified identified => identified.Value,
                    IEnumerable<ResourceId> listed => Listed(listed),
                    Enum word => Convert.ToInt32(word, CultureInfo.InvariantCulture),
                    var value => value,
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
