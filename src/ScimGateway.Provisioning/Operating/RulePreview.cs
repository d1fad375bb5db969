using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What a change of rules means, before it is made.</summary>
/// <param name="Enter">How many come into scope.</param>
/// <param name="Leave">How many leave it and are deprovisioned.</param>
/// <param name="Freeze">How many leave it and stay in Slack as they are.</param>
/// <param name="Stay">For how many nothing changes.</param>
/// <param name="Examples">The ids of some for whom something does.</param>
public sealed record RulePreview(int Enter, int Leave, int Freeze, int Stay, IReadOnlyList<Guid> Examples)
{
    private const int MostExamples = 50;

    /// <summary>What these rules in place of the tenant's present ones would mean.</summary>
    public static RulePreview Of(
        Store store,
        int tenantId,
        Preferences preferences,
        IReadOnlyList<Rule> rules,
        LastRule? last = null
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        var (counts, examples) = (new int[4], new List<Guid>());
        store.Read(session =>
        {
            var change = ScopeChange.To(session, tenantId, Scope.Of(rules), last, preferences);
            ScopedUser.Each(
                session,
                tenantId,
                Guid.Empty,
                int.MaxValue,
                user =>
                {
                    var (turn, _) = change.Turn(user);
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
}
