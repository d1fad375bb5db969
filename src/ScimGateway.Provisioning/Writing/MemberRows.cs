using ScimGateway.Protocol.Patching;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Provisioning.Writing;

/// <summary>What is to be done with the member rows of a group, as data: <see cref="Membership"/> carries it out.</summary>
/// <param name="Group">The group.</param>
/// <param name="Changes">What the request says of members.</param>
internal sealed record MemberRows(GroupId Group, IReadOnlyList<MembershipChange> Changes)
{
    /// <summary>Why Slack does not hear of it; null if it does.</summary>
    public Reason? LeftOut { get; private init; }

    /// <summary>Whether the group is claimed by it, so that who was seen in it once is in it as everybody else.</summary>
    public bool IsClaim { get; init; }

    /// <summary>Whether the group's own source asks, whose full list may speak of who is only in Slack.</summary>
    public bool IsOwn { get; init; }

    /// <summary>
    /// Whether it is taken back with the document if Slack refuses that, so that what was before is kept.
    /// </summary>
    public bool GoesBack { get; init; }

    /// <summary>
    /// Whether somebody may have changed its members in Slack, so that what is said is told whatever was told before.
    /// </summary>
    public bool IsUnknown { get; private init; }

    /// <summary>
    /// Whether the guard counts all who are to leave, as those of a deleted group that is taken over and that Slack has
    /// still.
    /// </summary>
    public bool CountsLeavers { get; init; }

    /// <summary>What holds for every write of a group. Pure.</summary>
    public static MemberRows Of(GroupId group, IReadOnlyList<MembershipChange> changes, Link link, Verdict verdict) =>
        new(group, changes)
        {
            LeftOut = verdict is Verdict.Skip { Left: Part.Rest } ? ReasonCode.GroupUpdatesOff : null,
            // By the v1 lane, or as one look tells.
            IsUnknown = link.State == LinkState.Unknown || link.IsDriftSuspected,
        };
}

/// <summary>What became of the member rows of a group.</summary>
/// <param name="IsShown">Whether who is shown has changed.</param>
/// <param name="IsTold">Whether Slack has something to hear.</param>
internal sealed record MembersChange(bool IsShown, bool IsTold)
{
    /// <summary>Why some of the members wait, and how many of them: for the operation.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The links of the groups around it that have something to tell Slack by it.</summary>
    public IReadOnlyList<LinkId> OtherLinks { get; init; } = [];
}
