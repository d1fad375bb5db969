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
    private readonly Preferences _preferences = Preferences.FromJson(tenant.Preferences);
    private readonly ClaimedAccounts _claimed = new(store, tenant, now);
    private readonly AccountsBeingMade _beingMade = new(store, tenant, now);

    /// <summary>
    /// The links to look at again when all accounts are known, after a link: whose manager was not, and whose keys
    /// another one had.
    /// </summary>
    public static List<LinkId> Unfinished(StoreSession store, TenantId tenantId, LinkId after, int most) =>
        LinksToRead.WithoutManager(store, tenantId, after, most);

    /// <summary>Writes down an account.</summary>
    /// <param name="user">What Slack showed.</param>
    /// <param name="asked">When Slack was asked: what was written since then is newer.</param>
    public Finding Write(SlackUser user, Instant asked)
    {
        if (!Fold.CanBeKey(user.Id))
            return new Finding(Found.Unreadable);
        var link = Links.BySlackId(store, tenant.Id, Kind.User, user.Id);
        if (link is null)
            return _beingMade.Match(user, out var own) is { } match
                ? OfUser(own, match, user)
                : Present(NewLink(user), null, user);
        if (link.Protection is { Code: ReasonCode.ErasedHere }) // and stays so, whatever Slack shows of it
        {
            // With another address, the account blocks nobody.
            if (!UserKeys.IsRemembered(store, link, user.Seen))
                HoldRows.Close(store, tenant.Id, link.Id);
            return new Finding(Found.Claimed, Remark.Protected);
        }
        if (link.Since >= asked || link.SeenAt >= asked || link.LostUntil >= asked)
            return new Finding(Found.BeingWritten);
        if (link.State == LinkState.Pending)
        {
            // Of a store that was restored nothing is told before an operator has seen it: what a provider wants
            // meanwhile is no reason to look no second time.
            if (tenant.Restored is not null && link is { IsDriftSuspected: true, Sent: false })
                SeeBeside(Links.Save(store, link.Drift(null, false, "")), user);
            // In a shadow run nothing of it is under way, and an operator is shown what Slack has.
            else if (tenant.Standing == Standing.Shadow && link is { Sent: false, LostUntil: null })
                Links.Save(store, link.See(user.Seen, now, isEcho: false));
            return new Finding(Found.BeingWritten);
        }
        // Slack seemed to know it no more, and its user, who has no other account yet, has let go of it.
        if (link is { State: LinkState.Broken, ClaimantId: null } && _beingMade.Match(user, out _) is { } lost)
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

    // An account that may be that of a user without one. In a shadow run the gateway has sent no create for the user, so the
    // account was there before. The user claims it, as if the import had come before the request. The preview then shows what
    // becomes of it, and a user who leaves before the tenant goes live is deactivated in Slack.
    private Finding OfUser(Link? own, Remark match, SlackUser user)
    {
        if (
            tenant.Standing != Standing.Shadow
            || own is not { IsUntold: true }
            || _preferences.WhenAccountExists != Existing.Adopt
            || user.IsBot
            || user.Id == tenant.TokenOwner
        )
            return new Finding(Found.PassedOver, match);
        var keys = Keys.Of(store, own.Id);
        Keys.FreeAll(store, own.Id);
        var account = Links.Save(store, NewLink(user));
        var found = Present(account, null, user);
        if (TakeOver.Try(store, own, _preferences, now, isUntold: true).Count > 0)
            return new Finding(Found.Claimed, match);
        // The user may not have it. It is hidden, since the user keeps its name and address.
        Keys.FreeAll(store, account.Id);
        foreach (var (kind, key) in keys)
            Keys.Take(store, own, kind, key);
        return found;
    }

    // What Slack shows of an account that there is a link of, of which nothing is under way.
    private Finding Take(Link link, SlackUser user, bool isFirstHand)
    {
        var shown = Resources.Find(store, link.ClaimantId);
        if (link.Absent || shown is { SourceId: not null } or { Deleted: not null })
        {
            var drift = _claimed.See(link, shown, user, isFirstHand);
            return new Finding(Found.Claimed, link.Protection is null ? null : Remark.Protected, drift);
        }
        if (!IsNamedAlike(link.AtSlack, user.Seen)) // the provider's next request asks anew
            HoldRows.CloseOfTwo(store, tenant.Id, link.Id);
        var seen = link.See(user.Seen, now, isEcho: true).Reach(IsReachable(user), now);
        if (seen.Reachable != link.Reachable && link.ClaimantId is { } member)
            GroupsOf.AccountTurned(store, member, seen.Reachable, now, wasOut: true);
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

    // Not saved: it is written once, when it is known how it stands.
    private Link NewLink(SlackUser user) =>
        Link.Found(tenant.Id, Kind.User, user.Id, user.Seen, IsReachable(user), now)
            .ClaimBy(ResourceId.New(now.ToTime()));

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
            ?? Resource.New(
                tenant.Id,
                Kind.User,
                link.ClaimantId ?? ResourceId.New(now.ToTime()),
                user.Created is { } created ? Instant.Earlier(Instant.Of(created), now) : now
            );
        isUnlinked |= resource.Waived.Unlinked;
        var keys = HoldersOf(link, user);
        var isFree = keys.TrueForAll(key => key.Holder is null || key.Holder == link.Id);
        var (found, reason, hidden) = Judge(link, resource.Id, seen, user, isFree);
        // There is nothing to decide while it is hidden for its former user.
        if (isUnlinked && found != LinkEvent.FoundProtected)
            (found, reason) = (LinkEvent.Shown, ReasonCode.Unlinked);
        link = Links.Save(store, link.Present(resource.Id, found, reason, now));
        foreach (var (kind, key, _) in keys.Where(key => key.Holder is null))
            Keys.Take(store, link, kind, key);
        if (shown is not null && shown.Hidden == hidden && shown.Document.AsSpan().SequenceEqual(document))
            return new Finding(Found.Unchanged, Remarked(link.State, user));
        Resources.SaveUser(
            store,
            resource.LinkTo(link.Id).ShowUnclaimed(seen, document, hidden, isUnlinked, now),
            seen
        );
        return new Finding(shown is null ? Found.Added : Found.Changed, Remarked(link.State, user));
    }

    private static bool IsNamedAlike(SlackProfile one, SlackProfile other) =>
        one[SlackField.UserName] == other[SlackField.UserName]
        && one[SlackField.PrimaryEmail] == other[SlackField.PrimaryEmail];

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

    // Who has the keys of an account; its own link lets go of all others.
    private List<(KeyKind Kind, string Key, LinkId? Holder)> HoldersOf(Link link, SlackUser user)
    {
        var keys = UserKeys.Seen(user.Seen);
        if (link.Id != default)
            UserKeys.LetGoBut(store, link, keys, now);
        return keys.ConvertAll(key => (key.Kind, key.Value, Keys.Holder(store, tenant.Id, key.Kind, key.Value)));
    }

    // Bots and the token's owner are nobody's to provision. An account with the userName or a key of another is in
    // conflict; the keys that nobody else has are its own, by which it is found.
    private (LinkEvent Found, Reason? Why, bool IsHidden) Judge(
        Link link,
        ResourceId id,
        ScimResource seen,
        SlackUser user,
        bool isFree
    )
    {
        if (user.Id == tenant.TokenOwner)
            return (LinkEvent.FoundProtected, ReasonCode.TokenOwner, true);
        if (user.IsBot)
            return (LinkEvent.FoundProtected, ReasonCode.Bot, true);
        if (isFree && !ResourceNames.IsUserNameTaken(store, tenant.Id, Fold.Key(seen.Text("userName")!), id))
            // What Slack refused once it may take now: a list of users shows nobody's rank.
            return link.Protection is { IsForEver: false, IsProven: false } known
                ? (LinkEvent.FoundProtected, known, false)
                : (LinkEvent.Shown, null, false);
        return (LinkEvent.FoundInConflict, ReasonCode.AccountInConflict, true);
    }

    private static bool IsReachable(SlackUser user) => user.Seen.Active != false && !user.IsBot;

    // The SCIM id of an account, if providers can see it.
    private string? ResourceOf(string slackId) => Links.ShownAs(store, tenant.Id, slackId)?.ToString();
}
