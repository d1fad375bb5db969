using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// That a source wants, or does not want, a resource in a group, and whether Slack has it there. Who is only in Slack
/// has a row of source 0.
/// </summary>
internal sealed class Member
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
internal enum Tri
{
    /// <summary>Not said, or not known.</summary>
    Neither,

    /// <summary>Yes.</summary>
    Yes,

    /// <summary>No.</summary>
    No,
}
