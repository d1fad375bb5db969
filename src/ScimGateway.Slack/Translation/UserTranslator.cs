using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>A user as a provider wants it.</summary>
/// <param name="Document">The SCIM 2.0 document.</param>
/// <param name="Asserts">Whether a provider has asserted a path: only what it has is wanted.</param>
/// <param name="SlackUserName">The user name that is reserved for it; null to leave Slack's own.</param>
/// <param name="ManagerSlackId">The manager's Slack id; null if there is no manager.</param>
/// <param name="ManagerIsLinked">False while the manager has no Slack account, so that nothing is said of the manager.</param>
public sealed record WantedUser(
    ScimResource Document,
    Func<AttributePath, bool> Asserts,
    string? SlackUserName,
    string? ManagerSlackId = null,
    bool ManagerIsLinked = true
);

/// <summary>What a translation or a plan did with a value that a reader would miss otherwise.</summary>
public sealed record SlackNote(SlackField Field, string Says);

/// <summary>Turns a wanted user into Slack's vocabulary, so that wanted and delivered can be compared. Pure.</summary>
public static class UserTranslator
{
    /// <summary>Every asserted path that Slack has a field for; an asserted one without a value is empty, which clears it.</summary>
    public static (SlackProfile Wanted, IReadOnlyList<SlackNote> Notes) ToSlack(WantedUser user)
    {
        var wanted = SlackProfile.Nothing;
        var notes = new List<SlackNote>();
        foreach (var row in AttributeMap.Rows)
            if (row is { Field: { } field, Find: { } find } && user.Asserts(row.Asserted!))
                wanted = wanted.With(field, find(user.Document));

        if (user.SlackUserName is not null)
            wanted = wanted.With(SlackField.UserName, user.SlackUserName);
        if (user.ManagerIsLinked && user.Asserts(AttributeMap.Row(SlackField.Manager).Asserted!))
            wanted = wanted.With(SlackField.Manager, user.ManagerSlackId);
        if (wanted[SlackField.DisplayName] is { } shown && SlackNames.CleanDisplayName(shown) is var clean && clean != shown)
        {
            wanted = wanted.With(SlackField.DisplayName, clean);
            notes.Add(
                new SlackNote(SlackField.DisplayName, "Characters that Slack does not take in a display name were replaced.")
            );
        }
        if (wanted.Says(SlackField.Active) && wanted.Active is null)
            wanted = wanted.Without(SlackField.Active); // cleared: there is no third state, so it keeps its value
        return (wanted, notes);
    }
}
