using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Policy;

/// <summary>What the guard counts within an hour: distinct subjects, so that a provider that tries again changes nothing.</summary>
public enum Turned
{
    /// <summary>An account that is to be deactivated or reactivated.</summary>
    Account,

    /// <summary>A member who is to leave a group.</summary>
    Member,

    /// <summary>A group that is to be deleted.</summary>
    Group,
}

/// <summary>Keeps a provider that has gone wrong from taking everybody's access (DESIGN 6): only what is beyond the limit is held, for an operator to release or dismiss. Pure.</summary>
public static class Guard
{
    /// <summary>How long a change counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(60);

    /// <summary>Whether a reason is the guard's.</summary>
    public static bool IsHeld(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return reason.StartsWith(Held, StringComparison.Ordinal);
    }

    /// <summary>Why one more is held; null if it may go on.</summary>
    /// <param name="preferences">The tenant's limits.</param>
    /// <param name="what">What changes.</param>
    /// <param name="counted">How many others have changed so within the hour.</param>
    /// <param name="among">Among how many: claimed accounts, or members of the group.</param>
    public static string? Holds(Preferences preferences, Turned what, int counted, int among)
    {
        ArgumentNullException.ThrowIfNull(preferences);
        var limit = Limit(preferences, what, among);
        if (limit is null || counted < limit)
            return null;
        return what switch
        {
            Turned.Account => Held
                + $"{limit} accounts were activated or deactivated within an hour. An operator has to release it.",
            Turned.Member => Held + $"{limit} members were removed from the group within an hour. An operator has to release it.",
            _ => Held + $"{limit} groups were deleted within an hour. An operator has to release it.",
        };
    }

    /// <summary>How many may change at least, of which no counting of all others can make fewer; null for any number.</summary>
    public static int? AtLeast(Preferences preferences, Turned what)
    {
        ArgumentNullException.ThrowIfNull(preferences);
        var limit = what switch
        {
            Turned.Account => preferences.GuardedAccounts,
            Turned.Member => preferences.GuardedMembers,
            _ => preferences.GuardedGroups,
        };
        return limit == 0 ? null : limit;
    }

    private const string Held = "The guard holds it: ";

    private static int? Limit(Preferences preferences, Turned what, int among) =>
        (AtLeast(preferences, what), what) switch
        {
            (null, _) => null,
            (int limit, Turned.Account) => Math.Max(limit, among / 100),
            (int limit, Turned.Member) => Math.Max(limit, among / 2),
            (int limit, _) => limit,
        };
}
