namespace ScimGateway.Slack.Budget;

/// <summary>What goes next, with the call that was taken from the budget for it.</summary>
/// <param name="Item">What waited; it waits no longer.</param>
/// <param name="Grant">
/// The call to send, be it the item's own or its alternative; to be given back if it is not sent.
/// </param>
/// <param name="Priority">The priority it waited with.</param>
/// <param name="Since">Since when it waited.</param>
public readonly record struct Granted<T>(T Item, SlackGrant Grant, SlackPriority Priority, DateTimeOffset Since);
