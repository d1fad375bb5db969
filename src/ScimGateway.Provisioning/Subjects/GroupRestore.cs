using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Subjects;

/// <summary>
/// What Slack refused of a group while its request waits is taken back. Member rows stay: requests change them side by
/// side, and wishes for them may not be settled yet.
/// </summary>
internal static class GroupRestore
{
    /// <summary>Takes the last wish of the document back; false if that cannot be: the group is made already, or the old name is another group's by now.</summary>
    public static bool TryTakeBack(StoreSession store, Link link, long now)
    {
        if (Rows.ReadResource(store, link.ClaimantId) is not { } group)
            return false;
        if (group.Deleted is null && group.Previous is null)
            return TryVanish(store, link, group);

        var (isClaim, wasDeleted) = (group.PreviousAsserted is null, group.Deleted is not null);
        if (group.Deleted is null)
            group.Document = group.Previous!;
        (group.Asserted, group.Waived) = (group.PreviousAsserted ?? PathSet.Nothing, group.PreviousWaived ?? Waived.Nothing);
        if (isClaim) // nobody had it: it shows Slack's group again
            (group.SourceId, group.Asserted, group.Waived) = (null, PathSet.Nothing, Waived.Nothing);
        (group.Deleted, group.Previous, group.PreviousAsserted, group.PreviousWaived) = (null, null, null, null);
        group.Version++;
        group.Modified = now;
        GroupDocument.Describe(group, GroupDocument.Of(group));
        if (
            store.First(
                "select 1 from resources where tenant_id = @tenant and display_name_key = @key and kind = 1 and id <> @id",
                row => row.Int(),
                ("@tenant", group.TenantId),
                ("@key", group.DisplayNameKey),
                ("@id", group.Id)
            ) == 1
        )
            return false;
        Resources.Save(store, group);
        if (wasDeleted)
        {
            MemberRows.Hide(store, group.Id, isGone: false);
            GroupRow.Moved(store, group.Id, now);
        }
        GroupRow.ReleaseNames(store, Links.Save(store, link.TakeBack(absent: false, group.Id, now)), group);
        return true;
    }

    // A create: the group vanishes, and the link too; of a take-over the former group is the tombstone again.
    private static bool TryVanish(StoreSession store, Link link, Resource group)
    {
        if (link.SlackId is not null)
            return false;
        MemberRows.DropAll(store, group.Id);
        GroupRow.Moved(store, group.Id, group.Modified);
        MemberRows.Vanish(store, group.Id); // somebody may have put it into another group meanwhile
        store.Execute("delete from resources where id = @id", ("@id", group.Id));
        // A create may have landed unseen: its group is looked for, and is to be gone.
        if (link.AskFirst)
        {
            Links.Save(store, link.TakeBack(absent: true, null, group.Modified));
            return true;
        }
        var tombstone = store.First(
            "select id from resources where link_id = @link and deleted is not null order by deleted desc limit 1",
            row => (Guid?)row.Id(),
            ("@link", link.Id)
        );
        if (tombstone is not null)
        {
            GroupRow.ReleaseNames(store, Links.Save(store, link.TakeBack(absent: true, tombstone, group.Modified)), null);
            return true;
        }
        store.Execute("delete from keys where link_id = @id", ("@id", link.Id));
        Links.Delete(store, link.Id);
        return true;
    }
}
