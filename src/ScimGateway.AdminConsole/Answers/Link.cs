namespace ScimGateway.AdminConsole.Answers;

/// <summary>Why something is as it is.</summary>
/// <param name="Code">The reason's word.</param>
/// <param name="Sentence">What it says.</param>
/// <param name="Remedy">What would end it.</param>
/// <param name="Who">Who can do that.</param>
public sealed record Reason(string Code, string Sentence, string? Remedy, string? Who);

/// <summary>A person or group of which Slack has, or may get, an account or group; with more where it is read alone.</summary>
/// <param name="Id">The link's number.</param>
/// <param name="Kind">User or group.</param>
/// <param name="Resource">The SCIM id.</param>
/// <param name="Source">Who has claimed it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="FullName">First and last name.</param>
/// <param name="Address">The address.</param>
/// <param name="ExternalId">What its source calls it.</param>
/// <param name="Shown">Whether providers see it.</param>
/// <param name="State">Its state.</param>
/// <param name="Reason">Why it waits.</param>
/// <param name="Since">Since when.</param>
/// <param name="SlackId">Its id at Slack.</param>
/// <param name="SlackUserName">Its name at Slack.</param>
/// <param name="ActiveInSlack">Whether Slack last showed it active.</param>
/// <param name="ChangedInSlack">What somebody has changed there by hand.</param>
/// <param name="Fields">Each field: wanted, told, seen.</param>
/// <param name="Commands">What Slack would be told now.</param>
/// <param name="Notes">What else is to be said.</param>
public sealed record Link(
    long Id,
    string Kind,
    string? Resource,
    string? Source,
    string? Name,
    string? FullName,
    string? Address,
    string? ExternalId,
    bool Shown,
    string State,
    Reason? Reason,
    DateTimeOffset Since,
    string? SlackId,
    string? SlackUserName,
    bool? ActiveInSlack,
    IReadOnlyList<string> ChangedInSlack,
    IReadOnlyList<Field>? Fields = null,
    IReadOnlyList<string>? Commands = null,
    IReadOnlyList<string>? Notes = null
)
{
    /// <summary>The name that people know it by.</summary>
    public string Called => Name ?? FullName ?? Address ?? SlackUserName ?? SlackId ?? $"link {Id}";
}

/// <summary>A field of a person or group.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Asked">Whether the provider has a say in it.</param>
/// <param name="Wanted">What the provider wants.</param>
/// <param name="Known">Whether it is known what Slack was told.</param>
/// <param name="Delivered">What Slack was told.</param>
/// <param name="Seen">What Slack last showed.</param>
public sealed record Field(
    [property: System.Text.Json.Serialization.JsonPropertyName("field")] string Name,
    bool Asked,
    string? Wanted,
    bool Known,
    string? Delivered,
    string? Seen
);

/// <summary>A member of a group, or a group of a person.</summary>
/// <param name="Link">The number of its link.</param>
/// <param name="Kind">User or group.</param>
/// <param name="Resource">The SCIM id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Wanted">Whether a provider wants the member in the group; null where none has said.</param>
/// <param name="InSlack">Whether Slack has the member there; null where that is not known.</param>
/// <param name="Nested">Whether only a group in the group makes it a member.</param>
/// <param name="Reason">Why Slack is not told.</param>
public sealed record Membership(
    long? Link,
    string Kind,
    string Resource,
    string? Name,
    bool? Wanted,
    bool? InSlack,
    bool Nested,
    Reason? Reason
);

/// <summary>An account that may be meant.</summary>
/// <param name="SlackId">Its id.</param>
/// <param name="WhyNot">Why it cannot be chosen; null if it can.</param>
public sealed record Choice(string SlackId, string? WhyNot);

/// <summary>What waits for a decision.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Link">The link's number.</param>
/// <param name="Name">Whom it is about.</param>
/// <param name="MemberName">Of a group's member: what the member is called.</param>
/// <param name="Other">The other link of two that may be meant.</param>
/// <param name="Since">Since when.</param>
/// <param name="Would">What a release would do.</param>
/// <param name="Choices">The accounts of which one may be meant.</param>
/// <param name="Undecided">What happens if nobody decides.</param>
/// <param name="Asked">Who asked for it.</param>
/// <param name="Reason">Why it is held.</param>
public sealed record Hold(
    long Id,
    long Link,
    string? Name,
    string? MemberName,
    long? Other,
    DateTimeOffset Since,
    string? Would,
    IReadOnlyList<Choice> Choices,
    string Undecided,
    string? Asked,
    Reason Reason
)
{
    /// <summary>Whether it asks which account is meant, so that one is chosen and nothing released.</summary>
    public bool AsksWhich => Other is not null || Would is null;

    /// <summary>The name that people know it by.</summary>
    public string Called => MemberName is null ? Name ?? $"link {Link}" : $"{MemberName} in {Name}";
}
