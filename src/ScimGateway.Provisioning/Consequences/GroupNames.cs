using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// The names that a group has or will have at Slack, where a name is one group's: the wanted one from the write-down
/// on, the former ones until Slack has let go of them.
/// </summary>
internal static class GroupNames
{
    /// <summary>
    /// A group in the mirror alone lets go of a name: the group that Slack has by it, and that was hidden for it, is shown.
    /// </summary>
    public static void Show(StoreSession store, TenantId tenantId, string key, Instant now)
    {
        if (Namesakes.Hidden(store, tenantId, KeyKind.GroupName, key) is not var (link, hidden))
            return;
        Resources.Save(store, hidden.Show(key).Touch(now));
        Reason? why = hidden.Waived.Unlinked ? ReasonCode.Unlinked : null;
        Links.Save(store, link.Present(hidden.Id, LinkEvent.Shown, why, now));
    }

    /// <summary>Lets go of the names that the group neither wants nor has at Slack.</summary>
    public static void Release(StoreSession store, Link link, Resource? claimant)
    {
        var delivered = link.Told[SlackField.DisplayName];
        // While it is not known which name Slack has, each that it may have is kept.
        if (link.SlackId is null ? link.AskFirst : delivered is null)
            return;
        var wanted = claimant is { Deleted: null } ? claimant.DisplayNameKey : null;
        foreach (var name in Keys.Of(store, link.Id, KeyKind.GroupName))
            if (name != wanted && (delivered is null || name != Fold.Key(delivered)))
                Keys.Free(store, link, KeyKind.GroupName, name);
    }
}
