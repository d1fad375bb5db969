using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// A statement as PostgreSQL is told it: its parameters by their places, each with the type that the server wants.
/// </summary>
internal sealed partial class PostgresText
{
    // Texts that depend on what clients ask for are many; beyond these all are forgotten.
    private const int MostKept = 1_024;

    private static readonly ConcurrentDictionary<string, PostgresText> _known = new(StringComparer.Ordinal);

    private readonly (string Name, NpgsqlDbType Type)[] _parameters;
    private readonly HashSet<string> _read;
    private readonly string? _written;

    private PostgresText(string sql, (string, NpgsqlDbType)[] parameters, bool writes)
    {
        (Sql, _parameters, Writes) = (sql, parameters, writes);
        _read = [.. Read().Matches(sql).Select(table => table.Groups[1].Value)];
        _written = Written().Match(sql) is { Success: true } table ? table.Groups[1].Value : null;
    }

    /// <summary>The text, its parameters by their places.</summary>
    public string Sql { get; }

    /// <summary>Whether it changes anything.</summary>
    public bool Writes { get; }

    /// <summary>Whether it reads what another one writes.</summary>
    public bool Reads(PostgresText other) => other._written is { } table && _read.Contains(table);

    /// <summary>A text that was asked before; null for another.</summary>
    public static PostgresText? Known(string sql) => _known.GetValueOrDefault(sql);

    /// <summary>
    /// The text of a statement. The server says of which type each parameter is: what is null has none of its own, and a
    /// statement that is prepared for one type cannot be asked with another.
    /// </summary>
    public static PostgresText Of(string sql, bool writes, bool hasParameters, NpgsqlConnection connection)
    {
        if (_known.Count > MostKept)
            _known.Clear();
        if (!hasParameters)
            return _known[sql] = new PostgresText(sql, [], writes);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts are constants of the gateway
        command.CommandText = sql;
#pragma warning restore CA2100
        NpgsqlCommandBuilder.DeriveParameters(command);
        (string, NpgsqlDbType)[] parameters =
        [
            .. command.Parameters.Select(one => ('@' + one.ParameterName.TrimStart('@'), one.NpgsqlDbType)),
        ];
        var places = parameters
            .Select((one, at) => (one.Item1, at + 1))
            .ToDictionary(one => one.Item1, one => one.Item2);
        return _known[sql] = new PostgresText(
            Parameter().Replace(sql, match => string.Create(CultureInfo.InvariantCulture, $"${places[match.Value]}")),
            parameters,
            writes
        );
    }

    /// <summary>The statement with its values.</summary>
    public NpgsqlBatchCommand With(ReadOnlySpan<(string Name, object? Value)> values) => With(Sql, values);

    /// <summary>
    /// The same such that the server fails, by a division by zero, unless it finds or touches a row: what goes with it,
    /// a commit above all, is not done then.
    /// </summary>
    public NpgsqlBatchCommand Must(ReadOnlySpan<(string Name, object? Value)> values) =>
        With(
            Writes
                ? $"with touched as ({Sql} returning 1) select 1 / count(*) from touched"
                : $"select 1 / count(*) from ({Sql}) found",
            values
        );

    private NpgsqlBatchCommand With(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var (name, type) in _parameters)
            command.Parameters.Add(
                new NpgsqlParameter { NpgsqlDbType = type, Value = Typed(Find(values, name), type) }
            );
        return command;
    }

    private static object? Find(ReadOnlySpan<(string Name, object? Value)> values, string name)
    {
        foreach (var (of, value) in values)
            if (of == name)
                return value;
        throw new ArgumentException($"The statement's parameter {name} is not given.");
    }

    private static object Typed(object? given, NpgsqlDbType type) =>
        (type, StoreSession.Plain(given)) switch
        {
            (_, DBNull nothing) => nothing,
            (_, IEnumerable<ResourceId> ids) => ids.Select(id => id.Value).ToArray(),
            (NpgsqlDbType.Bigint, var value) => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            (NpgsqlDbType.Integer, var value) => Convert.ToInt32(value, CultureInfo.InvariantCulture),
            (NpgsqlDbType.Boolean, var value) => Convert.ToBoolean(value, CultureInfo.InvariantCulture),
            (NpgsqlDbType.Uuid, string text) => Guid.Parse(text),
            (_, string text) => Storable(text),
            (NpgsqlDbType.Text, var value) => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            (_, var value) => value,
        };

    /// <summary>
    /// A text as it is stored. What Slack says may be any; PostgreSQL has none with a NUL, nor with half of a pair of surrogates.
    /// Filters look for what is stored, and documents are bytes.
    /// </summary>
    public static string Storable(string text)
    {
        if (IsStorable(text))
            return text;
        var storable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // half a pair is read as the sign for what cannot be shown
            storable.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        return storable.ToString();
    }

    private static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] == 0 || (char.IsSurrogate(text[i]) && !(char.IsSurrogatePair(text, i) && ++i > 0)))
                return false;
        return true;
    }

    [GeneratedRegex(@"\b(?:from|join) (\w+)")]
    private static partial Regex Read();

    [GeneratedRegex(@"^(?:insert into|update|delete from) (\w+)")]
    private static partial Regex Written();

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();
}
