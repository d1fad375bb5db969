namespace ScimGateway.Protocol.Filters;

/// <summary>The operators that compare with a value (RFC 7644 table 3).</summary>
public enum CompareOp
{
    /// <summary>eq</summary>
    Equal,

    /// <summary>ne</summary>
    NotEqual,

    /// <summary>co</summary>
    Contains,

    /// <summary>sw</summary>
    StartsWith,

    /// <summary>ew</summary>
    EndsWith,

    /// <summary>gt</summary>
    Greater,

    /// <summary>ge</summary>
    GreaterOrEqual,

    /// <summary>lt</summary>
    Less,

    /// <summary>le</summary>
    LessOrEqual,
}

/// <summary>The words for the operators.</summary>
public static class CompareOps
{
    private static readonly string[] _words = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];

    /// <summary>The operator as a filter writes it.</summary>
    public static string Word(this CompareOp op) => _words[(int)op];

    /// <summary>Whether the operator asks for an order, so that the values must have one.</summary>
    public static bool IsOrdering(this CompareOp op) => op >= CompareOp.Greater;

    internal static CompareOp? Named(ReadOnlySpan<char> word)
    {
        for (var i = 0; i < _words.Length; i++)
            if (word.Equals(_words[i], StringComparison.OrdinalIgnoreCase))
                return (CompareOp)i;
        return null;
    }
}
