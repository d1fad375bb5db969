using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Provisioning.Writing;

/// <summary>Whether a write of a user may go on, by preferences, rules and guard.</summary>
/// <param name="Verdict">What is said to it.</param>
internal sealed record UserVerdict(Verdict Verdict)
{
    /// <summary>The rule that admits the user; null if none does.</summary>
    public int? Rule { get; init; }

    /// <summary>Whether the user is out of scope from now on.</summary>
    public bool Leaves { get; init; }

    /// <summary>
    /// Whether the user stays out of scope, and in Slack but for what is told now: that the user leaves.
    /// </summary>
    public bool StaysOut { get; init; }

    /// <summary>Whether what was held is no more to be decided.</summary>
    public bool EndsHold { get; init; }

    /// <summary>What the guard counts.</summary>
    public IReadOnlyList<Guarded> Counts { get; init; } = [];

    /// <summary>Whether the guard's numbers have to be known first.</summary>
    public bool LacksCounts { get; init; }

    /// <summary>Whether the user gets no account by it.</summary>
    public bool IsLeftOut => Verdict is Verdict.Skip { Left: Part.Account or Part.Scope };
}
