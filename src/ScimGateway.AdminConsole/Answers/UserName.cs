namespace ScimGateway.AdminConsole.Answers;

/// <summary>The Slack user name that a user has or gets.</summary>
/// <param name="Link">The number of the user's link.</param>
/// <param name="Called">The provider's userName.</param>
/// <param name="SlackUserName">The Slack user name; null where none is free.</param>
/// <param name="InSlack">Whether Slack has the account.</param>
/// <param name="TakenAsIs">Whether Slack takes the userName as it is.</param>
/// <param name="Holder">The link that has the name which the user would have got first.</param>
/// <param name="Why">Why it is that one.</param>
public sealed record UserName(
    long Link,
    [property: System.Text.Json.Serialization.JsonPropertyName("userName")] string Called,
    string? SlackUserName,
    bool InSlack,
    bool TakenAsIs,
    long? Holder,
    string Why
);
