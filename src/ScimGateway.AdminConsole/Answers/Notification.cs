namespace ScimGateway.AdminConsole.Answers;

/// <summary>What people were told, or are to be told.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Text">What they are told.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="More">How many more of the same it counts.</param>
/// <param name="About">Whom it is about.</param>
/// <param name="Taken">The channels that have it.</param>
/// <param name="Ended">When it was sent, or given up.</param>
/// <param name="Error">Why it could not be sent.</param>
public sealed record Notification(
    string Cause,
    string Text,
    DateTimeOffset Since,
    long More,
    IReadOnlyList<NotificationAbout> About,
    IReadOnlyList<string> Taken,
    DateTimeOffset? Ended,
    string? Error
);

/// <summary>Whom a notification is about.</summary>
/// <param name="Link">The number of the link.</param>
/// <param name="Name">What it is called now.</param>
/// <param name="Operation">The operation.</param>
public sealed record NotificationAbout(long? Link, string? Name, string? Operation);

/// <summary>Where a tenant's notifications go.</summary>
/// <param name="Webhook">A receiver of requests.</param>
/// <param name="Mail">A mailbox.</param>
/// <param name="Slack">A channel of Slack.</param>
public sealed record Channels(WebhookChannel? Webhook, MailChannel? Mail, SlackChannel? Slack);

/// <summary>A receiver of requests.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Confirmed">Whether it has taken a test.</param>
public sealed record WebhookChannel(string Url, bool Confirmed);

/// <summary>A mailbox.</summary>
/// <param name="To">Its address.</param>
/// <param name="Confirmed">Whether its reader has given the code that was sent there.</param>
public sealed record MailChannel(string To, bool Confirmed);

/// <summary>A channel of Slack, whose address is secret.</summary>
/// <param name="Confirmed">Whether it has taken a test.</param>
public sealed record SlackChannel(bool Confirmed);
