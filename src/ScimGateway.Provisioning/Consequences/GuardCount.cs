using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>What the guard has counted of one kind within the hour, and counts of one request.</summary>
/// <param name="store">The transaction.</param>
/// <param name="caller">Whose, and what is allowed.</param>
/// <param name="what">What changes.</param>
/// <param name="group">The group, of members; else empty.</param>
/// <param name="now">When it is.</param>
internal sealed class GuardCount(StoreSession store, Caller caller, Guarded what, GroupId group, Instant now)
{
    private readonly int? _least = Guard.AtLeast(caller.Preferences, what);
    private readonly Instant _since = now - Guard.Window;

    /// <summary>Counts the change of an account or group, or says why it is held.</summary>
    public static Reason? Of(StoreSession store, Caller caller, Guarded what, LinkId link, Instant now) =>
        new GuardCount(store, caller, what, default, now).Count(link.ToString());

    private Reason? Count(string subject)
    {
        if (Read(subject) is not { } counted)
            return null;
        if (Guard.Holds(caller.Preferences, what, counted) is { } why)
            return why;
        Keep(subject);
        return null;
    }

    /// <summary>What is counted before the change of a subject; null if nothing is.</summary>
    public GuardNumbers? Read(string subject)
    {
        if (CountsNothing)
            return null;
        var counted = GuardedChanges.Count(store, caller.TenantId, what, group, _since);
        var isNew = !GuardedChanges.Has(store, caller.TenantId, what, group, subject, _since);
        var others = isNew ? counted : counted - 1;
        // Up to the least limit it does not matter among how many.
        return new(others, others < _least ? 0 : Among());
    }

    /// <summary>Asks for what <see cref="Read"/> reads, together with others.</summary>
    public void Prefetch(string subject)
    {
        if (_least is null)
            return;
        Tenants.Find(store, caller.TenantId);
        GuardedChanges.Count(store, caller.TenantId, what, group, _since);
        GuardedChanges.Has(store, caller.TenantId, what, group, subject, _since);
    }

    /// <summary>Keeps when a subject was changed.</summary>
    public void Keep(string subject)
    {
        GuardedChanges.Forget(store, _since);
        GuardedChanges.Keep(store, caller.TenantId, what, group, subject, now);
    }

    /// <summary>Counts members who leave, in order; who of them is held and why, null if nobody is.</summary>
    public (Reason Why, IReadOnlyList<ResourceId> Members)? CountMembers(IReadOnlyCollection<ResourceId> members)
    {
        if (CountsNothing)
            return null;
        var counted = GuardedChanges.Count(store, caller.TenantId, what, group, _since);
        var former = GuardedChanges.Among(store, caller.TenantId, group, members, _since);
        var (going, held) = (new List<ResourceId>(members.Count), new List<ResourceId>());
        Reason? why = null;
        var left = counted;
        int? all = null;
        foreach (var member in members)
        {
            var isNew = !former.Contains(member.ToString());
            var others = isNew ? counted : counted - 1;
            // Up to the least limit it does not matter among how many.
            var among =
                others < _least ? 0 : all ??= left + MemberLists.CountOthers(store, caller.TenantId, group, _since);
            if (Guard.Holds(caller.Preferences, what, others, among) is { } beyond)
            {
                why = beyond;
                held.Add(member);
                continue;
            }
            going.Add(member);
            if (isNew)
                counted++;
        }
        GuardedChanges.Forget(store, _since);
        GuardedChanges.KeepAll(store, caller.TenantId, group, going, now);
        return why is null ? null : (why, held);
    }

    private bool CountsNothing => _least is null || Tenants.Find(store, caller.TenantId).IsToBeConfirmed(now);

    private int Among() =>
        what switch
        {
            Guarded.Account or Guarded.Address => ShownTotals.Claimed(store, caller.TenantId, Kind.User),
            _ => 0,
        };
}
