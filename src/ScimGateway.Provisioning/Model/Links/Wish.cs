using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>What a provider's request makes a link want.</summary>
/// <param name="Operation">The operation of the request.</param>
/// <param name="Spoken">
/// The fields that it speaks of; null if it speaks of members alone, which leaves alone what the link says of the
/// document's last wish: that may still be under way.
/// </param>
/// <param name="Priority">Its place in the queue.</param>
/// <param name="At">When it was asked.</param>
/// <param name="AnswerBy">Until when the request waits.</param>
/// <param name="Held">Why it is kept back; null if it is not.</param>
internal sealed record Wish(
    OperationId Operation,
    FieldSet? Spoken,
    SlackPriority Priority,
    Instant At,
    Instant AnswerBy,
    Reason? Held = null
);
