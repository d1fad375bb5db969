namespace ScimGateway.Provisioning.Storage;

/// <summary>What the two stores call differently; everything else in the gateway's SQL both understand.</summary>
internal abstract class SqlDialect
{
    /// <summary>A list of ids that is called @members, for <c>in</c>.</summary>
    public string Members => $"(select j.value from {Ids("@members")})";

    /// <summary>A list of ids as a table that is called j and has the column <c>value</c>.</summary>
    public abstract string Ids(string parameter);

    /// <summary>A list of an id and numbers each as a table that is called j.</summary>
    public abstract string Entries(string parameter);

    /// <summary>The id of an entry.</summary>
    public abstract string EntryId { get; }

    /// <summary>A number of an entry; the first one is 1.</summary>
    public abstract string EntryNumber(int place);

    /// <summary>Texts of many rows as one.</summary>
    public abstract string Joined(string text);

    /// <summary>The same with a NUL between them.</summary>
    public abstract string JoinedByNul(string text);

    /// <summary>Whether a text has another one in it.</summary>
    public abstract string Has(string text, string part);

    /// <summary>Whether bytes have others in them.</summary>
    public abstract string HasBytes(string bytes, string part);

    /// <summary>What every row has, whatever its key.</summary>
    public abstract string RowId { get; }

    /// <summary>Ends a query whose rows nobody else may change before the transaction ends.</summary>
    public abstract string StandsStill { get; }

    /// <summary>
    /// A query that waits until no other transaction is behind it, whoever it writes for; null where there is one writer.
    /// </summary>
    public abstract string? Turn { get; }
}
