using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Policy;

/// <summary>
/// Who somebody is to Slack: the primary address and the user name. The one rule by which a user takes over what is
/// there already: by the identifier that the tenant has chosen, and by nothing else. Whatever else agrees, such as a
/// primary address that is another's second one, is a conflict.
/// </summary>
/// <param name="Address">The primary address; null if there is none.</param>
/// <param name="UserName">The user name; null if there is none.</param>
internal readonly record struct Identity(string? Address, string? UserName)
{
    /// <summary>Who a user is to be.</summary>
    public static Identity Of(ScimResource user) =>
        new(UserAddresses.OfSlack(user) is [var first, ..] ? first : null, user.Text("userName"));

    /// <summary>Who an account of Slack's is.</summary>
    public static Identity Of(SlackProfile seen) => new(seen[SlackField.PrimaryEmail], seen[SlackField.UserName]);

    /// <summary>Whether two are the same by the identifier.</summary>
    public bool Is(Identity other, Identifier chosen) =>
        chosen == Identifier.UserName ? IsAlike(UserName, other.UserName) : IsAlike(Address, other.Address);

    /// <summary>The Slack user name by which an account of such a user is looked for.</summary>
    public string KeyName(Identifier chosen) =>
        chosen == Identifier.UserName ? UserName! : UserNames.Derived(UserName!).First();

    /// <summary>
    /// The Slack user names that the account of a deleted user of that userName may have. Where the userName is the
    /// identifier nothing else leads there, so the next best ones count as well.
    /// </summary>
    public IEnumerable<string> FormerNames(Identifier chosen) =>
        UserNames.OfFormer(UserName!, chosen).Append(KeyName(chosen)).Distinct();

    /// <summary>The keys by which such an account is looked for.</summary>
    public IEnumerable<(KeyKind Kind, string Value)> Keys(Identifier chosen)
    {
        if (Address is not null)
            yield return (KeyKind.Address, Address);
        foreach (var name in FormerNames(chosen))
            yield return (KeyKind.SlackUserName, name);
    }

    /// <summary>Whether a name or an address is the same, however it is spelled.</summary>
    public static bool IsAlike(string? one, string? other) =>
        one is not null && other is not null && Fold.Key(one) == Fold.Key(other);
}
