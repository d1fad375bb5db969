namespace ScimGateway.Protocol.Messages;

/// <summary>What a write requires of the version that it meets (RFC 9110 §13.1, RFC 7644 §3.14).</summary>
/// <param name="IfMatch">The versions of which it has to be one; null if any will do.</param>
/// <param name="IfNoneMatch">The versions of which it may be none; null if any will do.</param>
public readonly record struct Preconditions(string? IfMatch, string? IfNoneMatch = null)
{
    /// <summary>The header that forbids the write; null if it may go ahead.</summary>
    public string? Forbidding(EntityTag current) =>
        IfMatch is not null && !current.IsNamedBy(IfMatch) ? "If-Match"
        : IfNoneMatch is not null && current.IsNamedBy(IfNoneMatch) ? "If-None-Match"
        : null;
}
