using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Policy;

/// <summary>The Slack user name of an account that is ours to name. Pure.</summary>
internal static class UserNames
{
    private const int MostOfFormer = 4;

    /// <summary>The names that can be made of a userName, best first.</summary>
    public static IEnumerable<string> Derived(string userName) =>
        SlackNames.UserNames(userName).Take(SlackNames.MostTried);

    /// <summary>Those that the account of a deleted user may have who had the userName, by the identifier of the tenant.</summary>
    public static IEnumerable<string> OfFormer(string userName, Identifier chosen) =>
        Derived(userName).Take(chosen == Identifier.UserName ? MostOfFormer : 1);

    /// <summary>
    /// The names of which the holders are looked up: those that a user may get, and those by which an account is found. A
    /// user whose account has a name keeps it.
    /// </summary>
    /// <param name="link">The user's link; null of a new one.</param>
    /// <param name="userName">The userName that is wanted.</param>
    /// <param name="isAnother">Whether that is another than before.</param>
    /// <param name="allowed">What the tenant allows.</param>
    public static IEnumerable<string> ToLookUp(Link? link, string userName, bool isAnother, Preferences allowed)
    {
        var isVerbatim = allowed.SlackUserName == SlackUserName.Verbatim;
        var isNamedAnew = isAnother && link is not { Imported: true };
        if (link?.UserName is { } own && !isNamedAnew)
            yield return own;
        var mayBeNamed = isNamedAnew || (link is not { Imported: true } && (isVerbatim || link?.UserName is null));
        if (!mayBeNamed && link is { SlackId: not null })
            yield break;
        foreach (var name in OfFormer(userName, allowed.UniqueUserIdentifier))
            yield return name;
        if (allowed.UniqueUserIdentifier == Identifier.UserName || isVerbatim)
            yield return userName;
    }

    /// <summary>
    /// The first name that is free, or the link's already; or why there is none. Neither is given where it has to be read
    /// first who has the names that come next.
    /// </summary>
    public static (string? Name, ScimException? Wrong) Choose(
        KeyOwners owners,
        LinkId own,
        string userName,
        SlackUserName choice
    )
    {
        if (choice == SlackUserName.Verbatim)
            return SlackNames.IsUserName(userName)
                ? (userName, null)
                : (
                    null,
                    ScimException.InvalidValue(
                        $"Slack takes lower-case letters, digits, '.', '_' and '-' in a user name, and at most {SlackNames.MostUserNameCharacters} of them; change the userName."
                    )
                );
        foreach (var name in Derived(userName))
            if (!owners.Knows(KeyKind.SlackUserName, name))
                return default;
            else if (owners.IdOf(KeyKind.SlackUserName, name) is not { } owner || owner == own)
                return (name, null);
        return (
            null,
            ScimException.Uniqueness($"No Slack user name like '{userName}' is free; choose another userName.")
        );
    }
}
