namespace ScimGateway.Provisioning.Tenants;

/// <summary>What Slack would be told if the tenant went live now. Members who have no account yet are in no group's plan: they follow once they have.</summary>
/// <param name="At">When it was made: what came later is none of it.</param>
/// <param name="Commands">How many commands of each kind.</param>
/// <param name="Links">The links with something to tell, as many as were asked for.</param>
/// <param name="All">How many links there are.</param>
public sealed record Preview(
    DateTimeOffset At,
    IReadOnlyDictionary<string, int> Commands,
    IReadOnlyList<PlannedLink> Links,
    int All
);

/// <summary>A link with what Slack would be told of it.</summary>
/// <param name="Link">The link's number.</param>
/// <param name="Resource">The user or group.</param>
/// <param name="Commands">The kinds of commands, in their order.</param>
public sealed record PlannedLink(long Link, Guid? Resource, IReadOnlyList<string> Commands);

/// <summary>The tenant is not ready for what an operator wants; the message says what is missing.</summary>
public sealed class NotReadyException(string message) : Exception(message);
