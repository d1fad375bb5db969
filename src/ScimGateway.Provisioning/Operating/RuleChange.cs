using ScimGateway.Protocol.Bounds;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Other rules: who comes in, who goes, who stays as he is. The preview does what the change does and undoes it.
/// </summary>
internal sealed class RuleChange(OperatedTenant tenant, TenantChange.OtherRules change) : ChangeWork
{
    /// <inheritdoc/>
    public override async Task<TenantChange> PreviewAsync(Planned planned)
    {
        var present = await tenant.Store.AskAsync(session => Rules.Of(session, tenant.Id));
        if (change.Instead is { } seen && TenantChange.OtherRules.Named(present) != seen)
            throw new EditedMeanwhileException();
        await LookAsync(planned);
        return change with { Former = present };
    }

    // Finds what the rules change for each user, and what else changes in Slack because of that.
    private async Task LookAsync(Planned planned)
    {
        var (store, now) = (tenant.Store, tenant.Now);
        var (scope, held) = await store.ReadAsync(session =>
            (
                ScopeChange.To(session, tenant.Id, Scope.Of(change.Rules), change.Last, tenant.Current.Now),
                LinkLists.Held(session, tenant.Id, Kind.User).ToDictionary(link => link.Id)
            )
        );
        var stay = 0;
        var once = new PlannedOnce(planned);
        List<ScopedUser> users;
        for (ResourceId after = default; (users = await NextAsync(store, after)).Count > 0; after = users[^1].Id)
        {
            var moving = new List<(ScopedUser User, ScopeMove Move)>();
            // As long as the operator waits: how many users there are is not his fault. No user may cost more than a
            // provider's write of it may.
            foreach (var (user, admitted) in await AskAsync(scope, users, () => Scope.WorkLimitOfUser(planned.Gone)))
            {
                var move = scope.Move(user, admitted.IsIn);
                var isHeldStill =
                    move != ScopeMove.Freezes && StaysHeld(move, held.GetValueOrDefault(user.LinkId), user, now);
                if (move == ScopeMove.Stays || isHeldStill)
                    stay++;
                else
                    moving.Add((user, move));
            }
            if (moving.Count == 0)
                continue;
            foreach (var link in await WhatIfAsync(store, session => Look(session, moving)))
                once.Add(link);
        }
        once.AddFollowing();
        planned.Count(nameof(ScopeMove.Stays), stay);
    }

    private List<PlannedLink> Look(StoreSession session, List<(ScopedUser User, ScopeMove Move)> moving)
    {
        var found = new List<PlannedLink>();
        foreach (var (user, move) in moving)
        {
            Take(session, user, move, rule: null);
            var link = Links.Get(session, Resources.Find(session, user.Id)!.LinkId!.Value);
            var wanted = Wanted.Of(session, link, tenant.Current.Now);
            // As it is when Slack is to be told of the user: the account may be there, and be held.
            List<LinkId> taken = wanted is { Blocked.Code: ReasonCode.AddressTaken, Link.IsAside: false }
                ? TakeOver.Try(session, link, tenant.Current.Now, tenant.Now, isUntold: true)
                : [];
            if (taken is [var account, ..])
                wanted = Wanted.Read(session, account, tenant.Current.Now)!;
            var isHeld = wanted.Link.State == LinkState.Held;
            string[] what = isHeld ? [WhenReleased, move.ToString()] : [move.ToString()];
            found.Add(new PlannedLink(user.LinkId, user.Id, what));
            if (!isHeld && move != ScopeMove.Freezes)
                found.AddRange(Followers(session, wanted, taken));
        }
        return found;
    }

    private IEnumerable<PlannedLink> Followers(StoreSession session, Wanted wanted, List<LinkId> taken) =>
        Following
            .Of(
                session,
                wanted,
                taken.Count > 0 || Outlook.Of(wanted, tenant.Now) is { IsThere: true },
                tenant.Current.Now
            )
            .Union(taken.Skip(1))
            .Select(id => PlannedLink.Following(session, id));

    /// <inheritdoc/>
    public override Noted Note(StoreSession session) =>
        Note(session, Tenants.Find(session, tenant.Id), change with { Instead = null });

    /// <summary>Notes the rules of a tenant.</summary>
    /// <exception cref="EditedMeanwhileException">They are not those in whose place these are.</exception>
    public static Noted Note(StoreSession session, Tenant tenant, TenantChange.OtherRules change)
    {
        var former = Rules.Of(session, tenant.Id);
        if (change.Instead is { } seen && TenantChange.OtherRules.Named(former) != seen)
            throw new EditedMeanwhileException();
        var preferences = Preferences.FromJson(tenant.Preferences);
        ScopeChange.To(session, tenant.Id, Scope.Of(change.Rules), change.Last, preferences);
        Rules.Replace(session, tenant.Id, change.Rules);
        return new Noted("rules changed", string.Join('\n', change.Differences(former)));
    }

    /// <inheritdoc/>
    public override async Task WorkAsync(HomeStore store, AtStep? reached)
    {
        var rules = await store.AskAsync(session => Rules.Of(session, tenant.Id));
        var scope = new ScopeChange(Scope.Of(rules), change.Last, tenant.Current.Now);
        List<ScopedUser> users;
        for (ResourceId after = default; (users = await NextAsync(store, after)).Count > 0; after = users[^1].Id)
        // A user who was written meanwhile is asked about again.
        for (var (first, left) = (after, users); left.Count > 0; )
        {
            var asked = await AskAsync(scope, left, () => WorkLimit.Unbounded);
            await reached.At(Step.Asked);
            left = await store.WriteAsync(session => TakeAsAsked(session, scope, asked, first), CancellationToken.None);
        }
    }

    // The next users in order.
    private static async Task<List<ScopedUser>> NextAsync(HomeStore store, ResourceId after) =>
        await store.ReadAsync(session => ScopedUsers.Scoped(session, store.Tenant, after, null, MostAtOnce));

    // Whom the rules admit. What that costs their author chooses, so it is worked out beside the store, whose writer and
    // readers others wait for, and what else is to be done goes between two users.
    private static async Task<List<(ScopedUser User, Admission Admitted)>> AskAsync(
        ScopeChange scope,
        List<ScopedUser> users,
        Func<WorkLimit> workLimit
    )
    {
        var asked = new List<(ScopedUser, Admission)>(users.Count);
        foreach (var user in users)
        {
            await Task.Yield();
            asked.Add((user, scope.Ask(user, workLimit())));
        }
        return asked;
    }

    // Gives back the users whose documents are others by now.
    private List<ScopedUser> TakeAsAsked(
        StoreSession session,
        ScopeChange scope,
        List<(ScopedUser User, Admission Admitted)> asked,
        ResourceId after
    )
    {
        var there = ScopedUsers
            .Scoped(session, tenant.Id, after, asked[^1].User.Id, int.MaxValue)
            .ToDictionary(user => user.Id);
        var others = new List<ScopedUser>();
        foreach (var (was, (isIn, rule)) in asked)
            if (!there.TryGetValue(was.Id, out var user))
                continue; // deleted
            else if (user.Document.AsSpan().SequenceEqual(was.Document))
                Take(session, user, scope.Move(user, isIn), rule);
            else
                others.Add(user);
        return others;
    }

    private void Take(StoreSession session, ScopedUser user, ScopeMove move, int? rule)
    {
        if (move == ScopeMove.Stays)
        {
            if (rule != user.RuleId)
                ScopedUsers.SetScope(session, user.Id, rule, user.Waived);
            return;
        }
        var link = Links.Get(session, user.LinkId);
        var isAnothers = link.HeldFor == HeldFor.AnotherPerson;
        var waived = move switch
        {
            // Who has no account of their own yet has never been let in.
            ScopeMove.Leaves or ScopeMove.Freezes when isAnothers => user.Waived with { Scope = true, Frozen = false },
            ScopeMove.Freezes => user.Waived with { Scope = true, Frozen = user.HasAccount },
            _ => user.Waived with { Scope = false, Frozen = false },
        };
        ScopedUsers.SetScope(session, user.Id, rule, waived);
        if (move != ScopeMove.Enters)
            TakeOver.AskNoMore(session, link, user.Read());
        if (isAnothers)
        {
            TakeOver.GiveBack(session, link, Resources.Find(session, user.Id)!, tenant.Now);
            return;
        }
        if (StaysHeld(move, link, user, tenant.Now))
            return;
        link = link.Want(absent: move == ScopeMove.Leaves);
        if (move == ScopeMove.Enters)
            link = UserKeys.TakeFree(session, link, user.Read(), tenant.Current.Now.SlackUserName);
        HoldRows.Close(session, link.TenantId, user.LinkId); // the operator has decided by the rule
        link = Links.Save(session, link);
        var why = move == ScopeMove.Enters ? "a rule admits the user" : new Reason(ReasonCode.OutOfScope).Sentence;
        if (Beyond(tenant, session, link, Resources.Find(session, user.Id), tenant.Current.Now) is { } beyond)
            Wishes.Hold(session, link, why, beyond, tenant.Now);
        else
            Wishes.Renew(
                session,
                link,
                why,
                tenant.Now,
                move == ScopeMove.Leaves ? SlackPriority.Leaver : SlackPriority.Joiner
            );
    }

    // Rules that leave a user as it is do not release what awaits approval of it, nor do rules that let a user in whose
    // account is to be other than it is.
    private static bool StaysHeld(ScopeMove move, Link? link, ScopedUser user, Instant now) =>
        link?.HeldFor == HeldFor.Approval
        && move switch
        {
            ScopeMove.Freezes => true,
            ScopeMove.Enters => link.Reason!.IsOfAddress
                || link.IsActiveAtSlack != UserDocument.IsActive(user.Read())
                || UserDocument.EndsSoon(user.Read(), link, now),
            _ => false,
        };
}
