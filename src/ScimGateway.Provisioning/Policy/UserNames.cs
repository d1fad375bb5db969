using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Policy;

/// <summary>The Slack user name of an account that is ours to name. Pure.</summary>
internal static class UserNames
{
    private const int Most = 1_000;

    /// <summary>The names that can be made of a userName, best first.</summary>
    public static IEnumerable<string> Derived(string userName) => SlackNames.UserNames(userName).Take(Most);

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
