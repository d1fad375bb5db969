using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
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
/// What one request does to the rows of a group, in the order it says so. A source writes its own rows, of any group.
/// </summary>
/// <param name="store">The transaction.</param>
/// <param name="asked">Who asks.</param>
/// <param name="group">The group.</param>
/// <param name="leftOut">Why Slack does not hear of it; null if it does.</param>
internal sealed class Membership(StoreSession store, Asked asked, Resource group, Reason? leftOut)
{
    /// <summary>The most members of a group: far beyond what Slack takes.</summary>
    public const int Most = 100_000;

    private const int Many = 1_000;

    private static readonly AttributePath _members = new("members");

    private readonly GroupId _id = group.Id.AsGroup();
    private readonly Caller _caller = asked.Caller;
    private readonly Leaving _leaving = new(
        store,
        asked.Caller,
        group.Id.AsGroup(),
        group.LinkId!.Value,
        Instant.Of(asked.At)
    );
    private readonly HashSet<ResourceId> _changed = [];
    private readonly Dictionary<Reason, int> _blocked = [];
    private int _added;

    /// <summary>Why some of the members wait, and how many of them: for the operation.</summary>
    public IEnumerable<string> Notes =>
        _blocked.Select(why => $"blocked: {why.Value} of the members: {why.Key.Sentence}");

    /// <summary>Whether who is shown has changed.</summary>
    public bool IsShown { get; private set; }

    /// <summary>Whose place in the group has changed.</summary>
    public IReadOnlyCollection<ResourceId> Changed => _changed;

    /// <summary>Whether Slack has something to hear.</summary>
    public bool IsTold { get; private set; }

    /// <summary>Carries the changes out.</summary>
    public void Apply(IEnumerable<MembershipChange> changes)
    {
        foreach (var change in changes)
            switch (change)
            {
                case MembershipChange.Add add:
                    Add(Known(add.Members.Select(member => member.Value)));
                    break;
                case MembershipChange.Remove remove:
                    foreach (var member in remove.Values)
                        if (ResourceId.Parse(member) is { } id)
                            Remove(id);
                    break;
                case MembershipChange.RemoveWhere where:
                    foreach (var (id, kind) in Own())
                        if (new Filter.Where(_members, where.Element).Matches(With(id, kind)))
                            Remove(id);
                    break;
                case MembershipChange.ReplaceAll all:
                    Replace(Known(all.Members.Select(member => member.Value)));
                    break;
                case MembershipChange.RemoveAll:
                    foreach (var (id, _) in Own())
                        Remove(id);
                    break;
            }
        // To count is to read them all, which one more member is not to cost.
        if (_added >= Many && Members.CountWanted(store, _id) > Most)
            throw ScimException.InvalidValue($"A group has at most {Most} members.");
    }

    /// <summary>
    /// Ends all that the source wants of the group, as a PUT does that has no members at all. That is no full list, so
    /// who is only in Slack stays.
    /// </summary>
    public void Leave() => Apply([new MembershipChange.RemoveAll()]);

    // The list says who is in it, and who is not: but of whom others want, and who is only in Slack, only by preference
    // and by the group's own source.
    private void Replace(List<ResourceId> members)
    {
        var listed = members.ToHashSet();
        foreach (var (id, _) in Own())
            if (!listed.Contains(id))
                Remove(id);
        if (_caller.Preferences.GroupMembership == GroupMembership.Overwrite && group.SourceId == _caller.SourceId)
            foreach (var id in Members.OnlyInSlack(store, _id))
                if (!listed.Contains(id))
                    Remove(id);
        Add(members);
    }

    private void Add(List<ResourceId> members)
    {
        _added += members.Count;
        foreach (var member in members)
        {
            Note(member, WantedMembers.Want(store, _id, member, _caller.SourceId));
            if (Members.Blocked(store, _id, member) is { } why)
                _blocked[why] = _blocked.GetValueOrDefault(why) + 1;
        }
    }

    private void Remove(ResourceId member)
    {
        var change = WantedMembers.Unwant(store, _id, member, _caller.SourceId);
        Note(member, change);
        if (change != Change.None && leftOut is null && _leaving.Count(member) is { } why)
            _blocked[why] = _blocked.GetValueOrDefault(why) + 1;
    }

    private void Note(ResourceId member, Change change)
    {
        if (change == Change.None)
            return;
        IsShown |= change == Change.Shown;
        _changed.Add(member);
        IsTold |= leftOut is null;
        if (leftOut is not null)
            Members.LeaveOut(store, _id, member, leftOut);
    }

    // Those whom the tenant shows. An account that nobody has claimed counts; a bot, a tombstone, an id of elsewhere
    // does not.
    private List<ResourceId> Known(IEnumerable<string> values)
    {
        var known = new List<ResourceId>();
        foreach (var value in values)
            if (ResourceId.Parse(value) is { } id && id != group.Id && Resources.IsShown(store, _caller.TenantId, id))
                known.Add(id);
            else if (_caller.Preferences.UnknownGroupMember == UnknownMember.Refuse)
                throw ScimException.InvalidValue($"There is no user or group '{value}', so it cannot be a member.");
            else
                asked.Reading.Ignore(
                    "members",
                    ResourceId.Parse(value) is { } unknown
                        ? $"there is no user or group {unknown}"
                        : "a member is named by what is no id"
                );
        return known;
    }

    private List<(ResourceId Id, Kind Kind)> Own() => Members.WantedBy(store, _id, _caller.SourceId);

    // A group of one member, for a filter to look at.
    private static ScimResource With(ResourceId id, Kind kind)
    {
        var (json, member) = (ScimJson.NewObject(), ScimJson.NewObject());
        (member["value"], member["type"]) = (id.ToString(), kind.ToString());
        json["members"] = new JsonArray(member);
        return new ScimResource(GatewayTypes.Group, json);
    }
}
