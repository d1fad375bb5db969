namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>As PostgreSQL calls it.</summary>
internal sealed class PostgresDialect : SqlDialect
{
    /// <summary>The one there is.</summary>
    public static PostgresDialect One { get; } = new();

    /// <inheritdoc/>
    public override string EntryId => "(j.value ->> 0)::uuid";

    /// <inheritdoc/>
    public override string RowId => "ctid";

    /// <inheritdoc/>
    public override string StandsStill => " for share";

    /// <inheritdoc/>
    // "seal" in ASCII. It is let go of with the transaction.
    public override string Turn => "select 1 from pg_advisory_xact_lock(1936023916)";

    /// <inheritdoc/>
    public override string Ids(string parameter) => $"unnest({parameter}::uuid[]) as j(value)";

    /// <inheritdoc/>
    public override string Entries(string parameter) => $"json_array_elements({parameter}::json) as j(value)";

    /// <inheritdoc/>
    public override string EntryNumber(int place) => $"(j.value ->> {place})::bigint";

    /// <inheritdoc/>
    public override string Joined(string text) => $"string_agg({text}, '')";

    /// <inheritdoc/>
    public override string JoinedByNul(string text) => $"string_agg(convert_to({text}, 'UTF8'), decode('00', 'hex'))";

    /// <inheritdoc/>
    public override string Has(string text, string part) => $"strpos({text}, {part}) > 0";

    /// <inheritdoc/>
    public override string HasBytes(string bytes, string part) => $"position({part} in {bytes}) > 0";
}
