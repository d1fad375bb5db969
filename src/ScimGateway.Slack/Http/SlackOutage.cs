namespace ScimGateway.Slack.Http;

/// <summary>Slack, or the way to it, has failed since its last answer that counts.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Why">How the last call failed, without Slack's words, which may name a person.</param>
public sealed record SlackOutage(DateTimeOffset Since, string Why);
