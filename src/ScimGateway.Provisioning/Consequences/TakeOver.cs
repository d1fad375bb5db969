using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// A user without an account gets one that is there, when its address is nobody's any more: that of a user who was
/// deleted, or one that nobody claims; by the same rule by which a new user would get it.
/// </summary>
internal static class TakeOver
{
    private const int MostWaiting = 100;

    /// <summary>
    /// Whether the user of a link would get the account of another one, were it new with this document.
    /// </summary>
    /// <exception cref="Declined">It is not clear which account is meant, or nobody may have it yet.</exception>
    public static bool IsDue(
        StoreSession store,
        Link link,
        Link holder,
        Protocol.Resources.ScimResource user,
        Preferences preferences
    ) =>
        link is { SlackId: null, AskFirst: false, Absent: false }
        && Declined.IsNobodys(store, holder)
        && Match(store, link.TenantId, user, preferences).Link?.Id == holder.Id;

    /// <summary>
    /// Has the user of a link that waits for an address take over whose it was; the links that have something to tell
    /// Slack by it, the user's first, and none if there is no account to be had.
    /// </summary>
    public static List<LinkId> Try(StoreSession store, Link waiting, Preferences preferences, Instant now)
    {
        if (
            waiting
                is not {
                    Kind: Kind.User,
                    SlackId: null,
                    AskFirst: false,
                    Absent: false,
                    State: LinkState.Blocked or LinkState.Failed
                }
            || Resources.Find(store, waiting.ClaimantId) is not { Deleted: null, SourceId: not null } user
            || user.Waived is { Scope: true } or { Account: true }
        )
            return [];
        try
        {
            var match = Match(store, waiting.TenantId, UserDocument.Of(user), preferences);
            return match.Link is { } meant ? Take(store, waiting, user, meant, match, preferences, now) : [];
        }
        catch (Declined declined)
        {
            if (declined.Undecided is var (link, why, other))
                Holds.Open(store, waiting.TenantId, link, why, now, other: other);
            return [];
        }
    }

    /// <summary>
    /// Whoever has waited longest for an address of somebody who is deleted, and is that person, takes the account over;
    /// where nobody is, an operator has to say whose it is.
    /// </summary>
    public static List<LinkId> ByWaiting(StoreSession store, Link holder, Preferences preferences, Instant now)
    {
        var isAsked = false;
        foreach (var address in Keys.Of(store, holder.Id, KeyKind.Address))
        foreach (var waiting in Links.WaitingFor(store, holder.TenantId, address, MostWaiting))
        {
            var user = UserDocument.Of(Resources.Find(store, waiting.ClaimantId)!);
            if (!UserAddresses.OfSlack(user).Any(wanted => Fold.Key(wanted) == address))
                continue;
            if (Try(store, waiting, preferences, now) is { Count: > 0 } taken)
                return taken;
            isAsked = true;
        }
        if (isAsked && Declined.IsNobodys(store, Links.Get(store, holder.Id)))
            Holds.Open(store, holder.TenantId, holder.Id, ReasonCode.AddressAsked, now);
        return [];
    }

    /// <summary>
    /// Has the user of a link without an account claim one that nobody has claimed; with the links of others that have
    /// something to tell Slack by it.
    /// </summary>
    public static (Link Claimed, List<LinkId> Others) Unclaimed(
        StoreSession store,
        Link link,
        Resource user,
        Link meant,
        Instant now
    )
    {
        if (meant.ClaimantId is { } shown)
        {
            GroupsOf.Moved(store, shown, now);
            WantedMembers.Join(store, shown, user.Id);
            // Groups that nobody has claimed show who is in Slack by another id now.
            Resources.TouchUnclaimedWith(store, user.Id, now);
            Emails.Delete(store, shown);
            Resources.Delete(store, shown);
        }
        return Move(store, link, user, meant.ClaimAnew(user.Id), now);
    }

    private static AccountMatch Match(
        StoreSession store,
        TenantId tenantId,
        Protocol.Resources.ScimResource user,
        Preferences preferences
    ) => AccountMatch.Find(store, tenantId, preferences.UniqueUserIdentifier, user, UserAddresses.OfSlack(user));

    private static List<LinkId> Take(
        StoreSession store,
        Link waiting,
        Resource user,
        Link meant,
        AccountMatch match,
        Preferences preferences,
        Instant now
    )
    {
        const string Why = "the account of whom it waited for is free";
        var wish = new UserWish(
            Trigger.Create,
            match.Account,
            match.Shown!.Active,
            user.Active,
            ChangesMore: true,
            meant.Protection is not null
        );
        var verdict = UserPolicy.Decide(preferences, wish);
        if (verdict is not (Verdict.Allow or Verdict.Hold))
            return [];
        var (taken, others) =
            match.Account == Account.Unclaimed
                ? Unclaimed(store, waiting, user, meant, now)
                : Former(store, waiting, user, meant, match.Shown, preferences, now);
        HoldRows.Close(store, taken.TenantId, taken.Id);
        if (verdict is Verdict.Hold held)
            Wishes.Hold(store, taken, Why, held.Why, now);
        else
            Wishes.Renew(store, taken, Why, now);
        return [taken.Id, .. others];
    }

    private static (Link Taken, List<LinkId> Others) Former(
        StoreSession store,
        Link waiting,
        Resource user,
        Link meant,
        Resource tombstone,
        Preferences preferences,
        Instant now
    )
    {
        WantedMembers.TakeOver(store, tombstone.Id, user.Id);
        var (taken, others) = Move(store, waiting, user, meant.ClaimBy(user.Id).Want(absent: false), now);
        if (taken.Imported)
            return (taken, others);
        var name = UserKeys.FreeName(store, taken, UserDocument.Of(user).Text("userName")!, preferences.SlackUserName);
        UserKeys.TryReserve(store, taken, KeyKind.SlackUserName, name);
        return (Links.Save(store, taken.Name(name)), others);
    }

    // From the link without an account to the one with.
    private static (Link Taken, List<LinkId> Others) Move(
        StoreSession store,
        Link link,
        Resource user,
        Link meant,
        Instant now
    )
    {
        var had = Keys.Of(store, link.Id, KeyKind.Address);
        Keys.FreeAll(store, link.Id);
        HoldRows.DeleteAll(store, link.Id);
        Operations.Move(store, link.Id, meant.Id);
        user.LinkId = meant.Id;
        Resources.SaveUser(store, user);
        Links.Delete(store, link.Id);
        meant = Links.Save(store, meant);
        foreach (var key in UserKeys.Seen(meant.AtSlack))
            UserKeys.TryReserve(store, meant, key.Kind, key.Value);
        foreach (var wanted in UserAddresses.OfSlack(UserDocument.Of(user)))
            UserKeys.TryReserve(store, meant, KeyKind.Address, wanted);
        var others = GroupsOf.Reached(store, user.Id, meant.Reachable, now);
        foreach (var address in had.Except(Keys.Of(store, meant.Id, KeyKind.Address)))
            if (UserKeys.LetGo(store, meant, KeyKind.Address, address, now) is { } next)
                others.Add(next);
        return (meant, others);
    }
}
