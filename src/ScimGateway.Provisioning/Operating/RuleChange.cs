using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Operating;

/// <summary>Changes a tenant's rules: who comes in, who goes, who stays as he is. What is confirmed after a preview passes the guard; what is interrupted is completed by the next start.</summary>
public sealed class RuleChanges(Store store, Executor executor, TimeProvider clock)
{
    private const string JobKind = "rules";
    private const int MostAtOnce = 500;

    /// <summary>The rules there are.</summary>
    public IReadOnlyList<Rule> List(int tenantId) => store.Read(session => Scope.Rows(session, tenantId));

    /// <summary>Puts these rules in place of the present ones.</summary>
    public async Task ApplyAsync(int tenantId, Preferences preferences, IReadOnlyList<Rule> rules, LastRule? last = null)
    {
        ArgumentNullException.ThrowIfNull(rules);
        store.Read(session => ScopeChange.To(session, tenantId, Scope.Of(rules), last, preferences));
        await store
            .WriteAsync(
                session =>
                {
                    session.Execute("delete from rules where tenant_id = @tenant", ("@tenant", tenantId));
                    foreach (var rule in rules)
                        session.Execute(
                            "insert into rules (tenant_id, name, filter) values (@tenant, @name, @filter)",
                            ("@tenant", tenantId),
                            ("@name", rule.Name),
                            ("@filter", rule.Filter)
                        );
                    return Jobs.Begin(session, tenantId, JobKind, last?.ToString() ?? "", Now());
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        await CompleteAsync(tenantId, preferences).ConfigureAwait(false);
    }

    /// <summary>Completes a change that was interrupted. What was done of it is seen to be so, and not done again.</summary>
    public async Task CompleteAsync(int tenantId, Preferences preferences)
    {
        var meant = store.Read(session => Jobs.Unfinished(session, tenantId, JobKind));
        if (meant is null)
            return;
        LastRule? last = Enum.TryParse<LastRule>(meant, out var said) ? said : null;
        for (Guid? after = Guid.Empty; after is { } from; )
        {
            (after, var links) = await store
                .WriteAsync(session => TakeSome(session, tenantId, from, last, preferences), CancellationToken.None)
                .ConfigureAwait(false);
            links.ForEach(executor.Consider);
        }
        await store
            .WriteAsync(session => Jobs.End(session, tenantId, JobKind, null, Now()), CancellationToken.None)
            .ConfigureAwait(false);
    }

    // The next users in order; the last of them, and the links that have something to tell Slack.
    private (Guid? Last, List<long> Links) TakeSome(
        StoreSession session,
        int tenantId,
        Guid after,
        LastRule? last,
        Preferences preferences
    )
    {
        var change = new ScopeChange(Scope.Read(session, tenantId), last, preferences);
        var users = new List<ScopedUser>(MostAtOnce);
        ScopedUser.Each(session, tenantId, after, MostAtOnce, users.Add);
        var links = new List<long>();
        foreach (var user in users)
        {
            var (turn, rule) = change.Turn(user);
            if (user.Take(session, turn, rule, Now()))
                links.Add(user.LinkId);
        }
        return (users.Count < MostAtOnce ? null : users[^1].Id, links);
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
