using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// Looks at claimed accounts, and those that are to be gone, as Slack showed them: that is noted. The provider's document
/// stays as it is; what has drifted is said.
/// </summary>
internal sealed class ClaimedAccounts(StoreSession store, Tenant tenant, Instant now)
{
    private readonly Preferences _preferences = Preferences.FromJson(tenant.Preferences);

    /// <summary>Notes what Slack shows of one of which nothing is under way; what has drifted, if anything.</summary>
    /// <param name="link">The account.</param>
    /// <param name="claimant">Whose it is.</param>
    /// <param name="user">What Slack shows.</param>
    /// <param name="isFirstHand">Whether Slack showed it in its answer to a write.</param>
    public DriftedLink? See(Link link, Resource? claimant, SlackUser user, bool isFirstHand)
    {
        var wasAtRest = link.State != LinkState.Unknown || link is { Reason: null, SetAside.IsEmpty: true };
        link = Note(link, user);
        NoteKeys(link, claimant, user.Seen);
        if (link is { State: LinkState.Protected, Protection.IsProven: true })
            Wishes.Renew(store, link.TryAgain(), "an import looks again whether Slack lets it be changed", now);
        else if (link.HeldFor is not null)
            return SeeHeld(link, claimant, user.Seen, isFirstHand);
        else if (link.IsAtRest)
        {
            var drift = new DriftLook(store, link, user.Seen, null, _preferences, now, isFirstHand).Find();
            if (!wasAtRest && Links.Get(store, link.Id) is { State: LinkState.Settled } known)
                Wishes.Renew(store, known, "somebody wrote the account by the v1 lane", now);
            return drift;
        }
        else if (link.State == LinkState.Broken)
            Wishes.Renew(store, link, "Slack knows the account again", now);
        return null;
    }

    private Link Note(Link link, SlackUser user)
    {
        var isOwner = user.Id == tenant.TokenOwner;
        link = link.See(user.Seen, now, isEcho: false);
        if (link.State == LinkState.Unknown)
            link = link.Know(now);
        if (isOwner && link.Protection is null)
            link = link.SeeProtected(ReasonCode.TokenOwner);
        else if (link.Protection is { Code: ReasonCode.TokenOwner } && !isOwner) // the token is another one's now
            link = link.SeeFree();
        return Links.Save(store, link);
    }

    private void NoteKeys(Link link, Resource? claimant, SlackProfile seen)
    {
        // Of who is gone nothing is wanted: the account has what Slack shows of it, which is nothing if it was erased.
        if (link is { Absent: true, IsUnsettled: false })
            UserKeys.LetGoBut(store, link, UserKeys.Seen(seen), now);
        // What somebody had given it by hand, and took away again, others may have.
        else if (link is { IsAtRest: true, DriftedAt: not null })
            UserKeys.Release(store, link, claimant, now, seen);
        UserKeys.TryReserve(store, link, UserKeys.Seen(seen));
    }

    // What is held an operator decides, who is to know what somebody has done meanwhile; unless Slack has it by now.
    private DriftedLink? SeeHeld(Link link, Resource? claimant, SlackProfile seen, bool isFirstHand)
    {
        if (link.HeldFor == HeldFor.DeactivatedInSlack && seen.Active == true)
        {
            HoldRows.Close(store, link.TenantId, link.Id);
            var back = link.TakeDrift(seen, FieldSet.Of(SlackField.Active));
            Wishes.Renew(store, back, "somebody has activated the account again in Slack", now);
            return null;
        }
        if (IsOvertaken(link, claimant, seen))
        {
            EndOvertaken(link, claimant, seen);
            return null;
        }
        var reporting = _preferences with { Drift = DriftHandling.Report };
        return new DriftLook(store, link, seen, null, reporting, now, isFirstHand).Find();
    }

    // Whether Slack has by now what awaits approval: somebody has done it, or undone what was to be set back. There is
    // nothing left to decide.
    private bool IsOvertaken(Link link, Resource? claimant, SlackProfile seen) =>
        link.Reason switch
        {
            { Code: ReasonCode.GuardAccounts or ReasonCode.Reopened } => seen.Active
                == (!link.Absent && claimant?.IsToBeActive(link, now) == true),
            { IsOfAddress: true } => claimant is { Deleted: null }
                && seen[SlackField.PrimaryEmail] is { } has
                && UserAddresses.OfSlack(claimant.Read()) is [var wanted, ..]
                && Fold.Key(has) == Fold.Key(wanted),
            _ => false,
        };

    private void EndOvertaken(Link link, Resource? claimant, SlackProfile seen)
    {
        HoldRows.Close(store, link.TenantId, link.Id);
        if (link.Reason!.IsReopened && claimant is not null)
            (link, _) = Holds.EndDismissal(store, link, claimant);
        // Whatever else is other there is drift still.
        var known = FieldSet.Of(SlackField.Active, SlackField.PrimaryEmail);
        var echo = link.Echo is null ? seen : SlackProfile.Read(link.Echo).With(seen.Only(known.Has));
        Wishes.Renew(store, link.TakeDrift(echo, known), "Slack has what was held", now);
    }
}
