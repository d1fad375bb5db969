using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// What was so of a member before a request changed the group's document, too: the whole of it is taken back if Slack
/// refuses its name while it waits.
/// </summary>
internal sealed class FormerMember
{
    /// <summary>The group.</summary>
    public GroupId GroupId { get; set; }

    /// <summary>Of whom the request spoke.</summary>
    public ResourceId MemberId { get; set; }

    /// <summary>Whose request it is.</summary>
    public int AskedBy { get; set; }

    /// <summary>When it came.</summary>
    public Instant At { get; set; }

    /// <summary>Whose row it was, if that source wanted the member, or if it was the only one; null for none.</summary>
    public int? SourceId { get; set; }

    /// <summary>What the row said.</summary>
    public Tri? Wanted { get; set; }

    /// <summary>Why Slack could not have it.</summary>
    public Reason? Blocked { get; set; }

    /// <summary>When Slack said so.</summary>
    public Instant? Refused { get; set; }
}
