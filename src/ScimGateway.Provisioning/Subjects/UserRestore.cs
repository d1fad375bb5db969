using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Subjects;

/// <summary>What Slack refused while its request waits is taken back: the mirror is as it was before.</summary>
internal static class UserRestore
{
    /// <summary>
    /// Takes the last wish back, and gives back the links of users who waited for a key that is free by it; null if it
    /// cannot be: the account is made already, or the old userName is another user's by now.
    /// </summary>
    public static List<LinkId>? TryTakeBack(StoreSession store, Link link, Instant now)
    {
        if (Resources.Find(store, link.ClaimantId) is not { } user)
            return null;
        if (user.Deleted is null && user.Previous is null)
            return Vanish(store, link, user, now);

        var wasDeleted = user.Deleted is not null;
        var formerName = user.UserNameKey;
        user = user.TakeBack(isOff: link.Told.Active == false, now);
        if (Namesakes.Find(store, user.TenantId, user.UserNameKey!) is { } namesake && namesake.Id != user.Id)
        {
            if (namesake.SourceId is not null)
                return null;
            Namesakes.Hide(store, namesake);
        }
        var document = user.Read();
        Resources.SaveUser(store, user, document);
        if (wasDeleted)
        {
            Members.Hide(store, user.Id, isGone: false);
            GroupsOf.ShownChanged(store, user.Id, now);
        }
        if (formerName is not null && formerName != user.UserNameKey)
            Namesakes.Show(store, user.TenantId, formerName);
        // While Slack was asked who has an address, the former one may have been let go of.
        UserKeys.TakeAddresses(store, link, UserAddresses.OfSlack(document));
        return UserKeys.Release(store, Quiet(store, link, absent: false, user.Id, now), user, now);
    }

    // A create: the resource vanishes, and the link too; of a take-over the former resource is the tombstone again.
    // Once the account is made, the user stays: what Slack refuses then is one path.
    private static List<LinkId>? Vanish(StoreSession store, Link link, Resource user, Instant now)
    {
        var tombstone = Resources.Tombstone(store, link.Id);
        if (tombstone is null && link.SlackId is not null)
            return null;
        GroupsOf.ShownChanged(store, user.Id, now);
        if (tombstone is null)
            Members.Vanish(store, user.Id);
        else
            WantedMembers.TakeOver(store, user.Id, tombstone.Id);
        Emails.Delete(store, user.Id);
        Resources.Delete(store, user.Id);
        if (user.UserNameKey is { } name)
            Namesakes.Show(store, user.TenantId, name);
        // A create may have landed unseen: its account is looked for, and is to be gone.
        if (tombstone is null && link.AskFirst)
        {
            Quiet(store, link, absent: true, null, now);
            return [];
        }
        if (tombstone is null)
        {
            var freed = UserKeys.Release(store, link.Name(null), null, now);
            Links.Delete(store, link.Id);
            return freed;
        }
        var leftInSlack = tombstone.Waived.Account;
        return UserKeys.Release(store, Quiet(store, link, absent: !leftInSlack, tombstone.Id, now), null, now);
    }

    private static Link Quiet(StoreSession store, Link link, bool absent, ResourceId? claimant, Instant now)
    {
        var name = link.UserName is null ? null : link.Told[SlackField.UserName] ?? link.UserName;
        return Links.Save(store, link.Name(name).SettleAll().TakeBack(absent, claimant, now));
    }
}
