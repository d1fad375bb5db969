using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Subjects;

/// <summary>
/// What Slack refused of a group while its request waits is taken back, and so is what that request said of members; what
/// others have said since stays (docs/rooms/subjects.md).
/// </summary>
internal static class GroupRestore
{
    /// <summary>
    /// Takes the last wish of the document back; false if that cannot be: the group is made already, or the old name is
    /// another group's by now.
    /// </summary>
    public static bool TryTakeBack(StoreSession store, Link link, Instant now)
    {
        if (Resources.Find(store, link.ClaimantId) is not { } group)
            return false;
        if (group.Deleted is null && group.Previous is null)
            return TryVanish(store, link, group);

        var wasDeleted = group.Deleted is not null;
        group = group.TakeBack(isOff: false, now);
        if (ResourceNames.IsGroupNameTaken(store, group.TenantId, group.DisplayNameKey, group.Id))
            return false;
        Resources.Save(store, group);
        WantedMembers.TakeBack(store, group.TenantId, link.Id, group.Id.AsGroup(), now);
        if (wasDeleted)
        {
            Members.Hide(store, group.Id, isGone: false);
            GroupsOf.ShownChanged(store, group.Id, now);
        }
        // While Slack was asked who has a name, the former one may have been let go of.
        UserKeys.TryReserve(store, link, KeyKind.GroupName, group.DisplayName!);
        GroupNames.Release(store, Links.Save(store, link.TakeBack(absent: false, group.Id, now)), group);
        return true;
    }

    // A create: the group vanishes, and the link too; of a take-over the former group is the tombstone again.
    private static bool TryVanish(StoreSession store, Link link, Resource group)
    {
        if (link.SlackId is not null)
            return false;
        Members.DropAll(store, group.Id.AsGroup());
        GroupsOf.ShownChanged(store, group.Id, group.Modified);
        Members.Vanish(store, group.Id); // somebody may have put it into another group meanwhile
        Resources.Delete(store, group.Id);
        // A create may have landed unseen: its group is looked for, and is to be gone.
        if (link.AskFirst)
        {
            Links.Save(store, link.TakeBack(absent: true, null, group.Modified));
            return true;
        }
        if (Resources.Tombstone(store, link.Id) is { } tombstone)
        {
            GroupNames.Release(
                store,
                Links.Save(store, link.TakeBack(absent: true, tombstone.Id, group.Modified)),
                null
            );
            return true;
        }
        Keys.FreeAll(store, link.Id);
        Links.Delete(store, link.Id);
        return true;
    }
}
