using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>What waits for an operator's decision.</summary>
internal static class Holds
{
    /// <summary>
    /// Lists a link, or a member of its group; one that is listed for the same reason stays as it is.
    /// </summary>
    public static void Open(
        StoreSession store,
        TenantId tenantId,
        LinkId link,
        Reason why,
        Instant now,
        ResourceId? member = null,
        LinkId? other = null
    )
    {
        if (HoldRows.TryInsert(store, tenantId, link, why, now, member, other))
            Alerts.Raise(store, tenantId, Cause.Held, now, link);
    }

    /// <summary>Lists members of a group; who is listed for the same reason stays as he is.</summary>
    public static void OpenAll(
        StoreSession store,
        TenantId tenantId,
        LinkId link,
        Reason why,
        Instant now,
        IReadOnlyCollection<ResourceId> members
    )
    {
        if (HoldRows.InsertAll(store, tenantId, link, why, now, members) is > 0 and var opened)
            Alerts.Raise(store, tenantId, Cause.Held, now, link, count: opened);
    }

    /// <summary>Has what was held go to Slack; gives back other links that have something to do by it.</summary>
    public static List<LinkId> Release(StoreSession store, Hold hold, string by, Instant now)
    {
        HoldRows.Delete(store, hold);
        if (hold.MemberId is { } member)
        {
            Members.Release(store, Group(store, hold), member);
            Wishes.Join(store, hold.LinkId, "an operator released a member", now);
        }
        else if (Links.Find(store, hold.LinkId) is not { } link)
            return [];
        else if (link.State == LinkState.Held && link.Reason == hold.Reason)
        {
            var claimant = Resources.Find(store, link.ClaimantId);
            if (hold.Reason.IsReopened && claimant is not null)
                (link, claimant) = EndDismissal(store, link, claimant);
            var isPerson = hold.Reason.Code == ReasonCode.AnotherPerson && claimant is { Deleted: null };
            if (isPerson)
                link = link.UnlearnFor(claimant!.Active).PassTo(claimant.Id, MatchedBy.Operator);
            List<LinkId> others =
                isPerson && Resources.Tombstone(store, link.Id) is { } former
                    ?
                    [
                        .. TakeOver.Succeed(store, former.Id, claimant!, now),
                        .. Wishes.RenewReports(store, claimant!.TenantId, claimant.Id, now),
                    ]
                    : [];
            // The operations that were held have their outcome with the wish that is made of them now.
            link = ToldToBeOut(link, claimant);
            Operations.GoOn(store, Wishes.Renew(store, link, "an operator released it", by, now));
            return claimant is null ? others : [.. others, .. GroupsOf.WantedAgain(store, claimant.Id, now)];
        }
        else if (link is { State: LinkState.Protected, Protection: not { IsForEver: true } })
            // A provider asked for it and was refused: its next try finds the account free to be claimed, and what
            // Slack says to it counts.
            Links.Save(store, link.Release());
        return [];
    }

    /// <summary>
    /// Has groups let go of a deleted user whose removal from them waits; gives back their links.
    /// </summary>
    public static List<LinkId> ReleaseDeleted(StoreSession store, ResourceId user, Instant now) =>
        HoldRows
            .OfMember(store, user)
            .ConvertAll(hold =>
            {
                HoldRows.Delete(store, hold);
                Members.Release(store, Group(store, hold), user);
                Wishes.Join(store, hold.LinkId, "a member was deleted whose removal waited", now);
                return hold.LinkId;
            });

    /// <summary>
    /// Has what an operator dismissed wait for a decision again, of an account or group and of its members; false if
    /// nothing was dismissed.
    /// </summary>
    public static bool Reopen(StoreSession store, Link link, Resource claimant, string by, Instant now)
    {
        if (claimant.Waived.Reopens is { } why)
        {
            Wishes.Hold(store, link, "an operator took a dismissal back", why, now, by);
            return true;
        }
        if (claimant is not { Kind: Kind.Group, Deleted: null })
            return false;
        var group = claimant.Id.AsGroup();
        var members = Members.BlockedBy(store, group, ReasonCode.Dismissed);
        if (members.Count == 0)
            return false;
        Members.LeaveOut(store, group, members, ReasonCode.Reopened);
        Wishes.Join(store, link.Id, "an operator took dismissals of members back", now);
        OpenAll(store, link.TenantId, link.Id, ReasonCode.Reopened, now, members);
        OperationJournal.WriteDecided(store, link, claimant.Id, "took dismissals of members back", by, now);
        return true;
    }

    /// <summary>
    /// Slack does not hear of it, until the provider wants something else. Who is not the person whose account it was
    /// gives it back. Gives back other links that have something to do by it.
    /// </summary>
    public static List<LinkId> Dismiss(StoreSession store, Hold hold, string by, Instant now)
    {
        HoldRows.Delete(store, hold);
        if (hold.MemberId is { } member)
        {
            Members.Dismiss(store, Group(store, hold), member);
            Wishes.Join(store, hold.LinkId, "an operator dismissed the removal of a member", now);
        }
        else if (
            Links.Find(store, hold.LinkId) is { State: LinkState.Held } link
            && link.Reason == hold.Reason
            && Resources.Find(store, link.ClaimantId) is { } resource
        )
        {
            OperationJournal.Dismiss(store, link, by, now);
            // A deleted group stays as Slack has it, with all who are in it.
            if (resource is { Kind: Kind.Group, Deleted: not null })
                HoldRows.DeleteMembers(store, link.Id);
            if (hold.Reason.Code == ReasonCode.AnotherPerson && resource.Deleted is null)
                return TakeOver.GiveBack(store, link, resource, now);
            var endsAsGuest = resource is { Kind: Kind.User, Active: true } && !resource.IsToBeActive(link, now);
            Resources.Save(store, resource.Dismiss(hold.Reason, isLeaver: link.Absent, endsAsGuest));
            link = ToldToBeOut(link, resource).Want(absent: false);
            Wishes.Renew(store, link, "an operator dismissed it", by, now);
        }
        return [];
    }

    /// <summary>What was dismissed is wanted again.</summary>
    public static (Link Link, Resource Claimant) EndDismissal(StoreSession store, Link link, Resource claimant)
    {
        (link, claimant) = Undismissed(link, claimant);
        return (link, Resources.Save(store, claimant));
    }

    /// <summary>A link and its claimant as they are once what was dismissed is wanted again.</summary>
    public static (Link Link, Resource Claimant) Undismissed(Link link, Resource claimant) =>
        (link.Want(absent: link.Absent || claimant.Deleted is not null), claimant.Reopen());

    // Whoever is to be inactive and was let in by hand meanwhile is told so again.
    private static Link ToldToBeOut(Link link, Resource? claimant) =>
        !link.Absent && claimant is { Deleted: null, Active: true }
            ? link
            : link.Unlearn(link.ChangedSinceEcho.And(FieldSet.Of(SlackField.Active)));

    private static GroupId Group(StoreSession store, Hold hold) =>
        Links.Find(store, hold.LinkId)!.ClaimantId!.Value.AsGroup();
}
