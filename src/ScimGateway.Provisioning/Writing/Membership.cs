using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// What one request does to the rows of a group: the last word on each member counts. A source writes its own rows, of
/// any group.
/// </summary>
/// <param name="store">The transaction.</param>
/// <param name="asked">Who asks.</param>
/// <param name="rows">What is to be done.</param>
/// <param name="filters">Whom its filters mean.</param>
internal sealed class Membership(StoreSession store, WriteRequest asked, MemberRows rows, MemberFilters filters)
{
    /// <summary>The most members of a group: far beyond what Slack takes.</summary>
    public const int Most = 100_000;

    private const int Many = 1_000;

    private readonly GroupId _id = rows.Group;
    private readonly Caller _caller = asked.Caller;
    private readonly Instant _now = asked.Now;
    private readonly Dictionary<ResourceId, bool> _said = [];
    private readonly Dictionary<Reason, int> _blocked = [];
    private Dictionary<ResourceId, Kind> _shown = [];
    private Dictionary<ResourceId, Kind>? _in;
    private IReadOnlyDictionary<ResourceId, Kind>? _since;

    // Who the source says is in the group, as far as the request has been read. Of whom it has spoken just before it
    // speaks again, too, so that nothing of that comes back.
    private Dictionary<ResourceId, Kind> In =>
        _in ??= (rows.GoesBack ? [] : FormerMembers.SpokenOf(store, _id, _caller.SourceId))
            .Concat(MemberLists.WantedBy(store, _id, _caller.SourceId))
            .DistinctBy(member => member.Id)
            .Where(member => !_said.TryGetValue(member.Id, out var isIn) || isIn)
            .Concat(
                _said
                    .Where(said => said.Value && _shown.ContainsKey(said.Key))
                    .Select(said => (said.Key, _shown[said.Key]))
            )
            .DistinctBy(member => member.Item1)
            .ToDictionary(member => member.Item1, member => member.Item2);

    /// <summary>Asks for what changes of members read first.</summary>
    public static void Prefetch(
        StoreSession asks,
        Caller caller,
        GroupId group,
        IReadOnlyList<MembershipChange> changes
    )
    {
        if (Named(changes) is { Count: > 0 } named)
        {
            MemberLists.Shown(asks, caller.TenantId, named);
            Members.Of(asks, group, named); // of a request that says one thing of all
        }
        if (changes.All(change => change is MembershipChange.Add or MembershipChange.Remove))
            return;
        MemberLists.WantedBy(asks, group, caller.SourceId);
        Members.Kept(asks, group, caller.SourceId);
        FormerMembers.SpokenOf(asks, group, caller.SourceId);
    }

    /// <summary>Whom changes bring in, by their ids.</summary>
    public static List<ResourceId> Named(IEnumerable<MembershipChange> changes) =>
        [.. changes.SelectMany(Named).Select(ResourceId.ParseReference).OfType<ResourceId>().Distinct()];

    /// <summary>Reads whom a request speaks of, and what it says.</summary>
    public static Membership Read(StoreSession store, WriteRequest asked, MemberRows rows, MemberFilters filters)
    {
        var membership = new Membership(store, asked, rows, filters);
        membership.Read();
        return membership;
    }

    private void Read()
    {
        if (rows.IsClaim)
            SeenMembers.Trust(store, _id);
        if (Named(rows.Changes) is { Count: > 0 } named)
            _shown = MemberLists.Shown(store, _caller.TenantId, named);
        foreach (var change in rows.Changes)
            switch (change)
            {
                case MembershipChange.Add add:
                    Say(Known(add.Members), isIn: true);
                    break;
                case MembershipChange.Remove remove:
                    Say(remove.Values.Select(ResourceId.ParseReference).OfType<ResourceId>(), isIn: false);
                    break;
                case MembershipChange.RemoveWhere where:
                    Say(filters.Meeting(where, In, _since ??= filters.Since(In)), isIn: false);
                    break;
                case MembershipChange.ReplaceAll all:
                    Replace(Known(all.Members));
                    break;
                case MembershipChange.RemoveAll:
                    Say(ToLeave().ToList(), isIn: false);
                    break;
            }
    }

    // Who leaves when the source wants nobody in the group: also those whose leaving Slack was not told.
    private IEnumerable<ResourceId> ToLeave() => In.Keys.Concat(Members.Kept(store, _id, _caller.SourceId));

    // The list says who is in it, and who is not: but of whom others want, and who is only in Slack, only by preference
    // and by the group's own source.
    private void Replace(List<ResourceId> members)
    {
        var listed = members.ToHashSet();
        Say(ToLeave().Where(id => !listed.Contains(id)).ToList(), isIn: false);
        if (_caller.Preferences.GroupMembership == GroupMembership.Overwrite && rows.IsOwn)
            Say(MemberLists.OnlyInSlack(store, _id).Where(id => !listed.Contains(id)), isIn: false);
        Say(members, isIn: true);
    }

    private void Say(IEnumerable<ResourceId> members, bool isIn)
    {
        foreach (var member in members)
        {
            _said[member] = isIn;
            if (!isIn)
                _in?.Remove(member);
            else if (_in is not null)
                _in[member] = _shown[member];
        }
    }

    /// <summary>Carries out what was read, of the group of a link.</summary>
    public MembersChange Write(LinkId link)
    {
        List<ResourceId> wanted = [.. _said.Where(said => said.Value).Select(said => said.Key)];
        List<ResourceId> unwanted = [.. _said.Where(said => !said.Value).Select(said => said.Key)];
        if (rows.GoesBack)
            FormerMembers.Forget(store, _id);
        else if (_said.Count > 0)
            FormerMembers.Drop(store, _id, _said.Keys, _caller.SourceId);
        var (isDoubted, strangers) = rows.IsUnknown && rows.LeftOut is null ? Doubt(unwanted) : (false, []);
        var (changes, staying) = WantedMembers.Say(
            store,
            _id,
            wanted,
            unwanted,
            _caller.SourceId,
            rows.GoesBack ? Keep : null
        );
        var changed = changes.ConvertAll(change => change.Member);
        // To count is to read them all, which one more member is not to cost.
        if (wanted.Count >= Many && MemberLists.CountWanted(store, _id) > Most)
            throw ScimException.InvalidValue($"A group has at most {Most} members.");
        if (rows.LeftOut is not null && changed.Count > 0)
            Members.LeaveOut(store, _id, changed, rows.LeftOut);
        NoteBlocked(link, wanted, [.. unwanted.Intersect(changed).Except(strangers)]);
        var nesting = new Nesting(store, _caller.TenantId, _now) { Caller = _caller, Written = _id };
        nesting.Follow(_id, changed);
        var isTriedAgain = nesting.TryAgain(_id, _said.Keys);
        if (rows.CountsLeavers)
            Leaving.Count(store, _caller, _id, link, ToldMembers.Leaving(store, _id), _now);
        return new MembersChange(
            IsShown: changes.Exists(one => one.Change == Change.Shown && !strangers.Contains(one.Member)),
            IsTold: isDoubted || ((changed.Count > 0 || isTriedAgain) && rows.LeftOut is null)
        )
        {
            Notes =
            [
                .. _blocked.Select(why => $"blocked: {why.Value} of the members: {why.Key.Sentence}"),
                .. nesting.Notes,
                .. staying > 0
                    ? [$"{staying} of the members stay: another source, or a group within, has them too"]
                    : Array.Empty<string>(),
            ],
            OtherLinks = nesting.Links,
        };
    }

    // Why some of the members wait, and how many of them.
    private void NoteBlocked(LinkId link, List<ResourceId> wanted, List<ResourceId> gone)
    {
        if (wanted.Count > 0)
            foreach (var (why, members) in MemberLists.Blocked(store, _id, wanted))
                _blocked[why] = members;
        // Nothing is sent about an account that is nobody's, so that it stays in the group is at least said.
        if (gone.Count > 0 && MemberLists.CountUnlinked(store, _id, gone) is > 0 and var unlinked)
            _blocked[ReasonCode.Unlinked] = unlinked;
        if (rows.LeftOut is null && Leaving.Count(store, _caller, _id, link, gone, _now) is { } held)
            _blocked[held.Why] = _blocked.GetValueOrDefault(held.Why) + held.Members.Count;
    }

    // Slack's members are unknown, so every member that the request names is sent again. Returns whether anything
    // became unknown, and the unwanted members that had no row.
    private (bool IsAnyDoubted, HashSet<ResourceId> Strangers) Doubt(IReadOnlyCollection<ResourceId> unwanted)
    {
        var known = Members.Of(store, _id, [.. _said.Keys]);
        List<ResourceId> told = [.. known.Where(row => row.InSlack == Tri.Yes).Select(row => row.MemberId)];
        var strangers = unwanted.Except(known.Select(row => row.MemberId)).ToHashSet();
        ToldMembers.Forget(store, _id, told);
        ToldMembers.Suppose(store, _caller.TenantId, _id, strangers);
        return (told.Count + strangers.Count > 0, strangers);
    }

    private void Keep(IReadOnlyCollection<ResourceId> members) =>
        FormerMembers.Keep(store, _id, members, _caller.SourceId, _now);

    // Those whom the tenant shows. An account that nobody has claimed counts; a bot, a tombstone, an id of elsewhere
    // does not.
    private List<ResourceId> Known(IReadOnlyList<Protocol.Patching.Member> members)
    {
        var known = new List<ResourceId>(members.Count);
        foreach (var (value, _, _) in members)
            if (ResourceId.ParseReference(value) is { } id && id != _id && _shown.ContainsKey(id))
                known.Add(id);
            else if (_caller.Preferences.UnknownGroupMember == UnknownMember.Refuse)
                throw ScimException.InvalidValue($"There is no user or group '{value}', so it cannot be a member.");
            else
                asked.Reading.Ignore(
                    "members",
                    ResourceId.ParseReference(value) is { } unknown
                        ? $"there is no user or group {unknown}"
                        : "a member is named by what is no id"
                );
        return known;
    }

    private static IEnumerable<string> Named(MembershipChange change) =>
        change switch
        {
            MembershipChange.Add add => add.Members.Select(member => member.Value),
            MembershipChange.ReplaceAll all => all.Members.Select(member => member.Value),
            _ => [],
        };
}
