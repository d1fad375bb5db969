namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>As SQLite calls it.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    /// <summary>The one there is.</summary>
    public static SqliteDialect One { get; } = new();

    /// <inheritdoc/>
    public override string EntryId => "json_extract(j.value, '$[0]')";

    /// <inheritdoc/>
    public override string RowId => "rowid";

    /// <inheritdoc/>
    public override string StandsStill => ""; // there is one writer

    /// <inheritdoc/>
    public override string? Turn => null;

    /// <inheritdoc/>
    public override string Ids(string parameter) => $"json_each({parameter}) j";

    /// <inheritdoc/>
    public override string Entries(string parameter) => Ids(parameter);

    /// <inheritdoc/>
    public override string EntryNumber(int place) => $"json_extract(j.value, '$[{place}]')";

    /// <inheritdoc/>
    public override string Joined(string text) => $"group_concat({text}, '')";

    /// <inheritdoc/>
    public override string JoinedByNul(string text) => $"group_concat({text}, char(0))";

    /// <inheritdoc/>
    public override string Has(string text, string part) => $"instr({text}, {part}) > 0";

    /// <inheritdoc/>
    public override string HasBytes(string bytes, string part) => Has(bytes, part);
}
