using ScimGateway.Protocol.Filters;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// A filter in two parts: a condition that SQL narrows by, which every resource the filter means meets, and what is
/// still to be asked of each row; without a rest the condition is the filter.
/// </summary>
internal sealed record SqlFilter(string? Where, IReadOnlyList<(string Name, object? Value)> Parameters, Filter? Rest)
{
    /// <summary>Everything.</summary>
    public static SqlFilter None { get; } = new(null, [], null);
}
