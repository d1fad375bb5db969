using System.Globalization;
using System.Text;
using Npgsql;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// The row a query stands at, with what SQLite would have there: numbers for what is true, and a UUID's text.
/// </summary>
internal sealed class PostgresRow(NpgsqlDataReader reader)
{
    /// <summary>Goes to the next row; false if there is none.</summary>
    public bool Next() => reader.Read();

    /// <summary>Whether there is nothing in a column.</summary>
    public bool IsNull(int column) => reader.IsDBNull(column);

    /// <summary>A number; zero for nothing.</summary>
    public long Number(int column)
    {
        if (reader.IsDBNull(column))
            return 0;
        var type = reader.GetFieldType(column);
        return type == typeof(long) ? reader.GetInt64(column)
            : type == typeof(int) ? reader.GetInt32(column)
            : type == typeof(bool) ? (reader.GetBoolean(column) ? 1 : 0)
            : Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes, or a text in UTF-8; none for nothing.</summary>
    public byte[] Bytes(int column)
    {
        if (reader.IsDBNull(column))
            return [];
        var type = reader.GetFieldType(column);
        return type == typeof(byte[]) ? reader.GetFieldValue<byte[]>(column)
            : type == typeof(Guid) ? Encoding.ASCII.GetBytes(reader.GetGuid(column).ToString())
            : type == typeof(string) ? Encoding.UTF8.GetBytes(reader.GetString(column))
            : Encoding.ASCII.GetBytes(Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture)!);
    }
}
