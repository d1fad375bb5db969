using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// A statement as PostgreSQL is told it. The gateway's statements are SQL that both stores understand; what SQLite calls
/// otherwise is said here, once for each text.
/// </summary>
internal sealed partial class PostgresText
{
    // Texts that depend on what clients ask for are many; beyond these all are forgotten.
    private const int MostKept = 1_024;

    private static readonly ConcurrentDictionary<string, PostgresText> _known = new(StringComparer.Ordinal);

    // What a set of ids, or of triples, is as a table; how texts are joined, and what is looked for in them; how a
    // row is called that has no key of its own; and how the row that a write stands on is kept as it is.
    private static readonly (Regex SQLite, string Postgres)[] _words =
    [
        (ListOfTriples(), "json_array_elements($1::json) as j(value)"),
        (List(), "unnest($1::uuid[]) as j(value)"),
        (FirstOfTriple(), "($1 ->> 0)::uuid"),
        (OtherOfTriple(), "($1 ->> $2)::bigint"),
        (JoinedByNul(), "string_agg(convert_to($1, 'UTF8'), decode('00', 'hex'))"),
        (Joined(), "string_agg($1, '')"),
        (FoundInBytes(), "position($2 in $1) > 0"),
        (Found(), "strpos($1, $2)"),
        (RowId(), "ctid"),
        (Larger(), "greatest($1)"),
        (StandsStill(), "for share"),
    ];

    private readonly (string Name, NpgsqlDbType Type)[] _parameters;

    private PostgresText(string sql, (string, NpgsqlDbType)[] parameters, bool writes) =>
        (Sql, _parameters, Writes) = (sql, parameters, writes);

    /// <summary>The text, its parameters by their places.</summary>
    public string Sql { get; }

    /// <summary>Whether it changes anything.</summary>
    public bool Writes { get; }

    /// <summary>Whether it reads what another one writes.</summary>
    public bool Reads(PostgresText other) =>
        Written().Match(other.Sql) is { Success: true } written
        && Regex.IsMatch(Sql, $@"\b(from|join) {written.Groups[1].Value}\b");

    /// <summary>A text that was asked before; null for another.</summary>
    public static PostgresText? Known(string sql) => _known.GetValueOrDefault(sql);

    /// <summary>
    /// The text of a statement. The server says of which type each parameter is: what is null has none of its own, and a
    /// statement that is prepared for one type cannot be asked with another.
    /// </summary>
    public static PostgresText Of(string sql, bool writes, bool hasParameters, NpgsqlConnection connection)
    {
        var text = sql;
        foreach (var (sqlite, postgres) in _words)
            text = sqlite.Replace(text, postgres);
        if (_known.Count > MostKept)
            _known.Clear();
        if (!hasParameters)
            return _known[sql] = new PostgresText(text, [], writes);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts are constants of the gateway
        command.CommandText = text;
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
            Parameter().Replace(text, match => string.Create(CultureInfo.InvariantCulture, $"${places[match.Value]}")),
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

    // What Slack says may be any text; PostgreSQL has none with a NUL, nor with half of a pair of surrogates. Filters
    // look for what is stored, and documents are bytes.
    private static string Storable(string text)
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

    [GeneratedRegex(@"json_each\((@planned)\) j")]
    private static partial Regex ListOfTriples();

    [GeneratedRegex(@"json_each\((@\w+)\) j")]
    private static partial Regex List();

    [GeneratedRegex(@"json_extract\((j\.value), '\$\[0\]'\)")]
    private static partial Regex FirstOfTriple();

    [GeneratedRegex(@"json_extract\((j\.value), '\$\[(\d)\]'\)")]
    private static partial Regex OtherOfTriple();

    [GeneratedRegex(@"group_concat\((.+?), char\(0\)\)")]
    private static partial Regex JoinedByNul();

    [GeneratedRegex(@"group_concat\((.+?), ''\)")]
    private static partial Regex Joined();

    [GeneratedRegex(@"instr\((l\.seen), (@\w+)\) > 0")]
    private static partial Regex FoundInBytes();

    [GeneratedRegex(@"instr\(((?:[^(),]|\([^()]*\))+), (@\w+)\)")]
    private static partial Regex Found();

    [GeneratedRegex(@"\browid\b")]
    private static partial Regex RowId();

    [GeneratedRegex(@"\bmax\((\w+, \w+)\)")]
    private static partial Regex Larger();

    [GeneratedRegex(@"/\* stands still \*/")]
    private static partial Regex StandsStill();

    [GeneratedRegex(@"^(?:insert into|update|delete from) (\w+)")]
    private static partial Regex Written();

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();
}
