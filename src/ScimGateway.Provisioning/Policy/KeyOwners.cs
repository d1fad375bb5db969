using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Policy;

/// <summary>A link that has an address or a Slack user name, and whose it is.</summary>
/// <param name="Link">The link.</param>
/// <param name="Claimant">The resource that claims or shows it.</param>
internal sealed record KeyOwner(Link Link, Resource? Claimant)
{
    /// <summary>
    /// The link that is meant, as an operator has said, where a provider asks for this one; null if none has.
    /// </summary>
    public LinkId? Meant { get; init; }

    /// <summary>The name of the source that the user or group belongs to, if that is not the one that asks.</summary>
    public string? OtherSource { get; init; }

    /// <summary>Whether an operator has said that this one is meant.</summary>
    public bool IsMeant => Meant == Link.Id;

    /// <summary>What shows the account while no provider claims it; else null.</summary>
    public Resource? Unclaimed => Claimant is { SourceId: null } ? Claimant : null;

    /// <summary>What a deleted user has left; null if no deleted user had the account last.</summary>
    public Resource? Tombstone => Claimant is { Deleted: not null } ? Claimant : null;

    /// <summary>
    /// Whether no provider has the account or group, so that its keys do not become free by themselves: it was there
    /// before, or its user or group was deleted.
    /// </summary>
    public bool IsNobodys => Link is { SlackId: not null, IsUnsettled: false } && (Unclaimed ?? Tombstone) is not null;
}

/// <summary>Who has the keys that one user wants, as the store had them when they were read.</summary>
/// <param name="Keys">The link that has a key, folded; null of a key that is free.</param>
/// <param name="Owners">Those links.</param>
/// <param name="Standing">Whether Slack hears of the tenant; it is read only where the outcome depends on it.</param>
internal sealed record KeyOwners(
    IReadOnlyDictionary<(KeyKind Kind, string Value), LinkId?> Keys,
    IReadOnlyDictionary<LinkId, KeyOwner> Owners,
    Standing Standing
)
{
    /// <summary>No key is asked for.</summary>
    public static KeyOwners None { get; } =
        new(new Dictionary<(KeyKind, string), LinkId?>(), new Dictionary<LinkId, KeyOwner>(), Standing.Live);

    /// <summary>Whether it was read who has a key.</summary>
    public bool Knows(KeyKind kind, string value) => Keys.ContainsKey((kind, Fold.Key(value)));

    /// <summary>The link that has a key; null if it is free.</summary>
    public LinkId? IdOf(KeyKind kind, string value) => Keys[(kind, Fold.Key(value))];

    /// <summary>The same with whose it is.</summary>
    public KeyOwner? Of(KeyKind kind, string value) => IdOf(kind, value) is { } id ? Owners[id] : null;
}
