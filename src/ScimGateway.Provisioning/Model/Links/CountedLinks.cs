namespace ScimGateway.Provisioning.Model.Links;

/// <summary>Whose a link is.</summary>
/// <param name="IsWanted">Whether a source has it.</param>
/// <param name="HasSource">Whether a source has it, or had.</param>
/// <param name="IsAtSlack">Whether Slack has it.</param>
/// <param name="MatchedBy">By what it was found where it was there before.</param>
/// <param name="HasDrifted">Whether Slack showed it other than it was left, at the last look.</param>
internal readonly record struct Ownership(
    bool IsWanted,
    bool HasSource,
    bool IsAtSlack,
    MatchedBy? MatchedBy,
    bool HasDrifted
);

/// <summary>Links of which all this is the same.</summary>
/// <param name="Kind">Accounts or groups.</param>
/// <param name="State">Where they stand.</param>
/// <param name="Why">Why.</param>
/// <param name="Owned">Whose they are.</param>
/// <param name="Many">How many there are.</param>
internal sealed record CountedLinks(Kind Kind, LinkState State, Reason? Why, Ownership Owned, int Many);
