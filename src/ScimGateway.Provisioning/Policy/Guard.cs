using System.Globalization;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Policy;

/// <summary>
/// Keeps a provider that has gone wrong from taking everybody's access: only what is beyond the limit is held, for an
/// operator to release or dismiss. Pure.
/// </summary>
internal static class Guard
{
    /// <summary>How long a change counts.</summary>
    public static readonly TimeSpan Window = Tenant.PreviewIsGood;

    /// <summary>Why one more is held; null if it may go on, or nothing is counted.</summary>
    public static Reason? Holds(Preferences preferences, Guarded what, GuardNumbers? counted) =>
        counted is var (others, among) ? Holds(preferences, what, others, among) : null;

    /// <summary>Why one more is held; null if it may go on.</summary>
    /// <param name="preferences">The tenant's limits.</param>
    /// <param name="what">What changes.</param>
    /// <param name="counted">How many others have changed so within the hour.</param>
    /// <param name="among">Among how many: claimed accounts, or members of the group.</param>
    public static Reason? Holds(Preferences preferences, Guarded what, int counted, int among)
    {
        var limit = Limit(preferences, what, among);
        if (limit is null || counted < limit)
            return null;
        var code = what switch
        {
            Guarded.Account => ReasonCode.GuardAccounts,
            Guarded.Member => ReasonCode.GuardMembers,
            Guarded.Address => ReasonCode.GuardAddresses,
            _ => ReasonCode.GuardGroups,
        };
        return new Reason(code, limit.Value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// How many may change at least, of which no counting of all others can make fewer; null for any number.
    /// </summary>
    public static int? AtLeast(Preferences preferences, Guarded what)
    {
        var limit = what switch
        {
            Guarded.Account => preferences.GuardedAccounts,
            Guarded.Member => preferences.GuardedMembers,
            Guarded.Address => preferences.GuardedAddresses,
            _ => preferences.GuardedGroups,
        };
        return limit == 0 ? null : limit;
    }

    /// <summary>Whether an account that Slack has would sign in by another address.</summary>
    public static bool Readdresses(Link? link, ScimResource user) =>
        link is { SlackId: not null }
        && UserAddresses.OfSlack(user) is [var wanted, ..]
        && !Identity.IsAlike(link.Address, wanted);

    private static int? Limit(Preferences preferences, Guarded what, int among) =>
        (AtLeast(preferences, what), what) switch
        {
            (null, _) => null,
            (int limit, Guarded.Account or Guarded.Address) => Math.Max(limit, among / 100),
            (int limit, Guarded.Member) => Math.Max(limit, among / 2),
            (int limit, _) => limit,
        };
}

/// <summary>What the guard has counted within the hour, before one more changes.</summary>
/// <param name="Others">How many others have changed.</param>
/// <param name="Among">Among how many; 0 where that does not matter.</param>
internal readonly record struct GuardNumbers(int Others, int Among);
