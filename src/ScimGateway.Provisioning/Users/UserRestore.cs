using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;

namespace ScimGateway.Provisioning.Users;

/// <summary>What Slack refused while its request waits is taken back: the mirror is as it was before.</summary>
internal static class UserRestore
{
    /// <summary>Takes the last wish back; false if that cannot be, since its old userName is another user's by now.</summary>
    public static bool TryTakeBack(StoreSession store, Link link, long now)
    {
        if (Rows.ReadResource(store, link.ClaimantId) is not { } user)
            return false;
        if (user.Deleted is null && user.Previous is null)
        {
            Vanish(store, link, user);
            return true;
        }

        // A delete comes back with its document, a change with the one before.
        if (user.Deleted is null)
            (user.Document, user.Asserted) = (user.Previous!, user.PreviousAsserted ?? "");
        (user.Deleted, user.Previous, user.PreviousAsserted) = (null, null, null);
        user.Version++;
        user.Modified = now;
        UserRow.Describe(user, UserRow.Document(user));
        try
        {
            UserRow.Save(store, user);
        }
        catch (ScimException)
        {
            return false;
        }
        Quiet(store, link, absent: false, user.Id);
        UserKeys.Release(store, link, user);
        return true;
    }

    // A create: the resource vanishes, and the link too if Slack never had an account for it; a claim ends.
    private static void Vanish(StoreSession store, Link link, Resource user)
    {
        store.Execute("delete from emails where resource_id = @id", ("@id", user.Id));
        store.Execute("delete from resources where id = @id", ("@id", user.Id));
        if (link.SlackId is null)
        {
            store.Execute("delete from keys where link_id = @id", ("@id", link.Id));
            store.Execute("delete from links where id = @id", ("@id", link.Id));
            return;
        }
        Quiet(store, link, absent: !link.Imported, claimant: null);
        UserKeys.Release(store, link, null);
    }

    private static void Quiet(StoreSession store, Link link, bool absent, Guid? claimant) =>
        store.Execute(
            "update links set settled_version = wanted_version, state = @state, reason = null, due = null, answer_by = null, attempts = 0, "
                + "absent = @absent, claimant_id = @claimant where id = @id",
            ("@state", LinkState.Settled),
            ("@absent", absent),
            ("@claimant", claimant),
            ("@id", link.Id)
        );
}
