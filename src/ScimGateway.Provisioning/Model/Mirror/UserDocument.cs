using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>What a user's document says.</summary>
internal static class UserDocument
{
    private static readonly TimeSpan _untilNoticed = TimeSpan.FromDays(1);

    /// <summary>Whether the document wants the account active, as one that does not say so does.</summary>
    public static bool IsActive(ScimResource user) => ScimJson.AsFlag(user.Json["active"]) ?? true;

    /// <summary>
    /// Whether the user is a guest whose time is over, or is before anybody notices: Slack deactivates the account by that.
    /// </summary>
    public static bool EndsAsGuest(ScimResource user, Instant now) =>
        UserTranslator.GuestEnds(user) <= now.ToTime() + _untilNoticed;

    /// <summary>The same of an account that is active, as far as is known, and of which Slack does not have that end.</summary>
    public static bool EndsSoon(ScimResource user, Link link, Instant now) =>
        link is { SlackId: not null, IsActiveAtSlack: not false }
        && EndsAsGuest(user, now)
        && link.AtSlack.GuestEnds != UserTranslator.GuestEnds(user);

    /// <summary>First and last name, as they are read; null where the document says none.</summary>
    public static string? NameOf(JsonObject user) =>
        user["name"] is not JsonObject name ? null
        : Text(name, "formatted") is { Length: > 0 } formatted ? formatted
        : $"{Text(name, "givenName")} {Text(name, "familyName")}".Trim() is { Length: > 0 } both ? both
        : null;

    private static string? Text(JsonObject name, string part) => ScimJson.AsText(name[part]);
}
