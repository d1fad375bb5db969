using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Writing;

/// <summary>A write-down that is refused and yet leaves something behind: whose turn comes first now, or what an operator has to decide.</summary>
internal sealed class Declined(ScimException why) : Exception(why.Message)
{
    /// <summary>What the provider is told.</summary>
    public ScimException Why { get; } = why;

    /// <summary>A link that others wait for.</summary>
    public long? Awaited { get; init; }

    /// <summary>A link that waits for an operator, and why; with another one, if it is not clear which of the two was meant.</summary>
    public (long Link, Reason Why, long? Other)? Undecided { get; init; }
}
