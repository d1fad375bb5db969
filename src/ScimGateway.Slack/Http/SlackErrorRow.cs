using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>One line of the table: a code of Slack's (docs/slack.md 8.3), its kind, field and what to do.</summary>
/// <param name="Code">Slack's word.</param>
/// <param name="Kind">What kind of refusal it is.</param>
/// <param name="Says">What to do.</param>
/// <param name="Field">The field that was refused; null if Slack does not say which of several it was.</param>
public sealed record SlackErrorRow(string Code, SlackErrorKind Kind, string Says, SlackField? Field = null)
{
    /// <summary>The fields it may be about, where the code alone does not tell.</summary>
    public IReadOnlyList<SlackField> MayBe { get; init; } = [];
}
