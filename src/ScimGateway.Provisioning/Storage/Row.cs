using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage.Postgres;
using ScimGateway.Provisioning.Storage.Sqlite;

namespace ScimGateway.Provisioning.Storage;

/// <summary>
/// The row a query stands at. Each read takes the next column, so that reads stand in the order of the select list;
/// whoever reads on for another is handed it by reference. It ends with its row, as do the spans it gives out.
/// </summary>
[SuppressMessage("Naming", "CA1720", Justification = "A read is called what it gives.")]
internal ref struct Row
{
    private readonly SqliteRow _columns;
    private readonly PostgresRows? _others; // of the other store
    private int _next;

    internal Row(SqliteStatement sqlite) => _columns = new SqliteRow(sqlite);

    internal Row(PostgresRows postgres) => _others = postgres;

    /// <summary>A number.</summary>
    public long Long() => NumberAt(_next++);

    /// <summary>A number; null where there is none.</summary>
    public long? LongOrNull() => IsNull() ? null : Long();

    /// <summary>What has a type of its own and is kept as its number.</summary>
    public T Number<T>()
        where T : struct, INumbered<T> => T.Of(Long());

    /// <summary>The same; null where there is none.</summary>
    public T? NumberOrNull<T>()
        where T : struct, INumbered<T> => IsNull() ? null : Number<T>();

    /// <summary>A number that is small.</summary>
    public int Int() => checked((int)Long());

    /// <summary>A number that is small; null where there is none.</summary>
    public int? IntOrNull() => IsNull() ? null : Int();

    /// <summary>Yes or no.</summary>
    public bool Flag() => Long() != 0;

    /// <summary>Yes or no; null where neither is known.</summary>
    public bool? FlagOrNull() => IsNull() ? null : Flag();

    /// <summary>One of a few words, which are kept as their numbers.</summary>
    public TWord Word<TWord>()
        where TWord : struct, Enum
    {
        var number = Int();
        return Unsafe.As<int, TWord>(ref number);
    }

    /// <summary>The same; null where there is none.</summary>
    public TWord? WordOrNull<TWord>()
        where TWord : struct, Enum => IsNull() ? null : Word<TWord>();

    /// <summary>A text.</summary>
    public string Text() => Encoding.UTF8.GetString(BytesAt(_next++));

    /// <summary>A text; null where there is none.</summary>
    public string? TextOrNull() => IsNull() ? null : Text();

    /// <summary>A UUID.</summary>
    public Guid Id() => _others?.Id(_next++) ?? Guid.Parse(BytesAt(_next++));

    /// <summary>What has a type of its own and is kept as its UUID.</summary>
    public T Id<T>()
        where T : struct, IIdentified<T> => T.Of(Id());

    /// <summary>The same; null where there is none.</summary>
    public T? IdOrNull<T>()
        where T : struct, IIdentified<T> => IsNull() ? null : Id<T>();

    /// <summary>A copy of bytes.</summary>
    public byte[] Bytes() => BytesAt(_next++).ToArray();

    /// <summary>A copy of bytes; null where there are none.</summary>
    public byte[]? BytesOrNull() => IsNull() ? null : Bytes();

    /// <summary>Bytes, or a text in UTF-8, where the store has them; none where there are none.</summary>
    public ReadOnlySpan<byte> Span() => BytesOf(_next++);

    /// <summary>Whether there is something in the next column.</summary>
    public bool IsThere() => !IsNullAt(_next++);

    /// <summary>Leaves columns out.</summary>
    public void Skip(int columns) => _next += columns;

    /// <summary>
    /// Goes to the next row of the query, which its holder reads from the first column again; false if there is none.
    /// </summary>
    internal readonly bool Next() => _others?.Next() ?? _columns.Next();

    private readonly bool IsNullAt(int column) => _others?.IsNull(column) ?? _columns.IsNull(column);

    private readonly long NumberOf(int column) => _others?.Number(column) ?? _columns.Number(column);

    private readonly ReadOnlySpan<byte> BytesOf(int column) =>
        _others is null ? _columns.Bytes(column) : _others.Bytes(column);

    // What there is none of reads as zero or as nothing: only where that is what was read it is asked whether it is.
    private readonly long NumberAt(int column)
    {
        var number = NumberOf(column);
        return number == 0 ? Require(column, number) : number;
    }

    private readonly ReadOnlySpan<byte> BytesAt(int column)
    {
        var bytes = BytesOf(column);
        if (bytes.IsEmpty)
            Require(column, 0);
        return bytes;
    }

    private readonly long Require(int column, long number) =>
        IsNullAt(column) ? throw new InvalidOperationException($"Column {column} of the row has no value.") : number;

    private bool IsNull()
    {
        if (!IsNullAt(_next))
            return false;
        _next++;
        return true;
    }
}
