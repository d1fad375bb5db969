using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// A user without an account gets one that is there, when its address is nobody's any more: that of a user who was
/// deleted, or one that nobody claims; by the same rule by which a new user would get it.
/// </summary>
internal static class TakeOver
{
    /// <summary>
    /// Has the user of a link that waits for an address take over whose it was; the links that have something to tell
    /// Slack by it, the user's first, and none if there is no account to be had.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="waiting">The link.</param>
    /// <param name="preferences">The tenant's.</param>
    /// <param name="now">When it is.</param>
    /// <param name="isUntold">Whether it is one that Slack has been told nothing about yet.</param>
    public static List<LinkId> Try(
        StoreSession store,
        Link waiting,
        Preferences preferences,
        Instant now,
        bool isUntold = false
    )
    {
        if (
            waiting is not { Kind: Kind.User, HasNothingAtSlack: true, Absent: false }
            || (!isUntold && waiting.State is not (LinkState.Blocked or LinkState.Failed))
            || Resources.Find(store, waiting.ClaimantId) is not { Deleted: null, SourceId: not null } user
            || user.Waived.IsOut
        )
            return [];
        var wanted = user.Read();
        var (match, refusal) = Match(store, waiting, user, wanted, preferences);
        if (refusal?.Undecided is var (link, why, other))
            Holds.Open(store, waiting.TenantId, link, why, now, other: other);
        // A user who is to be inactive needs no account, and leaves that of a deleted one to who comes; what nobody claims is
        // made inactive.
        if (match.Account is not Account.Unclaimed && !user.Active && !preferences.ProvisionDisabledUsers)
            return [];
        return match.Link is { } meant && match.MayBeTaken(user, user.Active, preferences) is { } verdict
            ? Take(store, waiting, user, wanted, meant, match, verdict, preferences, now)
            : [];
    }

    /// <summary>
    /// Whoever has waited longest for an address that a link has, and would get its account, takes it over; where nobody
    /// would, an operator has to say whose it is.
    /// </summary>
    public static List<LinkId> ByWaiting(StoreSession store, Link holder, Preferences preferences, Instant now)
    {
        var isAsked = false;
        foreach (var waiting in UserKeys.WaitingFor(store, holder.TenantId, holder.Id))
        {
            if (Try(store, waiting, preferences, now) is { Count: > 0 } taken)
                return taken;
            isAsked |=
                waiting.Reason is { Code: ReasonCode.AddressTaken }
                && Resources.Find(store, waiting.ClaimantId) is not { Waived.AnotherPerson: true };
        }
        var isMeant = HoldRows.Meant(store, holder.TenantId, holder.Id) is not null;
        if (isAsked && !isMeant && IsNobodys(store, Links.Get(store, holder.Id)))
            Holds.Open(store, holder.TenantId, holder.Id, ReasonCode.AddressAsked, now);
        return [];
    }

    /// <summary>The same for each link that has an address which a user waits for.</summary>
    public static List<LinkId> ByWaiting(
        StoreSession store,
        Link waiting,
        Resource? user,
        Preferences preferences,
        Instant now
    ) =>
        user is not { Deleted: null }
            ? []
            :
            [
                .. UserAddresses
                    .OfSlack(user.Read())
                    .Select(address => UserKeys.Holder(store, waiting.TenantId, KeyKind.Address, address))
                    .OfType<Link>()
                    .Where(holder => holder.Id != waiting.Id)
                    .DistinctBy(holder => holder.Id)
                    .SelectMany(holder => ByWaiting(store, holder, preferences, now)),
            ];

    /// <summary>
    /// A user wants an address no more that somebody else has: whose that account is nobody has to say, unless others wait
    /// for it.
    /// </summary>
    public static void AskNoMore(StoreSession store, Link former, string address)
    {
        var tenant = former.TenantId;
        if (
            UserKeys.HolderId(store, tenant, KeyKind.Address, address) is { } holder
            && holder != former.Id
            && !UserKeys.WaitingFor(store, tenant, holder).Any(waiting => waiting.Id != former.Id)
        )
            HoldRows.Close(store, tenant, holder, ReasonCode.AddressAsked);
    }

    /// <summary>A user who may wait for addresses has no part in Slack any more: nobody has to say whose they are.</summary>
    public static void AskNoMore(StoreSession store, Link former, ScimResource user)
    {
        if (former is { Kind: Kind.User, MayWaitForAddress: true })
            foreach (var address in UserAddresses.OfSlack(user))
                AskNoMore(store, former, address);
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
        MatchedBy by,
        Instant now
    )
    {
        if (meant.ClaimantId is { } shown)
        {
            GroupsOf.ShownChanged(store, shown, now);
            WantedMembers.Join(store, shown, user.Id);
            // Groups that nobody has claimed show who is in Slack by another id now.
            Resources.TouchUnclaimedWith(store, user.Id, now);
            Emails.Delete(store, shown);
            Resources.Delete(store, shown);
        }
        return Move(store, link, user, meant.ClaimAnew(user.Id, by), now);
    }

    /// <summary>
    /// An account that a user has and is not to have goes back to whose it was; the user is left out, with a link of its
    /// own. Gives back both links, the user's first.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="link">The account's link.</param>
    /// <param name="user">The user.</param>
    /// <param name="now">When it is.</param>
    /// <param name="isGone">Whether Slack has the account no more, so that the user gets another one.</param>
    public static List<LinkId> GiveBack(StoreSession store, Link link, Resource user, Instant now, bool isGone = false)
    {
        var why = isGone ? "the account is gone" : "it is another person's account";
        var former = Resources.Tombstone(store, link.Id)!;
        link = link.PassTo(former.Id, by: null).Want(absent: !former.Waived.Account);
        if (!link.Imported)
            link = link.Name(link.Told[SlackField.UserName] ?? link.UserName);
        link = Links.Save(store, link);
        var own = Links.Save(store, Link.New(link.TenantId, Kind.User).ClaimBy(user.Id));
        Resources.SaveUser(store, isGone ? user.LinkTo(own.Id) : user.TellApart(own.Id));
        HoldRows.Close(store, link.TenantId, link.Id);
        Operations.Hand(store, user.Id, own.Id);
        Members.Reach(store, user.Id, isReachable: false);
        if (!isGone)
            Wishes.Renew(store, link, why, now);
        Operations.GoOn(store, Wishes.Renew(store, own, why, now));
        return [own.Id, link.Id];
    }

    /// <summary>
    /// A deleted user's account is another user's from now on: no group wants it, and nobody reports to it, because of the
    /// former user. Gives back the links that have something to tell Slack by it.
    /// </summary>
    public static List<LinkId> Succeed(StoreSession store, ResourceId former, Resource user, Instant now)
    {
        WantedMembers.TakeOver(store, former, user.Id);
        return Wishes.RenewReports(store, user.TenantId, former, now, "another user has the manager's account now");
    }

    private static bool IsNobodys(StoreSession store, Link link) =>
        new KeyOwner(link, Resources.Find(store, link.ClaimantId)).IsNobodys;

    /// <summary>
    /// One link is of the account or group from now on instead of another, which nobody has: Slack knows the account again,
    /// or the group is found by its name.
    /// </summary>
    public static void Replace(StoreSession store, LinkId former, Link link, Instant now)
    {
        if (link is { Kind: Kind.Group, ClaimantId: { } group } && Links.Get(store, former).ClaimantId is { } shown)
            JoinGroups(store, shown, group, now);
        // Who was deleted is the same person: the former groups want nobody any more.
        if (link is { Kind: Kind.User, ClaimantId: { } user } && Resources.Tombstone(store, former) is { } was)
            WantedMembers.TakeOver(store, was.Id, user);
        Keys.FreeAll(store, former);
        HoldRows.DeleteAll(store, former);
        Operations.Move(store, former, link.Id);
        Resources.MoveTombstones(store, link.TenantId, former, link.Id);
        Links.Delete(store, former);
    }

    /// <summary>Has the group of a link without one at Slack claim one that nobody has claimed, with its members.</summary>
    public static Link UnclaimedGroup(
        StoreSession store,
        Link own,
        Resource group,
        Link meant,
        MatchedBy by,
        Instant now
    )
    {
        if (meant.ClaimantId is { } shown)
            JoinGroups(store, shown, group.Id, now);
        Keys.FreeAll(store, own.Id);
        HoldRows.DeleteAll(store, own.Id);
        Operations.Move(store, own.Id, meant.Id);
        Resources.Save(store, group.LinkTo(meant.Id));
        Links.Delete(store, own.Id);
        meant = Links.Save(store, meant.ClaimAnew(group.Id, by));
        UserKeys.TryReserve(store, meant, KeyKind.GroupName, group.DisplayNameKey!);
        return meant;
    }

    /// <summary>A group that an import shows is another one's from now on, with its members.</summary>
    private static void JoinGroups(StoreSession store, ResourceId shown, ResourceId group, Instant now)
    {
        GroupsOf.ShownChanged(store, shown, now);
        WantedMembers.Join(store, shown, group);
        SeenMembers.Join(store, shown.AsGroup(), group.AsGroup());
        Resources.Delete(store, shown);
    }

    private static (AccountMatch Match, Refusal? Refusal) Match(
        StoreSession store,
        Link own,
        Resource user,
        ScimResource document,
        Preferences preferences
    )
    {
        var wanted = Identity.Of(document);
        var owners = UserKeys.Owners(store, own.TenantId, wanted.Keys(preferences.UniqueUserIdentifier), own, user);
        return AccountMatch.Find(
            owners,
            wanted,
            preferences.UniqueUserIdentifier,
            user.SourceId!.Value,
            user.ExternalId,
            own.Id
        );
    }

    private static List<LinkId> Take(
        StoreSession store,
        Link waiting,
        Resource user,
        ScimResource document,
        Link meant,
        AccountMatch match,
        Verdict verdict,
        Preferences preferences,
        Instant now
    )
    {
        const string Why = "the account of whom it waited for is free";
        if (verdict is not (Verdict.Allow or Verdict.Hold))
            return [];
        if (verdict is Verdict.Allow && Guarded(store, user, document, meant, preferences, now) is { } guarded)
            verdict = new Verdict.Hold(guarded);
        user = user.Assert(match.Asserts(user.Asserted, now));
        var (taken, others) =
            match.Account == Account.Unclaimed
                ? Unclaimed(store, waiting, user, meant, match.By!.Value, now)
                : Former(store, waiting, user, meant, match, preferences, now);
        taken = verdict is Verdict.Hold held
            ? Wishes.Hold(store, taken, Why, held.Why, now)
            : Wishes.Renew(store, taken, Why, now);
        Operations.Bring(store, taken, now);
        // Who reports to the deleted user may be the one who takes the account: by now the link has a wish of its own.
        if (match.Account == Account.Former)
            others.AddRange(Succeed(store, match.Shown!.Id, user, now));
        others.AddRange(Wishes.RenewReports(store, user.TenantId, user.Id, now));
        return [taken.Id, .. others];
    }

    // An account that is activated or deactivated by it, or gets another address, is counted as if the user were new.
    private static Reason? Guarded(
        StoreSession store,
        Resource user,
        ScimResource document,
        Link meant,
        Preferences preferences,
        Instant now
    )
    {
        var caller = Caller.Itself(meant.TenantId, preferences, user.SourceId!.Value);
        return (meant.IsActive == user.Active ? null : Count(Model.Links.Guarded.Account))
            ?? (Guard.Readdresses(meant, document) ? Count(Model.Links.Guarded.Address) : null);

        Reason? Count(Model.Links.Guarded what) => GuardCount.Of(store, caller, what, meant.Id, now);
    }

    private static (Link Taken, List<LinkId> Others) Former(
        StoreSession store,
        Link waiting,
        Resource user,
        Link meant,
        AccountMatch match,
        Preferences preferences,
        Instant now
    )
    {
        meant = meant.UnlearnFor(user.Active).PassTo(user.Id, match.By).Want(absent: false);
        var (taken, others) = Move(store, waiting, user, meant, now);
        if (taken.Imported)
            return (taken, others);
        // The name that a new user would get: that of the account, which was taken while the user waited.
        var named = UserKeys.TakeFree(store, taken.Name(null), user.Read(), preferences.SlackUserName);
        return (named.UserName is null ? Links.Save(store, named.Name(taken.UserName)) : named, others);
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
        // Whose the account is nobody has to say any more.
        HoldRows.Close(store, meant.TenantId, meant.Id);
        Operations.Move(store, link.Id, meant.Id);
        Resources.SaveUser(store, user.LinkTo(meant.Id));
        Links.Delete(store, link.Id);
        meant = Links.Save(store, meant);
        UserKeys.TryReserve(store, meant, UserKeys.Seen(meant.AtSlack));
        UserKeys.TakeAddresses(store, meant, UserAddresses.OfSlack(user.Read()));
        var others = GroupsOf.AccountTurned(store, user.Id, meant.Reachable, now);
        foreach (var address in had.Except(Keys.Of(store, meant.Id, KeyKind.Address)))
            if (UserKeys.LetGo(store, meant, KeyKind.Address, address, now) is { } next)
                others.Add(next);
        return (meant, others);
    }
}
