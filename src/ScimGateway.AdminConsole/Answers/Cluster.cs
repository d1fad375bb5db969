namespace ScimGateway.AdminConsole.Answers;

/// <summary>The instances that serve together.</summary>
/// <param name="Name">What they are called together.</param>
/// <param name="Instances">The instances.</param>
public sealed record Cluster(string Name, IReadOnlyList<Instance> Instances);

/// <summary>One of them, as it says of itself.</summary>
/// <param name="Address">Where the others find it.</param>
/// <param name="Version">Its version.</param>
/// <param name="Since">When it began.</param>
/// <param name="Homes">How many tenants have their place there.</param>
/// <param name="State">Whether it serves.</param>
public sealed record Instance(string Address, string? Version, DateTimeOffset? Since, long? Homes, string State);
