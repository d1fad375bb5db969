using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Importing;

/// <summary>What becomes of an account or a group that Slack does not have any more.</summary>
internal static class Vanished
{
    /// <summary>Whether a group that was deleted in Slack is made again now, by other preferences.</summary>
    public static bool IsMadeAgain(Link link, Preferences preferences) =>
        link is { Kind: Kind.Group, State: LinkState.Broken, SlackId: null, Absent: false }
        && preferences.MakesGroupsAgain();

    /// <summary>
    /// Somebody has deleted in Slack what a provider has: a group is made again with its members, at once by preference,
    /// else it is broken until its source's next write. Slack deletes no account by itself, so an account is broken; its
    /// user's next write asks Slack for the address before another account is made. What a deleted user or group had is
    /// free, also where another user was to have it.
    /// </summary>
    public static DriftedLink Note(StoreSession store, Link link, Preferences preferences, Instant now)
    {
        var (wasHeld, waiting) = (link.State == LinkState.Held, Resources.Find(store, link.ClaimantId));
        // Whether it is the same person's account nobody has to say any more: the user gets another one.
        LinkId? own = null;
        if (wasHeld && waiting is { Deleted: null } && Resources.Tombstone(store, link.Id) is not null)
        {
            own = TakeOver.GiveBack(store, link, waiting, now, isGone: true)[0];
            link = Links.Get(store, link.Id);
        }
        var isDeleted = Resources.Find(store, link.ClaimantId) is { Deleted: not null };
        if (wasHeld || isDeleted)
            HoldRows.Close(store, link.TenantId, link.Id); // there is nothing to decide about any more
        var isRestored = link.Kind == Kind.Group && !isDeleted && preferences.MakesGroupsAgain();
        var lost = new DriftedLink(
            link.Id,
            link.ClaimantId,
            isRestored ? Remark.DriftRestored : Remark.DriftReported,
            ["Deleted"]
        );
        if (link.Kind == Kind.Group)
            ToldMembers.ForgetAll(store, link.ClaimantId!.Value.AsGroup());
        link = Links.Save(
            store,
            link.Kind == Kind.User ? link.ReadInVain(Reason.UnknownUser, now)
                : isRestored || isDeleted || wasHeld ? link.Vanish().Drift(null, false, "")
                : link.Vanish().ReadInVain(Reason.UnknownGroup, now)
        );
        if (wasHeld && own is null)
            EndHeld(store, link, waiting, now);
        if (isRestored)
            Wishes.Renew(store, link, "restoring what was deleted in Slack", now);
        else if (!isDeleted)
            Drift.Report(store, link, "deleted in Slack", now);
        else
        {
            Wishes.Record(store, link, "deleted in Slack", OperationOutcome.Reported, now);
            foreach (var (kind, key) in Keys.Of(store, link.Id))
                UserKeys.LetGo(store, link, kind, key, now);
        }
        if (own is { } id)
            UserKeys.TakeFree(store, Links.Get(store, id), waiting!.Read(), preferences.SlackUserName);
        return lost;
    }

    // What was held of it has its outcome: who was to leave has left, and anything else cannot be done.
    private static void EndHeld(StoreSession store, Link link, Resource? claimant, Instant now)
    {
        Operations.GoOn(store, link);
        var isDone = link.Absent || claimant is not { Deleted: null, Active: true };
        var served = new Served(link.Id, link.WantedVersion - 1, link.WantedVersion);
        Operations.Finish(
            store,
            served,
            isDone ? OperationOutcome.Done : OperationOutcome.Failed,
            isDone ? null : Reason.UnknownUser.Sentence,
            now
        );
        if (link.Kind == Kind.Group)
            Wishes.Renew(store, link, "deleted in Slack", now);
    }
}
