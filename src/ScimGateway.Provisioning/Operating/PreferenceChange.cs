using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Other preferences. The preview does what the change does and undoes it, so that the two cannot differ.
/// </summary>
internal sealed class PreferenceChange(OperatedTenant tenant, TenantChange.OtherPreferences change) : ChangeWork
{
    private const string Why = "other preferences";
    private const string Claim = "Claim";

    /// <inheritdoc/>
    /// <exception cref="PreferencesException">They contradict themselves.</exception>
    public override async Task<TenantChange> PreviewAsync(Planned planned)
    {
        if (change.Instead is { } seen)
        {
            var now = await tenant.Store.AskAsync(session => Tenants.Find(session, tenant.Id).Preferences);
            if (now != seen)
                throw new EditedMeanwhileException();
        }
        var next = Preferences.FromJson(change.Preferences.ToJson());
        var found = change with
        {
            Preferences = next,
            Rematches =
                tenant.Current.Now.UniqueUserIdentifier != next.UniqueUserIdentifier
                || (tenant.Current.Now.WhenAccountExists, next.WhenAccountExists)
                    is (not Existing.Adopt, Existing.Adopt),
            Former = tenant.Current.Now,
        };
        var once = new PlannedOnce(planned);
        for (Func<StoreSession, Batch>? some = new PreferenceChange(tenant, found).Start; some is not null; )
        {
            var look = some;
            var (batch, followers) = await WhatIfAsync(
                tenant.Store,
                session =>
                {
                    var done = look(session);
                    return (done, done.Planned.SelectMany(link => Followers(session, link)).ToList());
                }
            );
            foreach (var link in batch.Planned.Concat(followers))
                once.Add(link);
            some = batch.Next;
        }
        once.AddFollowing();
        return found;
    }

    // What changes in Slack because a planned link does; nothing does before an operator has released it.
    private IEnumerable<PlannedLink> Followers(StoreSession session, PlannedLink planned) =>
        planned.What is not [WhenReleased, ..]
        && Wanted.Read(session, planned.Link, change.Preferences) is { } wanted
        && Outlook.Of(wanted, tenant.Now) is { } outlook
            ? Following
                .Of(session, wanted, outlook.IsThere || planned.What.Contains(Claim), change.Preferences)
                .Select(id => PlannedLink.Following(session, id))
            : [];

    /// <inheritdoc/>
    public override Noted Note(StoreSession session) =>
        Note(session, Tenants.Find(session, tenant.Id), change with { Instead = null }) with
        {
            Then = () => tenant.Current.Now = change.Preferences,
        };

    /// <summary>Notes the preferences of a tenant.</summary>
    /// <exception cref="EditedMeanwhileException">They are not those in whose place these are.</exception>
    public static Noted Note(StoreSession session, Tenant tenant, TenantChange.OtherPreferences change)
    {
        if (change.Instead is { } seen && tenant.Preferences != seen)
            throw new EditedMeanwhileException();
        Tenants.SetPreferences(session, tenant.Id, change.Preferences);
        return new Noted(
            "preferences changed",
            string.Join('\n', change.Differences(Preferences.FromJson(tenant.Preferences)))
        );
    }

    /// <inheritdoc/>
    public override Batch Start(StoreSession session) => Groups(session, NestedMembers.Concerned(session, tenant.Id));

    // Groups in groups are rows of their own; the links come when all of these are as they are to be.
    private Batch Groups(StoreSession session, List<GroupId> groups)
    {
        if (groups is not [var group, .. var others])
            return Some(session, default);
        var nesting = new Nesting(session, tenant.Id, tenant.Now, change.Preferences);
        nesting.Renew(group);
        return new Batch(next => Groups(next, others))
        {
            Planned =
            [
                .. nesting
                    .Links.Select(link => PlannedLink.Of(Wanted.Read(session, link, change.Preferences)!))
                    .Where(link => link.What.Count > 0),
            ],
        };
    }

    // The next links in order.
    private Batch Some(StoreSession session, LinkId after)
    {
        var links = LinkLists.Claimed(session, tenant.Id, after, MostAtOnce);
        var rematch = change.Rematches ? new Rematch(session, tenant.Id, change.Preferences, tenant.Now) : null;
        var isStill = Tenants.Find(session, tenant.Id).Still;
        var planned = new List<PlannedLink>();
        var (last, spent) = (after, 0L);
        foreach (var link in links)
        {
            // What rules cost their author chooses, and others wait for the writer.
            if (spent > Scope.MostOfUser)
                return new Batch(next => Some(next, last)) { Planned = planned };
            last = link.Id;
            var leaves = Leaves(session, link, ref spent);
            var isLetOut = leaves || (change.ReleasesLeftOut && LetOut(session, link, change.Preferences));
            // Whose account it was leaves when it is decided that the user is another person.
            if (change.ReleasesLeftOut && link.HeldFor == HeldFor.AnotherPerson)
                LetOutFormer(session, link, change.Preferences);
            var isMadeAgain = Vanished.IsMadeAgain(link, change.Preferences);
            // What a tenant that stands still has sent nothing of is matched as what is at rest.
            var isUntold = link.State == LinkState.Pending && !link.MayBeSent(isStill);
            if (
                rematch is not null
                && (link.IsAtRest || isMadeAgain || isUntold)
                && Matched(session, rematch, link) is { Count: > 0 } matched
            )
            {
                planned.AddRange(matched);
                continue;
            }
            if (link.State == LinkState.Pending && isLetOut)
            {
                planned.Add(PlannedLink.Of(Wanted.Of(session, link, change.Preferences)));
                Wishes.Join(session, link.Id, Why, tenant.Now);
            }
            else if (link.State is LinkState.Pending or LinkState.Held && OfWaiting(session, link) is { } waiting)
                planned.Add(waiting);
            if (!link.IsAtRest && !isMadeAgain)
                continue;
            var (there, isUndone) = SetBack(session, Links.Get(session, link.Id));
            var wanted = Wanted.Of(session, there, change.Preferences);
            if (wanted.Commands.Count == 0)
            {
                // A user who waits may also get a deleted user's account by another identifier.
                if (
                    (isLetOut || change.Rematches)
                    && TakeOver.Try(session, there, change.Preferences, tenant.Now) is [var taken, .. var others]
                )
                {
                    var its = Wanted.Read(session, taken, change.Preferences)!;
                    planned.Add(its.Link.State == LinkState.Held ? Held(its) : Claimed(its));
                    if (its.Link.State != LinkState.Held)
                        planned.AddRange(others.Select(other => PlannedLink.Following(session, other)));
                }
                else if (isLetOut)
                    Wishes.Renew(session, there, Why, tenant.Now); // something else is in the way by now, which is said
                continue;
            }
            // What waits for something else, as for a mend of what Slack has refused, is not told once more.
            if (!isUndone && !isLetOut && !isMadeAgain && IsAsBefore(session, link, wanted))
                continue;
            planned.Add(PlannedLink.Of(wanted));
            Tell(session, there, wanted, leaves ? SlackPriority.Leaver : null);
        }
        return new Batch(links.Count < MostAtOnce ? null : next => Some(next, links[^1].Id)) { Planned = planned };
    }

    // A user without an account gets the one that is meant, and joins the groups, which may come later in the batch.
    private List<PlannedLink> Matched(StoreSession session, Rematch rematch, Link link)
    {
        if (rematch.Claim(link) is not { ClaimantId: { } user } claimed)
            return [];
        var (there, _) = SetBack(session, claimed);
        var wanted = Wanted.Of(session, there, change.Preferences);
        Operations.Bring(session, Tell(session, there, wanted, null), tenant.Now);
        return
        [
            Claimed(wanted),
            .. Wishes
                .RenewReports(session, tenant.Id, user, tenant.Now)
                .Select(report => PlannedLink.Following(session, report)),
        ];
    }

    // What was reported is set back, as the preview has shown.
    private (Link Link, bool IsUndone) SetBack(StoreSession session, Link there) =>
        Drift.IsSetBack(there, there.AtSlack, Drift.Minding(there, there.AtSlack), change.Preferences)
        && Drift.Undo(session, there, change.Preferences, tenant.Now, isConfirmed: true)?.Link is { } undone
            ? (undone, true)
            : (there, false);

    private Link Tell(StoreSession session, Link there, Wanted wanted, SlackPriority? priority) =>
        Beyond(tenant, session, there, wanted.Claimant, change.Preferences) is { } beyond
            ? Wishes.Hold(session, there, Why, beyond, tenant.Now)
            : Wishes.Renew(session, there, Why, tenant.Now, priority);

    // Of what is told later what is told then, if that is something else by these.
    private PlannedLink? OfWaiting(StoreSession session, Link link)
    {
        var wanted = Wanted.Of(session, link, change.Preferences);
        if (IsAsBefore(session, link, wanted))
            return null;
        return link.State == LinkState.Held ? Held(wanted) : PlannedLink.Of(wanted);
    }

    private static PlannedLink Held(Wanted wanted)
    {
        var planned = PlannedLink.Of(wanted);
        return planned with { What = [WhenReleased, .. planned.What] };
    }

    // A group's plan follows from its rows alone.
    private bool IsAsBefore(StoreSession session, Link link, Wanted wanted) =>
        link.Kind == Kind.Group
        || (change.Former is { } former && Told(Wanted.Of(session, link, former)).SequenceEqual(Told(wanted)));

    private static IEnumerable<(Type, SlackProfile)> Told(Wanted wanted) =>
        wanted.Commands.Select(command => (command.GetType(), command.Delivers));

    private static PlannedLink Claimed(Wanted wanted)
    {
        var planned = PlannedLink.Of(wanted);
        return planned with { What = [Claim, .. planned.What] };
    }

    // A user whom no rule admits any longer, and who has stayed in Slack by former preferences, leaves by these.
    private bool Leaves(StoreSession session, Link link, ref long spent)
    {
        if (
            !change.Preferences.DeprovisionOnRuleDeletion
            || !(link.IsAtRest || link.State == LinkState.Pending)
            || Resources.Find(session, link.ClaimantId) is not { Deleted: null, Waived: { Frozen: true } waived } user
            || Admits(Scope.Kept(Rules.Of(session, tenant.Id)), user, ref spent)
        )
            return false;
        Resources.SetWaived(session, user.Id, waived with { Scope = false, Frozen = false });
        Links.Save(session, link.Want(absent: true));
        return true;
    }

    // A user about whom the rules cannot be asked within what they may cost stays in Slack.
    private static bool Admits(Scope scope, Resource user, ref long spent)
    {
        var workLimit = Scope.WorkLimitOfUser();
        try
        {
            return scope.Admits(user.Read(), workLimit, out _);
        }
        catch (ScimException)
        {
            return true;
        }
        finally
        {
            spent += workLimit.Spent;
        }
    }

    // What these preferences allow is no longer left out, a deletion among it. What a rule or an operator leaves out stays
    // so.
    private static bool LetOut(StoreSession session, Link link, Preferences next)
    {
        if (Resources.Find(session, link.ClaimantId) is not { } resource)
            return false;
        var (waived, isUser) = (resource.Waived, resource.Kind == Kind.User);
        if (resource.Deleted is not null)
        {
            var goes = waived is { Account: true, Dismissed: false } && !link.Absent;
            if (!goes || !(isUser ? next.DeprovisionUsers : next.DeleteGroups))
                return false;
            Resources.SetWaived(session, resource.Id, waived with { Account = false });
            Links.Save(session, link.Want(absent: true));
            return true;
        }
        var stays = waived with
        {
            Account = waived.Account && (waived.Unlinked || !(isUser ? next.CreateUsers : next.CreateGroups)),
            Paths = waived.Paths.Where(path =>
                waived.IsDismissed(path)
                || !(
                    path == "active" ? next.UpdateUsers && next.DisableUsers
                    : isUser ? next.UpdateUsers
                    : next.UpdateGroups
                )
            ),
        };
        var isLetOut = Resources.SetWaived(session, resource.Id, stays);
        if (isUser && waived.Account && !stays.Account)
            UserKeys.TakeFree(session, link.Want(absent: false), resource.Read(), next.SlackUserName);
        if (!isUser && next.UpdateGroups)
            isLetOut |= WantedMembers.LetIn(session, resource.Id.AsGroup(), ReasonCode.GroupUpdatesOff);
        return isLetOut;
    }

    private static void LetOutFormer(StoreSession session, Link link, Preferences next)
    {
        if (
            next.DeprovisionUsers
            && Resources.Tombstone(session, link.Id) is { Waived: { Account: true, Dismissed: false } waived } former
        )
            Resources.SetWaived(session, former.Id, waived with { Account = false });
    }
}
