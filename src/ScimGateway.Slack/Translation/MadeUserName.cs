namespace ScimGateway.Slack.Translation;

/// <summary>How a Slack user name was made of a SCIM userName.</summary>
/// <param name="IsBeforeAt">Of the part before the @ alone.</param>
/// <param name="IsLowered">In lower case.</param>
/// <param name="IsRespelt">With other letters in place of those that Slack does not take, or without them.</param>
/// <param name="IsMadeUp">Of nothing in it, since Slack takes none of its characters.</param>
/// <param name="IsCut">Cut to what Slack takes.</param>
/// <param name="Number">With this number, since others have the names before it; null for none.</param>
public sealed record MadeUserName(
    bool IsBeforeAt,
    bool IsLowered,
    bool IsRespelt,
    bool IsMadeUp,
    bool IsCut,
    int? Number
);
