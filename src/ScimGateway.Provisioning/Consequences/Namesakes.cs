using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// Who else has a userName. A user has it alone: an account that nobody claims is not shown while a user has its name,
/// and is again when the user lets go of it.
/// </summary>
internal static class Namesakes
{
    /// <summary>Who is shown under the name of a key; null if nobody is.</summary>
    public static Resource? Find(StoreSession store, TenantId tenantId, string key) =>
        ResourceNames.OfUserName(store, tenantId, key);

    /// <summary>
    /// Hides an account that nobody claims. Its link keeps the Slack user name, by which it is found again.
    /// </summary>
    public static void Hide(StoreSession store, Resource namesake) => Resources.SaveUser(store, namesake.Hide());

    /// <summary>
    /// Nobody is shown under the name any more: the account that was hidden for it is. Whose are never shown, bots and
    /// the token's owner, are protected; nor is it who lets go of the name, if he is still who has the link.
    /// </summary>
    public static void Show(StoreSession store, TenantId tenantId, string key, LinkId by = default)
    {
        if (Hidden(store, tenantId, KeyKind.SlackUserName, key, by) is var (_, hidden))
            Resources.SaveUser(store, hidden.Show(key));
    }

    /// <summary>
    /// The account or group that Slack has by a name, and that is hidden for it, with its link; null if there is none, or
    /// if it has the link that lets go of the name.
    /// </summary>
    public static (Link Link, Resource Hidden)? Hidden(
        StoreSession store,
        TenantId tenantId,
        KeyKind kind,
        string key,
        LinkId by = default
    ) =>
        UserKeys.HolderId(store, tenantId, kind, key) is { } holder
        && holder != by
        && Links.Find(store, holder) is { Protection: null } link
        && Resources.Find(store, link.ClaimantId) is { SourceId: null, Hidden: true, Deleted: null } hidden
            ? (link, hidden)
            : null;
}
