using ScimGateway.Protocol.Resources;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// The addresses of a user's document: those Slack gets, which are unique there, and all, by which filters find it.
/// </summary>
internal static class UserAddresses
{
    /// <summary>The addresses that Slack would have of it, in lower case, the primary one first.</summary>
    public static IReadOnlyList<string> OfSlack(ScimResource document)
    {
        var (profile, _) = UserTranslator.ToSlack(new WantedUser(document, path => path.Name == "emails", null));
        var primary = profile[SlackField.PrimaryEmail] ?? OfName(document);
        return
        [
            .. new[] { primary, profile[SlackField.SecondaryEmail] }.OfType<string>().Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>The userName, if it is an address.</summary>
    public static string? OfName(ScimResource document) =>
        document.Text("userName")?.Trim() is { } name && name.IndexOf('@') is > 0 and var at && at < name.Length - 1
            ? Spelling.Lower(name)
            : null;

    /// <summary>The folded keys of all addresses.</summary>
    public static IReadOnlyList<string> Keys(ScimResource document) =>
        [
            .. (document.Json["emails"] as System.Text.Json.Nodes.JsonArray ?? [])
                .OfType<System.Text.Json.Nodes.JsonObject>()
                .Select(email => ScimJson.AsText(email["value"]))
                .OfType<string>()
                .Select(Fold.Key)
                .Distinct(StringComparer.Ordinal),
        ];
}
