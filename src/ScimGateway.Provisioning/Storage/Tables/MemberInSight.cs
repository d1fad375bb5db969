using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>A member row beside what Slack shows.</summary>
/// <param name="Member">Who.</param>
/// <param name="Wanted">What is said.</param>
/// <param name="InSlack">What was known of Slack.</param>
/// <param name="SlackId">The account; null if there is none.</param>
/// <param name="IsShown">Whether the member is one whom providers see.</param>
/// <param name="Blocked">What is in the way of what is said; null if nothing is.</param>
internal sealed record MemberInSight(
    ResourceId Member,
    Tri Wanted,
    Tri InSlack,
    string? SlackId,
    bool IsShown,
    Reason? Blocked
)
{
    /// <summary>Whether something is in the way of what is said.</summary>
    public bool IsBlocked => Blocked is not null;

    /// <summary>Whether it was seen once that somebody put the member in.</summary>
    public bool IsSuspected => Blocked?.Code == ReasonCode.PutInSuspected;
}
