using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>Other rules: who comes in, who goes, who stays as he is.</summary>
internal sealed class RuleChange(OperatedTenant tenant, TenantChange.OtherRules change) : ChangeWork
{
    /// <inheritdoc/>
    public override Task<TenantChange> PreviewAsync(Planned planned)
    {
        Look(tenant.Store, tenant.Id, tenant.Current.Now, change, planned);
        return Task.FromResult<TenantChange>(change);
    }

    /// <summary>What the rules mean for each user.</summary>
    public static void Look(
        Store store,
        int tenantId,
        Preferences preferences,
        TenantChange.OtherRules change,
        Planned planned
    ) =>
        store.Read(session =>
        {
            var scope = ScopeChange.To(session, tenantId, Scope.Of(change.Rules), change.Last, preferences);
            var stay = 0;
            ScopedUser.Each(
                session,
                tenantId,
                Guid.Empty,
                int.MaxValue,
                user =>
                {
                    var (turn, _) = scope.Turn(user);
                    if (turn == ScopeTurn.Stays)
                        stay++;
                    else
                        planned.Add(new PlannedLink(user.LinkId, user.Id, [turn.ToString()]));
                }
            );
            planned.Count(nameof(ScopeTurn.Stays), stay);
            return true;
        });

    /// <inheritdoc/>
    public override Noted Note(StoreSession session)
    {
        ScopeChange.To(session, tenant.Id, Scope.Of(change.Rules), change.Last, tenant.Current.Now);
        var former = Rules.Of(session, tenant.Id);
        session.Execute("delete from rules where tenant_id = @tenant", ("@tenant", tenant.Id));
        foreach (var rule in change.Rules)
            session.Execute(
                "insert into rules (tenant_id, name, filter) values (@tenant, @name, @filter)",
                ("@tenant", tenant.Id),
                ("@name", rule.Name),
                ("@filter", rule.Filter)
            );
        return new Noted("rules changed", Difference(former));
    }

    /// <inheritdoc/>
    public override Batch Start(StoreSession session) => Some(session, Guid.Empty);

    // The next users in order.
    private Batch Some(StoreSession session, Guid after)
    {
        var scope = new ScopeChange(Scope.Of(Rules.Of(session, tenant.Id)), change.Last, tenant.Current.Now);
        var users = new List<ScopedUser>(MostAtOnce);
        ScopedUser.Each(session, tenant.Id, after, MostAtOnce, users.Add);
        foreach (var user in users)
        {
            var (turn, rule) = scope.Turn(user);
            user.Take(session, turn, rule, tenant.Now);
        }
        return users.Count < MostAtOnce ? Batch.Last : new Batch(next => Some(next, users[^1].Id));
    }

    // As people read it; what was meant by leaving none as well.
    private string Difference(List<Rule> former)
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
