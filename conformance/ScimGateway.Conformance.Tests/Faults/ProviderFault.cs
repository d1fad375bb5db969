using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>One thing of what providers send that a server does wrong, which bears their habits in all else.</summary>
/// <param name="Says">What is wrong.</param>
/// <param name="Scenarios">The ids of the scenarios that have to report it; others may.</param>
internal sealed record ProviderFault(string Says, params string[] Scenarios)
{
    /// <summary>The habit that it does not bear.</summary>
    public Habit Without { get; init; }

    /// <summary>What it does wrong.</summary>
    public Detour? Detour { get; init; }

    /// <summary>All there are.</summary>
    public static IReadOnlyList<ProviderFault> All { get; } = [.. OfHabits.All, .. OfProviders.All];
}
