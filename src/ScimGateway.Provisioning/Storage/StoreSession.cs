using System.Globalization;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage;

/// <summary>A connection to the store. Used by one piece of work at a time.</summary>
internal abstract class StoreSession : IDisposable
{
    /// <summary>What its store calls in its own way.</summary>
    public abstract SqlDialect Sql { get; }

    /// <summary>Whether it refuses what goes over all tenants by mistake, as whatever works for them does.</summary>
    internal bool KeepsTenantsApart { get; init; }

    /// <summary>Whether anything but a query was run since it was last set to false.</summary>
    internal bool HasWritten { get; set; }

    /// <summary>Runs a statement and says how many rows it touched.</summary>
    /// <exception cref="UniqueViolationException">A unique index has the like of it already.</exception>
    public abstract int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters);

    /// <summary>
    /// Runs a statement of whose outcome nothing depends but what follows: it may go to the store together with the next
    /// one, or with the end of the transaction.
    /// </summary>
    public virtual void Put(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Execute(sql, parameters);

    /// <summary>The same, and the transaction fails unless it touches one row.</summary>
    public virtual void PutOne(
        string sql,
        Func<Exception> otherwise,
        params ReadOnlySpan<(string Name, object? Value)> parameters
    )
    {
        if (Execute(sql, parameters) != 1)
            throw otherwise();
    }

    /// <summary>The transaction fails unless there is a row; that may turn out when something else is asked.</summary>
    internal virtual void Require(
        string sql,
        Func<Exception> otherwise,
        params ReadOnlySpan<(string Name, object? Value)> parameters
    )
    {
        if (!Any(sql, parameters))
            throw otherwise();
    }

    /// <summary>
    /// Asks for what will be asked for, and finds nothing: a store that is far away brings it together with the first
    /// thing that is really asked.
    /// </summary>
    internal virtual void Prefetch(Action<StoreSession> asking) { }

    /// <summary>The first row, or null.</summary>
    /// <exception cref="UniqueViolationException">
    /// A unique index has the like of what was to be written already.
    /// </exception>
    public T? First<T>(string sql, Func<Row, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var rows = Rows(sql, parameters);
        return rows.Read() ? map(rows.Row) : default;
    }

    /// <summary>Whether there is any row.</summary>
    public bool Any(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var rows = Rows(sql, parameters);
        return rows.Read();
    }

    /// <summary>All rows.</summary>
    public List<T> All<T>(string sql, Func<Row, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var rows = Rows(sql, parameters);
        var all = new List<T>();
        var row = rows.Row;
        for (var any = rows.Read(); any; any = row.Next())
            all.Add(map(row));
        return all;
    }

    /// <summary>
    /// One row after the other, until enough have been taken. What is done with it must not ask this session again.
    /// </summary>
    internal void Each(string sql, Func<Row, bool> take, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var rows = Rows(sql, parameters);
        var row = rows.Row;
        for (var any = rows.Read(); any && take(row); any = row.Next()) { }
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
    private protected abstract Rows Rows(string sql, ReadOnlySpan<(string Name, object? Value)> parameters);

    /// <summary>Requires of a statement that is new here what its session requires of all.</summary>
    private protected void KeepApart(string sql)
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
