using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Reads;

/// <summary>Which links an operator wants to see.</summary>
internal sealed record LinkQuery
{
    /// <summary>Only accounts, or only groups; null for both.</summary>
    public Kind? Kind { get; init; }

    /// <summary>Only this one.</summary>
    public LinkId? Only { get; init; }

    /// <summary>Only those that a provider has claimed, or only those that none has; null for both.</summary>
    public bool? Claimed { get; init; }

    /// <summary>Only those that this source has claimed.</summary>
    public int? Source { get; init; }

    /// <summary>Only those in Slack that this source has not claimed: another one has, or none.</summary>
    public int? NotSource { get; init; }

    /// <summary>Only the one that this user or group claims, or that shows as it.</summary>
    public ResourceId? Resource { get; init; }

    /// <summary>Only those in this state.</summary>
    public LinkState? State { get; init; }

    /// <summary>Only those that are where they are for this reason.</summary>
    public ReasonCode? Reason { get; init; }

    /// <summary>Only those that somebody has changed in Slack, or only the others; null for both.</summary>
    public bool? Changed { get; init; }

    /// <summary>Only those whose name, address or Slack id has this in it.</summary>
    public string? Contains { get; init; }

    /// <summary>The link after which the page begins.</summary>
    public LinkId After { get; init; }

    /// <summary>How many the page has at most.</summary>
    public int Most { get; init; } = 100;
}

/// <summary>A link as operators see it: also what providers do not, as bots and accounts in conflict.</summary>
/// <param name="Id">The link.</param>
/// <param name="Kind">An account or a group.</param>
/// <param name="Resource">The SCIM id of what shows it; null if nothing does.</param>
/// <param name="Source">Who has claimed it; null for nobody.</param>
/// <param name="Name">Its name in Slack, or at its provider while Slack does not have it.</param>
/// <param name="FullName">First and last name in Slack, or at its provider while Slack does not have it.</param>
/// <param name="Address">The account's address at Slack; of what Slack does not have yet, the one it is to have.</param>
/// <param name="ExternalId">What its source calls it.</param>
/// <param name="IsShown">Whether providers see it.</param>
/// <param name="HasDrifted">Whether Slack showed it other than it was left.</param>
/// <param name="HasMembersByHand">Whether somebody has put a member into the group in Slack, or taken one out.</param>
/// <param name="Link">How it stands with Slack.</param>
internal sealed record ListedLink(
    LinkId Id,
    Kind Kind,
    ResourceId? Resource,
    string? Source,
    string? Name,
    string? FullName,
    string? Address,
    string? ExternalId,
    bool IsShown,
    bool HasDrifted,
    bool HasMembersByHand,
    ShownLink Link
)
{
    /// <summary>Whose it is.</summary>
    public Ownership Owned =>
        new(
            Source is not null && IsShown,
            Source is not null,
            Link.SlackId is not null,
            Link.MatchedBy,
            HasDrifted || HasMembersByHand
        );

    /// <summary>What somebody has changed in Slack for certain.</summary>
    public IReadOnlyList<string> ChangedInSlack =>
        HasMembersByHand ? [.. Link.ChangedInSlack, "members"] : Link.ChangedInSlack;
}

/// <summary>What is called how; who has no name is none of them.</summary>
/// <param name="OfLinks">Accounts and groups.</param>
/// <param name="OfMembers">Members of groups.</param>
internal sealed record LinkNames(Dictionary<LinkId, string> OfLinks, Dictionary<ResourceId, string> OfMembers);
