using System.Data.Common;
using System.Globalization;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage;

/// <summary>A connection to the store. Used by one piece of work at a time.</summary>
public abstract class StoreSession : IDisposable
{
    /// <summary>Whether it refuses what goes over all tenants by mistake, as whatever works for them does.</summary>
    internal bool KeepsTenantsApart { get; init; }

    /// <summary>Whether anything but a query was run since it was last set to false.</summary>
    internal bool HasWritten { get; set; }

    /// <summary>Runs a statement and says how many rows it touched.</summary>
    /// <exception cref="UniqueViolationException">A unique index has the like of it already.</exception>
    public abstract int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters);

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
        return gone.CanBeCanceled ? gone.UnsafeRegister(static one => ((StoreSession)one!).Interrupt(), this) : default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of the connection.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Ends the query under way, from another thread.</summary>
    private protected abstract void Interrupt();

    /// <summary>What a statement brings.</summary>
    private protected abstract DbDataReader Reader(string sql, ReadOnlySpan<(string Name, object? Value)> parameters);

    /// <summary>Requires of a statement that is new here what its session requires of all.</summary>
    private protected void Require(string sql)
    {
        if (KeepsTenantsApart)
            OneTenants.Require(sql);
    }

    /// <summary>Whether a statement changes anything.</summary>
    private protected static bool Writes(string sql) => !sql.StartsWith("select", StringComparison.Ordinal);

    /// <summary>A value as databases know it: what has a type of its own here is its number or its UUID.</summary>
    internal static object Plain(object? value) =>
        value switch
        {
            null => DBNull.Value,
            INumbered numbered => numbered.Value,
            IIdentified identified => identified.Value,
            Enum word => Convert.ToInt32(word, CultureInfo.InvariantCulture),
            _ => value,
        };
}
