using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// A SCIM resource as its source wants it. Without a source it shows an account or group of Slack that nobody has
/// claimed.
/// </summary>
public sealed class Resource
{
    /// <summary>The SCIM id, a UUIDv7.</summary>
    public ResourceId Id { get; set; }

    /// <summary>Whose it is.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>User or group.</summary>
    public Kind Kind { get; set; }

    /// <summary>Who owns it; null for nobody.</summary>
    public int? SourceId { get; set; }

    /// <summary>The link it shows or claims; null for a resource that is kept in the mirror alone.</summary>
    public LinkId? LinkId { get; set; }

    /// <summary>Raised with each change.</summary>
    public long Version { get; set; }

    /// <summary>The document as UTF-8 JSON, without id and meta.</summary>
    public required byte[] Document { get; set; }

    /// <summary>The document before the change whose answer is out.</summary>
    public byte[]? Previous { get; set; }

    /// <summary>The paths a provider has asserted.</summary>
    public PathSet Asserted { get; set; } = PathSet.Nothing;

    /// <summary>The asserted paths before the change whose answer is out; null if nobody had claimed it.</summary>
    public PathSet? PreviousAsserted { get; set; }

    /// <summary>The waived paths before the change whose answer is out.</summary>
    public Waived? PreviousWaived { get; set; }

    /// <summary>What is left out of plans.</summary>
    public Waived Waived { get; set; } = Waived.Nothing;

    /// <summary>The folded userName; unique among what is shown.</summary>
    public string? UserNameKey { get; set; }

    /// <summary>The name of a group, as its members show it.</summary>
    public string? DisplayName { get; set; }

    /// <summary>The folded displayName; of groups unique among what is shown.</summary>
    public string? DisplayNameKey { get; set; }

    /// <summary>The folded e-mail addresses, by which filters look for parts of one: see <c>EmailKeys</c>.</summary>
    public string? EmailKeys { get; set; }

    /// <summary>The client's id.</summary>
    public string? ExternalId { get; set; }

    /// <summary>The SCIM id of the manager, whether it exists or not.</summary>
    public string? Manager { get; set; }

    /// <summary>What the source wants the account to be.</summary>
    public bool Active { get; set; }

    /// <summary>Whether providers do not see it: bots and accounts in conflict.</summary>
    public bool Hidden { get; set; }

    /// <summary>The rule that admitted it.</summary>
    public int? RuleId { get; set; }

    /// <summary>When it came.</summary>
    public Instant Created { get; set; }

    /// <summary>When it last changed.</summary>
    public Instant Modified { get; set; }

    /// <summary>When it was deleted: what is left then is a tombstone.</summary>
    public Instant? Deleted { get; set; }

    /// <summary>What it is found by, as the store has it; null of what is not there yet.</summary>
    internal Found? Kept { get; set; }

    /// <summary>What it is found by now.</summary>
    internal Found Now => new(SourceId, LinkId, UserNameKey, DisplayNameKey, ExternalId, Manager, EmailKeys, Deleted);

    /// <summary>What a resource is found by: written only where it changes, as each index costs a page.</summary>
    internal sealed record Found(
        int? Source,
        LinkId? Link,
        string? UserName,
        string? DisplayName,
        string? External,
        string? Manager,
        string? Emails,
        Instant? Deleted
    );
}

/// <summary>One e-mail address of a user, for every filter that asks for a whole one.</summary>
public sealed class Email
{
    /// <summary>The tenant.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>Whose.</summary>
    public ResourceId ResourceId { get; set; }

    /// <summary>The folded address.</summary>
    public required string Key { get; set; }
}

/// <summary>
/// How many resources of a kind a tenant shows; the store keeps it by triggers (see <c>ShownTotals</c>).
/// </summary>
public sealed class ShownTotal
{
    /// <summary>Whose.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>Users or groups.</summary>
    public Kind Kind { get; set; }

    /// <summary>How many.</summary>
    public long Shown { get; set; }

    /// <summary>How many of them a source has claimed.</summary>
    public long Claimed { get; set; }
}

/// <summary>
/// That a source wants, or does not want, a resource in a group, and whether Slack has it there. Who is only in Slack
/// has a row of source 0.
/// </summary>
public sealed class Member
{
    /// <summary>The group.</summary>
    public GroupId GroupId { get; set; }

    /// <summary>Who is in it, or was.</summary>
    public ResourceId MemberId { get; set; }

    /// <summary>What the member is.</summary>
    public Kind Kind { get; set; }

    /// <summary>
    /// Whether the member was deleted, so that it is shown nowhere: its rows stay for who takes the account over.
    /// </summary>
    public bool Gone { get; set; }

    /// <summary>Who says so; 0 for nobody.</summary>
    public int SourceId { get; set; }

    /// <summary>Yes, no, or unsaid.</summary>
    public Tri Wanted { get; set; }

    /// <summary>Yes, no, or unknown.</summary>
    public Tri InSlack { get; set; }

    /// <summary>Why Slack cannot have it yet, or does not take it; null if nothing is in the way.</summary>
    public Reason? Blocked { get; set; }

    /// <summary>When Slack said so; null if we know it ourselves.</summary>
    public Instant? Refused { get; set; }

    /// <summary>
    /// Raised by each change of what is wanted and each loss of knowledge, so that the outcome of an older call says
    /// nothing of it.
    /// </summary>
    public long Stamp { get; set; }
}

/// <summary>Yes, no, or neither.</summary>
public enum Tri
{
    /// <summary>Not said, or not known.</summary>
    Neither,

    /// <summary>Yes.</summary>
    Yes,

    /// <summary>No.</summary>
    No,
}
