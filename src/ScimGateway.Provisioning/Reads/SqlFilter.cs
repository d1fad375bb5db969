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

    /// <summary>How few of the resources have to be looked at.</summary>
    public Lead Lead => Condition?.Lead ?? Lead.None;
}

/// <summary>How far an index leads to those that a condition means, the better the greater.</summary>
internal enum Lead
{
    /// <summary>Each resource is looked at, be it by SQL or one by one.</summary>
    None,

    /// <summary>Nobody else is looked at, yet they may be all: those of one name, manager or group.</summary>
    ToMany,

    /// <summary>They are a few at most: those of one id, user name or address.</summary>
    ToFew,
}

/// <summary>A condition in SQL.</summary>
internal readonly record struct Condition(string Sql, Lead Lead)
{
    /// <summary>Both.</summary>
    public Condition And(Condition other) => new($"{Sql} and {other.Sql}", Lead > other.Lead ? Lead : other.Lead);

    /// <summary>Either.</summary>
    public Condition Or(Condition other) => new($"({Sql} or {other.Sql})", Lead < other.Lead ? Lead : other.Lead);
}
