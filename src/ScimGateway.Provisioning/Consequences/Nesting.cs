using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// Groups in groups, where a tenant flattens them: whoever is in a group is at Slack in every group around it, too.
/// That is one more row there, of a source of its own, which is shown nowhere; all else is done with it as with any
/// other. The groups themselves are rows that Slack is not told.
/// </summary>
/// <param name="store">The transaction.</param>
/// <param name="tenantId">Whose groups.</param>
/// <param name="now">When it is.</param>
/// <param name="preferences">
/// What the tenant allows; null for what its row says, which may be newer than what a request came with.
/// </param>
internal sealed class Nesting(StoreSession store, TenantId tenantId, Instant now, Preferences? preferences = null)
{
    /// <summary>The most groups around one, or in one.</summary>
    public const int Most = 100;

    private const int Many = 50;

    private readonly List<LinkId> _links = [];
    private readonly Dictionary<Reason, int> _held = [];
    private Preferences? _preferences = preferences;

    /// <summary>Whom the guard counts for who leaves; nobody where a provider asked for nothing.</summary>
    public Caller? Caller { get; init; }

    private Preferences Allowed => _preferences ??= Preferences.FromJson(Tenants.Find(store, tenantId).Preferences);

    /// <summary>The group that is being written, which has a wish of its own by that.</summary>
    public GroupId? Written { get; set; }

    // Whether the tenant flattens nested groups. If not, this class does nothing.
    private bool IsFlat => Allowed.NestedGroups == NestedGroups.Flatten;

    // Why Slack does not hear of changed groups; null if it does.
    private Reason? LeftOut => Allowed.UpdateGroups ? null : ReasonCode.GroupUpdatesOff;

    /// <summary>The links that have something to tell Slack by it.</summary>
    public IReadOnlyList<LinkId> Links => _links;

    /// <summary>What of it is held, for the journal.</summary>
    public IEnumerable<string> Notes =>
        _held.Select(held => $"blocked: {held.Value} of the members of groups around it: {held.Key.Sentence}");

    /// <summary>Some of a group's members have been said to be in it, or not to be.</summary>
    /// <exception cref="ScimException">There are more groups around it, or in it, than can be followed.</exception>
    public void Follow(GroupId group, IReadOnlyCollection<ResourceId> members)
    {
        if (members.Count == 0 || !IsFlat)
            return;
        // A group, or many, and the whole is compared.
        if (members.Count > Many || MemberLists.AnyGroup(store, members))
        {
            Bounded(NestedMembers.GroupsIn(store, group, int.MaxValue), group, members);
            Renew(group, Set(group));
            foreach (var around in Bounded(NestedMembers.GroupsAround(store, group, int.MaxValue), group, members))
                Renew(around, Set(around));
        }
        else
            foreach (var around in Bounded(NestedMembers.GroupsAround(store, group, int.MaxValue), group, members))
                Renew(around, [.. members.Where(member => Set(around, member))]);
    }

    /// <summary>
    /// A request has named members of a group, to add or to remove them. Changes of these members that failed in the groups
    /// around it are tried again. True if the group itself has such changes, of members of groups in it.
    /// </summary>
    public bool TryAgain(GroupId group, IReadOnlyCollection<ResourceId> named)
    {
        if (named.Count == 0 || !IsFlat)
            return false;
        // Whoever names a group names all who are in it.
        var isOfGroup = MemberLists.AnyGroup(store, named);
        foreach (var around in NestedMembers.GroupsAround(store, group, Most))
            TryAgain(around, isOfGroup ? null : named.ToHashSet());
        return isOfGroup && TryAgain(group, null);
    }

    private bool TryAgain(GroupId group, HashSet<ResourceId>? named)
    {
        var untold = NestedMembers.Untold(store, group).Where(one => named?.Contains(one.Member) != false).ToList();
        if (untold.Count == 0)
            return false;
        var changed = Say(
            group,
            untold.Where(one => one.IsWanted).Select(one => one.Member).ToList(),
            untold.Where(one => !one.IsWanted).Select(one => one.Member).ToList()
        );
        // What failed as a whole has left no reason with a member.
        if (untold.Exists(one => !one.IsBlocked) && HasFailed(group))
            changed.AddRange(untold.Where(one => !one.IsBlocked).Select(one => one.Member));
        Renew(group, changed);
        return changed.Count > 0;
    }

    private bool HasFailed(GroupId group) =>
        Resources.Find(store, group) is { LinkId: { } link }
        && Storage.Tables.Links.Find(store, link) is { State: LinkState.Failed };

    /// <summary>
    /// What has a group shown no longer, or again: whoever came by it into those around it goes, or comes.
    /// </summary>
    public bool Around(GroupId group, Func<bool> change)
    {
        if (!IsFlat)
            return change();
        var before = NestedMembers.GroupsAround(store, group, int.MaxValue);
        if (!change())
            return false;
        foreach (var around in before.Union(NestedMembers.GroupsAround(store, group, int.MaxValue)))
            Renew(around, Set(around));
        return true;
    }

    /// <summary>Brings a group to what the preference says, whatever was so far.</summary>
    public void Renew(GroupId group) => Renew(group, Set(group));

    // All members by nesting, as they are to be; gives back those for whom something has changed.
    private List<ResourceId> Set(GroupId group)
    {
        HashSet<ResourceId> wanted = IsFlat ? [.. NestedMembers.Users(store, group)] : [];
        var rows = MemberLists.WantedBy(store, group, Members.ByNesting).ConvertAll(row => row.Id);
        return Say(group, [.. wanted.Except(rows)], [.. rows.Where(member => !wanted.Contains(member))]);
    }

    // One member by nesting. Who is there otherwise is nobody's to take out.
    private bool Set(GroupId group, ResourceId member)
    {
        var isIn = NestedMembers.Has(store, group, member);
        return (isIn || MemberLists.IsWantedBy(store, group, member, Members.ByNesting))
            && Say(group, isIn ? [member] : [], isIn ? [] : [member]).Count > 0;
    }

    private List<ResourceId> Say(GroupId group, List<ResourceId> wanted, List<ResourceId> unwanted)
    {
        if (wanted.Count + unwanted.Count == 0)
            return [];
        var changed = WantedMembers
            .Say(store, group, wanted, unwanted, Members.ByNesting)
            .Changed.ConvertAll(change => change.Member);
        if (LeftOut is not null && changed.Count > 0)
            Members.LeaveOut(store, group, changed, LeftOut);
        return changed;
    }

    // The groups around the one that is written have wishes of their own, which nobody waits for.
    private void Renew(GroupId group, List<ResourceId> members)
    {
        if (members.Count == 0 || LeftOut is not null)
            return;
        if (Resources.Find(store, group) is not { Deleted: null, LinkId: { } link })
            return;
        var held = Caller is null ? null : Leaving.Count(store, Caller, group, link, members, now);
        if (held is var (why, stay) && group != Written)
            _held[why] = _held.GetValueOrDefault(why) + stay.Count;
        if (group == Written)
            return;
        Wishes.Join(store, link, "members of a group in it have changed", now);
        _links.Add(link);
    }

    // Who leaves a group leaves those around it, however many they are.
    private List<GroupId> Bounded(List<GroupId> groups, GroupId group, IReadOnlyCollection<ResourceId> members) =>
        groups.Count <= Most || !MemberLists.AnyWanted(store, group, members)
            ? groups
            : throw ScimException.InvalidValue(
                $"Where nested groups are flattened, a group is in at most {Most} others, and has at most {Most} in it."
            );
}
