using System.Text;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// Writes down accounts that Slack showed: a link for each, and beside it the resource that shows it until a provider
/// claims it. Runs inside the store's writer.
/// </summary>
internal sealed class ImportedAccounts(StoreSession store, Tenant tenant, Instant now)
{
    // Of a profile that names a manager, as links keep it (SlackProfile.WriteTo).
    private static readonly byte[] _hasManager =
    [
        .. "\""u8,
        .. Encoding.UTF8.GetBytes(SlackProfile.Name(SlackField.Manager)),
        .. "\":\""u8,
    ];

    private readonly Preferences _preferences = Preferences.FromJson(tenant.Preferences);

    /// <summary>
    /// The links to look at again when all accounts are known, after a link: whose manager was not, and whose keys
    /// another one had.
    /// </summary>
    public static List<LinkId> Unfinished(StoreSession store, TenantId tenantId, LinkId after, int most) =>
        LinksToRead.WithoutManager(store, tenantId, _hasManager, after, most);

    /// <summary>Writes down an account.</summary>
    /// <param name="user">What Slack showed.</param>
    /// <param name="asked">When Slack was asked: what was written since then is newer.</param>
    public Finding Write(SlackUser user, Instant asked)
    {
        if (!Fold.CanBeKey(user.Id))
            return new Finding(Found.Unreadable);
        var link = Links.BySlackId(store, tenant.Id, Kind.User, user.Id);
        if (link is null)
            return Match(user) is { } match ? new Finding(Found.PassedOver, match) : Present(NewLink(user), null, user);
        if (link.Protection is { Code: ReasonCode.ErasedHere }) // and stays so, whatever Slack shows of it
            return new Finding(Found.Claimed, Remark.Protected);
        if (link.Since >= asked || link.SeenAt >= asked || link.LostUntil >= asked)
            return new Finding(Found.BeingWritten);
        if (link.State == LinkState.Pending)
        {
            // Of a store that was restored nothing is told before an operator has seen it: what a provider wants
            // meanwhile is no reason to look no second time.
            if (tenant.Restored is not null && link is { IsDriftSuspected: true, Sent: false })
                SeeBeside(Links.Save(store, link.Drift(null, false, "")), user);
            return new Finding(Found.BeingWritten);
        }
        // Slack seemed to know it no more, and its user, who has no other account yet, has let go of it.
        if (link is { State: LinkState.Broken, ClaimantId: null } && Match(user) is { } lost)
            return new Finding(Found.PassedOver, lost);
        return Take(link, user, isFirstHand: false);
    }

    /// <summary>
    /// Writes down what Slack shows of an account that somebody wrote by the v1 lane: nothing of it is newer.
    /// </summary>
    /// <param name="link">The account, which is unknown.</param>
    /// <param name="user">What Slack shows.</param>
    /// <param name="isFirstHand">Whether Slack showed it in its answer to that write.</param>
    public void Know(Link link, SlackUser user, bool isFirstHand) => Take(link, user, isFirstHand);

    /// <summary>
    /// Notes what Slack's answer to a script shows of an account of which a provider's change has come meanwhile.
    /// </summary>
    public void SeeBeside(Link link, SlackUser user)
    {
        link = Links.Save(store, link.See(user.Seen, now, isEcho: false));
        UserKeys.TryReserve(store, link, UserKeys.Seen(user.Seen));
        Drift.LookBeside(store, link, user.Seen, _preferences, now);
    }

    // What Slack shows of an account that there is a link of, of which nothing is under way.
    private Finding Take(Link link, SlackUser user, bool isFirstHand)
    {
        var shown = Resources.Find(store, link.ClaimantId);
        if (link.Absent || shown is { SourceId: not null } or { Deleted: not null })
        {
            var drift = See(link, shown, user, isFirstHand);
            return new Finding(Found.Claimed, link.Protection is null ? null : Remark.Protected, drift);
        }
        var seen = link.See(user.Seen, now, isEcho: true).Reach(IsReachable(user));
        if (seen.Reachable != link.Reachable && link.ClaimantId is { } member)
            GroupsOf.Reached(store, member, seen.Reachable, now);
        return Present(seen, shown, user);
    }

    /// <summary>Looks at an unclaimed account again as Slack last showed it.</summary>
    public void LookAgain(LinkId linkId)
    {
        var link = Links.Find(store, linkId)!;
        if (
            link is { State: not LinkState.Pending, Absent: false, Seen: { } seen, SlackId: { } slackId }
            && Resources.Find(store, link.ClaimantId) is { SourceId: null, Deleted: null } shown
        )
            Present(link, shown, new SlackUser(slackId, SlackProfile.Read(seen), null, []));
    }

    /// <summary>Shows an account whose claim an operator has ended, as Slack has it.</summary>
    public void Show(Link link) =>
        Present(link, null, new SlackUser(link.SlackId!, link.AtSlack, null, []), isUnlinked: true);

    private Link NewLink(SlackUser user) =>
        Links.Save(
            store,
            Link.Found(tenant.Id, Kind.User, user.Id, user.Seen, IsReachable(user), now)
                .ClaimBy(ResourceId.New(now.ToTime()))
        );

    // Of a claimed account, or one that is to be gone: what Slack shows is noted. The provider's document stays as it
    // is; what has drifted is said.
    private DriftedLink? See(Link link, Resource? claimant, SlackUser user, bool isFirstHand)
    {
        var wasAtRest = link.State != LinkState.Unknown || link is { Reason: null, SetAside.IsEmpty: true };
        link = link.See(user.Seen, now, isEcho: false);
        if (link.State == LinkState.Unknown)
            link = link.Know(now);
        if (IsOwner(user) && link.Protection is null)
            link = link.SeeProtected(ReasonCode.TokenOwner);
        else if (link.Protection is { Code: ReasonCode.TokenOwner } && !IsOwner(user)) // the token is another one's now
            link = link.SeeFree();
        link = Links.Save(store, link);
        // Of who is gone nothing is wanted: the account has what Slack shows of it, which is nothing if it was erased.
        if (link is { Absent: true, IsUnsettled: false })
            LetGo(link, UserKeys.Seen(user.Seen));
        // What somebody had given it by hand, and took away again, others may have.
        else if (link is { IsAtRest: true, DriftedAt: not null })
            UserKeys.Release(store, link, claimant, now, user.Seen);
        UserKeys.TryReserve(store, link, UserKeys.Seen(user.Seen));
        if (link is { State: LinkState.Protected, Protection.IsProven: true })
            Wishes.Renew(store, link.TryAgain(), "an import looks again whether Slack lets it be changed", now);
        else if (link.HeldFor == HeldFor.DeactivatedInSlack && user.Seen.Active == true)
        {
            HoldRows.Close(store, link.TenantId, link.Id);
            var back = link.TakeDrift(user.Seen, FieldSet.Of(SlackField.Active));
            Wishes.Renew(store, back, "somebody has activated the account again in Slack", now);
        }
        else if (link.HeldFor is not null && IsOvertaken(link, claimant, user.Seen))
        {
            HoldRows.Close(store, link.TenantId, link.Id);
            if (link.Reason!.IsReopened && claimant is not null)
                (link, claimant) = Holds.EndDismissal(store, link, claimant);
            // Whatever else is other there is drift still.
            var known = FieldSet.Of(SlackField.Active, SlackField.PrimaryEmail);
            var echo = link.Echo is null ? user.Seen : SlackProfile.Read(link.Echo).With(user.Seen.Only(known.Has));
            Wishes.Renew(store, link.TakeDrift(echo, known), "Slack has what was held", now);
        }
        // What is held an operator decides, who is to know what somebody has done meanwhile.
        else if (link.HeldFor is not null)
            return Drift.Look(
                store,
                link,
                user.Seen,
                null,
                _preferences with
                {
                    Drift = DriftHandling.Report,
                },
                now,
                isFirstHand
            );
        else if (link.IsAtRest)
        {
            var drift = Drift.Look(store, link, user.Seen, null, _preferences, now, isFirstHand);
            if (!wasAtRest && Links.Get(store, link.Id) is { State: LinkState.Settled } known)
                Wishes.Renew(store, known, "somebody wrote the account by the v1 lane", now);
            return drift;
        }
        else if (link.State == LinkState.Broken)
            Wishes.Renew(store, link, "Slack knows the account again", now);
        return null;
    }

    // Whether Slack has by now what awaits approval: somebody has done it, or undone what was to be set back. There is
    // nothing left to decide.
    private static bool IsOvertaken(Link link, Resource? claimant, SlackProfile seen) =>
        link.Reason switch
        {
            { Code: ReasonCode.GuardAccounts or ReasonCode.Reopened } => seen.Active
                == (!link.Absent && claimant is { Deleted: null } and { Active: true }),
            { IsOfAddress: true } => claimant is { Deleted: null }
                && seen[SlackField.PrimaryEmail] is { } has
                && UserAddresses.OfSlack(claimant.Read()) is [var wanted, ..]
                && Fold.Key(has) == Fold.Key(wanted),
            _ => false,
        };

    // Shows an unclaimed account, or hides it and says why.
    private Finding Present(Link link, Resource? shown, SlackUser user, bool isUnlinked = false)
    {
        var manager = user.Seen[SlackField.Manager];
        var managerId = manager is null ? null : ResourceOf(manager);
        var json = UserReader.ToScim(user.Seen, _ => managerId);
        json["userName"] ??= user.Id; // Slack has accounts without one nowhere, but SCIM must not
        var seen = new ScimResource(GatewayTypes.User, json);
        var document = ScimJson.ToUtf8(json);
        if (document.Length > ReadLimits.User.MostBytes || !CanBeFound(user.Seen))
        {
            Links.Save(store, link);
            return new Finding(Found.Unreadable);
        }

        var resource =
            shown
            ?? Resource
                .New(
                    tenant.Id,
                    Kind.User,
                    link.ClaimantId ?? ResourceId.New(now.ToTime()),
                    user.Created is { } created ? Instant.Earlier(Instant.Of(created), now) : now
                )
                .LinkTo(link.Id);
        isUnlinked |= resource.Waived.Unlinked;
        var (found, reason, hidden) = TakeKeys(link, resource.Id, seen, user);
        if (isUnlinked && found != LinkEvent.FoundProtected)
            reason = ReasonCode.Unlinked;
        link = Links.Save(store, link.Present(resource.Id, found, reason, now));
        if (shown is not null && shown.Hidden == hidden && shown.Document.AsSpan().SequenceEqual(document))
            return new Finding(Found.Unchanged, Remarked(link.State, user));
        Resources.SaveUser(store, resource.ShowUnclaimed(seen, document, hidden, isUnlinked, now), seen);
        return new Finding(shown is null ? Found.Added : Found.Changed, Remarked(link.State, user));
    }

    private static bool CanBeFound(SlackProfile seen) =>
        Fold.CanBeKey(seen[SlackField.UserName])
        && Fold.CanBeKey(seen[SlackField.DisplayName])
        && Fold.CanBeKey(seen[SlackField.PrimaryEmail])
        && Fold.CanBeKey(seen[SlackField.SecondaryEmail]);

    private static Remark? Remarked(LinkState state, SlackUser user) =>
        state switch
        {
            LinkState.Held => Remark.Conflicting,
            LinkState.Protected => user.IsBot ? Remark.Bot : Remark.Protected,
            _ => null,
        };

    // Bots and the token's owner are nobody's to provision. An account with the userName or a key of another is in
    // conflict; the keys that nobody else has are its own, by which it is found.
    private (LinkEvent Found, Reason? Why, bool IsHidden) TakeKeys(
        Link link,
        ResourceId id,
        ScimResource seen,
        SlackUser user
    )
    {
        var keys = UserKeys.Seen(user.Seen);
        LetGo(link, keys);
        var isFree = UserKeys.TryReserve(store, link, keys);
        if (IsOwner(user))
            return (LinkEvent.FoundProtected, ReasonCode.TokenOwner, true);
        if (user.IsBot)
            return (LinkEvent.FoundProtected, ReasonCode.Bot, true);
        if (isFree && !Resources.IsUserNameTaken(store, tenant.Id, Fold.Key(seen.Text("userName")!), id))
            // What Slack refused once it may take now: a list of users shows nobody's rank.
            return link.Protection is { IsForEver: false, IsProven: false } known
                ? (LinkEvent.FoundProtected, known, false)
                : (LinkEvent.Shown, null, false);
        return (LinkEvent.FoundInConflict, ReasonCode.AccountInConflict, true);
    }

    private static bool IsReachable(SlackUser user) => user.Seen.Active != false && !user.IsBot;

    private bool IsOwner(SlackUser user) => user.Id == tenant.TokenOwner;

    // How the account is one of a user without an account yet, who holds its keys: the account may be that user's, its
    // create's answer lost. Null if it is none.
    private Remark? Match(SlackUser user)
    {
        var holders = UserKeys
            .Seen(user.Seen)
            .Select(key => (Key: key, Holder: Holder(key)))
            .Where(held => held.Holder is not null)
            .ToList();
        if (!holders.Exists(held => held.Holder!.IsBeingMade))
            return null;
        if (holders.Select(held => held.Holder!.Link).Distinct().Count() > 1)
            return Remark.Ambiguous;
        var chosen =
            _preferences.UniqueUserIdentifier == Identifier.UserName
                ? (KeyKind.SlackUserName, user.Seen[SlackField.UserName])
                : (KeyKind.Address, user.Seen[SlackField.PrimaryEmail]);
        if (!holders.Exists(held => chosen.Item2 is { } value && held.Key == (chosen.Item1, Fold.Key(value))))
            return Remark.MatchedOtherwise;
        LookFor(Links.Get(store, holders[0].Holder!.Link));
        return Remark.Matched;
    }

    // No account was made for a user who is disabled. Now there is one, and it may be active: Slack is asked whose it is,
    // so that the user gets it and it is deactivated.
    private void LookFor(Link link)
    {
        if (link is { State: LinkState.Blocked, Reason.Code: ReasonCode.Inactive })
            Wishes.Renew(store, link.AskWhoHasIt(), "Slack has an account of the disabled user", now);
    }

    private KeyHolder? Holder((KeyKind Kind, string Value) key) => KeyHolder.Of(store, tenant.Id, key.Kind, key.Value);

    private void LetGo(Link link, IReadOnlyList<(KeyKind, string)> but)
    {
        foreach (var (kind, value) in Keys.Of(store, link.Id).Except(but))
            UserKeys.LetGo(store, link, kind, value, now);
    }

    // The SCIM id of an account, if providers can see it.
    private string? ResourceOf(string slackId) => Links.ShownAs(store, tenant.Id, slackId)?.ToString();
}
