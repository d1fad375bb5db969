using ScimGateway.Protocol.Bounds;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Operating;

/// <summary>Other rules: who comes in, who goes, who stays as he is.</summary>
internal sealed class RuleChange(OperatedTenant tenant, TenantChange.OtherRules change) : ChangeWork
{
    /// <inheritdoc/>
    public override async Task<TenantChange> PreviewAsync(Planned planned)
    {
        if (change.Instead is { } seen)
        {
            var now = await tenant.Store.AskAsync(session => Rules.Of(session, tenant.Id));
            if (TenantChange.OtherRules.Named(now) != seen)
                throw new EditedMeanwhileException();
        }
        await LookAsync(tenant.Store, tenant.Current.Now, change, planned);
        return change;
    }

    /// <summary>What the rules mean for each user.</summary>
    public static async Task LookAsync(
        HomeStore store,
        Preferences preferences,
        TenantChange.OtherRules change,
        Planned planned
    ) =>
        await store.ReadAsync(session =>
        {
            var scope = ScopeChange.To(session, store.Tenant, Scope.Of(change.Rules), change.Last, preferences);
            // As long as the operator waits: how many users there are is not his fault.
            var (stay, effort) = (0, Effort.UnboundedUntil(planned.Gone));
            var held = Links.Held(session, store.Tenant, Kind.User).ToDictionary(link => link.Id);
            Resources.EachScoped(
                session,
                store.Tenant,
                default,
                int.MaxValue,
                user =>
                {
                    var (move, _) = scope.Move(user, effort);
                    if (move == ScopeMove.Stays || StaysHeld(move, held.GetValueOrDefault(user.LinkId), user))
                        stay++;
                    else
                        planned.Add(new PlannedLink(user.LinkId, user.Id, [move.ToString()]));
                }
            );
            planned.Count(nameof(ScopeMove.Stays), stay);
            return true;
        });

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
        return new Noted("rules changed", Difference(former, change));
    }

    /// <inheritdoc/>
    public override Batch Start(StoreSession session) => Some(session, default);

    // The next users in order.
    private Batch Some(StoreSession session, ResourceId after)
    {
        var scope = new ScopeChange(Scope.Of(Rules.Of(session, tenant.Id)), change.Last, tenant.Current.Now);
        var users = new List<ScopedUser>(MostAtOnce);
        Resources.EachScoped(session, tenant.Id, after, MostAtOnce, users.Add);
        foreach (var user in users)
        {
            var (move, rule) = scope.Move(user, Effort.Unbounded);
            Take(session, user, move, rule);
        }
        return users.Count < MostAtOnce ? Batch.Last : new Batch(next => Some(next, users[^1].Id));
    }

    private void Take(StoreSession session, ScopedUser user, ScopeMove move, int? rule)
    {
        if (move == ScopeMove.Stays && rule == user.RuleId)
            return;
        var waived = move switch
        {
            ScopeMove.Enters or ScopeMove.Leaves => user.Waived with { Scope = false, Frozen = false },
            // Who has no account yet has never been let in.
            ScopeMove.Freezes => user.Waived with { Scope = true, Frozen = user.HasAccount },
            _ => user.Waived,
        };
        Resources.SetScope(session, user.Id, rule, waived);
        if (move == ScopeMove.Stays)
            return;
        var link = Links.Get(session, user.LinkId);
        if (link.HeldFor == HeldFor.AnotherPerson)
        {
            TakeOver.GiveBack(session, link, Resources.Find(session, user.Id)!, tenant.Now);
            return;
        }
        if (StaysHeld(move, link, user))
            return;
        link = link.Want(absent: move == ScopeMove.Leaves);
        if (move == ScopeMove.Enters)
            link = UserKeys.TakeFree(session, link, user.Read(), tenant.Current.Now.SlackUserName);
        HoldRows.Close(session, link.TenantId, user.LinkId); // the operator has decided by the rule
        Wishes.Renew(
            session,
            link,
            move == ScopeMove.Enters ? "a rule admits the user" : new Reason(ReasonCode.OutOfScope).Sentence,
            tenant.Now,
            move == ScopeMove.Leaves ? SlackPriority.Leaver : SlackPriority.Joiner
        );
    }

    // Rules that leave a user as it is do not release what the guard holds of it, nor do rules that let a user in whose
    // account is to be other than it is.
    private static bool StaysHeld(ScopeMove move, Link? link, ScopedUser user) =>
        link?.HeldFor == HeldFor.Guard
        && move switch
        {
            ScopeMove.Freezes => true,
            ScopeMove.Enters => link.Reason!.Code != ReasonCode.GuardAccounts
                || link.IsActiveAtSlack != UserDocument.IsActive(user.Read()),
            _ => false,
        };

    // As people read it; what was meant by leaving none as well.
    private static string Difference(List<Rule> former, TenantChange.OtherRules change)
    {
        var (before, now) = (former.Select(Line).ToList(), change.Rules.Select(Line).ToList());
        return string.Join(
            '\n',
            [
                .. before.Except(now).Select(line => $"before: {line}"),
                .. now.Except(before).Select(line => $"now: {line}"),
                .. now.Count == 0 && change.Last is { } last ? [$"no rule any more: {last}"] : (string[])[],
            ]
        );
    }

    private static string Line(Rule rule) => $"{rule.Name}, {rule.Filter}";
}
