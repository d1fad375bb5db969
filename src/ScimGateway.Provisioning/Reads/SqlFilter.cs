using ScimGateway.Protocol.Filters;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// A filter in two parts: a condition that SQL narrows by, which every resource the filter means meets, and what is
/// still to be asked of each row; without a rest the condition is the filter.
/// </summary>
internal sealed record SqlFilter(
    Condition? Condition,
    IReadOnlyList<(string Name, object? Value)> Parameters,
    Filter? Rest
)
{
    /// <summary>Everything.</summary>
    public static SqlFilter None { get; } = new(null, [], null);

    /// <summary>The condition in SQL; null for everything.</summary>
    public string? Where => Condition?.Sql;

    /// <summary>Whether each resource has to be looked at, be it by SQL or one by one.</summary>
    public bool Scans => Condition?.Leads != true && (Condition is not null || Rest is not null);
}

/// <summary>A condition in SQL.</summary>
/// <param name="Sql">Its text.</param>
/// <param name="Leads">Whether an index leads to those it means, so that nobody else is looked at.</param>
internal readonly record struct Condition(string Sql, bool Leads)
{
    /// <summary>Both.</summary>
    public Condition And(Condition other) => new($"{Sql} and {other.Sql}", Leads || other.Leads);

    /// <summary>Either.</summary>
    public Condition Or(Condition other) => new($"({Sql} or {other.Sql})", Leads && other.Leads);
}
