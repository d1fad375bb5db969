using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Tenants;

namespace ScimGateway.Provisioning.Rules;

/// <summary>What a change of rules means, before it is made.</summary>
/// <param name="Enter">How many come into scope.</param>
/// <param name="Leave">How many leave it and are deprovisioned.</param>
/// <param name="Freeze">How many leave it and stay in Slack as they are.</param>
/// <param name="Stay">For how many nothing changes.</param>
/// <param name="Examples">The ids of some for whom something does.</param>
public sealed record RulePreview(int Enter, int Leave, int Freeze, int Stay, IReadOnlyList<Guid> Examples);

/// <summary>What is meant by deleting the last rule.</summary>
public enum LastRule
{
    /// <summary>Everybody is provisioned from now on.</summary>
    Everybody,

    /// <summary>Who is left out now stays so until the provider writes the user.</summary>
    AsTheyAre,
}

/// <summary>Changes a tenant's rules: who comes in, who goes, who stays as he is. What is confirmed after a preview passes the guard; what is interrupted is completed by the next start.</summary>
public sealed class RuleChanges(Store store, Executor executor, TimeProvider clock)
{
    private const string JobKind = "rules";
    private const int MostAtOnce = 500;
    private const int MostExamples = 50;

    /// <summary>The rules there are.</summary>
    public IReadOnlyList<Rule> List(int tenantId) => store.Read(session => Scope.Rows(session, tenantId));

    /// <summary>What these rules in place of the present ones would mean.</summary>
    public RulePreview Preview(int tenantId, Preferences preferences, IReadOnlyList<Rule> rules, LastRule? last = null)
    {
        var scope = Scope.Of(rules);
        RequireMeaning(tenantId, scope, last);
        var (counts, examples) = (new int[4], new List<Guid>());
        store.Read(session =>
        {
            ScopedUser.Each(
                session,
                tenantId,
                Guid.Empty,
                int.MaxValue,
                user =>
                {
                    var (turn, _) = Turn(user, scope, last, preferences);
                    counts[(int)turn]++;
                    if (turn != ScopeTurn.Stays && examples.Count < MostExamples)
                        examples.Add(user.Id);
                }
            );
            return true;
        });
        return new RulePreview(
            counts[(int)ScopeTurn.Enters],
            counts[(int)ScopeTurn.Leaves],
            counts[(int)ScopeTurn.Freezes],
            counts[(int)ScopeTurn.Stays],
            examples
        );
    }

    /// <summary>Puts these rules in place of the present ones.</summary>
    public async Task ApplyAsync(int tenantId, Preferences preferences, IReadOnlyList<Rule> rules, LastRule? last = null)
    {
        ArgumentNullException.ThrowIfNull(rules);
        RequireMeaning(tenantId, Scope.Of(rules), last);
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
                    return session.Execute(
                        "insert into jobs (tenant_id, kind, progress, started) values (@tenant, @kind, @last, @now)",
                        ("@tenant", tenantId),
                        ("@kind", JobKind),
                        ("@last", last?.ToString() ?? ""),
                        ("@now", Now())
                    );
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        await CompleteAsync(tenantId, preferences).ConfigureAwait(false);
    }

    /// <summary>Completes a change that was interrupted. What was done of it is seen to be so, and not done again.</summary>
    public async Task CompleteAsync(int tenantId, Preferences preferences)
    {
        var meant = store.Read(session =>
            session.First(
                "select progress from jobs where tenant_id = @tenant and kind = @kind and finished is null order by id desc limit 1",
                row => row.GetString(0),
                ("@tenant", tenantId),
                ("@kind", JobKind)
            )
        );
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
            .WriteAsync(
                session =>
                    session.Execute(
                        "update jobs set finished = @now where tenant_id = @tenant and kind = @kind and finished is null",
                        ("@now", Now()),
                        ("@tenant", tenantId),
                        ("@kind", JobKind)
                    ),
                CancellationToken.None
            )
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
        var scope = Scope.Read(session, tenantId);
        var users = new List<ScopedUser>(MostAtOnce);
        ScopedUser.Each(session, tenantId, after, MostAtOnce, users.Add);
        var links = new List<long>();
        foreach (var user in users)
        {
            var (turn, rule) = Turn(user, scope, last, preferences);
            if (user.Take(session, turn, rule, Now()))
                links.Add(user.LinkId);
        }
        return (users.Count < MostAtOnce ? null : users[^1].Id, links);
    }

    private static (ScopeTurn Turn, int? Rule) Turn(ScopedUser user, Scope scope, LastRule? last, Preferences preferences)
    {
        if (scope.IsEverybody)
            return (
                last == LastRule.AsTheyAre ? ScopeTurn.Stays : ScopeTurns.Of(!user.IsOut, true, user.HasAccount, preferences),
                null
            );
        var isIn = scope.Admits(user.Read(), out var rule);
        return (ScopeTurns.Of(!user.IsOut, isIn, user.HasAccount, preferences), rule);
    }

    private void RequireMeaning(int tenantId, Scope scope, LastRule? last)
    {
        if (scope.IsEverybody && last is null && List(tenantId).Count > 0)
            throw ScimException.InvalidValue(
                "Without any rule everybody is provisioned. Say whether that is meant (Everybody), or whether who is left out now stays so (AsTheyAre)."
            );
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
