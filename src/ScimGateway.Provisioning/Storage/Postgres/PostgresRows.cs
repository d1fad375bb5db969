using System.Globalization;
using System.Text;
using Npgsql;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// What a query brings, one row after the other as the server sends them, or all of them kept. Of the row it stands at
/// it says what SQLite would: numbers for what is true, and a UUID's text.
/// </summary>
internal sealed class PostgresRows : IDisposable
{
    /// <summary>No rows.</summary>
    public static readonly PostgresRows None = new([]);

    private readonly NpgsqlDataReader? _reader;
    private readonly List<object[]> _kept;
    private int _at = -1;

    /// <summary>Rows as they come.</summary>
    public PostgresRows(NpgsqlDataReader reader) => (_reader, _kept) = (reader, []);

    private PostgresRows(List<object[]> kept) => _kept = kept;

    /// <summary>How many there are, of those that are kept.</summary>
    public int Count => _kept.Count;

    /// <summary>All rows of the result that a reader stands at.</summary>
    public static PostgresRows Keep(NpgsqlDataReader reader)
    {
        var kept = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            kept.Add(row);
        }
        return new PostgresRows(kept);
    }

    /// <summary>The same rows, from the first one.</summary>
    public PostgresRows Again() => new(_kept);

    /// <summary>Goes to the next row; false if there is none.</summary>
    public bool Next() => _reader?.Read() ?? (++_at < _kept.Count);

    /// <summary>Whether there is nothing in a column.</summary>
    public bool IsNull(int column) => _reader?.IsDBNull(column) ?? _kept[_at][column] is DBNull;

    /// <summary>A number; zero for nothing.</summary>
    public long Number(int column) =>
        At(column) switch
        {
            long number => number,
            int number => number,
            bool isSo => isSo ? 1 : 0,
            DBNull => 0,
            var other => Convert.ToInt64(other, CultureInfo.InvariantCulture),
        };

    /// <summary>A UUID; what is none fails.</summary>
    public Guid Id(int column) =>
        At(column) switch
        {
            Guid id => id,
            var other => Guid.Parse(Convert.ToString(other, CultureInfo.InvariantCulture)!),
        };

    /// <summary>Bytes, or a text in UTF-8; none for nothing.</summary>
    public byte[] Bytes(int column) =>
        At(column) switch
        {
            byte[] bytes => bytes,
            string text => Encoding.UTF8.GetBytes(text),
            DBNull => [],
            var other => Encoding.ASCII.GetBytes(Convert.ToString(other, CultureInfo.InvariantCulture)!),
        };

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();

    private object At(int column) => _reader?.GetValue(column) ?? _kept[_at][column];
}
